"""What the rows of a form are made of: fields, the widths of their columns, and the texts around what is typed."""

from msgspec import Struct
from textual.geometry import Size

from widgets.dialog_values import DialogWords, FormField
from widgets.layout import cell_width, fit, line_width
from widgets.line_widget import LineWidget
from widgets.values import Cell, Emphasis, Line

GAP = 2


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
        return (Cell(text, Emphasis.MUTED),)

    def around(self, form_field: FormField) -> tuple[Line, Line, Line]:
        """Return what stands around what is typed: the label, what holds now, and what is used."""
        used = " " * GAP + fit(form_field.used, self.used) + " " * GAP
        return (Cell(fit(form_field.label, self.label)),), (Cell(fit(form_field.now, self.now)),), (Cell(used),)


class FieldText(LineWidget):
    """A fixed text in a row of a form."""

    DEFAULT_CSS = "FieldText { width: auto; height: 1; }"

    def __init__(self, line: Line, *, classes: str | None = None) -> None:
        super().__init__(classes=classes)
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
