"""Reading call records back without gaps, from pages that shift while they are read."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call
from tui.domain.failure import DAMAGED_ROWS, UNPROMISED_LIST, Failure, FailureKind
from tui.domain.scope import RangeName
from tui.domain.usage import Call, DamagedRow, Page
from tui.gateway.errors import BudgetSpent
from tui.gateway.pages import checked
from tui.gateway.sub2api.client import GatewayClient
from tui.monitor.calls import reader
from tui.monitor.calls.log import EVERYTHING, CallsRead, CallView
from tui.monitor.events import Answered
from tui.monitor.question import Asking
from tui.monitor.questions import AskCalls
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.failures import sentence, short

UTC_ZONE = ZoneInfo("UTC")


@dataclass
class Records:
    """A gateway's call list: offset pages, newest first; `between` runs after each page."""

    rows: list[Call]
    between: Callable[["Records"], None] = lambda _records: None
    budget: int = 1000
    asked: list[tuple[int, int]] = field(default_factory=list)

    async def calls(
        self, days: tuple[date, date] | None, _filters: object, *, zone: str, page: int, page_size: int
    ) -> Page[Call]:
        if self.budget <= 0:
            raise BudgetSpent(Failure(FailureKind.BUDGET_SPENT))
        self.budget -= 1
        self.asked.append((page, page_size))
        first = datetime.combine(days[0], datetime.min.time(), UTC_ZONE) if days else EVERYTHING
        rows = sorted((row for row in self.rows if row.at >= first), key=lambda row: (row.at, row.id), reverse=True)
        found = Page(tuple(rows[(page - 1) * page_size : page * page_size]), len(rows), page * page_size >= len(rows))
        self.between(self)
        return found


def read(records: Records, question: AskCalls, snapshot: Snapshot | None = None, now: datetime = NOW) -> Snapshot:
    """One reading, taken into the Snapshot."""
    snapshot = snapshot or Snapshot("https://gateway.example", UTC_ZONE)
    asking = Asking(cast(GatewayClient, cast(Any, records)), now, UTC_ZONE, snapshot)
    answer = asyncio.run(question.ask(asking))
    return reduce(snapshot, Answered(question, answer, now))


def view_of(snapshot: Snapshot, question: AskCalls) -> CallView:
    """The log of a question."""
    return snapshot.calls[question]


def test_a_short_range_is_read_in_one_small_page_when_that_is_enough() -> None:
    records = Records([call(n, ago_s=n * 60) for n in range(50)])
    question = AskCalls(back_to=RangeName.M15)
    view = view_of(read(records, question), question)
    assert records.asked == [(1, reader.FIRST_ROWS)]
    assert view.covers(NOW - timedelta(minutes=15))
    assert view.count == 50


def test_a_long_range_is_read_back_page_by_page_until_it_is_covered() -> None:
    records = Records([call(n, ago_s=n * 20) for n in range(6000)])
    question = AskCalls(back_to=RangeName.H24)
    snapshot = read(records, question)
    while question.wants_more(view_of(snapshot, question), NOW, UTC_ZONE):
        snapshot = read(records, question, snapshot)
    expected = {row.id for row in records.rows if row.at >= NOW - timedelta(hours=24)}
    assert expected <= {row.id for row in view_of(snapshot, question).log.heard_after(0)}


def test_the_tail_asks_for_few_rows_and_overlaps_what_is_known() -> None:
    records = Records([call(n, ago_s=n * 10) for n in range(300)])
    question = AskCalls(back_to=RangeName.M15)
    snapshot = read(records, question)
    records.asked.clear()
    records.rows += [call(1000 + n, ago_s=-n) for n in range(3)]
    snapshot = read(records, question, snapshot, NOW + timedelta(seconds=5))
    assert records.asked == [(1, reader.TAIL_ROWS)]
    assert view_of(snapshot, question).log.newest_first()[0].id == 1002


