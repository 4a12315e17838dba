"""Tables as text: as wide as the place that they go to, without columns that say nothing."""

import os

import pytest

from tui.cli import text_table
from tui.cli.text_table import TextTable, table_lines, text_width
from widgets.values import Align, Cell, Column, Draw, Row

NAME, USD = Column("name", "key", 6), Column("usd", "cost", 5, Align.RIGHT)
NOTE = Column("note", "note", 9, priority=1)


def row(*texts: str) -> Row:
    """A row of plain cells."""
    return Row(texts[0], tuple(Cell(text) for text in texts))


@pytest.mark.parametrize(
    ("columns", "terminal", "width"),
    [
        ("72", 120, 72),
        ("12", 120, 40),
        ("wide", 120, 120),
        ("", 120, 120),
        (None, 120, 120),
        (None, 20, 40),
        (None, None, 100),
        ("72", None, 72),
    ],
    ids=["set", "set too small", "no number", "empty", "a terminal", "a small terminal", "a pipe", "set for a pipe"],
)
def test_text_is_as_wide_as_asked_for_or_as_the_terminal(
    monkeypatch: pytest.MonkeyPatch, columns: str | None, terminal: int | None, width: int
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(text_table.sys.stdout, "isatty", lambda: terminal is not None)
    size = os.terminal_size((terminal or 1, 24))
    monkeypatch.setattr(text_table.shutil, "get_terminal_size", lambda _fallback: size)
    assert text_width() == width


def test_columns_are_aligned_and_lines_end_with_their_text() -> None:
    lines = table_lines((NAME, USD, NOTE), [row("laptop", "$3.10", "new"), row("ci", "$12", "")], 40)
    assert lines == ["key      cost  note", "laptop  $3.10  new", "ci        $12"]


def test_a_column_in_which_no_row_has_text_is_left_out() -> None:
    assert table_lines((NAME, NOTE, USD), [row("laptop", "", "$3"), row("ci", "", "")], 40) == [
        "key      cost",
        "laptop     $3",
        "ci",
    ]
    assert table_lines((NAME, USD), [], 40) == [""]


def test_what_does_not_fit_leaves_whole_and_cells_stay_with_their_columns() -> None:
    assert table_lines((NOTE, NAME, USD), [row("first of all", "laptop", "$3")], 20) == [
        "key      cost",
        "laptop     $3",
    ]
    table = TextTable((NOTE, NAME, USD), 20)
    assert (table.head(), table.line(row("first of all", "laptop", "$3"))) == ("key      cost", "laptop     $3")


@pytest.mark.parametrize(
    ("draw", "width", "share", "line"),
    [
        (Draw.GAUGE, 14, 0.5, "▓▓▓▓░░░░   50%"),
        (Draw.GAUGE, 13, 0.5, "50%"),
        (Draw.GAUGE, 14, None, "50%"),
        (Draw.BAR, 11, 0.4, "██   50%"),
        (Draw.BAR, 10, 0.4, "50%"),
        (Draw.BAR, 11, None, "50%"),
        (Draw.TEXT, 14, 0.5, "50%"),
    ],
    ids=["a gauge", "too narrow", "no share", "a bar", "too narrow for it", "no share of it", "text"],
)
def test_a_share_is_drawn_before_its_text_where_there_is_room(
    draw: Draw, width: int, share: float | None, line: str
) -> None:
    column = Column("share", "", width, draw=draw)
    assert TextTable((column,), 40).line(Row(1, (Cell("50%", share=share),))) == line
