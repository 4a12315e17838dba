"""Errors put together: equal failures close in time are one burst (triage-spec section 5)."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import mean, pstdev

from msgspec import Struct

from tui.domain.usage import Call, FailedCall
from tui.triage.severity import Severity

GAP = timedelta(seconds=120)
_VARYING = re.compile(r"https?://\S+|[0-9a-f]{8}-[0-9a-f-]{27}|\b\w*\d[\w-]*\b", re.IGNORECASE)
EVEN = 0.5
STORM_CALLS = 10
STORM_SPAN = timedelta(minutes=5)
STORM_SHARE = 0.5
HAMMERING_CALLS = 100
DOUBLINGS = 3
DOUBLING = (1.6, 2.6)
"""What counts as twice: clients add a little chance to their waits."""


class ErrorBurst(Struct, frozen=True):
    """Equal failures without a gap of more than two minutes, newest first."""

    calls: tuple[FailedCall, ...]

    @property
    def newest(self) -> FailedCall:
        """The latest of them."""
        return self.calls[0]

    @property
    def length(self) -> timedelta:
        """From the first to the last."""
        return self.calls[0].at - self.calls[-1].at

    @property
    def even_gap_s(self) -> float | None:
        """The mean gap in seconds when they come evenly, as a loop does (variation under one half); else None."""
        if len(self.calls) < 4:
            return None
        gaps = [(a.at - b.at).total_seconds() for a, b in zip(self.calls, self.calls[1:], strict=False)]
        middle = mean(gaps)
        return middle if middle > 0 and pstdev(gaps) / middle < EVEN else None

    @property
    def peak(self) -> int:
        """The most of them within any five minutes."""
        times = [call.at for call in reversed(self.calls)]
        return max(bisect_right(times, at + STORM_SPAN) - place for place, at in enumerate(times))

    @property
    def backs_off(self) -> bool:
        """Whether the gaps double three times in a row, as those of a client that waits longer each time."""
        times = [call.at for call in reversed(self.calls)]
        gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
        row = 0
        for one, two in itertools.pairwise(gaps):
            row = row + 1 if one > 0 and DOUBLING[0] <= two / one <= DOUBLING[1] else 0
            if row >= DOUBLINGS:
                return True
        return False

    @property
    def is_loop(self) -> bool:
        """Whether a program repeats itself: even gaps, or gaps that double."""
        return self.even_gap_s is not None or self.backs_off


class Storm(ErrorBurst, frozen=True):
    """A burst of errors that takes over: ten within five minutes, and half of that key's and model's calls."""

    share: float | None = None
    """The part of the calls that failed meanwhile; None while the calls that succeeded are not known."""

    @property
    def severity(self) -> Severity:
        """A client that hammers with a hundred errors in five minutes cannot wait; others want a look."""
        return Severity.CRITICAL if self.peak >= HAMMERING_CALLS else Severity.WARNING


def storms(
    failed: Iterable[FailedCall], calls: Iterable[Call] | None, known_from: datetime | None
) -> tuple[Storm, ...]:
    """The storms among failures, the one with the latest failure first.

    `calls` are those that succeeded since `known_from`; what was before that is not held against them.
    """
    found = []
    for burst in bursts(failed):
        if len(burst.calls) >= STORM_CALLS and burst.peak >= STORM_CALLS:
            storm = _storm(burst, calls, known_from)
            if storm.share is None or storm.share >= STORM_SHARE:
                found.append(storm)
    return tuple(found)


def _storm(burst: ErrorBurst, calls: Iterable[Call] | None, known_from: datetime | None) -> Storm:
    """Count what succeeded with the same key and model meanwhile; an error without a model counts against all."""
    errors = [call for call in burst.calls if known_from is not None and call.at >= known_from]
    if calls is None or not errors:
        return Storm(burst.calls)
    newest = burst.newest
    around = [
        call
        for call in calls
        if errors[-1].at <= call.at <= newest.at
        and call.key_name == newest.key_name
        and newest.model in ("", call.model)
    ]
    return Storm(burst.calls, len(errors) / (len(errors) + len(around)))


def likeness(call: FailedCall) -> tuple[str, str, str, str, int, str]:
    """What makes two failures equal: numbers, ids and addresses in the message do not count."""
    return call.key_name, call.model, call.endpoint, call.category, call.status_code, _plain(call.message)


@lru_cache(maxsize=4096)
def _plain(message: str) -> str:
    return _VARYING.sub("#", message)


def bursts(calls: Iterable[FailedCall]) -> tuple[ErrorBurst, ...]:
    """Failures grouped into bursts, the one with the latest failure first."""
    open_groups: dict[tuple[str, str, str, str, int, str], list[FailedCall]] = {}
    closed: list[list[FailedCall]] = []
    for call in sorted(calls, key=lambda call: (call.at, call.id), reverse=True):
        like = likeness(call)
        group = open_groups.get(like)
        if group is None or group[-1].at - call.at > GAP:
            group = open_groups[like] = []
            closed.append(group)
        group.append(call)
    return tuple(ErrorBurst(tuple(group)) for group in closed)