def test_a_tail_that_does_not_meet_what_is_known_is_read_on_in_large_pages() -> None:
    records = Records([call(n, ago_s=n) for n in range(60)])
    question = AskCalls(back_to=RangeName.M15)
    snapshot = read(records, question)
    records.rows += [call(1000 + n, ago_s=-n) for n in range(500)]
    snapshot = read(records, question, snapshot, NOW + timedelta(seconds=500))
    assert view_of(snapshot, question).count == 560


def test_rows_that_arrive_while_pages_are_read_are_neither_lost_nor_counted_twice() -> None:
    fresh = iter(range(10_000, 20_000))

    def arrive(records: Records) -> None:
        records.rows += [call(next(fresh), ago_s=0) for _ in range(7)]

    records = Records([call(n, ago_s=n * 20) for n in range(4000)], arrive)
    question = AskCalls(back_to=RangeName.H24)
    snapshot = read(records, question)
    for _ in range(3):
        snapshot = read(records, question, snapshot)
    records.between = lambda _records: None
    view = view_of(read(records, question, snapshot), question)
    assert len({row.id for row in view.log.heard_after(0)}) == view.count == len(records.rows)


def test_late_rows_change_no_sum_twice() -> None:
    records = Records([call(n, ago_s=n) for n in range(10)])
    question = AskCalls(back_to=RangeName.M15)
    snapshot = read(records, question)
    records.rows.append(call(99, ago_s=3))
    view = view_of(read(records, question, snapshot), question)
    total = sum(t.requests for _, facets in view.log.minutes(NOW - timedelta(hours=1), NOW) for t in facets.values())
    assert (view.count, total) == (11, 11)


def test_the_first_reading_is_one_page_which_is_worth_seeing_at_once() -> None:
    records = Records([call(n, ago_s=n * 20) for n in range(6000)])
    question = AskCalls(back_to=RangeName.H24)
    assert view_of(read(records, question), question).count == reader.PAGE_ROWS
    assert records.asked == [(1, reader.PAGE_ROWS)]


def test_a_budget_that_ends_midway_keeps_what_was_read_and_says_how_far() -> None:
    records = Records([call(n, ago_s=n * 20) for n in range(6000)], budget=2)
    question = AskCalls(back_to=RangeName.H24)
    view = view_of(read(records, question, read(records, question)), question)
    assert view.count == 2000
    assert not view.covers(NOW - timedelta(hours=24))
    assert question.wants_more(view, NOW, UTC_ZONE)


@pytest.mark.parametrize("per_s", [1, 4, 10])
def test_a_budget_of_one_request_now_and_then_tears_no_hole_into_a_busy_log(per_s: int) -> None:
    """Hours of known calls stay known, and the newest come in late rather than never."""
    records = Records([call(n, ago_s=n * 60) for n in range(60)])
    question = AskCalls(back_to=RangeName.H1)
    snapshot, counts = read(records, question), list[int]()
    for turn in range(1, 31):
        now = NOW + timedelta(seconds=5 * turn)
        first = 10_000 + 5 * per_s * turn
        records.rows += [call(first + n, ago_s=-5 * (turn - 1) - n / per_s) for n in range(5 * per_s)]
        records.budget = 1
        with suppress(BudgetSpent):
            snapshot = read(records, question, snapshot, now)
        assert view_of(snapshot, question).covers(NOW - timedelta(hours=1))
        counts.append(len(records.rows) - view_of(snapshot, question).count)
    assert counts[-1] < 5 * per_s


def test_a_steady_stream_takes_one_request_a_reading() -> None:
    records = Records([call(n, ago_s=n / 4) for n in range(300)])
    question = AskCalls(back_to=RangeName.M15)
    snapshot = read(records, question)
    for turn in range(1, 6):
        records.rows += [call(1000 + 100 * turn + n, ago_s=-5 * (turn - 1) - n / 4) for n in range(20)]
        records.asked.clear()
        snapshot = read(records, question, snapshot, NOW + timedelta(seconds=5 * turn))
        assert len(records.asked) == 1
    assert view_of(snapshot, question).count == len(records.rows)


