"""A recording on the screen: kept from triage, shown on the same screens, stepped through, and nothing is asked."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.flows.conftest import Running
from tests.flows.doorway import doors_of
from tests.flows.types import Start
from tests.unit.samples import NOW
from tui.account.screen_start import RecordingStart
from tui.app.aktop import AktopApp
from tui.app.played_account import PlayedAccount
from tui.demo.app import DemoGateway
from tui.domain.account import Profile, Site
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.scope import Scope
from tui.monitor.events import Answered
from tui.monitor.heard import Heard, Stretch
from tui.monitor.moments import Moments, Recording
from tui.monitor.questions import AskProfile, AskSite
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.records.recording.files import read_recording, write_recording
from tui.screens.dialogs import PathPrompt
from tui.screens.key.screen import KeyScreen
from tui.screens.overview.screen import OverviewScreen
from tui.screens.triage.screen import TriageScreen
from widgets.dialogs import ChoiceDialog

Kept = Callable[[], Recording]
PAUSED = "‖ recording"


@asynccontextmanager
async def shown(
    recording: Recording,
    tmp_path: Path,
    demo: DemoGateway,
    at: datetime | None = None,
    size: tuple[int, int] = (120, 36),
) -> AsyncIterator[Running]:
    """A recording on a screen."""
    app = AktopApp(None, Scope(), doors_of(tmp_path), replay=RecordingStart(recording, at))
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Running(app, pilot, demo)
    await app.entrance.close()


async def heard_of(run: Running) -> Stretch:
    """What an aktop heard until triage had found all that it can."""
    await run.shows("SPIKE since", "live")
    await run.until(lambda: run.app.report is not None and run.app.report.is_whole, "a whole report")
    heard = run.app.account.heard
    assert heard is not None
    return heard.since()


def one_minute_later(stretch: Stretch) -> Stretch:
    """The same, a minute after the beginning, and as much later once more for the second half of it."""
    minute = timedelta(minutes=1)
    half = len(stretch.heard) // 2
    later = [Heard(one.at + minute, one.event) for one in stretch.heard[half:]]
    return Stretch(stretch.begun_at - minute, stretch.begun, [*stretch.heard[:half], *later])


def toasts(run: Running) -> list[str]:
    """What was told."""
    return [one.message for one in run.app._notifications]


async def test_triage_keeps_a_recording_that_shows_the_same(aktop: Start, demo: DemoGateway, tmp_path: Path) -> None:
    path = tmp_path / "incident.jsonl.gz"
    async with aktop() as run:
        await heard_of(run)
        await run.press("T")
        await run.shows("Why batch-nightly costs more")
        await run.press("p", "E")
        await run.until(lambda: isinstance(run.app.screen, ChoiceDialog), "the question")
        await run.press("r")
        await run.until(lambda: isinstance(run.app.screen, PathPrompt), "the path")
        prompt = run.app.screen
        assert isinstance(prompt, PathPrompt)
        prompt.query_one("Input").value = str(path)  # type: ignore[attr-defined]
        await run.press("enter")
        await run.until(path.exists, "the file")
        await run.until(lambda: any("aktop --replay shows it" in one for one in toasts(run)), "told")
        assert run.app.report is not None
        live = run.app.report
    recording = read_recording(path)
    async with shown(recording, tmp_path, demo, recording.last.at) as run:
        await run.shows("■ recording", "SPIKE since", "batch-nightly $", "above usual")
        await run.press("T")
        await run.until(lambda: isinstance(run.app.screen, TriageScreen), "triage")
        await run.shows("Likely cause", "Why batch-nightly costs more")
        report = run.app.report
        assert report is not None
        assert (report.subject, report.since) == (live.subject, live.since)


_HEARD: list[Stretch] = []
"""What an aktop heard, once for all tests."""


@pytest.fixture
async def recording(aktop: Start, tmp_path: Path) -> Recording:
    """A minute of nothing, then the runaway in two parts."""
    if not _HEARD:
        async with aktop() as run:
            _HEARD.append(await heard_of(run))
    path = tmp_path / "a.jsonl"
    write_recording(path, one_minute_later(_HEARD[0]), is_private=False, is_demo=True)
    return read_recording(path)


async def test_it_is_stepped_through_and_leads_to_the_findings(
    recording: Recording, demo: DemoGateway, tmp_path: Path
) -> None:
    moments = recording.moments.all
    async with shown(recording, tmp_path, demo) as run:
        await run.shows("▶ recording", "[", "]")
        await run.press("p")
        await run.shows(PAUSED)
        await run.press("}")
        await run.shows("SPIKE since")
        assert run.app.report is not None
        assert run.app.report.subject is not None
        found_at = run.app.picture.now if run.app.picture is not None else None
        assert found_at is not None
        assert found_at >= moments[1].at
        await run.press("right_square_bracket")
        await run.until(lambda: run.app.picture is not None and run.app.picture.now > found_at, "a moment on")
        await run.press("left_square_bracket")
        await run.until(lambda: run.app.picture is not None and run.app.picture.now == found_at, "back again")
        await run.press("left_curly_bracket")
        await run.press("left_curly_bracket")
        await run.until(lambda: any("No earlier change" in one for one in toasts(run)), "no finding before")
        for _ in moments:
            await run.press("left_square_bracket")
        await run.until(lambda: run.app.picture is not None and run.app.picture.now == moments[0].at, "the beginning")
        assert "SPIKE" not in run.text()
        for _ in moments:
            await run.press("right_square_bracket")
        await run.shows("■ recording", "SPIKE since")
        await run.press("right_curly_bracket")
        await run.until(lambda: any("No later change" in one for one in toasts(run)), "no finding after")


async def test_it_plays_by_itself_as_fast_as_one_wants_and_again_from_its_beginning(
    recording: Recording, demo: DemoGateway, tmp_path: Path
) -> None:
    async with shown(recording, tmp_path, demo) as run:
        await run.shows("▶ recording")
        await run.press("-")
        await run.shows("×0.5")
        for _ in range(8):
            await run.press("plus")
        await run.until(lambda: any("300 times" in one for one in toasts(run)), "the speed told")
        await run.shows("■ recording", "SPIKE since")
        await run.press("p")
        await run.shows("■ recording")


async def test_a_low_balance_is_told_as_it_was_then_from_wherever_one_comes(demo: DemoGateway, tmp_path: Path) -> None:
    played = Capabilities().without(Lack.RECORDING, Capability.ACTIONS, Capability.LIVE)
    begun = Snapshot("https://gateway.example", ZoneInfo("UTC"), capabilities=played)
    minute = timedelta(minutes=1)
    site = Site(low_balance_enabled=True, low_balance_threshold_usd=Decimal(5))
    moments = Moments(reduce(begun, Answered(AskSite(), site, NOW)), NOW)
    for number, balance in enumerate(("5.5", "4", "5.5", "9")):
        at = NOW + number * minute
        profile = Profile(1, "a@b.c", "lin", Decimal(balance))
        moments.hear(Heard(at, Answered(AskProfile(), profile, at)))
    async with shown(Recording(moments), tmp_path, demo) as run:
        await run.shows("▶ recording")
        await run.press("p")
        is_low = (False, True, True, False)
        for place in (1, 2, 3, 2, 1, 0, 1, 2):
            picture = run.app.picture
            assert picture is not None
            is_back = picture.now > NOW + place * minute
            await run.press("left_square_bracket" if is_back else "right_square_bracket")
            await run.until(
                lambda at=NOW + place * minute: run.app.picture is not None and run.app.picture.now == at,  # type: ignore[misc]
                "the moment",
            )
            assert run.app.picture is not None
            assert run.app.picture.alarm.is_on == is_low[place], place


async def test_nothing_is_asked_and_nothing_can_be_changed(
    recording: Recording, demo: DemoGateway, tmp_path: Path
) -> None:
    async with shown(recording, tmp_path, demo, recording.last.at) as run:
        await run.on_key("batch-nightly")
        for key in ("D", "L", "Z", "u", "r", "A", "colon", "X"):
            await run.press(key)
            assert isinstance(run.app.screen, OverviewScreen), f"{key} opens nothing"
        assert {one for one in toasts(run) if "This is a recording" in one}
        opened = run.app.entrance.open
        assert isinstance(opened, PlayedAccount)
        assert opened.context.guard is None
        assert not (tmp_path / "state" / "recording-journal.json").exists()
        assert not list((tmp_path / "state").glob("alerts*"))
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")
        await run.shows("not in the recording")


async def test_a_narrow_and_a_tiny_terminal_say_that_it_is_a_recording(
    recording: Recording, demo: DemoGateway, tmp_path: Path
) -> None:
    async with shown(recording, tmp_path, demo, recording.last.at, size=(80, 24)) as run:
        await run.shows("■ recording")
        await run.pilot.resize_terminal(38, 9)
        await run.shows("recording $")


async def test_live_there_is_nothing_to_step_through(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("live")
        await run.press("right_square_bracket")
        await run.until(lambda: any("aktop --replay FILE" in one for one in toasts(run)), "why not")
        assert "Next finding" not in run.text()
