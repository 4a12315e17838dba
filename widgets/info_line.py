"""One line of facts, such as a header: what matters least leaves when the terminal is narrow."""

from msgspec import Struct
from textual.geometry import Size
from textual.reactive import var

from widgets.layout import fit_line, line_width
from widgets.line_widget import LineWidget
from widgets.values import Align, Cell, Line


class Part(Struct, frozen=True):
    """A fact on a line. Those of the highest `priority` number leave first; priority 0 never leaves whole."""

    line: Line
    priority: int = 0
    align: Align = Align.LEFT


class InfoLine(LineWidget):
    """Shows facts from the left and from the right, as many as fit."""

    DEFAULT_CSS = "InfoLine { height: 1; padding: 0 1; }"

    parts: var[tuple[Part, ...]] = var((), init=False)
    """The facts, in the order in which they stand."""
    left: var[Line] = var((), init=False)
    """A fact at the left edge that never leaves whole."""
    right: var[Line] = var((), init=False)
    """A fact at the right edge that never leaves whole."""

    def __init__(
        self,
        parts: tuple[Part, ...] = (),
        *,
        gap: int = 3,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._gap = gap
        self.set_reactive(InfoLine.parts, parts)

    def watch_parts(self) -> None:
        """Show other facts."""
        self.update_lines()

    def watch_left(self) -> None:
        """Show another fact."""
        self.update_lines()

    def watch_right(self) -> None:
        """Show another fact."""
        self.update_lines()

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the one line."""
        parts = (Part(self.left), *self.parts, Part(self.right, align=Align.RIGHT))
        return (info_line(parts, size.width, self._gap),)


def info_line(parts: tuple[Part, ...], width: int, gap: int) -> Line:
    """Lay facts out in `width` cells; the right ones keep their place and the left ones are cut."""
    kept = [part for part in parts if part.line]
    while len(kept) > 1 and _taken(kept, gap) > width:
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


def _taken(parts: list[Part], gap: int) -> int:
    return sum(line_width(part.line) for part in parts) + gap * (len(parts) - 1)


def _joined(parts: list[Part], gap: int) -> Line:
    cells: list[Cell] = []
    for part in parts:
        if cells:
            cells.append(Cell(" " * gap))
        cells.extend(part.line)
    return tuple(cells)
