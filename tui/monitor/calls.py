"""Call records as they grow: an append-only log, folded once into sums by the minute."""

import gc
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from tui.domain.usage import Call, DamagedRow, DayUsage, Sums

FROZEN_ROWS = 10_000
"""After so many new rows those that are here are taken out of the garbage collector's rounds."""


class Facet(NamedTuple):
    """What calls are told apart by in the ledger."""

    key_id: int
    model: str
    group_id: int | None
    endpoint: str | None
    is_wallet: bool


class Tally(Struct):
    """Sums that grow. `timed_requests` counts the calls that told a duration."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_tokens: int = 0
    cache_read_tokens: int = 0
    standard_usd: Decimal = Decimal(0)
    billed_usd: Decimal = Decimal(0)
    duration_ms: int = 0
    timed_requests: int = 0

    @classmethod
    def of(cls, call: Call) -> "Tally":
        """The tally of one call."""
        tally = cls()
        tally.add(call)
        return tally

    def add(self, call: Call) -> None:
        """Count one call."""
        input_tokens, output_tokens, creation_tokens, read_tokens, duration_ms, standard_usd, billed_usd = call.counted
        self.requests += 1
        self.input_tokens += input_tokens
        self.output_tokens += output_tokens
        self.cache_creation_tokens += creation_tokens
        self.cache_read_tokens += read_tokens
        self.standard_usd += standard_usd
        self.billed_usd += billed_usd
        if duration_ms is not None:
            self.duration_ms += duration_ms
            self.timed_requests += 1

    def merge(self, other: "Tally") -> None:
        """Count what another tally counted."""
        self.requests += other.requests
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        self.cache_creation_tokens += other.cache_creation_tokens
        self.cache_read_tokens += other.cache_read_tokens
        self.standard_usd += other.standard_usd
        self.billed_usd += other.billed_usd
        self.duration_ms += other.duration_ms
        self.timed_requests += other.timed_requests

    def sums(self) -> Sums:
        """The tally as a value."""
        return Sums(
            self.requests,
            self.input_tokens,
            self.output_tokens,
            self.cache_creation_tokens,
            self.cache_read_tokens,
            self.standard_usd,
            self.billed_usd,
        )

    @property
    def average_ms(self) -> float | None:
        """Mean duration of the calls that told one."""
        return self.duration_ms / self.timed_requests if self.timed_requests else None


def by_day(calls: Iterable[Call], zone: ZoneInfo) -> tuple[DayUsage, ...]:
    """Calls summed up by the days of a zone, oldest first, for gateways that do not tell the days of a key."""
    days: dict[str, Tally] = {}
    for call in calls:
        days.setdefault(call.at.astimezone(zone).date().isoformat(), Tally()).add(call)
    return tuple(DayUsage(day, days[day].sums()) for day in sorted(days))


class CallLog:
    """The call records of one set of filters, each once, in the order in which they were heard of and in that of time.

    Rows that appear late, out of order or twice change no sum: a row counts when its id is new. Taking a few new rows
    costs the same whether a hundred or a hundred thousand are here.
    """

    def __init__(self) -> None:
        self._rows: list[Call] = []
        self._by_id: dict[int, Call] = {}
        self._by_time: list[Call] = []
        self._newest_first: list[Call] | None = None
        self._frozen_rows = 0
        # A call that is alone in its minute is its own tally: most are, and tallies are three times as large.
        self._minutes: dict[int, dict[Facet, Tally | Call]] = {}
        self._facets: dict[Facet, Facet] = {}
        self._minute_order: list[int] = []

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, call_id: object) -> bool:
        return call_id in self._by_id

    def append(self, rows: Iterable[Call]) -> int:
        """Take the rows that are not here yet, and say how many those were."""
        fresh: list[Call] = []
        for row in rows:
            if row.id not in self._by_id:
                self._by_id[row.id] = row
                fresh.append(row)
                self._tally(row)
        if fresh:
            self._rows.extend(fresh)
            merge_sorted(self._by_time, sorted(fresh, key=time_order), time_order)
            self._newest_first = None
            self._spare_the_collector()
        return len(fresh)

    def _spare_the_collector(self) -> None:
        """Keep the rows out of garbage collections.

        Searching 100 000 of them for cycles, of which they have none, holds a key for 120 ms. They are freed by their
        count of references as ever.
        """
        if len(self._rows) - self._frozen_rows >= FROZEN_ROWS:
            self._frozen_rows = len(self._rows)
            gc.freeze()

    def _tally(self, row: Call) -> None:
        minute = int(row.at.timestamp()) // 60
        facets = self._minutes.get(minute)
        if facets is None:
            facets = self._minutes[minute] = {}
            insort(self._minute_order, minute)
        facet = Facet(row.key_id, row.model, row.group_id, row.endpoint, row.is_wallet)
        facet = self._facets.setdefault(facet, facet)
        before = facets.get(facet)
        if before is None:
            facets[facet] = row
            return
        if isinstance(before, Call):
            before = facets[facet] = Tally.of(before)
        before.add(row)

    def get(self, call_id: object) -> Call | None:
        """The record of that id, if it is here."""
        return self._by_id.get(call_id)  # type: ignore[call-overload, no-any-return]

    def rows(self) -> list[Call]:
        """All rows, in the order in which they were heard of. The list is shared: read it, never change it."""
        return self._rows

    def newest_first(self) -> list[Call]:
        """All rows, newest first. The list is shared: read it, never change it."""
        if self._newest_first is None:
            self._newest_first = self._by_time[::-1]
        return self._newest_first

    @property
    def newest(self) -> Call | None:
        """The newest row."""
        return self._by_time[-1] if self._by_time else None

    def between(self, start: datetime, end: datetime) -> list[Call]:
        """The rows with `start` ≤ time < `end`, oldest first."""
        first = bisect_left(self._by_time, start, key=_time)
        return self._by_time[first : bisect_left(self._by_time, end, key=_time)]

    def count_since(self, start: datetime) -> int:
        """How many rows are at `start` or later."""
        return len(self._by_time) - bisect_left(self._by_time, start, key=_time)

    def minutes(self, start: datetime, end: datetime) -> Iterator[tuple[int, dict[Facet, Tally]]]:
        """The minutes (Unix time / 60) of a span that have calls, with their tallies; both ends on whole minutes."""
        first, last = int(start.timestamp()) // 60, int(-(-end.timestamp() // 60))
        order = self._minute_order
        for minute in order[bisect_left(order, first) : bisect_left(order, last)]:
            facets = self._minutes[minute].items()
            yield minute, {facet: Tally.of(one) if isinstance(one, Call) else one for facet, one in facets}


def time_order(call: Call) -> tuple[datetime, int]:
    """What calls are ordered by in time: ids break ties, so that the order is total."""
    return call.at, call.id


_time = attrgetter("at")


def merge_sorted(into: list[Call], fresh: list[Call], order: Callable[[Call], Any]) -> None:
    """Put sorted rows into a longer sorted list: only the part that they fall into is sorted again.

    >>> class Row(int): ...
    >>> rows = [Row(1), Row(4), Row(9)]
    >>> merge_sorted(rows, [Row(5), Row(7)], int)
    >>> [int(row) for row in rows]
    [1, 4, 5, 7, 9]
    """
    if not fresh:
        return
    first = bisect_left(into, order(fresh[0]), key=order)
    last = bisect_left(into, order(fresh[-1]), lo=first, key=order)
    into[first:last] = sorted([*into[first:last], *fresh], key=order)


EVERYTHING = datetime.min.replace(tzinfo=UTC)
"""The `covered_from` of a log that holds all there is."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A log and how far it went: `count` rows, and none missing since `covered_from` (None: nothing is known yet).

    `total` is the gateway's own count for the days that were read, `tail_at` when the newest rows were last asked for.
    `missing` of them were promised and not sent, though that was the end; `damaged` ones are no part of the log.
    """

    log: CallLog = field(default_factory=CallLog, compare=False)
    count: int = 0
    covered_from: datetime | None = None
    total: int | None = None
    tail_at: datetime | None = field(default=None, compare=False)
    missing: int = 0
    damaged: frozenset[DamagedRow] = frozenset()

    @property
    def newest_at(self) -> datetime | None:
        """When the newest call that is here ended."""
        newest = self.log.newest
        return newest.at if newest is not None else None

    def covers(self, start: datetime) -> bool:
        """Whether every call since `start` is here."""
        return self.covered_from is not None and self.covered_from <= start


class CallsRead(Struct, frozen=True):
    """What one reading brought: rows, since when none is missing, and when the newest ones were asked for."""

    rows: tuple[Call, ...]
    covered_from: datetime | None
    total: int | None
    tail_at: datetime | None = None
    missing: int = 0
    damaged: frozenset[DamagedRow] = frozenset()
