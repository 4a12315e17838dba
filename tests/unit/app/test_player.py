"""A recording is played in its own time, at a chosen speed, and held where a person stops."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tui.account.played import Verdicts
from tui.app import player
from tui.app.played_account import PlayedAccount
from tui.app.stage import AccountStage
from tui.config.sources import load
from tui.domain.account import Profile
from tui.monitor.events import Answered
from tui.monitor.heard import Heard
from tui.monitor.moments import Moments, Recording
from tui.monitor.questions import AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present.toasts import Toast
from tui.screens.dialogs import Next
from tui.screens.messages import Playback

AFTER_S = (0, 3, 5, 60)
"""When the moments are."""


class Stage:
    """Remembers what it is given, and calls nothing by itself."""

    def __init__(self) -> None:
        self.told: list[Next] = []
        self.wait_s, self.timers = -1.0, 0
        self.tick: Callable[[], None] | None = None
        self.shown = 0
        self.work: list[Coroutine[Any, Any, None]] = []
        self.is_stopped = False

    def show_picture(self, _picture: object) -> None:
        self.shown += 1

    def follow(self, following: Next) -> None:
        self.told.append(following)

    def handle_in(self, seconds: float, callback: Callable[[], None]) -> SimpleNamespace:
        self.wait_s, self.tick = seconds, callback
        self.timers += 1
        return SimpleNamespace(cancel=self._forget)

    def _forget(self) -> None:
        self.tick = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self.work.append(work)

    def handle(self, callback: Callable[[], None]) -> None:
        callback()

    def stop(self) -> None:
        self.is_stopped = True


class Played:
    """A recording of a balance that falls by a dollar a moment, and the clock of the machine that shows it."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_whole: bool = True) -> None:
        moments = Moments(Snapshot("https://gateway.example", ZoneInfo("UTC")), NOW)
        for n, after_s in enumerate(AFTER_S):
            at = NOW + timedelta(seconds=after_s)
            profile = Profile(1, "", "lin", Decimal(100 - n))
            moments.hear(Heard(at, Answered(AskProfile(), profile, at)))
        recording = Recording(moments, is_whole=is_whole)
        self.stage = Stage()
        settings = load({}, {}, tmp_path / "config.toml", tmp_path / "state")
        stage = cast(AccountStage, self.stage)
        self.account = PlayedAccount(recording, settings, stage, at=None, privacy=False)
        self.machine_s = 1000.0
        loop = SimpleNamespace(time=lambda: self.machine_s)
        monkeypatch.setattr(player.asyncio, "get_running_loop", lambda: loop)

    @property
    def seen(self) -> tuple[float, int, bool]:
        """The time on screen after the first moment, the balance there, and whether it stands still."""
        picture = self.account.pictures.latest
        profile = picture.snapshot.data(AskProfile())
        assert profile is not None
        return (picture.now - NOW).total_seconds(), int(profile.balance_usd), picture.view.is_paused

    def pass_s(self, seconds: float) -> None:
        """Let the machine's clock go on, and the next tick come."""
        self.machine_s += seconds
        assert self.stage.tick is not None, "nothing is to come"
        self.stage.tick()

    def wish(self, *wishes: str) -> None:
        for one in wishes:
            self.account.pictures.follow(Playback(one))

    def pause(self, is_paused: bool) -> None:
        pictures = self.account.pictures
        pictures.change_view(replace(pictures.latest.view, is_paused=is_paused))


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    return Played(tmp_path, monkeypatch)


def test_time_passes_as_it_passed_and_stops_at_the_end(played: Played) -> None:
    played.account.begin()
    assert (played.seen, played.stage.wait_s) == ((0, 100, False), 1.0)
    played.pass_s(2.5)
    assert (played.seen, played.stage.wait_s) == ((2.5, 100, False), 0.5)
    played.pass_s(1.0)
    assert played.seen == (3.5, 99, False)
    played.pass_s(1.48)
    assert (played.seen, played.stage.wait_s) == ((4.98, 99, False), player.MIN_TICK_S)
    played.pass_s(0.5)
    assert played.seen == (5.48, 98, False), "the last moment is still to come"
    last = played.stage.tick
    played.pass_s(500.0)
    assert played.seen == (60, 97, True), "no later than the end"
    assert played.stage.tick is last, "and no further tick"


