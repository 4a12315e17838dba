"""Everything that leaves aktop for one account while it is watched: notices, terminal title, figures for other
programs.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from tui.account.context import AccountContext
from tui.config.alerts import AlertSettings, ChannelKind
from tui.config.state_files import last_known_file
from tui.outbound.alerts import Alerts, notices_folder
from tui.outbound.channels.channel import Undelivered
from tui.outbound.channels_in_use import wishes_of
from tui.outbound.delivery import ChannelInUse
from tui.outbound.dispatch import is_wanted_at_once
from tui.outbound.notice_log import LoggedNotice
from tui.outbound.reporter import account_label
from tui.present.display_context import context_of
from tui.present.last_known import last_known, with_names
from tui.present.window_title import window_title
from tui.store.last_known import LastKnown, write
from tui.terminal.notify import TerminalVoice

LOOK_EVERY_S = 5.0
"""How often to check for what waiting alone brings, such as blindness; judgements are handled at once."""
WRITE_EVERY_S = 10.0


class AccountOutlet:
    """Reports what is due after each judgement. `role` is `watch` or `screen`.

    `voice` speaks to the terminal, if there is one.
    """

    def __init__(
        self,
        account: AccountContext,
        channels: Sequence[ChannelInUse],
        role: str,
        report: Callable[[str], None],
        voice: TerminalVoice | None = None,
    ) -> None:
        services = account.services
        self.channels = channels
        blind_after = timedelta(minutes=services.settings.blind_after_min)
        self.alerts = Alerts(account, channels, notices_folder(services), role, report, blind_after)
        self._account = account
        self._voice = voice
        self._terminals = terminals_of(services.settings.alerts)
        self._looked_at_s: float | None = None
        self._looked_by: object = None
        self._written: LastKnown | None = None
        self._written_at_s = 0.0

    async def run(self) -> None:
        """Deliver notices to their channels until cancelled."""
        await self.alerts.run()

    async def look(self) -> tuple[LoggedNotice, ...]:
        """Report what is due; return the new notices, whoever gave them."""
        now_s, report = self._account.services.clock.steady_s(), self._account.tracker.report
        is_early = self._looked_at_s is not None and now_s - self._looked_at_s < LOOK_EVERY_S
        if is_early and report is self._looked_by:
            return ()
        self._looked_at_s, self._looked_by = now_s, report
        told = self.alerts.hear()
        known = self._figures()
        if known is not None:
            self._show_title(known)
            self._write(known, now_s)
        for one in told:
            await self._tell_terminal(one)
        return told

    async def act(self) -> tuple[LoggedNotice, ...]:
        """Act by the rules that a person wrote, if it is this aktop's turn, and report what was done.

        If two aktops believe that it is theirs, the guard's own lock admits one.
        """
        account, guard = self._account, self._account.guard
        report = account.tracker.report
        if guard is None or report is None or not self.alerts.is_telling:
            return ()
        if not await guard.step(account.monitor.snapshot, report, account.tracker.incidents):
            return ()
        self._looked_at_s = None
        return await self.look()

    def leave(self) -> None:
        """Let another aktop report, and restore the terminal's title."""
        self.alerts.leave()
        if self._voice is not None:
            self._voice.restore_title()

    def _figures(self) -> LastKnown | None:
        snapshot, tracker = self._account.monitor.snapshot, self._account.tracker
        look = context_of(snapshot, self._account.services.clock.now())
        return last_known(snapshot, tracker.report, tracker.incidents, look, account_label(self._account))

    def _show_title(self, known: LastKnown) -> None:
        if self._voice is not None and all(one.title for one in self._terminals):
            self._voice.show_title(window_title(known))

    def _write(self, known: LastKnown, now_s: float) -> None:
        """Write the figures for other programs' status bars, at once if something needs a person."""
        services, before = self._account.services, self._written
        has_news = before is None or (before.severity, before.key_id, before.trouble) != (
            known.severity,
            known.key_id,
            known.trouble,
        )
        if services.is_demo or (not has_news and now_s - self._written_at_s < WRITE_EVERY_S):
            return
        self._written, self._written_at_s = known, now_s
        with suppress(OSError):  # a full disk costs only these figures
            write(last_known_file(services.settings), with_names(known, self._account.monitor.snapshot))

    async def _tell_terminal(self, told: LoggedNotice) -> None:
        """Notify the person at this terminal, whichever aktop sends the notices."""
        if self._voice is None:
            return
        from tui.outbound.channels.terminal import TerminalChannel

        services = self._account.services
        for one in self._terminals:
            notice = told.private if one.privacy else told.notice
            if is_wanted_at_once(notice, wishes_of(one), services.clock.now(), services.zone):
                with suppress(Undelivered):
                    await TerminalChannel(one, self._voice).send(notice)


def terminals_of(settings: Sequence[AlertSettings]) -> tuple[AlertSettings, ...]:
    """The terminal channels of the settings."""
    return tuple(one for one in settings if one.kind is ChannelKind.TERMINAL)
