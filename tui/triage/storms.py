"""Errors put together: equal failures close in time are one episode (triage-spec section 5)."""

import itertools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, pstdev

from tui.domain.usage import Call, FailedCall

GAP = timedelta(seconds=120)
_VARYING = re.compile(r"https?://\S+|[0-9a-f]{8}-[0-9a-f-]{27}|\b\w*\d[\w-]*\b", re.IGNORECASE)
EVEN = 0.5
STORM_WITHIN = timedelta(minutes=5)
STORM_COUNT = 10
STORM_SHARE = 0.5
DOUBLINGS = 3
DOUBLING = (1.6, 2.6)
"""What counts as twice: clients add a little chance to their waits."""


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

    @property
    def first(self) -> FailedCall:
        """The earliest of them."""
        return self.calls[-1]

    @property
    def peak(self) -> int:
        """The most of them within any five minutes."""
        times = [call.at for call in reversed(self.calls)]
        return max(bisect_right(times, at + STORM_WITHIN) - n for n, at in enumerate(times))

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


@dataclass(frozen=True, slots=True)
class Storm:
    """An episode of errors that takes over: ten within five minutes, and half of that key's and model's calls.

    `share` is the part that failed, None when the calls that succeeded are not known. `around_usd` is what those that
    succeeded in the meantime cost. A loop comes evenly (`even_gap_s`) or backs off by doubling.
    """

    episode: Episode
    share: float | None
    around_usd: float

    @property
    def is_loop(self) -> bool:
        """Whether a program repeats itself."""
        return self.episode.even_gap_s is not None or self.episode.backs_off


def storms(
    failed: Iterable[FailedCall], calls: Iterable[Call] | None, since: datetime | None = None
) -> tuple[Storm, ...]:
    """The storms among the failures, the one with the latest failure first; `since` leaves out what ended before."""
    succeeded = None if calls is None else _by_key_and_model(calls)
    found = []
    for episode in episodes(failed):
        if (since is not None and episode.newest.at < since) or len(episode.calls) < STORM_COUNT:
            continue
        if episode.peak >= STORM_COUNT:
            storm = _storm(episode, succeeded)
            if storm.share is None or storm.share >= STORM_SHARE:
                found.append(storm)
    return tuple(found)


def _storm(episode: Episode, succeeded: dict[tuple[str, str], list[Call]] | None) -> Storm:
    """Count what succeeded with the same key and model meanwhile; an error without a model counts against all."""
    if succeeded is None:
        return Storm(episode, None, 0.0)
    key_name, model = episode.newest.key_name, episode.newest.model
    rows = (
        succeeded.get((key_name, model), [])
        if model
        else [call for (name, _), some in succeeded.items() if name == key_name for call in some]
    )
    around = [call for call in rows if episode.first.at <= call.at <= episode.newest.at]
    share = len(episode.calls) / (len(episode.calls) + len(around))
    return Storm(episode, share, sum(float(call.billed_usd) for call in around))


def _by_key_and_model(calls: Iterable[Call]) -> dict[tuple[str, str], list[Call]]:
    grouped: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        grouped[call.key_name or "", call.model].append(call)
    return grouped


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
