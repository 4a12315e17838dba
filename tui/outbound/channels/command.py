"""A program that gets the notice as JSON on its input, and the essentials in its environment."""

import signal
from collections.abc import Iterable, Mapping

from tui.config.alerts import AlertSettings
from tui.config.paths import as_written
from tui.domain.text import inert
from tui.locale import _
from tui.outbound.channels.channel import Undelivered
from tui.outbound.notice import Notice
from tui.outbound.processes import handed_on, run

_LONGEST = 16 * 1024
"""Characters per variable; the whole text is on the input."""


class CommandChannel:
    """Runs the program for each notice. Its output is discarded."""

    def __init__(self, settings: AlertSettings, environ: Mapping[str, str], hidden: Iterable[str] = ()) -> None:
        self._run = (str(as_written(settings.run[0])), *settings.run[1:])
        self._timeout_s = settings.timeout_s
        self._environ = handed_on(environ, hidden)

    @property
    def shown(self) -> str:
        """The program."""
        return inert(self._run[0])

    async def send(self, notice: Notice) -> None:
        """Run it. Raises Undelivered unless it succeeds in time."""
        environ = self._environ | essentials(notice)
        try:
            code = (await run(self._run, notice.encoded() + b"\n", environ, self._timeout_s)).code
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else _("it cannot be started")
            raise Undelivered(f"{self.shown}: {why}") from None
        if code is None:
            text = _("{program} did not end within {n} s")
            raise Undelivered(text.format(program=self.shown, n=f"{self._timeout_s:g}"))
        if code:
            raise Undelivered(_ending(self.shown, code))

    async def aclose(self) -> None:
        """Nothing stays open between notices."""


def essentials(notice: Notice) -> dict[str, str]:
    """The essentials of a notice as environment variables; unknown ones are empty."""
    members = {
        "NOTICE_ID": notice.id,
        "AT": notice.at.isoformat(),
        "STATE": notice.state,
        "KIND": notice.kind,
        "SEVERITY": notice.severity,
        "EPISODE": notice.episode,
        "ACCOUNT": notice.account,
        "GATEWAY": notice.gateway,
        "KEY": notice.key,
        "KEY_ID": notice.key_id,
        "SHARE": notice.share,
        "SINCE": notice.since.isoformat() if notice.since is not None else None,
        "EXCESS_USD": notice.excess_usd,
        "SENTENCE": notice.sentence,
        "ADVICE": notice.advice,
    }
    return {f"AKTOP_{name}": _text(value) for name, value in members.items()}


def _text(value: object) -> str:
    return "" if value is None else str(value).replace("\0", "")[:_LONGEST]


def _ending(program: str, code: int) -> str:
    if code > 0:
        return _("{program} ended with {code}").format(program=program, code=code)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return _("{program} was ended by {signal}").format(program=program, signal=name)
