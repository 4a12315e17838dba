"""Facts laid out on one line: the least important are dropped if it is narrow. Imports no widget and no framework."""

from collections.abc import Sequence

from msgspec import Struct

from widgets.layout import fit_line, line_width
from widgets.values import Align, Cell, Line

GAP = 3
"""Cells between two facts."""


class Part(Struct, frozen=True):
    """A fact on a line. Parts with the highest `priority` are dropped first; priority 0 is never dropped whole."""

    line: Line
    priority: int = 0
    align: Align = Align.LEFT


def laid_out(parts: tuple[Part, ...], width: int, gap: int = GAP) -> Line:
    """Lay facts out in `width` cells; the right ones keep their place and the left ones are cut."""
    kept = [part for part in parts if part.line]
    while len(kept) > 1 and width_of(kept, gap) > width:
        last = max(range(len(kept)), key=lambda place: (kept[place].priority, place))
        if kept[last].priority == 0:
            break
        del kept[last]
    right = _joined([part for part in kept if part.align is Align.RIGHT], gap)
    left = _joined([part for part in kept if part.align is Align.LEFT], gap)
    if not right:
        return fit_line(left, width)
    room = width - line_width(right)
    if room <= 0:
        return fit_line(right, width)
    # A blank keeps a cut left side apart from the right one.
    return (*fit_line(left, room - 1), Cell(" "), *right)


def width_of(parts: Sequence[Part], gap: int = GAP) -> int:
    """The cells that all of them take."""
    return sum(line_width(part.line) for part in parts) + gap * (len(parts) - 1)


def _joined(parts: list[Part], gap: int) -> Line:
    cells: list[Cell] = []
    for part in parts:
        if cells:
            cells.append(Cell(" " * gap))
        cells.extend(part.line)
    return tuple(cells)
