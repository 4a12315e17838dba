"""Whether an action helped, by what was billed since."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call, key
from tui.domain.intents import NO_LIMITS, KeyState, Limits, Reminder
from tui.domain.keys import ApiKey
from tui.domain.usage import Call
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.proof import Verdict, last_restricted, proof_lines, proof_of, proof_of_last
from tui.store.journal import Entry, Stage
from tui.triage.report import Report
from tui.triage.suspects import Suspect

EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
ACTED = NOW - timedelta(minutes=5)
OFF: dict[str, Any] = {"stored_status": "inactive", "in_flight": 0}
BEFORE = (call(1, ago_s=900, billed="1"), call(2, ago_s=400, billed="2"))
UNDER_WAY = call(3, ago_s=290, billed="0.5", duration_ms=20_000)
LATER = call(4, ago_s=60, billed="0.7", duration_ms=1000)
OTHER = call(5, ago_s=30, billed="0.02", key_id=8)


def with_calls(calls: tuple[Call, ...]) -> Snapshot:
    """What is known with these call records."""
    return reduce(EMPTY, Answered(BASE_CALLS, CallsRead(calls, EVERYTHING, len(calls), NOW), NOW))


@pytest.mark.parametrize(
    ("acted_on", "calls", "verdict", "told"),
    [
        (key(**OFF), BEFORE, Verdict.CONTAINED, "✓ laptop: contained at 05:26:02"),
        (
            key(**OFF),
            (*BEFORE, UNDER_WAY),
            Verdict.CONTAINED,
            "✓ laptop: contained at 05:26:12 · 0 in flight · 1 call ended after",
        ),
        (key(**OFF), (*BEFORE, UNDER_WAY, OTHER), Verdict.CONTAINED, "burn $12.00 → $0.25/h"),
        (
            key(stored_status="inactive", in_flight=2),
            BEFORE,
            Verdict.WATCHING,
            "… laptop: acted at 05:26:02, watching · 2 in flight",
        ),
        (key(in_flight=0), BEFORE, Verdict.WATCHING, "watching"),
        (key(**OFF), (*BEFORE, LATER), Verdict.GOES_ON, "■ laptop: goes on: 1 call began after 05:26:02"),
    ],
)
def test_an_action_is_judged_by_what_was_billed_since(
    acted_on: ApiKey, calls: tuple[Call, ...], verdict: Verdict, told: str
) -> None:
    proof = proof_of((acted_on,), {7: ACTED}, with_calls(calls), NOW)
    assert proof.verdict is verdict
    text = "".join(cell.text for line in proof_lines(proof, DisplayContext(NOW, ZoneInfo("UTC"))) for cell in line)
    assert told in text


BOTH = (key(**OFF), key(8, name="bench", **OFF))
EIGHT_ACTED = ACTED + timedelta(seconds=20)
BETWEEN = call(6, ago_s=285, billed="0.5", key_id=8, duration_ms=1000)


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        (BEFORE, "✓ 2 keys: contained at 05:26:22 · 0 in flight"),
        ((*BEFORE, BETWEEN), "✓ 2 keys: contained at 05:26:22 · 0 in flight"),
        ((*BEFORE, OTHER), "■ 2 keys: goes on: 1 call began after 05:26:22"),
    ],
    ids=["quiet", "before its own change", "one goes on"],
)
def test_what_was_done_to_several_keys_is_judged_together_each_since_its_own_change(
    calls: tuple[Call, ...], told: str
) -> None:
    proof = proof_of(BOTH, {7: ACTED, 8: EIGHT_ACTED}, with_calls(calls), NOW)
    text = "".join(cell.text for line in proof_lines(proof, DisplayContext(NOW, ZoneInfo("UTC"))) for cell in line)
    assert told in text


def test_calls_that_were_read_before_the_key_came_to_a_halt_prove_nothing() -> None:
    known = reduce(with_calls(BEFORE), Answered(AskKeys(), (key(7, in_flight=1),), NOW))
    halted = reduce(known, Answered(AskKeys(), (key(7, **OFF),), NOW, NOW + timedelta(seconds=1)))
    assert proof_of((key(7, **OFF),), {7: ACTED}, halted, NOW).verdict is Verdict.WATCHING
    read = Answered(BASE_CALLS, CallsRead((), EVERYTHING, 2, NOW), NOW + timedelta(seconds=1))
    assert proof_of((key(7, **OFF),), {7: ACTED}, reduce(halted, read), NOW).verdict is Verdict.CONTAINED


def test_without_call_records_nothing_is_proved() -> None:
    assert proof_of((key(**OFF),), {7: ACTED}, EMPTY, NOW).verdict is Verdict.WATCHING


def test_only_what_restricts_a_key_is_to_be_proved() -> None:
    active, stopped = KeyState("active", NO_LIMITS), KeyState("inactive", NO_LIMITS)
    limited = KeyState("active", Limits(quota_usd=Decimal(5)))

    def done(key_id: int, before: KeyState, wanted: KeyState, batch: str | None = None) -> Entry:
        return Entry(ACTED.isoformat(), "https://gateway.example", key_id, "", before, wanted, Stage.DONE, batch=batch)

    stops = [done(8, active, stopped, "b"), done(7, active, stopped, "b")]
    assert list(last_restricted([done(9, stopped, active), *stops])) == [7, 8], "the batch, whatever was enabled since"
    assert list(last_restricted([done(8, stopped, active), *stops])) == [7], "released"
    assert last_restricted([done(9, limited, active), done(0, Reminder(Decimal(1)), Reminder(Decimal(2)))]) == {}
    assert list(last_restricted([done(9, active, limited)])) == [9]


SUSPECTS = (Suspect(7, 9.0, 1.0, 0.9), Suspect(8, 2.0, 1.0, 0.1), Suspect(9, 1.0, 0.9, 0.09))
SINCE = ACTED - timedelta(minutes=30)


@pytest.mark.parametrize(
    ("key_id", "report", "is_proved"),
    [
        (7, Report(NOW, since=SINCE, suspects=SUSPECTS), True),
        (8, Report(NOW, since=SINCE, suspects=SUSPECTS), True),
        (9, Report(NOW, since=SINCE, suspects=SUSPECTS), False),
        (7, Report(NOW, since=ACTED, suspects=SUSPECTS), True),
        (7, Report(NOW, since=ACTED + timedelta(seconds=1), suspects=SUSPECTS), False),
        (9, Report(NOW), True),
        (9, Report(ACTED + timedelta(hours=1)), True),
        (9, Report(ACTED + timedelta(hours=1, seconds=1)), False),
        (6, Report(NOW), False),
    ],
    ids=["dearest", "a tenth", "less", "as it began", "before it", "no incident", "an hour", "longer", "deleted since"],
)
def test_what_was_done_to_a_key_of_the_incident_is_proved_while_it_matters(
    key_id: int, report: Report, is_proved: bool
) -> None:
    keys = tuple(key(one, **OFF) for one in (7, 8, 9))
    snapshot = reduce(EMPTY, Answered(AskKeys(), keys, NOW))
    active, stopped = KeyState("active", NO_LIMITS), KeyState("inactive", NO_LIMITS)
    done = Entry(ACTED.isoformat(), "https://gateway.example", key_id, "", active, stopped, Stage.DONE)
    proof = proof_of_last([done], report, snapshot, report.at)
    assert (proof is not None) is is_proved
    assert proof is None or [one.id for one in proof.keys] == [key_id]


def test_a_limit_leaves_calls_until_it_is_reached() -> None:
    snapshot = with_calls((*BEFORE, LATER))
    left, reached = key(quota_usd=Decimal(5)), key(quota_usd=Decimal(5), quota_used_usd=Decimal(6))
    found = [
        proof_of((one,), {7: ACTED}, snapshot, NOW, limited).verdict
        for one in (left, reached)
        for limited in ((7,), ())
    ]
    assert found == [Verdict.WATCHING, Verdict.GOES_ON, Verdict.GOES_ON, Verdict.GOES_ON]
