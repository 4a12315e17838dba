"""Whether the call records add up to what the gateway counts.

Calls that ended around the time of counting may be in one figure and not in the other; only what they cannot explain
is a difference.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec import Struct

from tui.domain.clock import floor_minute
from tui.domain.scope import NO_FILTERS, Filters
from tui.domain.usage import Call, Sums
from tui.gateway.budget import Tier
from tui.monitor.calls.log import CallLog, CallView
from tui.monitor.question import Asking
from tui.monitor.questions import AskCalls
from tui.monitor.refresh_policy import RefreshPolicy, RefreshWhen
from tui.monitor.snapshot import Snapshot

UNSETTLED = timedelta(seconds=10)
"""Rows appear up to some seconds after their timestamp (contract 8.1)."""
CENT = Decimal("0.01")


class AskDayCheck(Struct, frozen=True):
    """The gateway's own sums of one day, to check the records against; asked once a minute.

    Not a background question: those yield to all others, which on a busy account would be for ever.
    """

    day: date
    filters: Filters = NO_FILTERS

    tier = Tier.HEAVY
    pace = RefreshPolicy(RefreshWhen.WHEN_ACTIVE, 60, can_wait=True)

    async def ask(self, asking: Asking) -> Sums:
        totals = await asking.client.totals((self.day, self.day), self.filters, zone=asking.zone.key)
        return totals.sums


class Difference(Struct, frozen=True):
    """What the gateway counts beyond the call records; negative if it counts less."""

    calls: int
    billed_usd: Decimal


def day_check(question: AskCalls, snapshot: Snapshot, now: datetime) -> AskDayCheck | None:
    """The question that checks a live log, if the log holds all of today's calls."""
    view = snapshot.calls.get(question)
    if question.days is not None or view is None or not view.covers(_midnight(now, snapshot.zone)):
        return None
    return AskDayCheck(now.astimezone(snapshot.zone).date(), question.filters)


def difference(question: AskCalls, snapshot: Snapshot, now: datetime) -> Difference | None:
    """How the gateway's count of today differs from the records; None if it does not, or that cannot be told."""
    asked, view = day_check(question, snapshot, now), snapshot.calls.get(question)
    if asked is None or view is None:
        return None
    feed = snapshot.feed(asked)
    if feed.data is None or feed.fetched_at is None or not _heard_since(view, feed.fetched_at):
        return None
    return compare(feed.data, view.log, _midnight(now, snapshot.zone), feed.fetched_at)


def compare(counted: Sums, log: CallLog, start: datetime, counted_at: datetime) -> Difference | None:
    """Compare the gateway's sums from `start` until `counted_at` with those of the log."""
    settled_until = max(start, counted_at - UNSETTLED)
    count, billed_usd = _sums(log, start, settled_until)
    unsettled = log.between(settled_until, counted_at + UNSETTLED)
    calls = _outside(Decimal(counted.requests), Decimal(count), Decimal(count + len(unsettled)))
    billed = _outside(counted.billed_usd, billed_usd, billed_usd + _billed(unsettled))
    if not calls and abs(billed) < CENT:
        return None
    return Difference(int(calls), billed)


def _heard_since(view: CallView, counted_at: datetime) -> bool:
    return view.tail_at is not None and view.tail_at >= counted_at


def _outside(counted: Decimal, least: Decimal, most: Decimal) -> Decimal:
    """How far a figure lies outside the possible range."""
    return counted - most if counted > most else min(counted - least, Decimal(0))


def _sums(log: CallLog, start: datetime, end: datetime) -> tuple[int, Decimal]:
    """Number and cost of the calls in `start` ≤ t < `end`; whole minutes come from the tallies."""
    minute = floor_minute(end)
    if minute <= start:
        rows = log.between(start, end)
        return len(rows), _billed(rows)
    rows = log.between(minute, end)
    count, billed = len(rows), _billed(rows)
    for _minute, facets in log.minutes(start, minute):
        for tally in facets.values():
            count += tally.requests
            billed += tally.billed_usd
    return count, billed


def _billed(rows: list[Call]) -> Decimal:
    return sum((row.billed_usd for row in rows), start=Decimal(0))


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """The start of today in the user's zone."""
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
