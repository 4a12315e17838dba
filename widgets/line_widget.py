"""The base of widgets made of lines: a line is painted only if it differs from the one shown."""

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.palette import KeepsPalette
from widgets.strips import line_strip
from widgets.values import Line


class LineWidget(KeepsPalette, Widget):
    """A widget whose content is lines made of its properties and its size."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the lines to show in this size; each kind of widget says its own."""
        raise NotImplementedError

    def update_lines(self) -> None:
        """Rebuild the lines and repaint those that differ."""
        old, self._lines = self._lines, self.lines_for(self.size)
        width, height = self.size
        for y in range(height):
            if old[y : y + 1] != self._lines[y : y + 1]:
                self.refresh(Region(0, y, width, 1))

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        return line_strip(self._lines[y] if y < len(self._lines) else (), self.size.width, self.palette)

    def on_resize(self, event: events.Resize) -> None:
        """Make lines of the new size."""
        self.update_lines()
