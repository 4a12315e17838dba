"""Stacked bars: heights, borders in a cell, what runs, what is usual, and any size."""

import doctest

import pytest
from msgspec.structs import replace

from tests.unit.widgets.hosts import Host, text_of
from widgets import bars_picture as module
from widgets.bars_picture import bars_picture, small_bars
from widgets.chart_frame import ChartPicture
from widgets.layout import line_width
from widgets.trend_chart import TrendChart
from widgets.values import Cell, Emphasis, Series, TrendBars

HOURS = tuple(f"{hour:02d}:00" for hour in range(6))
BARS = TrendBars(
    HOURS,
    (
        Series("", (2.0, 4.0, 1.0, 2.0, 2.0, 1.0), Emphasis.DATA),
        Series("", (0.0, 0.0, 0.0, 0.0, 6.0, 3.0), Emphasis.CRITICAL),
    ),
    ((0.0, "$0"), (8.0, "$8")),
    usual=(2.0, 2.0, 2.0, 6.0, 2.0, 2.0),
    marked=frozenset({4, 5}),
    open_from=5,
    heading=7.0,
    usual_word="usual",
    open_word="so far",
    heading_word="heading for $7",
)


def text(picture: ChartPicture) -> list[str]:
    return ["".join(cell.text for cell in line).rstrip() for line in picture.lines]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(("value", "glyph"), [(0.001, "▁"), (1.0, "▁"), (4.0, "▄"), (7.0, "▇"), (8.0, "█"), (0.0, " ")])
def test_a_bar_is_as_high_as_its_value_in_eighths(value: float, glyph: str) -> None:
    bars = TrendBars(HOURS[:1], (Series("", (value,)),), ((0.0, "0"), (32.0, "32")))
    *above, lowest, _axis, _labels = text(bars_picture(bars, 20, 6))
    assert lowest.partition("│")[2].strip() == glyph.strip() * 4
    assert not any("█" in line for line in above)


def test_a_border_in_a_cell_has_both_colours() -> None:
    bars = TrendBars(HOURS[:1], (Series("", (3.0,)), Series("", (5.0,), Emphasis.CRITICAL)), ((0.0, "0"), (32.0, "32")))
    line = bars_picture(bars, 20, 6).lines[3]
    assert [cell for cell in line if cell.under] == [Cell("▃" * 4, Emphasis.DATA, under=Emphasis.CRITICAL)]


def test_the_top_of_a_bar_shows_what_is_abnormal_however_little() -> None:
    bars = TrendBars(HOURS[:1], (Series("", (5.0,)), Series("", (1.0,), Emphasis.CRITICAL)), ((0.0, "0"), (32.0, "32")))
    line = bars_picture(bars, 20, 6).lines[3]
    assert Cell("▆" * 4, Emphasis.CRITICAL) in line


def test_the_running_bucket_is_hatched_and_outlined_up_to_where_it_is_heading() -> None:
    picture = bars_picture(replace(BARS, marked=frozenset()), 36, 8)
    assert picture.canvas_rows == range(6)
    column = picture.columns[5]
    drawn = "".join("".join(cell.text for cell in picture.lines[y])[column - 1] for y in picture.canvas_rows)
    assert drawn == "┊┊┊▒▒▒"


def test_the_usual_stands_behind_and_its_name_is_never_covered() -> None:
    picture = bars_picture(BARS, 60, 11)
    lines = text(picture)
    assert sum("usual" in line for line in lines) == 1
    assert [line.count("┈") for line in lines if "┈" in line and "usual" not in line]
    narrow = text(bars_picture(BARS, 36, 11))
    assert narrow[0].strip().startswith("┈ usual  ▒ so far")


def test_marks_stand_on_their_bars() -> None:
    picture = bars_picture(BARS, 36, 8)
    rows = ["".join(cell.text for cell in line) for line in picture.lines]
    assert [rows[0][picture.columns[4]], rows[1][picture.columns[4]]] == ["▲", "█"]


def test_all_lines_are_as_wide_as_the_chart_for_any_size() -> None:
    words = {"usual_word": "平常", "open_word": "至今", "heading_word": "将达 $7"}
    many = TrendBars(
        tuple(f"{at}" for at in range(90)), (Series("", (1.0,) * 90),), ((0.0, "$0"), (1.0, "很多")), usual=(0.5,) * 90
    )
    for bars in (
        BARS,
        replace(BARS, **words),
        replace(BARS, layers=(Series("", (None, float("nan"))),)),
        many,
        TrendBars(),
    ):
        for width in (20, 33, 61, 140):
            for height in (4, 5, 9, 14):
                picture = bars_picture(bars, width, height)
                assert len(picture.lines) == height
                assert {line_width(line) for line in picture.lines[int(len(picture.canvas_rows) < height - 2) :]} == {
                    width
                }
                assert all(0 <= column < width for column in picture.columns)


def test_a_chart_without_room_is_a_sparkline_with_its_abnormal_part() -> None:
    (line,) = small_bars(BARS, 10).lines
    assert "".join(cell.text for cell in line) == "    ▂▄▁▂█░"
    assert [cell.emphasis for cell in line[1:]] == [Emphasis.DATA] * 4 + [Emphasis.CRITICAL] * 2


async def test_the_chart_draws_bars_at_once() -> None:
    chart = TrendChart(empty_text=(Cell("no calls"),))
    chart.chart = BARS
    async with Host(chart).run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert "█" in "".join(text_of(chart))
        chart.focus()
        await pilot.press("left", "left")
        assert "[04:00]" in text_of(chart)[-1]
        chart.chart = TrendBars()
        await pilot.pause()
        assert text_of(chart)[0] == " no calls"
