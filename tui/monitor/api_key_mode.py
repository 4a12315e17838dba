"""API-key mode: what to ask each key, and its answers as answers to an account's questions (contract 6)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.account import Profile
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport, ApiKeyTag, OwnApiKey, OwnLimits
from tui.domain.failure import Failure, FailureKind
from tui.domain.keys import Group, KeyCost, SpendWindow, WindowName
from tui.domain.names import told_apart
from tui.domain.scope import RangeName, Scope, is_of_days, window_of
from tui.domain.usage import NOTHING, Bucket, DayUsage, Slice
from tui.gateway.budget import Tier
from tui.monitor.feed import Feed
from tui.monitor.question import Asking, Days, Known, Question
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile, AskSite
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


OF_A_KEY = (AskApiKeyReport, AskApiKeyPrice)
ASKED_WITHOUT_ACCOUNT = (AskSite, *OF_A_KEY)
"""All other questions are about an account: what keys report stands for the answers, as far as it goes."""


def every_s(snapshot: Snapshot) -> float:
    """How often each key is polled; 0 without keys."""
    return max(EVERY_S, EVERY_S_A_KEY * len(snapshot.api_keys)) if snapshot.api_keys else 0.0


def api_key_questions(scope: Scope, snapshot: Snapshot, now: datetime) -> Iterator[Question[Any]]:
    """What to ask the keys about themselves and for a scope; prices only of keys that the gateway has answered."""
    yield AskSite()
    spans = dict.fromkeys((None, days_of(scope, snapshot, now)))
    for tag in snapshot.api_keys:
        yield from (AskApiKeyReport(tag.place, days, every_s(snapshot)) for days in spans)
        if snapshot.data(AskApiKeyReport(tag.place)) is not None:
            yield AskApiKeyPrice(tag.place)


def server_today(known: Known, now: datetime) -> date:
    """The server's current date."""
    return now.astimezone(known.server_zone).date()


def days_of(scope: Scope, snapshot: Snapshot, now: datetime) -> Days | None:
    """The server's days of a scope; None for the last 30."""
    days = window_of(scope.range, now, snapshot.server_zone).days
    if days is None or scope.range == RangeName.D30:
        return None
    return days[0], max(days[0], min(days[1], server_today(snapshot, now)))


def report_feeds(snapshot: Snapshot, days: Days | None = None, only: int | None = None) -> list[Feed[ApiKeyReport]]:
    """The reports of all keys or one, in the order in which the keys were given."""
    return [snapshot.feed(AskApiKeyReport(tag.place, days)) for tag in snapshot.api_keys if only in (None, tag.id)]


def with_answers_of_keys(snapshot: Snapshot) -> Snapshot:
    """The same Snapshot, in which the reports of the keys answer what an account would be asked.

    Nothing of an account is known but the lowest balance of a wallet, if a key reports one. That some keys are refused
    is no failure of the whole.
    """
    feed = _feed_of(report_feeds(snapshot))
    keys = told_apart(_key(tag, snapshot) for tag in snapshot.api_keys)
    reports = [(tag.id, feed.data) for tag, feed in zip(snapshot.api_keys, report_feeds(snapshot), strict=True)]
    costs = {key_id: KeyCost(one.today.billed_usd, one.days_usd) for key_id, one in reports if one and one.today}
    low_usd = min(balances(snapshot), default=None)
    profile = None if low_usd is None else Profile(id=0, email="", username="", balance_usd=low_usd)
    answers = {AskKeys(): keys, AskKeyCosts(): costs or None, AskProfile(): profile}
    feeds = {question: replace(feed, data=data) for question, data in answers.items()}
    return replace(snapshot, feeds=MappingProxyType({**snapshot.feeds, **feeds}))


def balances(snapshot: Snapshot) -> list[Decimal]:
    """The balances that keys report. Keys of one account may report it at different moments."""
    reports = (feed.data for feed in report_feeds(snapshot))
    return [report.balance_usd for report in reports if report is not None and report.balance_usd is not None]


