"""The bound of an hour: what it is made of, and what makes an hour no evidence."""

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_spikes import daytime
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, Baseline, HistoryDepth, full_hours
from tui.triage.spike_judge import Judge, is_thin_evidence, more_calls_than_ever, relief
from tui.triage.spikes import ACCOUNT_BOUNDS, KEY_BOUNDS, SpikeBounds
from tui.triage.thresholds import Thresholds

FULL, COLD = HistoryDepth.FULL, HistoryDepth.COLD
STEADY = series({})
DAY = 24


def judge(
    bounds: SpikeBounds = ACCOUNT_BOUNDS,
    account: HourlyCost = STEADY,
    *,
    floor_usd: float = 0.5,
    least_times: float = 2.0,
    peer_usd: float = 0.0,
    balance_usd: float | None = None,
) -> Judge:
    """A judge of an account."""
    thresholds = Thresholds(floor_usd=floor_usd, least_times=least_times)
    return Judge(bounds, full_hours(account, NOW), thresholds, peer_usd, balance_usd)


@pytest.mark.parametrize(
    ("by", "usual", "bound_usd"),
    [
        (judge(), Baseline(2.0, 1.0, FULL), 5.0),
        (judge(), Baseline(1.0, 2.0, FULL), 5.0),
        (judge(peer_usd=4.0), Baseline(1.0, 2.0, FULL), 10.0),
        (judge(peer_usd=1.0), Baseline(1.0, 2.0, FULL), 5.0),
        (judge(least_times=4.0), Baseline(2.0, 1.0, FULL), 8.0),
        (judge(least_times=2.4), Baseline(2.0, 1.0, FULL), 5.0),
        (judge(floor_usd=7.0), Baseline(2.0, 1.0, FULL), 9.0),
        (judge(), Baseline(2.0, 1.0, FULL, seen_usd=9.0), 9.0),
        (judge(KEY_BOUNDS), Baseline(2.0, 1.0, FULL, seen_usd=9.0), 13.5),
        (judge(), Baseline(2.0, 1.0, FULL, weeks_usd=9.0), 11.7),
        (judge(KEY_BOUNDS), Baseline(2.0, 1.0, FULL, weeks_usd=9.0), 13.5),
        (judge(), Baseline(2.0, 1.0, FULL, weeks_usd=9.0, is_job=True), 22.5),
        (judge(), Baseline(0.0, 2.0, FULL), 2.6),
        (judge(least_times=3.0), Baseline(0.0, 2.0, FULL), 3.9),
        (judge(least_times=1.0), Baseline(0.0, 2.0, FULL), 2.6),
        (judge(), Baseline(0.0, 2.0, FULL, seen_usd=0.1), 5.0),
        (judge(), Baseline(0.0, 2.0, FULL, weeks_usd=0.1), 5.0),
    ],
    ids=[
        *("the time of day", "the week", "busy hours of others", "the greater of these", "a person's ratio"),
        *("not below ours", "a person's floor", "a habit of the account", "and of a key", "a weekly cost"),
        *("and of a key's", "a job", "at a time at which nothing was", "with a person's ratio", "and not below ours"),
        *("something was, on three days", "something was, in two weeks"),
    ],
)
def test_a_bound_is_a_multiple_of_the_usual_and_no_less_than_what_recurs(
    by: Judge, usual: Baseline, bound_usd: float
) -> None:
    found = by.bound_of(usual, 6.0, 0.0)
    assert found is not None
    assert found[0] == pytest.approx(bound_usd)


@pytest.mark.parametrize(
    ("actual_usd", "floor_usd"), [(5.0, 20.0), (10.0, 10.0), (50.0, 2.0), (900.0, 2.0)], ids=["5 ×", "10", "50", "900"]
)
def test_the_floor_is_a_part_of_a_week_that_falls_as_the_ratio_grows(actual_usd: float, floor_usd: float) -> None:
    usual = Baseline(0.8, 1.0, FULL)
    assert judge().bound_of(usual, actual_usd, 1000.0) == (max(2.5, 0.8 + floor_usd), floor_usd)
    assert judge(floor_usd=30.0).bound_of(usual, actual_usd, 1000.0) == (30.8, 30.0)


@pytest.mark.parametrize(
    ("balance_usd", "bound_usd"), [(None, None), (0.0, None), (-1.0, None), (100.0, 10.0), (1.0, 0.5)]
)
def test_with_hardly_any_history_the_bound_is_a_tenth_of_the_balance(
    balance_usd: float | None, bound_usd: float | None
) -> None:
    found = judge(balance_usd=balance_usd).bound_of(Baseline(9.0, 9.0, COLD, 0, 9.0, 9.0), 50.0, 1000.0)
    assert found == (None if bound_usd is None else (bound_usd, 0.5))


