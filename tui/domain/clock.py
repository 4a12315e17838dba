"""Injectable clocks: the machine's, and the gateway's as its answers reveal it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

CLOCK_AHEAD = timedelta(hours=1)
"""The gateway's clock may be ahead of ours by this much: its newest calls still count as now."""
WORTH_TELLING = timedelta(seconds=5)
"""From this difference on, a person is told that the machine's clock is off."""
_DATE_STEP_S = 2.0
"""A `Date` header is cut to the second, and many servers refresh it only once a second."""
_DRIFT = 1e-4
"""Two clocks drift apart by at most this share of the elapsed time."""
_CONFIRMED_S = 4.0
"""A date cached for longer than this contradicts its own bounds when seen again."""
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC)

    def steady_s(self) -> float:
        """Seconds of a clock that nobody sets and that keeps running while the machine sleeps."""
        return time.clock_gettime(_STEADY)

    async def sleep(self, seconds: float) -> None:
        """Sleep."""
        await asyncio.sleep(seconds)


class GatewayClock(SystemClock):
    """The gateway's clock as far as its answers reveal it; the machine's if that agrees, or while nothing is known.

    Each answer bounds the gateway's clock, and the machine's is trusted only within these bounds: if it is wrong, or is
    set while aktop runs, no window and no figure changes. An answer that contradicts earlier ones counts once a later
    one agrees with it: a date that stands still, as from a cache, never does.
    """

    def __init__(self) -> None:
        self._bounds_s: tuple[float, float] | None = None
        self._bounded_at_s = 0.0
        self._doubt_s: tuple[float, float] | None = None
        self._doubted_at_s = 0.0

    def now(self) -> datetime:
        machine, steady_s = super().now(), self.steady_s()
        if self._bounds_s is None:
            return machine
        low_s, high_s = self._bounds_s
        shift_s = min(max(machine.timestamp() - steady_s, low_s), high_s)
        return machine if shift_s == machine.timestamp() - steady_s else datetime.fromtimestamp(steady_s + shift_s, UTC)

    def timestamp(self) -> float:
        """Seconds since 1970."""
        return self.now().timestamp()

    @property
    def machine_ahead(self) -> timedelta:
        """How far at least the machine's clock is ahead of the gateway's; negative if behind."""
        return super().now() - self.now()

    def hear(self, date: datetime, asked_s: float) -> None:
        """Take the `Date` of an answer requested at `asked_s` that has just begun to arrive."""
        heard_s = self.steady_s()
        told_s = date.timestamp() - heard_s, date.timestamp() + _DATE_STEP_S - asked_s
        if self._bounds_s is None:
            bounds_s: tuple[float, float] | None = told_s
        else:
            bounds_s = _both(self._bounds_s, told_s, (heard_s - self._bounded_at_s) * _DRIFT)
        if bounds_s is None:
            bounds_s = self._agreeing(told_s, heard_s)
            if bounds_s is None:
                return
        self._bounds_s, self._bounded_at_s, self._doubt_s = bounds_s, heard_s, None

    def _agreeing(self, told_s: tuple[float, float], heard_s: float) -> tuple[float, float] | None:
        """The bounds of an answer that contradicts all earlier ones, if another one agreed with it long enough ago."""
        if self._doubt_s is not None:
            both_s = _both(self._doubt_s, told_s, 0.0)
            if both_s is not None and heard_s - self._doubted_at_s < _CONFIRMED_S:
                return None
            if both_s is not None:
                return both_s
        self._doubt_s, self._doubted_at_s = told_s, heard_s
        return None


def _both(one_s: tuple[float, float], other_s: tuple[float, float], drift_s: float) -> tuple[float, float] | None:
    """The intersection of two bounds, the first widened by drift; None if they do not overlap."""
    low_s, high_s = max(one_s[0] - drift_s, other_s[0]), min(one_s[1] + drift_s, other_s[1])
    return (low_s, high_s) if low_s <= high_s else None


def floor_hour(moment: datetime) -> datetime:
    """The start of the hour that a moment falls into."""
    return moment.replace(minute=0, second=0, microsecond=0)


def floor_minute(moment: datetime) -> datetime:
    """The start of the minute that a moment falls into."""
    return moment.replace(second=0, microsecond=0)