def test_faster_is_by_as_much_and_slower_too(played: Played) -> None:
    played.account.begin()
    played.wish("faster", "faster")
    played.pass_s(0.5)
    assert played.seen == (2.5, 100, False)
    assert played.stage.wait_s == pytest.approx(0.1)
    played.wish("slower")
    played.pass_s(0.25)
    assert played.seen == (3.0, 99, False), "twice as fast"
    played.wish(*["slower"] * 9)
    played.pass_s(1.0)
    assert played.seen == (3.25, 99, False)
    told = [one.text for one in played.stage.told if isinstance(one, Toast)]
    assert ("0.25" in told[-1], len(told)) == (True, 12)


def test_what_is_changed_on_the_way_neither_stops_it_nor_plays_it_twice(played: Played) -> None:
    played.account.begin()
    pictures, stage = played.account.pictures, played.stage
    tick, timers, shown = stage.tick, stage.timers, stage.shown
    pictures.change_view(replace(pictures.latest.view, privacy=True))
    assert (stage.tick, stage.timers, stage.shown) == (tick, timers, shown + 1)


def test_each_moment_is_judged(played: Played) -> None:
    played.account.begin()
    report = played.account.pictures.latest.report
    assert report is not None
    assert report.at == NOW


@pytest.mark.parametrize(("wish", "place_s"), [("finding_before", 3), ("finding_after", 60)])
def test_it_goes_to_where_a_verdict_changed(
    played: Played, wish: str, place_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def before(_self: Verdicts, _place: int) -> int:
        return 1

    async def after(_self: Verdicts, _place: int) -> int:
        assert played.stage.tick is None, "it does not play on meanwhile"
        return 3

    monkeypatch.setattr(Verdicts, "change_before", before)
    monkeypatch.setattr(Verdicts, "next_change", after)
    played.account.begin()
    played.pass_s(5.5)
    played.wish(wish)
    (work,) = played.stage.work
    _run(work)
    assert (played.seen[0], played.seen[2], played.stage.told) == (place_s, True, [])


def test_a_pause_keeps_the_moment_and_playing_goes_on_from_it(played: Played) -> None:
    played.account.begin()
    played.pass_s(4.0)
    played.pause(True)
    assert (played.seen, played.stage.tick) == ((4, 99, True), None)
    played.machine_s += 1000
    played.pause(False)
    played.pass_s(0.5)
    assert played.seen == (4.5, 99, False), "the time of the pause does not count"
    played.pass_s(500.0)
    played.pause(False)
    assert played.seen == (0, 100, False), "from the end, again from the beginning"


def test_stepping_goes_from_moment_to_moment_and_stands_still(played: Played) -> None:
    played.account.begin()
    played.wish("step_on")
    assert (played.seen, played.stage.tick) == ((3, 99, True), None)
    played.wish("step_on", "step_on", "step_on", "step_on")
    assert played.seen == (60, 97, True)
    played.wish("step_back")
    assert played.seen == (5, 98, True)
    played.pause(False)
    played.pass_s(7.0)
    played.wish("step_back")
    assert played.seen == (5, 98, True), "time has passed since: first to its beginning"
    played.wish("step_back", "step_back", "step_back")
    assert played.seen == (0, 100, True)


@pytest.mark.parametrize(
    ("wish", "told"), [("finding_before", "No earlier change"), ("finding_after", "No later change")]
)
def test_where_no_verdict_changes_it_stays_and_says_so(played: Played, wish: str, told: str) -> None:
    played.account.begin()
    played.pass_s(4.0)
    played.wish(wish)
    (work,) = played.stage.work
    _run(work)
    assert (played.seen, played.stage.tick) == ((3, 99, True), None)
    (toast,) = [one for one in played.stage.told if isinstance(one, Toast)]
    assert toast.text.startswith(told)


def test_what_was_never_recorded_fails_on_the_same_picture(played: Played) -> None:
    played.account.begin()
    played.pass_s(4.0)
    played.account.context.monitor.watch("screen", [AskSite()])
    assert played.seen == (4, 99, False)
    assert played.account.pictures.latest.snapshot.feed(AskSite()).failure is not None


def test_a_recording_that_is_cut_off_says_so_and_leaving_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = Played(tmp_path, monkeypatch, is_whole=False)
    cut.account.begin()
    assert len(cut.stage.told) == 1
    assert cut.stage.tick is not None
    _run(cut.account.leave())
    assert (cut.stage.is_stopped, cut.stage.tick) == (True, None)


def test_a_whole_recording_says_nothing_of_itself(played: Played) -> None:
    played.account.begin()
    assert played.stage.told == []


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run what only lets others go first."""
    with suppress(StopIteration):
        while work.send(None) is None:
            pass
