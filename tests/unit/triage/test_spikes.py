"""Spikes: which hours are over their bounds, which of them are an alarm, and which are none though they cost much."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost, HourUse
from tui.triage.baselines import HOUR, MIN_HABIT_DAYS, HistoryDepth, full_hours, known_of, usual_at
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.loops import Loops
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import find_spike, past_spikes
from tui.triage.spikes import ACCOUNT_BOUNDS, KEY_BOUNDS, USUAL_BARS, Bars, RunningHour, Spike, SpikeBounds
from tui.triage.thresholds import Thresholds

NOTHING_NOW = RunningHour()
NO_USES: Mapping[datetime, HourUse] = {}
DAY, WEEK = 24, 7 * 24
KEY = 7
PAST_HOUR = THIS_HOUR - HOUR


def spike_of(
    cost: HourlyCost,
    running: RunningHour = NOTHING_NOW,
    *,
    account: HourlyCost | None = None,
    bounds: SpikeBounds = ACCOUNT_BOUNDS,
    balance_usd: float | None = None,
    peer_usd: float = 0.0,
    bars: Bars = USUAL_BARS,
    uses: Mapping[datetime, HourUse] = NO_USES,
    thresholds: Thresholds | None = None,
    now: datetime = NOW,
) -> Spike | None:
    """The spike of a series, by default the account's own."""
    judge = Judge(bounds, full_hours(account or cost, now), thresholds or Thresholds(), peer_usd, balance_usd)
    loops = Loops({hour: {KEY: use} for hour, use in uses.items()}, {KEY: running}, {KEY: cost})
    return find_spike(Memo(), None, cost, judge, running, bars, uses.get, partial(loops.is_of_key, KEY))


def is_told(spike: Spike | None) -> bool:
    """Whether it is an alarm."""
    return spike is not None and spike.is_confirmed


def use(usd: float, calls: int, dearest_usd: float) -> Mapping[datetime, HourUse]:
    """What the last full hour is known to consist of."""
    return {PAST_HOUR: HourUse(usd, calls, dearest_usd)}


def of_calls(*costs: float) -> HourUse:
    """An hour with these calls."""
    hour = HourUse()
    for usd in costs:
        hour.add(usd)
    return hour


def test_a_steady_account_has_no_spike() -> None:
    assert spike_of(series({})) is None


def test_a_tenfold_run_is_a_critical_spike_since_it_began() -> None:
    spike = spike_of(series({3: 10.0, 2: 10.0, 1: 12.0}))
    assert spike is not None
    assert spike.since == THIS_HOUR - 3 * HOUR
    assert (spike.is_confirmed, spike.is_critical) == (True, True)
    assert spike.times_usual == pytest.approx(12.0)
    assert spike.excess_share == pytest.approx(29.0 / 168)


@pytest.mark.parametrize(
    ("hours", "is_critical"),
    [({3: 10.0, 2: 10.0, 1: 12.0}, True), ({1: 12.0}, False), ({3: 4.9, 2: 4.9, 1: 4.9}, False)],
)
def test_what_cannot_wait_is_five_times_the_usual_and_has_cost_a_good_part_of_a_week(
    hours: dict[int, float], is_critical: bool
) -> None:
    spike = spike_of(series(hours))
    assert spike is not None
    assert (spike.is_confirmed, spike.is_critical) == (True, is_critical)


@pytest.mark.parametrize(("usd", "is_critical"), [(2.2, False), (2.4, True)])
def test_nobody_is_woken_for_a_few_dollars(usd: float, is_critical: bool) -> None:
    spike = spike_of(series({2: 2.8, 1: usd}, usual_usd=0.05))
    assert spike is not None
    assert (spike.is_confirmed, spike.is_critical) == (True, is_critical)


def test_what_cannot_wait_is_well_over_its_raised_bar() -> None:
    run = series({2: 16.0, 1: 16.0})
    for raised, is_critical in ((2.0, True), (4.0, False)):
        spike = spike_of(run, bars=Bars(raised))
        assert is_told(spike)
        assert spike is not None
        assert spike.is_critical is is_critical


