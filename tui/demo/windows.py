"""Fixed one-minute windows that count requests (contract 1.7, 1.8)."""

from tui.demo.calendar import SECOND, Moment

SPAN = 60 * SECOND


class Counter:
    """Counts requests by name, each name in windows that begin with its first request."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[Moment, int]] = {}

    def over(self, name: str, limit: int, now: Moment) -> int | None:
        """Count a request; the seconds to wait if it is over the limit, rounded up. A limit of 0 counts nothing."""
        if limit <= 0:
            return None
        start, count = self._windows.get(name, (now, 0))
        if now >= start + SPAN or now < start:
            start, count = now, 0
        self._windows[name] = (start, count + 1)
        return self._wait(start, now) if count + 1 > limit else None

    def full(self, name: str, limit: int, now: Moment) -> int | None:
        """The seconds to wait if the limit is reached, without counting."""
        start, count = self._windows.get(name, (now, 0))
        if limit <= 0 or now >= start + SPAN or count < limit:
            return None
        return self._wait(start, now)

    def clear(self) -> None:
        """Forget all counts."""
        self._windows.clear()

    def _wait(self, start: Moment, now: Moment) -> int:
        return max(1, -((now - start - SPAN) // SECOND))
