"""Where the columns of a table stand: pure arithmetic on widths."""

from msgspec import Struct

from widgets.values import Align, Column, Draw

MIN_WORDS_WIDTH = 8


class Placed(Struct, frozen=True):
    """A column that is shown: its position among all columns, where it begins and how wide it is."""

    index: int
    column: Column
    x: int
    width: int


class TableLayout(Struct, frozen=True):
    """The columns that are shown; `total` is the width they take, gutter and gaps included."""

    placed: tuple[Placed, ...] = ()
    width: int = 0
    gutter: int = 1
    gap: int = 1
    total: int = 0

    @property
    def pinned(self) -> int:
        """How many cells stay when the table scrolls sideways: the gutter and the first column."""
        return self.placed[0].x + self.placed[0].width + self.gap if self.placed else 0

    @property
    def scroll_stops(self) -> tuple[int, ...]:
        """The sideways offsets at which a column begins right after the pinned one."""
        return tuple(place.x - self.pinned for place in self.placed[1:])

    def whole_span(self, scroll_x: int = 0) -> tuple[int, int]:
        """Return from which cell behind the pinned ones to which the columns are whole.

        Half a figure at an edge would be a wrong figure. Words may be cut, and are marked so.
        """
        start, end = self.pinned + scroll_x, scroll_x + self.width
        first, last = self.pinned, self.width
        for place in self.placed[1:]:
            if place.column.align is Align.RIGHT:
                if place.x < start < place.x + place.width:
                    first = min(self.width, place.x + place.width - scroll_x)
                if place.x < end < place.x + place.width:
                    last = max(self.pinned, place.x - scroll_x)
        return first, max(first, last)

    def cut_words(self, scroll_x: int = 0) -> tuple[int, int] | None:
        """Return where the part of a column of words that the right edge cuts off begins and ends, if it cuts one."""
        end = scroll_x + self.width
        for place in self.placed[1:]:
            if place.x < end < place.x + place.width and place.column.align is not Align.RIGHT:
                return end, place.x + place.width
        return None

    @property
    def scroll_width(self) -> int:
        """Return the scrollable width: at its end a column starts right after the pinned one."""
        reach = max(0, self.total - self.width)
        return next((stop for stop in self.scroll_stops if stop >= reach), reach) + self.width if reach else self.width

    def column_at(self, x: int, scroll_x: int = 0) -> Column | None:
        """Return the column drawn at a horizontal position; the gap belongs to the column before it."""
        if x >= self.pinned:
            x += scroll_x
        for place in self.placed:
            if place.x <= x < place.x + place.width + self.gap:
                return place.column
        return None


def lay_out(
    columns: tuple[Column, ...],
    width: int,
    *,
    gutter: int = 1,
    gap: int = 1,
    scrolls: bool = False,
    hidden: frozenset[str] = frozenset(),
) -> TableLayout:
    """Place columns in `width` cells; those that are `hidden` leave, but for the first one.

    Columns that do not fit leave whole, unless the table scrolls sideways. What is left over goes to the columns that
    flex; when even those that never leave are too wide, columns of words shrink.
    """
    chosen = [one for one in enumerate(columns) if one[0] == 0 or one[1].id not in hidden]
    if not scrolls:
        chosen = _those_that_fit(chosen, width - gutter, gap)
    widths = [column.width for _index, column in chosen]
    spare = width - gutter - _taken(widths, gap)
    if spare > 0:
        widths = _grow(chosen, widths, spare)
    elif spare < 0 and not scrolls:
        widths = _shrink(chosen, widths, -spare)
    placed: list[Placed] = []
    x = gutter
    for (index, column), column_width in zip(chosen, widths, strict=True):
        placed.append(Placed(index, column, x, column_width))
        x += column_width + gap
    return TableLayout(tuple(placed), width, gutter, gap, gutter + _taken(widths, gap))


def _taken(widths: list[int], gap: int) -> int:
    return sum(widths) + gap * max(0, len(widths) - 1)


def _those_that_fit(chosen: list[tuple[int, Column]], width: int, gap: int) -> list[tuple[int, Column]]:
    while _taken([column.width for _index, column in chosen], gap) > width:
        index, column = max(chosen, key=lambda item: (item[1].priority, item[0]))
        if column.priority == 0:
            break
        chosen = [item for item in chosen if item[0] != index]
    return chosen


def _grow(chosen: list[tuple[int, Column]], widths: list[int], spare: int) -> list[int]:
    shares = [column.flex for _index, column in chosen]
    whole = sum(shares)
    if not whole:
        return widths
    grown = []
    done = given = 0
    for width, share in zip(widths, shares, strict=True):
        # Counting from the start spreads the rest without losing a cell.
        done += share
        extra = spare * done // whole - given
        given += extra
        grown.append(width + extra)
    return grown


def _shrink(chosen: list[tuple[int, Column]], widths: list[int], excess: int) -> list[int]:
    """Narrow the columns of words, the widest first; figures that are cut would be wrong figures."""
    shrunk = list(widths)
    words = [place for place, (_index, column) in enumerate(chosen) if _is_words(column)]
    for _cell in range(excess):
        widest = max(words, key=lambda place: shrunk[place], default=None)
        if widest is None or shrunk[widest] <= MIN_WORDS_WIDTH:
            break
        shrunk[widest] -= 1
    return shrunk


def _is_words(column: Column) -> bool:
    return column.align is Align.LEFT and column.draw is Draw.TEXT
