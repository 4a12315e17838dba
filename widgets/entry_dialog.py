"""A dialog that asks step by step: each step has a text, fields to fill, and ways to go on."""

from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from widgets.dialog import ButtonRow, Dialog, wrapped_height
from widgets.dialog_button import DialogButton
from widgets.dialog_values import DialogWords, EntryField, EntryStep, Way
from widgets.form_columns import FieldText
from widgets.layout import cell_width
from widgets.plain_input import PlainInput
from widgets.values import Cell, Emphasis, Line

R = TypeVar("R")
TYPED_WIDTH = 46
GAP = 2


class EntryDialog(Dialog[R | None]):
    """Shows one step after another; subclasses define in `go` where a way leads.

    While something is in progress only escape works, which closes the dialog.
    """

    DEFAULT_CSS = """
    EntryDialog {
        & .entry--below { height: auto; }
        & .entry--row { height: 1; margin: 0 2; }
        & .entry--fields { height: auto; margin: 1 0 0 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Previous", show=False),
        Binding("down", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, title: str, first: EntryStep, words: DialogWords) -> None:
        super().__init__(title, first.lines, words)
        self.step = first
        self.note: Line = ()
        self.is_busy = False
        self._inputs: dict[str, PlainInput] = {}
        self._buttons: dict[str, DialogButton] = {}
        self._below = Vertical(*self._widgets(), classes="entry--below")

    async def go(self, way: str, values: dict[str, str]) -> None:
        """Follow a way: show the next step, say what is wrong in a note, or dismiss."""
        raise NotImplementedError

    async def show_step(self, step: EntryStep, note: Line = ()) -> None:
        """Show another step. What was typed before is forgotten."""
        await self._below.remove_children()
        self.step, self.note, self._lines = step, note, step.lines
        await self._below.mount(*self._widgets())
        self.show_text()
        # Removed widgets pass their focus to a neighbour; this step sets it to the first field.
        first = self.first_focus()
        if first is not None:
            first.focus()

    def show_note(self, note: Line) -> None:
        """Say something below the text; the fields stay as they are."""
        self.note = note
        self.show_text()

    def compose_below(self) -> tuple[Widget, ...]:
        """Put fields and buttons below the text."""
        return (self._below,)

    def below_width(self) -> int:
        """Return the width of fields and buttons."""
        fields = self._label_width + TYPED_WIDTH + GAP if self.step.fields else 0
        return max(fields, sum(cell_width(way.label) + 6 for way in self.step.ways))

    def below_height(self, width: int) -> int:
        """Return the height of fields and buttons, with blank lines around them."""
        # The text takes what the frame leaves; wrapped lines are counted by the frame itself.
        self.text.styles.height = max(1, wrapped_height(self.shown_lines(), width))
        return 3 + (len(self.step.fields) + 1 if self.step.fields else 0)

    def shown_lines(self) -> tuple[Line, ...]:
        """Return the text with what there is to say."""
        if self.is_busy:
            return (*self._lines, (), (Cell(self.words.sending, Emphasis.MUTED),))
        return (*self._lines, (), self.note) if self.note else self._lines

    def first_focus(self) -> Widget | None:
        """Begin at the first field that is empty, else at the last way."""
        empty = next((typed for typed in self._inputs.values() if not typed.value), None)
        return empty or next(iter(self._inputs.values()), None) or next(reversed(self._buttons.values()), None)

    @property
    def values(self) -> dict[str, str]:
        """What is typed."""
        return {field_id: typed.value for field_id, typed in self._inputs.items()}

    @property
    def _label_width(self) -> int:
        return max((cell_width(field.label) for field in self.step.fields), default=0) + GAP

    def _widgets(self) -> tuple[Widget, ...]:
        self._inputs = {
            field.id: PlainInput(field.value, field.placeholder, password=field.is_secret) for field in self.step.fields
        }
        self._buttons = {way.id: DialogButton(way.label, id=f"way-{way.id}") for way in self.step.ways}
        rows = [self._row(field) for field in self.step.fields]
        fields = (Vertical(*rows, classes="entry--fields"),) if rows else ()
        return (*fields, ButtonRow(*self._buttons.values()))

    def _row(self, field: EntryField) -> Widget:
        label = field.label + " " * (self._label_width - cell_width(field.label))
        return Horizontal(FieldText((Cell(label),)), self._inputs[field.id], classes="entry--row")

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        """Go to the next field, and from the last one on."""
        message.stop()
        inputs = list(self._inputs.values())
        following = inputs[inputs.index(message.input) + 1 :] if message.input in inputs else []
        if following:
            following[0].focus()
        else:
            self.take(self.step.ways[-1])

    @on(DialogButton.Pressed)
    def _pressed(self, message: DialogButton.Pressed) -> None:
        message.stop()
        way = next((way for way in self.step.ways if f"way-{way.id}" == message.button.id), None)
        if way is not None:
            self.take(way)

    def take(self, way: Way) -> None:
        """Follow a way, unless one is in progress or a field is still empty."""
        if self.is_busy:
            return
        missing = next((typed for typed in self._inputs.values() if not typed.value.strip()), None)
        if way.needs_fields and missing is not None:
            missing.focus()
            return
        self._set_busy(True)
        self.run_worker(self._go(way.id, self.values), group="entry", exclusive=True)

    async def _go(self, way: str, values: dict[str, str]) -> None:
        step = self.step
        await self.go(way, values)
        self._set_busy(False)
        if self.step is step:
            self._try_again()

    def _set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        for typed in self._inputs.values():
            typed.disabled = is_busy
        self.show_text()

    def _try_again(self) -> None:
        """After a refusal, clear secrets: nobody can see where they are wrong."""
        for field in self.step.fields:
            if field.is_secret or field.is_once:
                self._inputs[field.id].value = ""
        if self._inputs:
            list(self._inputs.values())[-1].focus()
