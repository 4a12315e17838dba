"""Ranges, windows and scopes."""

import contextlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.domain.scope import BadRange, DayRange, HourRange, RangeName, Scope, parse_range, range_text, window_of

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 21, 31, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (RangeName.TODAY, date(2026, 11, 24), date(2026, 11, 24)),
        (RangeName.YESTERDAY, date(2026, 11, 23), date(2026, 11, 23)),
        (RangeName.D7, date(2026, 11, 18), date(2026, 11, 24)),
        (RangeName.D14, date(2026, 11, 11), date(2026, 11, 24)),
        (RangeName.D30, date(2026, 10, 26), date(2026, 11, 24)),
        (RangeName.MONTH, date(2026, 11, 1), date(2026, 11, 24)),
        (RangeName.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_day_ranges_are_days_of_the_users_calendar(name: RangeName, first: date, last: date) -> None:
    window = window_of(name, NOW, SHANGHAI)
    assert window.days == (first, last)
    assert window.start == datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    assert window.end == datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "length", "step"),
    [
        (RangeName.M15, timedelta(minutes=15), timedelta(minutes=1)),
        (RangeName.H1, timedelta(hours=1), timedelta(minutes=2)),
        (RangeName.H6, timedelta(hours=6), timedelta(minutes=10)),
        (RangeName.H24, timedelta(hours=24), timedelta(hours=1)),
    ],
)
def test_sliding_ranges_end_now_and_begin_on_a_whole_minute(
    name: RangeName, length: timedelta, step: timedelta
) -> None:
    window = window_of(name, NOW, SHANGHAI)
    assert (window.end, window.days, window.step) == (NOW, None, step)
    assert window.start == (NOW - length).replace(second=0)


def test_a_day_of_a_changing_clock_has_the_hours_that_it_has() -> None:
    window = window_of(DayRange(date(2026, 11, 1), date(2026, 11, 1)), NOW, NEW_YORK)
    assert window.end.astimezone(UTC) - window.start.astimezone(UTC) == timedelta(hours=25)


def test_buckets_are_hours_up_to_two_days_and_days_beyond() -> None:
    assert window_of(DayRange(date(2026, 11, 1), date(2026, 11, 2)), NOW, SHANGHAI).step == timedelta(hours=1)
    assert window_of(DayRange(date(2026, 11, 1), date(2026, 11, 3)), NOW, SHANGHAI).step == timedelta(days=1)


def test_an_entered_bucket_stays_where_it_is() -> None:
    start = datetime(2026, 11, 23, 4, tzinfo=UTC)
    window = window_of(HourRange(start, start + timedelta(hours=1)), NOW, SHANGHAI)
    assert (window.start, window.end, window.days) == (start, start + timedelta(hours=1), None)


@pytest.mark.parametrize("text", ["15m", "24h", "last-month", "2026-11-01..2026-11-20"])
def test_ranges_are_written_as_they_are_read(text: str) -> None:
    assert range_text(parse_range(text)) == text


@given(
    st.sampled_from(RangeName) | st.lists(st.dates(), min_size=2, max_size=2).map(lambda days: DayRange(*sorted(days)))
)
def test_every_range_that_has_words_is_read_as_it_is_written(time_range: RangeName | DayRange) -> None:
    assert parse_range(range_text(time_range)) == time_range


@given(st.text() | st.text("0123456789-.W ") | st.from_regex(r"\d{4}-\d\d-\d\d(\.\.\d{4}-\d\d-\d\d)?", fullmatch=True))
def test_what_is_typed_is_a_range_or_is_refused_in_words(text: str) -> None:
    with contextlib.suppress(BadRange):
        time_range = parse_range(text)
        assert parse_range(range_text(time_range)) == time_range


def test_one_day_is_a_range() -> None:
    assert parse_range("2026-11-01") == DayRange(date(2026, 11, 1), date(2026, 11, 1))


@pytest.mark.parametrize("text", ["", "25h", "2026-11-31", "2026-11-02..2026-11-01", "..", "yesterday..today"])
def test_a_bad_range_says_what_is_expected(text: str) -> None:
    with pytest.raises(BadRange, match=r"expected one of|ends before"):
        parse_range(text)


def test_narrowing_keeps_the_range_and_the_other_filters() -> None:
    scope = Scope(RangeName.H1).narrowed(key_id=7).narrowed(model="m")
    assert (scope.range, scope.filters.key_id, scope.filters.model) == (RangeName.H1, 7, "m")
