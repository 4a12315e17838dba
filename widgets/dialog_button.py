"""A button of a dialog: one line, its focus visible without colour, its letter underlined."""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from widgets.layout import fit, plain
from widgets.line_widget import LineWidget
from widgets.values import Cell, Emphasis, Line

UNDERLINE = Style(underline=True)


class DialogButton(LineWidget, can_focus=True):
    """Shows `[ Cancel ]` reversed with the focus, `Cancel` without, grey when it does nothing."""

    DEFAULT_CSS = "DialogButton { width: auto; height: 1; margin: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "press", "Press", show=False)]

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        button: "DialogButton"

        @property
        def control(self) -> "DialogButton":
            """The button, for `on` selectors."""
            return self.button

    def __init__(self, label: str, *, letter: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        label = plain(label)
        self.letter = letter.lower()
        shown = not letter or letter.lower() in label.lower()
        self.label = label if shown else f"{label} ({letter})"

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width with brackets."""
        return Segment(self.label).cell_length + 4

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the label; how it looks depends on focus and state."""
        return ((Cell(self.label),),)

    def render_line(self, y: int) -> Strip:
        """Paint the label."""
        inner = max(0, self.size.width - 4)
        label = fit(self.label, inner)
        left, right = ("[ ", " ]") if self.has_focus else ("  ", "  ")
        style = self._style()
        segments = [Segment(left, style), *self._letter_segments(label, style), Segment(right, style)]
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def _style(self) -> Style:
        if self.is_disabled:
            return self.palette.style(Emphasis.MUTED)
        if self.has_focus:
            return self.palette.reversed_style(Emphasis.STRONG)
        return self.palette.style(Emphasis.NORMAL)

    def _letter_segments(self, label: str, style: Style) -> list[Segment]:
        place = label.lower().find(self.letter) if self.letter else -1
        if place < 0:
            return [Segment(label, style)]
        parts = (label[:place], label[place], label[place + 1 :])
        segments = [Segment(part, style + UNDERLINE if number == 1 else style) for number, part in enumerate(parts)]
        return [segment for segment in segments if segment.text]

    def action_press(self) -> None:
        """Tell that the button was pressed."""
        if not self.is_disabled:
            self.post_message(self.Pressed(self))

    def on_click(self, event: events.Click) -> None:
        """Press the button."""
        self.action_press()
