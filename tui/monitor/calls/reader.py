"""Reads call records back from the newest, without gaps.

The gateway has offset pages and no cursor: new rows shift older ones to later pages, so a page may repeat rows but
never skips any (contract 8.6). A reading continues until it overlaps the known rows, then goes deeper if wanted.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from tui.domain.clock import floor_hour
from tui.domain.scope import Filters
from tui.domain.usage import Call, DamagedRow, Page
from tui.gateway.errors import BudgetSpent
from tui.monitor.calls.log import EVERYTHING, CallsRead, CallView
from tui.monitor.question import Asking, Days

MAX_ROWS = 20_000
"""The most call records read back by default: a row is 3.5 kB on the wire (contract 5.2)."""
TAIL_ROWS = 20
LATE = timedelta(seconds=15)
"""A tail that was read so long ago is read in a page of twice as many rows, and so on."""
FIRST_ROWS = 100
PAGE_ROWS = 1000
PAGES_A_READING = 3
TAIL_PAGES = MAX_ROWS // PAGE_ROWS
"""A longer gap is filled like older history: a few pages at a time, as far back as anyone wants."""
TAIL_KEEPS = timedelta(seconds=5)
"""While older pages are being read, the newest rows are not polled more often than this."""
ONE_SMALL_PAGE = timedelta(hours=1, minutes=1)
"""Ranges up to this long mostly fit into a small page; a sliding hour begins on a whole minute."""
KEPT = timedelta(hours=25)
"""What a live log keeps: the longest sliding range, to the full hour. Older calls are dropped once `MAX_OLDER` have
piled up, unless they were wanted recently: reading them again costs requests.
"""
MAX_OLDER = 1000
DEEP_STAYS = timedelta(minutes=30)
OVERLAP = timedelta(seconds=5)
"""Rows can appear with a `created_at` older than one already seen (contract 8.1)."""


class CallsWanted(Protocol):
    """Which call records to read, and how far back (`AskCalls`)."""

    @property
    def filters(self) -> Filters: ...

    @property
    def days(self) -> Days | None: ...

    @property
    def rows(self) -> int: ...

    def wants_more(self, view: CallView | None, now: datetime, zone: ZoneInfo) -> bool: ...

    def start(self, now: datetime, zone: ZoneInfo) -> datetime | None: ...


class _Reading(Struct):
    """A reading in progress: the rows so far, and since when none is missing."""

    question: CallsWanted
    asking: Asking
    view: CallView
    span: Days | None
    rows: dict[int, Call] = field(default_factory=dict)
    total: int | None = None
    covered_from: datetime | None = None
    tail_at: datetime | None = None
    missing: int = 0
    is_whole: bool = False
    is_torn: bool = False
    """Whether so far just a few of the newest rows were read, which do not meet the known ones."""
    damaged: set[DamagedRow] = field(default_factory=set)

    async def page(self, number: int, page_rows: int) -> Page[Call]:
        """Read a page and take its rows. A row read whole before keeps its earlier values."""
        page = await self.asking.client.calls(
            self.span, self.question.filters, zone=self.asking.zone.key, page=number, page_size=page_rows
        )
        self.rows.update((row.id, row) for row in page.items)
        whole = [call for row in page.damaged if (call := self.view.log.get(row.id)) is not None]
        self.damaged.update(row for row in page.damaged if row.id not in self.view.log)
        self.total, self.missing = page.total, page.missing
        self.is_whole = page.is_last and not page.missing
        if self.is_whole:
            self.reach(self._start_of_span())
        elif page.items or whole:
            self.reach(min(call.at for call in (*page.items[-1:], *whole)))
        return page

    def continue_from(self, view: CallView) -> None:
        """Continue where an earlier reading stopped."""
        self.covered_from, self.total, self.tail_at = view.covered_from, view.total, view.tail_at

    def reach(self, at: datetime) -> None:
        """Note that nothing is missing since `at`."""
        self.covered_from = at if self.covered_from is None else min(at, self.covered_from)

    def result(self) -> CallsRead:
        """The result of the reading."""
        return CallsRead(
            rows=tuple(self.rows.values()),
            covered_from=self.covered_from,
            total=self.total,
            tail_at=self.tail_at,
            deep_at=(deep_at := self.asking.now if self._is_deep() else self.view.deep_at),
            kept_from=self._kept_from(deep_at),
            missing=self.missing,
            damaged=frozenset(self.damaged),
        )

    def _is_deep(self) -> bool:
        """Whether more is wanted than a live log keeps."""
        start = self.question.start(self.asking.now, self.asking.zone)
        return start is not None and start < self.asking.now - KEPT

    def _kept_from(self, deep_at: datetime | None) -> datetime | None:
        """Since when to keep rows; None until enough are older and nobody has wanted those for a while."""
        now, log = self.asking.now, self.view.log
        if self.question.days is not None or (deep_at is not None and now - deep_at < DEEP_STAYS):
            return None
        kept_from = floor_hour(now - KEPT)
        older = len(log) - log.count_since(kept_from)
        return kept_from if older >= MAX_OLDER and older * 4 >= len(log) else None

    def unbroken(self) -> int:
        """The number of rows without a gap, including those of earlier readings."""
        if self.covered_from is None:
            return 0
        log = self.view.log
        known = sum(1 for row in self.rows.values() if row.id in log and row.at >= self.covered_from)
        return log.count_since(self.covered_from) + len(self.rows) - known

    def view_after(self) -> CallView:
        """The view as it will be after this reading."""
        return CallView(self.view.log, self.unbroken(), self.covered_from, self.total, missing=self.missing)

    def _start_of_span(self) -> datetime:
        if self.span is None or self.question.days is not None:
            return EVERYTHING
        return datetime.combine(self.span[0], time(), self.asking.zone).astimezone(UTC)


async def read_calls(question: CallsWanted, asking: Asking) -> CallsRead:
    """Read what is new, then some of what is missing further back; the first time just one page, to show it at once.

    If the budget runs out midway, the reading ends with what it has. Raises GatewayError if nothing could be read.
    """
    view = asking.known.calls.get(question) or CallView()
    reading = _Reading(question, asking, view, question.days or _live_days(question, asking))
    try:
        if _is_reading_on(reading):
            reading.continue_from(view)
        else:
            await _read_tail(reading)
            reading.tail_at = asking.now
        if view.missing and not reading.is_whole and _promises_the_same(reading):
            # Rows that were not sent before would not be sent now either.
            reading.missing, reading.total = view.missing, view.total
        if view.covered_from is not None or len(reading.rows) < PAGE_ROWS:
            await _read_back(reading)
    except BudgetSpent:
        if not reading.rows or reading.is_torn:
            raise
    return reading.result()


def _promises_the_same(reading: _Reading) -> bool:
    """Whether the gateway's count is unchanged, or is disproved by its own rows."""
    return reading.total is None or reading.total == reading.view.total or reading.total < reading.view.count


