"""Incidents between runs: what one aktop remembers, the next one and the one beside it know."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account
from tests.unit.samples import NOW
from tests.unit.triage.test_incident_history import kept
from tests.unit.triage.test_incidents import report, spike
from tui.account.cache import KEEP_EVERY, AccountCache
from tui.account.incident_tracker import IncidentTracker
from tui.domain.account import Profile
from tui.domain.clock import SystemClock
from tui.domain.usage import HourlyCost, KeyHistory
from tui.monitor.events import Answered
from tui.monitor.loop import Monitor
from tui.monitor.questions import AskKeyHistory, AskProfile
from tui.monitor.reduce import reduce
from tui.triage.incidents import Incident, Incidents, Phase
from tui.triage.severity import Severity

URL = "https://gateway.example"
KNOWN = account((AskProfile(), Profile(1, "a@b.c", "lin", Decimal(1))))
ONE, OTHER = kept(1), kept(2, ago=timedelta(days=3))
Opened = Callable[[], Coroutine[Any, Any, tuple[AccountCache, IncidentTracker]]]


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Another aktop of the same account, which has read what was kept."""

    async def start() -> tuple[AccountCache, IncidentTracker]:
        tracker = IncidentTracker()
        cache = AccountCache(tmp_path, URL, tracker, pytest.fail)
        await cache.recall(KNOWN, lambda *_one: None)
        return cache, tracker

    return start


def written_at(folder: Path) -> int:
    """When the incidents were written."""
    (path,) = folder.glob("*-incidents.json")
    return path.stat().st_mtime_ns


def test_what_changed_is_written_before_the_rest_is_due(opened: Opened) -> None:
    async def live() -> None:
        cache, tracker = await opened()
        await cache.keep(KNOWN, NOW)
        tracker.remember((ONE,))
        await cache.keep(KNOWN, NOW + timedelta(minutes=1))
        _again, later = await opened()
        assert later.records == (ONE,)

    asyncio.run(live())


def test_aktops_that_run_beside_each_other_lose_nothing(opened: Opened) -> None:
    async def live() -> None:
        (one, mine), (other, theirs) = await opened(), await opened()
        mine.remember((ONE,))
        theirs.remember((OTHER,))
        await one.keep(KNOWN, NOW)
        await other.keep(KNOWN, NOW)
        assert theirs.records == (ONE, OTHER)

    asyncio.run(live())


def test_what_has_not_changed_is_not_written_again(opened: Opened, tmp_path: Path) -> None:
    async def live() -> None:
        cache, tracker = await opened()
        tracker.remember((ONE,))
        await cache.keep(KNOWN, NOW)
        written = written_at(tmp_path)
        await cache.keep(KNOWN, NOW)
        again, _tracker = await opened()
        await again.keep(KNOWN, NOW)
        assert written_at(tmp_path) == written

    asyncio.run(live())


@pytest.mark.parametrize(
    ("phase", "expected"),
    [(Phase.PLANNED, Phase.FIRING), (Phase.COOLING, Phase.COOLING), (Phase.PENDING, Phase.PENDING)],
)
def test_only_what_is_planned_fires_again_when_the_answer_is_taken_back(phase: Phase, expected: Phase) -> None:
    tracker = IncidentTracker()
    incident = Incident(ONE.kind, ONE.key_id, phase, Severity.WARNING, ONE.since, NOW, 7, was_told=True)
    tracker.incidents = Incidents({incident.identity: incident})
    tracker.remember((replace(ONE, planned_at=NOW, planned_until=NOW + timedelta(days=9)),))
    tracker.forget_planned(ONE.identity, NOW)
    assert tracker.incidents.open[ONE.identity].phase is expected
    assert [one.planned_until for one in tracker.records] == [None]


def test_what_another_aktop_saw_begin_is_followed_from_then_on() -> None:
    tracker = IncidentTracker()
    seen = replace(ONE, phase=Phase.FIRING, since=NOW - timedelta(hours=9), until=None, as_of=NOW)
    tracker.remember((seen,))
    tracker.hear(report(NOW, None, {7: spike(3.0, back=0)}), KNOWN, NOW)
    (incident,) = tracker.incidents.open.values()
    (record,) = tracker.records
    assert incident.since == record.since == seen.since


def test_an_aktop_beside_another_takes_the_histories_that_it_reads(tmp_path: Path) -> None:
    """They cost the gateway a heavy request each."""
    clock = SystemClock()
    question, late = AskKeyHistory(7), NOW + timedelta(hours=1)

    class Beside:
        """The monitor of the aktop that looks on."""

        snapshot = KNOWN

        def __init__(self) -> None:
            self.taken: list[tuple[AskKeyHistory, datetime]] = []
            self.has_taken = asyncio.Event()

        def recall(self, asked: AskKeyHistory, _history: KeyHistory, read_at: datetime) -> None:
            self.taken.append((asked, read_at))
            self.has_taken.set()

    async def live() -> None:
        monitor = Beside()
        cache = AccountCache(tmp_path, URL, IncidentTracker(), pytest.fail)
        await cache.recall(KNOWN, monitor.recall)
        assert monitor.taken == []
        other = AccountCache(tmp_path, URL, IncidentTracker(), pytest.fail)
        await other.recall(KNOWN, lambda *_one: None)
        history = KeyHistory(HourlyCost(NOW, (1.0,)), ())
        await other.keep(reduce(KNOWN, Answered(question, history, late)), late)
        living = asyncio.create_task(cache.live(cast(Monitor, monitor), clock))
        async with asyncio.timeout(10):
            await monitor.has_taken.wait()
        living.cancel()
        assert monitor.taken == [(question, late)]

    asyncio.run(live())


def kept_at(folder: Path) -> int | None:
    """When the histories were written, in nanoseconds; None while there are none."""
    return next((path.stat().st_mtime_ns for path in folder.glob("?" * 16 + ".json")), None)


def test_what_is_kept_comes_back_once_the_account_is_known_and_is_not_written_all_the_time(tmp_path: Path) -> None:
    history, read_at = KeyHistory(HourlyCost(NOW, (1.0, 2.0)), ()), NOW - timedelta(hours=3)
    before = reduce(KNOWN, Answered(AskKeyHistory(7), history, read_at))
    taken: list[tuple[object, ...]] = []

    async def live() -> None:
        cache = AccountCache(tmp_path, URL, IncidentTracker(), pytest.fail)
        await cache.recall(account(), lambda *one: taken.append(one))
        await cache.keep(before, NOW)
        assert kept_at(tmp_path) is None
        await cache.recall(before, lambda *one: taken.append(one))
        await cache.keep(before, NOW)
        written = kept_at(tmp_path)
        await cache.keep(before, NOW + KEEP_EVERY / 2)
        assert written is not None
        assert kept_at(tmp_path) == written
        again = AccountCache(tmp_path, URL, IncidentTracker(), pytest.fail)
        await again.recall(before, lambda *one: taken.append(one))

    asyncio.run(live())
    assert taken == [(AskKeyHistory(7), history, read_at)]


def test_a_disk_that_refuses_is_told_once_and_costs_nothing_else(tmp_path: Path) -> None:
    told: list[str] = []
    (tmp_path / "file").write_text("")

    async def live() -> None:
        cache = AccountCache(tmp_path / "file", URL, IncidentTracker(), told.append)
        for _ in range(2):
            await cache.recall(KNOWN, lambda *_one: None)
            await cache.keep(KNOWN, NOW, at_once=True)

    asyncio.run(live())
    assert len(told) == 1
