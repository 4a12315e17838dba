"""A dialog with fields: current value, new value, use, and a note that says at once what it would do."""

from collections.abc import Awaitable, Callable

from textual import events, on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from widgets.act_dialog import ActDialog
from widgets.dialog import FRAME, wrapped_height
from widgets.dialog_values import ActOutcome, DialogWords, FormCheck, FormField
from widgets.field_view import FieldView
from widgets.figures import longest
from widgets.form_columns import FieldNote, FieldText, FormColumns
from widgets.layout import line_width
from widgets.plain_input import PlainInput
from widgets.values import Cell, Emphasis, Line

NOTE_WIDTH = 24
"""Kept free for notes, so that columns do not move while typing."""
MIN_TYPED_WIDTH = 8


class FormDialog(ActDialog):
    """Asks for values; each change is checked at once, and the verb is inactive until the check passes.

    If the columns are too wide, the notes of the focused field are shown below the fields; with the focus on a button,
    those of every filled field.
    """

    DEFAULT_CSS = """
    FormDialog {
        & .form--fields { height: auto; margin: 1 2 0 2; scrollbar-size: 0 1; }
        & .form--row { height: 1; }
        &.-tight .form--fields { margin: 0 1 0 1; }
        &.-stacked .form--aside { display: none; }
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
        act: Callable[[dict[str, str]], Awaitable[ActOutcome]],
        *,
        input_width: int = 13,
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
        self._rows = VerticalScroll(classes="form--fields", can_focus=False)
        self._is_stacked = False
        self._has_room_to_type = True
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

    async def act(self) -> ActOutcome:
        """Do what the caller gave with what is typed."""
        for typed in self._inputs.values():
            typed.disabled = True
        return await self._act(self.values)

    def compose_below(self) -> tuple[Widget, ...]:
        """Put the fields and their hints above the buttons."""
        self._rows = VerticalScroll(
            FieldText(self._columns.heading(self._fields, self.words), classes="form--aside"),
            *(self._row(form_field) for form_field in self._fields),
            classes="form--fields",
            can_focus=False,
        )
        return (self._rows, self.hints, *super().compose_below())

    def _row(self, form_field: FormField) -> Widget:
        label, now, used = self._columns.around(form_field)
        note = self._notes[form_field.id]
        note.add_class("form--aside")
        return Horizontal(
            FieldText(label),
            FieldText(now, classes="form--aside"),
            FieldText((Cell("["),)),
            self._inputs[form_field.id],
            FieldText((Cell("]"),)),
            FieldText(used, classes="form--aside"),
            note,
            classes="form--row",
        )

    def below_width(self) -> int:
        """Return the width of the fields with their notes."""
        widest = max((line_width((note,)) for note in self.checked.notes.values()), default=0)
        return max(super().below_width(), self._columns.width + max(NOTE_WIDTH, widest))

    def below_height(self, width: int) -> int:
        """Return the height of fields, lines and buttons, and give each of them what it takes."""
        self._is_stacked = width < self.below_width()
        lines = self._lines_below()
        hints = wrapped_height(lines, width)
        text = max(1, wrapped_height(self.shown_lines(), width))
        rows = len(self._fields) + (0 if self._is_stacked else 1)
        buttons = super().below_height(width)
        if self.is_tight:
            # The focused field is always among the visible ones.
            text = max(1, wrapped_height(tuple(line for line in self.shown_lines() if line), width))
            rows = max(1, min(rows, self.size.height - 2 * FRAME - text - hints - buttons))
        self.text.styles.height = text
        self.hints.styles.height, self._rows.styles.height = hints, rows
        self.hints.lines = lines
        self.hints.display = hints > 0
        self.set_class(self._is_stacked, "-stacked")
        room = min(self._columns.typed, width - self._columns.label - len("[]"))
        self._has_room_to_type = room >= min(self._columns.typed, MIN_TYPED_WIDTH)
        for typed in self._inputs.values():
            typed.styles.width = max(1, room)
        blanks = 0 if self.is_tight else 2 if hints else 1
        return buttons + rows + hints + blanks

    def fitted(self, width: int, *, is_whole: bool) -> None:
        """Ask nothing if an amount could not be read while typed, or if one below the fields is broken."""
        is_figure_broken = any(longest("".join(cell.text for cell in line)) > width for line in self.hints.lines)
        super().fitted(width, is_whole=is_whole and self._has_room_to_type and not is_figure_broken)

    def _lines_below(self) -> tuple[Line, ...]:
        """Return what stands below the fields: what they would do, and how to type while there is room."""
        told = self.checked.lines if self.is_tight else (*self.checked.lines, *self.checked.hints)
        return (*self._asides(), *told) if self._is_stacked and self.outcome is None else told

    def _asides(self) -> tuple[Line, ...]:
        focused = next((one for one in self._fields if self._inputs[one.id].has_focus), None)
        if focused is not None:
            return (self._aside(focused),)
        return tuple(
            (Cell(f"{one.label}: "), self.checked.notes.get(one.id, Cell()))
            for one in self._fields
            if self.values[one.id]
        )

    def _aside(self, form_field: FormField) -> Line:
        facts = ((self.words.now, form_field.now), (self.words.used, form_field.used))
        told = [Cell(f"{word} {value} · ", Emphasis.MUTED) for word, value in facts if value]
        note = self.checked.notes.get(form_field.id, Cell())
        if told and not note.text:
            told[-1] = Cell(told[-1].text.removesuffix(" · "), Emphasis.MUTED)
        return (*told, note)

    def show_whole(self, is_whole: bool) -> None:
        """Show the fields, or only that there is no room for them."""
        super().show_whole(is_whole)
        self._rows.display = is_whole
        self._rows.disabled = not is_whole
        self.hints.display = is_whole and bool(self.hints.lines)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Tell of the field that has the focus now."""
        self.fit_frame()

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
        self.fit_frame()


def _input(form_field: FormField, width: int) -> PlainInput:
    typed = PlainInput(form_field.value, form_field.placeholder)
    typed.styles.width = width
    return typed
