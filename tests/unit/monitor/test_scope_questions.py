"""What is asked for a scope, and which of the answers belong to it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, PLAN, call, failed, key, window
from tui.domain.account import Site
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import ApiKey
from tui.domain.scope import NO_FILTERS, DayRange, Filters, HourRange, RangeName, Scope, TimeRange
from tui.domain.usage import Breakdown, Call, Page, Sums, Totals
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.questions import WALLET, AskBreakdown, AskCalls, AskErrors, AskKeys, AskSite, AskTotals
from tui.monitor.reduce import reduce
from tui.monitor.scoped import (
    are_errors_cut,
    call_filter,
    calls_of,
    calls_question,
    draws_on_wallet,
    errors_of,
    errors_question,
    has_plans,
    questions_of,
    told_scope,
    usage_of,
)
from tui.monitor.snapshot import Snapshot

EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
HOUR = timedelta(hours=1)
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)
TODAY = date(2026, 11, 24)
YESTERDAY = TODAY - timedelta(days=1)
WEEK = (TODAY - timedelta(days=6), TODAY)
BROKEN = Failure(FailureKind.SERVER_ERROR)


def with_keys(*keys: ApiKey, snapshot: Snapshot = EMPTY) -> Snapshot:
    """An account with these keys."""
    return reduce(snapshot, Answered(AskKeys(), keys, NOW))


def with_calls(*rows: Call, covered: timedelta = 30 * HOUR, total: int | None = None) -> Snapshot:
    """An account of which calls are known back to a moment."""
    read = CallsRead(rows, NOW - covered, len(rows) if total is None else total, NOW)
    return reduce(EMPTY, Answered(BASE_CALLS, read, NOW))


@pytest.mark.parametrize(
    ("keys", "draws"),
    [
        (None, True),
        ((), False),
        ((key(7),), True),
        ((key(7, group=PLAN),), False),
        ((key(7, group=PLAN), key(8)), True),
        ((key(7, stored_status="inactive"),), False),
        ((key(7, expires_at=NOW - HOUR),), False),
        ((key(7, quota_usd=5, quota_used_usd=5),), False),
        ((key(7, windows={"5h": window(5, 6, NOW + HOUR)}),), True),
    ],
    ids=["unknown", "no keys", "a key", "a plan's", "both", "disabled", "expired", "used up", "at a limit that ends"],
)
def test_a_balance_matters_to_a_key_that_the_wallet_pays_and_that_can_call_again_by_itself(
    keys: tuple[ApiKey, ...] | None, draws: bool
) -> None:
    known = EMPTY if keys is None else with_keys(*keys)
    assert draws_on_wallet(known, NOW) is draws
    assert has_plans(known) is (keys is not None and any(one.group is PLAN for one in keys))


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        (Filters(), True),
        (Filters(key_id=7), True),
        (Filters(key_id=8), False),
        (Filters(model="opus"), True),
        (Filters(model="haiku"), False),
        (Filters(group_id=3), True),
        (Filters(group_id=4), False),
        (Filters(request_type="stream"), True),
        (Filters(request_type="sync"), False),
        (Filters(billing_type=0), True),
        (Filters(billing_type=1), False),
        (Filters(billing_mode="token"), True),
        (Filters(billing_mode="image"), False),
        (Filters(key_id=7, model="haiku"), False),
    ],
)
def test_a_call_passes_if_it_has_all_that_is_filtered(filters: Filters, passes: bool) -> None:
    assert call_filter(filters)(call(1, group_id=3, billing_mode="token")) is passes


@pytest.mark.parametrize(
    ("time_range", "days"),
    [
        (RangeName.H24, (YESTERDAY, TODAY)),
        (RangeName.D7, WEEK),
        (HourRange(THIS_HOUR - 6 * HOUR, THIS_HOUR - 5 * HOUR), (YESTERDAY, YESTERDAY)),
        (HourRange(THIS_HOUR - 6 * HOUR, THIS_HOUR - 4 * HOUR), (YESTERDAY, TODAY)),
        (HourRange(THIS_HOUR, THIS_HOUR + 30 * HOUR), (TODAY, TODAY)),
    ],
    ids=["a day up to now", "days", "the last hour of a day", "over midnight", "into the future"],
)
def test_errors_are_asked_of_the_days_that_a_range_touches(time_range: TimeRange, days: tuple[date, date]) -> None:
    """Of those filters alone that the gateway knows for errors."""
    scope = Scope(time_range, Filters(7, "opus", 3, "stream", 0, "token"), "upstream", 529)
    asked = errors_question(scope, EMPTY, NOW, 3)
    assert asked == AskErrors(days, Filters(key_id=7, model="opus"), "upstream", 529)
    assert asked.pages == 3
    assert errors_question(replace(scope, error_category="other"), EMPTY, NOW).category is None


SOME = HourRange(THIS_HOUR - HOUR, THIS_HOUR)


def at(error_id: int, ago: timedelta, **changes: Any) -> Any:
    """An error so long before this hour."""
    return replace(failed(error_id, **changes), at=THIS_HOUR - ago)


def test_errors_of_a_scope_are_those_of_its_time_model_and_category() -> None:
    rows = (
        at(1, timedelta()),
        at(2, timedelta(seconds=1)),
        at(3, HOUR),
        at(4, HOUR + timedelta(seconds=1)),
        at(5, HOUR / 2, model="haiku"),
        at(6, HOUR / 2, category="other"),
    )

    def ids(scope: Scope) -> list[int] | None:
        known = reduce(EMPTY, Answered(errors_question(scope, EMPTY, NOW), Page(rows, 6), NOW))
        found = errors_of(scope, known, NOW)
        return None if found is None else [one.id for one in found]

    assert errors_of(Scope(SOME), EMPTY, NOW) is None
    assert ids(Scope(SOME)) == [2, 3, 5, 6]
    assert ids(Scope(SOME, Filters(model="haiku"))) == [5]
    assert ids(Scope(SOME, error_category="other")) == [6]


@pytest.mark.parametrize(
    ("page", "is_cut"),
    [
        (None, False),
        (Page((at(1, HOUR),), 1), False),
        (Page((at(1, HOUR),), 2), True),
        (Page((at(1, HOUR / 2), at(2, HOUR + timedelta(seconds=1))), 9), False),
        (Page((), 9), True),
        (Page((), 0), False),
    ],
    ids=["unknown", "all", "more of its time", "more from before it", "none was sent", "there are none"],
)
def test_errors_are_cut_if_more_of_their_time_may_be_missing(page: Any, is_cut: bool) -> None:
    question = errors_question(Scope(SOME), EMPTY, NOW)
    known = EMPTY if page is None else reduce(EMPTY, Answered(question, page, NOW))
    assert are_errors_cut(Scope(SOME), known, NOW) is is_cut


ROWS = tuple(call(n, ago_s=n * 600) for n in range(6))
PAST = DayRange(YESTERDAY, YESTERDAY)


@pytest.mark.parametrize(
    ("scope", "covered", "asked"),
    [
        (Scope(RangeName.H24), HOUR, AskCalls()),
        (Scope(RangeName.H24, Filters(key_id=7)), 25 * HOUR, AskCalls()),
        (Scope(RangeName.H24, Filters(key_id=7)), HOUR, AskCalls(Filters(key_id=7))),
        (Scope(RangeName.H24, Filters(request_type="sync")), 25 * HOUR, AskCalls(Filters(request_type="sync"))),
        (Scope(RangeName.H24, Filters(billing_mode="image")), 25 * HOUR, AskCalls(Filters(billing_mode="image"))),
        (Scope(PAST), 60 * HOUR, AskCalls()),
        (Scope(PAST), HOUR, AskCalls(days=(YESTERDAY, YESTERDAY))),
        (Scope(PAST, Filters(key_id=7)), HOUR, AskCalls(Filters(key_id=7), (YESTERDAY, YESTERDAY))),
        (Scope(HourRange(THIS_HOUR - 6 * HOUR, THIS_HOUR - 5 * HOUR)), HOUR, AskCalls(days=(YESTERDAY, YESTERDAY))),
        (Scope(HourRange(THIS_HOUR - HOUR, THIS_HOUR)), 3 * HOUR, AskCalls()),
    ],
    ids=[
        *("all up to now", "a key, known", "a key, not known", "what is not folded", "nor that", "a day, known"),
        *("a day", "a day of a key", "an hour before midnight", "an hour, known"),
    ],
)
def test_calls_are_the_account_s_own_where_they_suffice(scope: Scope, covered: timedelta, asked: AskCalls) -> None:
    question = calls_question(scope, with_calls(*ROWS, covered=covered), NOW, rows=50)
    assert (question, question.rows) == (asked, 0 if question == AskCalls() and asked is None else 50)
    is_list_of_days = question.days is not None and isinstance(scope.range, DayRange)
    assert question.back_to == (None if is_list_of_days else scope.range)
    assert calls_question(scope, with_calls(*ROWS, covered=covered), NOW).back_to == scope.range


def test_calls_of_a_scope_are_the_newest_first_also_where_this_clock_is_behind() -> None:
    ahead = call(99, ago_s=-1800)
    known = with_calls(ahead, *ROWS, call(50, ago_s=700, key_id=8))
    assert [one.id for one in calls_of(Scope(RangeName.H24), known, NOW)] == [99, 0, 1, 50, 2, 3, 4, 5]
    assert [one.id for one in calls_of(Scope(RangeName.H24, Filters(key_id=8)), known, NOW)] == [50]
    hour = Scope(HourRange(THIS_HOUR - HOUR, THIS_HOUR))
    assert [one.id for one in calls_of(hour, known, NOW)] == [4, 5]
    assert calls_of(hour, EMPTY, NOW) == []
    of_key = AskCalls(Filters(key_id=8))
    more = (call(50, ago_s=700, key_id=8), call(51, ago_s=800, key_id=8))
    read = reduce(known, Answered(of_key, CallsRead(more, NOW - HOUR, 2, NOW), NOW))
    assert [one.id for one in calls_of(Scope(RangeName.H24, of_key.filters), read, NOW, of_key)] == [50, 51]
    assert [one.id for one in calls_of(Scope(RangeName.H24, of_key.filters), read, NOW)] == [50]


@pytest.mark.parametrize(
    ("filters", "by_key", "plans", "totals"),
    [
        (NO_FILTERS, False, False, [NO_FILTERS]),
        (NO_FILTERS, False, True, [NO_FILTERS, Filters(billing_type=WALLET)]),
        (Filters(billing_type=1), False, True, [Filters(billing_type=1)]),
        (NO_FILTERS, True, False, [NO_FILTERS, Filters(key_id=7), Filters(key_id=8)]),
        (Filters(key_id=7), True, False, [Filters(key_id=7)]),
        (Filters(model="opus"), True, False, [Filters(model="opus"), *(Filters(n, "opus") for n in (7, 8))]),
    ],
    ids=["all", "what the wallet pays", "of one type", "of each key used", "of one key", "of a model, by key"],
)
def test_totals_are_asked_of_days_and_of_what_the_wallet_pays_of_them(
    filters: Filters, by_key: bool, plans: bool, totals: list[Filters]
) -> None:
    start = NOW.replace(hour=0, minute=0, second=0) - timedelta(days=6)
    used = (key(7, last_used_at=NOW), key(8, last_used_at=start), key(9, last_used_at=start - HOUR), key(6))
    known = with_keys(*used, *([key(5, group=PLAN)] if plans else []))
    asked = questions_of(Scope(RangeName.D7, filters), known, NOW, by_key=by_key)
    assert [one.filters for one in asked if isinstance(one, AskTotals)] == totals
    assert isinstance(asked[0], AskBreakdown)


@pytest.mark.parametrize(
    ("time_range", "zone", "is_hourly"),
    [
        (RangeName.D30, "UTC", False),
        (RangeName.D30, "Europe/London", False),
        (RangeName.D30, "Asia/Shanghai", True),
        (RangeName.TODAY, "UTC", True),
        (DayRange(date(2026, 9, 1), TODAY), "Europe/London", True),
    ],
    ids=["the same days", "the same in winter", "other days", "by the hour", "of which some are in summer"],
)
def test_days_that_are_not_the_server_s_are_made_of_hours(time_range: TimeRange, zone: str, is_hourly: bool) -> None:
    server = reduce(EMPTY, Answered(AskSite(), Site(time_zone=zone), NOW))
    (asked,) = (one for one in questions_of(Scope(time_range), server, NOW) if isinstance(one, AskBreakdown))
    assert asked.hourly is is_hourly


def totals(requests: int) -> Totals:
    """So many calls of a dollar each."""
    return Totals(Sums(requests, billed_usd=Decimal(requests)), 5.0)


@pytest.mark.parametrize(
    ("filters", "plans", "wallet_usd"),
    [
        (NO_FILTERS, True, Decimal(3)),
        (NO_FILTERS, False, Decimal(9)),
        (Filters(billing_type=WALLET), True, Decimal(9)),
        (Filters(billing_type=1), True, None),
        (Filters(billing_type=1), False, None),
    ],
    ids=["of both", "nothing else pays", "the wallet's alone", "a plan's", "a plan's that is gone"],
)
def test_what_the_wallet_paid_is_told_where_it_is_known(
    filters: Filters, plans: bool, wallet_usd: Decimal | None
) -> None:
    known = with_keys(key(7), *([key(5, group=PLAN)] if plans else []))
    for asked, sums in ((replace(filters, billing_type=WALLET), totals(3)), (filters, totals(9))):
        known = reduce(known, Answered(AskTotals(WEEK, asked), sums, NOW))
    usage = usage_of(Scope(RangeName.D7, filters), known, NOW)
    assert (usage.wallet_usd, usage.average_duration_ms) == (wallet_usd, 5.0)


def test_a_scope_of_days_is_as_old_as_its_older_answer_and_fails_with_either() -> None:
    scope, early = Scope(RangeName.D30), NOW - HOUR
    asked = questions_of(scope, EMPTY, NOW)
    answers = {AskBreakdown: Breakdown((), (), ()), AskTotals: totals(9)}
    for late in (AskBreakdown, AskTotals):
        known = EMPTY
        for one in asked:
            known = reduce(known, Answered(one, answers[type(one)], NOW if isinstance(one, late) else early))
        usage = usage_of(scope, known, NOW)
        assert (usage.as_of, usage.failure, usage.retry_at) == (early, None, None)
        (failing,) = (one for one in asked if isinstance(one, late))
        broken = usage_of(scope, reduce(known, QuestionFailed(failing, BROKEN, NOW, NOW + HOUR)), NOW)
        assert (broken.failure, broken.retry_at, broken.sums) == (BROKEN, NOW + HOUR, usage.sums)
    assert usage_of(scope, EMPTY, NOW).as_of is None


def test_without_calls_a_scope_is_of_days_and_of_a_key_at_most() -> None:
    scope = Scope(RangeName.H24, Filters(key_id=7, model="opus"), "other")
    assert told_scope(scope, Capabilities()) is scope
    keys_alone = Capabilities().without(Lack.API_KEY_MODE, Capability.CALLS)
    assert told_scope(scope, keys_alone) == Scope(RangeName.D30, Filters(key_id=7))
    assert told_scope(Scope(PAST), keys_alone) == Scope(PAST)


@pytest.mark.parametrize(("missing", "is_asked"), [(3000, True), (2999, False)])
def test_hours_are_asked_of_the_gateway_from_three_thousand_missing_calls_on(missing: int, is_asked: bool) -> None:
    known = with_calls(*ROWS, covered=HOUR, total=len(ROWS) + missing)
    asked = questions_of(Scope(RangeName.H24), known, NOW)
    assert [one for one in asked if isinstance(one, AskBreakdown)] == (
        [AskBreakdown((YESTERDAY, TODAY), NO_FILTERS, hourly=True)] if is_asked else []
    )
