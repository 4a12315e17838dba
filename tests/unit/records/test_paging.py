"""Lists read page by page: each record once, no further than is wanted, and no request that is not needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed
from tui.domain.failure import Failure, FailureKind, ListDetail, ListProblem
from tui.domain.scope import DayRange, Filters, HourRange, RangeName, Scope, Window
from tui.domain.usage import DamagedRow, Page
from tui.gateway.budget import RequestBudget
from tui.gateway.errors import GatewayError, RateLimited, error_of
from tui.monitor.patience import PATIENCE_S
from tui.records.paging import Extent, _limited, _records, calls_in, errors_in
from tui.records.past_records import PastExtent, count_past, read_past
from tui.records.progress import Progress

START = datetime(2026, 11, 24, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=1), timedelta(minutes=2), None)


@dataclass(frozen=True)
class Record:
    id: int
    at: datetime


class Gateway:
    """A list to which a record is added before every page that is read."""

    def __init__(self, count: int) -> None:
        self.records = [Record(number, START + timedelta(seconds=number)) for number in range(count)]
        self.slept: list[float] = []
        self.refusals = 0
        self.read_pages = 0
        clock = SimpleNamespace(sleep=self.sleep)
        client = SimpleNamespace(budget=RequestBudget(lambda: 0.0))
        self.services: Any = SimpleNamespace(client=client, clock=clock)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def read(self, number: int) -> Page[Record]:
        if self.refusals:
            self.refusals -= 1
            raise error_of(Failure(FailureKind.RATE_LIMITED, retry_after_s=7))
        self.read_pages += 1
        newest: Sequence[Record] = self.records[::-1]
        page = Page(tuple(newest[(number - 1) * 10 : number * 10]), len(self.records), number * 10 >= len(self.records))
        self.records.append(Record(len(self.records), START + timedelta(seconds=len(self.records))))
        return page


class AskedPage(NamedTuple):
    """A page that was asked for."""

    days: tuple[date, date]
    rows: int
    filters: Filters


class Asked:
    """A gateway whose only page is `items`, and what it was asked for."""

    def __init__(self) -> None:
        self.items: tuple[Any, ...] = ()
        self.damaged: tuple[DamagedRow, ...] = ()
        self.pages: list[AskedPage] = []
        client = SimpleNamespace(budget=RequestBudget(lambda: 0.0), calls=self.calls, errors=self.errors)
        clock = SimpleNamespace(sleep=None)
        self.services: Any = SimpleNamespace(client=client, clock=clock, zone=ZoneInfo("Asia/Shanghai"))

    async def calls(
        self, days: tuple[date, date], filters: Filters, *, zone: str, page: int = 1, page_size: int
    ) -> Page[Any]:
        assert (zone, page) == ("Asia/Shanghai", 1)
        self.pages.append(AskedPage(days, page_size, filters))
        return Page(self.items, len(self.items), is_last=True, damaged=self.damaged)

    async def errors(
        self, days: tuple[date, date], *, filters: Filters, zone: str, page: int = 1, page_size: int
    ) -> Page[Any]:
        return await self.calls(days, filters, zone=zone, page=page, page_size=page_size)


async def test_new_records_shift_pages_and_none_is_lost_or_told_twice() -> None:
    gateway = Gateway(95)
    told = [record.id async for record in _records(gateway.read, WINDOW, gateway.services)]
    assert told == list(range(94, -1, -1))


async def test_a_refusal_is_waited_for() -> None:
    gateway = Gateway(5)
    gateway.refusals = 2
    assert len([record async for record in _records(gateway.read, WINDOW, gateway.services)]) == 5
    assert gateway.slept == [7.1, 7.1]


async def test_a_refusal_without_end_is_waited_for_no_longer_than_any_other() -> None:
    gateway = Gateway(5)
    gateway.refusals = 1000
    with pytest.raises(RateLimited):
        [record async for record in _records(gateway.read, WINDOW, gateway.services)]
    assert PATIENCE_S - 10 < sum(gateway.slept) <= PATIENCE_S


async def test_reading_ends_where_the_range_begins() -> None:
    gateway = Gateway(0)
    gateway.records = [Record(n, START + timedelta(seconds=n - 60)) for n in range(1000)]
    window = Window(START + timedelta(seconds=925), WINDOW.end, WINDOW.step, None)
    told = [record async for record in _records(gateway.read, window, gateway.services)]
    assert len(told) == 15
    assert gateway.read_pages <= 4


async def test_a_limit_reads_no_further() -> None:
    gateway = Gateway(95)
    extent = Extent()
    found = _records(gateway.read, WINDOW, gateway.services, extent=extent)
    assert len([record async for record in _limited(found, 9, extent)]) == 9
    assert gateway.read_pages == 1
    assert (extent.written, extent.total, extent.is_cut) == (9, 95, True)


async def test_a_limit_that_is_the_whole_list_cuts_nothing() -> None:
    gateway, extent = Gateway(5), Extent()
    found = _records(gateway.read, WINDOW, gateway.services, extent=extent)
    assert len([record async for record in _limited(found, 5, extent)]) == 5
    assert not extent.is_cut


async def test_a_total_that_is_less_than_what_was_read_ends_nothing() -> None:
    gateway = Gateway(95)
    page = gateway.read

    async def read(number: int) -> Page[Record]:
        found = (await page(number)).items
        return Page(found, 0, is_last=len(found) < 10)

    assert len([record async for record in _records(read, WINDOW, gateway.services)]) == 95


async def test_how_far_it_is_is_told_after_each_page_but_the_last() -> None:
    gateway, told = Gateway(25), []

    class Shown(Progress):
        def show(self, text: str) -> None:
            told.append(text)

    found = _records(gateway.read, WINDOW, gateway.services, progress=Shown())
    assert len([record async for record in found]) == 25
    assert told == ["10 of 25 records read …", "19 of 26 records read …"]


async def test_what_is_counted_and_not_sent_is_told_after_what_was() -> None:
    gateway, told = Gateway(5), []

    async def read(number: int) -> Page[Record]:
        return replace(await gateway.read(number), total=9, missing=4)

    with pytest.raises(GatewayError) as caught:
        [told.append(record.id) async for record in _records(read, WINDOW, gateway.services)]
    assert told == [4, 3, 2, 1, 0]
    assert caught.value.failure.detail == ListDetail(ListProblem.RECORDS_MISSING, 9, 5)


async def test_what_may_not_wait_is_refused_at_once() -> None:
    gateway = Gateway(5)
    gateway.refusals = 1
    with pytest.raises(GatewayError):
        [record async for record in _records(gateway.read, WINDOW, gateway.services, extent=Extent(may_wait=False))]
    assert gateway.slept == []


DAYS = DayRange(date(2026, 11, 20), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("time_range", "days", "is_exact"),
    [
        (DAYS, (date(2026, 11, 20), date(2026, 11, 22)), True),
        (RangeName.H1, (date(2026, 11, 23), date(2026, 11, 24)), False),
        (HourRange(START, START + timedelta(hours=16)), (date(2026, 11, 24), date(2026, 11, 24)), False),
        (HourRange(START, START + timedelta(days=99)), (date(2026, 11, 24), date(2026, 11, 25)), False),
    ],
    ids=["days", "across midnight", "until midnight exactly", "into the future"],
)
async def test_the_gateway_is_asked_for_the_whole_days_around_a_range(
    time_range: Any, days: tuple[date, date], is_exact: bool
) -> None:
    """In the user's zone, where it is past midnight."""
    asked, scope, now = Asked(), Scope(time_range), START - timedelta(hours=7, minutes=30)
    extent, failed = Extent(), Extent()
    assert [one async for one in calls_in(scope, asked.services, 3, now, extent=extent)] == []
    assert [one async for one in errors_in(scope, asked.services, 3, now, extent=failed)] == []
    assert [one.days for one in asked.pages] == [days, days]
    assert (extent.is_exact, failed.is_exact) == (is_exact, is_exact)