def test_a_gap_that_could_not_be_closed_is_not_claimed_to_be_covered() -> None:
    records = Records([call(n, ago_s=n * 60) for n in range(60)])
    question = AskCalls(back_to=RangeName.H1)
    snapshot = read(records, question)
    records.rows += [call(1000 + n, ago_s=-3 * n) for n in range(2000)]
    records.budget = 1
    later = NOW + timedelta(minutes=100)
    snapshot = read(records, question, snapshot, later)
    view = view_of(snapshot, question)
    assert view.covered_from is not None
    assert view.covered_from > NOW
    records.budget = 1000
    assert view_of(read(records, question, snapshot, later), question).covers(later - timedelta(hours=1))


def test_fixed_days_are_complete_when_their_last_page_is_read() -> None:
    records = Records([call(n, ago_s=n * 60) for n in range(10)])
    question = AskCalls(days=(NOW.date() - timedelta(days=1), NOW.date()), rows=5)
    assert view_of(read(records, question), question).covered_from == EVERYTHING


def test_only_fixed_days_are_read() -> None:
    records = Records([call(n, ago_s=n * 3600) for n in range(100)])
    question = AskCalls(days=(NOW.date() - timedelta(days=1), NOW.date()), rows=100)
    oldest = min(row.at for row in view_of(read(records, question), question).log.newest_first())
    assert oldest.date() == NOW.date() - timedelta(days=1)


def test_a_range_with_fewer_calls_than_wanted_is_not_read_again_and_again() -> None:
    records = Records([call(n, ago_s=n * 60) for n in range(30)])
    question = AskCalls(back_to=RangeName.H24, rows=200)
    snapshot = read(records, question)
    assert not question.wants_more(view_of(snapshot, question), NOW, UTC_ZONE)


def test_a_deeper_wish_of_few_rows_does_not_read_its_whole_range() -> None:
    records = Records([call(n, ago_s=n * 60) for n in range(9000)])
    question = AskCalls(back_to=RangeName.H1).deepened(AskCalls(back_to=RangeName.D7, rows=200, most=0))
    view = view_of(read(records, question), question)
    assert not question.wants_more(view, NOW, UTC_ZONE)
    assert view.count == reader.PAGE_ROWS


LAST_HOUR = AskCalls(back_to=RangeName.H1)
YESTERDAY_ON = AskCalls(days=(NOW.date() - timedelta(days=2), NOW.date()))


