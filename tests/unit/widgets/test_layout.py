"""Text is aligned by terminal cells, whatever is in it."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets import layout
from widgets.layout import (
    bar,
    cell_width,
    columns_of,
    fit,
    fit_line,
    gauge,
    line_width,
    plain,
    spark,
    split_line,
    truncate,
)
from widgets.values import Align, Cell, Emphasis, Line

HOSTILE = [
    "",
    "batch-nightly",
    "客服机器人-生产环境",
    "日本語 mixed ｆｕｌｌ",
    "e\u0301e\u0301e\u0301 combining",
    "\u0301 begins with a mark",
    "👍🏽 skin",
    "⚠️ variation",
    "1️⃣ keycap",
    "👨‍👩‍👧 family",
    "fami\u200dly",
    "🇨🇳 flag",
    "[/foo] [bold red]x[/] [@click=app.quit]",
    "\x1b[31mred\x1b[0m \x1b]52;c;AAAA\x07",
    "\x9b31m c1 \u202eright to left\u202c \u2066x\u2069",
    "tab\tand\nline\r\nend",
    "क्षत्रिय",
    "\ud800 lone",
    "客服机器人：34 次调用，$1.06；新地址",
    "$1234.56 每小时",
    "x" * 300,
]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(layout).failed == 0


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("align", list(Align))
def test_fit_takes_exactly_the_width(text: str, align: Align) -> None:
    for width in range(40):
        fitted = fit(text, width, align)
        assert cell_len(fitted) == width, (text, width, fitted)
        assert "\x1b" not in fitted
        assert fitted.isprintable() or "\ud800" in fitted


CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from("".join(HOSTILE[:-1]) + "$0.1,")
TEXTS = st.text(CHARACTERS, max_size=30)
LINES = st.lists(st.builds(Cell, TEXTS, st.sampled_from(Emphasis)), max_size=5).map(tuple)


@settings(max_examples=300)
@given(TEXTS, st.integers(0, 40), st.sampled_from(Align))
def test_any_text_takes_exactly_the_width(text: str, width: int, align: Align) -> None:
    assert cell_len(fit(text, width, align)) == width
    assert cell_len(truncate(text, width)) <= width


@settings(max_examples=300)
@given(LINES, st.integers(0, 60))
def test_any_line_takes_exactly_the_width(line: Line, width: int) -> None:
    fitted = fit_line(line, width)
    assert sum(cell_len(cell.text) for cell in fitted) == width
    head, rest = split_line(line, width)
    assert line_width(head) == min(width, line_width(line))
    assert line_width(head) + line_width(rest) >= line_width(line)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("batch-nightly", 13, "batch-nightly"),
        ("batch-nightly", 12, "batch-night…"),
        ("客服机器人", 10, "客服机器人"),
        ("客服机器人", 9, "客服机器…"),
        ("客服机器人", 8, "客服机…"),
        ("客", 1, "…"),
        ("客", 0, ""),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_truncate_cuts_between_cells(text: str, width: int, expected: str) -> None:
    assert truncate(text, width) == expected


def test_marks_of_disputed_width_are_dropped() -> None:
    assert plain("⚠️ 👍🏽 1️⃣ a\u200db") == "⚠ 👍 1 ab"
    assert cell_width("⚠️") == 1


def test_controls_are_made_visible() -> None:
    assert plain("a\x1b[0m\x07\u202e") == "a�[0m��"
    assert plain("a\nb\tc") == "a b   c"


def test_a_line_is_cut_inside_a_run() -> None:
    line = (Cell("客服", Emphasis.MUTED), Cell("机器人", Emphasis.CRITICAL), Cell("!"))
    assert fit_line(line, 7) == (Cell("客服", Emphasis.MUTED), Cell("机…", Emphasis.CRITICAL))
    assert fit_line(line, 13) == (*line, Cell("  "))
    assert fit_line((), 3) == (Cell("   "),)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    lines = columns_of([[Cell("quota"), Cell("$3")], [Cell("客"), Cell("$120")]], aligns=(Align.LEFT, Align.RIGHT))
    assert ["".join(cell.text for cell in line) for line in lines] == ["quota    $3", "客     $120"]


def test_columns_of_rows_of_unequal_length() -> None:
    lines = columns_of([[Cell("a"), Cell("b")], [Cell("long")]])
    assert ["".join(cell.text for cell in line) for line in lines] == ["a     b", "long"]


@pytest.mark.parametrize(
    ("values", "width", "expected"),
    [
        ([], 3, "   "),
        ([0, 0], 2, "▁▁"),
        ([1, 9, 1, 3], 2, "█▃"),
        ([None, 2, 4], 5, "   ▄█"),
        ([1, 2], 0, ""),
        ([0.0001, 100], 2, "▁█"),
    ],
)
def test_spark(values: list[float | None], width: int, expected: str) -> None:
    assert spark(values, width) == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0, "    "), (0.5, "██  "), (1, "████"), (2, "████"), (-1, "    "), (0.28, "█▏  ")]
)
def test_bar(share: float, expected: str) -> None:
    assert bar(share, 4) == expected


@pytest.mark.parametrize(("share", "expected"), [(0, "░░░░"), (0.5, "▓▓░░"), (0.99, "▓▓▓░"), (1, "▓▓▓▓"), (3, "▓▓▓▓")])
def test_gauge_is_full_only_at_the_limit(share: float, expected: str) -> None:
    assert gauge(share, 4) == expected
