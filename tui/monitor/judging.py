"""When triage is worth judging again: its rules go by hours and tens of minutes, answers come every other second."""

from datetime import datetime, timedelta

from tui.monitor.questions import AskCalls, AskKeys, AskProfile
from tui.monitor.snapshot import Snapshot

WHILE_MOVING = timedelta(seconds=10)
"""Balance, keys and calls move all the time while the account is used."""
WHILE_STILL = timedelta(minutes=1)
"""The running hour goes on, also when nothing is heard."""
_MOVING = AskProfile | AskKeys | AskCalls


class Judging:
    """Remembers what was judged by last."""

    def __init__(self) -> None:
        self._feeds: object = None
        self._settled: tuple[object, ...] | None = None
        self._moving: tuple[object, ...] = ()
        self._at: datetime | None = None

    def is_due(self, snapshot: Snapshot, now: datetime) -> bool:
        """Whether to judge now; saying yes counts as having judged.

        At once when an answer differs that seldom does, such as a history or the costs of keys.
        """
        age = now - self._at if self._at is not None else WHILE_STILL
        if snapshot.feeds is self._feeds and age < WHILE_STILL:
            return False
        feeds = snapshot.feeds.items()
        settled = tuple(feed.data for question, feed in feeds if not isinstance(question, _MOVING))
        moving = tuple(feed.data for question, feed in feeds if isinstance(question, _MOVING))
        is_due = (
            self._settled is None
            or not _are_same(settled, self._settled)
            or age >= WHILE_STILL
            or (age >= WHILE_MOVING and not _are_same(moving, self._moving))
        )
        if is_due:
            self._feeds, self._settled, self._moving, self._at = snapshot.feeds, settled, moving, now
        return is_due


def _are_same(answers: tuple[object, ...], before: tuple[object, ...]) -> bool:
    """Whether they are the very same objects in any order; an equal answer keeps the object of the one before."""
    return {id(answer) for answer in answers} == {id(answer) for answer in before}
