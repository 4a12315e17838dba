"""What came before raises the bar: from the second time in three weeks on."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, Baseline, HistoryDepth, full_hours
from tui.triage.find import find
from tui.triage.inputs import Inputs
from tui.triage.key_bars import key_bars
from tui.triage.recurrence import CALLS_MARGIN, MARGIN, bars_of, raised, told_level
from tui.triage.spike_judge import Judge
from tui.triage.spikes import ACCOUNT_BOUNDS, KEY_BOUNDS, MORE_CALLS, Bars, FlaggedHour, RunningHour

DAY = 24
USUAL = Baseline(1.0, 1.0, HistoryDepth.FULL)


def hit(at: datetime, times_bound: float, *, is_thin: bool = False, more_calls: float = 0.0) -> FlaggedHour:
    """An hour so many times over its bound."""
    return FlaggedHour(at, 4.0 * times_bound, USUAL, 4.0, is_thin=is_thin, more_calls=more_calls)


def run(*times_bound: float, days: float = 5, gap: int = 1) -> list[FlaggedHour]:
    """Hours over their bound, one after the other, some days ago."""
    begin = THIS_HOUR - timedelta(days=days)
    return [hit(begin + HOUR * place * gap, times) for place, times in enumerate(times_bound)]


@pytest.mark.parametrize(
    ("hours", "level"),
    [
        (run(3.0), 2.0),
        (run(2.0, 1.6), 1.6),
        (run(1.2, 1.6, 1.4), 1.4),
        (run(9.0, 1.1), 6.0),
        (run(2.0, 2.0, gap=3), 2.0),
        (run(2.0, 2.0, gap=4), 2.0 / 1.5),
        ([], 0.0),
    ],
)
def test_a_spike_is_told_by_its_second_hit_or_by_one_that_is_sure_alone(hours: list[FlaggedHour], level: float) -> None:
    """An hour is sure alone at one and a half times the bar of an account."""
    assert told_level(hours, ACCOUNT_BOUNDS) == pytest.approx(level)


@pytest.mark.parametrize(
    ("levels", "by"),
    [([], 1.0), ([9.0], 1.0), ([9.0, 2.0], 4.0), ([2.0, 9.0, 4.0], 8.0), ([9.0, 0.5], 1.0), ([0.9, 0.9], 1.8)],
)
def test_one_incident_raises_nothing_and_the_second_highest_does_by_a_margin(levels: list[float], by: float) -> None:
    assert raised(levels) == pytest.approx(by)


@given(st.lists(st.floats(0, 1e6), max_size=6), st.floats(0, 1e6))
def test_another_past_spike_never_lowers_a_bar(levels: list[float], one_more: float) -> None:
    assert raised([*levels, one_more]) >= raised(levels) >= 1.0


def test_two_such_spikes_raise_the_bar_and_hours_of_one_call_do_not() -> None:
    twice = [run(2.0, 2.0, days=5), run(3.0, 3.0, days=12)]
    assert bars_of(twice, ACCOUNT_BOUNDS).raised == pytest.approx(MARGIN * 2.0)
    assert bars_of(twice[:1], ACCOUNT_BOUNDS).raised == 1.0
    assert bars_of(twice, ACCOUNT_BOUNDS).excess_usd == pytest.approx(2 * (8.0 - 1.0))
    assert bars_of(twice[:1], ACCOUNT_BOUNDS).excess_usd == 0.0
    thin = [hit(THIS_HOUR - DAY * HOUR, 9.0, is_thin=True), hit(THIS_HOUR - (DAY - 1) * HOUR, 9.0, is_thin=True)]
    assert bars_of([twice[0], thin], ACCOUNT_BOUNDS).raised == 1.0


def test_those_are_counted_that_would_have_been_told() -> None:
    """One hour is told alone from one and a half times its bound on."""
    past = [run(1.5, days=3), run(1.4, days=7), run(1.0, 1.0, days=12), run(9.0, days=15)]
    assert bars_of(past, ACCOUNT_BOUNDS).before == 3


def test_what_had_many_more_calls_twice_must_have_more_of_them() -> None:
    busy = [[hit(THIS_HOUR - days * DAY * HOUR, 1.0, more_calls=calls)] for days, calls in ((3, 4.0), (9, 3.0))]
    assert bars_of(busy, KEY_BOUNDS).calls == pytest.approx(CALLS_MARGIN * 3.0)
    assert bars_of(busy[:1], KEY_BOUNDS).calls == MORE_CALLS
    assert bars_of([*busy, []], KEY_BOUNDS).calls == pytest.approx(CALLS_MARGIN * 3.0)


def told(account: HourlyCost) -> bool:
    """Whether an account with one key has a spike now that is told."""
    return find(Inputs(NOW, account, {7: account}, RunningHour())).is_alarm


FIRST, SECOND = {200: 6.0, 201: 6.0}, {330: 6.0, 331: 6.0}
NOW_ON = {1: 6.0, 2: 6.0}
RAISED_USD = 1.5 * 6.0


@pytest.mark.parametrize(
    ("past", "now_on", "is_told"),
    [
        ({}, {}, True),
        (FIRST, {}, True),
        ({**FIRST, **SECOND}, {}, False),
        ({**FIRST, **SECOND}, {1: RAISED_USD + 1, 2: RAISED_USD + 1}, True),
        ({**FIRST, 22 * DAY + 10: 6.0, 22 * DAY + 11: 6.0}, {}, True),
        ({**FIRST, 330: 4.0}, {}, True),
    ],
)
def test_the_second_time_in_three_weeks_is_told_only_of_what_is_larger_by_a_margin(
    past: dict[int, float], now_on: dict[int, float], is_told: bool
) -> None:
    assert told(series({**NOW_ON, **past, **now_on}, days=35)) is is_told


def test_what_one_key_does_raises_the_bar_of_all_when_several_do_it() -> None:
    """People's keys rise now and then: each by itself has done it once, and together they do it each week."""

    def hits(past: list[dict[int, float]]) -> bool:
        keys = {7: series(NOW_ON, usual_usd=0.5, days=35)}
        keys.update({8 + place: series(one, usual_usd=0.5, days=35) for place, one in enumerate(past)})
        costs = zip(*(one.usd for one in keys.values()), strict=True)
        account = HourlyCost(keys[7].start, tuple(map(sum, costs)))
        return 7 in find(Inputs(NOW, account, keys, RunningHour())).key_spikes

    assert hits([{}, {}])
    assert hits([FIRST, {}])
    assert not hits([FIRST, SECOND])


def test_what_is_on_now_does_not_raise_the_bar_for_itself() -> None:
    """Though it counts for the next one as soon as it is over."""
    account = series({**FIRST, **NOW_ON}, days=35)
    assert told(account)
    over = HourlyCost(account.start, (*account.usd[:-1], *(1.0,) * 22, 6.0, 6.0, 0.0))
    later = Inputs(NOW + DAY * HOUR, over, {7: over}, RunningHour())
    assert not find(later).is_alarm


@pytest.mark.parametrize(("usual_usd", "raised"), [(0.71, 5.0), (0.69, 1.0)])
def test_a_key_that_is_nearly_all_of_the_account_is_held_against_its_past(usual_usd: float, raised: float) -> None:
    account, key = series({}, usual_usd=1.0), series({}, usual_usd=usual_usd)
    judge = Judge(KEY_BOUNDS, full_hours(account, NOW))
    bars = key_bars(Memo(), {7: key}, {7: judge}, Bars(5.0, excess_usd=3.0))
    assert bars[7].raised == pytest.approx(raised)
    assert bars[7].excess_usd == (3.0 if raised > 1.0 else 0.0)
