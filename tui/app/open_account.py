"""An account while it is on the screen: its polling, judging, pictures, and their end."""

import os
from contextlib import suppress

from textual.worker import Worker, WorkerCancelled

from tui.account.account_watch import AccountWatch, monitor_of
from tui.account.actions import Actions
from tui.account.cache import AccountCache
from tui.account.context import AccountContext
from tui.account.guard.guard import Guard
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.app.pending_actions import PendingActions
from tui.app.pictures import Pictures
from tui.app.stage import AccountStage
from tui.config.complaints import complaint
from tui.config.file import BadSettings
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.monitor.burn import BASE_CALLS
from tui.monitor.heard import RecentlyHeard
from tui.monitor.loop import Monitor
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from tui.outbound.alerts import SCREEN
from tui.outbound.channels_in_use import channels_in_use
from tui.outbound.delivery import ChannelInUse
from tui.outbound.outlet import LOOK_EVERY_S, AccountOutlet
from tui.outbound.told_notices import told_notices
from tui.present import notices_panes, toasts
from tui.present.toasts import Toast
from tui.screens.view_state import ViewState
from tui.terminal.notify import TerminalVoice


class OpenAccount:
    """Everything of one account; nothing more is asked before `begin`."""

    def __init__(
        self, services: Services, scope: Scope, stage: AccountStage, *, privacy: bool, monitor: Monitor | None = None
    ) -> None:
        """`monitor` already polls for the services if it was given a head start."""
        self._monitor = monitor = monitor or monitor_of(services)
        actions = Actions(
            services.client, services.journal, services.clock.now, self._look_again, services.capabilities
        )
        tracker, guard = IncidentTracker.of(services.settings, self._warn), Guard.of(services, actions, self._warn)
        heard = RecentlyHeard(monitor.snapshot, services.clock.now)
        monitor.follow(heard)
        self.context = AccountContext(services, monitor, actions, tracker, guard, heard)
        self._watch = AccountWatch(self.context, scope)
        view = ViewState(privacy=privacy, interval_s=float(services.settings.interval_s))
        pending = PendingActions(self.context, services.clock.now())
        self.pictures = Pictures(self.context, self._watch, pending, view, stage)
        monitor.publish = lambda _snapshot: stage.handle(self.pictures.hear)
        self._complaint: Toast | None = None
        voice = TerminalVoice(stage.tell_terminal, os.environ)
        self.outlet = AccountOutlet(self.context, self._channels(), SCREEN, self._warn, voice)
        self._stage = stage
        self._monitoring: Worker[None] | None = None

    @property
    def has_news(self) -> bool:
        """Whether the gateway has answered about the account, even with a refusal."""
        return not self.context.monitor.snapshot.feed(AskProfile()).is_waiting

    @property
    def needs_sign_in(self) -> bool:
        """Whether there is no session yet."""
        has_account = self.context.can(Capability.ACCOUNT)
        return has_account and self.context.services.client.sessions.current() is None

    def begin(self) -> None:
        """Start polling, and keeping what is known between runs."""
        services = self.context.services
        if self._complaint is not None:
            self._stage.follow(self._complaint)
        self._watch.watch()
        self.pictures.begin()
        self._monitoring = self._stage.start(self._monitor.run())
        cache = AccountCache(services.history_dir, services.client.base_url, self.context.tracker, self._warn)
        self._stage.start(cache.live(self._monitor, services.clock))
        self._stage.start(self.outlet.run())
        self._stage.start(self._tell_on())

    def _channels(self) -> tuple[ChannelInUse, ...]:
        """The channels for notices; an error in them does not prevent the screen."""
        try:
            return channels_in_use(self.context.services.settings, os.environ)
        except BadSettings as error:
            self._complaint = toasts.no_channels(complaint(error))
            return ()

    async def _tell_on(self) -> None:
        alerts, shown = self.outlet.alerts, None
        while True:
            await self.outlet.look()
            await self.outlet.act()
            if shown is None and alerts.missed:
                self._stage.follow(notices_panes.missed(len(alerts.missed)))
            told = alerts.entries, alerts.teller
            if told != shown:
                shown = told
                self.pictures.tell_notices(told_notices(alerts))
            await self.context.services.clock.sleep(LOOK_EVERY_S)

    def quit(self) -> None:
        """aktop is being left: others may tell from now on."""
        self.outlet.leave()

    async def leave(self) -> None:
        """Stop polling; requests in flight have ended then."""
        self.pictures.end()
        self.outlet.leave()
        if self._monitoring is not None:
            self._monitoring.cancel()
            with suppress(WorkerCancelled):
                await self._monitoring.wait()
        self._stage.stop()

    def _look_again(self) -> None:
        """After an action, ask at once for what it may have changed."""
        self.context.monitor.refresh((AskProfile(), AskKeys(), AskKeyCosts(), BASE_CALLS))

    def _warn(self, text: str) -> None:
        self._stage.follow(Toast(text, "warning", 10))
