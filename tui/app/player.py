"""Plays the moments of a recording at a chosen speed, and makes their frames."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tui.account.context import AccountContext
from tui.account.played import PlayedClock, PlayedMonitor, Verdicts
from tui.app.stage import AccountStage
from tui.monitor.moments import Recording
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance, playback
from tui.present.display_context import context_of
from tui.present.low_balance import Alarm
from tui.present.playing import Playing
from tui.screens.messages import Playback
from tui.screens.picture import Picture
from tui.screens.view_state import ViewState
from tui.triage.report import Report

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
TICK_S = 1.0
MIN_TICK_S = 0.1


class Player:
    """The frames of a recording; `latest` is the one on screen."""

    def __init__(
        self,
        account: AccountContext,
        monitor: PlayedMonitor,
        clock: PlayedClock,
        recording: Recording,
        verdicts: Verdicts,
        stage: AccountStage,
        view: ViewState,
    ) -> None:
        self._account = account
        self._monitor = monitor
        self._clock = clock
        self._moments = recording.moments
        self._verdicts = verdicts
        self._stage = stage
        self._alarms: list[Alarm] = []
        """After each of the moments that were judged so far."""
        self._place = -1
        self._ticked_s = 0.0
        self._next: asyncio.TimerHandle | None = None
        self.latest = Picture(monitor.snapshot, clock.now(), replace(view, playing=Playing()))

    def begin(self) -> None:
        """Show the moment of the clock, and play on from there."""
        self._show(self._clock.now())
        self._go_on()

    def end(self) -> None:
        """Stop playing."""
        if self._next is not None:
            self._next.cancel()

    def hear(self) -> None:
        """Redraw the same moment: a screen wants data that was never recorded."""
        self._change(snapshot=self._monitor.snapshot)

    def tell_news(self) -> None:
        """User actions do not change the past."""

    def change_view(self, view: ViewState) -> None:
        """Change the view, pause, or play on; at the end, from the beginning."""
        was_paused = self.latest.view.is_paused
        self._change(view=view)
        if was_paused and not view.is_paused:
            if self._is_over:
                self._show(self._moments.all[0].at)
            self._go_on()
        elif view.is_paused:
            self.end()

    def follow(self, wish: Playback) -> None:
        """Do what a playback key stands for; stepping pauses."""
        match wish.wish:
            case "faster" | "slower":
                self._play_at(wish.wish)
            case "step_back":
                self._step_back()
            case "step_on":
                self._hold_at(self._place + 1)
            case "finding_before" | "finding_after":
                self._stage.start(self._to_finding(is_back=wish.wish == "finding_before"))

    @property
    def _is_over(self) -> bool:
        return self._place >= len(self._moments.all) - 1

    def _step_back(self) -> None:
        """Go to the start of this moment if time has passed since, else to the previous one."""
        is_after = self._clock.now() > self._moments.all[self._place].at
        self._hold_at(self._place if is_after else self._place - 1)

    def _hold_at(self, place: int) -> None:
        self.end()
        place = min(max(place, 0), len(self._moments.all) - 1)
        self._change(view=replace(self.latest.view, is_paused=True))
        self._show(self._moments.all[place].at)

    async def _to_finding(self, *, is_back: bool) -> None:
        self.end()
        seek = self._verdicts.change_before if is_back else self._verdicts.next_change
        place = await seek(self._place)
        self._hold_at(self._place if place is None else place)
        if place is None:
            self._stage.follow(playback.no_more_findings(is_back=is_back))

    def _play_at(self, wish: str) -> None:
        playing = self.latest.view.playing or Playing()
        if wish == "faster":
            speed = min((one for one in SPEEDS if one > playing.speed), default=playing.speed)
        else:
            speed = max((one for one in SPEEDS if one < playing.speed), default=playing.speed)
        self._change(view=replace(self.latest.view, playing=replace(playing, speed=speed)))
        self._stage.follow(playback.speed(Playing(speed)))

    def _go_on(self) -> None:
        if self._is_over:
            self._change(view=replace(self.latest.view, is_paused=True))
        if not self.latest.view.is_paused:
            self._ticked_s = asyncio.get_running_loop().time()
            self._wait()

    def _wait(self) -> None:
        """Tick at the next moment, and once a second for displayed ages."""
        until = self._moments.all[self._place + 1].at - self._clock.now()
        seconds = until.total_seconds() / self._speed
        self._next = self._stage.handle_in(min(max(seconds, MIN_TICK_S), TICK_S), self._tick)

    def _tick(self) -> None:
        passed = timedelta(seconds=(asyncio.get_running_loop().time() - self._ticked_s) * self._speed)
        self._show(min(self._clock.now() + passed, self._moments.all[-1].at))
        self._go_on()

    @property
    def _speed(self) -> float:
        return self.latest.view.playing.speed if self.latest.view.playing is not None else 1.0

    def _show(self, at: datetime) -> None:
        """Show what was known at a time, as it looked then."""
        self._clock.at = at
        place = self._moments.place_of(at)
        if place != self._place:
            self._place = place
            self._monitor.show(self._moments.all[place].snapshot)
            self._account.tracker.become(self._verdicts.tracker_at(place))
        tracker, snapshot, before = self._account.tracker, self._monitor.snapshot, self.latest
        alarm = self._alarm_after(self._alarm_before(place), snapshot, at, tracker.report)
        playing = replace(before.view.playing or Playing(), is_over=self._is_over)
        self._change(
            snapshot=snapshot,
            now=at,
            alarm=alarm,
            report=tracker.report,
            incidents=tracker.incidents,
            view=replace(before.view, playing=playing),
        )

    def _alarm_before(self, place: int) -> Alarm:
        """The alarm as what came before left it, from wherever a person came here."""
        for moment, tracker in self._verdicts.judged_to(place, len(self._alarms)):
            known = self._alarms[-1] if self._alarms else Alarm()
            self._alarms.append(self._alarm_after(known, moment.snapshot, moment.at, tracker.report))
        return self._alarms[self._verdicts.number_of(place)]

    def _alarm_after(self, alarm: Alarm, snapshot: Snapshot, at: datetime, report: Report | None) -> Alarm:
        own_usd = self._account.services.settings.low_balance_usd
        return low_balance.step(alarm, snapshot, context_of(snapshot, at), report, own_usd)

    def _change(self, **parts: Any) -> None:
        self.latest = replace(self.latest, **parts)
        self._stage.show_picture(self.latest)
