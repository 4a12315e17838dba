"""One line of facts, such as a header: what matters least leaves when the terminal is narrow."""

from textual.geometry import Size
from textual.reactive import var

from widgets.facts import GAP, Part, laid_out
from widgets.line_widget import LineWidget
from widgets.values import Align, Line


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
        gap: int = GAP,
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
        return (laid_out(parts, size.width, self._gap),)
