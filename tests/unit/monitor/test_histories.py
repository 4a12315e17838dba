"""Which histories may be judged: what was not asked is never read as a pause."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.present.shown import failing
from tests.unit.samples import NOW, call, key
from tui.domain.keys import Group
from tui.domain.usage import HourlyCost, KeyHistory
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.by_key import last_calls, last_names
from tui.monitor.calls.log import CallLog, CallsRead
from tui.monitor.events import Answered
from tui.monitor.histories import current_account, current_histories, deleted_keys, is_account_current
from tui.monitor.questions import AskAccountHistory, AskKeyHistory, AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot

HOUR = timedelta(hours=1)
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)
START = THIS_HOUR - 6 * HOUR
COST = HourlyCost(START, (1.0, 2.0, 3.0, 4.0))
EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
READ_AT = START + 3.5 * HOUR
"""In the fourth hour, whose cost was not complete then."""


def known(*, used_ago: timedelta, read_at: timedelta = READ_AT - NOW, covered: timedelta | None = None) -> Snapshot:
    """A key of which a history was read some time ago, with call records since a moment."""
    snapshot = reduce(EMPTY, Answered(AskKeys(), (key(7, last_used_at=NOW - used_ago),), NOW))
    snapshot = reduce(snapshot, Answered(AskKeyHistory(7), KeyHistory(COST, ()), NOW + read_at))
    if covered is not None:
        rows = (call(1, ago_s=(NOW - START - 3 * HOUR).total_seconds() - 60, billed="5"), call(2, ago_s=30))
        read = CallsRead(rows, NOW - covered, 2, NOW)
        snapshot = reduce(snapshot, Answered(BASE_CALLS, read, NOW))
    return snapshot


def hours(snapshot: Snapshot) -> tuple[float, ...] | None:
    """The six full hours before the running one, as triage sees them; None when it does not."""
    found = current_histories(snapshot, NOW).get(7)
    return None if found is None else found.cost.hours(START, 6)


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [
        (known(used_ago=timedelta(days=1)), (1, 2, 3, 4, 0, 0)),
        (known(used_ago=timedelta(minutes=1)), None),
        (known(used_ago=timedelta(minutes=1), covered=HOUR), None),
        (known(used_ago=timedelta(minutes=1), covered=6 * HOUR), (1, 2, 3, 5, 0, 0)),
        (known(used_ago=timedelta(minutes=1), read_at=timedelta(minutes=-5)), (1, 2, 3, 4, 0, 0)),
    ],
    ids=["not used since", "unknown since", "calls reach back an hour", "calls fill the gap", "read this hour"],
)
def test_a_history_is_judged_only_when_it_is_complete(snapshot: Snapshot, expected: tuple[float, ...] | None) -> None:
    assert hours(snapshot) == expected


@pytest.mark.parametrize(
    ("covered", "expected"), [(None, (1, 2, 3, 4, 0, 0)), (HOUR, (1, 2, 3, 4, 0, 0)), (6 * HOUR, (1, 2, 3, 5, 0, 0))]
)
def test_the_hours_since_the_account_was_read_come_from_the_calls(
    covered: timedelta | None, expected: tuple[float, ...]
) -> None:
    """A quarter of an hour goes by between two readings, and with it the end of an hour."""
    snapshot = reduce(known(used_ago=HOUR, covered=covered), Answered(AskAccountHistory(), COST, READ_AT))
    found = current_account(snapshot, NOW)
    assert found is not None
    assert found.hours(START, 6) == expected
    assert current_account(EMPTY, NOW) is None


@pytest.mark.parametrize("was_read", [False, True])
def test_a_deleted_key_is_known_by_what_was_read_of_it_and_by_its_calls(was_read: bool) -> None:
    rows = (call(1, ago_s=2 * 3600, billed="5", key_id=9), call(2, ago_s=60))
    snapshot = reduce(EMPTY, Answered(AskKeys(), (key(7, last_used_at=NOW),), NOW))
    snapshot = reduce(snapshot, Answered(BASE_CALLS, CallsRead(rows, NOW - 24 * HOUR, 2, NOW), NOW))
    if was_read:
        snapshot = reduce(snapshot, Answered(AskKeyHistory(9), KeyHistory(COST, ()), READ_AT))
    assert deleted_keys(snapshot, NOW) == {9: rows[0].at}
    cost = current_histories(snapshot, NOW)[9].cost
    assert cost.hours(THIS_HOUR - 2 * HOUR, 2) == (5.0, 0.0)
    assert cost.hours(START, 3) == ((1.0, 2.0, 3.0) if was_read else (0.0, 0.0, 0.0))


def test_the_last_call_of_a_key_is_the_latest_also_as_a_log_grows_and_of_an_older_log() -> None:
    log = CallLog([call(1, ago_s=50), call(2, ago_s=90)])
    assert last_calls(log) == {7: NOW - timedelta(seconds=50)}
    later = log.with_rows([call(3, ago_s=70), call(4, ago_s=5), call(5, ago_s=3, key_id=8)])
    assert last_calls(later) == {7: NOW - timedelta(seconds=5), 8: NOW - timedelta(seconds=3)}
    assert last_calls(log) == {7: NOW - timedelta(seconds=50)}


def test_a_key_is_called_as_in_its_latest_calls_that_name_it() -> None:
    log = CallLog([call(1, ago_s=50, key_name="nightly"), call(2, ago_s=40, key_id=8, key_name="")])
    assert last_names(log) == {7: "nightly"}
    later = log.with_rows([call(3, ago_s=5, key_name=""), call(4, ago_s=3, key_id=8, key_name="ci")])
    assert last_names(later) == {7: "nightly", 8: "ci"}, "deleted keys have no name in calls that are read afterwards"
    assert last_names(log) == {7: "nightly"}


def test_no_key_is_taken_for_deleted_while_the_keys_cannot_be_read_or_long_after_its_last_call() -> None:
    rows = (call(1, ago_s=60, key_id=9), call(2, ago_s=86_401, key_id=8))
    snapshot = reduce(EMPTY, Answered(BASE_CALLS, CallsRead(rows, NOW - 25 * HOUR, 2, NOW), NOW))
    assert deleted_keys(snapshot, NOW) == {}
    snapshot = reduce(snapshot, Answered(AskKeys(), (key(7),), NOW))
    assert deleted_keys(snapshot, NOW) == {9: rows[0].at}
    assert deleted_keys(failing(snapshot, AskKeys()), NOW) == {}


def test_a_deleted_key_is_known_from_the_first_full_hour_of_the_calls() -> None:
    rows = (call(1, ago_s=2 * 3600, billed="5", key_id=9), call(2, ago_s=2 * 3600 + 1, billed="1", key_id=9))
    known_from = THIS_HOUR - 3.5 * HOUR
    snapshot = reduce(EMPTY, Answered(AskKeys(), (key(7),), NOW))
    assert current_histories(reduce(snapshot, Answered(BASE_CALLS, CallsRead(rows, None, 2, NOW), NOW)), NOW) == {}
    snapshot = reduce(snapshot, Answered(BASE_CALLS, CallsRead(rows, known_from, 2, NOW), NOW))
    cost = current_histories(snapshot, NOW)[9].cost
    assert cost == HourlyCost(THIS_HOUR - 3 * HOUR, (0.0, 6.0, 0.0), (0, 2, 0))


def test_what_a_plan_pays_is_not_judged() -> None:
    of_plan = key(7, group=Group(1, "max", is_subscription=True))
    snapshot = reduce(known(used_ago=timedelta(days=1)), Answered(AskKeys(), (of_plan,), NOW))
    assert current_histories(snapshot, NOW) == {}


def test_the_calls_of_the_hours_since_are_counted_too() -> None:
    snapshot = known(used_ago=timedelta(minutes=1), covered=6 * HOUR)
    counted = HourlyCost(START, COST.usd, (1, 2))
    snapshot = reduce(snapshot, Answered(AskKeyHistory(7), KeyHistory(counted, ()), READ_AT))
    assert current_histories(snapshot, NOW)[7].cost == HourlyCost(START, (1, 2, 3, 5, 0, 0), (1, 2, 0, 1, 0, 0))


@pytest.mark.parametrize(
    ("read_at", "covered", "is_current"),
    [
        (THIS_HOUR, None, True),
        (THIS_HOUR - timedelta(seconds=1), None, False),
        (THIS_HOUR - timedelta(seconds=1), timedelta(minutes=50), False),
        (THIS_HOUR - timedelta(seconds=1), 2 * HOUR, True),
        (None, 2 * HOUR, False),
    ],
)
def test_the_account_is_known_up_to_the_running_hour_by_its_history_or_its_calls(
    read_at: datetime | None, covered: timedelta | None, is_current: bool
) -> None:
    snapshot = known(used_ago=HOUR, covered=covered)
    if read_at is not None:
        snapshot = reduce(snapshot, Answered(AskAccountHistory(), COST, read_at))
    assert is_account_current(snapshot, NOW) is is_current