@pytest.mark.parametrize(
    ("last_hour", "usual", "is_hit"),
    [
        (0.49, 0.01, False),
        (0.52, 0.01, True),
        (2.6, 1.0, False),
        (4.3, 1.0, False),
        (4.4, 1.0, True),
        (2.4, 0.1, True),
    ],
)
def test_a_hit_is_many_times_the_usual_and_large_in_itself(last_hour: float, usual: float, is_hit: bool) -> None:
    """Cents are nothing on any account; else it is two percent of a week above, less of it the more times the usual."""
    assert (spike_of(series({1: last_hour}, usual_usd=usual)) is not None) is is_hit


@pytest.mark.parametrize(
    ("usual", "hour", "is_hit"),
    [(27.8, 1000.0, True), (27.8, 170.0, False), (300.0, 1400.0, False), (300.0, 1460.0, True)],
)
def test_on_a_large_account_the_floor_falls_as_the_ratio_grows(usual: float, hour: float, is_hit: bool) -> None:
    """0.7 % of $160k a week is more than $1 000: an hour at 36 times what the key costs must be told all the same."""
    account = series({}, usual_usd=160_000 / 168)
    key = series({2: hour, 1: hour}, usual_usd=usual)
    found = spike_of(key, account=account, bounds=KEY_BOUNDS)
    assert (found is not None) is is_hit
    assert is_told(found) is (is_hit and usual < 100)


def test_a_dollar_more_in_a_quiet_hour_of_a_large_account_is_nothing() -> None:
    account = series({}, usual_usd=160_000 / 168)
    assert spike_of(series({2: 9.0, 1: 9.0}, usual_usd=0.01), account=account, bounds=KEY_BOUNDS) is None


@pytest.mark.parametrize(
    ("hours", "is_confirmed"),
    [
        ({1: 4.8}, False),
        ({2: 4.8, 1: 4.8}, True),
        ({4: 4.8, 1: 4.8}, True),
        ({1: 6.5}, True),
    ],
)
def test_one_hour_a_little_over_its_bound_is_a_hit_and_no_alarm(hours: dict[int, float], is_confirmed: bool) -> None:
    spike = spike_of(series(hours))
    assert spike is not None
    assert spike.is_confirmed is is_confirmed


def test_a_hit_that_waits_for_its_second_is_no_incident() -> None:
    one = series({1: 4.8})
    report = find(Inputs(NOW, one, {7: one}, NOTHING_NOW))
    assert report.spike is not None
    assert (report.has_spike, report.is_incident, report.is_alarm, report.likely) == (False, False, False, None)
    two = series({2: 4.8, 1: 4.8})
    assert find(Inputs(NOW, two, {7: two}, NOTHING_NOW)).is_alarm


def test_a_keys_own_spike_needs_a_second_hour_or_twice_its_bound() -> None:
    for hours, told in (({1: 1.6}, False), ({2: 1.6, 1: 1.6}, True), ({1: 2.9}, True)):
        found = spike_of(series(hours, usual_usd=0.4), account=series({}, usual_usd=0.4), bounds=KEY_BOUNDS)
        assert found is not None
        assert found.is_confirmed is told


@pytest.mark.parametrize(
    ("hours", "is_told_of"), [({2: 7.6, 1: 7.6}, False), ({3: 7.6, 2: 7.6, 1: 7.6}, True), ({2: 18.0}, True)]
)
def test_all_of_it_must_cost_a_part_of_a_week_worth_telling(hours: dict[int, float], is_told_of: bool) -> None:
    """Of a key on a larger account; less is enough the more times the usual it is."""
    spike = spike_of(series(hours, usual_usd=3.0), account=series({}, usual_usd=2.5), bounds=KEY_BOUNDS)
    assert spike is not None
    assert spike.is_confirmed is is_told_of


def test_an_incident_that_ended_more_than_two_hours_ago_is_over() -> None:
    assert spike_of(series({2: 10.0})) is not None
    assert spike_of(series({4: 10.0, 3: 10.0})) is None


@pytest.mark.parametrize("hours", [30, 72, WEEK])
def test_an_incident_does_not_raise_the_bar_for_itself(hours: int) -> None:
    spike = spike_of(series(dict.fromkeys(range(1, hours + 1), 10.0)), RunningHour(9.0, 1.5))
    assert spike is not None
    assert spike.since == THIS_HOUR - hours * HOUR
    assert len(spike.hours) == hours + 1
    assert all(hour.usual.a_usd == hour.usual.q_usd == 1.0 for hour in spike.hours)


