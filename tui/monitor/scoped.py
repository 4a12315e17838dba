"""What to ask for a scope, and what the answers add up to.

The gateway sums whole days itself; shorter ranges are computed from call records. If the account's records reach back
far enough, narrowing to a key, model, group or billing type asks nothing.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tui.domain.capabilities import Capabilities, Capability
from tui.domain.clock import CLOCK_AHEAD, floor_minute
from tui.domain.keys import KeyStatus
from tui.domain.memo import memoize_last
from tui.domain.scope import NO_FILTERS, DayRange, Filters, HourRange, RangeName, Scope, Window, window_of
from tui.domain.usage import Bucket, Call, FailedCall, Page, Slice
from tui.monitor.api_key_mode import api_key_questions, own_usage
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallView
from tui.monitor.calls.rollups import next_start
from tui.monitor.days import AskDayHours, Parting, day_questions, parted_midnights
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import WALLET, AskBreakdown, AskCalls, AskErrors, AskKeys, AskProfile, AskSite, AskTotals
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage, filled, names_of, slice_of, usage_of_calls

ACCOUNT: tuple[Question[Any], ...] = (AskSite(), AskProfile(), AskKeys(), BASE_CALLS)
"""What every screen of an account needs."""
HOUR = timedelta(hours=1)
MANY = 3000
"""From this many missing call records on, a request for their hourly sums is worth it."""
_UNUSABLE = frozenset({KeyStatus.INACTIVE, KeyStatus.EXHAUSTED, KeyStatus.EXPIRED})
"""Keys that spend again only if somebody changes them; one at a 5 h, 1 d or 7 d limit recovers by itself."""
UNFILTERED_CATEGORY = "other"
"""The gateway cannot filter errors by this category (contract 5.11)."""


def questions_of(scope: Scope, snapshot: Snapshot, now: datetime, *, by_key: bool = False) -> tuple[Question[Any], ...]:
    """The questions to watch for a scope's usage; `by_key` adds its split by key."""
    if not snapshot.capabilities.can(Capability.CALLS):
        return tuple(api_key_questions(scope, snapshot, now))
    window = window_of(scope.range, now, snapshot.zone)
    if window.days is None or _is_untold(scope.filters, snapshot):
        question = calls_question(scope, snapshot, now)
        view = snapshot.calls.get(question)
        hours = _hours_question(window, scope.filters, view, snapshot, now)
        # Once fetched they stay watched: the trend must not lose hours while the last calls are read.
        is_worth_it = hours in snapshot.feeds or (view is not None and (view.total or 0) - view.count >= MANY)
        return (question, hours) if hours is not None and is_worth_it else (question,)
    filters = scope.filters
    asked: list[Question[Any]] = [_breakdown_question(window, filters, snapshot), AskTotals(window.days, filters)]
    asked += day_questions(filters, _unparted(window, snapshot, now))
    if filters.billing_type is None and has_plans(snapshot):
        asked.append(AskTotals(window.days, replace(filters, billing_type=WALLET)))
    if by_key and filters.key_id is None:
        asked += [AskTotals(window.days, replace(filters, key_id=key_id)) for key_id in _keys_used(snapshot, window)]
    return tuple(asked)


def told_scope(scope: Scope, capabilities: Capabilities) -> Scope:
    """The nearest scope that the source can report: without calls, the last 30 days of all keys or of one."""
    if capabilities.can(Capability.CALLS):
        return scope
    return Scope(scope.range if isinstance(scope.range, DayRange) else RangeName.D30, Filters(scope.filters.key_id))


def errors_question(scope: Scope, snapshot: Snapshot, now: datetime, pages: int = 1) -> AskErrors:
    """The error requests of a scope; the gateway filters them by whole days, and only by some of the filters."""
    window = window_of(scope.range, now, snapshot.zone)
    last_moment = min(window.end - timedelta(microseconds=1), now)
    days = window.days or (_day(window.start, snapshot.zone), _day(last_moment, snapshot.zone))
    filters = Filters(key_id=scope.filters.key_id, model=scope.filters.model)
    category = None if scope.error_category == UNFILTERED_CATEGORY else scope.error_category
    return AskErrors(days, filters, category, scope.error_status, pages)


