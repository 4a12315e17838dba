"""Replays call records into the Snapshots that would have been seen at the time.

Nothing in a Snapshot is newer than its moment. What the gateway sums itself – histories, costs of keys – is summed
here from the same records, so that triage cannot tell the past from the present.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.account import Profile
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.clock import floor_hour
from tui.domain.keys import OTHER_DAYS, ApiKey, KeyCost
from tui.domain.memo import Memo
from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall, HourlyCost, KeyHistory, Page, Slice, Sums
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallLog, CallView, UsageSum, time_order
from tui.monitor.feed import Feed
from tui.monitor.question import Question
from tui.monitor.questions import (
    HISTORY_DAYS,
    KEPT_HISTORY_HOURS,
    AskAccountHistory,
    AskKeyCosts,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
)
from tui.monitor.refresh_policy import SETTLE
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot

HOUR = timedelta(hours=1)
KEPT = timedelta(hours=26)
"""A live log keeps a day of calls; a little more saves rebuilding it every hour."""
TRIMMED_EVERY = timedelta(hours=24)
"""A rebuilt log loses what was memoized for it."""
ERRORS_KEPT = timedelta(hours=26)
MAX_ERRORS = 2000
DELETED_AFTER = timedelta(minutes=10)
"""A key missing at the end counts as deleted this long after its last call: records do not say when."""
ACTIVE = "active"
NO_GATEWAY = "records"
"""Stands for the gateway's address, which records do not have."""


class Records(Struct, frozen=True):
    """What an account did, in any order."""

    calls: tuple[Call, ...]
    zone: ZoneInfo
    """The user's zone, in which days begin."""
    failed: tuple[FailedCall, ...] = ()
    keys: tuple[ApiKey, ...] = ()
    """The account's keys at the end; calls reveal those it had before."""
    balance_usd: float | None = None
    """The wallet's balance at the end; None if unknown."""


