"""A dialog with one line to type, checked at each change."""

from collections.abc import Callable

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from widgets.dialog import ButtonRow, Dialog
from widgets.dialog_button import DialogButton
from widgets.dialog_values import DialogWords, PromptCheck
from widgets.layout import cell_width
from widgets.plain_input import PlainInput
from widgets.values import Line

TYPED_WIDTH = 48


def always_ready(_value: str) -> PromptCheck:
    """Accept anything."""
    return PromptCheck()


class PromptDialog(Dialog[str | None]):
    """Asks for one text; the result is what was typed, or None."""

    DEFAULT_CSS = "PromptDialog PlainInput { margin: 1 2 0 2; }"

    def __init__(
        self,
        title: str,
        *,
        lines: tuple[Line, ...] = (),
        value: str = "",
        placeholder: str = "",
        check: Callable[[str], PromptCheck] = always_ready,
        password: bool = False,
        verb: str | None = None,
        words: DialogWords | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(title, lines, words or DialogWords(), id)
        self._check = check
        self.typed = PlainInput(value, placeholder, password=password)
        self.cancel_button = DialogButton(self.words.cancel, id="cancel")
        self.accept_button = DialogButton(verb or self.words.accept, id="accept")
        self.button_row = ButtonRow(self.cancel_button, self.accept_button)
        self.checked = check(value)

    def shown_lines(self) -> tuple[Line, ...]:
        """Return the text with what the typed means."""
        return (*self._lines, self.checked.line)

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the input above the buttons."""
        return (self.typed, self.button_row)

    def below_width(self) -> int:
        """Return the width of input and buttons."""
        return max(TYPED_WIDTH, cell_width(self.typed.value) + 1, self.button_row.wanted_width)

    def below_height(self, width: int) -> int:
        """Return the height of input and buttons, with blank lines around them."""
        return 5

    def first_focus(self) -> Widget:
        """Begin to type."""
        return self.typed

    def on_mount(self) -> None:
        """Say what is typed at first."""
        self._show_check()

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.checked = self._check(message.value)
        self._show_check()

    def _show_check(self) -> None:
        self.accept_button.disabled = not self.checked.ready
        self.show_text()

    @on(Input.Submitted)
    @on(DialogButton.Pressed, "#accept")
    def _accept(self, message: Input.Submitted | DialogButton.Pressed) -> None:
        message.stop()
        if self.checked.ready:
            self.dismiss(self.typed.value)

    @on(DialogButton.Pressed, "#cancel")
    def _cancel_pressed(self, message: DialogButton.Pressed) -> None:
        message.stop()
        self.action_cancel()