@memoize_last(of=1)
def errors_of(scope: Scope, snapshot: Snapshot, now: datetime) -> tuple[FailedCall, ...] | None:
    """The known error requests of a scope, newest first; None if none were fetched yet."""
    window = window_of(scope.range, now, snapshot.zone)
    page: Page[FailedCall] | None = snapshot.data(errors_question(scope, snapshot, now))
    if page is None:
        return None
    model = scope.filters.model
    return tuple(
        call
        for call in page.items
        if window.start <= call.at < window.end
        and model in (None, call.model)
        and scope.error_category in (None, call.category)
    )


def are_errors_cut(scope: Scope, snapshot: Snapshot, now: datetime) -> bool:
    """Whether the gateway counts more error requests than it sent, and some of them may belong to the scope."""
    page: Page[FailedCall] | None = snapshot.data(errors_question(scope, snapshot, now))
    if page is None or page.total <= len(page.items):
        return False
    return not page.items or page.items[-1].at >= window_of(scope.range, now, snapshot.zone).start


def calls_question(scope: Scope, snapshot: Snapshot, now: datetime, rows: int = 0) -> AskCalls:
    """The call records for a scope: the account's own if they suffice, otherwise those of its filters."""
    window = window_of(scope.range, now, snapshot.zone)
    ends_now = window.end >= now - timedelta(seconds=1)
    whole = AskCalls(NO_FILTERS, None, back_to=scope.range, rows=rows)
    view = snapshot.calls.get(whole)
    if scope.filters.is_empty and ends_now:
        return whole
    if view is not None and view.covers(window.start) and _can_fold(scope.filters):
        return whole
    if ends_now:
        return AskCalls(scope.filters, None, back_to=scope.range, rows=rows)
    days = window.days or (_day(window.start, snapshot.zone), _day(window.end - timedelta(seconds=1), snapshot.zone))
    return AskCalls(scope.filters, days, back_to=None if window.days and rows else scope.range, rows=rows)


def calls_of(scope: Scope, snapshot: Snapshot, now: datetime, question: AskCalls | None = None) -> list[Call]:
    """The known call records of a scope, newest first."""
    question = question or calls_question(scope, snapshot, now)
    view = snapshot.calls.get(question)
    if view is None:
        return []
    window = window_of(scope.range, now, snapshot.zone)
    end = max(window.end, now) + CLOCK_AHEAD if window.end >= now - timedelta(seconds=1) else window.end
    found = view.log.between(window.start, end)
    found.reverse()
    if scope.filters == question.filters:
        return found
    return list(filter(call_filter(scope.filters), found))


@memoize_last(of=1)
def usage_of(scope: Scope, snapshot: Snapshot, now: datetime) -> ScopedUsage:
    """What the scope adds up to, as far as is known."""
    if not snapshot.capabilities.can(Capability.CALLS):
        return own_usage(scope, snapshot, now)
    window = window_of(scope.range, now, snapshot.zone)
    if window.days is None or _is_untold(scope.filters, snapshot):
        return _from_calls(scope, window, snapshot, now)
    return _from_days(scope, window, snapshot, now)


def has_plans(snapshot: Snapshot) -> bool:
    """Whether any key is billed to a subscription."""
    return any(not key.bills_wallet for key in snapshot.data(AskKeys()) or ())


def draws_on_wallet(snapshot: Snapshot, now: datetime) -> bool:
    """Whether a usable key is paid by the wallet; otherwise its balance does not matter. True until known."""
    keys = snapshot.data(AskKeys())
    return keys is None or any(key.bills_wallet and key.status(now) not in _UNUSABLE for key in keys)


