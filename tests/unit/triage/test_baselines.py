"""What is usual at an hour: which hours of the past count, which do not, and what they add up to."""

from collections.abc import Mapping

import pytest

from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_scan import counting
from tui.domain.usage import HourlyCost
from tui.triage.baselines import (
    HOUR,
    AccountAge,
    Baseline,
    HistoryDepth,
    active_median,
    before,
    first_active,
    habit_at,
    habit_calls,
    is_job,
    job_usd,
    known_of,
    percentile,
    same_hours,
    sample_at,
    seen_before,
    usual_at,
    week_usd,
    weeks_before,
)

DAY, WEEK = 24, 7 * 24
MONTH = 31 * DAY


def marked(hours: Mapping[int, float], usual_usd: float = 0.0, days: int = 40) -> tuple[HourlyCost, int]:
    """A series up to THIS_HOUR with some hours changed, given by how many hours before it, and its length."""
    known = before(series(hours, usual_usd, days), THIS_HOUR)
    return known, len(known.usd)


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [
        ([], 0.9, 0.0),
        ([7.0], 0.9, 7.0),
        ([1.0, 3.0], 0.5, 2.0),
        ([10.0, 0.0, 1.0], 0.25, 0.5),
        ([10.0, 0.0, 1.0], 0.75, 5.5),
        ([10.0, 0.0, 1.0], 1.0, 10.0),
        ([0.1] * 3, 0.9, 0.1),
    ],
)
def test_a_percentile_lies_between_the_two_values_beside_it(values: list[float], share: float, value: float) -> None:
    assert percentile(values, share) == value


@pytest.mark.parametrize(
    ("hours", "step"),
    [
        (29, HistoryDepth.COLD),
        (30, HistoryDepth.TRAILING),
        (WEEK - 1, HistoryDepth.TRAILING),
        (WEEK, HistoryDepth.FULL),
    ],
)
def test_the_rung_goes_by_a_warm_account_and_by_its_first_week(hours: int, step: HistoryDepth) -> None:
    age = AccountAge(THIS_HOUR, THIS_HOUR + 30 * HOUR)
    assert age.step(THIS_HOUR + hours * HOUR) is step


def test_an_account_is_known_since_its_first_cost_and_warm_after_twelve_hours_with_any() -> None:
    cost, _end = marked(dict.fromkeys(range(6, 30, 2), 1.0))
    assert known_of(cost) == AccountAge(THIS_HOUR - 28 * HOUR, THIS_HOUR - 5 * HOUR)
    few, _end = marked(dict.fromkeys(range(1, 12), 1.0))
    never, _end = marked({})
    for cost, began in ((few, THIS_HOUR - 11 * HOUR), (never, THIS_HOUR)):
        assert known_of(cost).began == began
        assert known_of(cost).step(THIS_HOUR + 10_000 * HOUR) is HistoryDepth.COLD


def test_the_same_hours_are_three_of_each_of_fourteen_days() -> None:
    numbers = counting(40 * DAY)
    days = [place - DAY * back + by for place in (900,) for back in range(1, 15) for by in (-1, 0, 1)]
    assert same_hours(numbers, 900, 900) == days
    assert same_hours(numbers, 900, 900 - DAY) == [days[0], *days[3:]], "an incident began a day before"
    assert same_hours(numbers, 900, 901 - DAY) == [*days[:2], *days[3:]]
    assert same_hours(numbers, 900, 900, began=900 - 2 * DAY) == days[:3] + days[4:6]
    young = counting(DAY)
    assert same_hours(young, DAY + 3, DAY + 3)[:3] == [2.0, 3.0, 4.0]
    assert set(same_hours(young, DAY + 3, DAY + 3)[3:]) == {0.0}, "hours before a series cost nothing"
    assert same_hours(young, 2 * DAY - 1, 2 * DAY)[:3] == [22.0, 23.0, 0.0], "nor do those after it"


@pytest.mark.parametrize(("days", "count"), [(6, 6 * DAY), (7, 3 * 7 - 1), (40, 42)])
def test_in_its_first_week_an_account_is_measured_by_all_its_hours(days: int, count: int) -> None:
    """Then by the same hours of the days since it began; of the oldest day the hour before is missing."""
    cost, end = marked({}, 1.0, days)
    assert len(sample_at(cost, end, end, known_of(cost))) == count
    long_ago = AccountAge(THIS_HOUR - MONTH * HOUR, THIS_HOUR - WEEK * HOUR)
    warming = AccountAge(THIS_HOUR - 100 * HOUR, THIS_HOUR - HOUR)
    idle, end = marked({}, 0.0)
    assert len(sample_at(idle, end, end, long_ago)) == 42
    assert len(sample_at(idle, end, end, warming)) == 100
    assert len(sample_at(idle, end, end, AccountAge(long_ago.began, THIS_HOUR + HOUR))) == WEEK


