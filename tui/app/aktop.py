"""The composition root: builds the monitor, binds the Snapshot to the screens, opens and closes them. Nothing else."""

import asyncio
import gc
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from msgspec.structs import replace
from rich.console import RenderableType
from textual import on
from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled

from tui.account.actions import Actions
from tui.account.cache import AccountCache
from tui.account.context import AccountContext
from tui.account.incident_tracker import IncidentTracker
from tui.account.profiles import Profiles
from tui.account.services import Services
from tui.app.account_watch import AccountWatch
from tui.app.last_picture import picture
from tui.app.navigator import AccountNavigator
from tui.app.notices import PatientNotices
from tui.app.pending_actions import PendingActions
from tui.app.prefetch import monitor_of
from tui.app.screens import first_screen, preload_screens, screen_for
from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.api_key_mode import account_feed
from tui.monitor.burn import BASE_CALLS
from tui.monitor.loop import Monitor
from tui.monitor.question import Question
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance
from tui.present.display_context import DisplayContext
from tui.screens.messages import Copy, GoTo, Judged, Open, OpenDoor, Redraw, ViewChanged
from tui.screens.picture import Picture, ShowsPicture
from tui.screens.view_state import ViewState
from tui.terminal import clipboard
from tui.terminal.driver import DiffDriver
from tui.terminal.keys_in_turn import KeysInTurn, Typed
from tui.terminal.pump_calls import call_in, end_on_failures
from widgets.modal import Modal, ShowsLater

TICK_S = 2.5
"""What ages is painted again after so long without an answer: with the shortest interval an answer is earlier."""
FIRST_SCREEN = 2
"""Screens on the stack with the first one of an account: Textual's own lies below."""
GATHER_S = 0.25
"""How long the picture waits for the other answers of a round: one picture a round, not one an answer."""


