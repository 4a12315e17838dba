"""What a scope adds up to while its call records are still being read back."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call, key
from tui.domain.account import Site
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.scope import Filters, HourRange, RangeName, Scope
from tui.domain.usage import Breakdown, Bucket, Sums, Totals
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered
from tui.monitor.question import Question
from tui.monitor.questions import AskBreakdown, AskCalls, AskKeys, AskSite, AskTotals
from tui.monitor.reduce import reduce
from tui.monitor.scoped import questions_of, usage_of
from tui.monitor.snapshot import Snapshot
from tui.present.trend import Metric, chart

HOUR = timedelta(hours=1)
SCOPE = Scope(RangeName.H24)


def partly_read(total: int) -> Snapshot:
    """The calls of the last two and a half hours of an account that has `total` of them."""
    rows = tuple(call(n, ago_s=n * 60, billed="0.1") for n in range(150))
    start = Snapshot("https://gateway.example", ZoneInfo("UTC"))
    return reduce(start, Answered(BASE_CALLS, CallsRead(rows, rows[-1].at, total, NOW), NOW))


def hours_of(snapshot: Snapshot) -> Question[Breakdown] | None:
    """What is asked beside the calls."""
    return next((one for one in questions_of(SCOPE, snapshot, NOW) if isinstance(one, AskBreakdown)), None)


def bucket(start: datetime, requests: int) -> Bucket:
    """An hour that the gateway summed."""
    return Bucket(start, start + HOUR, Sums(requests, billed_usd=Decimal(requests)))


def test_hours_that_the_calls_do_not_reach_are_a_gap_and_no_zero() -> None:
    snapshot = partly_read(200)
    assert hours_of(snapshot) is None
    usage = usage_of(SCOPE, snapshot, NOW)
    assert usage.known_from == usage.trend_from == NOW - 149 * HOUR / 60
    drawn = chart(usage.trend or (), Metric.BILLED, usage.window.step, snapshot.zone, known_from=usage.trend_from)
    values = drawn.series[0].values
    assert values[:21] == (None,) * 21
    assert None not in values[22:]


def test_where_many_are_missing_the_gateway_sums_their_hours() -> None:
    snapshot = partly_read(20_000)
    question = hours_of(snapshot)
    assert question is not None
    this_hour = NOW.replace(minute=0, second=0, microsecond=0)
    told = tuple(bucket(this_hour - HOUR * back, 1000 + back) for back in range(30, -1, -1))
    known = reduce(snapshot, Answered(question, Breakdown(told, (), ()), NOW))
    usage = usage_of(SCOPE, known, NOW)
    requests = [one.sums.requests for one in usage.trend or ()]
    assert (usage.trend_from, usage.known_from) == (None, NOW - 149 * HOUR / 60)
    assert requests[1:] == [1000 + back for back in range(23, 1, -1)] + [60, 32]
    assert usage.sums is not None
    assert usage.sums.requests == 150


def test_the_hours_stay_while_the_last_calls_are_read() -> None:
    snapshot = partly_read(20_000)
    question = hours_of(snapshot)
    assert question is not None
    told = (bucket(NOW.replace(minute=0, second=0, microsecond=0) - 9 * HOUR, 77),)
    known = reduce(snapshot, Answered(question, Breakdown(told, (), ()), NOW))
    nearly = reduce(known, Answered(BASE_CALLS, CallsRead((), NOW - 149 * HOUR / 60, 151, NOW), NOW))
    assert hours_of(nearly) == question
    assert sum(one.sums.requests for one in usage_of(SCOPE, nearly, NOW).trend or ()) == 77 + 60 + 32


@pytest.mark.parametrize(("zone", "is_asked"), [("Asia/Shanghai", True), ("Asia/Kolkata", False)])
def test_not_where_the_hours_of_the_server_are_not_the_users(zone: str, is_asked: bool) -> None:
    server = reduce(partly_read(20_000), Answered(AskSite(), Site(time_zone=zone), NOW))
    assert (hours_of(server) is not None) == is_asked


def test_an_hour_that_is_over_has_no_call_of_the_next() -> None:
    end = NOW.replace(minute=0, second=0, microsecond=0)
    rows = tuple(call(n, ago_s=(NOW - end).total_seconds() + after_s) for n, after_s in enumerate((-30, 30, 60)))
    start = Snapshot("https://gateway.example", ZoneInfo("UTC"))
    snapshot = reduce(start, Answered(BASE_CALLS, CallsRead(rows, end - 2 * HOUR, 3, NOW), NOW))
    usage = usage_of(Scope(HourRange(end - HOUR, end)), snapshot, NOW)
    assert usage.sums is not None
    assert usage.sums.requests == 2
    assert sum(bucket.sums.requests for bucket in usage.trend or ()) == 2


def test_what_is_known_is_worked_out_again_with_a_call_a_name_or_a_minute() -> None:
    snapshot = partly_read(150)
    first = usage_of(SCOPE, snapshot, NOW)
    later = usage_of(SCOPE, snapshot, NOW + timedelta(seconds=1))
    assert later.trend is first.trend
    assert later.window.end == first.window.end + timedelta(seconds=1)
    renamed = reduce(snapshot, Answered(AskKeys(), (key(7, name="renamed"),), NOW))
    assert [one.name for one in usage_of(SCOPE, renamed, NOW).keys or ()] == ["renamed"]
    read = CallsRead((call(1000, billed="9"),), NOW - 2 * HOUR, 151, NOW)
    grown = usage_of(SCOPE, reduce(snapshot, Answered(BASE_CALLS, read, NOW)), NOW)
    assert grown.sums is not None
    assert first.sums is not None
    assert grown.sums.billed_usd == first.sums.billed_usd + 9
    assert usage_of(SCOPE, snapshot, NOW + 2 * HOUR).trend != first.trend


def test_the_order_of_the_parts_does_not_go_by_which_call_came_first() -> None:
    for ages in ((60, 120), (120, 60)):
        calls = ((7, "b", ages[0]), (8, "a", ages[1]))
        rows = tuple(call(key_id, ago_s=ago_s, key_id=key_id, model=model) for key_id, model, ago_s in calls)
        read = CallsRead(tuple(sorted(rows, key=lambda one: one.at, reverse=True)), NOW - HOUR, 2, NOW)
        start = Snapshot("https://gateway.example", ZoneInfo("UTC"))
        usage = usage_of(SCOPE, reduce(start, Answered(BASE_CALLS, read, NOW)), NOW)
        assert [one.id for one in usage.models or ()] == ["a", "b"]
        assert [one.id for one in usage.keys or ()] == ["7", "8"]


@pytest.mark.parametrize(
    ("lack", "scope", "is_summed"),
    [
        (None, Scope(RangeName.D7), True),
        (Capability.FILTERS, Scope(RangeName.D7), True),
        (Capability.FILTERS, Scope(RangeName.D7).narrowed(key_id=7), False),
        (Capability.SUMS, Scope(RangeName.D7), False),
        (Capability.SUMS, Scope(RangeName.D7).narrowed(key_id=7), True),
    ],
)
def test_days_that_the_gateway_does_not_sum_come_from_calls(
    lack: Capability | None, scope: Scope, is_summed: bool
) -> None:
    source = Capabilities().without(Lack.OLD_GATEWAY, lack) if lack is not None else Capabilities()
    snapshot = Snapshot("https://gateway.example", ZoneInfo("UTC"), capabilities=source)
    asked = questions_of(scope, snapshot, NOW)
    assert any(isinstance(one, AskBreakdown) for one in asked) is is_summed
    assert any(isinstance(one, AskCalls) for one in asked) is not is_summed


def test_keys_are_told_from_their_own_totals_where_those_were_asked() -> None:
    """One key was used, one was not, and one was not asked about."""
    scope = Scope(RangeName.D30)
    known = reduce(partly_read(200), Answered(AskKeys(), (key(7), key(8, "idle"), key(9, "unknown")), NOW))
    assert usage_of(scope, known, NOW).keys is None
    days = usage_of(scope, known, NOW).window.days
    assert days is not None
    for key_id, requests in ((7, 3), (8, 0)):
        totals = Totals(Sums(requests, billed_usd=Decimal(requests)), None)
        known = reduce(known, Answered(AskTotals(days, Filters(key_id=key_id)), totals, NOW))
    (used,) = usage_of(scope, known, NOW).keys or ()
    assert (used.id, used.name, used.requests, used.billed_usd) == ("7", "laptop", 3, 3)