def test_the_usual_of_a_key_is_as_deep_as_its_accounts_and_ends_where_an_incident_began() -> None:
    key = before(series(dict.fromkeys(range(1, 31), 9.0), days=3), THIS_HOUR)
    assert usual_at(key, THIS_HOUR).step is HistoryDepth.TRAILING
    account = known_of(marked({}, 1.0)[0])
    frozen = usual_at(key, THIS_HOUR, THIS_HOUR - 30 * HOUR, account)
    assert (frozen.step, frozen.q_usd, frozen.a_usd, frozen.samples) == (HistoryDepth.FULL, 1.0, 1.0, 3 * 13)
    assert usual_at(key, THIS_HOUR - 40 * HOUR, THIS_HOUR, account).a_usd == 1.0, "nothing is learnt from later"


@pytest.mark.parametrize(("q_usd", "a_usd"), [(1.0, 2.0), (2.0, 1.0)])
def test_an_hour_is_measured_by_its_time_of_day_or_by_the_week_if_that_is_more(q_usd: float, a_usd: float) -> None:
    assert Baseline(q_usd, a_usd, HistoryDepth.FULL).level_usd == 2.0


FIRST_HOUR = HourlyCost(THIS_HOUR - (WEEK + 1) * HOUR, (9.0, *(0.0,) * (WEEK - 1), 2.0))
"""A series whose first hour has a cost, and its last one."""


def test_the_first_hour_of_a_series_counts_and_before_it_there_is_nothing() -> None:
    start, end = FIRST_HOUR.start, len(FIRST_HOUR.usd)
    assert before(FIRST_HOUR, start + HOUR).usd == (9.0,)
    assert (before(FIRST_HOUR, start).usd, before(FIRST_HOUR, start - 2 * HOUR).usd) == ((), ())
    assert (active_median(FIRST_HOUR, 1), active_median(FIRST_HOUR, 0)) == (9.0, 0.0)
    assert active_median(FIRST_HOUR, end) == 5.5, "a week with few hours: all of them"
    assert (week_usd(FIRST_HOUR, THIS_HOUR), week_usd(FIRST_HOUR, start)) == (2.0, 0.0)
    assert habit_calls(HourlyCost(start, FIRST_HOUR.usd, (5, *(0, *(1,) * 23) * 7)), end) == 1
    assert habit_calls(HourlyCost(start, FIRST_HOUR.usd, (0, *(0, *(1,) * 23) * 7)), end) == 0
    young, length = marked({}, 1.0, 2)
    assert (seen_before(young, length), habit_at(young, length, length), weeks_before(young, length, length)) == (
        0.0,
        0.0,
        0.0,
    )
    assert (seen_before(*marked({}, 1.0, 3)), seen_before(young, 0)) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("seen", "usd"),
    [
        ({1 * WEEK: 9.0, 2 * WEEK: 5.0}, 5.0),
        ({1 * WEEK + 3: 9.0, 2 * WEEK - 3: 5.0}, 5.0),
        ({1 * WEEK + 4: 9.0, 2 * WEEK: 5.0}, 1.0),
        ({1 * WEEK - 4: 9.0, 2 * WEEK: 5.0}, 1.0),
        ({3 * WEEK: 9.0, 4 * WEEK: 5.0}, 5.0),
        ({4 * WEEK: 9.0, 5 * WEEK: 5.0}, 1.0),
        ({1 * WEEK: 9.0, 29 * DAY: 5.0}, 1.0),
    ],
)
def test_two_of_four_weeks_at_about_that_time_show_what_recurs(seen: dict[int, float], usd: float) -> None:
    cost, end = marked(seen, 1.0)
    assert weeks_before(cost, end, end) == usd