class AktopApp(ShowsPicture, KeysInTurn, PatientNotices, ShowsLater):
    """aktop on the screen."""

    TITLE = "aktop"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = []

    def __init__(
        self,
        services: Services | None,
        scope: Scope | None = None,
        profiles: Profiles | None = None,
        monitor: Monitor | None = None,
        **options: Any,
    ) -> None:
        """Begin in the account of some services, or without any at the welcome. Services become the app's to close.

        `monitor` asks on their behalf already, where somebody has given them a head start.
        """
        super().__init__(**options)
        self.animation_level = "none"
        self._profiles = profiles
        self.last_picture: tuple[str, ...] | None = None
        """What the next start may show first; there once the app is left."""
        self._navigator = AccountNavigator(
            self, profiles, scope or Scope(), lambda: self.account, self._enter, self._show
        )
        self._account: AccountContext | None = None
        self._watching: AccountWatch
        self._earlier: PendingActions
        self._monitoring: Worker[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._own_theme = self.theme
        self.picture: Picture | None = None
        self._held_without: frozenset[Question[Any]] = frozenset()
        self._is_awaited = True
        self._has_rooms = False
        self._is_gathering = False
        self._next_picture: asyncio.TimerHandle | None = None
        if services is not None:
            self._furnish(services, monitor)

    @property
    def account(self) -> AccountContext:
        """The services of the account on the screen."""
        assert self._account is not None, "nobody is in yet"
        return self._account

    @property
    def monitor(self) -> Monitor:
        """What keeps the Snapshot of that account."""
        return self.account.monitor

    def _furnish(self, services: Services, monitor: Monitor | None = None) -> None:
        """Put everything in place for an account; nothing more is asked yet."""
        monitor = monitor or monitor_of(services)
        monitor.publish = self._hear
        actions = Actions(
            services.client, services.journal, services.clock.now, self._look_again, is_read_only=services.is_read_only
        )
        self._account = AccountContext(services, monitor, actions, IncidentTracker())
        self._earlier = PendingActions(self, self._account, services.clock.now())
        self._watching = AccountWatch(self._account, self._navigator.scope)
        self._is_awaited = True
        view = ViewState(privacy=self.view.privacy, interval_s=float(services.settings["interval_s"]))
        self.picture = Picture(monitor.snapshot, services.clock.now(), view)

    @property
    def has_figures(self) -> bool:
        """Whether there is more to see than an earlier run knew: news of the account, or a question to a person."""
        heard = self._account is None or not account_feed(self.monitor.snapshot).is_waiting
        return heard or len(self.screen_stack) > FIRST_SCREEN

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave, and keep what was seen last for the next start."""
        if self._profiles is not None:
            with self._context():
                self.last_picture = picture(self, self._profiles.start)
        super().exit(result, return_code, message)

    def hears(self, event: Typed) -> bool:
        """Ask the dialog in front, if there is one."""
        return not isinstance(self.screen, Modal) or self.screen.hears(event)

    def when_shown(self, then: Callable[[], None]) -> None:
        """Call it once the terminal has taken the picture."""
        if isinstance(self._driver, DiffDriver):
            self._driver.when_sent(then)
        else:
            then()

    async def run_to_end(self, *, mouse: bool = True) -> None:
        """Run until the person leaves. Raises what ended it otherwise, for the command line to say it in a sentence."""
        await self.run_async(mouse=mouse)
        if self._exception is not None:
            raise self._exception

    def _fatal_error(self) -> None:
        """End without Textual's traceback: it prints local variables, which can hold secrets."""
        self._close_messages_no_wait()

    def on_mount(self) -> None:
        end_on_failures(self)
        self._picture_in(TICK_S)
        if self._account is None:
            self._navigator.welcome()
        else:
            self._begin()

    def _begin(self) -> None:
        """Look at the account."""
        theme = self.account.services.settings["theme"]
        self.theme = theme if theme in self.available_themes else self._own_theme
        self._watching.watch()
        self._monitoring = self.run_worker(self.monitor.run(), name="monitor", group="monitor", exit_on_error=True)
        memory = AccountCache(
            self.account.services.history_dir, self.account.services.client.base_url, self.account.tracker, self._warn
        )
        self.run_worker(memory.live(self.monitor, self.account.services.clock), group="memory", exit_on_error=True)
        self._show(first_screen(self.account, self._navigator.scope))
        if not account_feed(self.monitor.snapshot).is_waiting:
            self._publish()
        if not self.account.services.keys and self.account.services.client.sessions.current() is None:
            self._navigator.sign_in()

    async def _enter(self, services: Services) -> None:
        """Leave the account on the screen, if there is one, and go into another."""
        before = self._account
        self._picture_in(TICK_S)
        if self._monitoring is not None:
            self._monitoring.cancel()
            with suppress(WorkerCancelled):
                await self._monitoring.wait()
        self.workers.cancel_group(self, "earlier")
        self.workers.cancel_group(self, "memory")
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if before is not None and before.services is not services:
            self._close_later(before.services)
        self._furnish(services)
        self._begin()
        gc.collect()  # what was known of the account before lies in cycles, and is large

    def _close_later(self, services: Services) -> None:
        """Close without waiting: a renewal of the session may be on its way through a gateway that hangs."""
        task = asyncio.create_task(services.aclose())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def close_account(self) -> None:
        """Close what is open, once the app has ended."""
        if self._account is not None:
            self._close_later(self._account.services)
        await asyncio.gather(*self._leaving)

    def _hear(self, _snapshot: Snapshot) -> None:
        """Take what the monitor tells: one with a head start runs outside of the framework."""
        with self._context():
            self._publish()

    def _publish(self) -> None:
        """Show what was heard: what somebody waits for as it comes, the rest together with the others of its round."""
        was_awaited, self._is_awaited = self._is_awaited, self.monitor.is_awaited
        if was_awaited and not self._is_awaited and not self._has_rooms:
            self._has_rooms = True
            # Nobody waits for anything now: what may be opened next is made ready.
            self.run_worker(preload_screens, thread=True, group="rooms", exit_on_error=False)
        if self.view.is_paused:
            self._complete_held()
            return
        if self._watching.is_first_look or was_awaited or self._is_awaited:
            self._take()
        elif not self._is_gathering:
            self._picture_in(GATHER_S)
            self._is_gathering = True

    def _picture_in(self, seconds: float) -> None:
        """Have the next picture then, unless one comes earlier."""
        self._is_gathering = False
        if self._next_picture is not None:
            self._next_picture.cancel()
        self._next_picture = call_in(self, seconds, self._picture_due)

    def _picture_due(self) -> None:
        if self._account is not None and not self.view.is_paused:
            self._take()
            return
        self._picture_in(TICK_S)
        if self._account is not None:
            self._consider()
            self._earlier.tick(self.view)

    def _complete_held(self) -> None:
        """Add to the picture that is held what was asked only since: the rest of it, and its moment, stay."""
        if self.picture is not None:
            held = self.picture.snapshot
            completed = held.completed(self.monitor.snapshot, self.picture.now, self._held_without)
            if completed is not held:
                self._change_picture(snapshot=completed)

    def _take(self) -> None:
        """Bind the Snapshot, what it means and the moment it is seen at: all in one picture."""
        self._picture_in(TICK_S)
        self._consider()
        snapshot, now = self.monitor.snapshot, self.account.services.clock.now()
        own_usd = self.account.services.settings["low_balance_usd"]
        alarm = low_balance.step(self.alarm, snapshot, DisplayContext(now, snapshot.zone), self.report, own_usd)
        self._change_picture(snapshot=snapshot, now=now, alarm=alarm)
        self._earlier.tick(self.view)

    def _change_picture(self, **parts: Any) -> None:
        """Give all open screens another picture. Not by binding: an app keeps the bound screens that it has left."""
        assert self.picture is not None
        self.picture = replace(self.picture, **parts)
        for screen in self.screen_stack:
            if isinstance(screen, ShowsPicture):
                screen.picture = self.picture

    def _warn(self, text: str) -> None:
        self.notify(text, severity="warning", markup=False, timeout=10)

    def _consider(self) -> None:
        """See what is wanted of the account now, and triage what is known when it has changed."""
        self._watching.watch()
        report = None if self.view.is_paused else self._watching.judge()
        if report is not None:
            self._change_picture(report=report)
            self.tell_news()

    @on(Judged)
    def tell_news(self) -> None:
        """Put what is going on on every screen, and say what is over."""
        for told in self._watching.over(self.view.privacy):
            self.notify(told, markup=False, timeout=10)
        self._change_picture(incidents=self.account.tracker.incidents)

    @on(ViewChanged)
    def change_view(self, message: ViewChanged) -> None:
        """See things otherwise, on every screen; the picture catches up when a pause ends."""
        before, view = self.view, message.view
        self._change_picture(view=view)
        if view.is_paused and not before.is_paused:
            self._held_without = self.monitor.wanted
        self.monitor.set_interval(timedelta(seconds=view.interval_s))
        if before.is_paused and not view.is_paused:
            self._take()

    def _look_again(self) -> None:
        """After an action: what it may have moved is asked for at once."""
        self.monitor.refresh((AskProfile(), AskKeys(), AskKeyCosts(), BASE_CALLS))

    def _show(self, screen: Screen[Any]) -> None:
        if isinstance(screen, ShowsPicture):
            screen.picture = self.picture
        self.push_screen(screen)

    @on(Open)
    def open(self, message: Open) -> None:
        """Go somewhere."""
        self._show(screen_for(message, self.account))

    @on(OpenDoor)
    def open_door(self, message: OpenDoor) -> None:
        """Sign in, or go elsewhere."""
        self._navigator.open(message.door)

    @on(GoTo)
    async def go_to(self, message: GoTo) -> None:
        """Go into the account of a profile."""
        await self._navigator.go_to(message.profile)

    @on(Redraw)
    def redraw(self) -> None:
        """Send the whole picture, also what has not changed since it was sent."""
        if isinstance(self._driver, DiffDriver):
            self._driver.repaint()
        self.refresh(layout=True)

    @on(Copy)
    def copy(self, message: Copy) -> None:
        """Send a text to the terminal; whether it arrived cannot be known."""
        if clipboard.sequence(message.text, os.environ) is None:
            self.notify(_("Too long for the terminal's clipboard."), severity="warning", timeout=4)
            return
        self.copy_to_clipboard(message.text)
        self.notify(_("Sent to the terminal's clipboard."), timeout=3)