def test_what_has_lasted_for_more_than_a_week_is_the_new_usual() -> None:
    assert spike_of(series(dict.fromkeys(range(1, WEEK + 2), 10.0))) is None


@pytest.mark.parametrize(("so_far", "is_hit"), [(4.3, False), (4.4, True)])
def test_the_running_hour_counts_as_soon_as_it_passes_the_bound_of_a_full_one(so_far: float, is_hit: bool) -> None:
    assert (spike_of(series({}), RunningHour(so_far, 1.0)) is not None) is is_hit


@pytest.mark.parametrize(("ten_minutes", "is_hit"), [(1.6, False), (1.8, True)])
def test_ten_minutes_alone_are_enough_when_they_hold_half_of_what_an_hour_may(ten_minutes: float, is_hit: bool) -> None:
    assert (spike_of(series({}), RunningHour(ten_minutes, ten_minutes)) is not None) is is_hit


@pytest.mark.parametrize(("before", "is_alarm"), [(5.7, True), (4.0, False)])
def test_what_goes_on_for_long_enough_is_an_alarm_within_its_first_hour(before: float, is_alarm: bool) -> None:
    found = spike_of(series({}), RunningHour(5.7, 0.5, 5.7, before))
    assert found is not None
    assert found.is_confirmed is is_alarm


def test_a_past_spike_ends_where_it_became_the_usual() -> None:
    cost = series(dict.fromkeys(range(1, WEEK + 48), 10.0))
    (hours,) = past_spikes(Memo(), None, cost, Judge(ACCOUNT_BOUNDS, full_hours(cost, NOW)))
    assert len(hours) == WEEK + 1


def test_sixty_minutes_that_cost_most_in_the_running_hour_began_in_it() -> None:
    """A runaway of one minute, and what anybody did before the turn of the hour."""
    spike = spike_of(series({1: 2.0}), RunningHour(3.5, 3.5, 5.3, 2.0))
    assert spike is not None
    assert (spike.worst.is_rolling, spike.since) == (True, THIS_HOUR)


def test_sixty_minutes_over_the_turn_of_the_hour_count_and_began_in_the_hour_before() -> None:
    spike = spike_of(series({1: 3.0}), RunningHour(2.0, 0.5, 4.8, 1.0))
    assert spike is not None
    assert (spike.since, spike.worst.actual_usd, spike.is_confirmed) == (PAST_HOUR, 4.8, False)
    within = spike_of(series({1: 1.0}), RunningHour(4.8, 0.5, 5.0, 1.0))
    assert within is not None
    assert (within.since, within.worst.actual_usd) == (THIS_HOUR, 4.8)


@pytest.mark.parametrize(("hour", "before", "is_sure"), [(5.5, 5.5, True), (5.5, 5.0, False), (5.0, 5.5, False)])
def test_what_was_so_twenty_minutes_ago_and_still_is_goes_on(hour: float, before: float, is_sure: bool) -> None:
    """Without waiting for a second full hour; to be worth telling it has cost enough before."""
    spike = spike_of(series({3: 4.6}), RunningHour(4.5, 0.5, hour, before))
    assert spike is not None
    (_earlier, now) = spike.hours
    assert now.has_lasted is is_sure
    alone = spike_of(series({}, usual_usd=0.5), RunningHour(2.6, 0.2, hour / 2, before / 2))
    assert alone is not None
    assert alone.hours[-1].has_lasted is is_sure


@pytest.mark.parametrize(
    ("cost", "calls", "dearest", "balance", "is_alarm"),
    [
        (5.5, 1, 5.5, None, False),
        (5.5, 2, 2.75, None, False),
        (5.5, 3, 2.0, None, True),
        (5.5, 12, 3.0, None, False),
        (5.5, 12, 2.4, None, True),
        (5.5, 1, 5.5, 60.0, False),
        (5.5, 1, 5.5, 40.0, True),
    ],
)
def test_one_dear_call_is_no_alarm_but_several_are_and_a_tenth_of_the_balance_is(
    cost: float, calls: int, dearest: float, balance: float | None, is_alarm: bool
) -> None:
    hit = series({1: cost}, usual_usd=0.05)
    spike = spike_of(hit, uses=use(cost, calls, dearest), balance_usd=balance)
    assert spike is not None
    assert (spike.is_confirmed, spike.is_critical) == (is_alarm, is_alarm and not spike.is_thin)
    assert spike.is_thin is (calls < 3 or dearest > cost / 2)
    running = RunningHour(cost, cost, cost, 0.0, calls, dearest)
    assert is_told(spike_of(series({}, usual_usd=0.05), running, balance_usd=balance)) is is_alarm


