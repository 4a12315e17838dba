"""Which histories may be judged, and what is remembered between runs."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call, key
from tui.account.cache import KEEP_EVERY, AccountCache
from tui.account.incident_tracker import IncidentTracker
from tui.domain.account import Profile
from tui.domain.usage import HourlyCost, KeyHistory
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.by_key import last_calls, last_names
from tui.monitor.calls.log import CallLog, CallsRead
from tui.monitor.events import Answered
from tui.monitor.histories import current_account, current_histories, deleted_keys
from tui.monitor.questions import AskAccountHistory, AskKeyHistory, AskKeys, AskProfile
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


def kept_at(folder: Path) -> int | None:
    """When the one file was written, in nanoseconds; None while there is none."""
    return next((path.stat().st_mtime_ns for path in folder.glob("?" * 16 + ".json")), None)


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


def test_a_memory_gives_back_what_it_kept(tmp_path: Path) -> None:
    told: list[str] = []
    before = reduce(known(used_ago=HOUR), Answered(AskProfile(), Profile(1, "a@b.c", "lin", Decimal(1)), NOW))
    taken: list[tuple[object, ...]] = []

    async def live() -> None:
        memory = AccountCache(tmp_path, "https://gateway.example", IncidentTracker(), told.append)
        await memory.recall(EMPTY, lambda *one: taken.append(one))
        await memory.keep(before, NOW)
        assert kept_at(tmp_path) is None
        await memory.recall(before, lambda *one: taken.append(one))
        await memory.keep(before, NOW)
        written = kept_at(tmp_path)
        await memory.keep(before, NOW + KEEP_EVERY / 2)
        assert written is not None
        assert kept_at(tmp_path) == written
        again = AccountCache(tmp_path, "https://gateway.example", IncidentTracker(), told.append)
        await again.recall(before, lambda *one: taken.append(one))

    asyncio.run(live())
    assert taken == [(AskKeyHistory(7), KeyHistory(COST, ()), READ_AT)]
    assert not told


def test_a_disk_that_refuses_is_told_once_and_costs_nothing_else(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "file").write_text("")
    snapshot = reduce(EMPTY, Answered(AskProfile(), Profile(1, "a@b.c", "lin", Decimal(1)), NOW))

    async def live() -> None:
        memory = AccountCache(tmp_path / "file", "https://gateway.example", IncidentTracker(), told.append)
        for _ in range(2):
            await memory.recall(snapshot, lambda *_one: None)
            await memory.keep(snapshot, NOW, at_once=True)

    asyncio.run(live())
    assert len(told) == 1


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


def test_no_key_is_taken_for_deleted_while_the_keys_cannot_be_read() -> None:
    rows = (call(1, ago_s=60, key_id=9),)
    snapshot = reduce(EMPTY, Answered(BASE_CALLS, CallsRead(rows, NOW - 24 * HOUR, 1, NOW), NOW))
    assert deleted_keys(snapshot, NOW) == {}
