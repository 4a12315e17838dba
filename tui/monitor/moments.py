"""The moments of a recording: its events, reduced to Snapshots.

A moment joins events that came together, such as the answers of a round. Their number is limited: in a longer recording
they are further apart, but no event is left out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from tui.monitor.heard import Heard
from tui.monitor.question import Question
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot

TOGETHER = timedelta(seconds=1)
MAX_MOMENTS = 4000


class Moment(Struct, frozen=True, eq=False):
    """The Snapshot of a moment."""

    at: datetime
    snapshot: Snapshot


class Moments:
    """Moments in time order; there is always one."""

    def __init__(self, begun: Snapshot, at: datetime, most: int = MAX_MOMENTS) -> None:
        self._found = [Moment(at, begun)]
        self._begun_at = at
        """When the last one began."""
        self._apart = TOGETHER
        self._most = most
        self.heard: set[Question[Any]] = set(begun.feeds)
        """Every question with any event."""

    def hear(self, heard: Heard) -> None:
        """Add the next event."""
        last = self._found[-1]
        at = max(heard.at, last.at)
        after = Moment(at, reduce(last.snapshot, heard.event))
        self.heard.update(after.snapshot.feeds)
        if at - self._begun_at < self._apart:
            self._found[-1] = after
            return
        self._found.append(after)
        self._begun_at = at
        if len(self._found) > self._most:
            self._found = [*self._found[:-1:2], self._found[-1]]
            self._apart *= 2

    @property
    def all(self) -> Sequence[Moment]:
        """The moments."""
        return self._found

    def place_of(self, at: datetime) -> int:
        """The index of the moment at a time; before all of them, the first."""
        return max(0, bisect_right(self._found, at, key=lambda one: one.at) - 1)


class Recording(Struct, frozen=True, eq=False):
    """A recording: its moments, and how far they can be trusted."""

    moments: Moments
    is_private: bool = False
    """Whether its names are replaced by stand-ins."""
    is_demo: bool = False
    is_whole: bool = True
    """Whether it was read to its end: lines after a damaged one are not."""

    @property
    def first(self) -> Moment:
        """The first moment."""
        return self.moments.all[0]

    @property
    def last(self) -> Moment:
        """The last moment."""
        return self.moments.all[-1]

    def nearest(self, at: datetime) -> datetime:
        """The time itself, or the end of the recording that is nearer to it."""
        return min(max(at, self.first.at), self.last.at)