async def test_the_count_of_errors_is_not_exact_where_the_gateway_does_not_filter_them() -> None:
    """The gateway may list errors of other models too: they are left out here."""
    asked, extent, now = Asked(), Extent(), START
    asked.items = (failed(2, model="opus"), failed(1, model="haiku"))
    scope = Scope(DayRange(NOW.date(), NOW.date()), Filters(key_id=7, model="opus", group_id=3))
    assert [one.model async for one in errors_in(scope, asked.services, 0, now, extent=extent)] == ["opus"]
    assert not extent.is_exact
    assert [one.filters for one in asked.pages] == [Filters(key_id=7, model="opus")]


@pytest.mark.parametrize(("limit", "rows"), [(0, 1000), (1, 50), (49, 50), (99, 100), (999, 1000), (5000, 1000)])
async def test_a_page_holds_what_is_wanted_and_one_more(limit: int, rows: int) -> None:
    asked = Asked()
    assert [one async for one in calls_in(Scope(DAYS), asked.services, limit, START)] == []
    assert [one.rows for one in asked.pages] == [rows]


async def test_only_records_of_the_range_are_told() -> None:
    asked, begin = Asked(), NOW - timedelta(minutes=10)
    asked.items = tuple(call(9 - n, ago_s=ago_s) for n, ago_s in enumerate((0, 1, 600, 601)))
    found = calls_in(Scope(HourRange(begin, NOW)), asked.services, 0, NOW)
    assert [one.id async for one in found] == [8, 7]


@pytest.mark.parametrize(("calls", "errors", "requests"), [(0, None, 1), (1000, 0, 1), (1001, 1, 3), (2500, 201, 6)])
def test_a_past_is_read_in_so_many_pages(calls: int, errors: int | None, requests: int) -> None:
    assert PastExtent(DAYS.first, DAYS.last, calls, errors).requests == requests


async def test_a_past_is_counted_and_read_with_its_errors_where_there_are_any() -> None:
    asked = Asked()
    asked.items = (call(2), call(1, ago_s=5))
    days = (NOW.date(), NOW.date())
    extent = await count_past(asked.services, *days, has_errors=True)
    assert (extent.calls, extent.errors) == (2, 2)
    assert [one.rows for one in asked.pages] == [1, 1]
    none = await count_past(asked.services, *days, has_errors=False)
    assert none.errors is None
    read = await read_past(asked.services, none, NOW, Progress())
    assert (read.calls, read.failed, read.damaged) == (asked.items, (), 0)
    asked.damaged = (DamagedRow(9, NOW),)
    read = await read_past(asked.services, extent, NOW, Progress())
    assert ([one.id for one in read.failed], read.damaged) == ([2, 1], 2)
