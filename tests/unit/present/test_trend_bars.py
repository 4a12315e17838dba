"""What the bars of a trend are made of."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import LOOK, account
from tests.unit.samples import NOW, call, key
from tests.unit.triage.test_incidents import finding
from tui.domain.clock import floor_hour
from tui.domain.scope import Scope
from tui.domain.usage import HourlyCost
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered
from tui.monitor.questions import AskAccountHistory, AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.scoped import usage_of
from tui.present import trend_bars
from tui.present.breakdown import By, Measure
from tui.present.trend_bars import fitted, stack
from tui.present.trend_marks import usual_usd
from tui.triage.baselines import Baseline, HistoryDepth
from tui.triage.joint_keys import JointKeys, Trait
from tui.triage.report import Report
from tui.triage.spikes import FlaggedHour, Spike
from tui.triage.suspects import Suspect
from widgets.values import Emphasis

HOUR, WHOLE = timedelta(hours=1), Scope()
THIS_HOUR = floor_hour(NOW)
LAST = THIS_HOUR - HOUR / 2
"""In the middle of the hour before, which spikes."""


def calls() -> tuple[object, ...]:
    """An hour in which key 1 went wild with a model, and another keeps on."""
    told = [(LAST, 1, "opus", "20"), (LAST, 1, "haiku", "1"), (LAST, 2, "opus", "3"), (LAST, 2, "haiku", "4")]
    told += [(LAST - 5 * HOUR, 1, "opus", "2"), (LAST - 5 * HOUR, 2, "haiku", "5")]
    told += [(NOW - timedelta(minutes=3), 2, "haiku", "0.5")]
    return tuple(
        call(number, ago_s=(NOW - at).total_seconds(), key_id=key, model=model, billed=usd)
        for number, (at, key, model, usd) in enumerate(told, 1)
    )


KNOWN = account((BASE_CALLS, CallsRead(calls(), NOW - 26 * HOUR, len(calls()), NOW)))
USUAL = Baseline(1.0, 1.0, HistoryDepth.FULL)
SPIKE = Spike(LAST - HOUR / 2, (FlaggedHour(LAST - HOUR / 2, 28.0, USUAL, 3.0),), True, HistoryDepth.FULL)
REPORT = Report(NOW, (finding(SPIKE, None, 1, NOW),), since=SPIKE.since, suspects=(Suspect(1, 21.0, 1.0, 0.95),))


def stacked(by: By, report: Report | None = REPORT, scope: Scope = WHOLE) -> trend_bars.Stack:
    return stack(scope, usage_of(scope, KNOWN, NOW), by, Measure.BILLED, report, KNOWN, LOOK)


def last_hours(one: trend_bars.Stack, at: int = -2) -> dict[tuple[str, Emphasis], float]:
    return {(layer.name, layer.emphasis): layer.values[at] for layer in one.layers}


def test_the_culprit_is_red_where_it_is_wild_and_neutral_before() -> None:
    found, red = stacked(By.KEY), Emphasis.WARNING
    assert last_hours(found) == {("", Emphasis.DATA): 7.0, ("", red): 21.0}
    assert last_hours(found, -7) == {("", Emphasis.DATA): 7.0, ("", red): 0.0}
    assert (found.tones, found.marked) == ({"1": red}, {len(found.layers[0].values) - 2})


def test_by_model_the_culprit_is_red_on_top_of_what_the_others_use() -> None:
    found = stacked(By.MODEL)
    assert last_hours(found) == {
        ("opus", Emphasis.DATA): 3.0,
        ("haiku", Emphasis.ACCENT): 4.0,
        ("", Emphasis.MUTED): 0.0,
        ("", Emphasis.WARNING): 21.0,
    }


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("report", [None, REPORT, replace(REPORT, suspects=())])
@pytest.mark.parametrize("scope", [Scope(), Scope().narrowed(key_id=1), Scope().narrowed(model="opus")])
def test_layers_add_up_to_the_trend(by: By, report: Report | None, scope: Scope) -> None:
    usage = usage_of(scope, KNOWN, NOW)
    found = stacked(by, report, scope)
    for at, bucket in enumerate(usage.trend or ()):
        assert sum(layer.values[at] or 0.0 for layer in found.layers) == pytest.approx(float(bucket.sums.billed_usd))


def test_keys_of_one_address_are_red_together() -> None:
    together = JointKeys(Trait.ADDRESS, "45.155.205.99", None, (1, 2), 0, 26.0, 0.95, None)
    of_many = replace(REPORT, findings=(finding(SPIKE, None, None, NOW),), joint=together)
    assert last_hours(stacked(By.KEY, of_many)) == {("", Emphasis.DATA): 0.0, ("", Emphasis.WARNING): 28.0}
    assert stacked(By.KEY, of_many).tones == {"1": Emphasis.WARNING, "2": Emphasis.WARNING}
    beside = replace(REPORT, joint=replace(together, key_ids=(2,)))
    assert last_hours(stacked(By.KEY, beside))["", Emphasis.WARNING] == 21.0, "who is to blame comes first"


def test_while_nobody_is_known_to_be_the_cause_the_hours_are_marked_all_the_same() -> None:
    found = stacked(By.KEY, replace(REPORT, suspects=()))
    assert last_hours(found)["", Emphasis.WARNING] == 28.0


def test_the_running_hour_heads_for_what_the_last_minutes_make_of_it() -> None:
    left = (THIS_HOUR + HOUR - NOW) / HOUR
    assert stacked(By.KEY).heading == pytest.approx(0.5 + 2.0 * left)


def test_a_key_that_was_stopped_drives_the_running_hour_no_further() -> None:
    keys = tuple(key(one, stored_status="inactive", in_flight=0) for one in (1, 2))
    scope, stopped = Scope(), reduce(KNOWN, Answered(AskKeys(), keys, NOW))
    found = stack(scope, usage_of(scope, stopped, NOW), By.KEY, Measure.BILLED, REPORT, stopped, LOOK)
    assert found.heading == pytest.approx(0.5)


def test_a_range_that_is_over_heads_for_nothing() -> None:
    scope = Scope()
    usage = usage_of(scope, KNOWN, NOW)
    over = replace(usage, trend=(usage.trend or ())[:-1], folds=usage.folds[:-1])
    assert stack(scope, over, By.KEY, Measure.BILLED, REPORT, KNOWN, LOOK).heading is None


@pytest.mark.parametrize(("room", "buckets"), [(0, 25), (60, 25), (33, 25), (32, 13), (20, 9)])
def test_buckets_without_room_are_sums_of_neighbours(room: int, buckets: int) -> None:
    usage = usage_of(Scope(), KNOWN, NOW)
    found = fitted(usage, room)
    assert len(found.trend or ()) == len(found.folds) == buckets
    assert sum(one.sums.billed_usd for one in found.trend or ()) == sum(
        one.sums.billed_usd for one in usage.trend or ()
    )
    assert found.window.step == usage.window.step * -(-25 // buckets)
    assert (found.trend or ())[-1].end == (usage.trend or ())[-1].end


def test_the_usual_is_told_for_each_hour_of_an_account() -> None:
    history = HourlyCost(THIS_HOUR - 24 * 20 * HOUR, (1.0,) * (24 * 20) + (9.0,))
    known = account((AskAccountHistory(), history), base=KNOWN)
    trend = usage_of(Scope(), known, NOW).trend or ()
    assert usual_usd(Scope(), trend, HOUR, REPORT, known) == (1.0,) * 25
    assert usual_usd(Scope(), trend, 24 * HOUR, REPORT, known) == ()
    assert usual_usd(Scope().narrowed(model="m"), trend, HOUR, REPORT, known) == ()
    assert usual_usd(Scope(), trend, HOUR, None, known) == ()