def test_two_single_dear_calls_in_a_row_are_no_evidence_either() -> None:
    run = series({2: 5.0, 1: 5.0}, usual_usd=0.05)
    uses = {PAST_HOUR: HourUse(5.0, 1, 5.0), PAST_HOUR - HOUR: HourUse(5.0, 2, 4.0)}
    assert is_told(spike_of(run))
    assert not is_told(spike_of(run, uses=uses))


def test_one_dear_call_heads_nothing_and_gives_no_pace() -> None:
    account = series({1: 5.0}, usual_usd=0.05)
    known = Inputs(
        NOW, account, {7: account}, NOTHING_NOW, hour_uses={PAST_HOUR: {7: HourUse(5.0, 1, 5.0)}}, balance_usd=500.0
    )
    report = find(known)
    assert (report.is_incident, report.current_empty_at) == (False, None)


@pytest.mark.parametrize(
    ("past", "is_hit"),
    [
        ({}, True),
        ({25: 6.1, 49: 6.1}, True),
        ({25: 6.1, 49: 6.1, 73: 6.1}, False),
        ({22: 6.1, 50: 6.1, 76: 6.1}, False),
        ({37: 6.1, 61: 6.1, 85: 6.1}, True),
        ({25 + 14 * DAY: 6.1, 49: 6.1, 73: 6.1}, True),
    ],
)
def test_a_habit_is_what_came_on_three_of_two_weeks_days_at_about_that_time(
    past: dict[int, float], is_hit: bool
) -> None:
    """What was spent at five in the afternoon says nothing of five in the morning."""
    assert (spike_of(series({1: 6.0, **past})) is not None) is is_hit


def daytime(hours: Mapping[int, float], usd: float = 2.0) -> HourlyCost:
    """A key that works from noon to six and never at night; NOW is half past five in the morning."""
    costs = [usd if 12 <= (THIS_HOUR - back * HOUR).hour < 18 else 0.0 for back in range(28 * DAY, -1, -1)]
    for back, changed in hours.items():
        costs[-1 - back] = changed
    return HourlyCost(THIS_HOUR - 28 * DAY * HOUR, tuple(costs))


@pytest.mark.parametrize(
    ("back", "usd", "is_hit"), [(1, 2.5, False), (1, 2.7, True), (13, 2.7, False), (13, 4.9, False), (13, 5.2, True)]
)
def test_at_an_hour_at_which_nothing_ever_was_the_level_of_the_day_is_enough(
    back: int, usd: float, is_hit: bool
) -> None:
    """Thirteen hours back it is four in the afternoon."""
    cost = daytime({back: usd})
    assert (spike_of(cost, bounds=KEY_BOUNDS, now=NOW - (back - 1) * HOUR) is not None) is is_hit


@pytest.mark.parametrize(
    ("past", "is_hit"),
    [
        ({}, True),
        ({1 + WEEK: 20.0}, True),
        ({1 + WEEK: 20.0, 1 + 2 * WEEK: 20.0}, False),
        ({3 + WEEK: 20.0, 2 * WEEK - 1: 20.0}, False),
        ({1 + WEEK: 20.0, 6 + 2 * WEEK: 20.0}, True),
        ({1 + WEEK: 20.0, 1 + 2 * WEEK: 12.0}, True),
        ({1 + 30 * DAY: 20.0}, True),
    ],
)
def test_a_job_of_the_week_is_usual_from_the_third_time_on(past: dict[int, float], is_hit: bool) -> None:
    assert (spike_of(series({1: 20.0, **past}, days=35)) is not None) is is_hit


