"""API-key mode: what to ask each key, and what the answers add up to (contract 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.account import Profile
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport
from tui.domain.capabilities import Capability
from tui.domain.failure import FailureKind
from tui.domain.scope import DayRange, RangeName, Scope, Window, window_of
from tui.domain.usage import NOTHING, Bucket, DayUsage, Slice
from tui.gateway.budget import Tier
from tui.monitor.feed import Feed
from tui.monitor.question import Asking, Days, Known, Question
from tui.monitor.questions import AskProfile, AskSite
from tui.monitor.refresh_policy import RefreshPolicy, seldom
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage, filled

SHOWN_DAYS = 30
MAX_DAYS = 90
"""The longest history that the gateway gives a key (contract 6.1)."""
EVERY_S, EVERY_S_A_KEY = 15.0, 1.0
"""A poll costs the gateway 22 ms and moves the key's `last_used_at`, so many keys are polled less often each."""
REFUSED = frozenset(
    {
        FailureKind.ACCOUNT_DISABLED,
        FailureKind.FORBIDDEN,
        FailureKind.KEY_DISABLED,
        FailureKind.KEY_INVALID,
        FailureKind.KEY_SPENT,
    }
)
"""Failures of the key itself: its last answer no longer says what its calls would meet."""
WHOLE = Scope()
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AskApiKeyReport:
    """What one API key reports about itself; `days` None means the server's last 30."""

    place: int
    days: Days | None = None
    every_s: float = field(default=EVERY_S, compare=False)

    tier = Tier.GLOBAL

    @property
    def pace(self) -> RefreshPolicy:
        """Differs with `every_s`, so that many keys are polled at different moments."""
        return seldom(self.every_s)

    async def ask(self, asking: Asking) -> ApiKeyReport:
        today = server_today(asking.known, asking.now)
        first, last = self.days or (today - (SHOWN_DAYS - 1) * _DAY, today)
        return await asking.api_keys[self.place].report(first, last, today)


class AskApiKeyPrice(Struct, frozen=True):
    """The multiplier on list prices for one API key."""

    place: int

    tier = Tier.GLOBAL
    pace = seldom(300)

    async def ask(self, asking: Asking) -> ApiKeyPrice:
        return await asking.api_keys[self.place].price()


def days_of(scope: Scope) -> Days | None:
    """The server's days of a scope; None means the last 30, which stand for every other range."""
    return (scope.range.first, scope.range.last) if isinstance(scope.range, DayRange) else None


def api_key_questions(snapshot: Snapshot, scope: Scope = WHOLE) -> Iterator[Question[Any]]:
    """All questions of API-key mode; prices only for keys that the gateway has answered."""
    yield AskSite()
    every_s = max(EVERY_S, EVERY_S_A_KEY * len(snapshot.api_keys))
    reports = [AskApiKeyReport(tag.place, days_of(scope), every_s) for tag in snapshot.api_keys]
    yield from reports
    yield from (AskApiKeyPrice(report.place) for report in reports if snapshot.data(report) is not None)


def server_today(known: Known, now: datetime) -> date:
    """The server's current date."""
    return now.astimezone(known.server_zone).date()


def account_feed(snapshot: Snapshot) -> Feed[Profile]:
    """The account and its balance; in API-key mode only the lowest balance that a key reports."""
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


def report_feeds(snapshot: Snapshot, scope: Scope = WHOLE) -> tuple[Feed[ApiKeyReport], ...]:
    """The feeds of the keys in a scope, in order."""
    only, days = scope.filters.key_id, days_of(scope)
    return tuple(snapshot.feed(AskApiKeyReport(tag.place, days)) for tag in snapshot.api_keys if only in (None, tag.id))


def is_failing(feed: Feed[ApiKeyReport]) -> bool:
    """Whether a retry may help; a key that the gateway refuses does not count."""
    return feed.failure is not None and feed.failure.kind not in REFUSED


def balances(snapshot: Snapshot, scope: Scope = WHOLE) -> tuple[Decimal, ...]:
    """The balances that keys report, lowest first. Keys of one account may report it at different moments."""
    reports = (feed.data for feed in report_feeds(snapshot, scope.elsewhere()))
    return tuple(sorted(report.balance_usd for report in reports if report and report.balance_usd is not None))


def telling(snapshot: Snapshot, scope: Scope = WHOLE) -> tuple[ApiKeyReport, ...]:
    """The reports of a scope's keys that include their days; refused keys are left out."""
    answered = (feed.data for feed in report_feeds(snapshot, scope) if not _is_refused(feed))
    return tuple(report for report in answered if report is not None and report.days is not None)


def own_usage(scope: Scope, snapshot: Snapshot, now: datetime) -> ScopedUsage:
    """What the keys of a scope used by day and by model. Refused keys do not make the whole a failure."""
    feeds, told, window = report_feeds(snapshot, scope), telling(snapshot, scope), _window(scope, snapshot, now)
    failed: Feed[ApiKeyReport] = next(filter(is_failing, feeds), Feed())
    fetched = [feed.fetched_at for feed in feeds if feed.fetched_at is not None and not _is_refused(feed)]
    usage = ScopedUsage(window, as_of=min(fetched, default=None), failure=failed.failure, retry_at=failed.retry_at)
    if not told:
        return usage
    days = (_bucket(day, window) for report in told for day in report.days or ())
    within = (bucket for bucket in days if window.start <= bucket.start < window.end)
    trend = filled(within, window, snapshot.server_zone, snapshot.server_zone)
    models: dict[str, Slice] = {}
    for model in (model for report in told for model in report.models or ()):
        models[model.id] = models[model.id] + model if model.id in models else model
    return replace(usage, sums=sum((one.sums for one in trend), NOTHING), trend=trend, models=tuple(models.values()))


def _is_refused(feed: Feed[ApiKeyReport]) -> bool:
    return feed.failure is not None and not is_failing(feed)


def _window(scope: Scope, snapshot: Snapshot, now: datetime) -> Window:
    asked = scope.range if isinstance(scope.range, DayRange) else RangeName.D30
    return replace(window_of(asked, now, snapshot.server_zone), step=_DAY)


def _bucket(day: DayUsage, window: Window) -> Bucket:
    start = datetime.combine(date.fromisoformat(day.day), time(), window.start.tzinfo)
    return Bucket(start, start + _DAY, day.sums)
