"""Recent events with their times: kept for a while by every screen, and written to disk by a recorder."""

from collections import deque
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.keys import ApiKey
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered, Event
from tui.monitor.questions import AskCalls
from tui.monitor.snapshot import Snapshot

KEPT = timedelta(minutes=30)
"""How far back a screen keeps events."""
STRETCH = timedelta(minutes=3)
"""Events are dropped in stretches of this length."""


class Heard(Struct, frozen=True):
    """An event, and when it came."""

    at: datetime
    event: Event


class Stretch(Struct):
    """A Snapshot, and the events since."""

    begun_at: datetime
    begun: Snapshot
    heard: list[Heard]


def lean(event: Event, before: Snapshot, after: Snapshot) -> Event:
    """The event without data known before it: `reduce` gives the same result."""
    if not isinstance(event, Answered):
        return event
    question, answer = event.question, event.answer
    if isinstance(question, AskCalls) and isinstance(answer, CallsRead):
        view = before.calls.get(question)
        if view is None:
            return event
        rows = tuple(row for row in answer.rows if row.id not in view.log)
        return replace(event, answer=replace(answer, rows=rows))
    return replace(event, answer=_sharing(before.data(question), after.data(question)))


def _sharing(before: Any, after: Any) -> Any:
    """The answer, with objects of the previous answer where they are equal."""
    is_of_keys = isinstance(after, tuple) and isinstance(before, tuple) and after and isinstance(after[0], ApiKey)
    if not is_of_keys or after is before:
        return after
    known: dict[Hashable, Any] = {one.id: one for one in before}
    return tuple(known[one.id] if known.get(one.id) == one else one for one in after)


class RecentlyHeard:
    """The recent events of a monitor, as their listener."""

    def __init__(self, snapshot: Snapshot, now: Callable[[], datetime]) -> None:
        self._now = now
        self._stretches = deque([Stretch(now(), snapshot, [])])

    def __call__(self, event: Event, before: Snapshot, after: Snapshot) -> None:
        """Add an event."""
        now = self._now()
        if now - self._stretches[-1].begun_at >= STRETCH:
            self._stretches.append(Stretch(now, before, []))
            while len(self._stretches) > 1 and now - self._stretches[1].begun_at >= KEPT:
                self._stretches.popleft()
        self._stretches[-1].heard.append(Heard(now, lean(event, before, after)))

    def since(self) -> Stretch:
        """All of it: the first Snapshot, and the events since."""
        first = self._stretches[0]
        return Stretch(first.begun_at, first.begun, [one for stretch in self._stretches for one in stretch.heard])
