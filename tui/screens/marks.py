"""Which rows a person has marked: identities, whatever the table does meanwhile."""

from collections.abc import Collection, Hashable, Sequence

from msgspec import Struct


class Marks(Struct, frozen=True):
    """Marked rows; while a range is drawn, where it began and what was marked before."""

    ids: frozenset[Hashable] = frozenset()
    anchor: Hashable = None
    before: frozenset[Hashable] = frozenset()

    def toggled(self, row_id: Hashable) -> "Marks":
        """With or without a row; a range ends there."""
        return Marks(self.ids ^ {row_id})

    def begun(self, row_id: Hashable) -> "Marks":
        """A range from a row on."""
        return Marks(self.ids | {row_id}, row_id, self.ids)

    def ended(self) -> "Marks":
        """The range stays as it is."""
        return Marks(self.ids)

    def reaching(self, row_id: Hashable, order: Sequence[Hashable]) -> "Marks":
        """The range up to a row, in the order that the rows have now; a row that is gone ends it."""
        if self.anchor is None or self.anchor not in order or row_id not in order:
            return self.ended()
        first, last = sorted((order.index(self.anchor), order.index(row_id)))
        return Marks(self.before | set(order[first : last + 1]), self.anchor, self.before)

    def all_or_none(self, shown: Collection[Hashable]) -> "Marks":
        """With all that are shown; without them where all of them were marked."""
        these = frozenset(shown)
        return Marks(self.ids - these if these <= self.ids else self.ids | these)

    def among(self, living: Collection[Hashable]) -> "Marks":
        """Those that are still there."""
        gone = self.ids - frozenset(living)
        return Marks(self.ids - gone, self.anchor, self.before - gone) if gone else self


NO_MARKS = Marks()
