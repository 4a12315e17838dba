"""What triage asks, and what it is told of keys, plans, prices and errors: what the wallet pays, and what is known."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.monitor.test_triage_inputs import BROKEN, HOUR, THIS_HOUR, gaps, snapshot_of, whole
from tests.unit.samples import NOW, PLAN, call, failed, key
from tests.unit.triage.test_prices import a_call, before
from tui.domain.account import Plan, PlanWindow, Profile, Site
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import Group, KeyCost
from tui.domain.scope import Scope
from tui.domain.usage import FailedCall, HourlyCost, Page
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.questions import (
    HISTORY_DAYS,
    AskAccountHistory,
    AskKeyCosts,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
)
from tui.monitor.reduce import reduce
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import TRIAGE_CALLS, inputs_of, needed_histories, triage_questions
from tui.triage.gaps import Input
from tui.triage.plans import PlanUsage
from tui.triage.spikes import RunningHour

EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
DAY = timedelta(hours=24)
JUST_NOW = NOW - timedelta(minutes=1)


def cost(today_usd: float) -> KeyCost:
    """A key that has cost so much today, and nothing before."""
    return KeyCost(Decimal(str(today_usd)), Decimal(str(today_usd)))


def test_histories_are_asked_of_keys_in_use_that_the_wallet_pays_the_most_suspicious_first() -> None:
    keys = (
        key(1, last_used_at=JUST_NOW),
        key(2, last_used_at=JUST_NOW),
        key(3, last_used_at=JUST_NOW),
        key(4, last_used_at=None),
        key(5, last_used_at=JUST_NOW, group=PLAN),
        key(6, last_used_at=NOW - timedelta(days=HISTORY_DAYS)),
        key(7, last_used_at=NOW - timedelta(days=HISTORY_DAYS) + timedelta(seconds=1)),
    )
    known = reduce(EMPTY, Answered(AskKeys(), keys, NOW))
    priced = reduce(known, Answered(AskKeyCosts(), {2: cost(5.0), 3: cost(40.0), 7: cost(0.5)}, NOW))
    *first, a, b, c, d = triage_questions(priced, NOW)
    assert first == [
        AskKeyCosts(),
        TRIAGE_CALLS,
        AskAccountHistory(),
        errors_question(Scope(), priced, NOW),
        AskPlans(),
    ]
    assert [one.key_id for one in (a, b, c, d) if isinstance(one, AskKeyHistory)] == [3, 2, 7, 1]
    wallet_only = reduce(EMPTY, Answered(AskKeys(), keys[:2], NOW))
    assert [one for one in triage_questions(wallet_only, NOW) if isinstance(one, AskPlans | AskKeyHistory)] == [
        AskKeyHistory(1),
        AskKeyHistory(2),
    ]
    assert len(triage_questions(EMPTY, NOW)) == 4


def test_a_verdict_needs_the_histories_of_keys_used_on_the_last_day() -> None:
    keys = (
        key(1, last_used_at=NOW - DAY - timedelta(seconds=2)),
        key(2, last_used_at=NOW - DAY - timedelta(seconds=3)),
        key(3, last_used_at=JUST_NOW, group=PLAN),
        key(4, last_used_at=None),
        key(5, last_used_at=JUST_NOW),
    )
    known = reduce(EMPTY, Answered(AskKeys(), keys, NOW))
    assert [one.key_id for one in needed_histories(known, NOW)] == [1, 5], "since the minute, a day ago"
    assert needed_histories(EMPTY, NOW) == ()


def test_as_long_as_the_calls_of_a_day_are_not_known_every_key_in_use_needs_its_history() -> None:
    keys = Answered(AskKeys(), (key(7, last_used_at=JUST_NOW),), NOW)
    for covered, needed in ((DAY + timedelta(seconds=2), ()), (DAY, (AskKeyHistory(7),))):
        assert needed_histories(reduce(snapshot_of(covered=covered), keys), NOW) == needed


def test_an_hour_without_calls_is_known_to_cost_nothing() -> None:
    assert inputs_of(snapshot_of(), NOW).running == RunningHour()


def test_a_verdict_tells_why_it_waits_if_any_history_failed() -> None:
    keys = (key(7, last_used_at=JUST_NOW), key(8, last_used_at=JUST_NOW))
    rows = (call(1, ago_s=60, key_id=7, billed="5"), call(2, ago_s=60, key_id=8, billed="5"))
    known = reduce(whole(*rows), Answered(AskKeys(), keys, NOW))
    broken = reduce(known, QuestionFailed(AskKeyHistory(8), BROKEN, NOW, NOW))
    assert (gaps(known)[Input.KEY_HISTORIES].failure, gaps(broken)[Input.KEY_HISTORIES].failure) == (None, BROKEN)


@pytest.mark.parametrize(
    ("ago_s", "billed", "week_usd", "is_needed"),
    [
        (60, "0.1", 0.0, True),
        (60, "0.09", 0.0, False),
        (9 * 3600, "0.1", 0.0, True),
        (9 * 3600, "0.09", 0.0, False),
        (60, "0.4", 387.9, True),
        (60, "0.4", 388.1, False),
        (60, "0.1", 60.0, True),
    ],
    ids=["now", "less", "earlier", "less then", "a part of a week", "less of it", "ten cents at least"],
)
def test_a_key_whose_dearest_hour_was_small_needs_none(
    ago_s: float, billed: str, week_usd: float, is_needed: bool
) -> None:
    """However often it cost as little: hours are not added up."""
    rows = [call(1, ago_s=ago_s, billed=billed), call(2, ago_s=5 * 3600, billed="0.05")]
    known = reduce(snapshot_of(*rows), Answered(AskKeys(), (key(7, last_used_at=JUST_NOW),), NOW))
    days = HourlyCost(THIS_HOUR - 30 * 24 * HOUR, (0.1,) * (28 * 24) + (0.0, week_usd) + (0.0,) * 46)
    known = reduce(known, Answered(AskAccountHistory(), days, NOW))
    assert bool(needed_histories(known, NOW)) is is_needed


def test_a_balance_is_told_of_a_wallet_that_a_usable_key_draws_on() -> None:
    profile = Answered(AskProfile(), Profile(1, "a@b.c", "lin", Decimal(20)), NOW)
    known = reduce(snapshot_of(), profile)
    assert inputs_of(known, NOW).balance_usd == 20.0
    assert inputs_of(snapshot_of(), NOW).balance_usd is None
    for other in (key(7, group=PLAN), key(7, stored_status="inactive")):
        assert inputs_of(reduce(known, Answered(AskKeys(), (other,), NOW)), NOW).balance_usd is None
    free = replace(known, capabilities=Capabilities().without(Lack.OLD_GATEWAY, Capability.BALANCE))
    assert inputs_of(free, NOW).balance_usd is None


def test_what_keys_cost_is_told_of_those_that_the_wallet_pays() -> None:
    costs = {7: cost(5.0), 8: cost(6.0)}
    known = reduce(snapshot_of(), Answered(AskKeyCosts(), costs, NOW))
    assert inputs_of(snapshot_of(), NOW).costs is None
    assert inputs_of(known, NOW).costs == costs
    planned = reduce(known, Answered(AskKeys(), (key(7), key(8, group=PLAN)), NOW))
    assert inputs_of(planned, NOW).costs == {7: cost(5.0)}
    unlisted = reduce(EMPTY, Answered(AskKeyCosts(), costs, NOW))
    assert inputs_of(unlisted, NOW).costs == costs


@pytest.mark.parametrize(("zone", "minutes"), [("UTC", 331), ("Asia/Shanghai", 811), ("Asia/Kolkata", 661)])
def test_the_part_of_a_day_is_of_the_servers(zone: str, minutes: int) -> None:
    known = reduce(EMPTY, Answered(AskSite(), Site(time_zone=zone), NOW))
    assert inputs_of(known, NOW).day_part == pytest.approx(minutes / 1440)


@pytest.mark.parametrize(
    ("covered", "pace"),
    [(timedelta(seconds=29), None), (timedelta(seconds=30), 12.0), (timedelta(minutes=60), 0.1 * 6 * 600 / 602)],
    ids=["half a minute is no pace", "half a minute", "ten minutes"],
)
def test_a_pace_is_of_what_the_wallet_pays_over_ten_minutes_or_since_calls_are_known(
    covered: timedelta, pace: float | None
) -> None:
    rows = (call(1, ago_s=10), call(2, ago_s=12, billing_type=1), call(3, ago_s=1200))
    paces = inputs_of(snapshot_of(*rows, covered=covered), NOW).paces
    assert (paces is None) is (pace is None)
    assert paces is None or paces == {7: pytest.approx(pace)}


def test_a_plan_is_told_with_what_its_keys_used_in_the_last_hour() -> None:
    keys = (key(7, group=PLAN), key(8, group=PLAN), key(9), key(6, group=Group(5, "codex-pro", is_subscription=True)))
    rows = [
        call(6, ago_s=60, key_id=6, billing_type=1),
        call(1, ago_s=60, key_id=7, billing_type=1),
        call(2, ago_s=3000, key_id=7, billing_type=1),
        call(3, ago_s=3700, key_id=7, billing_type=1),
        call(4, ago_s=60, key_id=9, billing_type=1),
        call(5, ago_s=60, key_id=8),
    ]
    windows = (
        PlanWindow("daily", Decimal(50), Decimal(30), NOW + HOUR),
        PlanWindow("weekly", Decimal(90), Decimal(40), None),
    )
    known = reduce(snapshot_of(*rows), Answered(AskKeys(), keys, NOW))
    assert inputs_of(known, NOW).plans == ()
    asked = reduce(known, Answered(AskPlans(), (Plan(1, PLAN.name, None, windows),), NOW))
    use = {7: pytest.approx(0.2)}
    assert inputs_of(asked, NOW).plans == (
        PlanUsage(PLAN.name, "daily", 30.0, 50.0, NOW + HOUR, use),
        PlanUsage(PLAN.name, "weekly", 40.0, 90.0, None, use),
    )
    without_calls = reduce(
        reduce(EMPTY, Answered(AskKeys(), keys, NOW)), Answered(AskPlans(), (Plan(1, PLAN.name, None, windows),), NOW)
    )
    assert [one.hour_usd for one in inputs_of(without_calls, NOW).plans] == [{}, {}]


ERRORS = (failed(1, ago_s=5), failed(2, ago_s=60), failed(3, ago_s=90))


@pytest.mark.parametrize(
    ("page", "ago_s"), [(Page(ERRORS, 9), 90), (Page(ERRORS, 3), None), (Page[FailedCall]((), 9), None), (None, None)]
)
def test_failed_calls_are_complete_since_the_last_one_of_a_page_that_is_cut(
    page: Page[FailedCall] | None, ago_s: float | None
) -> None:
    known = snapshot_of()
    if page is not None:
        known = reduce(known, Answered(errors_question(Scope(), known, NOW), page, NOW))
    assert inputs_of(known, NOW).failed_from == (None if ago_s is None else NOW - timedelta(seconds=ago_s))


def test_calls_are_awaited_until_they_were_answered_or_refused() -> None:
    assert inputs_of(EMPTY, NOW).awaits_calls
    assert not inputs_of(reduce(EMPTY, QuestionFailed(BASE_CALLS, BROKEN, NOW, NOW)), NOW).awaits_calls
    assert not inputs_of(snapshot_of(), NOW).awaits_calls


def test_only_keys_that_can_call_no_more_are_stopped() -> None:
    keys = (key(7, stored_status="inactive", in_flight=0), key(8))
    rows = (call(1, ago_s=300, key_id=7), call(2, ago_s=300, key_id=8))
    known = reduce(snapshot_of(*rows), Answered(AskKeys(), keys, NOW))
    assert set(inputs_of(known, NOW).stopped) == {7}
    never = (key(7, stored_status="inactive", in_flight=0), key(8), key(9, stored_status="inactive", in_flight=0))
    assert set(inputs_of(reduce(known, Answered(AskKeys(), never, NOW)), NOW).stopped) == {7}, "9 has never called"
    at_once = reduce(snapshot_of(call(1, key_id=7)), Answered(AskKeys(), keys, NOW))
    assert inputs_of(at_once, NOW).stopped == {}, "calls were read when it called last, not since"


def test_prices_are_those_of_the_calls_each_counted_once_and_of_what_was_kept() -> None:
    rows = sorted([*before(), a_call(900, 0.5, multiplier=1.6)], key=lambda one: one.at, reverse=True)
    known = snapshot_of(*rows)
    for _again in range(2):
        (change,) = inputs_of(known, NOW).prices.in_force
        assert (change.before, change.after, change.calls) == (0.8, 1.6, 1)
    grown = reduce(
        known, Answered(BASE_CALLS, CallsRead((a_call(901, 0.1, multiplier=1.6),), NOW - 30 * HOUR, 42, NOW), NOW)
    )
    assert inputs_of(grown, NOW).prices.in_force[0].calls == 2
    assert inputs_of(known, NOW).prices.in_force[0].calls == 1, "an older log is counted anew"
    kept = inputs_of(known, NOW).prices
    assert inputs_of(EMPTY, NOW, prices=kept).prices == kept
    assert inputs_of(snapshot_of(), NOW, prices=kept).prices.changes == kept.changes


def test_half_of_the_calls_teach_no_prices_and_no_places() -> None:
    rows = tuple(sorted([*before(), a_call(900, 0.5, multiplier=1.6)], key=lambda one: one.at, reverse=True))
    known = inputs_of(reduce(EMPTY, Answered(BASE_CALLS, CallsRead(rows, NOW - 2 * HOUR, 5500, NOW), NOW)), NOW)
    assert (known.prices.in_force, dict(known.seen)) == ((), {})


@pytest.mark.parametrize(
    ("question", "kind", "lack", "name"),
    [
        (AskPlans(), FailureKind.ENDPOINT_MISSING, Capability.PLANS, Input.PLANS),
        (AskKeyHistory(7), FailureKind.ENDPOINT_MISSING, Capability.FILTERS, Input.KEY_HISTORIES),
    ],
)
def test_what_a_gateway_lacks_is_a_gap_by_design_once_it_has_refused(
    question: AskPlans | AskKeyHistory, kind: FailureKind, lack: Capability, name: Input
) -> None:
    keys = (key(7, last_used_at=JUST_NOW), key(8, group=PLAN))
    known = reduce(whole(call(1, ago_s=60, billed="5")), Answered(AskKeys(), keys, NOW))
    if name is not Input.PLANS:
        known = reduce(known, Answered(AskPlans(), (), NOW))
    old = replace(known, capabilities=Capabilities().without(Lack.OLD_GATEWAY, lack))
    assert gaps(old)[name].lack is None
    refused = reduce(old, QuestionFailed(question, Failure(kind), NOW, NOW))
    assert gaps(refused)[name].lack is Lack.OLD_GATEWAY
    assert gaps(refused)[name].failure == Failure(kind)
