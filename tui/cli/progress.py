"""Progress of a verb on standard error: a changing line on a terminal; anywhere a line about a long wait."""

import sys
import time
from collections.abc import Callable

from tui.cli.output import say
from tui.domain.text import legible
from tui.locale import _
from tui.records.progress import Progress

PATIENCE_S = 1.0
LONG_WAIT_S = 2.0
"""Shorter waits are shown only on a terminal."""
TOLD_EVERY_S = 30.0
"""One line in so long where lines stay: a busy account makes a verb wait many times."""
_ERASED = "\r\x1b[2K"


class TerminalProgress(Progress):
    """Shows one changing line after the first second, only on a terminal; and says what is waited for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._is_shown = False
        self._silent_until = 0.0

    def show(self, text: str) -> None:
        """Show how far it got."""
        if self._clock() - self._started >= PATIENCE_S:
            self._show(text)

    def waiting(self, what: str, seconds: float) -> None:
        """Show what is waited for and how long; once if several wait for the same."""
        text = _("waiting {n} s for the gateway's request limit: {what}").format(n=max(1, round(seconds)), what=what)
        if sys.stderr.isatty():
            self._show(text)
        elif seconds >= LONG_WAIT_S and self._clock() >= self._silent_until:
            self._silent_until = self._clock() + max(seconds - 1, TOLD_EVERY_S)
            say(f"aktop: {text}")

    def clear(self) -> None:
        """Remove the line."""
        if self._is_shown:
            sys.stderr.write(_ERASED)
            sys.stderr.flush()
            self._is_shown = False

    def _show(self, text: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{_ERASED}{legible(text)}")
            sys.stderr.flush()
            self._is_shown = True