def own_usage(scope: Scope, snapshot: Snapshot, now: datetime) -> ScopedUsage:
    """What the keys of a scope used by the server's days and by model; unknown for parts of days."""
    window = replace(window_of(scope.range, now, snapshot.server_zone), step=_DAY)
    if not is_of_days(scope.range):
        return ScopedUsage(window)
    feeds = report_feeds(snapshot, days_of(scope, snapshot, now), scope.filters.key_id)
    feed, told = _feed_of(feeds), reporting_days(feeds)
    usage = ScopedUsage(window, as_of=feed.fetched_at, failure=feed.failure, retry_at=feed.retry_at)
    if not told:
        return usage
    days = (_bucket(day, window.start) for report in told for day in report.days or ())
    within = (bucket for bucket in days if window.start <= bucket.start < window.end)
    trend = filled(within, window, snapshot.server_zone, snapshot.server_zone)
    models: dict[str, Slice] = {}
    for model in (model for report in told for model in report.models or ()):
        models[model.id] = models[model.id] + model if model.id in models else model
    return replace(usage, sums=sum((one.sums for one in trend), NOTHING), trend=trend, models=tuple(models.values()))


def reporting_days(feeds: Iterable[Feed[ApiKeyReport]]) -> list[ApiKeyReport]:
    """The reports that include days, without those of refused keys."""
    reports = (feed.data for feed in feeds if not _is_refused(feed))
    return [report for report in reports if report is not None and report.days is not None]


def _is_refused(feed: Feed[ApiKeyReport]) -> bool:
    return feed.failure is not None and feed.failure.kind in REFUSED


def _feed_of(feeds: Sequence[Feed[ApiKeyReport]]) -> Feed[Any]:
    """When the keys were read, and a failure that a retry may help; a refusal only if nothing else came."""
    well = [feed for feed in feeds if not _is_refused(feed)]
    fetched_at = min((feed.fetched_at for feed in well if feed.fetched_at is not None), default=None)
    failed = next((feed for feed in well or feeds if feed.failure is not None), Feed())
    return replace(failed, data=None, fetched_at=fetched_at)


def _key(tag: ApiKeyTag, snapshot: Snapshot) -> OwnApiKey:
    """A key as an account has it, as far as it is known."""
    feed, price = snapshot.feed(AskApiKeyReport(tag.place)), snapshot.feed(AskApiKeyPrice(tag.place))
    report = None if _is_refused(feed) else feed.data
    limits = (report.limits if report is not None else None) or OwnLimits("")
    windows = {name: SpendWindow(name, Decimal(0), Decimal(0), None) for name in WindowName}
    return OwnApiKey(
        id=tag.id,
        name=tag.label or tag.masked,
        masked_secret=tag.masked,
        stored_status=_stored_status(report, feed.failure),
        quota_usd=limits.quota_usd,
        quota_used_usd=limits.quota_used_usd,
        windows=tuple((windows | {window.name: window for window in limits.windows}).values()),
        group=Group(0, report.plan.name, is_subscription=True) if report is not None and report.plan else None,
        expires_at=limits.expires_at,
        report=report,
        failure=feed.failure,
        price=price.data,
        price_failure=price.failure,
    )


def _stored_status(report: ApiKeyReport | None, failure: Failure | None) -> str:
    """What decides whether calls are answered, besides limits of its own (see KeyStatus)."""
    if failure is not None and failure.kind in REFUSED:
        return "disabled" if failure.kind is FailureKind.KEY_DISABLED else "refused"
    if report is None:
        return "unknown"
    if report.limits is not None and report.is_valid:
        return report.limits.stored_status
    is_spent = report.left_usd is not None and report.left_usd <= 0
    has_plan = report.plan is None or report.plan.is_running
    return "answers" if report.is_valid and has_plan and not is_spent else "refused"


def _bucket(day: DayUsage, moment: datetime) -> Bucket:
    start = datetime.combine(date.fromisoformat(day.day), time(), moment.tzinfo)
    return Bucket(start, start + _DAY, day.sums)
