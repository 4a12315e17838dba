"""The composition root: builds the monitor, binds the Snapshot to the screens, opens and closes them. Nothing else."""

import os
from datetime import datetime, timedelta
from typing import Any

from textual import on
from textual.app import App
from textual.reactive import var
from textual.screen import Screen

from tui.actions import Actions
from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.evidence import report_of, triage_questions
from tui.monitor.key_mode import key_questions
from tui.monitor.loop import Monitor, Rates
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile, AskSite, Question
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance
from tui.present.look import Look
from tui.screens.account_screen import AccountScreen
from tui.screens.desk import Desk
from tui.screens.earlier import Earlier
from tui.screens.keys_only import KeysOnlyScreen
from tui.screens.messages import Copy, Open, ViewChanged
from tui.screens.opening import screen_for
from tui.screens.overview import OverviewScreen
from tui.screens.record import RecordDialog
from tui.screens.view_state import ViewState
from tui.screens.wallet import WalletDialog
from tui.services import Services
from tui.terminal import clipboard
from tui.triage.report import Report

TICK_S = 2.0


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

    def __init__(self, services: Services, scope: Scope | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.animation_level = "none"
        self._services = services
        self._scope = scope or Scope()
        interval_s = float(services.settings["interval_s"])
        self.set_reactive(AktopApp.view, ViewState(interval_s=interval_s))
        snapshot = Snapshot(services.client.base_url, services.zone, api_keys=services.key_tags)
        rates = Rates(timedelta(seconds=interval_s))
        self.monitor = Monitor(services.client, snapshot, services.clock, self._publish, rates, services.keys)
        actions = Actions(
            services.client, services.journal, services.clock.now, self._look_again, is_read_only=services.is_read_only
        )
        self.desk = Desk(services, self.monitor, actions)
        self._earlier = Earlier(self, self.desk, services.clock.now())
        self._watched: tuple[Question[Any], ...] = ()
        self._judged: object = None
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
        theme = self._services.settings["theme"]
        if theme in self.available_themes:
            self.theme = theme
        self._watch()
        self.run_worker(self.monitor.run(), name="monitor", group="monitor", exit_on_error=True)
        self.set_interval(TICK_S, self._tick)
        self._show((KeysOnlyScreen if self._services.keys else OverviewScreen)(self.desk, self._scope))

    def _publish(self, snapshot: Snapshot) -> None:
        if not self.view.is_paused:
            self._take(snapshot)

    def _take(self, snapshot: Snapshot) -> None:
        """Bind a Snapshot and the moment it is seen at."""
        self.now = self._services.clock.now()
        own_usd = self._services.settings["low_balance_usd"]
        self.alarm = low_balance.step(self.alarm, snapshot, Look(self.now, snapshot.zone), own_usd)
        self.snapshot = snapshot

    def _tick(self) -> None:
        self.now = self._services.clock.now()
        self._watch()
        self._judge()
        self._earlier.tick(self.view)

    def _watch(self) -> None:
        """What is wanted whatever screen is open: money, keys, the newest calls, and what triage judges by."""
        snapshot = self.monitor.snapshot
        wanted: tuple[Question[Any], ...] = tuple(key_questions(snapshot.api_keys))
        if not snapshot.api_keys:
            judged_by = triage_questions(snapshot, self._services.clock.now())
            wanted = (AskSite(), AskProfile(), AskKeys(), BASE_CALLS, *judged_by)
        if wanted != self._watched:
            self._watched = wanted
            self.monitor.watch("app", wanted)

    def _judge(self) -> None:
        """Triage what is known, when it has changed."""
        snapshot = self.monitor.snapshot
        if not snapshot.api_keys and snapshot.feeds is not self._judged and not self.view.is_paused:
            self._judged = snapshot.feeds
            self.report = report_of(snapshot, self._services.clock.now())

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