def _is_reading_on(reading: _Reading) -> bool:
    """Whether only older pages are wanted, because the newest rows have just been read."""
    view, asking = reading.view, reading.asking
    if view.tail_at is None or view.covered_from is None or asking.now - view.tail_at >= TAIL_KEEPS:
        return False
    return reading.question.wants_more(view, asking.now, asking.zone)


async def _read_tail(reading: _Reading) -> None:
    """Read from the newest row until the known rows are met.

    If the budget ends between a small page and the next, the known rows are kept for now: a gap after them would make
    hours of known calls unknown. The next reading then begins with a larger page.
    """
    known = reading.view.newest_at
    page_rows, number = (_first_rows(reading) if known is None else _tail_rows(reading, known)), 1
    while number <= TAIL_PAGES:
        page = await reading.page(number, page_rows)
        reading.is_torn = page_rows < PAGE_ROWS
        if known is None or page.missing:
            reading.is_torn = False
            return
        if reading.covered_from is not None and reading.covered_from <= known - OVERLAP:
            if reading.view.covered_from is not None:
                reading.reach(reading.view.covered_from)
            reading.is_torn = False
            return
        page_rows, number = PAGE_ROWS, (number + 1 if page_rows == PAGE_ROWS else 1)


def _tail_rows(reading: _Reading, known: datetime) -> int:
    """As many rows as are likely to meet the known ones: twice as many as came in before, and more after a delay."""
    view = reading.view
    since = max(reading.asking.now - (view.tail_at or known), timedelta(0))
    rows = 2 * (view.log.count_since(known - since) + view.log.count_since(known - OVERLAP))
    return min(PAGE_ROWS, max(TAIL_ROWS, rows) << min(since // LATE, PAGE_ROWS.bit_length()))


async def _read_back(reading: _Reading) -> None:
    """Read older pages while more is wanted, a few at a time.

    New rows meanwhile shift the pages: a page may then bring few new rows, but the next page is still the right one.
    Two pages in a row without anything new are not a shift but the end: whatever else the gateway counts is missing.
    """
    number, repeated, page_rows = 0, 0, PAGE_ROWS
    for _ in range(PAGES_A_READING):
        if not reading.question.wants_more(reading.view_after(), reading.asking.now, reading.asking.zone):
            return
        before = reading.unbroken()
        number = max(number + 1, before // page_rows + 1)
        page = await reading.page(number, PAGE_ROWS)
        page_rows = page.size or PAGE_ROWS
        repeated = repeated + 1 if reading.unbroken() == before and not page.is_last else 0
        if repeated == 2:
            reading.missing = max(1, page.total - before)
            return


def _first_rows(reading: _Reading) -> int:
    question, asking = reading.question, reading.asking
    start = question.start(asking.now, asking.zone)
    if start is None:
        return FIRST_ROWS if question.rows <= FIRST_ROWS else PAGE_ROWS
    return FIRST_ROWS if asking.now - start <= ONE_SMALL_PAGE else PAGE_ROWS


def _live_days(question: CallsWanted, asking: Asking) -> Days | None:
    """The days that a live log needs: a narrow range keeps the gateway's exact count cheap (contract 5.3)."""
    start = question.start(asking.now, asking.zone)
    if start is None:
        return None
    today = asking.now.astimezone(asking.zone).date()
    return start.astimezone(asking.zone).date(), today + timedelta(days=1)
