"""Checking the records against the gateway's own count: what is a difference, and what only looks like one."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call
from tui.domain.usage import Sums
from tui.monitor.calls.log import EVERYTHING, CallLog, CallsRead
from tui.monitor.events import Answered
from tui.monitor.questions import AskCalls
from tui.monitor.reconcile import AskDayCheck, Difference, compare, day_check, difference
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot

UTC = ZoneInfo("UTC")
MIDNIGHT = NOW.replace(hour=0, minute=0, second=0)
CALLS = AskCalls()


def log_of(*ago_s: float) -> CallLog:
    """A log of calls at $0.10."""
    return CallLog(call(number, ago_s=ago) for number, ago in enumerate(ago_s))


@pytest.mark.parametrize(
    ("ago_s", "counted", "billed", "found"),
    [
        ((60, 120, 180), 3, "0.3", None),
        ((60, 120, 180), 5, "0.5", Difference(2, Decimal("0.2"))),
        ((60, 120, 180), 2, "0.2", Difference(-1, Decimal("-0.1"))),
        ((60, 120, 180), 3, "0.42", Difference(0, Decimal("0.12"))),
        ((60, 120, 180), 3, "0.3001", None),
        # Calls of the last seconds may or may not have been counted.
        ((2, 5, 60), 1, "0.1", None),
        ((2, 5, 60), 3, "0.3", None),
        ((2, 5, 60), 4, "0.4", Difference(1, Decimal("0.1"))),
        # Yesterday's do not count.
        ((60, 86_400), 1, "0.1", None),
        ((), 0, "0", None),
    ],
)
def test_what_is_a_difference(ago_s: tuple[float, ...], counted: int, billed: str, found: Difference | None) -> None:
    sums = Sums(requests=counted, billed_usd=Decimal(billed))
    assert compare(sums, log_of(*ago_s), MIDNIGHT, NOW) == found


def test_nothing_is_claimed_just_after_midnight() -> None:
    sums = Sums(requests=1, billed_usd=Decimal("0.1"))
    assert compare(sums, log_of(NOW.timestamp() - MIDNIGHT.timestamp() - 1), MIDNIGHT, MIDNIGHT) is None


def test_only_a_log_that_holds_all_of_today_is_checked() -> None:
    empty = Snapshot("https://gateway.example", UTC)
    assert day_check(CALLS, empty, NOW) is None
    partial = reduce(empty, Answered(CALLS, CallsRead((call(1),), NOW - timedelta(hours=1), 1, NOW), NOW))
    assert day_check(CALLS, partial, NOW) is None
    whole = reduce(empty, Answered(CALLS, CallsRead((call(1),), EVERYTHING, 1, NOW), NOW))
    assert day_check(CALLS, whole, NOW) == AskDayCheck(NOW.date())


def test_nothing_is_compared_until_the_records_are_newer_than_the_count() -> None:
    read = Answered(CALLS, CallsRead((call(1, ago_s=60),), EVERYTHING, 1, NOW), NOW)
    snapshot = reduce(Snapshot("https://gateway.example", UTC), read)
    later = NOW + timedelta(seconds=30)
    counted = Answered(AskDayCheck(NOW.date()), Sums(requests=2, billed_usd=Decimal("0.2")), later)
    snapshot = reduce(snapshot, counted)
    assert difference(CALLS, snapshot, later) is None
    snapshot = reduce(snapshot, Answered(CALLS, CallsRead((), EVERYTHING, 1, later + timedelta(seconds=5)), later))
    assert difference(CALLS, snapshot, later) == Difference(1, Decimal("0.1"))
