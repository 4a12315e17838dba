"""What widgets have in common that are made of lines: paint a line only when it differs from the one shown."""

from typing import ClassVar, Self

from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.palette import EMPHASIS_CLASSES, SEVERITY_CSS, Palette, palette_of
from widgets.strips import line_strip
from widgets.values import Line


class LineWidget(Widget):
    """A widget whose content is lines made of its properties and its size."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = set(EMPHASIS_CLASSES)
    DEFAULT_CSS = "LineWidget {" + SEVERITY_CSS + "}"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()
        self._kept_palette: Palette | None = None

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the lines to show in this size; each kind of widget says its own."""
        raise NotImplementedError

    def update_lines(self) -> None:
        """Make the lines anew and repaint those that differ."""
        old, self._lines = self._lines, self.lines_for(self.size)
        width, height = self.size
        for y in range(height):
            if old[y : y + 1] != self._lines[y : y + 1]:
                self.refresh(Region(0, y, width, 1))

    @property
    def palette(self) -> Palette:
        """The styles to paint with."""
        if self._kept_palette is None:
            self._kept_palette = palette_of(self)
        return self._kept_palette

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        return line_strip(self._lines[y] if y < len(self._lines) else (), self.size.width, self.palette)

    def on_resize(self, event: events.Resize) -> None:
        """Make lines of the new size."""
        self.update_lines()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Look the colours up again at a full refresh, since that is how a change of style arrives."""
        if not regions:
            self._kept_palette = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Look the colours up again."""
        self._kept_palette = None
        super().notify_style_update()
