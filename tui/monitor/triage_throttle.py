"""When to run triage again: its rules work in hours and tens of minutes, answers come every other second."""

from datetime import datetime, timedelta
from typing import Any, TypeAlias

from tui.monitor.burn import stopped_keys
from tui.monitor.feed import Feed
from tui.monitor.questions import AskCalls, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot

WHILE_MOVING = timedelta(seconds=10)
"""Balance, keys and calls change all the time while the account is in use."""
WHILE_STILL = timedelta(minutes=1)
"""The running hour goes on even if nothing changes."""
_MOVING = AskProfile | AskKeys | AskCalls
State: TypeAlias = tuple[object, bool]
"""The answer, and whether the last try succeeded."""


class TriageThrottle:
    """Remembers what was judged last."""

    def __init__(self) -> None:
        self._feeds: object = None
        self._settled: tuple[State, ...] | None = None
        self._moving: tuple[State, ...] = ()
        self._stopped: frozenset[int] = frozenset()
        self._at: datetime | None = None

    def is_due(self, snapshot: Snapshot, now: datetime, *, is_forced: bool = False) -> bool:
        """Whether to judge now; True counts as having judged.

        At once if an answer that seldom changes differs, such as a history or the costs of keys, if a key can no longer
        call or can again, if an outage begins or ends, and with anything new if `is_forced`.
        """
        age = now - self._at if self._at is not None else WHILE_STILL
        if snapshot.feeds is self._feeds and age < WHILE_STILL:
            return False
        feeds = snapshot.feeds.items()
        settled = tuple(_state(feed) for question, feed in feeds if not isinstance(question, _MOVING))
        moving = tuple(_state(feed) for question, feed in feeds if isinstance(question, _MOVING))
        stopped = stopped_keys(snapshot, now)
        is_due = (
            is_forced
            or stopped != self._stopped
            or self._settled is None
            or not _are_same(settled, self._settled)
            or age >= WHILE_STILL
            or (age >= WHILE_MOVING and not _are_same(moving, self._moving))
        )
        if is_due:
            self._feeds, self._settled, self._moving, self._at = snapshot.feeds, settled, moving, now
            self._stopped = stopped
        return is_due


def _state(feed: Feed[Any]) -> State:
    return feed.data, feed.failure is None


def _are_same(answers: tuple[State, ...], before: tuple[State, ...]) -> bool:
    """Whether both hold the very same objects in any order; an equal answer keeps its old object."""
    return {(id(data), is_well) for data, is_well in answers} == {(id(data), is_well) for data, is_well in before}
