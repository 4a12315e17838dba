"""The rows that a person has marked: ids, whatever the table does meanwhile."""

from collections.abc import Collection, Hashable, Sequence

from msgspec import Struct


class Marks(Struct, frozen=True):
    """Marked rows; while a range is drawn, also its start and the marks before it."""

    ids: frozenset[Hashable] = frozenset()
    anchor: Hashable = None
    before: frozenset[Hashable] = frozenset()

    def toggled(self, row_id: Hashable) -> "Marks":
        """Toggle a row; this ends a range."""
        return Marks(self.ids ^ {row_id})

    def begun(self, row_id: Hashable) -> "Marks":
        """Start a range at a row."""
        return Marks(self.ids | {row_id}, row_id, self.ids)

    def ended(self) -> "Marks":
        """End the range, keeping its marks."""
        return Marks(self.ids)

    def reaching(self, row_id: Hashable, order: Sequence[Hashable]) -> "Marks":
        """Extend the range to a row, in the current order of rows; a removed row ends it."""
        if self.anchor is None or self.anchor not in order or row_id not in order:
            return self.ended()
        first, last = sorted((order.index(self.anchor), order.index(row_id)))
        return Marks(self.before | set(order[first : last + 1]), self.anchor, self.before)

    def all_or_none(self, shown: Collection[Hashable]) -> "Marks":
        """Mark all shown rows, or unmark them if all were marked."""
        these = frozenset(shown)
        return Marks(self.ids - these if these <= self.ids else self.ids | these)

    def among(self, living: Collection[Hashable]) -> "Marks":
        """Only the marks of existing rows."""
        gone = self.ids - frozenset(living)
        return Marks(self.ids - gone, self.anchor, self.before - gone) if gone else self


NO_MARKS = Marks()
