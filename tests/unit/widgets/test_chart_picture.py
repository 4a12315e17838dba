"""A chart is laid out around its canvas: words of the axis, marks, the usual level, labels that fit."""

import doctest
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from widgets import chart_picture, chart_raster
from widgets.chart_frame import Axis, framed
from widgets.chart_picture import ChartPicture, Raster, as_coarse_as_seen, has_values, picture_of, small_picture
from widgets.chart_raster import Scale, draw, runs_of
from widgets.layout import line_width
from widgets.values import Chart, Emphasis, Series

LABELS = tuple(f"{hour:02d}:00" for hour in range(24))
TICKS = ((0.0, "$0"), (6.0, "$6"), (12.0, "$12"))
VALUES = (1.0,) * 22 + (12.0, 3.0)


def dots(series: Sequence[Sequence[float | None]], scale: Scale) -> list[list[tuple[str, int]]]:
    """Draw a dot for each bucket, in place of the braille lines."""
    rows = [[(" ", -1)] * scale.width for _row in range(scale.height)]
    for number, values in enumerate(series):
        for bucket, value in enumerate(values):
            if value is not None:
                rows[scale.row(value)][scale.column(bucket)] = ("⠂", number)
    return rows


def text(picture: ChartPicture) -> list[str]:
    return ["".join(cell.text for cell in line).rstrip() for line in picture.lines]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(chart_raster).failed == 0
    assert doctest.testmod(chart_picture).failed == 0


def test_axis_words_marks_and_labels() -> None:
    chart = Chart(LABELS, (Series("$", VALUES),), TICKS, usual=3.0, marked=frozenset({22}))
    picture = picture_of(chart, 54, 9, "usual", dots)
    assert text(picture) == [
        "     │                                             ▲",
        "  $12┤                                             ⠂",
        "     │",
        "   $6┤",
        "     │",
        "usual┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠂",
        "     │⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂  ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂ ⠂",
        "   $0┼┬───────┬───────┬────────┬───────┬───────┬──────",
        "      00:00 04:00   08:00    12:00   16:00   20:00",
    ]
    assert all(line_width(line) == 54 for line in picture.lines)


def test_in_a_low_chart_the_mark_stands_on_its_peak() -> None:
    chart = Chart(LABELS, (Series("$", VALUES),), TICKS, marked=frozenset({22}))
    lines = text(picture_of(chart, 54, 5, "usual", dots))
    assert len(lines) == 5
    assert lines[0].startswith("$12┤")
    assert lines[0].endswith("▲")


def test_all_lines_are_as_wide_as_the_chart_for_any_size() -> None:
    labels = ("客服", *LABELS[1:])
    series = (Series("客服机器人", VALUES), Series("x", (None, 3.0)))
    chart = Chart(labels, series, (*TICKS, (20.0, "很多")), usual=3.0, marked=frozenset({22, 99}))
    for width in (20, 33, 61):
        for height in (4, 5, 11):
            picture = picture_of(chart, width, height, "平常", dots)
            assert {line_width(line) for line in picture.lines[:-1]} <= {width, line_width(picture.lines[0])}
            assert line_width(picture.lines[picture.label_row]) == width


def test_a_chart_fills_its_height() -> None:
    chart = Chart(LABELS, (Series("$", VALUES),), TICKS)
    for height in (4, 7, 12):
        assert len(picture_of(chart, 40, height, "usual", dots).lines) == height


def test_the_usual_word_moves_onto_the_line_when_its_place_is_taken() -> None:
    chart = Chart(LABELS, (Series("$", VALUES),), TICKS, usual=12.0)
    assert text(picture_of(chart, 54, 9, "usual", dots))[0].startswith("  $12┤usual ┈┈┈")


@pytest.mark.parametrize(("width", "labels"), [(6, "Monday"), (5, "")])
def test_a_label_wider_than_the_axis_is_left_out_and_not_cut(width: int, labels: str) -> None:
    axis = Axis(("Monday",), (2,), width, 1.0)
    picture = framed([], {}, "", 0, axis, ())
    assert text(picture)[picture.label_row].strip() == labels


def test_labels_stand_only_where_they_fit() -> None:
    chart = Chart(LABELS, (Series("$", VALUES),), TICKS)
    assert text(picture_of(chart, 52, 6, "usual", dots))[-1].split() == [
        "00:00",
        "04:00",
        "08:00",
        "12:00",
        "16:00",
        "20:00",
    ]
    named = Chart(("", "Mon", "", "", "Tue", ""), (Series("$", (1.0,) * 6),))
    assert text(picture_of(named, 40, 6, "usual", dots))[-1].split() == ["Mon", "Tue"]


def test_several_series_are_named() -> None:
    chart = Chart(LABELS, (Series("opus", VALUES), Series("mini", VALUES, Emphasis.GOOD)), TICKS)
    assert text(picture_of(chart, 54, 9, "usual", dots))[0] == "   " + " ━ opus  ━ mini"


@pytest.mark.parametrize(
    ("series", "known"),
    [
        ((), False),
        ((Series("a", ()),), False),
        ((Series("a", (None, float("nan"))),), False),
        ((Series("a", (0,)),), True),
    ],
)
def test_has_values(series: tuple[Series, ...], known: bool) -> None:
    assert has_values(Chart(series=series)) is known


