"""The composition root: builds the monitor, binds the Snapshot to the screens, opens and closes them. Nothing else."""

import asyncio
import os
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from textual import on
from textual.app import App
from textual.reactive import var
from textual.screen import Screen
from textual.worker import Worker, WorkerCancelled

from tui import locale
from tui.actions import Actions
from tui.domain.account import Profile
from tui.domain.scope import Scope
from tui.doors import Doors
from tui.gateway.address import ConfigError
from tui.locale import _
from tui.memory import Memory
from tui.monitor.burn import BASE_CALLS
from tui.monitor.evidence import report_of, triage_questions
from tui.monitor.judging import Judging
from tui.monitor.key_mode import key_questions
from tui.monitor.loop import Monitor, Rates
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile, AskSite, Question
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance, sign_in
from tui.present.look import Look
from tui.roll import Roll
from tui.screens.account_screen import AccountScreen
from tui.screens.accounts import AccountsScreen
from tui.screens.desk import Desk
from tui.screens.earlier import Earlier
from tui.screens.keys_only import KeysOnlyScreen
from tui.screens.messages import Copy, GoTo, Open, OpenDoor, ViewChanged
from tui.screens.opening import screen_for
from tui.screens.overview import OverviewScreen
from tui.screens.profiles import profiles_dialog
from tui.screens.record import RecordDialog
from tui.screens.sign_in import SignInDialog
from tui.screens.view_state import ViewState
from tui.screens.wallet import WalletDialog
from tui.screens.welcome import AddressDialog, ApiKeyDialog, WelcomeDialog, keep_dialog
from tui.services import Services
from tui.settings import BadSettings
from tui.signing_in import SignIn
from tui.terminal import clipboard
from tui.triage.report import Report

TICK_S = 2.0
FRESH = timedelta(seconds=1.5)
"""Where an answer has just brought the moment along, a tick has no picture of its own."""