@pytest.mark.parametrize(
    ("past", "is_hit"),
    [
        ({}, True),
        ({1 + WEEK: 20.0}, False),
        ({1 + WEEK: 8.1}, False),
        ({1 + WEEK: 7.9}, True),
        *(({1 + days * DAY: 20.0}, False) for days in (28, 29, 30, 31)),
        ({1 + 26 * DAY: 20.0}, True),
        ({1 + 30 * DAY: 7.9}, True),
        ({7 + 30 * DAY: 20.0}, True),
    ],
)
def test_of_what_is_seldom_used_one_week_or_month_before_is_enough(past: dict[int, float], is_hit: bool) -> None:
    """Thirty days ago a job of the month ran as well; it may have more to do now, up to two and a half times."""
    now_and_then = dict.fromkeys(range(100, 110), 0.5)
    job = series({**now_and_then, 1: 20.0, **past}, usual_usd=0.0, days=35)
    assert (spike_of(job, account=series({}, days=35), bounds=KEY_BOUNDS) is not None) is is_hit


@pytest.mark.parametrize(("usd", "is_hit"), [(4.0, False), (6.0, True)])
def test_who_was_away_for_two_weeks_is_measured_by_the_weeks_before(usd: float, is_hit: bool) -> None:
    back = series({**dict.fromkeys(range(1, 14 * DAY + 1), 0.0), 1: usd}, usual_usd=2.0, days=35)
    account = series({}, usual_usd=2.0, days=35)
    assert (spike_of(back, account=account, bounds=KEY_BOUNDS) is not None) is is_hit
    never = series({1: usd}, usual_usd=0.0, days=35)
    assert spike_of(never, account=account, bounds=KEY_BOUNDS) is not None


SAME, DIFFERENT = of_calls(*(0.2,) * 30), of_calls(*(0.02, 0.38) * 15)


@pytest.mark.parametrize(
    ("hour", "usually", "raised", "is_alarm"),
    [
        (DIFFERENT, DIFFERENT, 2.0, False),
        (SAME, DIFFERENT, 2.0, True),
        (SAME, SAME, 2.0, False),
        (of_calls(*(0.2,) * 30), DIFFERENT, 2.0, True),
        (of_calls(*(6.0 / 29,) * 29), DIFFERENT, 2.0, False),
        (DIFFERENT, SAME, 1.0, True),
    ],
)
def test_calls_as_alike_as_a_loops_are_held_against_what_is_usual_alone(
    hour: HourUse, usually: HourUse, raised: float, is_alarm: bool
) -> None:
    """Unless the key's calls are always so."""
    uses = dict.fromkeys((THIS_HOUR - back * HOUR for back in range(3, 24)), usually)
    full = spike_of(series({1: 6.0}, usual_usd=0.9), bars=Bars(raised), uses={**uses, PAST_HOUR: hour})
    assert is_told(full) is is_alarm
    running = RunningHour(6.0, 1.0, 6.0, 1.0, hour.calls, hour.dearest_usd, hour.variation)
    assert is_told(spike_of(series({}, usual_usd=0.9), running, bars=Bars(raised), uses=uses)) is is_alarm


def test_of_whom_no_other_hour_is_known_nothing_is_said_of_loops() -> None:
    assert not is_told(spike_of(series({1: 6.0}, usual_usd=0.9), bars=Bars(2.0), uses={PAST_HOUR: SAME}))


def test_a_loop_that_races_for_twenty_minutes_need_not_wait_for_the_hour() -> None:
    uses = dict.fromkeys((THIS_HOUR - back * HOUR for back in range(3, 24)), DIFFERENT)
    for ten_usd, ten_before_usd, is_hit in ((2.0, 1.2, True), (1.2, 1.2, True), (1.2, 1.0, False), (1.0, 1.2, False)):
        running = RunningHour(ten_usd + ten_before_usd, ten_usd, 4.0, 0.0, 40, 0.1, 0.0, ten_before_usd)
        found = spike_of(series({}), running, uses=uses)
        assert (found is not None) is is_hit
        assert found is None or found.hours[-1].has_lasted


