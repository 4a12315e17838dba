"""Watches the terminal: when it has vanished, the program must end, even if SIGHUP is ignored."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tui.terminal.exit_codes import HUNG_UP

LOOK_EVERY_S = 4.0
LEAVE_WITHIN_S = 5.0


@contextmanager
def watching(fd: int, leave: Callable[[int], None]) -> Iterator[None]:
    """Call `leave` when the terminal is gone; if leaving hangs, end the process."""
    watch = TerminalWatch(fd, leave)
    watch.start()
    try:
        yield
    finally:
        watch.stop()


class TerminalWatch:
    """Checks every few seconds whether a descriptor is still a terminal."""

    def __init__(self, fd: int, leave: Callable[[int], None]) -> None:
        self._fd = fd
        self._leave = leave
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start checking."""
        self._look_later()

    def stop(self) -> None:
        """Stop checking."""
        if self._next is not None:
            self._next.cancel()

    def _look_later(self) -> None:
        self._next = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)

    def _look(self) -> None:
        if os.isatty(self._fd):
            self._look_later()
            return
        # Nobody can be told, and there is no terminal left to restore.
        last_resort = threading.Timer(LEAVE_WITHIN_S, os._exit, (HUNG_UP,))
        last_resort.daemon = True
        last_resort.start()
        self._leave(HUNG_UP)
