"""A line on the terminal while something takes longer than a person expects."""

import sys
import time
from collections.abc import Callable

PATIENCE_S = 1.0
_ERASED = "\r\x1b[2K"


class Progress:
    """Shows one changing line on standard error, from the second second on, and only on a terminal."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._is_shown = False

    def show(self, text: str) -> None:
        """Say how far it got."""
        if self._clock() - self._started < PATIENCE_S or not sys.stderr.isatty():
            return
        sys.stderr.write(f"{_ERASED}{text}")
        sys.stderr.flush()
        self._is_shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._is_shown:
            sys.stderr.write(_ERASED)
            sys.stderr.flush()
            self._is_shown = False
