"""What triage is given to judge by."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call, key
from tui.domain.usage import Call, HourlyCost, KeyHistory
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls import CallsRead
from tui.monitor.events import Answered
from tui.monitor.evidence import MOST_RECENT_CALLS, inputs_of
from tui.monitor.questions import AskAccountHistory, AskKeyHistory, AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.triage.places import can_tell

HOUR = timedelta(hours=1)
NOTHING_NOW = HourlyCost(NOW.replace(minute=0, second=0, microsecond=0) - HOUR, (1.0, 0.0))


def snapshot_of(*rows: Call, covered: timedelta = 30 * HOUR) -> Snapshot:
    """Two keys, and some calls of them."""
    keys = (key(7, "laptop"), key(8, "ci"))
    known = reduce(Snapshot("https://gateway.example", ZoneInfo("UTC")), Answered(AskKeys(), keys, NOW))
    return reduce(known, Answered(BASE_CALLS, CallsRead(rows, NOW - covered, len(rows), NOW), NOW))


def test_what_keys_did_in_two_hours_is_told_by_model() -> None:
    rows = [call(n, ago_s=n * 60, key_id=7 + n % 2, model="opus" if n < 60 else "haiku") for n in range(240)]
    inputs = inputs_of(snapshot_of(*rows), NOW)
    models, hours = inputs.recent_uses[0][7]
    assert hours == 2
    assert {name: sums.requests for name, sums in models.items()} == {"opus": 30, "haiku": 31}
    assert inputs.key_names == {7: "laptop", 8: "ci"}
    assert inputs.recent_from == NOW - HOUR


def test_calls_of_a_plan_are_no_wallet_cost() -> None:
    assert not any(inputs_of(snapshot_of(call(1, ago_s=60, billing_type=1)), NOW).recent_uses)


def test_places_are_learnt_from_the_calls_and_from_what_was_kept() -> None:
    rows = [call(n, ago_s=(40 - n) * 1800, ip="192.0.2.1") for n in range(40)]
    seen = inputs_of(snapshot_of(*rows), NOW).seen
    assert (seen[7].calls, can_tell(seen[7], NOW)) == (40, True)
    more = inputs_of(snapshot_of(*rows, call(99, ago_s=5, ip="192.0.2.9")), NOW, seen).seen
    assert (more[7].calls, more[7].ips["192.0.2.9"].calls_before) == (41, 40)
    assert inputs_of(snapshot_of(), NOW, seen).seen == seen


def test_without_call_records_nothing_is_made_up() -> None:
    inputs = inputs_of(Snapshot("https://gateway.example", ZoneInfo("UTC")), NOW)
    assert (inputs.recent_from, inputs.recent_calls, any(inputs.recent_uses), dict(inputs.seen)) == (
        None,
        None,
        False,
        {},
    )


def test_of_an_hour_with_more_calls_than_are_here_the_gateways_sums_are_known_at_least() -> None:
    this_hour = NOW.replace(minute=0, second=0, microsecond=0)
    now = this_hour + 0.75 * HOUR
    rows = [call(n, ago_s=(NOW - now).total_seconds() + n, key_id=7) for n in range(1, 30)]
    known = reduce(snapshot_of(), Answered(BASE_CALLS, CallsRead(tuple(rows), now - HOUR / 60, 30, now), now))
    known = reduce(known, Answered(AskAccountHistory(), HourlyCost(this_hour - HOUR, (1.0, 95.0)), now))
    known = reduce(known, Answered(AskKeyHistory(7), KeyHistory(HourlyCost(this_hour - HOUR, (1.0, 88.0)), ()), now))
    inputs = inputs_of(known, now)
    assert inputs.running is not None
    assert (inputs.running.so_far_usd, inputs.running_by_key[7].so_far_usd) == (95.0, 88.0)
    assert inputs.running_by_key[7].ten_minutes_usd > 0
    assert not inputs.is_hour_whole


def test_of_an_hour_of_which_nothing_is_known_nothing_is_said() -> None:
    inputs = inputs_of(reduce(snapshot_of(covered=HOUR / 60), Answered(AskAccountHistory(), NOTHING_NOW, NOW)), NOW)
    assert (inputs.running, inputs.is_hour_whole) == (None, False)
    half_an_hour_off = HourlyCost(NOTHING_NOW.start - HOUR / 2, (1.0, 95.0))
    inputs = inputs_of(
        reduce(snapshot_of(covered=HOUR / 60), Answered(AskAccountHistory(), half_an_hour_off, NOW)), NOW
    )
    assert inputs.running is None


def test_of_very_many_calls_the_newest_are_looked_at_and_since_when_is_told() -> None:
    rows = [call(n, ago_s=1 + n * 0.5) for n in range(MOST_RECENT_CALLS + 100)]
    inputs = inputs_of(snapshot_of(*rows), NOW)
    assert inputs.recent_calls is not None
    assert len(inputs.recent_calls) == MOST_RECENT_CALLS
    assert inputs.recent_from == inputs.recent_calls[0].at == rows[MOST_RECENT_CALLS - 1].at
    assert inputs.paces is not None
    assert inputs.paces[7] == pytest.approx(0.1 * 2 * 3600, rel=0.1)
    assert inputs.running_by_key[7].so_far_usd == pytest.approx(0.1 * 2 * (NOW.minute * 60 + NOW.second), rel=0.1)


def test_the_pace_of_records_that_begin_a_minute_ago_is_that_of_a_minute() -> None:
    rows = [call(n, ago_s=n) for n in range(60)]
    inputs = inputs_of(snapshot_of(*rows, covered=timedelta(seconds=60)), NOW)
    assert inputs.paces is not None
    assert inputs.paces[7] == pytest.approx(0.1 * 3600, rel=0.05)
