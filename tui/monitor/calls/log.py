"""Call records as they grow: an append-only log, folded once into sums by the minute."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

from tui.domain.memo import Memo
from tui.domain.usage import Call, DamagedRow, DayUsage, PricedSums, Sums

_PLACES = 9
"""Decimal places of token costs; digits beyond them depend on the order of summation."""


class Dimensions(NamedTuple):
    """The dimensions by which tallies are kept."""

    key_id: int
    model: str
    group_id: int | None
    endpoint: str | None
    is_wallet: bool


class UsageSum(Struct):
    """Running sums. `timed_requests` counts the calls that have a duration."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_tokens: int = 0
    cache_read_tokens: int = 0
    standard_usd: Decimal = Decimal(0)
    billed_usd: Decimal = Decimal(0)
    duration_ms: int = 0
    timed_requests: int = 0
    input_usd: float = 0.0
    output_usd: float = 0.0
    cache_creation_usd: float = 0.0
    cache_read_usd: float = 0.0
    pieces: dict[str, int] | None = None
    """Images, videos or requests charged by the piece; None if there are none."""

    @classmethod
    def of(cls, call: Call) -> "UsageSum":
        """The tally of one call."""
        tally = cls()
        tally.add(call)
        return tally

    def add(self, call: Call) -> None:
        """Count one call."""
        (read, made, created, hit), duration_ms, standard_usd, billed_usd, costs, pieces = call.counted
        self.requests += 1
        self.input_tokens += read
        self.output_tokens += made
        self.cache_creation_tokens += created
        self.cache_read_tokens += hit
        self.standard_usd += standard_usd
        self.billed_usd += billed_usd
        if duration_ms is not None:
            self.duration_ms += duration_ms
            self.timed_requests += 1
        input_usd, output_usd, creation_usd, read_usd = costs
        self.input_usd += input_usd
        self.output_usd += output_usd
        self.cache_creation_usd += creation_usd
        self.cache_read_usd += read_usd
        if pieces is not None:
            self._count_pieces(*pieces)

    def _count_pieces(self, kind: str, count: int) -> None:
        if self.pieces is None:
            self.pieces = {}
        self.pieces[kind] = self.pieces.get(kind, 0) + count

    def merge(self, other: "UsageSum") -> None:
        """Add another tally."""
        self.requests += other.requests
        self.input_tokens += other.input_tokens
        self.output_tokens += other.output_tokens
        self.cache_creation_tokens += other.cache_creation_tokens
        self.cache_read_tokens += other.cache_read_tokens
        self.standard_usd += other.standard_usd
        self.billed_usd += other.billed_usd
        self.duration_ms += other.duration_ms
        self.timed_requests += other.timed_requests
        self.input_usd += other.input_usd
        self.output_usd += other.output_usd
        self.cache_creation_usd += other.cache_creation_usd
        self.cache_read_usd += other.cache_read_usd
        if other.pieces is not None:
            for kind, count in other.pieces.items():
                self._count_pieces(kind, count)

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

    def priced(self) -> PricedSums:
        """The tally as a value, with what each kind of token cost."""
        return PricedSums(
            self.requests,
            self.input_tokens,
            self.output_tokens,
            self.cache_creation_tokens,
            self.cache_read_tokens,
            self.standard_usd,
            self.billed_usd,
            round(self.input_usd, _PLACES),
            round(self.output_usd, _PLACES),
            round(self.cache_creation_usd, _PLACES),
            round(self.cache_read_usd, _PLACES),
            tuple(self.pieces.items()) if self.pieces else (),
        )

    @property
    def average_ms(self) -> float | None:
        """Mean duration of the calls that have one."""
        return self.duration_ms / self.timed_requests if self.timed_requests else None


def by_day(calls: Iterable[Call], zone: ZoneInfo) -> tuple[DayUsage, ...]:
    """Calls summed by the days of a zone, oldest first, for gateways without daily usage of a key."""
    days: dict[str, UsageSum] = {}
    for call in calls:
        days.setdefault(call.at.astimezone(zone).date().isoformat(), UsageSum()).add(call)
    return tuple(DayUsage(day, days[day].sums()) for day in sorted(days))


