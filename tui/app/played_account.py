"""A recording on screen instead of an account: the same screens, without requests."""

from datetime import datetime

from tui.account.actions import Actions
from tui.account.context import AccountContext
from tui.account.incident_tracker import IncidentTracker
from tui.account.played import PlayedClock, PlayedMonitor, Verdicts, played_services
from tui.app.player import Player
from tui.app.stage import AccountStage
from tui.config.settings import Settings
from tui.monitor.moments import Recording
from tui.present import playback
from tui.present.toasts import Toast
from tui.screens.view_state import ViewState


class PlayedAccount:
    """Everything of one recording, put together."""

    has_news = True
    needs_sign_in = False

    def __init__(
        self, recording: Recording, settings: Settings, stage: AccountStage, *, at: datetime | None, privacy: bool
    ) -> None:
        """Begin `at` a moment, by default the first. Raises ConfigError if its gateway has no address."""
        at = recording.nearest(at or recording.first.at)
        clock, monitor = PlayedClock(at), PlayedMonitor(recording)
        services = played_services(recording, settings, clock)
        tracker = IncidentTracker.of(settings, self._warn)
        actions = Actions(services.client, services.journal, clock.now, lambda: None, monitor.snapshot.capabilities)
        self.context = AccountContext(services, monitor, actions, tracker)
        verdicts = Verdicts(recording.moments.all, tracker)
        view = ViewState(privacy=privacy, interval_s=float(settings.interval_s))
        self.pictures = Player(self.context, monitor, clock, recording, verdicts, stage, view)
        monitor.publish = lambda _snapshot: stage.handle(self.pictures.hear)
        self._stage = stage
        self._is_whole = recording.is_whole

    def begin(self) -> None:
        """Show it."""
        if not self._is_whole:
            self._stage.follow(playback.not_whole())
        self.pictures.begin()

    def quit(self) -> None:
        """aktop is quitting: nothing has to finish."""

    async def leave(self) -> None:
        """Stop showing it."""
        self.pictures.end()
        self._stage.stop()

    def _warn(self, text: str) -> None:
        self._stage.follow(Toast(text, "warning", 10))
