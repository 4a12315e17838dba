"""What a running hour, a flagged hour and a spike say of themselves."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.triage.test_rules import THIS_HOUR
from tui.triage.baselines import HOUR, Baseline, HistoryDepth
from tui.triage.spikes import FlaggedHour, RunningHour, Spike

USUAL = Baseline(1.0, 0.5, HistoryDepth.FULL)
WILD = FlaggedHour(THIS_HOUR - HOUR, 20.0, USUAL, 4.0)
WEEK_USD = 100.0


def spike(*hours: FlaggedHour, share: float = 0.2, **changes: Any) -> Spike:
    """A spike of some hours that has cost a part of a week, all else being ordinary."""
    return replace(Spike(hours[0].start, hours, True, HistoryDepth.FULL, excess_share=share), **changes)


def test_the_steady_rate_is_what_both_spans_of_ten_minutes_had() -> None:
    assert RunningHour(9.0, 2.0, ten_before_usd=3.0).steady_usd_per_h == 12.0
    assert RunningHour(9.0, 3.0, ten_before_usd=2.0).steady_usd_per_h == 12.0


def test_what_others_cost_is_left_out_of_every_span_and_none_falls_below_nothing() -> None:
    whole = RunningHour(10.0, 3.0, 20.0, 15.0, 7, 0.5, 0.1, 2.0)
    one, other = RunningHour(1.0, 0.5, 2.0, 3.0, 4, 0.4, 0.2, 0.25), RunningHour(2.0, 0.5, 4.0, 6.0, 4, 0.4, 0.2, 0.25)
    assert whole.without(iter((one, other))) == RunningHour(7.0, 2.0, 14.0, 6.0, 7, 0.5, 0.1, 1.5)
    assert one.without((other,)) == RunningHour(0.0, 0.0, 0.0, 0.0, 4, 0.4, 0.2, 0.0)
    assert whole.without(()) is whole


@pytest.mark.parametrize(
    ("running", "is_below"),
    [
        (RunningHour(0.9, 0.4, 0.9), True),
        (RunningHour(1.0, 0.4, 0.9), False),
        (RunningHour(0.9, 0.4, 1.0), False),
        (RunningHour(0.9, 0.5, 0.9), False),
    ],
    ids=["nothing of it", "so far", "in sixty minutes", "in ten minutes"],
)
def test_an_hour_is_below_an_amount_if_no_span_of_it_reaches_that(running: RunningHour, is_below: bool) -> None:
    """Of ten minutes half is enough."""
    assert running.is_below(1.0) is is_below


@pytest.mark.parametrize(
    ("hour", "bar_usd", "excess_usd"),
    [
        (WILD, 4.0, 19.0),
        (replace(WILD, raised=2.5), 10.0, 19.0),
        (replace(WILD, told_before_usd=5.0), 4.0, 14.0),
        (replace(WILD, actual_usd=0.5), 4.0, 0.0),
    ],
)
def test_an_hour_costs_what_it_is_above_the_usual_and_was_not_told_before(
    hour: FlaggedHour, bar_usd: float, excess_usd: float
) -> None:
    assert (hour.bar_usd, hour.excess_usd) == (bar_usd, excess_usd)


def test_a_spike_is_measured_by_its_dearest_hour_and_costs_all_of_them() -> None:
    small = replace(WILD, start=THIS_HOUR - 2 * HOUR, actual_usd=6.0)
    both = spike(small, WILD)
    assert (both.worst, both.excess_usd, both.last_hit_at) == (WILD, 24.0, THIS_HOUR - HOUR)
    assert both.times_usual == 20.0
    assert spike(replace(WILD, usual=Baseline(0.5, 4.0, HistoryDepth.FULL))).times_usual == 5.0
    assert spike(replace(WILD, usual=Baseline(0.0, 0.0, HistoryDepth.COLD))).times_usual is None


@pytest.mark.parametrize(
    ("flags", "is_thin", "is_loop"),
    [((), False, False), ((0,), False, True), ((0, 1), True, True)],
    ids=["neither hour", "one hour", "both hours"],
)
def test_a_spike_is_thin_if_all_of_it_is_and_a_loops_if_any_of_it_is(
    flags: tuple[int, ...], is_thin: bool, is_loop: bool
) -> None:
    hours = [replace(WILD, is_thin=place in flags, is_loop=place in flags) for place in range(2)]
    assert (spike(*hours).is_thin, spike(*hours).is_loop) == (is_thin, is_loop)


MODEST = replace(WILD, actual_usd=4.0)
LOOP = replace(WILD, is_loop=True)


@pytest.mark.parametrize(
    ("found", "is_critical"),
    [
        (spike(WILD), True),
        (spike(MODEST, WILD), True),
        (spike(MODEST), False),
        (spike(replace(WILD, actual_usd=10.0, bound_usd=5.0)), True),
        (spike(replace(WILD, actual_usd=10.0, bound_usd=5.1)), False),
        (spike(WILD, raised=2.5), True),
        (spike(WILD, raised=2.6), False),
        (spike(replace(WILD, usual=replace(USUAL, a_usd=4.0))), True),
        (spike(replace(WILD, usual=replace(USUAL, a_usd=4.1))), False),
        (spike(replace(WILD, usual=Baseline(0.0, 0.0, HistoryDepth.FULL))), False),
        (spike(replace(WILD, is_thin=True)), False),
        (spike(WILD, share=1.2 / 7), True),
        (spike(WILD, share=0.17), False),
        (spike(LOOP, share=0.1), True),
        (spike(LOOP, share=0.099), False),
        (spike(WILD, dearest_before_usd=19.0 / 3), True),
        (spike(WILD, dearest_before_usd=6.4), False),
        (spike(LOOP, dearest_before_usd=99.0), True),
        (spike(WILD, step=HistoryDepth.TRAILING), False),
        (spike(LOOP, step=HistoryDepth.TRAILING), True),
        (spike(replace(WILD, told_before_usd=14.0)), True),
        (spike(replace(WILD, told_before_usd=14.1)), False),
    ],
    ids=[
        *("all is so", "one hour is enough", "four times the usual"),
        *("twice its bound", "less", "twice its raised bar", "less of that"),
        *("five times the usual", "less than that", "nothing usual to be a multiple of", "one dear call"),
        *("a day and a fifth", "less than a day", "a loop: a tenth of a week", "less of a loop"),
        *("three times the work of the past", "less than work", "a loop is no work"),
        *("work of the first week", "a loop of the first week", "five dollars", "less than five"),
    ],
)
def test_what_cannot_wait_is_far_above_the_usual_and_dear_and_no_work(found: Spike, is_critical: bool) -> None:
    assert found.is_critical is is_critical