class _Records:
    """Records shared by all versions of a log. Rows are only ever appended, so a version is a row count."""

    def __init__(self) -> None:
        self.rows: list[Call] = []
        self.by_id: dict[int, Call] = {}
        self.by_time: list[Call] = []
        # A call alone in its minute is its own tally: most are, and a tally is three times as large.
        self.minutes: dict[int, dict[Dimensions, UsageSum | Call]] = {}
        self.facets: dict[Dimensions, Dimensions] = {}
        self.minute_order: list[int] = []
        self.memo = Memo()

    def add(self, rows: Iterable[Call]) -> None:
        """Add the rows that are not here yet."""
        fresh: list[Call] = []
        for row in rows:
            if row.id not in self.by_id:
                self.by_id[row.id] = row
                fresh.append(row)
                self._tally(row)
        self.rows.extend(fresh)
        merge_sorted(self.by_time, sorted(fresh, key=time_order), time_order)

    def _tally(self, row: Call) -> None:
        minute = _minute_of(row)
        facets = self.minutes.get(minute)
        if facets is None:
            facets = self.minutes[minute] = {}
            insort(self.minute_order, minute)
        facet = _facet_of(row)
        facet = self.facets.setdefault(facet, facet)
        before = facets.get(facet)
        if before is None:
            facets[facet] = row
            return
        if isinstance(before, Call):
            before = facets[facet] = UsageSum.of(before)
        before.add(row)


class _Later(NamedTuple):
    """Shared records that a version of a log does not include: the rows added after it."""

    upto: int
    ids: frozenset[int]
    minutes: frozenset[int]


class CallLog:
    """The call records of one set of filters, each once, in order of arrival and in order of time.

    A value: `with_rows` returns another log, and this one keeps its rows for ever. Late, repeated or out-of-order rows
    change no sum: a row counts if its id is new. Adding a few rows costs the same for a hundred or a hundred thousand,
    because a log shares its records with its successors.
    """

    def __init__(self, rows: Iterable[Call] = ()) -> None:
        self._records = _Records()
        self._records.add(rows)
        self._count = len(self._records.rows)
        self._later: _Later | None = None
        self._newest_first: list[Call] | None = None

    def with_rows(self, rows: Iterable[Call]) -> "CallLog":
        """The log with the new rows added; itself if none is new."""
        is_newest = self._count == len(self._records.rows)
        records = self._records if is_newest else CallLog(self.heard_after(0))._records
        records.add(rows)
        if len(records.rows) == self._count:
            return self
        after = CallLog()
        after._records, after._count = records, len(records.rows)
        return after

    def since(self, start: datetime) -> "CallLog":
        """A log of only the rows at `start` or later, sharing nothing with this one."""
        return CallLog(row for row in self.heard_after(0) if row.at >= start)

    def follows(self, other: "CallLog") -> bool:
        """Whether this is the other log or a successor of it."""
        return self._records is other._records and self._count >= other._count

    @property
    def memo(self) -> Memo:
        """The memo of this log and its successors."""
        return self._records.memo

    def __len__(self) -> int:
        return self._count

    def __contains__(self, call_id: object) -> bool:
        return self.get(call_id) is not None

    def get(self, call_id: object) -> Call | None:
        """The record with that id, if present."""
        found = self._records.by_id.get(call_id)  # type: ignore[call-overload]
        later = self._heard_later()
        return found if later is None or found is None or found.id not in later.ids else None

    def heard_after(self, count: int) -> list[Call]:
        """All rows after the first `count`, in order of arrival."""
        return self._records.rows[count : self._count]

    def newest_first(self) -> list[Call]:
        """All rows, newest first. The list is shared: do not change it."""
        if self._newest_first is None:
            self._newest_first = self._without_later(self._records.by_time)[::-1]
        return self._newest_first

    @property
    def newest(self) -> Call | None:
        """The newest row."""
        later = self._heard_later()
        backwards = reversed(self._records.by_time)
        return next((row for row in backwards if later is None or row.id not in later.ids), None)

    def between(self, start: datetime, end: datetime) -> list[Call]:
        """The rows with `start` ≤ time < `end`, oldest first."""
        by_time = self._records.by_time
        first = bisect_left(by_time, start, key=_time)
        return self._without_later(by_time[first : bisect_left(by_time, end, key=_time)])

    def count_since(self, start: datetime) -> int:
        """The number of rows at `start` or later."""
        records = self._records
        count = len(records.by_time) - bisect_left(records.by_time, start, key=_time)
        return count - sum(row.at >= start for row in records.rows[self._count :])

    def minutes(self, start: datetime, end: datetime) -> Iterator[tuple[int, Mapping[Dimensions, UsageSum]]]:
        """The minutes (Unix time / 60) of a span that have calls, with their tallies; both ends are whole minutes.

        The tallies are shared: do not change them.
        """
        for minute, tallies in self._minutes(start, end):
            yield minute, {facet: UsageSum.of(one) if isinstance(one, Call) else one for facet, one in tallies.items()}

    def facets(self, start: datetime, end: datetime) -> dict[Dimensions, UsageSum]:
        """The sums of a span by facet; both ends are whole minutes."""
        facets: dict[Dimensions, UsageSum] = {}
        for _minute, tallies in self._minutes(start, end):
            for facet, one in tallies.items():
                known = facets.get(facet)
                if known is None:
                    known = facets[facet] = UsageSum()
                if isinstance(one, Call):
                    known.add(one)
                else:
                    known.merge(one)
        return facets

    def _minutes(self, start: datetime, end: datetime) -> Iterator[tuple[int, Mapping[Dimensions, UsageSum | Call]]]:
        first, last = int(start.timestamp()) // 60, int(-(-end.timestamp() // 60))
        order, later = self._records.minute_order, self._heard_later()
        for minute in order[bisect_left(order, first) : bisect_left(order, last)]:
            if later is None or minute not in later.minutes:
                yield minute, self._records.minutes[minute]
            elif facets := self._tallied(minute):
                yield minute, facets

    def _tallied(self, minute: int) -> dict[Dimensions, UsageSum | Call]:
        """The tallies of a minute that also has calls this log does not include."""
        start = datetime.fromtimestamp(minute * 60, UTC)
        facets: dict[Dimensions, UsageSum] = {}
        for row in self.between(start, start + timedelta(minutes=1)):
            facets.setdefault(_facet_of(row), UsageSum()).add(row)
        return dict(facets)

    def _without_later(self, rows: list[Call]) -> list[Call]:
        later = self._heard_later()
        return rows if later is None else [row for row in rows if row.id not in later.ids]

    def _heard_later(self) -> _Later | None:
        rows = self._records.rows
        if self._count == len(rows):
            return None
        if self._later is None or self._later.upto != len(rows):
            after = rows[self._count :]
            self._later = _Later(len(rows), frozenset(row.id for row in after), frozenset(map(_minute_of, after)))
        return self._later


