"""The call list: how far a range is read back, and the filter while it is typed."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.present.shown import account
from tests.unit.samples import NOW, call
from tui.domain.scope import DayRange, Filters, RangeName, Scope
from tui.domain.usage import Sums, Totals
from tui.monitor.calls.log import EVERYTHING, CallsRead
from tui.monitor.calls.reader import MAX_ROWS
from tui.monitor.questions import MAX_ASKED_ROWS, AskTotals
from tui.monitor.snapshot import Snapshot
from tui.present.read_back import ReadPlan
from tui.screens.calls.filter import FilterPrompt
from tui.screens.calls.reading import FIRST_ROWS, RangeReading

DAYS = Scope(DayRange(NOW.date() - timedelta(days=2), NOW.date()))
HOUR = Scope(RangeName.H1)
CALLS = tuple(call(n, ago_s=60 * n) for n in range(1, 6))
NOTHING = account()


def known(reading: RangeReading, total: int, *, is_whole: bool = False) -> Snapshot:
    """An account whose newest calls are read, out of so many that the gateway counts."""
    read = CallsRead(CALLS, EVERYTHING if is_whole else CALLS[-1].at, total, NOW)
    return account((reading.question(NOTHING, NOW), read))


@pytest.mark.parametrize(
    ("scope", "is_on", "most"),
    [(DAYS, False, 0), (DAYS, True, MAX_ASKED_ROWS), (HOUR, False, MAX_ROWS), (HOUR, True, MAX_ASKED_ROWS)],
)
def test_whole_days_are_read_back_only_if_a_person_wants_it(scope: Scope, is_on: bool, most: int) -> None:
    question = RangeReading(scope, is_on).question(NOTHING, NOW)
    assert (question.rows, question.most, question.back_to) == (FIRST_ROWS, most, scope.range)


def counted(reading: RangeReading, snapshot: Snapshot, count: int) -> Snapshot:
    """The same with the gateway's own count of the range."""
    sums = Sums(count, 0, 0, 0, 0, Decimal(0), Decimal(0))
    return account((reading.count_question(snapshot, NOW), Totals(sums, None)), base=snapshot)


@pytest.mark.parametrize(
    ("scope", "count", "expected"),
    [(DAYS, None, 90), (DAYS, 70, 70), (DAYS, 3, 5), (HOUR, None, 90), (HOUR, 70, 90)],
    ids=["uncounted", "counted", "less than is here", "an hour", "an hour is not summed"],
)
def test_how_much_there_is_is_the_gateways_count_of_the_range(scope: Scope, count: int | None, expected: int) -> None:
    reading = RangeReading(scope)
    snapshot = known(reading, 90)
    snapshot = snapshot if count is None else counted(reading, snapshot, count)
    assert reading.plan(snapshot, NOW) == ReadPlan(5, expected)
    assert reading.plan(NOTHING, NOW) == ReadPlan(0, None)


def test_the_count_is_of_the_days_and_filters_of_the_range() -> None:
    filters = Filters(key_id=7)
    days = (NOW.date() - timedelta(days=2), NOW.date())
    assert RangeReading(Scope(DAYS.range, filters)).count_question(NOTHING, NOW) == AskTotals(days, filters)


def test_a_range_is_complete_once_nothing_before_it_is_missing() -> None:
    reading = RangeReading(DAYS)
    assert not reading.is_complete(NOTHING, NOW)
    assert not reading.is_complete(known(reading, 90), NOW)
    assert reading.is_complete(known(reading, 5, is_whole=True), NOW)


def test_reading_back_ends_with_the_number_of_calls_if_it_was_on() -> None:
    on, off = RangeReading(DAYS, is_on=True), RangeReading(DAYS)
    assert on.ended_with(NOTHING, NOW) is None
    assert on.ended_with(known(on, 90), NOW) is None
    assert on.ended_with(known(on, 5, is_whole=True), NOW) == 5
    assert off.ended_with(known(off, 5, is_whole=True), NOW) is None


@pytest.mark.parametrize(
    ("text", "is_ready", "shown"),
    [
        ("", True, "key:batch"),
        ("key:batch", True, "tab: "),
        ("key:batch cost>", False, "▸"),
        ("mod", True, "tab: "),
        ("model:", False, "tab: "),
        ("cost>lots x", False, "▸"),
    ],
)
def test_a_filter_is_accepted_completed_or_told_where_it_is_wrong(text: str, is_ready: bool, shown: str) -> None:
    prompt = FilterPrompt("", {"key": ["batch-nightly"], "model": ["opus", "haiku"]})
    checked = prompt._checked(text)
    assert checked.ready is is_ready
    assert shown in "".join(cell.text for cell in checked.line)
