"""Columns stand where they fit, and leave by priority where they do not."""

import pytest

from widgets.table_layout import lay_out
from widgets.values import Align, Column

COLUMNS = (
    Column("key", "KEY", 10, flex=1),
    Column("status", "STATUS", 8, priority=2),
    Column("today", "TODAY", 8),
    Column("spark", "24 H", 12, priority=1),
    Column("used", "USED", 6, priority=2),
)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, ["key", "status", "today", "spark", "used"]),
        (49, ["key", "status", "today", "spark", "used"]),
        (48, ["key", "status", "today", "spark"]),
        (41, ["key", "today", "spark"]),
        (32, ["key", "today"]),
        (5, ["key", "today"]),
    ],
)
def test_columns_leave_whole_those_of_the_highest_priority_number_first(width: int, shown: list[str]) -> None:
    assert [place.column.id for place in lay_out(COLUMNS, width).placed] == shown


def test_what_is_left_over_goes_to_the_columns_that_flex() -> None:
    columns = (Column("a", "A", 5, flex=1), Column("b", "B", 5), Column("c", "C", 5, flex=2))
    layout = lay_out(columns, 28)
    assert [(place.x, place.width) for place in layout.placed] == [(1, 8), (10, 5), (16, 12)]
    assert layout.total == 28


def test_words_shrink_and_figures_do_not_when_nothing_else_can_leave() -> None:
    columns = (Column("a", "A", 20), Column("b", "B", 12), Column("c", "C", 12, Align.RIGHT, flex=1))
    assert [place.width for place in lay_out(columns, 42).placed] == [15, 12, 12]
    assert [place.width for place in lay_out(columns, 35).placed] == [10, 10, 12]
    assert [place.width for place in lay_out(columns, 20).placed] == [8, 8, 12]


def test_columns_never_leave_a_table_that_scrolls_sideways() -> None:
    layout = lay_out(COLUMNS, 20, scrolls=True)
    assert len(layout.placed) == 5
    assert layout.total == 49
    assert layout.scroll_stops == (0, 9, 18, 31)


FIGURES = (Column("time", "TIME", 5), *(Column(name, name.upper(), 6, Align.RIGHT) for name in "abcd"))


def test_figures_at_an_edge_are_whole_or_not_there() -> None:
    layout = lay_out(FIGURES, 24, scrolls=True)  # a at 7, b at 14, c at 21, d at 28: pinned are the first seven cells
    assert [(place.x, place.x + place.width) for place in layout.placed[1:]] == [(7, 13), (14, 20), (21, 27), (28, 34)]
    assert layout.whole_span(0) == (7, 21)
    assert layout.whole_span(2) == (11, 19)
    assert layout.whole_span(7) == (7, 21)


def test_words_are_cut_where_figures_would_not_be() -> None:
    words = (Column("time", "TIME", 5), Column("a", "A", 6), Column("b", "B", 6))
    layout = lay_out(words, 17, scrolls=True)  # a at 7, b at 14
    assert layout.whole_span(0) == (7, 17)
    assert layout.cut_words(0) == (17, 20)
    assert layout.cut_words(3) is None
    assert lay_out(FIGURES, 24, scrolls=True).cut_words(0) is None


def test_the_farthest_scroll_begins_with_a_column() -> None:
    layout = lay_out(FIGURES, 24, scrolls=True)
    assert layout.total == 34
    assert layout.scroll_width - layout.width == 14
    assert lay_out(FIGURES, 40, scrolls=True).scroll_width == 40


def test_a_position_finds_its_column_also_when_scrolled() -> None:
    layout = lay_out(COLUMNS, 20, scrolls=True)
    assert [layout.column_at(x).id for x in (1, 11, 12)] == ["key", "key", "status"]  # type: ignore[union-attr]
    assert layout.column_at(12, 9).id == "today"  # type: ignore[union-attr]
    assert layout.column_at(0) is None
    assert layout.column_at(99) is None
