"""A program that is told: the notice as JSON on its input, the essentials in its environment."""

import asyncio
import os
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress

from tui.config.alerts import AlertSettings
from tui.config.paths import as_written
from tui.domain.text import inert
from tui.locale import _
from tui.outbound.channels.channel import Undelivered
from tui.outbound.notice import Notice

_OF_OTHERS = (
    *("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"),
    *("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"),
)
"""What is not handed on: keys, and by what a service speaks to systemd."""
_LONGEST = 16 * 1024
"""Characters of a variable; the whole text is on the input."""
_DEATH_S = 5.0


class CommandChannel:
    """Runs the program anew for each notice. One that takes too long is killed with all that it started."""

    def __init__(self, settings: AlertSettings, environ: Mapping[str, str], secret_variables: Iterable[str]) -> None:
        self._run = (str(as_written(settings.run[0])), *settings.run[1:])
        self._timeout_s = settings.timeout_s
        taken = {*_OF_OTHERS, *secret_variables}
        self._environ = {
            name: value for name, value in environ.items() if not name.startswith("AKTOP_") and name not in taken
        }

    @property
    def shown(self) -> str:
        """The program."""
        return inert(self._run[0])

    async def send(self, notice: Notice) -> None:
        """Run it. Raises Undelivered unless it ends well."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._run,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._environ | essentials(notice),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else _("it cannot be started")
            raise Undelivered(_("{program}: {why}").format(program=self.shown, why=why)) from None
        try:
            async with asyncio.timeout(self._timeout_s):
                await process.communicate(notice.encoded() + b"\n")
        except TimeoutError:
            text = _("{program} did not end within {n} s")
            raise Undelivered(text.format(program=self.shown, n=f"{self._timeout_s:g}")) from None
        finally:
            if process.returncode is None:
                await _kill(process)
        if process.returncode:
            raise Undelivered(_ending(self.shown, process.returncode))

    async def aclose(self) -> None:
        """Nothing is open between two notices."""


def essentials(notice: Notice) -> dict[str, str]:
    """What a program may want to know of a notice without reading JSON; what is not known is empty."""
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


async def _kill(process: asyncio.subprocess.Process) -> None:
    """End the whole group of a process that still runs, and take its end, so that nothing is left of it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(_DEATH_S):
            await process.wait()


def _ending(program: str, code: int) -> str:
    if code > 0:
        return _("{program} ended with {code}").format(program=program, code=code)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return _("{program} was ended by {signal}").format(program=program, signal=name)