class Replay:
    """Replays records. Call `at` with increasing moments."""

    def __init__(self, records: Records) -> None:
        self._zone = records.zone
        self._calls = sorted(records.calls, key=time_order)
        self._failed = sorted(records.failed, key=lambda one: (one.at, one.id))
        self._failed_at = [one.at for one in self._failed]
        self._left_usd = None if records.balance_usd is None else records.balance_usd + _wallet_usd(self._calls)
        lacking = (Capability.BALANCE,) if records.balance_usd is None else ()
        self._capabilities = Capabilities().without(Lack.NOT_RECORDED, *lacking)
        told = {key.id: key for key in _keys_of(self._calls)}
        given = {key.id: key for key in records.keys}
        self._keys = {key_id: _usable(key) for key_id, key in {**told, **given}.items()}
        self._last_calls = {call.key_id: call.at for call in self._calls if given and call.key_id not in given}
        self._next = 0
        self._log = CallLog()
        self._trimmed_at = datetime.min.replace(tzinfo=UTC)
        self._account = _Hours()
        self._used: dict[int, _KeyUse] = {}
        self._unsettled: dict[int, datetime] = {}
        """Keys used so shortly before the last moment that their histories are computed once more."""
        self._costs: dict[int, KeyCost] = {}
        self._feeds: dict[Question[Any], Feed[Any]] = {AskPlans(): Feed((), self.began)}
        """Records do not say how full plans were."""
        self._memo = Memo()
        self._today: date | None = None

    @property
    def began(self) -> datetime | None:
        """When the first call ended; None without calls."""
        return self._calls[0].at if self._calls else None

    @property
    def ended(self) -> datetime | None:
        """When the last call ended; None without calls."""
        return self._calls[-1].at if self._calls else None

    def at(self, now: datetime) -> Snapshot:
        """What was known at a moment, which must not be before the last one."""
        fresh = self._take(now)
        self._tell(now, fresh)
        covered_from = now - KEPT if self._log_goes_back(now) else self.began
        view = CallView(self._log, len(self._log), covered_from or now, None, tail_at=now)
        feeds = MappingProxyType(dict(self._feeds))
        return Snapshot(
            NO_GATEWAY,
            self._zone,
            feeds,
            MappingProxyType({BASE_CALLS: view}),
            active_at=now,
            capabilities=self._capabilities,
            memo=self._memo,
        )

    def _log_goes_back(self, now: datetime) -> bool:
        return self.began is not None and self.began < now - KEPT

    def _take(self, now: datetime) -> list[Call]:
        """Add the calls that have ended by now to the sums; return them."""
        first = self._next
        while self._next < len(self._calls) and self._calls[self._next].at <= now:
            self._next += 1
        fresh = self._calls[first : self._next]
        for call in fresh:
            self._count(call)
        if now - self._trimmed_at >= TRIMMED_EVERY:
            begin = bisect_right(self._calls, now - KEPT, hi=self._next, key=lambda call: call.at)
            self._log, self._trimmed_at = CallLog(self._calls[begin : self._next]), now
        elif fresh:
            self._log = self._log.with_rows(fresh)
        return fresh

    def _count(self, call: Call) -> None:
        key_use = self._used.get(call.key_id)
        if key_use is None:
            key_use = self._used[call.key_id] = _KeyUse()
        key_use.take(call, call.at.astimezone(self._zone).date())
        if call.is_wallet:
            self._account.add(call.at, call.billed_number)
            if self._left_usd is not None:
                self._left_usd -= call.billed_number

    def _tell(self, now: datetime, fresh: Iterable[Call]) -> None:
        """Update the answers that the fresh calls change."""
        changed = {call.key_id: call.at for call in fresh}
        for key_id, last_at in changed.items():
            if key_id in self._keys:
                self._keys[key_id] = replace(self._keys[key_id], last_used_at=last_at)
        for key_id in {**self._unsettled, **changed}:
            self._feeds[AskKeyHistory(key_id)] = Feed(self._used[key_id].history(now), now)
        self._unsettled = {key_id: last_at for key_id, last_at in changed.items() if last_at + SETTLE > now}
        exists = tuple(key for key in self._keys.values() if self._exists(key, now))
        today = now.astimezone(self._zone).date()
        feeds = self._feeds
        again = changed if today == self._today else self._used
        if again or self._today is None:
            self._costs = {**self._costs, **{key_id: self._used[key_id].cost(today) for key_id in again}}
            costs = {key.id: self._costs[key.id] for key in exists if key.id in self._costs}
            feeds[AskKeyCosts()] = Feed(costs, now)
            self._today = today
        feeds[AskKeys()] = Feed(exists, now)
        feeds[AskAccountHistory()] = Feed(self._account.series(now, HISTORY_DAYS * 24 + 1), now)
        feeds[AskProfile()] = Feed(Profile(0, "", "", _usd(self._left_usd or 0.0)), now)
        self._tell_errors(now)

    def _exists(self, key: ApiKey, now: datetime) -> bool:
        """Whether the account had the key at that time; a missing one was deleted some time after its last call."""
        last_at = self._last_calls.get(key.id)
        if last_at is not None and now - last_at > DELETED_AFTER:
            return False
        return key.created_at is None or key.created_at <= now or key.last_used_at is not None

    def _tell_errors(self, now: datetime) -> None:
        end = bisect_right(self._failed_at, now)
        first = bisect_right(self._failed_at, now - ERRORS_KEPT)
        begin = max(first, end - MAX_ERRORS)
        newest_first = tuple(reversed(self._failed[begin:end]))
        self._feeds = {question: feed for question, feed in self._feeds.items() if not isinstance(feed.data, Page)}
        empty = Snapshot(NO_GATEWAY, self._zone)
        self._feeds[errors_question(Scope(), empty, now)] = Feed(Page(newest_first, end - first), now)