@pytest.mark.parametrize(("hour", "is_alarm"), [(SAME, True), (DIFFERENT, False)])
def test_an_hour_of_a_loop_over_its_bar_leaves_no_doubt(hour: HourUse, is_alarm: bool) -> None:
    """What people do once waits for a second hit."""
    uses = dict.fromkeys((THIS_HOUR - back * HOUR for back in range(3, 24)), DIFFERENT)
    account = series({}, usual_usd=0.5)
    full = spike_of(series({1: 4.0}), uses={**uses, PAST_HOUR: hour}, bounds=KEY_BOUNDS, account=account)
    assert full is not None
    assert full.is_confirmed is is_alarm
    running = RunningHour(4.0, 1.0, 4.0, 0.0, hour.calls, hour.dearest_usd, hour.variation)
    last = spike_of(series({}), running, uses=uses, bounds=KEY_BOUNDS, account=account)
    assert last is not None
    assert last.is_confirmed is is_alarm
    late = RunningHour(1.0, 0.5, 4.0, 0.0, hour.calls, hour.dearest_usd, hour.variation)
    mixed = spike_of(series({1: 4.0}), late, uses={**uses, PAST_HOUR: DIFFERENT}, bounds=KEY_BOUNDS, account=account)
    assert mixed is not None
    assert mixed.is_confirmed is is_alarm


@pytest.mark.parametrize(
    ("calls", "bars", "is_hit"),
    [(19, Bars(2.0), False), (20, Bars(2.0), True), (20, Bars(2.0, 3.0), False), (30, Bars(2.0, 3.0), True)],
)
def test_many_more_calls_than_an_hour_ever_had_are_held_against_what_is_usual_alone(
    calls: int, bars: Bars, is_hit: bool
) -> None:
    """Ever: but for one day in three weeks."""
    cost = series({1: 6.0})
    counts = [5] * (28 * DAY) + [0]
    counts[-40], counts[-100], counts[-2] = 10, 90, calls
    with_calls = HourlyCost(cost.start, cost.usd, tuple(counts))
    assert (spike_of(with_calls, bars=bars) is not None) is is_hit
    counts[-2] = 0
    running = RunningHour(6.0, 1.0, calls=calls, dearest_usd=0.5)
    quiet = HourlyCost(cost.start, series({}).usd, tuple(counts))
    assert (spike_of(quiet, running, bars=bars) is not None) is is_hit


@pytest.mark.parametrize(("days", "is_hit"), [(MIN_HABIT_DAYS - 1, False), (MIN_HABIT_DAYS, True)])
def test_of_whom_too_few_days_are_known_many_calls_mean_nothing(days: int, is_hit: bool) -> None:
    cost = series({1: 6.0})
    counts = [0] * len(cost.usd)
    for day in range(days):
        counts[-12 - DAY * day] = 10
    counts[-2] = 30
    with_calls = HourlyCost(cost.start, cost.usd, tuple(counts))
    assert (spike_of(with_calls, bars=Bars(2.0)) is not None) is is_hit


@pytest.mark.parametrize(("dearest_usd", "is_alarm"), [(6.6, True), (6.7, False)])
def test_what_is_no_loop_has_to_cost_half_as_much_again_as_past_spikes_did(dearest_usd: float, is_alarm: bool) -> None:
    """A loop is none of those, whatever it cost so far."""
    two_hours, bars = series({2: 6.0, 1: 6.0}), Bars(excess_usd=dearest_usd)
    assert is_told(spike_of(two_hours, bars=bars)) is is_alarm
    uses = dict.fromkeys((THIS_HOUR - back * HOUR for back in range(3, 24)), DIFFERENT)
    assert is_told(spike_of(two_hours, bars=bars, uses={**uses, PAST_HOUR: SAME}))


@pytest.mark.parametrize(("calls", "is_alarm"), [(29, False), (30, True)])
def test_far_more_calls_than_ever_need_not_cost_as_much_as_past_spikes(calls: int, is_alarm: bool) -> None:
    cost = series({2: 6.0, 1: 6.0})
    counts = [10] * (28 * DAY) + [0]
    counts[-3] = counts[-2] = calls
    with_calls = HourlyCost(cost.start, cost.usd, tuple(counts))
    assert is_told(spike_of(with_calls, bars=Bars(excess_usd=99.0))) is is_alarm