def _minute_of(row: Call) -> int:
    return int(row.at.timestamp()) // 60


def _facet_of(row: Call) -> Dimensions:
    return Dimensions(row.key_id, row.model, row.group_id, row.endpoint, row.is_wallet)


def time_order(call: Call) -> tuple[datetime, int]:
    """The sort key of calls in time; ids break ties, so the order is total."""
    return call.at, call.id


_time = attrgetter("at")


def merge_sorted(into: list[Call], fresh: list[Call], order: Callable[[Call], Any]) -> None:
    """Merge sorted rows into a longer sorted list, sorting only the part that they fall into.

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
"""The `covered_from` of a complete log."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A log and how far it reaches: `count` rows, none missing since `covered_from` (None: nothing is known yet).

    `total` is the gateway's own count for the days read, `tail_at` when the newest rows were last fetched, `deep_at`
    when more than a live log keeps was last wanted. `missing` rows were promised but not sent, although the list
    ended; `damaged` rows are not in the log.
    """

    log: CallLog = field(default_factory=CallLog, compare=False)
    count: int = 0
    covered_from: datetime | None = None
    total: int | None = None
    tail_at: datetime | None = field(default=None, compare=False)
    deep_at: datetime | None = field(default=None, compare=False)
    missing: int = 0
    damaged: frozenset[DamagedRow] = frozenset()

    @property
    def newest_at(self) -> datetime | None:
        """When the newest call in the log ended."""
        newest = self.log.newest
        return newest.at if newest is not None else None

    def until(self, at: datetime) -> "CallView":
        """The same view without the calls after a moment."""
        log = CallLog(row for row in self.log.heard_after(0) if row.at <= at)
        return replace(self, log=log, count=len(log))

    def covers(self, start: datetime) -> bool:
        """Whether every call since `start` is in the log."""
        return self.covered_from is not None and self.covered_from <= start


class CallsRead(Struct, frozen=True):
    """The result of one reading: rows, since when none is missing, and when the newest were fetched.

    Rows from before `kept_from` are to be dropped, including those already in the log.
    """

    rows: tuple[Call, ...]
    covered_from: datetime | None
    total: int | None
    tail_at: datetime | None = None
    deep_at: datetime | None = None
    kept_from: datetime | None = None
    missing: int = 0
    damaged: frozenset[DamagedRow] = frozenset()