class AktopApp(App[None]):
    """aktop on the screen."""

    TITLE = "aktop"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = []

    snapshot: var[Snapshot | None] = var(None, init=False)
    now: var[datetime | None] = var(None, init=False)
    view: var[ViewState] = var(ViewState(), init=False)
    alarm: var[low_balance.Alarm] = var(low_balance.Alarm(), init=False)
    report: var[Report | None] = var(None, init=False)

    def __init__(
        self, services: Services | None, scope: Scope | None = None, doors: Doors | None = None, **options: Any
    ) -> None:
        """Begin in the account of some services, or without any at the welcome. Services become the app's to close."""
        super().__init__(**options)
        self.animation_level = "none"
        self._scope = scope or Scope()
        self._doors = doors
        self._desk: Desk | None = None
        self._earlier: Earlier | None = None
        self._monitoring: Worker[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._roll: Roll | None = None
        self._is_first_run = False
        self._own_theme = self.theme
        self._language = locale.chosen()
        self._watched: tuple[Question[Any], ...] = ()
        self._judging = Judging()
        if services is not None:
            self._furnish(services)

    @property
    def desk(self) -> Desk:
        """The services of the account on the screen."""
        assert self._desk is not None, "nobody is in yet"
        return self._desk

    @property
    def monitor(self) -> Monitor:
        """What keeps the Snapshot of that account."""
        return self.desk.monitor

    def _furnish(self, services: Services) -> None:
        """Put everything in place for an account; nothing is asked yet."""
        interval_s = float(services.settings["interval_s"])
        snapshot = Snapshot(services.client.base_url, services.zone, api_keys=services.key_tags)
        rates = Rates(timedelta(seconds=interval_s))
        monitor = Monitor(services.client, snapshot, services.clock, self._publish, rates, services.keys)
        actions = Actions(
            services.client, services.journal, services.clock.now, self._look_again, is_read_only=services.is_read_only
        )
        self._desk = Desk(services, monitor, actions)
        self._earlier = Earlier(self, self._desk, services.clock.now())
        self._watched, self._judging = (), Judging()
        view = ViewState(privacy=self.view.privacy, interval_s=interval_s)
        self.set_reactive(AktopApp.view, view)
        self.set_reactive(AktopApp.alarm, low_balance.Alarm())
        self.set_reactive(AktopApp.report, None)
        self.set_reactive(AktopApp.snapshot, snapshot)
        self.set_reactive(AktopApp.now, services.clock.now())

    async def run_to_end(self, *, mouse: bool = True) -> None:
        """Run until the person leaves. Raises what ended it otherwise, for the command line to say it in a sentence."""
        await self.run_async(mouse=mouse)
        if self._exception is not None:
            raise self._exception

    def _fatal_error(self) -> None:
        """End without Textual's traceback: it prints local variables, which can hold secrets."""
        self._close_messages_no_wait()

    def on_mount(self) -> None:
        self.set_interval(TICK_S, self._tick)
        if self._desk is None:
            self._welcome()
        else:
            self._begin()

    def _begin(self) -> None:
        """Look at the account."""
        theme = self.desk.services.settings["theme"]
        self.theme = theme if theme in self.available_themes else self._own_theme
        self._watch()
        self._monitoring = self.run_worker(self.monitor.run(), name="monitor", group="monitor", exit_on_error=True)
        memory = Memory(self.desk.services.history_dir, self.desk.services.client.base_url, self._warn)
        self.run_worker(memory.live(self.monitor, self.desk.services.clock), group="memory", exit_on_error=True)
        has_keys = bool(self.desk.services.keys)
        self._show((KeysOnlyScreen if has_keys else OverviewScreen)(self.desk, self._scope))
        if not has_keys and self.desk.services.client.sessions.current() is None:
            self._sign_in()

    async def _enter(self, services: Services) -> None:
        """Leave the account on the screen, if there is one, and go into another."""
        before = self._desk
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

    def _close_later(self, services: Services) -> None:
        """Close without waiting: a renewal of the session may be on its way through a gateway that hangs."""
        task = asyncio.create_task(services.aclose())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def close_account(self) -> None:
        """Close what is open, once the app has ended."""
        if self._desk is not None:
            self._close_later(self._desk.services)
        await asyncio.gather(*self._leaving)

    def _publish(self, snapshot: Snapshot) -> None:
        if not self.view.is_paused:
            self._take(snapshot)

    def _take(self, snapshot: Snapshot) -> None:
        """Bind a Snapshot and the moment it is seen at."""
        self.now = self.desk.services.clock.now()
        own_usd = self.desk.services.settings["low_balance_usd"]
        self.alarm = low_balance.step(self.alarm, snapshot, Look(self.now, snapshot.zone), own_usd)
        self.snapshot = snapshot

    def _tick(self) -> None:
        if self._desk is None:
            return
        now = self.desk.services.clock.now()
        if self.now is None or now - self.now > FRESH:
            self.now = now
        self._watch()
        self._judge()
        if self._earlier is not None:
            self._earlier.tick(self.view)

    def _warn(self, text: str) -> None:
        self.notify(text, severity="warning", markup=False, timeout=10)

    def _watch(self) -> None:
        """What is wanted whatever screen is open: money, keys, the newest calls, and what triage judges by."""
        snapshot = self.monitor.snapshot
        wanted: tuple[Question[Any], ...] = tuple(key_questions(snapshot))
        if not snapshot.api_keys:
            judged_by = triage_questions(snapshot, self.desk.services.clock.now())
            wanted = (AskSite(), AskProfile(), AskKeys(), BASE_CALLS, *judged_by)
        if wanted != self._watched:
            self._watched = wanted
            self.monitor.watch("app", wanted)

    def _judge(self) -> None:
        """Triage what is known, when it has changed."""
        snapshot = self.monitor.snapshot
        now = self.desk.services.clock.now()
        if not snapshot.api_keys and not self.view.is_paused and self._judging.is_due(snapshot, now):
            self.report = report_of(snapshot, now)

    def watch_view(self, before: ViewState, view: ViewState) -> None:
        """The monitor follows the interval; the picture catches up when a pause ends."""
        self.monitor.set_interval(timedelta(seconds=view.interval_s))
        if before.is_paused and not view.is_paused:
            self._take(self.monitor.snapshot)

    def _look_again(self) -> None:
        """After an action: what it may have moved is asked for at once."""
        self.monitor.refresh((AskProfile(), AskKeys(), AskKeyCosts(), BASE_CALLS))

    def _show(self, screen: Screen[Any]) -> None:
        if isinstance(screen, RecordDialog | WalletDialog):
            screen.data_bind(AktopApp.view)
        if isinstance(screen, AccountScreen):
            screen.data_bind(AktopApp.snapshot, AktopApp.now, AktopApp.view, AktopApp.alarm, AktopApp.report)
        self.push_screen(screen)

    @on(Open)
    def open(self, message: Open) -> None:
        """Go somewhere."""
        self._show(screen_for(message, self.desk))

    # Doors

    def _welcome(self) -> None:
        """Nothing is configured: offer the ways in."""
        assert self._doors is not None
        self.push_screen(WelcomeDialog(), self._take_way)

    def _take_way(self, way: str | None) -> None:
        doors = self._doors
        if way is None or way == "quit" or doors is None:
            self.exit()
        elif way == "demo":
            self.run_worker(self._enter_demo(doors), exit_on_error=True)
        elif way == "key":
            self.push_screen(ApiKeyDialog(), lambda _: self._welcome())
        else:
            self.push_screen(AddressDialog(doors), self._take_address)

    async def _enter_demo(self, doors: Doors) -> None:
        await self._enter(await doors.open_demo())

    async def _take_address(self, services: Services | None) -> None:
        if services is None:
            self._welcome()
        else:
            self._is_first_run = True
            await self._enter(services)

    def _sign_in(self) -> None:
        services = self.desk.services
        if services.is_demo:
            self.notify(_("The demo is signed in already."), timeout=4)
            return
        profile = self.monitor.snapshot.data(AskProfile())
        kept = services.client.sessions.current()
        known = (profile and profile.email, services.settings["email"], kept and kept.email)
        email = next((one for one in known if one), "")
        signing_in = SignIn(services.client)
        dialog = SignInDialog(signing_in, email, sign_in.reason(self.monitor.snapshot))

        async def take(found: Profile | None) -> None:
            if found is not None:
                self.notify(sign_in.signed_in(found.email, is_kept=signing_in.is_kept), markup=False, timeout=6)
                await self._go_on_as(found, services)

        self.push_screen(dialog, take)

    async def _go_on_as(self, found: Profile, services: Services) -> None:
        """The same account goes on where it stood, with its screen and its data; another one begins anew."""
        known = self.monitor.snapshot.data(AskProfile())
        if known is not None and known.id != found.id:
            await self._enter(services)
        else:
            self.monitor.refresh()
        if self._is_first_run and self._doors is not None:
            self._is_first_run = False
            self.push_screen(keep_dialog(self._doors, services.client.base_url))

    @on(OpenDoor)
    def open_door(self, message: OpenDoor) -> None:
        """Sign in, or go elsewhere."""
        if message.door == "sign_in":
            self._sign_in()
        elif self._doors is None:
            return
        elif message.door == "profiles":
            self._choose_profile(self._doors)
        else:
            self._roll = self._roll or Roll(self._doors)
            self._show(AccountsScreen(self.desk, self._scope, self._roll))

    def _choose_profile(self, doors: Doors) -> None:
        try:
            dialog = profiles_dialog(doors, self.desk.services.settings)
        except BadSettings as error:
            self.notify(str(error), severity="error", markup=False, timeout=10)
            return

        def take(name: str | None) -> None:
            if name is not None:
                self.post_message(GoTo(name or None))

        self.push_screen(dialog, take)

    @on(GoTo)
    async def go_to(self, message: GoTo) -> None:
        """Go into the account of a profile; what is wrong with its settings is said, and nothing is left."""
        if self._doors is None or self._doors.is_of(self.desk.services.settings, message.profile):
            return
        try:
            settings = self._doors.settings(message.profile)
            services = self._doors.open(settings)
        except (BadSettings, ConfigError) as error:
            self.notify(str(error), severity="error", markup=False, timeout=10)
            return
        locale.use(settings["lang"] or self._language)
        self._scope = self._current_scope().elsewhere()
        await self._enter(services)

    def _current_scope(self) -> Scope:
        shown = [screen for screen in self.screen_stack if isinstance(screen, AccountScreen)]
        return shown[0].scope if shown else self._scope

    @on(ViewChanged)
    def change_view(self, message: ViewChanged) -> None:
        """See things otherwise, on every screen."""
        self.view = message.view

    @on(Copy)
    def copy(self, message: Copy) -> None:
        """Send a text to the terminal; whether it arrived cannot be known."""
        if clipboard.sequence(message.text, os.environ) is None:
            self.notify(_("Too long for the terminal's clipboard."), severity="warning", timeout=4)
            return
        self.copy_to_clipboard(message.text)
        self.notify(_("Sent to the terminal's clipboard."), timeout=3)