@pytest.mark.parametrize(("dearest_usd", "is_critical"), [(9.9, True), (10.1, False)])
def test_what_cannot_wait_costs_several_times_what_past_spikes_did_or_is_a_loop(
    dearest_usd: float, is_critical: bool
) -> None:
    two_hours, bars = series({2: 16.0, 1: 16.0}), Bars(excess_usd=dearest_usd)
    found = spike_of(two_hours, bars=bars)
    assert found is not None
    assert (found.is_confirmed, found.is_critical) == (True, is_critical)
    uses = dict.fromkeys((THIS_HOUR - back * HOUR for back in range(3, 24)), DIFFERENT)
    looped = spike_of(two_hours, bars=bars, uses={**uses, PAST_HOUR: SAME})
    assert looped is not None
    assert looped.is_critical


@pytest.mark.parametrize(("hour_usd", "is_critical"), [(15.0, False), (16.0, True)])
def test_what_may_be_work_cannot_wait_only_once_it_costs_more_than_a_day(hour_usd: float, is_critical: bool) -> None:
    found = spike_of(series({2: hour_usd, 1: hour_usd}))
    assert found is not None
    assert (found.is_confirmed, found.is_critical) == (True, is_critical)


WEEKLY = {7 * DAY * week + hour: 20.0 for week in (1, 2, 3) for hour in (1, 2)}
"""A job of two hours a week."""


def test_the_money_of_sixty_minutes_counts_once_though_an_hour_ended_within_them() -> None:
    found = spike_of(series({1: 9.0}), RunningHour(2.0, 1.0, 9.0, 9.0))
    assert found is not None
    assert [hour.actual_usd for hour in found.hours] == [9.0, 9.0]
    assert found.excess_usd == pytest.approx((9.0 - 1.0) + (2.0 - 1.0))


def test_with_hardly_any_history_only_a_tenth_of_the_balance_alarms() -> None:
    young = HourlyCost(THIS_HOUR - 3 * HOUR, (0.1, 0.1, 12.0, 0.0))
    assert usual_at(young, THIS_HOUR).step is HistoryDepth.COLD
    for balance_usd, told in ((100.0, True), (200.0, False), (None, False), (0.0, False)):
        assert is_told(spike_of(young, balance_usd=balance_usd)) is told
    assert is_told(spike_of(HourlyCost(young.start, (0.1,) * 3), RunningHour(11.0, 3.0), balance_usd=100.0))


@pytest.mark.parametrize(
    ("thresholds", "is_hit"),
    [
        (Thresholds(), True),
        (Thresholds(floor_usd=4.9), True),
        (Thresholds(floor_usd=5.1), False),
        (Thresholds(least_times=5.9), True),
        (Thresholds(least_times=6.1), False),
    ],
)
def test_a_person_may_raise_the_floor_and_the_ratio(thresholds: Thresholds, is_hit: bool) -> None:
    assert (spike_of(series({1: 6.0}), thresholds=thresholds) is not None) is is_hit
    assert (spike_of(series({}), RunningHour(6.0, 1.0), thresholds=thresholds) is not None) is is_hit


def others(busy: float, key: Mapping[int, float]) -> Inputs:
    """Two keys: one of them has cost more in the last hours, and so may the other."""
    hours = dict.fromkeys(range(1, 7), busy)
    other, own = series(hours, usual_usd=1.0), series(key, usual_usd=0.5)
    whole = HourlyCost(other.start, tuple(a + b for a, b in zip(other.usd, own.usd, strict=True)))
    return Inputs(NOW, whole, {7: own, 8: other}, NOTHING_NOW)


@pytest.mark.parametrize(("busy", "is_alarm"), [(1.0, True), (1.5, True), (2.6, False), (9.0, False)])
def test_on_a_busy_day_of_all_nobody_is_to_blame_for_it(busy: float, is_alarm: bool) -> None:
    report = find(others(busy, {2: 4.0, 1: 4.0}))
    assert (7 in report.key_spikes) is is_alarm


def test_however_busy_the_others_are_a_key_far_above_its_usual_is_told() -> None:
    """What all share explains three times the bar at most."""
    assert 7 in find(others(50.0, {2: 14.0, 1: 14.0})).key_spikes


