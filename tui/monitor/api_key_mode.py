"""When API keys are all there is: what to ask each of them, and what they add up to (contract 6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from tui.domain.account import Profile
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport
from tui.domain.capabilities import Capability
from tui.domain.failure import FailureKind
from tui.domain.scope import DayRange, RangeName, Window, window_of
from tui.domain.usage import NOTHING, Bucket, DayUsage, Slice, Sums
from tui.gateway.budget import Tier
from tui.monitor.feed import Feed
from tui.monitor.question import Asking, Days, Known, Question
from tui.monitor.questions import AskProfile, AskSite
from tui.monitor.refresh_policy import RefreshPolicy, seldom
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage

SHOWN_DAYS = 30
MAX_DAYS = 90
"""The gateway tells a key no more (contract 6.1)."""
EVERY_S, EVERY_S_A_KEY = 15.0, 1.0
"""A look costs the gateway 22 ms and moves the key's `last_used_at`; with many keys each is looked at less often."""
REFUSED = frozenset(
    {
        FailureKind.ACCOUNT_DISABLED,
        FailureKind.FORBIDDEN,
        FailureKind.KEY_DISABLED,
        FailureKind.KEY_INVALID,
        FailureKind.KEY_SPENT,
    }
)
"""Failures that are a key's own: what it told before is no longer what calls with it would meet."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AskApiKeyReport:
    """What one API key can tell of itself; `days` None are the last 30 of the server."""

    place: int
    days: Days | None = None
    every_s: float = field(default=EVERY_S, compare=False)

    tier = Tier.GLOBAL

    @property
    def pace(self) -> RefreshPolicy:
        """Another moment for each of many keys."""
        return seldom(self.every_s)

    async def ask(self, asking: Asking) -> ApiKeyReport:
        today = server_today(asking.known, asking.now)
        first, last = self.days or (today - (SHOWN_DAYS - 1) * _DAY, today)
        return await asking.api_keys[self.place].report(first, last, today)


class AskApiKeyPrice(Struct, frozen=True):
    """The factor on list prices for one API key."""

    place: int

    tier = Tier.GLOBAL
    pace = seldom(300)

    async def ask(self, asking: Asking) -> ApiKeyPrice:
        return await asking.api_keys[self.place].price()


def api_key_questions(snapshot: Snapshot, days: Days | None = None) -> Iterator[Question[Any]]:
    """All that can be asked with API keys alone: prices of those keys that the gateway has answered."""
    yield AskSite()
    every_s = max(EVERY_S, EVERY_S_A_KEY * len(snapshot.api_keys))
    reports = [AskApiKeyReport(tag.place, days, every_s) for tag in snapshot.api_keys]
    yield from reports
    yield from (AskApiKeyPrice(report.place) for report in reports if snapshot.data(report) is not None)


def server_today(known: Known, now: datetime) -> date:
    """The day that it is at the server."""
    return now.astimezone(known.server_zone).date()


def account_feed(snapshot: Snapshot) -> Feed[Profile]:
    """The account and its balance; with API keys alone what they tell of it: the lowest balance, and nothing else."""
    if snapshot.capabilities.can(Capability.ACCOUNT):
        return snapshot.feed(AskProfile())
    feeds = [
        (feed.data.balance_usd, feed)
        for question, feed in snapshot.feeds.items()
        if isinstance(question, AskApiKeyReport) and feed.data and feed.data.balance_usd is not None
    ]
    if not feeds:
        return Feed()
    balance_usd, feed = min(feeds, key=lambda one: one[0])
    profile = Profile(id=0, email="", username="", balance_usd=balance_usd)
    return Feed(profile, feed.fetched_at, feed.failure, feed.failed_at, feed.failures, feed.retry_at)


def report_feeds(snapshot: Snapshot, days: Days | None = None) -> tuple[Feed[ApiKeyReport], ...]:
    """What was heard of each key, in their order."""
    return tuple(snapshot.feed(AskApiKeyReport(tag.place, days)) for tag in snapshot.api_keys)


def is_failing(feed: Feed[ApiKeyReport]) -> bool:
    """Whether something went wrong that another try may mend: what the gateway refuses a key is no such thing."""
    return feed.failure is not None and feed.failure.kind not in REFUSED


def balances(snapshot: Snapshot, days: Days | None = None) -> tuple[Decimal, ...]:
    """The balances that keys tell, lowest first. Keys of one account may tell it at different moments."""
    reports = (feed.data for feed in report_feeds(snapshot, days))
    return tuple(sorted(report.balance_usd for report in reports if report and report.balance_usd is not None))


def own_usage(
    snapshot: Snapshot, now: datetime, place: int | None = None, days: Days | None = None
) -> tuple[ScopedUsage, int]:
    """What the keys, or the one at `place`, used by day and by model; and how many of them told it.

    Keys that the gateway refuses are not among these, and no failure of the whole.
    """
    feeds = report_feeds(snapshot, days)
    feeds = feeds if place is None else feeds[place : place + 1]
    window = _window(snapshot, now, days)
    answered = [feed.data for feed in feeds if not _is_refused(feed)]
    told = [report for report in answered if report is not None and report.days is not None]
    nothing_failed: Feed[ApiKeyReport] = Feed()
    failed = next(filter(is_failing, feeds), nothing_failed)
    fetched = [feed.fetched_at for feed in feeds if feed.fetched_at is not None and not _is_refused(feed)]
    as_of = min(fetched, default=None)
    if not told:
        return ScopedUsage(window, as_of=as_of, failure=failed.failure, retry_at=failed.retry_at), 0
    trend = _trend(window, (day for report in told for day in report.days or ()))
    usage = ScopedUsage(
        window,
        sums=sum((bucket.sums for bucket in trend), NOTHING),
        trend=trend,
        models=_merged(model for report in told for model in report.models or ()),
        as_of=as_of,
        failure=failed.failure,
        retry_at=failed.retry_at,
    )
    return usage, len(told)


def _is_refused(feed: Feed[ApiKeyReport]) -> bool:
    return feed.failure is not None and not is_failing(feed)


def _window(snapshot: Snapshot, now: datetime, days: Days | None) -> Window:
    asked = DayRange(*days) if days else RangeName.D30
    window = window_of(asked, now, snapshot.server_zone)
    return Window(window.start, window.end, _DAY, window.days)


def _trend(window: Window, days: Iterable[DayUsage]) -> tuple[Bucket, ...]:
    """A bucket for every day of the window, in the server's zone; those that no key told of are empty."""
    assert window.days is not None
    sums: dict[str, Sums] = {}
    for day in days:
        sums[day.day] = sums.get(day.day, NOTHING) + day.sums
    first, last = window.days
    dates = [first + number * _DAY for number in range((last - first).days + 1)]
    zone = window.start.tzinfo or UTC
    return tuple(
        Bucket(
            datetime.combine(day, time(), zone),
            datetime.combine(day + _DAY, time(), zone),
            sums.get(day.isoformat(), NOTHING),
        )
        for day in dates
    )


def _merged(models: Iterable[Slice]) -> tuple[Slice, ...]:
    """One part for each model, whichever keys called it."""
    found: dict[str, Slice] = {}
    for model in models:
        found[model.id] = _added(found[model.id], model) if model.id in found else model
    return tuple(found.values())


def _added(one: Slice, other: Slice) -> Slice:
    return Slice(
        one.id,
        one.name,
        one.requests + other.requests,
        one.tokens + other.tokens,
        one.standard_usd + other.standard_usd,
        one.billed_usd + other.billed_usd,
        one.sums + other.sums if one.sums and other.sums else None,
    )
