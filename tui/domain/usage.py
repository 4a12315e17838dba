"""Usage: sums of calls, and the calls themselves."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from tui.domain.call import Call as Call

T = TypeVar("T")

_ZERO = Decimal(0)


class Sums(Struct, frozen=True):
    """Sums of calls. Input tokens exclude cache tokens; money is in USD.

    `standard_usd` is at list price, `billed_usd` what wallet or plan were charged.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_tokens: int = 0
    cache_read_tokens: int = 0
    standard_usd: Decimal = _ZERO
    billed_usd: Decimal = _ZERO

    @property
    def tokens(self) -> int:
        """All four kinds of tokens together."""
        return self.input_tokens + self.output_tokens + self.cache_creation_tokens + self.cache_read_tokens

    @property
    def cache_hit_rate(self) -> float | None:
        """Cache read tokens as a share of all input; None without input."""
        read_in = self.input_tokens + self.cache_creation_tokens + self.cache_read_tokens
        return self.cache_read_tokens / read_in if read_in else None

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_creation_tokens + other.cache_creation_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.standard_usd + other.standard_usd,
            self.billed_usd + other.billed_usd,
        )

    def __sub__(self, other: "Sums") -> "Sums":
        """The rest without a part; never below zero, since the part may be newer."""
        return Sums(
            max(0, self.requests - other.requests),
            max(0, self.input_tokens - other.input_tokens),
            max(0, self.output_tokens - other.output_tokens),
            max(0, self.cache_creation_tokens - other.cache_creation_tokens),
            max(0, self.cache_read_tokens - other.cache_read_tokens),
            max(_ZERO, self.standard_usd - other.standard_usd),
            max(_ZERO, self.billed_usd - other.billed_usd),
        )


class PricedSums(Sums, frozen=True):
    """Sums of call records, which include the list-price cost of each kind of token; the rest was charged by the piece.

    All costs are 0 if the records do not include them.
    """

    input_usd: float = 0.0
    output_usd: float = 0.0
    cache_creation_usd: float = 0.0
    cache_read_usd: float = 0.0
    pieces: tuple[tuple[str, int], ...] = ()
    """How many of each kind were charged: `image`, `video`, `request`."""


NOTHING = Sums()


class Bucket(Struct, frozen=True):
    """The calls that ended between `start` and `end`."""

    start: datetime
    end: datetime
    sums: Sums


class HourlyCost(Struct, frozen=True):
    """Billed cost by the hour, in USD, without holes: `usd[i]` is the hour that begins i hours after `start`.

    Plain floats: these feed comparisons and charts, never sums of money.
    """

    start: datetime
    usd: tuple[float, ...]
    requests: tuple[int, ...] = ()
    """Calls in each hour; empty if unknown."""

    def calls_in(self, index: int) -> int | None:
        """The number of calls in the hour at an index; None if unknown."""
        return self.requests[index] if 0 <= index < len(self.requests) else None

    def hours(self, first: datetime, count: int) -> tuple[float, ...]:
        """The cost of `count` hours from `first` on; hours outside the known span cost 0.

        Hours that begin at other minutes, as on a server in India, are matched as in `hourly_cost`.
        """
        index = (first - self.start) // timedelta(hours=1)
        inside = self.usd[max(index, 0) : max(index + count, 0)]
        before = min(max(-index, 0), count)
        return (0.0,) * before + inside + (0.0,) * (count - before - len(inside))


