"""What triage is given to judge by."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, key
from tui.domain.account import Profile
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Scope
from tui.domain.usage import Call, HourlyCost, KeyHistory, Page, Slice, Sums
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallLog, CallsRead, CallView
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.question import Question
from tui.monitor.questions import (
    AskAccountHistory,
    AskCalls,
    AskErrors,
    AskKeyCosts,
    AskKeyHistory,
    AskKeys,
    AskProfile,
)
from tui.monitor.reduce import reduce
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import MAX_RECENT_CALLS, TRIAGE_CALLS, inputs_of, needed_histories, triage_questions
from tui.triage.gaps import Gap, Input

HOUR = timedelta(hours=1)
NOTHING_NOW = HourlyCost(NOW.replace(minute=0, second=0, microsecond=0) - HOUR, (1.0, 0.0))


def snapshot_of(*rows: Call, covered: timedelta = 30 * HOUR) -> Snapshot:
    """Two keys, and some calls of them."""
    keys = (key(7, "laptop"), key(8, "ci"))
    known = reduce(Snapshot("https://gateway.example", ZoneInfo("UTC")), Answered(AskKeys(), keys, NOW))
    return reduce(known, Answered(BASE_CALLS, CallsRead(rows, NOW - covered, len(rows), NOW), NOW))


def test_what_keys_did_in_two_hours_up_to_this_minute_is_told_by_model() -> None:
    rows = [call(n, ago_s=n * 60, key_id=7 + n % 2, model="opus" if n < 60 else "haiku") for n in range(240)]
    inputs = inputs_of(snapshot_of(*rows), NOW)
    models, hours = inputs.recent_uses[0][7]
    assert hours == 2
    assert {name: sums.requests for name, sums in models.items()} == {"opus": 29, "haiku": 31}
    assert inputs.key_names == {7: "laptop", 8: "ci"}
    assert inputs.recent_from == NOW - HOUR


@pytest.mark.parametrize(
    ("failed", "calls", "is_stopped"),
    [
        (None, (), True),
        (AskKeys(), (), True),
        (AskKeys(), (call(2, ago_s=10),), False),
        (None, (call(2, ago_s=10),), True),
        (BASE_CALLS, (), True),
    ],
    ids=["all is read", "keys are not", "keys are not, and it calls", "refused since", "calls are not"],
)
def test_a_key_stays_stopped_while_keys_cannot_be_read_unless_it_calls(
    failed: Question[Any] | None, calls: tuple[Call, ...], is_stopped: bool
) -> None:
    then = NOW - timedelta(seconds=30)
    off = (key(7, stored_status="inactive", in_flight=0),)
    snapshot = reduce(snapshot_of(call(1, ago_s=300)), Answered(AskKeys(), off, NOW if failed is None else then))
    snapshot = reduce(snapshot, Answered(BASE_CALLS, CallsRead(calls, NOW - HOUR, 1 + len(calls), NOW), NOW))
    if failed is not None:
        snapshot = reduce(snapshot, QuestionFailed(failed, BROKEN, NOW, NOW))
    assert (7 in inputs_of(snapshot, NOW).stopped) is is_stopped


@pytest.mark.parametrize(
    ("before", "after", "calls_s", "is_stopped"),
    [
        ({"in_flight": 1}, {"stored_status": "inactive", "in_flight": 0}, -1, False),
        ({"in_flight": 1}, {"stored_status": "inactive", "in_flight": 0}, 1, False),
        ({"in_flight": 1}, {"stored_status": "inactive", "in_flight": 0}, 2, True),
        ({"in_flight": 0}, {"stored_status": "inactive", "in_flight": 0}, 1, False),
        ({"stored_status": "inactive", "in_flight": 2}, {"stored_status": "inactive", "in_flight": 0}, 1, False),
        ({"stored_status": "inactive", "in_flight": 0}, {"stored_status": "inactive", "in_flight": 0}, -1, True),
        ({"in_flight": 1}, {"stored_status": "inactive", "in_flight": 1}, 2, False),
        ({"in_flight": 1}, {"in_flight": 0}, 2, False),
    ],
)
def test_a_key_is_stopped_once_calls_were_read_after_it_came_to_a_halt(
    before: dict[str, Any], after: dict[str, Any], calls_s: float, is_stopped: bool
) -> None:
    """Calls that ended before the answer that shows it idle, asked at 0 s and here at 2 s, may be missing before."""
    snapshot = snapshot_of(call(1, ago_s=300))
    snapshot = reduce(snapshot, Answered(AskKeys(), (key(7, **before), key(8)), NOW - timedelta(seconds=5)))
    shown = Answered(AskKeys(), (key(7, **after), key(8)), NOW, NOW + timedelta(seconds=2))
    snapshot = reduce(snapshot, shown)
    asked_at = NOW + timedelta(seconds=calls_s)
    snapshot = reduce(snapshot, Answered(BASE_CALLS, CallsRead((), NOW - HOUR, 1, asked_at), asked_at))
    later = NOW + timedelta(seconds=9)
    assert (7 in inputs_of(snapshot, later).stopped) is is_stopped
    # While nothing can be read, what was known stays so; and the next answers change nothing either.
    blind = reduce(snapshot, QuestionFailed(BASE_CALLS, BROKEN, later, later))
    assert (7 in inputs_of(blind, later).stopped) is is_stopped
    again = reduce(blind, Answered(AskKeys(), shown.answer, later))
    assert (7 in inputs_of(again, later).stopped) is is_stopped
    in_use = reduce(again, Answered(AskKeys(), (key(7, in_flight=1), key(8)), later))
    assert 7 not in in_use.halted


def test_a_key_that_was_never_seen_in_use_needs_no_calls_after_it() -> None:
    off = (key(7, stored_status="inactive", in_flight=0),)
    known = reduce(Snapshot("https://gateway.example", ZoneInfo("UTC")), Answered(AskKeys(), off, NOW))
    assert known.halted == {}


def test_calls_of_a_plan_are_no_wallet_cost() -> None:
    assert not any(inputs_of(snapshot_of(call(1, ago_s=60, billing_type=1)), NOW).recent_uses)


def test_places_are_learnt_from_the_calls_and_from_what_was_kept() -> None:
    rows = [call(n, ago_s=(40 - n) * 1800, ip="192.0.2.1") for n in range(40)]
    seen = inputs_of(snapshot_of(*rows), NOW).seen
    assert seen[7].calls == 40
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
    rows = [call(n, ago_s=1 + n * 0.5) for n in range(MAX_RECENT_CALLS + 100)]
    inputs = inputs_of(snapshot_of(*rows), NOW)
    assert inputs.recent_calls is not None
    assert len(inputs.recent_calls) == MAX_RECENT_CALLS
    assert inputs.recent_from == inputs.recent_calls[0].at == rows[MAX_RECENT_CALLS - 1].at
    assert inputs.paces is not None
    assert inputs.paces[7] == pytest.approx(0.1 * 2 * 3600, rel=0.1)
    assert inputs.running_by_key[7].so_far_usd == pytest.approx(0.1 * 2 * (NOW.minute * 60 + NOW.second), rel=0.1)


def test_the_pace_of_records_that_begin_a_minute_ago_is_that_of_a_minute() -> None:
    rows = [call(n, ago_s=n) for n in range(60)]
    inputs = inputs_of(snapshot_of(*rows, covered=timedelta(seconds=60)), NOW)
    assert inputs.paces is not None
    assert inputs.paces[7] == pytest.approx(0.1 * 3600, rel=0.05)


BROKEN = Failure(FailureKind.SERVER_ERROR)
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)


def whole(*rows: Call) -> Snapshot:
    """An account of which all is known that a verdict needs."""
    known = snapshot_of(*rows)
    answers: tuple[tuple[Question[Any], object], ...] = (
        (AskProfile(), Profile(1, "a@b.c", "lin", Decimal(20))),
        (AskKeyCosts(), {}),
        (errors_question(Scope(), known, NOW), Page((), 0)),
        (AskAccountHistory(), HourlyCost(THIS_HOUR - 24 * HOUR, (1.0,) * 24)),
    )
    for question, answer in answers:
        known = reduce(known, Answered(question, answer, NOW))
    return known


def gaps(snapshot: Snapshot, now: datetime = NOW, calls: AskCalls = TRIAGE_CALLS) -> dict[Input, Gap]:
    return {gap.input: gap for gap in inputs_of(snapshot, now, calls=calls).gaps}


def test_before_anything_is_heard_all_is_missing() -> None:
    nothing = gaps(Snapshot("https://gateway.example", ZoneInfo("UTC")))
    assert set(nothing) == {Input.PROFILE, Input.KEYS, Input.KEY_COSTS, Input.ERRORS, Input.CALLS, Input.HISTORY}
    assert all(gap.is_first for gap in nothing.values())


def test_of_what_was_read_whole_nothing_is_missing() -> None:
    assert gaps(whole()) == {}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (AskProfile(), Input.PROFILE),
        (AskKeys(), Input.KEYS),
        (AskKeyCosts(), Input.KEY_COSTS),
        (BASE_CALLS, Input.CALLS),
        (errors_question(Scope(), snapshot_of(), NOW), Input.ERRORS),
    ],
)
def test_what_cannot_be_read_any_more_is_of_when_it_was_read(question: Question[Any], name: Input) -> None:
    known = reduce(whole(), QuestionFailed(question, BROKEN, NOW, NOW))
    assert gaps(known) == {name: Gap(name, BROKEN, as_of=NOW)}


def test_a_history_that_failed_to_be_read_anew_is_whole_while_the_calls_carry_it_on() -> None:
    known = reduce(whole(), QuestionFailed(AskAccountHistory(), BROKEN, NOW, NOW))
    assert gaps(known) == {}
    later = NOW + 2 * HOUR
    assert gaps(known, later) == {}
    short = reduce(known, Answered(BASE_CALLS, CallsRead((), later - HOUR / 2, 0, later), later))
    short = replace(short, calls={BASE_CALLS: CallView(CallLog(), 0, later - HOUR / 2)})
    assert gaps(short, later)[Input.HISTORY] == Gap(Input.HISTORY, BROKEN, as_of=NOW)


def test_calls_that_are_still_read_back_are_counted_and_a_forecast_does_not_wait_for_them() -> None:
    rows = tuple(call(n, ago_s=n) for n in range(1, 101))
    known = reduce(whole(), Answered(BASE_CALLS, CallsRead(rows, NOW - 2 * HOUR, 5500, NOW), NOW))
    assert gaps(known)[Input.CALLS] == Gap(Input.CALLS, done=100, total=5500)
    assert Input.CALLS not in gaps(known, calls=BASE_CALLS)


def test_half_of_the_calls_name_no_cause() -> None:
    rows = tuple(call(n, ago_s=n * 60, key_id=7) for n in range(1, 60))
    known = reduce(whole(), Answered(BASE_CALLS, CallsRead(rows, NOW - HOUR, 5500, NOW), NOW))
    inputs = inputs_of(known, NOW)
    assert inputs.uses_since((7,), NOW - 3 * HOUR) is None
    assert inputs.uses_since((7,), NOW - HOUR / 2) is not None
    assert not any(inputs.recent_uses)
    everything = reduce(known, Answered(BASE_CALLS, CallsRead((), NOW - 25 * HOUR, 5500, NOW), NOW))
    uses = inputs_of(everything, NOW).uses_since((7,), NOW - 3 * HOUR)
    assert uses is not None
    assert uses[1] == 3


def test_calls_that_cannot_be_read_any_more_tell_no_pace_and_clear_nobody() -> None:
    known = reduce(whole(*(call(n, ago_s=n) for n in range(1, 60))), QuestionFailed(BASE_CALLS, BROKEN, NOW, NOW))
    inputs = inputs_of(known, NOW + HOUR / 4)
    assert (inputs.paces, inputs.recent_from) == (None, None)


def test_what_is_usual_is_carried_on_by_the_calls_since_the_history_was_read() -> None:
    model = Slice("opus", "opus", 10, 100, Decimal(1), Decimal(1), Sums(requests=10, billed_usd=Decimal(1)))
    rows = [call(n, ago_s=n * 600, key_id=7, model="opus") for n in range(12)]
    read_at = NOW - HOUR
    history = KeyHistory(HourlyCost(THIS_HOUR - 24 * HOUR, (1.0,) * 24), (model,))
    known = reduce(whole(*rows), Answered(AskKeyHistory(7), history, read_at))
    uses, _hours = inputs_of(known, NOW).usual_uses[7]
    assert uses["opus"].requests == 10 + sum(row.at > read_at for row in rows) > 10


def test_a_verdict_waits_for_the_histories_of_the_keys_that_can_matter() -> None:
    used = {7: NOW - HOUR / 60, 8: NOW - HOUR / 60, 9: NOW - 40 * HOUR}
    keys = tuple(key(key_id, last_used_at=at) for key_id, at in used.items())
    rows = [call(n, ago_s=n, key_id=7) for n in range(20)] + [call(99, ago_s=9, key_id=8, billed="0.01")]
    known = reduce(whole(*rows), Answered(AskKeys(), keys, NOW))
    assert needed_histories(known, NOW) == (AskKeyHistory(7),)
    inputs = inputs_of(known, NOW)
    assert inputs.awaited == (7,)
    assert gaps(known) == {Input.KEY_HISTORIES: Gap(Input.KEY_HISTORIES, done=0, total=1)}
    asked = [one for one in triage_questions(known, NOW, (8,)) if isinstance(one, AskKeyHistory)]
    assert [(one.key_id, one.pace.is_background) for one in asked] == [(8, False), (7, True), (9, True)]
    history = KeyHistory(HourlyCost(THIS_HOUR - HOUR, (1.0, 0.0)), ())
    assert gaps(reduce(known, Answered(AskKeyHistory(7), history, NOW))) == {}


def test_what_this_gateway_does_not_share_is_a_gap_by_design() -> None:
    hidden = QuestionFailed(errors_question(Scope(), snapshot_of(), NOW), Failure(FailureKind.ERRORS_HIDDEN), NOW, NOW)
    nothing_heard = {q: feed for q, feed in whole().feeds.items() if not isinstance(q, AskErrors)}
    (gap,) = gaps(reduce(replace(whole(), feeds=nothing_heard), hidden)).values()
    assert gap.is_by_design