def test_a_key_without_hours_of_its_own_is_measured_by_a_busy_one_of_the_others() -> None:
    """However little its own hours cost, it is worth reporting only for its share of the account's week."""
    keys = {number: series({}, usual_usd=usd) for number, usd in ((1, 0.05), (2, 0.05), (3, 0.05), (4, 4.0))}
    account = series({}, usual_usd=4.15)
    for usd, told in ((5.1, False), (5.3, True)):
        new = series(dict.fromkeys(range(1, 6), usd), usual_usd=0.0)
        hits = find(Inputs(NOW, account, {**keys, 9: new}, NOTHING_NOW)).key_spikes
        assert (9 in hits) is told
        short = series({2: usd, 1: usd}, usual_usd=0.0)
        assert 9 not in find(Inputs(NOW, account, {**keys, 9: short}, NOTHING_NOW)).key_spikes


@pytest.mark.parametrize(("usually", "is_hit"), [(SAME, False), (DIFFERENT, True), (None, False)])
def test_an_account_whose_calls_are_always_alike_keeps_its_raised_bar(usually: HourUse | None, is_hit: bool) -> None:
    run = series({2: 6.0, 1: 6.0, 200: 12.0, 201: 12.0, 300: 12.0, 301: 12.0})
    hours = {PAST_HOUR: {7: SAME}, PAST_HOUR - HOUR: {7: SAME}}
    if usually is not None:
        hours.update({THIS_HOUR - back * HOUR: {7: usually} for back in range(3, 24)})
    assert find(Inputs(NOW, run, running=NOTHING_NOW)).spike is None
    assert (find(Inputs(NOW, run, running=NOTHING_NOW, hour_uses=hours)).spike is not None) is is_hit


@pytest.mark.parametrize(("balance_usd", "is_sure"), [(60.0, False), (40.0, True), (None, False)])
def test_one_call_of_a_key_that_took_a_tenth_of_the_balance_is_sure(balance_usd: float | None, is_sure: bool) -> None:
    small, uses = series({1: 5.0}, usual_usd=0.05), {PAST_HOUR: {KEY: HourUse(5.0, 1, 5.0)}}
    known = Inputs(NOW, series({}, usual_usd=4.0), {KEY: small}, running=NOTHING_NOW, hour_uses=uses)
    (one,) = (one for one in find(replace(known, balance_usd=balance_usd)).findings if one.key_id == KEY)
    assert one.is_sure is is_sure


def test_the_kind_of_what_is_told_is_a_spike() -> None:
    found = find(Inputs(NOW, series({2: 10.0, 1: 12.0}), running=NOTHING_NOW))
    assert [(one.kind, one.since) for one in found.findings] == [(FindingKind.SPIKE, THIS_HOUR - timedelta(hours=2))]


@pytest.mark.parametrize(
    ("days", "hour_usd", "is_told_then", "is_critical"),
    [(28, 6.0, True, False), (28, 16.0, True, True), (4, 6.0, False, False), (4, 16.0, True, False)],
)
def test_in_the_first_week_a_spike_must_cost_more_and_only_a_loop_cannot_wait(
    days: int, hour_usd: float, is_told_then: bool, is_critical: bool
) -> None:
    """Who has been seen for four days may do anything on the fifth."""
    run = series({2: hour_usd, 1: hour_usd}, days=days)
    found = spike_of(run)
    assert found is not None
    assert (found.is_confirmed, found.is_critical) == (is_told_then, is_critical)
    uses = {**dict.fromkeys((THIS_HOUR - back * HOUR for back in range(3, 24)), DIFFERENT), PAST_HOUR: SAME}
    looped = spike_of(run, uses=uses)
    assert looped is not None
    assert (looped.is_confirmed, looped.is_critical) == (True, hour_usd == 16.0)


@pytest.mark.parametrize(("active_hours", "is_warm"), [(12, True), (11, False)])
def test_an_account_is_judged_by_itself_after_twelve_hours_with_use(active_hours: int, is_warm: bool) -> None:
    """However long ago the first was: who works an hour a day shows a level after two weeks."""
    account = series({24 * day + 1: 1.0 for day in range(active_hours)}, usual_usd=0.0, days=30)
    assert (known_of(account).step(THIS_HOUR) is not HistoryDepth.COLD) is is_warm
