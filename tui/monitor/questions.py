"""The questions that aktop asks a gateway, as values."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.account import Plan, Profile, Site
from tui.domain.clock import floor_hour
from tui.domain.failure import FailureKind
from tui.domain.keys import ApiKey, Group, KeyCost
from tui.domain.names import told_apart
from tui.domain.scope import NO_FILTERS, Filters, TimeRange, window_of
from tui.domain.usage import (
    Breakdown,
    Bucket,
    DayUsage,
    FailedCall,
    FailedCallDetail,
    HourlyCost,
    KeyHistory,
    Page,
    Totals,
    hourly_cost,
    joined,
)
from tui.gateway.budget import Tier
from tui.gateway.errors import BudgetSpent, GatewayError
from tui.gateway.pages import Walk
from tui.monitor.calls.log import EVERYTHING, CallsRead, CallView
from tui.monitor.calls.reader import MAX_ROWS, read_calls
from tui.monitor.question import Asking, Days, Question
from tui.monitor.refresh_policy import ALWAYS, RefreshPolicy, RefreshWhen, seldom, when_active
from tui.triage.storms import is_cut_in_storm

ERRORS_A_PAGE = 100
MAX_ERRORS = 2000
HISTORY_DAYS = 35
"""Two weeks say what is usual, three more how often a spike came; five weeks include a monthly job."""
KEPT_HISTORY_HOURS = (HISTORY_DAYS + 1) * 24
WALLET = 0
"""`billing_type` of wallet-paid calls (contract 5.1)."""
MAX_ASKED_ROWS = 200_000
"""The most call records kept, even if a person asks for more."""


def hours_until_now(trend: Sequence[Bucket], now: datetime, days: int) -> HourlyCost:
    """An hourly trend over the last `days`, up to and including the running hour."""
    hour = floor_hour(now)
    return hourly_cost(trend, hour - timedelta(days=days), hour + timedelta(hours=1))


class AskSite(Struct, frozen=True):
    """The public settings."""

    tier = Tier.PUBLIC
    pace = seldom(600)

    async def ask(self, asking: Asking) -> Site:
        return await asking.client.site()


class AskProfile(Struct, frozen=True):
    """Account and balance, the freshest money figures."""

    tier = Tier.GLOBAL
    pace = ALWAYS

    async def ask(self, asking: Asking) -> Profile:
        known = asking.known.feed(self).data
        if known is None:
            return await asking.client.me()
        # Only the first answer includes the site's mode.
        return replace(await asking.client.profile(), run_mode=known.run_mode)


class AskKeys(Struct, frozen=True):
    """All keys, with their limits and windows; shows for free whether anything was billed."""

    tier = Tier.GLOBAL
    pace = ALWAYS

    async def ask(self, asking: Asking) -> tuple[ApiKey, ...]:
        return told_apart(await asking.client.keys())


class AskGroups(Struct, frozen=True):
    """The groups that the account may use."""

    tier = Tier.GLOBAL
    pace = seldom(900, can_wait=True)

    async def ask(self, asking: Asking) -> tuple[Group, ...]:
        return await asking.client.groups()


class AskPlans(Struct, frozen=True):
    """The active subscriptions, with their windows."""

    tier = Tier.GLOBAL
    pace = seldom(60, can_wait=True)

    async def ask(self, asking: Asking) -> tuple[Plan, ...]:
        return await asking.client.plans()


class AskKeyCosts(Struct, frozen=True):
    """Billed cost of every key: today (the server's day) and the last 30 days."""

    tier = Tier.HEAVY
    pace = when_active(10)

    async def ask(self, asking: Asking) -> dict[int, KeyCost]:
        keys = asking.known.feed(AskKeys()).data or await asking.client.keys()
        return await asking.client.key_costs([key.id for key in keys])


class AskTotals(Struct, frozen=True):
    """The sums of whole days."""

    days: Days
    filters: Filters = NO_FILTERS

    tier = Tier.HEAVY
    pace = when_active(20)

    async def ask(self, asking: Asking) -> Totals:
        return await asking.client.totals(self.days, self.filters, zone=asking.zone.key)


class AskBreakdown(Struct, frozen=True):
    """Trend, models and groups of whole days, by the server's hours or days."""

    days: Days
    filters: Filters = NO_FILTERS
    hourly: bool = False

    tier = Tier.HEAVY
    pace = when_active(20)

    async def ask(self, asking: Asking) -> Breakdown:
        return await asking.client.breakdown(
            self.days,
            self.filters,
            zone=asking.zone.key,
            hourly=self.hourly,
            server_zone=asking.known.server_zone,
        )


class AskAccountHistory(Struct, frozen=True):
    """Hourly wallet cost of the account over five weeks: what is usual at each hour of the week.

    An old gateway cannot leave out calls paid by plans: there it is all billed cost.
    """

    tier = Tier.HEAVY
    pace = when_active(900)

    async def ask(self, asking: Asking) -> HourlyCost:
        try:
            answer = await self._trend(asking, Filters(billing_type=WALLET))
        except GatewayError as error:
            if error.failure.kind is not FailureKind.ENDPOINT_MISSING:
                raise
            answer = await self._trend(asking, NO_FILTERS)
        return hours_until_now(answer.trend, asking.now, HISTORY_DAYS)

    async def _trend(self, asking: Asking, filters: Filters) -> Breakdown:
        today = asking.now.astimezone(asking.zone).date()
        return await asking.client.breakdown(
            (today - timedelta(days=HISTORY_DAYS), today),
            filters,
            zone=asking.zone.key,
            hourly=True,
            server_zone=asking.known.server_zone,
            models=False,
            groups=False,
        )


@dataclass(frozen=True, slots=True)
class AskKeyHistory:
    """Hourly cost of one key over the last five weeks: no endpoint splits a trend by key.

    The answer includes the models of that span at no further request. Earlier hours are kept in front of it, and a key
    not used since costs no request at all. `is_awaited`, whether a verdict waits for it, does not count in comparisons.
    """

    key_id: int
    is_awaited: bool = field(default=False, compare=False)

    tier = Tier.HEAVY

    @property
    def pace(self) -> RefreshPolicy:
        """In the background, unless a verdict waits for it."""
        return _AWAITED_HISTORY if self.is_awaited else _KEPT_HISTORY

    async def ask(self, asking: Asking) -> KeyHistory:
        known = asking.known.feed(self)
        if known.data is not None and not asking.known.was_used_since(self.key_id, known.fetched_at):
            return known.data
        today = asking.now.astimezone(asking.zone).date()
        answer = await asking.client.breakdown(
            (today - timedelta(days=HISTORY_DAYS + 1), today),
            Filters(key_id=self.key_id),
            zone=asking.zone.key,
            hourly=True,
            server_zone=asking.known.server_zone,
            groups=False,
        )
        cost = hours_until_now(answer.trend, asking.now, HISTORY_DAYS + 1)
        if known.data is not None:
            cost = joined(known.data.cost, cost, KEPT_HISTORY_HOURS)
        return KeyHistory(cost, answer.models)


_AWAITED_HISTORY = RefreshPolicy(RefreshWhen.WHEN_ACTIVE, 600, can_wait=True)
_KEPT_HISTORY = when_active(600, is_background=True)


class AskKeyDays(Struct, frozen=True):
    """Daily usage of one key, by the server's calendar."""

    key_id: int
    days: int = 30

    tier = Tier.HEAVY
    pace = when_active(30)

    async def ask(self, asking: Asking) -> tuple[DayUsage, ...]:
        return await asking.client.key_days(self.key_id, self.days)


@dataclass(frozen=True, slots=True)
class AskErrors:
    """The newest error requests of whole days (the gateway filters them by key, model, category and status only).

    `pages`, of a hundred rows, does not count in comparisons. Earlier rows are kept as long as the newest page still
    overlaps them. While a storm is cut off at the end of the list, each refresh reads further back.
    """

    days: Days
    filters: Filters = NO_FILTERS
    category: str | None = None
    status_code: int | None = None
    pages: int = field(default=1, compare=False)

    tier = Tier.HEAVY
    pace = when_active(15)

    async def ask(self, asking: Asking) -> Page[FailedCall]:
        read = _ErrorsRead(asking.known.data(self))
        number, wanted = 1, self.pages
        while number <= wanted:
            try:
                read.take(await self._page(asking, number))
            except BudgetSpent:
                if number <= self.pages:
                    raise
                break  # the extra pages can wait
            if read.is_over:
                break
            if number >= self.pages or len(read.newest_first) >= self.pages * ERRORS_A_PAGE:
                is_last = wanted > self.pages or not is_cut_in_storm(read.newest_first, asking.now)
                if is_last or len(read.newest_first) >= MAX_ERRORS:
                    break
                wanted = MAX_ERRORS // ERRORS_A_PAGE
            number = max(number + 1, len(read.newest_first) // ERRORS_A_PAGE + 1)
        return Page(read.newest_first[:MAX_ERRORS], read.total, missing=read.missing)

    async def _page(self, asking: Asking, number: int) -> Page[FailedCall]:
        return await asking.client.errors(
            self.days,
            zone=asking.zone.key,
            filters=self.filters,
            category=self.category,
            status_code=self.status_code,
            page=number,
            page_size=ERRORS_A_PAGE,
        )


class _ErrorsRead:
    """Errors read page by page, newest first, on top of the known ones."""

    def __init__(self, known: Page[FailedCall] | None) -> None:
        self._known = {call.id: call for call in known.items} if known is not None else {}
        self._found: dict[int, FailedCall] = {}
        self._walk = Walk()
        self.total = self.missing = 0
        self.is_over = False
        self.newest_first: tuple[FailedCall, ...] = ()

    def take(self, page: Page[FailedCall]) -> None:
        """Take another page; once it overlaps the known errors, those follow."""
        self._found.update((call.id, call) for call in self._walk.fresh(page))
        if not self._known.keys().isdisjoint(self._found):
            self._found = self._known | self._found
        self.newest_first = tuple(sorted(self._found.values(), key=lambda call: (call.at, call.id), reverse=True))
        self.total, self.missing = page.total, page.missing
        self.is_over = self._walk.is_over(page) or len(self.newest_first) >= page.total


class AskError(Struct, frozen=True):
    """One error request with its body; it never changes."""

    error_id: int

    tier = Tier.HEAVY
    pace = seldom(86_400)

    async def ask(self, asking: Asking) -> FailedCallDetail:
        return await asking.client.error(self.error_id)


@dataclass(frozen=True, slots=True)
class AskCalls:
    """Call records, newest first, back to the start of `back_to` or until `rows` are here.

    At least `rows` are wanted, and at most `most`: a range is read to its end unless that takes more. `days` fixes the
    span; None is the live log, which ends now. Depth does not count in comparisons: all watchers of the same records
    share one log, and `also` holds the wishes of the others.
    """

    filters: Filters = NO_FILTERS
    days: Days | None = None
    back_to: TimeRange | None = field(default=None, compare=False)
    rows: int = field(default=0, compare=False)
    most: int = field(default=MAX_ROWS, compare=False)
    also: tuple["AskCalls", ...] = field(default=(), compare=False)

    tier = Tier.HEAVY
    pace = when_active(5)

    async def ask(self, asking: Asking) -> CallsRead:
        return await read_calls(self, asking)

    def wants_more(self, view: CallView | None, now: datetime, zone: ZoneInfo) -> bool:
        """Whether the log does not reach back far enough yet."""
        if view is None or view.covered_from == EVERYTHING or view.missing:
            return False
        return any(wish._misses_rows(view, now, zone) for wish in (self, *self.also))

    def _misses_rows(self, view: CallView, now: datetime, zone: ZoneInfo) -> bool:
        if self.back_to is None:
            return view.count < self.rows
        if view.covers(window_of(self.back_to, now, zone).start):
            return False
        return view.count < max(self.rows, self.most)

    def start(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The start of the longest range wanted; None if no range bounds it."""
        ranges = [wish.back_to for wish in (self, *self.also)]
        return min((window_of(one, now, zone).start for one in ranges if one is not None), default=None)

    def deepened(self, other: "AskCalls") -> "AskCalls":
        """The same records, read back as far as either wants."""
        return dataclasses.replace(self, also=(*self.also, other, *other.also))


def merged(questions: Iterable[Question[Any]]) -> dict[Question[Any], Question[Any]]:
    """Each question once, in order; call records as deep as the deepest wish."""
    order: dict[Question[Any], Question[Any]] = {}
    for question in questions:
        other = order.get(question)
        if isinstance(other, AskCalls) and isinstance(question, AskCalls):
            question = other.deepened(question)
        order[question] = question
    return order
