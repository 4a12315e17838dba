"""Help: sections of keys, what they do, and why some do nothing now."""

from collections.abc import Sequence

from textual.widget import Widget

from widgets.dialog import Dialog
from widgets.dialog_values import DialogWords, HelpRow, HelpSection
from widgets.layout import columns_of, plain_line
from widgets.values import Cell, Emphasis, Line


class HelpDialog(Dialog[None]):
    """Shows sections one below the other; scrolls, and any of escape, enter and `?` closes it."""

    DEFAULT_CSS = "HelpDialog FieldView { margin: 1 2; }"
    BINDINGS = [("enter,question_mark,q", "cancel", "Close")]

    def __init__(
        self,
        title: str,
        sections: Sequence[HelpSection],
        *,
        words: DialogWords | None = None,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(title, help_lines(sections), words or DialogWords(), id)
        self.text.can_focus = True

    def below_height(self, width: int) -> int:
        """Leave a blank line below the text."""
        return 1

    def first_focus(self) -> Widget:
        """Let the keys scroll."""
        return self.text


def help_lines(sections: Sequence[HelpSection]) -> tuple[Line, ...]:
    """Lay the sections out with the keys of all of them in one column."""
    rows = [row for section in sections for row in section.rows]
    laid = iter(columns_of([_cells(row) for row in rows]))
    lines: list[Line] = []
    for section in sections:
        if lines:
            lines.append(())
        lines.append(plain_line(section.title, Emphasis.ACCENT))
        lines.extend(next(laid) for _row in section.rows)
    return tuple(lines)


def _cells(row: HelpRow) -> tuple[Cell, ...]:
    emphasis = Emphasis.MUTED if row.note else Emphasis.NORMAL
    named = (Cell(row.key, Emphasis.STRONG), Cell(row.text, emphasis))
    return (*named, Cell(row.note, Emphasis.MUTED)) if row.note else named
