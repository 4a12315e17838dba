from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from tui.domain.failure import Failure, FailureKind, ListDetail, ListProblem
from tui.domain.scope import Window
from tui.domain.usage import Page
from tui.gateway.budget import RequestBudget
from tui.gateway.errors import GatewayError, RateLimited, error_of
from tui.monitor.patience import PATIENCE_S
from tui.records.paging import Extent, _limited, _records
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
