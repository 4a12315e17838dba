"""When Python collects garbage: not while a person waits for the start, and rarely while a key is held."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SELDOM = (10_000, 20, 20)
"""A table page creates some thousand short-lived objects: Python's default threshold would collect several times per
page.
"""
COLLECT_EVERY_S = 600.0
MANY_CLOSED, MAX_CLOSED = 4, 40
"""Closed screens that are worth 20 ms while nobody types, and those that are worth it in any case."""
IDLE_S = 1.0
"""After this time without input, nobody is waiting for a key."""


@contextmanager
def imports_frozen() -> Iterator[None]:
    """Import in the block: its objects live until the end, and are never searched again.

    Searching all of them takes 20 ms, which would be felt every few pages with a held key.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


class IdleCollector:
    """Collects garbage when nobody would feel it; a closed screen is a large cycle.

    Python by itself would collect only after hours, since so little is allocated while nobody types.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._collected_at = clock()
        self._closed = 0

    def screen_closed(self) -> None:
        """Note one more closed screen."""
        self._closed += 1

    def tick(self, idle_s: float) -> None:
        """Collect if it is time; nobody has typed for `idle_s`."""
        if self._is_due(idle_s):
            gc.collect()
            self._collected_at, self._closed = self._clock(), 0

    def _is_due(self, idle_s: float) -> bool:
        if self._closed >= MAX_CLOSED:
            return True
        is_worth_it = self._closed >= MANY_CLOSED or self._clock() - self._collected_at >= COLLECT_EVERY_S
        return is_worth_it and idle_s >= IDLE_S
