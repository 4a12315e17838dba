"""A dialog with fields: what is now, what shall be, what is used, and a note that says at once what it would do."""

from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct, field
from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input

from widgets.act_dialog import ActDialog
from widgets.dialog import DialogWords, Outcome, wrapped_height
from widgets.field_view import FieldView
from widgets.layout import cell_width, fit, line_width
from widgets.line_widget import LineWidget
from widgets.plain_input import PlainInput
from widgets.values import Cell, Line, Severity

GAP = 2
NOTE_WIDTH = 24


class FormField(Struct, frozen=True):
    """A field: its name, what is typed at first, and what holds now and is used."""

    id: str
    label: str
    value: str = ""
    placeholder: str = ""
    now: str = ""
    used: str = ""


class FormCheck(Struct, frozen=True):
    """What the typed values would do: a note beside each field, lines below them, and whether they may be sent."""

    notes: Mapping[str, Cell] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    ready: bool = False


class FormDialog(ActDialog):
    """Asks for values; each change is checked at once, and the verb does nothing until the check is content."""

    DEFAULT_CSS = """
    FormDialog {
        & .form--fields { height: auto; margin: 1 2 0 2; scrollbar-size: 0 1; }
        & .form--row { height: 1; }
    }
    """
    BINDINGS = [
        Binding("up", "app.focus_previous", "Previous", show=False),
        Binding("down", "app.focus_next", "Next", show=False),
    ]

    def __init__(
        self,
        title: str,
        lines: tuple[Line, ...],
        fields: tuple[FormField, ...],
        verb: str,
        check: Callable[[dict[str, str]], FormCheck],
        act: Callable[[dict[str, str]], Awaitable[Outcome]],
        *,
        input_width: int = 8,
        letter: str | None = None,
        words: DialogWords | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(title, lines, verb, letter=letter, words=words, id=id)
        self._check = check
        self._act = act
        self._columns = FormColumns.of(fields, self.words, input_width)
        self._inputs = {form_field.id: _input(form_field, input_width) for form_field in fields}
        self._notes = {form_field.id: FieldNote() for form_field in fields}
        self._fields = fields
        self.hints = FieldView(wrap=True)
        self.hints.can_focus = False
        self.checked = FormCheck()

    @property
    def values(self) -> dict[str, str]:
        """What is typed, without blanks around it."""
        return {field_id: typed.value.strip() for field_id, typed in self._inputs.items()}

    def is_ready(self) -> bool:
        """Return whether what is typed may be sent."""
        return self.checked.ready

    async def act(self) -> Outcome:
        """Do what the caller gave with what is typed."""
        for typed in self._inputs.values():
            typed.disabled = True
        return await self._act(self.values)

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the fields and their hints above the buttons."""
        heading = FieldText(self._columns.heading(self._fields, self.words))
        rows = [heading, *(self._row(form_field) for form_field in self._fields)]
        scroll = VerticalScroll(*rows, classes="form--fields", can_focus=False)
        return (scroll, self.hints, *super().compose_below())

    def _row(self, form_field: FormField) -> Widget:
        left, right = self._columns.around(form_field)
        typed = self._inputs[form_field.id]
        return Horizontal(FieldText(left), typed, FieldText(right), self._notes[form_field.id], classes="form--row")

    def below_width(self) -> int:
        """Return the width of the fields with their notes."""
        return max(super().below_width(), self._columns.width + NOTE_WIDTH)

    def below_height(self, width: int) -> int:
        """Return the height of fields, hints and buttons, and give text and hints what they take."""
        hints = wrapped_height(self.checked.lines, width)
        self.hints.display = hints > 0
        self.hints.styles.height = hints
        self.text.styles.height = max(1, wrapped_height(self.shown_lines(), width))
        blanks = 2 if hints else 1
        return super().below_height(width) + 1 + len(self._fields) + hints + blanks

    def first_focus(self) -> Widget:
        """Begin at the first field."""
        return next(iter(self._inputs.values()), self.cancel_button)

    def takes_letters(self) -> bool:
        """Leave letters to the field that has the focus."""
        return super().takes_letters() and not isinstance(self.focused, Input)

    def on_mount(self) -> None:
        """Check what is there at first."""
        self._check_values()

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self._check_values()

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        """Go from the field to the verb, which takes another enter: typing never sends."""
        message.stop()
        (self.verb_button if self.is_ready() else self.cancel_button).focus()

    def _check_values(self) -> None:
        if self.is_busy or self.outcome is not None:
            return
        self.checked = self._check(self.values)
        for field_id, note in self._notes.items():
            note.show((self.checked.notes.get(field_id, Cell()),))
        self.verb_button.disabled = not self.checked.ready
        self.hints.lines = self.checked.lines
        self.fit_frame()


class FormColumns(Struct, frozen=True):
    """The widths of the columns of a form."""

    label: int
    now: int
    typed: int
    used: int

    @classmethod
    def of(cls, fields: tuple[FormField, ...], words: DialogWords, input_width: int) -> "FormColumns":
        """Make each column as wide as its widest text."""
        return cls(
            max((cell_width(form_field.label) for form_field in fields), default=0) + GAP,
            max(cell_width(words.now), *(cell_width(form_field.now) for form_field in fields)) + GAP,
            input_width,
            max(cell_width(words.used), *(cell_width(form_field.used) for form_field in fields)),
        )

    @property
    def width(self) -> int:
        """How wide the columns are, without the notes."""
        return self.label + self.now + self.typed + 2 + GAP + self.used + GAP

    def heading(self, fields: tuple[FormField, ...], words: DialogWords) -> Line:
        """Return the line of headings; a column that no field uses has none."""
        now = words.now if any(form_field.now for form_field in fields) else ""
        used = words.used if any(form_field.used for form_field in fields) else ""
        text = " " * self.label + fit(now, self.now) + fit(f" {words.new}", self.typed + 2 + GAP) + used
        return (Cell(text, Severity.MUTED),)

    def around(self, form_field: FormField) -> tuple[Line, Line]:
        """Return what stands left and right of what is typed."""
        left = Cell(fit(form_field.label, self.label)), Cell(fit(form_field.now, self.now) + "[")
        return left, (Cell("]" + " " * GAP + fit(form_field.used, self.used) + " " * GAP),)


class FieldText(LineWidget):
    """A fixed text in a row of a form."""

    DEFAULT_CSS = "FieldText { width: auto; height: 1; }"

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width of the text."""
        return line_width(self._line)

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the text."""
        return (self._line,)


class FieldNote(LineWidget):
    """What the value of a field would do."""

    DEFAULT_CSS = "FieldNote { width: 1fr; height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._line: Line = ()

    def show(self, line: Line) -> None:
        """Show another note."""
        self._line = line
        self.update_lines()

    def lines_for(self, size: Size) -> tuple[Line, ...]:
        """Return the note."""
        return (self._line,)


def _input(form_field: FormField, width: int) -> PlainInput:
    typed = PlainInput(form_field.value, form_field.placeholder)
    typed.styles.width = width
    return typed