def call_filter(filters: Filters) -> Callable[[Call], bool]:
    """A predicate: whether a call passes the filters."""
    wanted = [
        (name, value)
        for name, value in (
            ("key_id", filters.key_id),
            ("model", filters.model),
            ("group_id", filters.group_id),
            ("request_type", filters.request_type),
            ("billing_type", filters.billing_type),
            ("billing_mode", filters.billing_mode),
        )
        if value is not None
    ]
    return lambda call: all(getattr(call, name) == value for name, value in wanted)


def _can_fold(filters: Filters) -> bool:
    return filters.request_type is None and filters.billing_mode is None


def _day(moment: datetime, zone: ZoneInfo) -> Any:
    return moment.astimezone(zone).date()


def _keys_used(snapshot: Snapshot, window: Window) -> list[int]:
    keys = snapshot.data(AskKeys()) or ()
    return [key.id for key in keys if key.last_used_at is not None and key.last_used_at >= window.start]


def _breakdown_question(window: Window, filters: Filters, snapshot: Snapshot) -> AskBreakdown:
    """Days in a zone other than the server's are built from hours: buckets bear the server's labels."""
    assert window.days is not None
    hourly = window.step < timedelta(days=1) or not _has_same_days(window, snapshot)
    return AskBreakdown(window.days, filters, hourly=hourly)


def _is_untold(filters: Filters, snapshot: Snapshot) -> bool:
    """Whether the gateway cannot sum this, as older ones cannot with filters (contract 9.2): call records remain."""
    return not snapshot.capabilities.can(Capability.SUMS if filters.is_empty else Capability.FILTERS)


def _has_same_days(window: Window, snapshot: Snapshot) -> bool:
    """Whether every day of the window begins at the same moment for user and server."""
    day = window.start
    while day <= window.end:
        if day.astimezone(snapshot.zone).utcoffset() != day.astimezone(snapshot.server_zone).utcoffset():
            return False
        day = next_start(day, timedelta(days=1), snapshot.zone)
    return True


def _from_days(scope: Scope, window: Window, snapshot: Snapshot, now: datetime) -> ScopedUsage:
    assert window.days is not None
    filters = scope.filters
    breakdown = snapshot.feed(_breakdown_question(window, filters, snapshot))
    totals = snapshot.feed(AskTotals(window.days, filters))
    wallet = snapshot.data(AskTotals(window.days, replace(filters, billing_type=WALLET)))
    if filters.billing_type is not None or not has_plans(snapshot):
        wallet = totals.data if filters.billing_type in (None, WALLET) else None
    hours, approximate_days = _parted(breakdown.data.trend if breakdown.data else (), window, filters, snapshot, now)
    return ScopedUsage(
        window=window,
        sums=totals.data.sums if totals.data else None,
        wallet_usd=wallet.sums.billed_usd if wallet else None,
        average_duration_ms=totals.data.average_duration_ms if totals.data else None,
        trend=filled(hours, _by_the_minute(window, now), _clock_of(window, snapshot), snapshot.zone)
        if breakdown.data
        else None,
        models=breakdown.data.models if breakdown.data else None,
        groups=breakdown.data.groups if breakdown.data else None,
        endpoints=totals.data.endpoints if totals.data else None,
        keys=_keys_by_totals(snapshot, window, filters),
        approximate_days=approximate_days,
        as_of=_oldest(breakdown, totals),
        failure=breakdown.failure or totals.failure,
        retry_at=breakdown.retry_at or totals.retry_at,
    )


def _midnights(window: Window, snapshot: Snapshot, now: datetime) -> list[datetime]:
    """The midnights that fall within an hour of the server, newest first."""
    is_by_day = window.step >= timedelta(days=1)
    return parted_midnights(window, snapshot.zone, snapshot.server_zone, now) if is_by_day else []


