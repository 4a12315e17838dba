"""Programs that send notices: started without a shell and without aktop's secrets, and never left behind."""

import asyncio
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

_NOT_HANDED_ON = (
    *("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"),
    *("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"),
)
"""Keys that aktop may know, and systemd's variables for services."""
_DEATH_S = 5.0
_PIECE = 64 * 1024


class Ended(NamedTuple):
    """How a program ended: its exit code, negative for a signal, None if it was killed at the time limit."""

    code: int | None
    output: bytes


def handed_on(environ: Mapping[str, str], hidden: Iterable[str] = ()) -> dict[str, str]:
    """The environment for a program: without aktop's own variables and `hidden` ones.

    >>> handed_on({"PATH": "/bin", "AKTOP_TOKEN": "x", "HOOK": "y"}, ["HOOK"])
    {'PATH': '/bin'}
    """
    taken = {*_NOT_HANDED_ON, *hidden}
    return {name: value for name, value in environ.items() if not name.startswith("AKTOP_") and name not in taken}


async def run(
    words: Sequence[str], content: bytes, environ: Mapping[str, str], timeout_s: float, *, most_bytes: int = 0
) -> Ended:
    """Run a program with `content` on its input, and keep `most_bytes` of its output. Raises OSError and ValueError.

    At the time limit, and on cancellation, everything that it started is killed.
    """
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE if most_bytes else asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=environ,
        start_new_session=True,
    )
    output = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            await _talk(process, content, output, most_bytes)
    except TimeoutError:
        return Ended(None, bytes(output))
    finally:
        if process.returncode is None:
            await _kill(process)
    return Ended(process.returncode, bytes(output))


async def _talk(process: asyncio.subprocess.Process, content: bytes, output: bytearray, most_bytes: int) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(content)
        await process.stdin.drain()
    process.stdin.close()
    if process.stdout is not None:
        while piece := await process.stdout.read(_PIECE):
            output += piece[: most_bytes - len(output)]
    await process.wait()


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the whole group of a running process and reap it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(TimeoutError):
        async with asyncio.timeout(_DEATH_S):
            await process.wait()
