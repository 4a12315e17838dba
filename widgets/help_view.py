"""Help: sections of keys and signs, what they do or mean; type to find one, enter does it."""

from collections.abc import Sequence

from textual import on
from textual.widgets import Input

from widgets.dialog_values import DialogWords, HelpRow, HelpSection, PickSection
from widgets.layout import cell_width
from widgets.pick_dialog import PickDialog
from widgets.values import Cell, Column, Emphasis, Row

MAX_KEY_WIDTH = 14


class HelpDialog(PickDialog):
    """Shows sections one below the other; the result is what a row does, None for one that only explains."""

    def __init__(
        self,
        title: str,
        sections: Sequence[HelpSection],
        *,
        empty: str = "",
        words: DialogWords | None = None,
    ) -> None:
        rows = [row for section in sections for row in section.rows]
        self._done = {row.id for row in rows if row.id}
        self._texts = [cell_width(row.text) + cell_width(row.note) for row in rows]
        super().__init__(
            title,
            sections=[PickSection(section.title, _rows(number, section)) for number, section in enumerate(sections)],
            columns=_columns(rows),
            most_shown=10_000,
            empty=empty,
            words=words,
        )

    def below_width(self) -> int:
        """Return the width of the longest row."""
        return max(self._texts, default=0) + self.table.columns[0].width + 4

    @on(Input.Changed)
    def _at_its_sign(self, message: Input.Changed) -> None:
        """Close at the sign that opened it, which is found nowhere."""
        if message.value.endswith("?"):
            self.action_cancel()

    def can_take(self, row: Row) -> bool:
        """Return whether a row does something."""
        return row.id in self._done


def _rows(number: int, section: HelpSection) -> tuple[Row, ...]:
    """A row for each; what only explains has an identity all the same."""
    return tuple(Row(row.id or f"{number}.{place}", _cells(row)) for place, row in enumerate(section.rows))


def _cells(row: HelpRow) -> tuple[Cell, ...]:
    text = f"{row.text}   {row.note}" if row.note else row.text
    return Cell(row.key, Emphasis.STRONG), Cell(text, Emphasis.MUTED if row.note else Emphasis.NORMAL)


def _columns(rows: Sequence[HelpRow]) -> tuple[Column, ...]:
    width = max((cell_width(row.key) for row in rows), default=1)
    return Column("key", "", min(width, MAX_KEY_WIDTH)), Column("text", "", 20, flex=1)