class _Hours:
    """Cost by the hour, growing at its end."""

    def __init__(self) -> None:
        self._start: datetime | None = None
        self._usd: list[float] = []
        self._calls: list[int] = []

    def add(self, at: datetime, usd: float) -> None:
        """Count a cost; moments must come in order."""
        hour = floor_hour(at)
        if self._start is None:
            self._start = hour
        place = round((hour - self._start) / HOUR)
        self._usd.extend([0.0] * (place + 1 - len(self._usd)))
        self._calls.extend([0] * (place + 1 - len(self._calls)))
        self._usd[place] += usd
        self._calls[place] += 1

    def series(self, now: datetime, hours: int) -> HourlyCost:
        """The last `hours` hours up to and including the running one."""
        end = floor_hour(now) + HOUR
        start = end - HOUR * hours
        if self._start is None:
            return HourlyCost(start, (0.0,) * hours, (0,) * hours)
        first = round((start - self._start) / HOUR)
        inside = slice(max(0, first), max(0, first + hours))
        known, calls = self._usd[inside], self._calls[inside]
        before = min(hours, max(0, -first))
        after = hours - before - len(known)
        return HourlyCost(
            start, (*([0.0] * before), *known, *([0.0] * after)), (*([0] * before), *calls, *([0] * after))
        )


class _KeyUse:
    """What one key did: cost by the hour, models by the day."""

    def __init__(self) -> None:
        self._hours = _Hours()
        self._days: dict[date, dict[str, UsageSum]] = {}
        self._models: dict[str, UsageSum] = {}
        """Sums over all days, by model."""
        self._usd: dict[date, float] = {}
        self._month: tuple[date, float] | None = None
        """A day, and the cost of the days before it that are reported with it."""

    def take(self, call: Call, day: date) -> None:
        """Count a call of a day; calls must come in order."""
        of_day = self._days.get(day)
        if of_day is None:
            of_day = self._days[day] = {}
            self._forget_days_before(day - timedelta(days=HISTORY_DAYS + 1))
        of_day.setdefault(call.model, UsageSum()).add(call)
        self._models.setdefault(call.model, UsageSum()).add(call)
        self._usd[day] = self._usd.get(day, 0.0) + call.billed_number
        if call.is_wallet:
            self._hours.add(call.at, call.billed_number)

    def _forget_days_before(self, first: date) -> None:
        if min(self._days) >= first:
            return
        self._days = {day: models for day, models in self._days.items() if day >= first}
        self._models = {}
        for models in self._days.values():
            for model, tally in models.items():
                self._models.setdefault(model, UsageSum()).merge(tally)

    def cost(self, today: date) -> KeyCost:
        """The cost of today and of the last thirty days."""
        if self._month is None or self._month[0] != today:
            since = today - timedelta(days=OTHER_DAYS)
            self._month = today, sum(usd for day, usd in self._usd.items() if since <= day < today)
        today_usd = self._usd.get(today, 0.0)
        return KeyCost(_usd(today_usd), _usd(self._month[1] + today_usd))

    def history(self, now: datetime) -> KeyHistory:
        """The history that the gateway would have returned."""
        models = tuple(_slice(name, one.sums()) for name, one in self._models.items())
        return KeyHistory(self._hours.series(now, KEPT_HISTORY_HOURS), models)


def _slice(model: str, sums: Sums) -> Slice:
    return Slice(model, model, sums.requests, sums.tokens, sums.standard_usd, sums.billed_usd, sums)


def _usd(amount: float) -> Decimal:
    return Decimal(str(round(amount, 6)))


def _wallet_usd(calls: Iterable[Call]) -> float:
    return sum(call.billed_number for call in calls if call.is_wallet)


def _usable(key: ApiKey) -> ApiKey:
    """A key as it was while in use: what stopped it came later."""
    return replace(
        key,
        stored_status=ACTIVE,
        quota_usd=Decimal(0),
        quota_used_usd=Decimal(0),
        windows=(),
        in_flight=None,
        last_used_at=None,
        expires_at=None,
    )


def _keys_of(calls: Iterable[Call]) -> Iterator[ApiKey]:
    """The keys that calls mention, by their latest names."""
    names = {call.key_id: call.key_name or f"#{call.key_id}" for call in calls}
    for key_id, name in names.items():
        yield ApiKey(key_id, name, "", ACTIVE, Decimal(0), Decimal(0), ())
