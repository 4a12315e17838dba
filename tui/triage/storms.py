"""Errors put together: equal failures close in time are one episode (triage-spec section 5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import mean, pstdev

from tui.domain.usage import FailedCall

GAP = timedelta(seconds=120)
_VARYING = re.compile(r"https?://\S+|[0-9a-f]{8}-[0-9a-f-]{27}|\b\w*\d[\w-]*\b", re.IGNORECASE)
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Episode:
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


def likeness(call: FailedCall) -> tuple[str, str, str, str, int, str]:
    """What makes two failures equal: numbers, ids and addresses in the message do not count."""
    message = _VARYING.sub("#", call.message)
    return call.key_name, call.model, call.endpoint, call.category, call.status_code, message


def episodes(calls: Iterable[FailedCall]) -> tuple[Episode, ...]:
    """Failures grouped into episodes, the one with the latest failure first."""
    open_groups: dict[tuple[str, str, str, str, int, str], list[FailedCall]] = {}
    closed: list[list[FailedCall]] = []
    for call in sorted(calls, key=lambda call: (call.at, call.id), reverse=True):
        like = likeness(call)
        group = open_groups.get(like)
        if group is None or group[-1].at - call.at > GAP:
            group = open_groups[like] = []
            closed.append(group)
        group.append(call)
    return tuple(Episode(tuple(group)) for group in closed)
