"""Lines to read: scrolled by keys, wrapped on demand, repainted where they changed."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.layout import line_width
from widgets.palette import KeepsPalette
from widgets.scrolling import jump, set_content_size
from widgets.strips import line_strip
from widgets.values import Line
from widgets.wrapping import wrap_line

SIDE_STEP = 8


class FieldView(KeepsPalette, ScrollView, can_focus=True, inherit_bindings=False):
    """Shows lines that a presenter has laid out."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "FieldView { height: 1fr; overflow-x: hidden; scrollbar-size: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="view.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="view.down"),
        Binding("pageup", "page(-1.0)", "Page up", show=False, id="view.page-up"),
        Binding("pagedown", "page(1.0)", "Page down", show=False, id="view.page-down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="view.half-up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="view.half-down"),
        Binding("home,g", "top", "Begin", show=False, id="view.top"),
        Binding("end,G", "bottom", "End", show=False, id="view.bottom"),
        Binding("left", "aside(-1)", "Left", show=False, id="view.left"),
        Binding("right", "aside(1)", "Right", show=False, id="view.right"),
    ]

    lines: var[tuple[Line, ...]] = var((), init=False)
    """What to show."""
    wrap: var[bool] = var(False, init=False)
    """Whether long lines go on in the next line instead of beyond the right edge."""

    def __init__(
        self,
        lines: tuple[Line, ...] = (),
        *,
        wrap: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._shown: tuple[Line, ...] = ()
        self._side = 0
        self.set_reactive(FieldView.lines, lines)
        self.set_reactive(FieldView.wrap, wrap)

    def watch_lines(self) -> None:
        """Show other lines, repainting those that differ."""
        self._lay_out()

    def watch_wrap(self) -> None:
        """Wrap, or scroll sideways."""
        self._side = 0
        self._lay_out()

    def watch_show_vertical_scrollbar(self) -> None:
        """Give the lines the place that the scrollbar takes or leaves."""
        self._lay_out()

    def on_mount(self) -> None:
        """Lay the lines out."""
        self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out in another width."""
        self._lay_out()

    @property
    def _width(self) -> int:
        return max(0, self.size.width - self.scrollbar_size_vertical)

    def _lay_out(self) -> None:
        if not self.is_attached:
            return
        old, self._shown = self._shown, self._wrapped() if self.wrap and self._width else self.lines
        set_content_size(self, Size(self._width, len(self._shown)))
        top, height = self.scroll_offset.y, self.size.height
        for y in range(height):
            if old[top + y : top + y + 1] != self._shown[top + y : top + y + 1]:
                self.refresh(Region(0, y, self.size.width, 1))

    def _wrapped(self) -> tuple[Line, ...]:
        return tuple(part for line in self.lines for part in wrap_line(line, self._width))

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        index = y + self.scroll_offset.y
        line = self._shown[index] if index < len(self._shown) else ()
        if not self._side:
            return line_strip(line, self._width, self.palette)
        whole = line_strip(line, self._side + self._width, self.palette)
        return whole.crop(self._side, self._side + self._width)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave left and right to others where nothing lies aside."""
        return not self.wrap if action == "aside" else super().check_action(action, parameters)

    def action_move(self, lines: int) -> None:
        """Scroll by lines."""
        jump(self, y=self.scroll_offset.y + lines)

    def action_page(self, pages: float) -> None:
        """Scroll by pages; one line of the old page stays."""
        step = max(1, int(abs(pages) * max(1, self.size.height - 1)))
        jump(self, y=self.scroll_offset.y + (step if pages > 0 else -step))

    def action_top(self) -> None:
        """Go to the first line."""
        jump(self, y=0)

    def action_bottom(self) -> None:
        """Go to the last line."""
        jump(self, y=self.max_scroll_y)

    def action_aside(self, steps: int) -> None:
        """Scroll sideways as far as the longest line goes."""
        longest = max((line_width(line) for line in self._shown), default=0)
        side = min(self._side + steps * SIDE_STEP, longest - self._width)
        if max(0, side) != self._side:
            self._side = max(0, side)
            self.refresh(self.size.region)
