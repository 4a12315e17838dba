"""The base of dialogs: a frame in the middle of the screen as large as its content, text, buttons."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ScreenResultType
from textual.widget import Widget

from widgets.dialog_button import DialogButton
from widgets.dialog_values import DialogWords
from widgets.field_view import FieldView
from widgets.figures import longest
from widgets.layout import cell_width, line_width
from widgets.modal import Modal
from widgets.pane import Pane
from widgets.values import Line
from widgets.wrapping import wrap_line

MIN_WIDTH, MAX_WIDTH = 44, 100
# The frame, and the padding between frame and text.
FRAME, MARGIN = 1, 2
BUTTON_SIDES = 6
"""Cells around a button's label."""
SCROLLBAR = 1
"""Kept free, so that a text that needed a scrollbar does not rewrap without it."""


class Dialog(Modal[ScreenResultType]):
    """A framed text with something below it."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        & > Pane { background: $surface; }
        & FieldView { margin: 1 2 0 2; }
        & .dialog--buttons { height: 1; margin: 1 0; align-horizontal: center; }
        &.-tight FieldView { margin: 0 1 0 1; }
        &.-tight .dialog--buttons { margin: 0; }
        &:ansi > Pane { background: ansi_default; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("left", "app.focus_previous", "Previous", show=False),
        Binding("right", "app.focus_next", "Next", show=False),
        Binding("up", "scroll_text(-1)", "Up", show=False),
        Binding("down", "scroll_text(1)", "Down", show=False),
        Binding("pageup", "page_text(-1.0)", "Page up", show=False),
        Binding("pagedown", "page_text(1.0)", "Page down", show=False),
    ]

    def __init__(self, title: str, lines: tuple[Line, ...], words: DialogWords, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines = self._told = lines
        self.words = words
        self.frame = Pane(title_line=title)
        self.text = FieldView(lines, wrap=True)
        self.text.can_focus = False
        self.is_tight = False
        """Whether blank lines and margins are dropped because the terminal is too low."""

    def compose(self) -> ComposeResult:
        """Build the frame with the text and what the kind of dialog adds."""
        with self.frame:
            yield self.text
            yield from self.compose_below()

    def compose_below(self) -> Iterable[Widget]:
        """Return the widgets below the text; defined by each kind of dialog."""
        return ()

    def below_width(self) -> int:
        """Return the preferred width of the widgets below the text."""
        return 0

    def below_height(self, width: int) -> int:
        """Return their height at this width, as tight as the dialog is."""
        return 0

    def first_focus(self) -> Widget | None:
        """Return what has the focus at first; defined by each kind of dialog."""
        return None

    def on_mount(self) -> None:
        """Size the frame. Textual calls this after the same method of a subclass."""
        self.show_text()
        first = self.first_focus()
        if first is not None:
            first.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Size the frame for another terminal."""
        self.fit_frame()

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show another text, also while the dialog is open."""
        self._lines = lines
        self.show_text()

    def shown_lines(self) -> tuple[Line, ...]:
        """Return the text as it is shown now."""
        return self._lines

    def show_text(self) -> None:
        """Show the text as it is now, in a frame of its size."""
        self._told = self.shown_lines()
        self.fit_frame()

    def fit_frame(self) -> None:
        """Make the frame as large as its content, and no larger than the terminal."""
        if not self.is_attached:
            return
        if self._wanted_size(is_tight=False)[1] > self.size.height:
            width, height = self._wanted_size(is_tight=True)
        else:
            width, height = self._wanted_size(is_tight=False)
        self.set_class(self.is_tight, "-tight")
        self.frame.styles.width = width
        self.frame.styles.height = min(self.size.height, height)
        self.text.lines = self._without_blanks()
        inner = width - self._sides
        is_figure_broken = any(longest("".join(cell.text for cell in line)) > inner for line in self.text.lines)
        self.fitted(inner, is_whole=height <= self.size.height and not is_figure_broken)

    def fitted(self, width: int, *, is_whole: bool) -> None:
        """React to whether the whole dialog is visible; defined by each kind of dialog."""

    @property
    def _sides(self) -> int:
        """Cells left and right of the text."""
        return 2 * (FRAME + (1 if self.is_tight else MARGIN)) + SCROLLBAR

    def _wanted_size(self, *, is_tight: bool) -> tuple[int, int]:
        """Return the width of the frame, and the height that all its content needs."""
        self.is_tight = is_tight
        sides = self._sides
        lines = self._without_blanks()
        widest = max((line_width(line) for line in lines), default=0)
        wanted = max(MIN_WIDTH, widest + sides, self.below_width() + sides, cell_width(self.frame.title_line) + 6)
        width = max(sides + 1, min(wanted, MAX_WIDTH, self.size.width))
        blank = 0 if is_tight else 1
        return width, 2 * FRAME + blank + wrapped_height(lines, width - sides) + self.below_height(width - sides)

    def _without_blanks(self) -> tuple[Line, ...]:
        lines = self._told
        return tuple(line for line in lines if line) if self.is_tight else lines

    def action_scroll_text(self, lines: int) -> None:
        """Scroll a text that is longer than the terminal."""
        self.text.action_move(lines)

    def action_page_text(self, pages: float) -> None:
        """Scroll a text that is longer than the terminal by pages."""
        self.text.action_page(pages)

    def action_cancel(self) -> None:
        """Close without a result."""
        self.dismiss(None)


def wrapped_height(lines: tuple[Line, ...], width: int) -> int:
    """Return how many rows the lines take when they are wrapped."""
    return sum(len(wrap_line(line, width)) for line in lines)


class ButtonRow(Horizontal):
    """Buttons side by side; long labels are cut so that all stay visible."""

    def __init__(self, *buttons: DialogButton) -> None:
        super().__init__(*buttons, classes="dialog--buttons")
        self.buttons = buttons

    def on_resize(self, event: events.Resize) -> None:
        """Cut the longest label."""
        shown = [button for button in self.buttons if button.display]
        *others, last = shown
        taken = sum(cell_width(button.label) + BUTTON_SIDES for button in others)
        last.styles.max_width = max(6, event.size.width - taken - 2)

    @property
    def wanted_width(self) -> int:
        """How wide the row is with whole labels."""
        return sum(cell_width(button.label) + BUTTON_SIDES for button in self.buttons if button.display)
