"""The usage of a scope, summed from call records and, before those begin, the gateway's hours."""

import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from tui.domain.failure import Failure
from tui.domain.keys import ApiKey
from tui.domain.memo import memoize_last
from tui.domain.scope import Filters, Window
from tui.domain.usage import NOTHING, Breakdown, Bucket, Slice, Sums
from tui.monitor.calls.by_key import last_names
from tui.monitor.calls.log import CallLog, UsageSum
from tui.monitor.calls.rollups import Rollup, bucket_start, buckets_of, next_start, sum_of


class ScopedUsage(Struct, frozen=True):
    """The usage of a scope; None means not known (yet), never 0.

    `trend` has every bucket of the window up to now, including empty ones. `known_from` is set if call records begin
    after the window's start, `trend_from` if the trend does too: nothing before it is known. The trend of
    `approximate_days` may be off by some minutes of the neighbouring day. `as_of`, `failure` and `retry_at` say how
    fresh it is.
    """

    window: Window
    sums: Sums | None = None
    wallet_usd: Decimal | None = None
    average_duration_ms: float | None = None
    trend: tuple[Bucket, ...] | None = None
    models: tuple[Slice, ...] | None = None
    groups: tuple[Slice, ...] | None = None
    endpoints: tuple[Slice, ...] | None = None
    keys: tuple[Slice, ...] | None = None
    known_from: datetime | None = None
    trend_from: datetime | None = None
    approximate_days: frozenset[date] = frozenset()
    as_of: datetime | None = None
    failure: Failure | None = None
    retry_at: datetime | None = None
    folds: tuple[Rollup | None, ...] = ()
    """The rollup behind each trend bucket; None if only its sums are known; empty if that holds for all."""


class Names(Struct, frozen=True):
    """Names of keys and groups, from the key list."""

    keys: dict[int, str]
    groups: dict[int | None, str]


def names_of(keys: Iterable[ApiKey]) -> Names:
    """The names of some keys and of their groups."""
    keys = tuple(keys)
    groups: dict[int | None, str] = {key.group.id: key.group.name for key in reversed(keys) if key.group is not None}
    return Names({key.id: key.name for key in keys}, groups)


@memoize_last()
def usage_of_calls(
    log: CallLog,
    known_from: datetime | None,
    window: Window,
    summed: Breakdown | None,
    filters: Filters,
    clock: ZoneInfo,
    zone: ZoneInfo,
    names: Names,
) -> ScopedUsage:
    """The usage of a window cut at the running minute; cached until that ends or another call arrives.

    Buckets are aligned to `clock`; before `known_from`, the gateway's hours in `summed` are used if given.
    """
    buckets = buckets_of(log, window.start, window.end, window.step, zone, filters)
    fold = sum_of(log, [part for _bucket, part in buckets])
    told = _with_hours((bucket for bucket, _part in buckets), window, known_from, summed)
    trend = filled(told, window, clock, zone)
    return ScopedUsage(
        window=window,
        sums=fold.total.sums(),
        wallet_usd=fold.wallet_usd,
        average_duration_ms=fold.total.average_ms,
        trend=trend,
        models=_slices(fold.models, lambda model: (model, model)),
        groups=_slices(fold.groups, lambda group_id: (str(group_id or 0), _group_name(names, group_id))),
        endpoints=_slices(fold.endpoints, lambda endpoint: (endpoint or "unknown", endpoint or "unknown")),
        keys=_slices(fold.keys, lambda key_id: (str(key_id), _key_name(names, log, key_id))),
        known_from=known_from,
        trend_from=known_from if summed is None else None,
        folds=_folds(trend, buckets, window, known_from, clock),
    )


def _folds(
    trend: Iterable[Bucket],
    buckets: Iterable[tuple[Bucket, Rollup]],
    window: Window,
    known_from: datetime | None,
    clock: ZoneInfo,
) -> tuple[Rollup | None, ...]:
    """The rollups behind a trend's buckets, as far as their calls are here."""
    first = bucket_start(window.start, window.step, clock)
    found: dict[datetime, Rollup] = {}
    for bucket, fold in buckets:
        start = max(first, bucket_start(bucket.start, window.step, clock)).astimezone(UTC)
        found[start] = Rollup.of((found[start], fold)) if start in found else fold
    nothing = Rollup()
    return tuple(
        None
        if known_from is not None and bucket.start < known_from
        else found.get(bucket.start.astimezone(UTC), nothing)
        for bucket in trend
    )


def _with_hours(
    told: Iterable[Bucket], window: Window, known_from: datetime | None, breakdown: Breakdown | None
) -> Iterable[Bucket]:
    """Buckets from calls where those are complete, and before that the gateway's whole hours."""
    if known_from is None or breakdown is None:
        return told
    early = (bucket for bucket in breakdown.trend if window.start <= bucket.start < known_from)
    return itertools.chain(early, (bucket for bucket in told if bucket.start >= known_from))


def filled(trend: Iterable[Bucket], window: Window, clock: ZoneInfo, zone: ZoneInfo) -> tuple[Bucket, ...]:
    """All buckets of the window: those that the gateway leaves out had no calls, which means 0."""
    first = bucket_start(window.start, window.step, clock)
    sums: dict[datetime, Sums] = {}
    for bucket in trend:
        # A moment is a unique key only in UTC: local times an hour of daylight saving apart are equal.
        start = max(first, bucket_start(bucket.start, window.step, clock)).astimezone(UTC)
        sums[start] = sums.get(start, NOTHING) + bucket.sums
    buckets, start = [], first
    while start < window.end:
        end = next_start(start, window.step, clock)
        found = sums.get(start.astimezone(UTC), NOTHING)
        buckets.append(Bucket(start.astimezone(zone), end.astimezone(zone), found))
        start = end
    return tuple(buckets)


def _slices(tallies: dict[Any, UsageSum], name: Callable[[Any], tuple[str, str]]) -> tuple[Slice, ...]:
    """The parts of a breakdown, in an order that does not depend on which of them was counted first."""
    parts = (slice_of(*name(key), tally.sums()) for key, tally in tallies.items())
    return tuple(sorted(parts, key=lambda part: part.id))


def slice_of(slice_id: str, name: str, sums: Sums) -> Slice:
    """A part of a breakdown with all its sums."""
    return Slice(slice_id, name, sums.requests, sums.tokens, sums.standard_usd, sums.billed_usd, sums)


def _group_name(names: Names, group_id: int | None) -> str:
    return names.groups.get(group_id, "" if group_id is None else f"#{group_id}")


def _key_name(names: Names, log: CallLog, key_id: int) -> str:
    """The key's name; for a deleted key the last one in its call records, otherwise its number."""
    if key_id in names.keys:
        return names.keys[key_id]
    return last_names(log).get(key_id, f"#{key_id}")
