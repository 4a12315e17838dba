"""The terminal that aktop runs in: desktop notification and bell. Its title shows the state instead of notices."""

from tui.config.alerts import AlertSettings
from tui.locale import _
from tui.outbound.channels.channel import Undelivered
from tui.outbound.notice import Notice
from tui.terminal.notify import TerminalVoice
from tui.triage.severity import Severity


class TerminalChannel:
    """Notifies a terminal; without one nothing arrives."""

    def __init__(self, settings: AlertSettings, voice: TerminalVoice | None) -> None:
        self._settings = settings
        self._voice = voice

    @property
    def shown(self) -> str:
        """The ways in which it notifies."""
        ways = ((self._settings.desktop, _("desktop notification")), (self._settings.bell, _("bell")))
        return ", ".join(text for is_on, text in ways if is_on) or _("title")

    async def send(self, notice: Notice) -> None:
        """Notify the terminal; without the bell for an end."""
        if self._voice is None:
            raise Undelivered(_("there is no terminal here"), is_final=True)
        if self._settings.desktop:
            is_urgent = notice.severity is Severity.CRITICAL and not notice.is_end
            self._voice.notify(f"aktop · {notice.account}", notice.text, is_urgent=is_urgent)
        if self._settings.bell and not notice.is_end:
            self._voice.ring()

    async def aclose(self) -> None:
        """Nothing is open."""