def test_a_small_chart_is_a_line_of_blocks() -> None:
    assert text(small_picture(Chart(series=(Series("a", (1, 2, 4)),)), 5)) == ["  ▂▄█"]


def test_reducing_keeps_peaks_and_gaps() -> None:
    values: list[float | None] = [1.0] * 1000
    values[501] = 99.0
    values[700:800] = [None] * 100
    runs = runs_of(values, 80)
    assert sum(len(run) for run in runs) <= 80
    assert (501, 99.0) in runs[0]
    assert len(runs) == 2


def test_plotext_draws_braille_in_the_size_asked_for() -> None:
    scale = Scale(300, 0, 300, 300, 60)
    rows = draw([[float(value) for value in range(300)]], scale)
    assert (len(rows), {len(row) for row in rows}) == (60, {300})
    assert rows[0][-1][0] != " "
    assert rows[-1][0][0] != " "
    for bucket in (0, 150, 299):
        glyph, number = rows[scale.row(bucket)][scale.column(bucket)]
        assert "\u2800" < glyph <= "\u28ff"
        assert number == 0


def test_plotext_draws_one_bucket_and_lone_values() -> None:
    assert any(glyph != " " for row in draw([[5.0]], Scale(1, 0, 10, 20, 3)) for glyph, _number in row)
    lone = draw([[None, 5.0, None]], Scale(3, 0, 10, 21, 3))
    assert sum(glyph != " " for row in lone for glyph, _number in row) == 1


def with_last(value: float | None) -> Chart:
    return Chart(LABELS, (Series("$", (*VALUES[:-1], value)),), TICKS, usual=3.0)


def test_what_grows_by_less_than_a_dot_looks_the_same() -> None:
    assert as_coarse_as_seen(with_last(3.0), 10) == as_coarse_as_seen(with_last(3.01), 10)
    assert as_coarse_as_seen(with_last(3.0), 10) != as_coarse_as_seen(with_last(3.3), 10)
    assert as_coarse_as_seen(with_last(3.0), 10) != as_coarse_as_seen(with_last(None), 10)


@pytest.mark.parametrize("height", [4, 7, 10, 23])
def test_what_is_seen_of_a_value_is_within_a_dot(height: int) -> None:
    for tenth in range(120):
        chart = with_last(tenth / 10)
        exact, coarse = Scale(24, 0.0, 12.0, 54, height), Scale(24, 0.0, 8.0 * height, 54, height)
        told = as_coarse_as_seen(chart, height).series[0].values[-1]
        assert told is not None
        assert abs(exact.row(tenth / 10) - coarse.row(told)) <= 1
        assert abs(tenth / 10 - told * 12 / (8 * height)) <= 12 / (16 * height) + 1e-9


@pytest.mark.parametrize("extreme", [float("inf"), float("-inf"), float("nan"), 1.7e308, -1.7e308, 5e-324])
def test_no_number_is_too_large_to_be_seen_coarsely(extreme: float) -> None:
    chart = Chart(LABELS, (Series("$", (1.7e308, extreme, 0.0)),), usual=extreme)
    picture_of(as_coarse_as_seen(chart, 10), 54, 10, "usual", dots)


@pytest.mark.parametrize("raster", [dots, draw])
def test_the_running_bucket_is_marked_and_joined_to_nothing(raster: Raster) -> None:
    closed = Chart(LABELS[:23], (Series("$", (*(1.0,) * 9, *(12.0,) * 14)),), TICKS)
    running = replace(
        closed, labels=LABELS, series=(Series("$", (*closed.series[0].values, 3.0)),), open_from=23, open_word="so far"
    )
    picture = picture_of(running, 54, 9, "usual", raster)
    canvas = text(picture)[:-2]
    assert sum(row.count("◌") for row in canvas) == 1
    row = next(row for row in canvas if "◌" in row)
    assert row.endswith("so far◌")
    column = picture.columns[23]
    assert row.index("◌") == column
    drawn = [line[column - 1 : column] for line in canvas if line is not row]
    assert not any(glyph.strip() for glyph in drawn[3:]), "nothing falls to it"


def test_the_word_of_the_running_bucket_leaves_where_it_would_hide_something() -> None:
    def full(_series: Sequence[Sequence[float | None]], scale: Scale) -> list[list[tuple[str, int]]]:
        return [[("⣿", 0)] * scale.width for _row in range(scale.height)]

    chart = Chart(LABELS, (Series("$", (3.0,) * 24),), TICKS, open_from=23, open_word="so far")
    hidden, free = ("".join(text(picture_of(chart, 54, 9, "usual", raster))) for raster in (full, dots))
    assert "so far" not in hidden
    assert "so far" in free
    assert "◌" in hidden


def test_a_small_chart_hatches_the_running_bucket() -> None:
    chart = Chart((), (Series("$", (1.0, 4.0, 2.0)),), open_from=2)
    assert text(small_picture(chart, 3)) == ["▂█░"]
    assert text(small_picture(replace(chart, open_from=None), 3)) == ["▂█▄"]
