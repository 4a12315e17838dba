"""A recording in the place of an account: judged as it was live, and nobody is asked."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.unit.records.recording.sessions import written
from tui.account.demo_account import DemoAccount
from tui.account.incident_tracker import IncidentTracker
from tui.account.played import NOT_RECORDED, PlayedClock, PlayedMonitor, Verdicts, played_services
from tui.account.services import services
from tui.config.settings import Settings
from tui.config.sources import load
from tui.domain.capabilities import Capability
from tui.gateway.errors import GatewayError
from tui.monitor.heard import Heard, RecentlyHeard, Stretch
from tui.monitor.moments import Recording
from tui.monitor.questions import AskKeyDays, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.outbound.screenless import ScreenlessAccount
from tui.records.recording.files import read_recording
from tui.triage.report import Report

pytestmark = pytest.mark.full_account
"""In real time, whatever the hour: there an incident of a light account may not stand out."""


def settings_of(tmp_path: Path) -> Settings:
    """Those of a sealed machine."""
    return load({"tz": "Asia/Shanghai"}, {}, tmp_path / "config.toml", tmp_path / "state")


class Live:
    """A made-up account that was watched until triage had found all that it can."""

    def __init__(self, stretch: Stretch, snapshot: Snapshot, report: Report) -> None:
        self.stretch = stretch
        self.snapshot = snapshot
        self.report = report


_WATCHED: list[Live] = []
"""What was watched, once for all tests: they only read it."""


@pytest.fixture
async def live(tmp_path: Path) -> Live:
    if not _WATCHED:
        _WATCHED.append(await watched(tmp_path))
    return _WATCHED[0]


async def watched(tmp_path: Path) -> Live:
    settings = settings_of(tmp_path)
    async with services(settings, {}, demo=DemoAccount(has_limits=False)) as opened:
        account = ScreenlessAccount(opened, 1.0, lambda _text: None, has_guard=False)
        context = account.context
        heard = RecentlyHeard(context.monitor.snapshot, opened.clock.now)
        account.monitor.follow(heard)
        done: asyncio.Future[Live] = asyncio.get_running_loop().create_future()

        async def looked() -> None:
            report = context.tracker.report
            if report is not None and report.is_whole and not done.done():
                done.set_result(Live(heard.since(), context.monitor.snapshot, report))

        watching = asyncio.create_task(account.run(looked))
        found = await done
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        return found


def told(report: Report | None) -> list[Any]:
    """What a report says, by ids and figures alone."""
    assert report is not None
    return [(one.kind, one.key_id, one.severity) for one in report.findings]


@pytest.mark.parametrize("is_private", [False, True])
async def test_it_is_judged_as_it_was_live_with_names_and_without(live: Live, tmp_path: Path, is_private: bool) -> None:
    recording = read_recording(written(tmp_path / "a.jsonl", live.stretch, is_private=is_private))
    moments = recording.moments.all
    tracker = Verdicts(moments, IncidentTracker()).tracker_at(len(moments) - 1)
    assert told(tracker.report) == told(live.report)
    assert tracker.report is not None
    assert tracker.report.subject == live.report.subject
    assert tracker.report.is_whole


async def test_verdicts_change_where_something_is_found(live: Live, tmp_path: Path) -> None:
    from datetime import timedelta

    later = [Heard(one.at + timedelta(minutes=5), one.event) for one in live.stretch.heard]
    stretch = Stretch(live.stretch.begun_at, live.stretch.begun, later)
    moments = read_recording(written(tmp_path / "a.jsonl", stretch)).moments.all
    verdicts = Verdicts(moments, IncidentTracker())
    place = await verdicts.next_change(0)
    assert place is not None
    assert not verdicts.tracker_at(0).incidents.firing
    assert verdicts.tracker_at(place).incidents.firing
    assert await verdicts.next_change(len(moments) - 1) is None
    assert await verdicts.change_before(place) is None
    assert await verdicts.change_before(len(moments) - 1) in range(place, len(moments))
    again = Verdicts(moments, IncidentTracker())
    again.tracker_at(len(moments) - 1)
    assert told(again.tracker_at(place).report) == told(verdicts.tracker_at(place).report), (
        "the way there does not matter"
    )


def played(live: Live, tmp_path: Path) -> tuple[Recording, PlayedMonitor]:
    """A recording, and who has what was heard."""
    recording = read_recording(written(tmp_path / "a.jsonl", live.stretch))
    return recording, PlayedMonitor(recording)


async def test_nobody_is_asked_whoever_wants_something(live: Live, tmp_path: Path) -> None:
    recording, monitor = played(live, tmp_path)
    shown: list[Snapshot] = []
    monitor.publish = shown.append
    monitor.show(recording.last.snapshot)
    assert await monitor.ask(AskKeys()) is None
    assert await monitor.ask(AskKeyDays(2)) == NOT_RECORDED
    assert shown[-1].feed(AskKeyDays(2)).failure == NOT_RECORDED
    monitor.watch("somebody", (AskKeys(), AskKeyDays(3)))
    assert monitor.snapshot.feed(AskKeyDays(3)).failure == NOT_RECORDED
    assert monitor.snapshot.feed(AskKeys()) == recording.last.snapshot.feed(AskKeys())
    count = len(shown)
    monitor.watch("somebody", (AskKeys(), AskKeyDays(3)))
    assert len(shown) == count, "who is told wants it again: that must come to an end"
    monitor.refresh()
    monitor.unwatch("somebody")


async def test_its_client_reaches_nobody_and_its_keys_cannot_be_changed(live: Live, tmp_path: Path) -> None:
    recording, monitor = played(live, tmp_path)
    opened = played_services(recording, settings_of(tmp_path), PlayedClock(recording.first.at))
    with pytest.raises(GatewayError) as caught:
        await opened.client.site()
    assert caught.value.failure == NOT_RECORDED
    assert not monitor.snapshot.capabilities.can(Capability.ACTIONS)
    assert not monitor.snapshot.capabilities.can(Capability.LIVE)
    assert opened.journal.entries(opened.client.base_url, "") == []
    assert opened.clock.now() == recording.first.at
    await opened.aclose()
    assert monitor.snapshot.data(AskProfile()) == recording.first.snapshot.data(AskProfile())
