"""Where a spike begins, ends and is sure, at the very amounts and hours that decide it."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_spikes import DIFFERENT, SAME, WEEK, spike_of
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, Baseline, HistoryDepth, full_hours
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import current_of, find_spike, is_confirmed, is_worth_telling, past_spikes
from tui.triage.spikes import ACCOUNT_BOUNDS, KEY_BOUNDS, Bars, FlaggedHour, RunningHour, Spike
from tui.triage.thresholds import Thresholds

SMALL = series({}, usual_usd=0.1)
"""An account whose week is so small that floors do not matter."""
STEADY = series({}, usual_usd=0.48)
"""A key, the bound of which is then $5 with peers that cost $2 an hour: it is never asked about its own past hours."""
LOOPED = {**{THIS_HOUR - back * HOUR: DIFFERENT for back in range(3, 24)}, THIS_HOUR - HOUR: SAME}


def running(hour: RunningHour, *, is_loop: bool = False, **changes: Any) -> Spike | None:
    """What the running hour of a key is, of which five dollars is the bound and one dollar half of an hour."""
    alike = replace(hour, calls=40, variation=0.0) if is_loop else hour
    given = {"account": SMALL, "bounds": KEY_BOUNDS, "peer_usd": 2.0, "uses": LOOPED, **changes}
    return spike_of(STEADY, alike, **given)


@pytest.mark.parametrize(
    ("hour", "is_hit", "is_rolling"),
    [
        (RunningHour(4.99, 0.1), False, False),
        (RunningHour(5.0, 0.1), True, False),
        (RunningHour(5.0, 0.1, 9.0), True, False),
        (RunningHour(1.0, 0.1, 4.99), False, False),
        (RunningHour(1.0, 0.1, 5.0), True, True),
        (RunningHour(0.9, 0.99), False, False),
        (RunningHour(0.9, 1.0), True, False),
    ],
    ids=["less so far", "so far", "so far and before", "less in sixty", "in sixty", "less in ten", "in ten minutes"],
)
def test_the_running_hour_is_a_hit_from_its_bound_or_half_an_hour_s_level_in_ten_minutes_on(
    hour: RunningHour, is_hit: bool, is_rolling: bool
) -> None:
    found = running(hour)
    assert (found is not None) is is_hit
    if found is not None:
        (last,) = found.hours
        assert (last.start, last.is_running, last.is_rolling, last.bound_usd) == (THIS_HOUR, True, is_rolling, 5.0)
        assert last.actual_usd == (hour.hour_usd if is_rolling else hour.so_far_usd)
        assert last.ten_minutes_usd == hour.ten_minutes_usd


@pytest.mark.parametrize(
    ("hour", "is_loop", "is_hit", "has_lasted"),
    [
        (RunningHour(3.6, 1.0, 3.6, 0.0, ten_before_usd=1.0), True, True, True),
        (RunningHour(3.6, 1.0, 3.6, 0.0, ten_before_usd=1.0), False, False, False),
        (RunningHour(3.6, 1.0, 3.6, 0.0, ten_before_usd=0.99), True, False, False),
        (RunningHour(3.6, 0.99, 3.6, 0.0, ten_before_usd=1.0), True, False, False),
        (RunningHour(3.6, 1.8, 3.6, 0.0, ten_before_usd=0.1), True, True, False),
        (RunningHour(4.0, 0.1, 4.0, 0.0), True, True, True),
        (RunningHour(4.0, 0.1, 4.0, 0.0), False, True, False),
        (RunningHour(4.0, 0.1, 5.0, 5.0), False, True, True),
        (RunningHour(4.0, 0.1, 5.0, 4.99), False, True, False),
        (RunningHour(4.0, 0.1, 4.99, 5.0), False, True, False),
    ],
    ids=[
        *("a loop that races", "no loop", "not before", "not any more", "a loop in ten minutes", "a loop's hour"),
        *("an hour", "an hour and one twenty minutes ago", "that was less", "this is less"),
    ],
)
def test_a_running_hour_has_lasted_if_a_loop_races_or_it_was_well_over_its_bar_twenty_minutes_ago(
    hour: RunningHour, is_loop: bool, is_hit: bool, has_lasted: bool
) -> None:
    """The bound is four dollars: a person wants to hear of no less above the usual."""
    floor = Thresholds(floor_usd=3.52)
    found = running(hour, is_loop=is_loop, thresholds=floor, peer_usd=0.0)
    assert (found is not None) is is_hit
    assert (found is not None and found.hours[-1].has_lasted) is has_lasted
    assert found is None or found.hours[-1].floor_usd == 3.52


@pytest.mark.parametrize(
    ("hour", "is_loop", "calls", "is_hit"),
    [
        (RunningHour(9.99, 0.1), False, 0, False),
        (RunningHour(10.0, 0.1), False, 0, True),
        (RunningHour(5.0, 1.99), False, 0, False),
        (RunningHour(5.0, 2.0), False, 0, True),
        (RunningHour(5.0, 0.1), True, 0, True),
        (RunningHour(5.0, 0.1), False, 29, False),
        (RunningHour(5.0, 0.1), False, 30, True),
    ],
)
def test_past_spikes_raise_the_bar_of_the_running_hour_but_not_of_a_loop_or_of_far_more_calls(
    hour: RunningHour, is_loop: bool, calls: int, is_hit: bool
) -> None:
    counted = HourlyCost(STEADY.start, STEADY.usd, (10,) * len(STEADY.usd))
    alike = replace(hour, calls=40 if is_loop else calls, variation=0.0 if is_loop else None)
    found = spike_of(
        counted if calls else STEADY,
        alike,
        account=SMALL,
        bounds=KEY_BOUNDS,
        peer_usd=2.0,
        uses=LOOPED,
        bars=Bars(2.0, 3.0),
    )
    assert (found is not None) is is_hit
    assert found is None or found.hours[-1].raised == (2.0 if not is_loop and calls < 30 else 1.0)


def test_with_hardly_any_history_ten_minutes_or_a_loop_are_no_hit() -> None:
    young = HourlyCost(THIS_HOUR - 3 * HOUR, (0.1, 0.1, 0.1))
    fast = RunningHour(8.0, 6.0, 8.0, 0.0, 40, 0.2, 0.0, 6.0)
    assert spike_of(young, fast, uses=LOOPED, balance_usd=100.0) is None
    found = spike_of(young, RunningHour(10.0, 1.0, 10.0), balance_usd=100.0)
    assert found is not None
    assert (found.hours[-1].has_lasted, found.is_confirmed, found.step) == (False, True, HistoryDepth.COLD)


@pytest.mark.parametrize(("usd", "is_hit"), [(9.99, False), (10.0, True)])
def test_a_full_hour_at_its_raised_bar_is_over_it(usd: float, is_hit: bool) -> None:
    cost = series({1: usd}, usual_usd=2.0)
    assert (spike_of(cost, account=SMALL, bounds=KEY_BOUNDS, bars=Bars(2.0)) is not None) is is_hit


@pytest.mark.parametrize(
    ("so_far_usd", "hour_usd", "since_back"),
    [(2.0, 5.0, 1), (3.0, 6.0, 0), (3.0, 6.1, 1), (5.0, 12.0, 0)],
    ids=["most before", "half", "a little more than half", "enough in this hour alone"],
)
def test_it_began_in_the_hour_before_if_that_had_most_of_sixty_minutes_that_are_a_hit(
    so_far_usd: float, hour_usd: float, since_back: int
) -> None:
    found = running(RunningHour(so_far_usd, 0.1, hour_usd))
    assert found is not None
    assert found.since == THIS_HOUR - since_back * HOUR


@pytest.mark.parametrize(("back", "so_far_usd", "count"), [(1, 2.0, 1), (2, 2.0, 2), (1, 5.0, 2)])
def test_sixty_minutes_that_reach_into_a_full_hour_that_is_a_hit_are_none_of_their_own(
    back: int, so_far_usd: float, count: int
) -> None:
    found = spike_of(series({back: 9.0}), RunningHour(so_far_usd, 0.1, 9.0))
    assert found is not None
    assert len(found.hours) == count
    assert found.since == THIS_HOUR - back * HOUR


@pytest.mark.parametrize(("so_far_usd", "count"), [(4.3, 2), (4.4, 3)])
def test_the_running_hour_of_a_spike_is_held_against_the_week_before_it(so_far_usd: float, count: int) -> None:
    found = spike_of(series({2: 99.0, 1: 99.0}), RunningHour(so_far_usd, 0.1))
    assert found is not None
    assert len(found.hours) == count


def hit(back: int, usd: float = 10.0, step: HistoryDepth = HistoryDepth.FULL, **changes: Any) -> FlaggedHour:
    """An hour with a bound of $5, of which $1 is usual."""
    return FlaggedHour(THIS_HOUR - back * HOUR, usd, Baseline(1.0, 1.0, step), 5.0, **changes)


@pytest.mark.parametrize(
    ("flagged", "balance_usd", "is_alarm"),
    [
        ([hit(1, 7.49)], None, False),
        ([hit(1, 7.5)], None, True),
        ([hit(1, 14.99, raised=2.0)], None, False),
        ([hit(4, 5.0), hit(1, 5.0)], None, True),
        ([hit(5, 5.0), hit(1, 5.0)], None, False),
        ([hit(1, 5.0, has_lasted=True)], None, True),
        ([hit(1, 5.0, is_loop=True)], None, True),
        ([hit(1, 5.0, HistoryDepth.COLD)], None, True),
        ([hit(1, 99.0, is_thin=True)], None, False),
        ([hit(2, 5.0), hit(1, 5.0, is_thin=True)], None, False),
        ([hit(3, 5.0), hit(2, 5.0, is_thin=True), hit(1, 5.0)], None, True),
        ([hit(1, 5.0)], 40.0, True),
        ([hit(1, 5.0)], 40.1, False),
        ([hit(2, 1.5), hit(1, 5.0, is_thin=True)], 40.0, True),
        ([hit(1, 5.0)], 0.0, False),
    ],
    ids=[
        *("a little", "one and a half times its bar", "not of its raised bar", "two within three hours", "not in four"),
        *("lasts", "a loop", "hardly any history", "one call", "one of two is one call", "one between two is one call"),
        *("a tenth of the balance", "less", "one call that is a tenth", "no balance"),
    ],
)
def test_a_hit_is_an_alarm_if_another_confirms_it_or_it_leaves_no_doubt(
    flagged: list[FlaggedHour], balance_usd: float | None, is_alarm: bool
) -> None:
    assert is_confirmed(flagged, ACCOUNT_BOUNDS, balance_usd) is is_alarm


def account_of(week_usd: float) -> HourlyCost:
    """An account with such a week, which is not its first one."""
    return series({400: 1.0, 100: week_usd}, usual_usd=0.0)


FIRST_WEEK = HistoryDepth.TRAILING


@pytest.mark.parametrize(
    ("flagged", "week_usd", "dearest_usd", "is_worth_it"),
    [
        ([hit(1, 4.0)], 100.0, 0.0, True),
        ([hit(1, 4.0)], 101.0, 0.0, False),
        ([hit(2, 3.0), hit(1, 3.0)], 133.0, 0.0, True),
        ([hit(2, 3.0), hit(1, 3.0)], 134.0, 0.0, False),
        ([hit(2, 3.0), hit(1, 10.0)], 733.0, 0.0, True),
        ([hit(2, 10.0), hit(1, 3.0)], 733.0, 0.0, True),
        ([hit(2, 3.0), hit(1, 10.0)], 734.0, 0.0, False),
        ([hit(1, 4.0)], 0.0, 2.0, True),
        ([hit(1, 4.0)], 0.0, 2.1, False),
        ([hit(1, 4.0, is_loop=True)], 0.0, 99.0, True),
        ([hit(1, 4.0, more_calls=3.0)], 0.0, 99.0, True),
        ([hit(1, 4.0, more_calls=2.9)], 0.0, 99.0, False),
        ([hit(2, 3.0), hit(1, 3.0, is_loop=True)], 0.0, 99.0, True),
        ([hit(1, 4.0, FIRST_WEEK)], 21.0, 0.0, True),
        ([hit(1, 4.0, FIRST_WEEK)], 22.0, 0.0, False),
        ([hit(1, 4.0, FIRST_WEEK, is_loop=True)], 100.0, 0.0, True),
        ([hit(1, 4.0, FIRST_WEEK, is_loop=True)], 101.0, 0.0, False),
        ([hit(1, 4.0, HistoryDepth.COLD)], 9999.0, 99.0, True),
        ([hit(1, 1.5)], 0.0, 0.0, True),
        ([hit(1, 1.4)], 0.0, 0.0, False),
        ([hit(1, 1.5, is_loop=True)], 0.0, 9.0, True),
    ],
)
def test_a_spike_is_worth_telling_from_its_part_of_a_week_and_of_past_spikes_on(
    flagged: list[FlaggedHour], week_usd: float, dearest_usd: float, is_worth_it: bool
) -> None:
    """Three percent, less from five times the usual on; a seventh in the first week, if it is no loop."""
    judge = Judge(ACCOUNT_BOUNDS, full_hours(account_of(week_usd), NOW))
    assert is_worth_telling(flagged, judge, Bars(excess_usd=dearest_usd)) is is_worth_it


@pytest.mark.parametrize(("peer_usd", "is_worth_it"), [(1.0, True), (2.0, False)])
def test_a_key_measured_by_others_is_so_in_what_is_worth_telling_too(peer_usd: float, is_worth_it: bool) -> None:
    judge = Judge(KEY_BOUNDS, full_hours(account_of(600.0), NOW), peer_usd=peer_usd)
    assert is_worth_telling([hit(1, 10.0)], judge) is is_worth_it


def test_a_spike_s_share_is_of_the_week_before_it() -> None:
    small = spike_of(series({1: 0.6}, usual_usd=0.001))
    assert small is not None
    assert small.excess_share == pytest.approx(0.599 / 0.168)
    idle = spike_of(series({**dict.fromkeys(range(2, 24 * 25), 0.0), 1: 9.0}, usual_usd=0.1))
    assert idle is not None
    assert idle.excess_share == 1.0, "all of it where there was nothing"


@pytest.mark.parametrize(("back", "is_on"), [(3, True), (4, False)])
def test_a_spike_is_on_for_two_full_hours_after_its_last(back: int, is_on: bool) -> None:
    judge, earlier, last = Judge(ACCOUNT_BOUNDS, full_hours(STEADY, NOW)), (hit(30),), (hit(back + 1), hit(back))
    assert current_of([earlier, last], judge) == (last if is_on else ())
    assert current_of([], judge) == ()


@pytest.mark.parametrize(("hours", "count"), [((4, 1), 1), ((5, 1), 2), ((9, 6, 3), 1)])
def test_a_pause_of_three_hours_parts_two_spikes(hours: tuple[int, ...], count: int) -> None:
    cost = series(dict.fromkeys(hours, 9.0), usual_usd=0.4)
    assert len(past_spikes(Memo(), None, cost, Judge(ACCOUNT_BOUNDS, full_hours(cost, NOW)))) == count


def test_a_spike_is_past_for_three_weeks_after_its_last_hour() -> None:
    memo, cost = Memo(), series({3 * WEEK: 9.0, 3 * WEEK - 1: 9.0}, usual_usd=0.4, days=35)
    found = []
    for hours in range(3):
        now = NOW + hours * HOUR
        longer = HourlyCost(cost.start, (*cost.usd[:-1], *(0.4,) * hours))
        found.append(past_spikes(memo, None, longer, Judge(ACCOUNT_BOUNDS, full_hours(longer, now))))
    assert [[len(hours) for hours in spikes] for spikes in found] == [[2], [2], []]


@pytest.mark.parametrize(("hours", "began_back"), [({}, 2), ({3: 9.0, 2: 9.0}, 3)])
def test_what_a_key_s_calls_usually_are_ends_where_its_spike_began_or_two_hours_ago(
    hours: dict[int, float], began_back: int
) -> None:
    asked: list[tuple[datetime | None, datetime]] = []
    cost = series(hours, usual_usd=0.4)

    def is_loop(hour: datetime | None, began: datetime) -> bool:
        asked.append((hour, began))
        return False

    judge = Judge(ACCOUNT_BOUNDS, full_hours(cost, NOW))
    find_spike(Memo(), None, cost, judge, RunningHour(9.0, 1.0), is_loop=is_loop)
    began = THIS_HOUR - began_back * HOUR
    assert asked == [*((THIS_HOUR - back * HOUR, began) for back in sorted(hours, reverse=True)), (None, began)]
