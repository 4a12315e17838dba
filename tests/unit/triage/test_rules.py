"""The rules of an incident: what is usual, what is a spike, who did it, and when the money is gone."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed
from tui.domain.clock import floor_hour
from tui.domain.keys import KeyCost
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost, Sums
from tui.monitor.snapshot import Snapshot
from tui.present import triage
from tui.present.display_context import DisplayContext
from tui.triage.baselines import HOUR, HistoryDepth, usual_at
from tui.triage.causes import why, without
from tui.triage.find import find
from tui.triage.forecast import empty_at, usual_pace
from tui.triage.inputs import Inputs
from tui.triage.repeats import paid_repeats
from tui.triage.report import State
from tui.triage.spikes import RunningHour
from tui.triage.suspects import first_look, is_single_cause, rank

THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)
DAYS = 28


def series(usd_by_hour_back: Mapping[int, float], usual_usd: float = 1.0, days: int = DAYS) -> HourlyCost:
    """A steady cost every hour, with some hours changed: 0 is the running hour, 1 the one before."""
    usd = [usual_usd] * (days * 24) + [0.0]
    for back, value in usd_by_hour_back.items():
        usd[-1 - back] = value
    return HourlyCost(THIS_HOUR - HOUR * (days * 24), tuple(usd))


@pytest.mark.parametrize(
    ("days", "step"), [(28, HistoryDepth.FULL), (8, HistoryDepth.FULL), (5, HistoryDepth.TRAILING)]
)
def test_how_much_history_there_is_decides_the_rung(days: int, step: HistoryDepth) -> None:
    assert usual_at(series({}, days=days), THIS_HOUR).step is step


def test_the_key_with_the_most_excess_comes_first_with_its_share() -> None:
    since = THIS_HOUR - 3 * HOUR
    histories = {1: series({3: 5.0, 2: 5.0, 1: 5.0}, 0.5), 2: series({}, 2.0), 3: series({1: 2.0}, 0.5)}
    found = rank(Memo(), histories, since, NOW, {})
    assert [one.key_id for one in found] == [1, 3]
    assert found[0].share > 0.9
    assert sum(one.share for one in found) == pytest.approx(1.0)
    assert is_single_cause(found)


def test_a_large_key_that_does_what_it_always_does_is_no_suspect() -> None:
    found = rank(Memo(), {1: series({}, 50.0), 2: series({1: 3.0}, 0.1)}, THIS_HOUR - HOUR, NOW, {1: 25.0})
    assert [one.key_id for one in found] == [2]


def test_a_new_key_is_expected_to_cost_nothing() -> None:
    fresh = HourlyCost(THIS_HOUR - 2 * HOUR, (3.0, 3.0, 0.0))
    found = rank(Memo(), {9: fresh}, THIS_HOUR - 2 * HOUR, NOW, {})
    assert found[0].is_new
    assert (found[0].expected_usd, found[0].actual_usd) == (0.0, 6.0)


def test_a_key_that_slept_for_a_week_is_told_so() -> None:
    slept = series(dict.fromkeys(range(1, 9 * 24), 0.0) | {1: 5.0})
    assert rank(Memo(), {1: slept}, THIS_HOUR - HOUR, NOW, {})[0].is_dormant


def test_the_first_look_compares_today_with_the_other_days() -> None:
    costs = {1: KeyCost(Decimal(30), Decimal(59)), 2: KeyCost(Decimal(40), Decimal(1200))}
    found = first_look(costs, 0.5)
    assert found[0].key_id == 1
    assert found[0].expected_usd == pytest.approx(0.5)
    assert all(one.is_first_look for one in found)


USES = st.dictionaries(
    st.sampled_from("abcd"),
    st.builds(
        lambda calls, tokens, sevenths: Sums(calls, tokens, 1, 1, tokens, Decimal(2), Decimal(sevenths) / 7),
        st.integers(1, 500),
        st.integers(1, 9),
        st.integers(1, 900),
    ),
    min_size=1,
)
"""Some models with some calls."""


@given(USES, USES)
def test_volume_mix_and_rate_add_up_to_the_difference_exactly(now: dict[str, Sums], usual: dict[str, Sums]) -> None:
    found = why(now, 3.0, usual, 200.0)
    assert found is not None
    cost_now = float(sum(sums.billed_usd for sums in now.values())) / 3.0
    cost_usual = float(sum(sums.billed_usd for sums in usual.values())) / 200.0
    assert found.total_usd == pytest.approx(cost_now - cost_usual)


def test_an_incident_is_taken_out_of_what_is_usual() -> None:
    usual = {"a": Sums(requests=100, billed_usd=Decimal(10)), "b": Sums(requests=5, billed_usd=Decimal(9))}
    rest, hours = without((usual, 50.0), ({"b": Sums(requests=5, billed_usd=Decimal(9))}, 2.0))
    assert (set(rest), hours) == ({"a"}, 48.0)


def test_the_same_input_again_and_again_is_a_possible_repeat_and_a_growing_one_is_not() -> None:
    same = [call(n, ago_s=600 - n * 30, input_tokens=9000) for n in range(5)]
    growing = [call(100 + n, ago_s=600 - n * 30, key_id=8, input_tokens=9000 + n * 700) for n in range(9)]
    found = paid_repeats([*same, *growing])
    assert [(one.key_id, one.count, one.usd) for one in found] == [(7, 4, Decimal("0.4"))]


def test_runs_of_one_source_are_told_together() -> None:
    calls = [call(n, ago_s=3000 - n * 30, input_tokens=9000 if n < 5 else 5000) for n in range(10)]
    (one,) = paid_repeats(calls)
    assert (one.count, one.usd) == (8, Decimal("0.8"))
    assert (one.since, one.until) == (calls[0].at, calls[-1].at)


def test_repeats_alone_are_told_and_ask_for_nothing_to_be_done() -> None:
    calls = tuple(call(n, ago_s=n * 60, input_tokens=9000) for n in range(9))
    report = find(Inputs(NOW, failed=(), recent_calls=calls, recent_from=NOW - timedelta(hours=1)))
    assert [one.count for one in report.repeats] == [8]
    assert (report.retry_state, report.to_contain) == (State.FOUND, None)
    zone = ZoneInfo("UTC")
    *_first, retries, contain = triage.steps(
        report, Snapshot("https://gateway.example", zone), DisplayContext(NOW, zone)
    )
    assert retries.verdict is not None
    assert retries.verdict.text == "▲ possible"
    assert (contain.state, contain.sentence) == (State.CLEAR, "nothing to contain")


def test_repeats_over_a_long_time_are_none() -> None:
    assert not paid_repeats([call(n, ago_s=n * 700, input_tokens=9000) for n in range(6)])


def test_the_usual_pace_follows_the_hour_of_the_week() -> None:
    usd = [2.0 if hour % 24 < 12 else 0.0 for hour in range(DAYS * 24)]
    cost = HourlyCost(THIS_HOUR - HOUR * (DAYS * 24), (*usd, 0.0))
    pace = usual_pace(Memo(), None, cost, NOW)
    assert set(pace) == {0.0, 2.0}
    assert sum(pace) == pytest.approx(2.0 * 12 * 7)


def test_the_wallet_is_empty_when_usual_and_extra_have_used_it_up() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert empty_at(24.0, (1.0,) * 168, 0.0, now) == now + timedelta(hours=24)
    assert empty_at(24.0, (1.0,) * 168, 5.0, now) == now + timedelta(hours=4)
    assert empty_at(24.0, (0.0,) * 168, 0.0, now) is None
    assert empty_at(0.0, (1.0,) * 168, 0.0, now) == now
    assert empty_at(168.0, (1.0,) * 168, 0.0, now) == now + timedelta(hours=168), "to the cent"


@given(
    st.floats(0.01, 20_000),
    st.lists(st.sampled_from([0.0, 0.03, 1.0, 25.0]), min_size=168, max_size=168),
    st.sampled_from([0.0, 0.5, 12.0]),
    st.integers(0, 3599),
)
def test_it_is_empty_in_the_hour_in_which_a_walk_through_the_hours_ends(
    balance_usd: float, pace: list[float], extra_usd: float, second: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    at, left_usd = now, balance_usd
    for usual_usd in itertools.islice(itertools.cycle(pace), 61 * 24):
        end = floor_hour(at) + HOUR
        cost = (usual_usd + extra_usd) * ((end - at) / HOUR)
        if cost >= left_usd:
            break
        at, left_usd = end, left_usd - cost
    found = empty_at(balance_usd, tuple(pace), extra_usd, now)
    if found is None:
        assert at - now >= timedelta(days=59)
    else:
        assert at - timedelta(seconds=1) <= found <= end + timedelta(seconds=1)


def test_what_is_not_known_is_never_passed_off_as_clear() -> None:
    report = find(Inputs(NOW))
    assert (report.spike_state, report.retry_state) == (State.CANNOT_TELL, State.CANNOT_TELL)
    assert not report.knows_pace
    assert not report.is_incident


def test_an_error_list_that_is_not_shared_leaves_retries_untold_unless_calls_tell() -> None:
    known = Inputs(NOW, account=series({}), running=RunningHour(), recent_calls=(), failed=None)
    assert find(known).retry_state is State.CANNOT_TELL
    assert find(replace(known, failed=())).retry_state is State.CLEAR
    storm = tuple(failed(n, ago_s=n * 2) for n in range(12))
    assert find(replace(known, failed=storm)).retry_state is State.FOUND


def test_a_whole_incident_is_told_from_the_first_answers_and_refined_by_histories() -> None:
    costs = {1: KeyCost(Decimal(40), Decimal(70)), 2: KeyCost(Decimal(5), Decimal(150))}
    known = Inputs(
        NOW,
        account=series({2: 15.0, 1: 18.0}),
        running=RunningHour(9.0, 3.0),
        running_by_key={1: RunningHour(9.0, 3.0)},
        costs=costs,
        day_part=0.25,
        recent_calls=(),
        failed=(),
        balance_usd=50.0,
    )
    looked = find(known)
    assert looked.likely is not None
    assert (looked.likely.key_id, looked.likely.is_first_look) == (1, True)
    judged = find(replace(known, keys={1: series({2: 14.5, 1: 17.5}, 0.5), 2: series({}, 0.5)}))
    assert judged.likely is not None
    assert (judged.likely.key_id, judged.likely.is_first_look) == (1, False)
    assert judged.current_empty_at is not None
    assert judged.usual_empty_at is not None
    assert judged.current_empty_at < judged.usual_empty_at
    assert judged.is_critical


def test_a_hit_that_waits_for_its_second_empties_no_wallet_and_a_spike_that_does_cannot_wait() -> None:
    one, two = series({1: 4.8}), series({2: 4.8, 1: 4.8})
    once = find(Inputs(NOW, one, {7: one}, RunningHour(), balance_usd=20.0))
    assert (once.empties_soon, once.current_empty_at, once.is_critical, once.is_alarm) == (False, None, False, False)
    for balance_usd, is_critical in ((20.0, True), (90.0, False)):
        twice = find(Inputs(NOW, two, {7: two}, RunningHour(), balance_usd=balance_usd))
        assert (twice.empties_soon, twice.is_critical, twice.is_alarm) == (is_critical, is_critical, True)


def extra_usd_per_h(inputs: Inputs) -> float:
    """What the incident adds to an hour."""
    forecast = find(inputs).forecast
    assert forecast is not None
    return forecast.extra_usd_per_h


def test_the_current_rate_is_that_of_the_last_two_full_hours_and_not_of_the_first_part_of_one() -> None:
    known = Inputs(NOW, account=series({3: 6.0, 2: 11.0, 1: 13.0}), running=RunningHour(), balance_usd=100.0)
    assert extra_usd_per_h(known) == pytest.approx(10.0)
    assert extra_usd_per_h(replace(known, account=series({2: 6.0, 1: 13.0}))) == pytest.approx(12.0)
    once = replace(known, account=series({1: 6.0}))
    assert extra_usd_per_h(once) == pytest.approx(5.0)
    assert extra_usd_per_h(replace(once, running=RunningHour(9.0, 1.0))) == pytest.approx(8)


def test_the_usual_pace_leaves_an_incident_of_the_past_out_and_a_weekly_job_in() -> None:
    week = 7 * 24
    assert sum(usual_pace(Memo(), None, series(dict.fromkeys(range(24, 28), 30.0)), NOW)) == pytest.approx(week)
    weekly = {24 + week * n: 30.0 for n in range(4)}
    assert sum(usual_pace(Memo(), None, series(weekly), NOW)) == pytest.approx(week + 29.0)
    half = {24: 30.0, 24 + week: 15.0}
    assert sum(usual_pace(Memo(), None, series(half), NOW)) == pytest.approx(week - 1 + (30 + 15 + 1 + 1) / 4)
    less = {24: 30.0, 24 + week: 14.0}
    assert sum(usual_pace(Memo(), None, series(less), NOW)) == pytest.approx(week - 1 + (14 + 1 + 1) / 3)


def test_heavy_work_that_comes_now_and_then_is_part_of_the_usual_pace() -> None:
    """At no hour of the week twice, yet again and again: only what would have been reported is left out."""
    week = 7 * 24
    sessions = {24 + week * n + 5 * n: 12.0 for n in range(4)}
    assert sum(usual_pace(Memo(), None, series(sessions), NOW)) == pytest.approx(week + 11.0)


def test_hours_that_are_not_over_teach_nothing() -> None:
    """What triage finds rests on full hours and call records alone, whatever the series holds of the running hour."""
    known = Inputs(NOW, account=series({2: 6.0, 1: 13.0}), running=RunningHour(2.0, 0.1), balance_usd=100.0)
    assert find(replace(known, account=series({0: 50.0, 2: 6.0, 1: 13.0}))) == find(known)


@pytest.mark.parametrize(
    ("running", "extra_usd"),
    [
        (RunningHour(), 19.0),
        (RunningHour(3.0, 3.0, 23.0), 22.0),
        (RunningHour(25.0, 1.0, 24.0), 24.0),
        (RunningHour(20.0, 20.0, 40.0, ten_before_usd=18.0), 107.0),
        (RunningHour(20.0, 20.0, 40.0, ten_before_usd=1.0), 39.0),
    ],
    ids=["full hours", "the last sixty minutes", "so far", "twenty minutes at a rate", "ten minutes are no rate"],
)
def test_a_run_that_becomes_faster_empties_the_wallet_at_its_rate_of_now(
    running: RunningHour, extra_usd: float
) -> None:
    """A usual hour costs $1, the last two cost $20 and $22."""
    run = series({2: 20.0, 1: 22.0})
    found = find(Inputs(NOW, run, {7: run}, running, {7: running}, balance_usd=500.0)).forecast
    assert found is not None
    assert found.extra_usd_per_h == pytest.approx(extra_usd, abs=2.5)