def hourly_cost(buckets: Sequence[Bucket], start: datetime, end: datetime) -> HourlyCost:
    """The buckets of a trend by the hour, with 0 for missing hours, which had no calls."""
    usd = [0.0] * max(0, round((end - start).total_seconds() / 3600))
    requests = [0] * len(usd)
    for bucket in buckets:
        index = int((bucket.start - start).total_seconds() // 3600)
        if 0 <= index < len(usd):
            usd[index] += float(bucket.sums.billed_usd)
            requests[index] += bucket.sums.requests
    return HourlyCost(start, tuple(usd), tuple(requests))


def joined(old: HourlyCost, new: HourlyCost, most_hours: int) -> HourlyCost:
    """Append a newer reading to an older one: its hours win, and only the newest `most_hours` are kept.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> joined(HourlyCost(at, (1.0, 2.0, 3.0)), HourlyCost(at.replace(hour=2), (9.0, 4.0)), 3).usd
    (2.0, 9.0, 4.0)
    """
    end = new.start + timedelta(hours=len(new.usd))
    earlier = max(0, round((new.start - old.start) / timedelta(hours=1)))
    count = min(earlier + len(new.usd), most_hours)
    kept = old.hours(new.start - timedelta(hours=earlier), earlier) + new.usd
    requests: tuple[int, ...] = ()
    if old.requests and new.requests:
        requests = (*old.requests[:earlier], *((0,) * max(0, earlier - len(old.requests))), *new.requests)
    return HourlyCost(end - timedelta(hours=count), kept[len(kept) - count :], requests[len(kept) - count :])


class HourUse(Struct):
    """Wallet cost of one key in an hour or a few minutes. Shared: do not change it."""

    usd: float = 0.0
    calls: int = 0
    dearest_usd: float = 0.0
    """Cost of the dearest call."""
    squares: float = 0.0
    """Sum of the squared costs of calls."""

    def add(self, usd: float) -> None:
        """Add a call."""
        self.usd += usd
        self.calls += 1
        self.dearest_usd = max(usd, self.dearest_usd)
        self.squares += usd * usd

    @property
    def variation(self) -> float | None:
        """How much the cost of calls varies: standard deviation by mean; None if they cost nothing.

        >>> HourUse(4.0, 4, 1.0, 4.0).variation, HourUse().variation
        (0.0, None)
        """
        if self.usd <= 0:
            return None
        return math.sqrt(max(0.0, self.calls * self.squares / (self.usd * self.usd) - 1.0))


class Slice(Struct, frozen=True):
    """One part of a breakdown. `sums` has the tokens by kind if known: the gateway reports them for models only
    (contract 5.5, 5.8).
    """

    id: str
    name: str
    requests: int
    tokens: int
    standard_usd: Decimal
    billed_usd: Decimal
    sums: Sums | None = None

    def __add__(self, other: "Slice") -> "Slice":
        return Slice(
            self.id,
            self.name,
            self.requests + other.requests,
            self.tokens + other.tokens,
            self.standard_usd + other.standard_usd,
            self.billed_usd + other.billed_usd,
            self.sums + other.sums if self.sums and other.sums else None,
        )


class KeyHistory(Struct, frozen=True):
    """A key's past: its cost by the hour, and its models over the same span."""

    cost: HourlyCost
    models: tuple[Slice, ...]


class Totals(Struct, frozen=True):
    """The sums of a scope. `average_duration_ms` is None if no call has a duration."""

    sums: Sums
    average_duration_ms: float | None
    endpoints: tuple[Slice, ...] = ()


class Breakdown(Struct, frozen=True):
    """A scope's trend, models and groups, from one answer."""

    trend: tuple[Bucket, ...]
    models: tuple[Slice, ...]
    groups: tuple[Slice, ...]


class DayUsage(Struct, frozen=True):
    """One key's usage on one day of the server's calendar (`day` is YYYY-MM-DD)."""

    day: str
    sums: Sums


class FailedCall(Struct, frozen=True):
    """One error request. `status_code` is the upstream's if there was one, otherwise the client's."""

    id: int
    at: datetime
    model: str
    endpoint: str
    status_code: int
    category: str
    message: str
    key_name: str
    key_deleted: bool = False
    platform: str = ""
    ip: str | None = None
    group_name: str | None = None
    user_agent: str | None = None
    request_type: str | None = None
    is_stream: bool = False


class FailedCallDetail(Struct, frozen=True):
    """An error request with the body that the client got; empty if the gateway kept none."""

    call: FailedCall
    body: str
    upstream_status_code: int | None


class DamagedRow(Struct, frozen=True):
    """A row that cannot be true and is left out of all sums. `field` is its first impossible member."""

    id: int
    field: str


class Page(Struct, Generic[T], frozen=True):
    """One page of a list, and how many items there are in all, at least as many as were sent.

    `missing` rows were promised but not sent, although the list ended here; `damaged` ones were left out. `counted` is
    the gateway's own total, `size` its number of rows on a full page.
    """

    items: tuple[T, ...]
    total: int
    is_last: bool = True
    missing: int = 0
    damaged: tuple[DamagedRow, ...] = ()
    counted: int | None = None
    size: int | None = None