@pytest.mark.parametrize(
    ("actual_usd", "level_usd", "times"),
    [(4.0, 1.0, 1.0), (5.0, 1.0, 1.0), (10.0, 2.0, 1.0), (10.0, 1.0, 2.0), (50.0, 1.0, 10.0), (60.0, 1.0, 10.0)],
)
def test_floors_fall_from_five_times_the_usual_on_to_a_tenth(actual_usd: float, level_usd: float, times: float) -> None:
    assert relief(actual_usd, level_usd) == times
    assert relief(actual_usd, 0.0) == 10.0


@pytest.mark.parametrize(
    ("calls", "dearest_usd", "is_thin"),
    [(None, 9.0, False), (2, 0.0, True), (3, 0.0, False), (3, 5.0, False), (3, 5.1, True), (99, 9.0, True)],
)
def test_few_calls_are_no_evidence_nor_are_more_if_one_cost_most(
    calls: int | None, dearest_usd: float, is_thin: bool
) -> None:
    assert is_thin_evidence(10.0, calls, dearest_usd) is is_thin


def counted(usd: float, calls: int, usual_calls: int = 10) -> HourlyCost:
    """Four weeks with calls, of which the last hour has its own."""
    cost = series({1: usd})
    return HourlyCost(cost.start, cost.usd, (*(usual_calls,) * (28 * DAY - 1), calls, 0))


@pytest.mark.parametrize(("calls", "is_thin", "more_calls"), [(2, True, 0.2), (3, False, 0.3), (30, False, 3.0)])
def test_an_hour_over_its_bound_tells_what_it_was_held_against(calls: int, is_thin: bool, more_calls: float) -> None:
    cost = counted(6.0, calls)
    index = len(cost.usd) - 2
    hour = judge().hour(cost, index, index)
    assert hour is not None
    assert (hour.start, hour.actual_usd, hour.usual.q_usd) == (THIS_HOUR - HOUR, 6.0, 1.0)
    assert (hour.bound_usd, hour.floor_usd) == (pytest.approx(1.0 + 0.02 * 168 / 1.2), pytest.approx(0.02 * 168 / 1.2))
    assert (hour.is_thin, hour.more_calls) == (is_thin, pytest.approx(more_calls))


@pytest.mark.parametrize(
    ("usd", "is_over"), [(4.35, False), (4.37, True)], ids=["just below its bound", "just over its bound"]
)
def test_an_hour_below_its_bound_is_none(usd: float, is_over: bool) -> None:
    cost = counted(usd, 10)
    index = len(cost.usd) - 2
    assert (judge().hour(cost, index, index) is not None) is is_over


YOUNG = HourlyCost(THIS_HOUR - 3 * HOUR, (0.1, 0.1, 0.0))
"""An account with hardly any history."""


@pytest.mark.parametrize(
    ("by", "cost", "bound_usd"),
    [
        (judge(account=YOUNG, balance_usd=100.0), YOUNG, 10.0),
        (judge(KEY_BOUNDS, series({}, usual_usd=0.1)), STEADY, 2.5),
        (judge(KEY_BOUNDS, series({}, usual_usd=0.1)), daytime({}), 2.6),
    ],
    ids=["of a part of the balance", "of a multiple", "at a time at which nothing was"],
)
def test_an_hour_at_its_bound_is_over_it(by: Judge, cost: HourlyCost, bound_usd: float) -> None:
    end = len(cost.usd) - 1
    for usd, is_over in ((bound_usd, True), (bound_usd - 0.01, False)):
        hours = HourlyCost(cost.start, (*cost.usd[:end], usd))
        assert (by.hour(hours, end, end) is not None) is is_over


def test_with_hardly_any_history_and_no_balance_no_hour_is_over_anything() -> None:
    hours = HourlyCost(YOUNG.start, (*YOUNG.usd[:2], 999.0))
    assert judge(account=YOUNG).hour(hours, 2, 2) is None


def test_how_many_more_calls_than_ever_is_told_where_both_are_known() -> None:
    cost = counted(6.0, 30)
    before = len(cost.usd) - 2
    assert more_calls_than_ever(cost, before, 25) == 2.5
    assert more_calls_than_ever(cost, before, None) == 0.0
    assert more_calls_than_ever(STEADY, before, 25) == 0.0
    assert more_calls_than_ever(counted(6.0, 30, usual_calls=1), before, 25) == 25.0