def _unparted(window: Window, snapshot: Snapshot, now: datetime) -> list[datetime]:
    """Those midnights that call records do not cover."""
    view = snapshot.calls.get(BASE_CALLS)
    midnights = _midnights(window, snapshot, now)
    return [midnight for midnight in midnights if view is None or not view.covers(midnight - HOUR)]


def _parted(
    trend: Iterable[Bucket], window: Window, filters: Filters, snapshot: Snapshot, now: datetime
) -> tuple[Iterable[Bucket], frozenset[date]]:
    midnights = _midnights(window, snapshot, now)
    if not midnights:
        return trend, frozenset()
    beside = {day for midnight in midnights for day in (midnight.date() - timedelta(days=1), midnight.date())}
    days = {day: hours for day in beside if (hours := snapshot.data(AskDayHours(day, filters))) is not None}
    return Parting(snapshot.calls.get(BASE_CALLS), call_filter(filters), days).part(trend, midnights)


def _oldest(*feeds: Feed[Any]) -> datetime | None:
    moments = [feed.fetched_at for feed in feeds if feed.fetched_at is not None]
    return min(moments, default=None)


def _keys_by_totals(snapshot: Snapshot, window: Window, filters: Filters) -> tuple[Slice, ...] | None:
    assert window.days is not None
    slices = []
    for key in snapshot.data(AskKeys()) or ():
        totals = snapshot.data(AskTotals(window.days, replace(filters, key_id=key.id)))
        if totals is not None and totals.sums.requests:
            slices.append(slice_of(str(key.id), key.name, totals.sums))
    return tuple(slices) or None


def _hours_question(
    window: Window, filters: Filters, view: CallView | None, snapshot: Snapshot, now: datetime
) -> AskBreakdown | None:
    """The question for hours before the call records; None if the server's hours are not the user's."""
    if window.step != HOUR or view is None or view.covers(window.start):
        return None
    if len({window.start.astimezone(zone).minute for zone in (snapshot.server_zone, snapshot.zone)}) > 1:
        return None
    last_moment = min(window.end - timedelta(microseconds=1), now)
    days = _day(window.start, snapshot.zone), _day(last_moment, snapshot.zone)
    return AskBreakdown(days, filters, hourly=True)


def _from_calls(scope: Scope, window: Window, snapshot: Snapshot, now: datetime) -> ScopedUsage:
    question = calls_question(scope, snapshot, now)
    feed, view = snapshot.feed(question), snapshot.calls.get(question)
    if view is None or view.covered_from is None:
        return ScopedUsage(window, as_of=feed.fetched_at, failure=feed.failure, retry_at=feed.retry_at)
    filters = scope.filters if question.filters != scope.filters else NO_FILTERS
    hours = _hours_question(window, scope.filters, view, snapshot, now)
    usage = usage_of_calls(
        view.log,
        None if view.covers(window.start) else view.covered_from,
        _by_the_minute(window, now),
        snapshot.data(hours) if hours is not None else None,
        filters,
        _clock_of(window, snapshot),
        snapshot.zone,
        names_of(snapshot.data(AskKeys()) or ()),
    )
    return replace(usage, window=window, as_of=feed.fetched_at, failure=feed.failure, retry_at=feed.retry_at)


def _by_the_minute(window: Window, now: datetime) -> Window:
    """A window in progress ends with the running minute: later minutes are not known yet."""
    if window.end < now:
        return window
    return replace(window, end=floor_minute(now) + timedelta(minutes=1))


def _clock_of(window: Window, snapshot: Snapshot) -> ZoneInfo:
    """What buckets are aligned to: the user's clock, but the server's for hours of whole days, all that it reports."""
    return snapshot.server_zone if window.days and window.step < timedelta(days=1) else snapshot.zone


def hour_of(bucket: Bucket) -> HourRange:
    """A bucket of a chart as a range of its own."""
    return HourRange(bucket.start, bucket.end)
