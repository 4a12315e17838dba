"""Days on which everybody was away, and what is usual without them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY, DAY_HOURS, HOUR, FullHours, days_away, full_hours, same_hours
from tui.triage.key_bars import key_judges
from tui.triage.scan import LOOK_BACK_HOURS, Scan
from tui.triage.spike_judge import Judge
from tui.triage.spikes import KEY_BOUNDS
from tui.triage.suspects import rank

START = datetime(2026, 9, 7, tzinfo=UTC)
DAY_ONE = START.timestamp() // 86400


def at_work(*days_usd: float) -> HourlyCost:
    """Days that cost so much each, spread over the eight hours from 09:00 on."""
    return HourlyCost(START, tuple(usd / 8 if 9 <= hour < 17 else 0.0 for usd in days_usd for hour in range(24)))


HOLIDAY = at_work(*[8.0] * 14, *[0.0] * 10, *[8.0] * 2)
"""Two weeks of a dollar an hour, ten days away, two days back."""
BACK = START + 26 * DAY


def numbers(series: HourlyCost) -> list[int]:
    """The days away, counted from the first one of the series."""
    return sorted(int(day - DAY_ONE) for day in days_away(series))


@pytest.mark.parametrize(
    ("days_usd", "away"),
    [
        ([8.0] * 9, []),
        ([8.0] * 5 + [0.0] * 3 + [8.0] * 5, []),
        ([8.0] * 5 + [0.0] * 4 + [8.0] * 5, [5, 6, 7, 8]),
        ([8.0] * 5 + [0.79] * 4 + [8.0] * 9, [5, 6, 7, 8]),
        ([8.0] * 5 + [0.81] * 4 + [8.0] * 9, []),
        (([8.0] * 4 + [0.0] * 4) * 2 + [8.0], [4, 5, 6, 7, 12, 13, 14, 15]),
        (([8.0] * 5 + [0.0] * 4) * 3 + [8.0], []),
        ([8.0] * 4 + [0.0] * 9 + [8.0] * 6, [4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ([8.0] * 4 + [0.0] * 9 + [8.0] * 5, []),
        ([8.0] * 5 + [0.01] * 2 + [8.0] * 5 + [0.01] * 11, [*range(12, 23)]),
        ([0.0] * 9 + [8.0] * 9, []),
        ([0.0] * 9, []),
        ([], []),
    ],
    ids=[
        "none",
        "a long weekend",
        "four days",
        "hardly anything",
        "a tenth",
        "twice",
        "seldom used",
        "less than half",
        "half",
        "a server goes on a little",
        "not yet",
        "never",
        "new",
    ],
)
def test_four_days_in_a_row_with_hardly_any_cost_are_days_away(days_usd: list[float], away: list[int]) -> None:
    assert numbers(at_work(*days_usd)) == away


@pytest.mark.parametrize("hours", [1, 23])
def test_a_day_that_is_not_over_is_none_yet(hours: int) -> None:
    """Else each Monday morning after a long weekend would begin as a holiday."""
    weekend = at_work(*[8.0] * 9, *[0.0] * 4)
    assert numbers(HourlyCost(START, weekend.usd[: 12 * 24 + hours])) == []
    assert numbers(weekend) == [9, 10, 11, 12]


def test_what_is_usual_at_an_hour_is_learnt_from_the_days_at_work() -> None:
    index, away = 26 * DAY_HOURS + 12, days_away(HOLIDAY)
    assert sorted(same_hours(HOLIDAY, index, len(HOLIDAY.usd), away=away)) == [1.0] * 42
    assert same_hours(HOLIDAY, index, len(HOLIDAY.usd)).count(0.0) == 30


def test_a_week_is_of_the_last_seven_days_at_work() -> None:
    assert full_hours(HOLIDAY, BACK).week_usd(BACK) == pytest.approx(7 * 8.0)
    assert FullHours(HOLIDAY, BACK, full_hours(at_work(8.0), BACK).age).week_usd(BACK) == pytest.approx(2 * 8.0)


def test_in_the_first_week_a_week_is_worked_out_whoever_was_away() -> None:
    young, now = at_work(8.0, 8.0, 0.0, 0.0, 0.0, 0.0, 8.0), START + 7 * DAY
    away = replace(full_hours(young, now).age, away=frozenset(range(30_000)))
    assert FullHours(young, now, away).week_usd(now) == pytest.approx(24.0 * 168 / (7 * 24 - 9))


@pytest.mark.parametrize(
    ("used_on", "is_dormant"), [((), True), ((5,), True), ((9,), False), ((20,), False), ((25,), False)]
)
def test_a_key_was_idle_for_a_week_only_if_others_were_at_work(used_on: Iterable[int], is_dormant: bool) -> None:
    """Of the last seven days at work, five are from before the holiday."""
    now = BACK + 12 * HOUR
    days = [0.0] * 26
    for day in (0, *used_on):
        days[day] = 8.0
    own = at_work(*days, 80.0)
    known = full_hours(at_work(*[8.0] * 14, *[0.0] * 10, *[8.0] * 3), now).age
    (found,) = rank(Memo(), {7: own}, BACK + 9 * HOUR, now, {}, known)
    assert found.is_dormant is is_dormant


def test_a_key_has_hours_of_its_own_by_its_days_at_work() -> None:
    judge = Judge(KEY_BOUNDS, full_hours(HOLIDAY, BACK))
    own, peer = at_work(*[8.0] * 9, *[0.0] * 17), at_work(*[80.0] * 14, *[0.0] * 10, *[80.0] * 2)
    judges = key_judges(Memo(), {7: own, 8: peer}, judge)
    assert judges[7].peer_usd == 0.0, "it was used on seven of the last fourteen days at work"
    without = Judge(KEY_BOUNDS, FullHours(HOLIDAY, BACK, full_hours(at_work(8.0), BACK).age))
    assert key_judges(Memo(), {7: own, 8: peer}, without)[7].peer_usd == 10.0


class EachHour(Scan[datetime]):
    """Finds every hour with a cost."""

    def take(self, series: HourlyCost, index: int) -> None:
        self.found.append(series.start + HOUR * index)

    def ended(self, one: datetime) -> datetime:
        return one


@pytest.mark.parametrize("away", [0, 10])
def test_past_spikes_are_looked_for_in_three_weeks_at_work(away: int) -> None:
    until = START + 40 * DAY
    (first, *_) = EachHour(Memo()).through(until, None, HourlyCost(START, (1.0,) * 40 * 24), days_away=away)
    assert until - first == timedelta(hours=LOOK_BACK_HOURS) + away * DAY
