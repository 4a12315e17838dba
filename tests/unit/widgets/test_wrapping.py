"""Lines are broken where a reader would break them, and nothing of them is lost."""

import doctest

import pytest

from tests.unit.widgets.test_layout import HOSTILE
from widgets import wrapping
from widgets.layout import line_width, plain
from widgets.values import Cell, Emphasis, Line
from widgets.wrapping import wrap_line


def texts(lines: tuple[Line, ...]) -> list[str]:
    return ["".join(cell.text for cell in line) for line in lines]


def wrapped(text: str, width: int) -> list[str]:
    return texts(wrap_line((Cell(text),), width))


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(wrapping).failed == 0


def test_a_long_line_wraps_on_cells_and_keeps_its_runs() -> None:
    line = (Cell("ab客服", Emphasis.MUTED), Cell("机器人cd", Emphasis.GOOD))
    parts = wrap_line(line, 5)
    assert texts(parts) == ["ab客", "服机", "器人", "cd"]
    assert parts[1] == (Cell("服", Emphasis.MUTED), Cell("机", Emphasis.GOOD))
    assert all(line_width(part) <= 5 for part in parts)


@pytest.mark.parametrize("text", HOSTILE)
def test_wrapping_ends_and_loses_nothing(text: str) -> None:
    for width in (1, 2, 3, 7):
        parts = wrapped(text, width)
        # A blank where a line breaks may go.
        assert "".join(parts).replace(" ", "") == (text if len(parts) == 1 else plain(text)).replace(" ", "")


def test_a_line_does_not_begin_with_the_blank_between_words() -> None:
    assert wrapped("of its own, and", 6) == ["of its", "own, ", "and"]
    assert wrapped("ab    cd", 2)[1] == "  "  # what is indented stays so


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("expired on 2026-11-25", 16, ["expired on ", "2026-11-25"]),
        ("to 2026-11-25", 11, ["to ", "2026-11-25"]),
        ("Run: aktop login --url https://a.example", 24, ["Run: aktop login --url ", "https://a.example"]),
        ("at /v1/chat/completions/stream", 16, ["at /v1/chat/", "completions/", "stream"]),
        ('{"message":"slow","type":"limit"}', 20, ['{"message":"slow",', '"type":"limit"}']),
        ("2026-11-25T02:45:10", 12, ["2026-11-", "25T02:45:10"]),
        ("model/at-20251125", 10, ["model/at-", "20251125"]),
        ("paid/26-11-25", 8, ["paid/", "26-11-25"]),
        ("xxxxxxxxxxxxxxxxxxxx", 8, ["xxxxxxxx", "xxxxxxxx", "xxxx"]),
        ("密钥已用完，请充值。", 10, ["密钥已用", "完，请充", "值。"]),
        ("费用（含税）", 6, ["费用", "（含", "税）"]),
        ("限额 2026-11-25", 12, ["限额 ", "2026-11-25"]),
    ],
)
def test_words_are_broken_only_where_they_are_longer_than_a_line(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def test_a_word_goes_on_in_the_next_run() -> None:
    line = (Cell("resets ", Emphasis.MUTED), Cell("2026-"), Cell("11-25", Emphasis.STRONG))
    assert texts(wrap_line(line, 14)) == ["resets ", "2026-11-25"]


def test_a_long_text_without_a_blank_takes_no_longer_by_the_character() -> None:
    assert len(wrapped("é" * 200_000, 50)) == 4_000
