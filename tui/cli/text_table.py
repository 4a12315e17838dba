"""Tables as text: the columns of the screens, aligned by cell width."""

import os
import shutil
import sys
from collections.abc import Sequence

from widgets.layout import GAUGE_WIDTH, bar, fit, gauge
from widgets.table_layout import Placed, lay_out
from widgets.values import Cell, Column, Draw, Row

WIDTH_OF_A_PIPE = 100


def text_width() -> int:
    """The width of the result: COLUMNS, otherwise the terminal's, otherwise one that suits mails and logs."""
    if os.environ.get("COLUMNS", "").isdigit():
        return max(40, int(os.environ["COLUMNS"]))
    fallback = (WIDTH_OF_A_PIPE, 24)
    return max(40, shutil.get_terminal_size(fallback).columns if sys.stdout.isatty() else WIDTH_OF_A_PIPE)


class TextTable:
    """Lays rows out in columns that fit a width."""

    def __init__(self, columns: Sequence[Column], width: int) -> None:
        self._placed = lay_out(tuple(columns), width, gutter=0, gap=2).placed

    def head(self) -> str:
        """The line of titles."""
        return self._line([Cell(place.column.title) for place in self._placed])

    def line(self, row: Row) -> str:
        """One row, with a cell for every column."""
        return self._line([row.cells[place.index] for place in self._placed])

    def _line(self, cells: Sequence[Cell]) -> str:
        texts = [_drawn(cell, place) for cell, place in zip(cells, self._placed, strict=True)]
        return "  ".join(texts).rstrip()


def table_lines(columns: Sequence[Column], rows: Sequence[Row], width: int) -> list[str]:
    """A whole table, without empty columns."""
    told = [index for index in range(len(columns)) if any(row.cells[index].text for row in rows)]
    table = TextTable([columns[index] for index in told], width)
    kept = [Row(row.id, tuple(row.cells[index] for index in told)) for row in rows]
    return [table.head(), *(table.line(row) for row in kept)]


def _drawn(cell: Cell, place: Placed) -> str:
    if cell.share is not None and place.column.draw is Draw.GAUGE and place.width >= GAUGE_WIDTH + 6:
        return fit(f"{gauge(cell.share)} {cell.text:>5}", place.width)
    if cell.share is not None and place.column.draw is Draw.BAR and place.width > 10:
        return bar(cell.share, place.width - 6) + fit(cell.text, 6, place.column.align)
    return fit(cell.text, place.width, place.column.align)
