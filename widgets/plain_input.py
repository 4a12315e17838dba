"""A line to type in, without a frame and without a blinking cursor."""

from textual.widgets import Input
from textual.widgets.input import Selection

from widgets.layout import typable


class PlainInput(Input):
    """An input that stays silent while nobody types: a blinking cursor costs 2.6 kB a second over the line."""

    DEFAULT_CSS = """
    PlainInput {
        height: 1;
        border: none;
        padding: 0;
        background: $boost;
        &:focus { border: none; text-style: bold; }
        &:ansi { background: ansi_default; }
        &:nocolor > .input--cursor { text-style: reverse; }
    }
    """

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        *,
        password: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__("", placeholder, password=password, id=id, compact=True, select_on_focus=False)
        # Set without watchers, so that a dialog can be made before there is an app that it belongs to.
        value = value if password else typable(value)
        self.set_reactive(PlainInput.value, value)
        self.set_reactive(PlainInput.selection, Selection.cursor(len(value)))
        self.set_reactive(PlainInput.cursor_blink, False)

    def replace(self, text: str, start: int, end: int) -> None:
        """Take what is typed or pasted, without what would act on the terminal or hide; a password is only dots."""
        super().replace(text if self.password else typable(text), start, end)