@pytest.mark.parametrize(
    ("seen", "usd"),
    [
        *(({days * DAY: 9.0}, 9.0) for days in (7, 14, 21, 28, 29, 30, 31)),
        ({8 * DAY: 9.0}, 0.0),
        ({32 * DAY: 9.0}, 0.0),
        ({WEEK: 5.0, 30 * DAY: 9.0}, 9.0),
        ({WEEK: 9.0, 30 * DAY: 5.0}, 9.0),
        ({30 * DAY + 3: 9.0}, 9.0),
        ({31 * DAY + 4: 9.0}, 0.0),
        ({28 * DAY - 4: 9.0}, 0.0),
    ],
)
def test_of_a_job_one_run_a_week_or_a_month_before_shows_it(seen: dict[int, float], usd: float) -> None:
    cost, end = marked(seen)
    assert weeks_before(cost, end, end) == usd


def test_what_recurs_is_not_learnt_from_the_incident() -> None:
    cost, end = marked({WEEK: 9.0, WEEK - 2: 99.0})
    assert weeks_before(cost, end, end - WEEK + 1) == 9.0


@pytest.mark.parametrize(
    ("used", "is_it"),
    [
        (range(1, 41), True),
        (range(1, 42), False),
        (range(4 * WEEK - 39, 4 * WEEK + 1), True),
        (range(4 * WEEK - 40, 4 * WEEK + 1), False),
        (range(4 * WEEK - 39, 4 * WEEK + 99), True),
        ((), True),
    ],
)
def test_a_job_was_used_in_forty_hours_of_four_weeks_at_most(used: range, is_it: bool) -> None:
    cost, end = marked(dict.fromkeys(used, 1.0))
    assert is_job(cost, end) is is_it
    assert is_job(cost, end - 4 * WEEK - 200) is True


@pytest.mark.parametrize(
    ("seen", "usd"),
    [
        ({WEEK: 4.0, WEEK + 1: 3.0}, 7.0),
        ({WEEK + 5: 4.0, WEEK - 2: 3.0}, 7.0),
        ({WEEK + 6: 4.0, WEEK - 3: 3.0}, 0.0),
        ({WEEK: 4.0, 2 * WEEK: 5.0}, 5.0),
        ({30 * DAY: 6.0, WEEK: 5.0}, 6.0),
        ({31 * DAY + 2: 6.0}, 6.0),
        ({9 * DAY: 6.0}, 0.0),
        ({WEEK: 4.0, **dict.fromkeys(range(200, 240), 1.0)}, 0.0),
    ],
)
def test_what_a_job_cost_in_these_hours_is_that_of_its_dearest_run(seen: dict[int, float], usd: float) -> None:
    """In the last two hours and three around them; who is used in more than forty hours is no job."""
    cost, _end = marked({2: 50.0, 1: 50.0, **seen})
    assert job_usd(cost, THIS_HOUR - 2 * HOUR, THIS_HOUR) == usd


def test_a_job_that_runs_for_long_is_not_its_own_past() -> None:
    cost, _end = marked(dict.fromkeys(range(1, WEEK + 3), 1.0))
    assert job_usd(cost, THIS_HOUR - (WEEK + 2) * HOUR, THIS_HOUR) == 0.0


def calls_by_day(*most: int) -> HourlyCost:
    """Hours of which one a day has so many calls, those of the last day first."""
    cost, end = marked({}, 1.0, 25)
    counts = [0] * end
    for day, count in enumerate(most):
        counts[-12 - DAY * day] = count
    return HourlyCost(cost.start, cost.usd, tuple(counts))


@pytest.mark.parametrize(
    ("most", "calls"),
    [
        ((9, 5, *(1,) * 6), 5),
        ((9, 5, *(1,) * 5), 0),
        ((9, 5, 7, 9, 8, 1, 1, 1), 9),
        ((*(1,) * 20, 5, 9), 1),
        ((*(1,) * 19, 5, 9), 5),
        ((9, 5, *(0,) * 18, *(1,) * 5), 0),
    ],
)
def test_the_most_calls_of_an_hour_are_those_of_the_second_busiest_of_three_weeks(
    most: tuple[int, ...], calls: int
) -> None:
    """Who called on fewer than eight days has not shown it."""
    known = calls_by_day(*most)
    assert habit_calls(known, len(known.usd)) == calls


def test_calls_that_are_not_known_tell_nothing() -> None:
    cost, end = marked({}, 1.0)
    assert habit_calls(cost, end) == 0


