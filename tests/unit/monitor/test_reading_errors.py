"""Reading the error list page by page: on top of what is known, and back to where a storm began."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, failed
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Scope
from tui.domain.usage import FailedCall, Page
from tui.gateway.errors import BudgetSpent
from tui.gateway.pages import checked
from tui.gateway.sub2api.client import GatewayClient
from tui.monitor.events import Answered
from tui.monitor.question import Asking
from tui.monitor.reduce import reduce
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import inputs_of
from tui.triage.storms import storms

EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))


@dataclass
class Errors:
    """A gateway's error list, newest first."""

    rows: list[FailedCall]
    budget: int = 1000
    asked: list[int] = field(default_factory=list)

    async def errors(self, _days: object, *, page: int, page_size: int, **_filters: object) -> Page[FailedCall]:
        if not self.budget:
            raise BudgetSpent(Failure(FailureKind.BUDGET_SPENT))
        self.budget -= 1
        self.asked.append(page)
        rows = tuple(self.rows[(page - 1) * page_size : page * page_size])
        return checked(Page(rows, len(self.rows)), page, page_size)


def read(errors: Errors, snapshot: Snapshot, pages: int = 1) -> Snapshot:
    """One reading, taken into the Snapshot."""
    errors.asked.clear()
    question = errors_question(Scope(), snapshot, NOW, pages)
    asking = Asking(cast(GatewayClient, cast(Any, errors)), NOW, snapshot.zone, snapshot)
    return reduce(snapshot, Answered(question, asyncio.run(question.ask(asking)), NOW))


def rows(count: int, every_s: float) -> list[FailedCall]:
    """Errors at even distances."""
    return [failed(10_000 - n, ago_s=1 + n * every_s) for n in range(count)]


def count(snapshot: Snapshot) -> int:
    """How many errors are here."""
    page = snapshot.data(errors_question(Scope(), snapshot, NOW))
    return len(page.items) if page is not None else 0


def test_a_storm_is_read_back_a_page_each_time_until_it_is_whole() -> None:
    gateway, known = Errors(rows(320, 2)), EMPTY
    gateway.rows += [failed(n, ago_s=1500 + (900 - n) * 700) for n in range(900, 0, -1)]
    told = []
    for _ in range(4):
        known = read(gateway, known)
        inputs = inputs_of(known, NOW)
        (storm,) = storms(inputs.failed or (), (), None, inputs.failed_from)
        told.append((list(gateway.asked), count(known), len(storm.calls), storm.is_at_least))
    assert told == [
        ([1, 2], 200, 200, True),
        ([1, 3], 300, 300, True),
        ([1, 4], 400, 320, False),
        ([1], 400, 320, False),
    ]


def test_without_a_storm_at_its_end_one_page_is_read() -> None:
    gateway = Errors(rows(900, 60))
    known = read(gateway, EMPTY)
    assert (gateway.asked, count(known)) == ([1], 100)
    assert inputs_of(known, NOW).failed_from == gateway.rows[99].at
    assert inputs_of(read(Errors(rows(40, 60)), EMPTY), NOW).failed_from is None


def test_what_the_budget_does_not_allow_besides_can_wait() -> None:
    gateway = Errors(rows(900, 2), budget=1)
    assert count(read(gateway, EMPTY)) == 100
    with pytest.raises(BudgetSpent):
        read(Errors(rows(900, 2), budget=1), EMPTY, pages=2)


def test_behind_the_last_page_nothing_is_asked() -> None:
    gateway = Errors(rows(140, 60))
    assert (count(read(gateway, EMPTY, pages=5)), gateway.asked) == (140, [1, 2])


def test_a_person_gets_all_pages_and_what_is_known_is_not_read_again() -> None:
    gateway = Errors(rows(900, 60))
    known = read(gateway, EMPTY, pages=5)
    assert (gateway.asked, count(known)) == ([1, 2, 3, 4, 5], 500)
    assert (count(read(gateway, known, pages=5)), gateway.asked) == (500, [1])


def test_a_storm_is_read_back_also_beneath_the_pages_that_a_person_has_seen() -> None:
    gateway = Errors(rows(900, 2))
    known = read(gateway, EMPTY, pages=2)
    assert (gateway.asked, count(known)) == ([1, 2, 3], 300)
    known = read(gateway, known, pages=2)
    assert (gateway.asked, count(known)) == ([1, 4], 400)


def test_not_more_is_kept_than_is_bearable() -> None:
    gateway, known = Errors(rows(5000, 1)), EMPTY
    for _ in range(25):
        known = read(gateway, known)
    assert (count(known), gateway.asked) == (2000, [1])