@pytest.mark.parametrize(
    ("question", "older", "newer", "deep_ago", "is_kept"),
    [
        (LAST_HOUR, 12, 20, None, False),
        (LAST_HOUR, 11, 20, None, True),
        (LAST_HOUR, 12, 36, None, False),
        (LAST_HOUR, 12, 37, None, True),
        (LAST_HOUR, 12, 20, timedelta(minutes=29), True),
        (LAST_HOUR, 12, 20, timedelta(minutes=30), False),
        (YESTERDAY_ON, 12, 20, None, True),
    ],
    ids=["old", "few", "a quarter", "less than a quarter", "wanted lately", "wanted once", "fixed days"],
)
def test_a_live_log_lets_go_of_what_is_old_and_much_and_wanted_by_nobody(
    question: AskCalls,
    older: int,
    newer: int,
    deep_ago: timedelta | None,
    is_kept: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MAX_OLDER", 12)
    rows = [call(n, ago_s=n) for n in range(newer)] + [call(900 + n, ago_s=27 * 3600 + n) for n in range(older)]
    deep_at = None if deep_ago is None else NOW - deep_ago
    whole = CallsRead(tuple(rows), EVERYTHING, len(rows), NOW - timedelta(seconds=20), deep_at)
    before = reduce(Snapshot("https://gateway.example", UTC_ZONE), Answered(question, whole, NOW))
    view = view_of(read(Records(rows), question, before), question)
    assert len(view.log) == (older + newer if is_kept else newer)
    assert view.covers(NOW - timedelta(hours=25))
    assert view.covers(NOW - timedelta(hours=27)) is is_kept


def test_reading_on_asks_for_each_page_once_and_for_no_new_rows() -> None:
    records = Records([call(n, ago_s=n * 6) for n in range(12_000)])
    question = AskCalls(back_to=RangeName.H24)
    snapshot = read(records, question)
    while question.wants_more(view_of(snapshot, question), NOW, UTC_ZONE):
        snapshot = read(records, question, snapshot, NOW + timedelta(seconds=1))
    assert records.asked == [(page, reader.PAGE_ROWS) for page in range(1, 13)]


def test_what_was_stopped_goes_on_where_it_was() -> None:
    records = Records([call(n, ago_s=n * 6) for n in range(9_000)], budget=3)
    question = AskCalls(back_to=RangeName.D7, most=100_000)
    snapshot = read(records, question, read(records, question))
    records.budget, later = 1000, NOW + timedelta(minutes=1)
    records.asked.clear()
    while question.wants_more(view_of(snapshot, question), later, UTC_ZONE):
        snapshot = read(records, question, snapshot, later)
    assert [page for page, _rows in records.asked if _rows == reader.PAGE_ROWS] == [4, 5, 6, 7, 8, 9]


class Liar:
    """A gateway whose count has nothing to do with what it sends; it sends the same page whatever is asked."""

    def __init__(self, rows: list[Call], total: int, *, is_full: bool) -> None:
        self.rows, self.total, self.is_full = rows, total, is_full
        self.asked = 0

    async def calls(self, *_where: object, page: int, page_size: int, **_more: object) -> Page[Call]:
        self.asked += 1
        rows = self.rows[:page_size] if self.is_full else self.rows[:3]
        return checked(Page(tuple(rows), self.total), page, page_size)


@pytest.mark.parametrize("total", [10**9, 0])
@pytest.mark.parametrize("is_full", [True, False])
def test_a_count_without_end_is_not_read_to_an_end(total: int, is_full: bool) -> None:
    records = Liar([call(n, ago_s=n) for n in range(1000)], total, is_full=is_full)
    question, snapshot = AskCalls(back_to=RangeName.H24), None
    for second in range(0, 60, 6):
        snapshot = read(cast(Records, records), question, snapshot, NOW + timedelta(seconds=second))
    assert snapshot is not None
    view = view_of(snapshot, question)
    assert records.asked <= 20
    assert not question.wants_more(view, NOW, UTC_ZONE)
    is_whole = total == 0 and not is_full
    assert view.covers(NOW - timedelta(hours=24)) is is_whole
    failure = snapshot.feed(question).failure
    assert (failure is None) is is_whole
    assert failure is None or failure.symbol == UNPROMISED_LIST
    assert snapshot.feed(question).data == view


def test_what_is_missing_is_asked_for_again_once_the_count_moves() -> None:
    records = Liar([call(n, ago_s=n) for n in range(3)], 10, is_full=False)
    question = AskCalls(back_to=RangeName.H24)
    snapshot = read(cast(Records, records), question)
    assert snapshot.feed(question).failure is not None
    records.total = 3
    snapshot = read(cast(Records, records), question, snapshot, NOW + timedelta(seconds=6))
    assert snapshot.feed(question).failure is None
    assert view_of(snapshot, question).covers(NOW - timedelta(hours=24))


def test_a_count_without_end_that_comes_right_is_read_to_its_end() -> None:
    rows = [call(n, ago_s=n * 30) for n in range(2500)]
    question, snapshot = AskCalls(back_to=RangeName.H24), None
    liar = Liar(rows, 10**9, is_full=True)
    for second in (0, 6):
        snapshot = read(cast(Records, liar), question, snapshot, NOW + timedelta(seconds=second))
    assert snapshot is not None
    assert snapshot.feed(question).failure is not None
    for second in (12, 18, 24):
        snapshot = read(Records(rows), question, snapshot, NOW + timedelta(seconds=second))
    assert snapshot.feed(question).failure is None
    assert view_of(snapshot, question).covers(NOW - timedelta(hours=20))


def test_a_tail_without_end_is_given_up_with_an_honest_gap() -> None:
    question = AskCalls(back_to=RangeName.H24)
    snapshot = read(Records([call(n, ago_s=n) for n in range(50)]), question)
    flood = Records([call(1000 + n, ago_s=-9000 + n / 10) for n in range(60_000)])
    snapshot = read(flood, question, snapshot, NOW + timedelta(seconds=9000))
    view = view_of(snapshot, question)
    assert len(flood.asked) <= 30
    assert view.covered_from is not None
    assert view.covered_from > NOW


def test_damaged_rows_are_told_of_for_as_long_as_their_log_is() -> None:
    records = Records([call(n, ago_s=n * 60) for n in range(5)])
    question, damaged = AskCalls(back_to=RangeName.M15), DamagedRow(99, "actual_cost")
    asking = Asking(cast(GatewayClient, cast(Any, records)), NOW, UTC_ZONE, Snapshot("https://gw.example", UTC_ZONE))
    answer = asyncio.run(question.ask(asking))
    snapshot = reduce(asking.known, Answered(question, replace(answer, damaged=frozenset({damaged})), NOW))
    snapshot = read(records, question, snapshot, NOW + timedelta(seconds=5))
    failure = snapshot.feed(question).failure
    assert failure is not None
    assert (failure.symbol, failure.message) == (DAMAGED_ROWS, "#99 actual_cost")
    assert "in no sum" in sentence(failure)
    assert short(failure) == "damaged records left out"


class Spoilt(Records):
    """For a while every row that it sends has a figure that cannot be."""

    is_spoilt = False

    async def calls(self, *where: Any, **more: Any) -> Page[Call]:
        page = await super().calls(*where, **more)
        if not self.is_spoilt:
            return page
        return replace(page, items=(), damaged=tuple(DamagedRow(row.id, "actual_cost") for row in page.items))


def test_what_was_damaged_for_a_while_is_made_good_and_what_was_whole_before_stays_so() -> None:
    records = Spoilt([call(n, ago_s=n * 60) for n in range(2000)])
    question = AskCalls(back_to=RangeName.H6)
    snapshot = read(records, question)
    before, records.asked = view_of(snapshot, question), []
    records.is_spoilt, records.rows = True, [*records.rows, call(9000, ago_s=-10)]
    snapshot = read(records, question, snapshot, NOW + timedelta(seconds=20))
    view = view_of(snapshot, question)
    assert (view.damaged, view.count) == ({DamagedRow(9000, "actual_cost")}, before.count)
    assert view.covers(NOW - timedelta(hours=6))
    assert records.asked == [(1, 2 * reader.TAIL_ROWS)]
    records.is_spoilt = False
    snapshot = read(records, question, snapshot, NOW + timedelta(seconds=40))
    assert snapshot.feed(question).failure is None
    assert view_of(snapshot, question).count == before.count + 1


def test_a_log_that_began_with_nothing_but_damaged_rows_begins_anew() -> None:
    records = Spoilt([call(n, ago_s=n * 60) for n in range(2000)])
    records.is_spoilt = True
    question = AskCalls(back_to=RangeName.H6)
    snapshot = read(records, question)
    assert snapshot.feed(question).failure is not None
    records.is_spoilt = False
    for seconds in (20, 40):
        snapshot = read(records, question, snapshot, NOW + timedelta(seconds=seconds))
    assert snapshot.feed(question).failure is None
    assert view_of(snapshot, question).covers(NOW - timedelta(hours=6))


def test_a_gateway_with_smaller_pages_is_read_back_to_the_end() -> None:
    class Small(Records):
        async def calls(self, *where: Any, page: int, page_size: int, **more: Any) -> Page[Call]:
            size = min(page_size, 100)
            found = await super().calls(*where, page=page, page_size=size, **more)
            return checked(replace(found, size=size), page, page_size)

    records = Small([call(n, ago_s=n * 60) for n in range(1200)])
    question = AskCalls(back_to=RangeName.H24)
    snapshot = read(records, question)
    for _ in range(20):
        snapshot = read(records, question, snapshot)
    assert snapshot.feed(question).failure is None
    assert view_of(snapshot, question).covers(NOW - timedelta(hours=19))
    assert len(records.asked) <= 40