@pytest.mark.parametrize(
    ("hours", "usd"),
    [
        ({}, 0.0),
        (dict.fromkeys(range(1, 9), 2.0) | {300: 50.0}, 2.0),
        (dict.fromkeys(range(1, 9), 2.0) | dict.fromkeys(range(WEEK + 1, WEEK + 31), 9.0), 2.0),
        (dict.fromkeys(range(1, 8), 2.0) | dict.fromkeys(range(WEEK + 1, WEEK + 31), 9.0), 9.0),
        (dict.fromkeys(range(WEEK - 7, WEEK + 1), 2.0) | dict.fromkeys(range(WEEK + 1, WEEK + 31), 9.0), 2.0),
        ({200: 0.25}, 0.25),
    ],
)
def test_the_level_is_that_of_the_hours_with_use_of_a_week_or_of_all_if_it_had_few(
    hours: dict[int, float], usd: float
) -> None:
    cost, end = marked(hours)
    assert active_median(cost, end) == usd


def test_what_is_usual_ends_where_it_is_told_to() -> None:
    cost, end = marked(dict.fromkeys(range(1, 50), 9.0), 1.0)
    assert (active_median(cost, end - 49), active_median(cost, end)) == (1.0, 1.0)
    assert seen_before(cost, end - 49) == 1.0


@pytest.mark.parametrize(
    ("hours", "usd"),
    [
        ({5: 9.0, DAY + 5: 8.0, 2 * DAY + 5: 7.0}, 7.0),
        ({5: 9.0, 6: 8.0, DAY + 5: 8.0}, 1.0),
        ({1: 9.0, 14 * DAY: 8.0, DAY: 7.0}, 1.0),
        ({1: 9.0, 14 * DAY: 8.0, DAY + 1: 7.0}, 7.0),
        ({1: 9.0, 14 * DAY + 1: 8.0, DAY + 1: 7.0}, 1.0),
    ],
)
def test_what_was_seen_before_was_so_on_three_of_fourteen_days(hours: dict[int, float], usd: float) -> None:
    cost, end = marked(hours, 1.0)
    assert seen_before(cost, end) == usd


@pytest.mark.parametrize(
    ("hours", "usd"),
    [
        ({DAY: 9.0, 2 * DAY: 8.0, 14 * DAY: 7.0}, 7.0),
        ({DAY: 9.0, 2 * DAY: 8.0, 15 * DAY: 7.0}, 1.0),
        ({DAY: 9.0, 2 * DAY + 3: 8.0, 3 * DAY - 3: 7.0}, 7.0),
        ({DAY: 9.0, 2 * DAY + 4: 8.0, 3 * DAY: 7.0}, 1.0),
        ({DAY: 9.0, 2 * DAY - 4: 8.0, 3 * DAY: 7.0}, 1.0),
    ],
)
def test_a_habit_was_kept_on_three_of_fourteen_days_within_three_hours_of_the_time(
    hours: dict[int, float], usd: float
) -> None:
    cost, end = marked(hours, 1.0)
    assert habit_at(cost, end, end) == usd


def test_no_habit_is_learnt_from_an_incident_or_from_before_a_series() -> None:
    cost, end = marked({DAY: 9.0, DAY + 3: 2.0, 2 * DAY: 8.0, 3 * DAY: 7.0})
    assert habit_at(cost, end, end - DAY) == 2.0
    assert habit_at(counting(2 * DAY), 2 * DAY, 2 * DAY) == 0.0


@pytest.mark.parametrize(
    ("hours", "usd"),
    [
        ({}, 0.0),
        (dict.fromkeys(range(1, 13), 2.0), 24.0 * 7),
        (dict.fromkeys(range(1, 25), 2.0), 48.0 * 7),
        (dict.fromkeys(range(1, 49), 2.0), 2.0 * WEEK),
        (dict.fromkeys(range(1, WEEK + 1), 2.0), 2.0 * WEEK),
        (dict.fromkeys(range(1, 49), 2.0) | {WEEK + 1: 0.1}, 96.0),
        ({1: 2.0, WEEK + 1: 50.0}, 2.0),
        ({24: 2.0, WEEK: 7.0}, 9.0),
    ],
)
def test_a_week_of_a_young_account_is_what_it_would_cost_at_its_pace(hours: dict[int, float], usd: float) -> None:
    """Of one that is younger than a day, at that of its first day."""
    cost, _end = marked(hours)
    assert week_usd(cost, THIS_HOUR) == pytest.approx(usd)


def test_a_series_is_used_since_its_first_hour_with_a_cost() -> None:
    cost, _end = marked({30: 0.01, 5: 9.0})
    assert first_active(cost, THIS_HOUR) == THIS_HOUR - 30 * HOUR
    assert first_active(cost, THIS_HOUR - 50 * HOUR) == THIS_HOUR - 50 * HOUR
    assert first_active(marked({})[0], THIS_HOUR) == THIS_HOUR
