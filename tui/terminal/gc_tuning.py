"""When Python looks for cycles of garbage: not while a person waits for the start, and seldom while a key is held."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SELDOM = (10_000, 20, 20)
"""A page of a table makes some thousand short-lived objects: Python's own threshold would look several times a page."""
COLLECT_EVERY_S = 600.0
MANY_CLOSED, MAX_CLOSED = 4, 40
"""So many closed screens are worth 20 ms while nobody types, and so many are worth them in any case."""
IDLE_S = 1.0
"""Who has typed nothing for so long does not wait for a key."""


@contextmanager
def imports_frozen() -> Iterator[None]:
    """Import meanwhile: what is there afterwards stays until the end, and is never searched again.

    Searching all of it takes 20 ms, which a held key would feel every few pages.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


class IdleCollector:
    """Looks for cycles of garbage when nobody would feel it; a screen that was closed is such a cycle, and a large one.

    By itself Python would look after hours only, since so little is made while nobody types.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._collected_at = clock()
        self._closed = 0

    def screen_closed(self) -> None:
        """One more screen is garbage."""
        self._closed += 1

    def tick(self, idle_s: float) -> None:
        """Look, if it is time to; nobody has typed for `idle_s`."""
        if self._is_due(idle_s):
            gc.collect()
            self._collected_at, self._closed = self._clock(), 0

    def _is_due(self, idle_s: float) -> bool:
        if self._closed >= MAX_CLOSED:
            return True
        is_worth_it = self._closed >= MANY_CLOSED or self._clock() - self._collected_at >= COLLECT_EVERY_S
        return is_worth_it and idle_s >= IDLE_S
