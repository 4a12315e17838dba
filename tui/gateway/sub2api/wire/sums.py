"""Sums over calls: statistics, trend, models, groups, dashboard (contract 5.5 to 5.8)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, UnsetType

from tui.domain.usage import Breakdown, Bucket, Slice, Sums, Totals
from tui.gateway.sub2api.wire.base import PARTS, Amount, Count, Envelope, Id, Misfit, WireStruct, each, text, usd

_HOUR_LABEL, _DAY_LABEL = "%Y-%m-%d %H:%M", "%Y-%m-%d"
_KNOWN_LABELS = 1024
"""The hours of five weeks: the histories of all keys have the same."""


class EndpointRow(WireStruct, frozen=True):
    """The calls of one endpoint."""

    endpoint: str
    requests: Count
    total_tokens: Count
    cost: Amount
    actual_cost: Amount


class StatsRow(WireStruct, frozen=True):
    """`GET /usage/stats`. An older gateway sends only the sum of the two kinds of cache tokens."""

    total_requests: Count
    total_input_tokens: Count
    total_output_tokens: Count
    total_cost: Amount
    total_actual_cost: Amount
    total_cache_tokens: Count | None = None
    total_cache_creation_tokens: Count | None = None
    total_cache_read_tokens: Count | None = None
    average_duration_ms: Amount | None = None
    endpoints: Annotated[list[EndpointRow], PARTS] | None = None


class TrendRow(WireStruct, frozen=True):
    """One bucket of a trend; buckets without calls are not sent."""

    date: str
    requests: Count
    input_tokens: Count
    output_tokens: Count
    cost: Amount
    actual_cost: Amount
    cache_tokens: Count | None = None
    cache_creation_tokens: Count | None = None
    cache_read_tokens: Count | None = None


class ModelRow(WireStruct, frozen=True):
    """The calls of one model."""

    model: str
    requests: Count
    total_tokens: Count
    cost: Amount
    actual_cost: Amount
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_creation_tokens: Count | None = None
    cache_read_tokens: Count | None = None


class GroupUseRow(WireStruct, frozen=True):
    """The calls of one group; id 0 is no group."""

    group_id: Id
    requests: Count
    total_tokens: Count
    cost: Amount
    actual_cost: Amount
    group_name: str | None = None


class SnapshotRow(WireStruct, frozen=True):
    """`GET /usage/dashboard/snapshot-v2`, and the older trend and models answers, which are parts of it.

    A section is absent unless requested; an empty one is present but empty.
    """

    trend: Annotated[list[TrendRow], PARTS] | UnsetType | None = UNSET
    models: Annotated[list[ModelRow], PARTS] | UnsetType | None = UNSET
    groups: Annotated[list[GroupUseRow], PARTS] | UnsetType | None = UNSET


STATS = msgspec.json.Decoder(Envelope[StatsRow])
SNAPSHOT = msgspec.json.Decoder(Envelope[SnapshotRow])


def totals_of(row: StatsRow) -> Totals:
    """The sums of a scope."""
    created, read = _cache_tokens(row.total_cache_creation_tokens, row.total_cache_read_tokens, row.total_cache_tokens)
    sums = Sums(
        requests=row.total_requests,
        input_tokens=row.total_input_tokens,
        output_tokens=row.total_output_tokens,
        cache_creation_tokens=created,
        cache_read_tokens=read,
        standard_usd=usd(row.total_cost),
        billed_usd=usd(row.total_actual_cost),
    )
    endpoints = tuple(
        Slice(
            text(part.endpoint),
            text(part.endpoint),
            part.requests,
            part.total_tokens,
            usd(part.cost),
            usd(part.actual_cost),
        )
        for part in row.endpoints or ()
    )
    return Totals(sums, row.average_duration_ms or None, endpoints)


def model_of(row: ModelRow) -> Slice:
    """One model, without tokens by kind if an older gateway does not send them."""
    name, standard, billed = text(row.model), usd(row.cost), usd(row.actual_cost)
    sums = None
    if row.input_tokens is not None and row.output_tokens is not None:
        created, read = row.cache_creation_tokens or 0, row.cache_read_tokens or 0
        sums = Sums(row.requests, row.input_tokens, row.output_tokens, created, read, standard, billed)
    return Slice(name, name, row.requests, row.total_tokens, standard, billed, sums)


def breakdown_of(row: SnapshotRow, zone: ZoneInfo, wanted: Iterable[str] = ()) -> Breakdown:
    """Trend, models and groups. Bucket labels are the server's wall clock (5.7), hence `zone`.

    The `wanted` sections must be there: a missing one would look like weeks without a call. Raises Misfit.
    """
    for name in wanted:
        if getattr(row, name) is UNSET:
            raise Misfit(f"data.{name}")
    return Breakdown(
        trend=each("data.trend", row.trend or (), lambda bucket: _bucket(bucket, zone)),
        models=tuple(model_of(part) for part in row.models or ()),
        groups=tuple(
            Slice(
                str(part.group_id),
                text(part.group_name),
                part.requests,
                part.total_tokens,
                usd(part.cost),
                usd(part.actual_cost),
            )
            for part in row.groups or ()
        ),
    )


def _bucket(row: TrendRow, zone: ZoneInfo) -> Bucket:
    start, end = _span(row.date, zone)
    created, read = _cache_tokens(row.cache_creation_tokens, row.cache_read_tokens, row.cache_tokens)
    sums = Sums(row.requests, row.input_tokens, row.output_tokens, created, read, usd(row.cost), usd(row.actual_cost))
    return Bucket(start, end, sums)


@lru_cache(maxsize=_KNOWN_LABELS)
def _span(label: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The hour or day of a label."""
    by_hour = " " in label
    try:
        start = datetime.strptime(label, _HOUR_LABEL if by_hour else _DAY_LABEL).replace(tzinfo=zone)
        # Adding to an aware moment moves its wall clock, which is what labels show: days of 23 hours, and a repeated
        # hour with one label, come out right.
        return start, start + (timedelta(hours=1) if by_hour else timedelta(days=1))
    except (ValueError, OverflowError):
        raise Misfit("date") from None


def _cache_tokens(created: int | None, read: int | None, together: int | None) -> tuple[int, int]:
    """Cache creation and read tokens; an unsplit sum counts as read, so that the total stays right."""
    if created is None and read is None:
        return 0, together or 0
    return created or 0, read or 0
