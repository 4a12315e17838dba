"""Call records folded into trend buckets, each cached until another call falls into it.

A log grows at its end: all buckets of a day but the newest stay as they are, however often a pane asks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from tui.domain.clock import floor_hour, floor_minute
from tui.domain.memo import Memo, memoize_last, memoize_recent
from tui.domain.scope import Filters
from tui.domain.usage import Bucket
from tui.monitor.calls.log import CallLog, Dimensions, UsageSum
from tui.monitor.questions import WALLET

K = TypeVar("K")
LESS_THAN_A_MINUTE = timedelta(seconds=59, microseconds=999_999)
HOUR, TEN_MINUTES = timedelta(hours=1), timedelta(minutes=10)
PARTED, KEPT_PARTS = timedelta(hours=26), 64
"""Longer spans are rarely needed, and would have too many parts to keep."""
SETTLES = timedelta(minutes=1)
"""How much older than the newest call a late one can be."""


class Rollup(Struct):
    """Tallies of a span, split in every way that a pane shows. Shared: do not change it."""

    total: UsageSum = field(default_factory=UsageSum)
    wallet_usd: Decimal = Decimal(0)
    models: dict[str, UsageSum] = field(default_factory=dict)
    groups: dict[int | None, UsageSum] = field(default_factory=dict)
    endpoints: dict[str | None, UsageSum] = field(default_factory=dict)
    keys: dict[int, UsageSum] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Iterable["Rollup"]) -> "Rollup":
        """The sum of several rollups."""
        whole = cls()
        for part in parts:
            whole.total.merge(part.total)
            whole.wallet_usd += part.wallet_usd
            _merge(whole.models, part.models)
            _merge(whole.groups, part.groups)
            _merge(whole.endpoints, part.endpoints)
            _merge(whole.keys, part.keys)
        return whole

    def take(self, facet: Dimensions, tally: UsageSum) -> None:
        """Add the tally of one facet."""
        for part in (
            self.total,
            self.models.setdefault(facet.model, UsageSum()),
            self.groups.setdefault(facet.group_id, UsageSum()),
            self.endpoints.setdefault(facet.endpoint, UsageSum()),
            self.keys.setdefault(facet.key_id, UsageSum()),
        ):
            part.merge(tally)
        if facet.is_wallet:
            self.wallet_usd += tally.billed_usd


def facets_of(log: CallLog, start: datetime, end: datetime) -> Iterator[tuple[Dimensions, UsageSum]]:
    """The sums of a span's whole minutes by facet; a facet may come several times.

    All but the newest minutes are read only once, however often they are needed and however many calls they have.
    """
    start, end = floor_minute(start.astimezone(UTC)), floor_minute(end.astimezone(UTC) + LESS_THAN_A_MINUTE)
    settled = min(end, floor_minute(log.newest.at.astimezone(UTC)) - SETTLES) if log.newest is not None else start
    for first, last in _parts(start, settled):
        count = log.count_since(first) - log.count_since(last)
        yield from _settled_facets(log, count, first, last).items()
    for _minute, tallies in log.minutes(max(start, settled), end):
        yield from tallies.items()


def _parts(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Split a span of about a day into whole hours, the rest into tens of minutes: parts that stay when it moves on."""
    if end - start > PARTED:
        yield start, end
        return
    while start < end:
        hour, ten = floor_hour(start), start - timedelta(minutes=start.minute % 10)
        for first, length in ((hour, HOUR), (ten, TEN_MINUTES)):
            if start == first and first + length <= end:
                last = first + length
                break
        else:
            last = min(ten + TEN_MINUTES, end)
        yield start, last
        start = last


@memoize_recent(KEPT_PARTS)
def _settled_facets(log: CallLog, _count: int, start: datetime, end: datetime) -> Mapping[Dimensions, UsageSum]:
    """The facets of a span. Rows are never removed, so two versions of a log with the same count have the same rows."""
    return log.facets(start, end)


def fold_of(log: CallLog, start: datetime, end: datetime, filters: Filters) -> Rollup:
    """The rollup of calls between two whole minutes that pass the filters."""
    return _folded(log, log.count_since(start) - log.count_since(end), start, end, filters)


def buckets_of(
    log: CallLog, start: datetime, end: datetime, step: timedelta, zone: ZoneInfo, filters: Filters
) -> list[tuple[Bucket, Rollup]]:
    """The buckets of a span that have calls, oldest first, aligned to the clock of `zone`."""
    found = []
    for aligned, bucket_from, bucket_to in _spans(start.astimezone(UTC), end.astimezone(UTC), step, zone):
        fold = fold_of(log, bucket_from, bucket_to, filters)
        if fold.total.requests:
            found.append((Bucket(aligned, aligned + step, fold.total.sums()), fold))
    return found


def sum_of(log: CallLog, parts: Sequence[Rollup]) -> Rollup:
    """The sum of several rollups. All but the last are cached, because only the newest bucket grows."""
    settled, newest = parts[:-1], parts[-1:]
    if len(settled) < 2:
        return Rollup.of(parts)
    return Rollup.of((_sum_of_settled(log.memo, *settled), *newest))


@memoize_last()
def _sum_of_settled(_memo: Memo, *parts: Rollup) -> Rollup:
    return Rollup.of(parts)


@lru_cache(maxsize=16)
def _spans(
    start: datetime, end: datetime, step: timedelta, zone: ZoneInfo
) -> tuple[tuple[datetime, datetime, datetime], ...]:
    """For each bucket its aligned start, and the part inside the span: the first and last may be cut.

    All in UTC, where equal moments are equal keys. A span that begins within a minute includes that minute, as
    `CallLog.minutes` does.
    """
    found = []
    here = floor_minute(start)
    while here < end:
        aligned = bucket_start(here, step, zone)
        after = next_start(aligned, step, zone).astimezone(UTC)
        found.append((aligned.astimezone(UTC), here, min(after, end)))
        here = after
    return tuple(found)


@memoize_recent(160)
def _folded(log: CallLog, _count: int, start: datetime, end: datetime, filters: Filters) -> Rollup:
    fold = Rollup()
    for facet, tally in facets_of(log, start, end):
        if _passes(filters, facet):
            fold.take(facet, tally)
    return fold


def _merge(into: dict[K, UsageSum], tallies: dict[K, UsageSum]) -> None:
    for name, tally in tallies.items():
        into.setdefault(name, UsageSum()).merge(tally)


def _passes(filters: Filters, facet: Dimensions) -> bool:
    return (
        filters.key_id in (None, facet.key_id)
        and filters.model in (None, facet.model)
        and filters.group_id in (None, facet.group_id)
        and (filters.billing_type is None or (filters.billing_type == WALLET) == facet.is_wallet)
    )


def bucket_start(moment: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    """The start of the bucket that a moment falls into, aligned to the clock of `zone`."""
    local = moment.astimezone(zone)
    if step >= timedelta(days=1):
        return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    minutes = int(step.total_seconds()) // 60
    into = timedelta(
        minutes=(local.hour * 60 + local.minute) % minutes, seconds=local.second, microseconds=local.microsecond
    )
    # Subtract elapsed time: on the wall clock, the hour that repeats in autumn would always be the first of the two.
    return (moment.astimezone(UTC) - into).astimezone(zone)


def next_start(start: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    """The start of the next bucket: days by the calendar, since some have 23 or 25 hours; otherwise by elapsed time."""
    if step >= timedelta(days=1):
        return (start + step).replace(tzinfo=zone)
    return (start.astimezone(UTC) + step).astimezone(zone)
