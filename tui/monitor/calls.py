"""Call records as they grow: an append-only log, folded once into sums by the minute."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from tui.domain.usage import Call, Sums


class Facet(NamedTuple):
    """What calls are told apart by in the ledger."""

    key_id: int
    model: str
    group_id: int | None
    endpoint: str | None
    is_wallet: bool


@dataclass(slots=True)
class Tally:
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

    def add(self, call: Call) -> None:
        """Count one call."""
        self.requests += 1
        self.input_tokens += call.input_tokens
        self.output_tokens += call.output_tokens
        self.cache_creation_tokens += call.cache_creation_tokens
        self.cache_read_tokens += call.cache_read_tokens
        self.standard_usd += call.standard_usd
        self.billed_usd += call.billed_usd
        if call.duration_ms is not None:
            self.duration_ms += call.duration_ms
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


class CallLog:
    """The call records of one set of filters, in the order in which they were heard of, each once.

    Rows that appear late, out of order or twice change no sum: a row counts when its id is new.
    """

    def __init__(self) -> None:
        self._rows: list[Call] = []
        self._ids: set[int] = set()
        self._minutes: dict[int, dict[Facet, Tally]] = {}
        self._newest_first: list[Call] = []

    def __len__(self) -> int:
        return len(self._rows)

    def append(self, rows: Iterable[Call]) -> int:
        """Take the rows that are not here yet, and say how many those were."""
        fresh = [row for row in rows if row.id not in self._ids]
        for row in fresh:
            self._ids.add(row.id)
            facet = Facet(row.key_id, row.model, row.group_id, row.endpoint, row.is_wallet)
            minute = self._minutes.setdefault(int(row.at.timestamp()) // 60, {})
            minute.setdefault(facet, Tally()).add(row)
        self._rows.extend(fresh)
        if fresh:
            self._newest_first = []
        return len(fresh)

    def rows(self) -> list[Call]:
        """All rows, in the order in which they were heard of. The list is shared: read it, never change it."""
        return self._rows

    def newest_first(self) -> list[Call]:
        """All rows, newest first. The list is shared: read it, never change it."""
        if not self._newest_first:
            self._newest_first = sorted(self._rows, key=lambda row: (row.at, row.id), reverse=True)
        return self._newest_first

    def minutes(self, start: datetime, end: datetime) -> Iterator[tuple[int, dict[Facet, Tally]]]:
        """The minutes (Unix time / 60) of a span that have calls, with their tallies; both ends on whole minutes."""
        first, last = int(start.timestamp()) // 60, int(-(-end.timestamp() // 60))
        order = sorted(self._minutes)
        for minute in order[bisect_left(order, first) :]:
            if minute >= last:
                return
            yield minute, self._minutes[minute]


EVERYTHING = datetime.min.replace(tzinfo=UTC)
"""The `covered_from` of a log that holds all there is."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A log and how far it went: `count` rows, and none missing since `covered_from` (None: nothing is known yet).

    `total` is the gateway's own count for the days that were read.
    """

    log: CallLog = field(default_factory=CallLog, compare=False)
    count: int = 0
    covered_from: datetime | None = None
    total: int | None = None

    @property
    def newest_at(self) -> datetime | None:
        """When the newest call that is here ended."""
        rows = self.log.newest_first()
        return rows[0].at if rows else None

    def covers(self, start: datetime) -> bool:
        """Whether every call since `start` is here."""
        return self.covered_from is not None and self.covered_from <= start


@dataclass(frozen=True, slots=True)
class CallsRead:
    """What one reading brought: rows, and since when none is missing."""

    rows: tuple[Call, ...]
    covered_from: datetime | None
    total: int | None
