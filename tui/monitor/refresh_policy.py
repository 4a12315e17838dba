"""When a question is worth asking again.

Profile and key list are cheap and show whether anything was billed; heavy questions are asked only after they change.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from tui.monitor.feed import Feed

SETTLE = timedelta(seconds=35)
"""A key's `last_used_at` moves at most every 30 s (contract 4.1): a call may go unseen for that long."""


class RefreshWhen(StrEnum):
    """What makes a question due."""

    ALWAYS = "always"
    SELDOM = "seldom"
    WHEN_ACTIVE = "when_active"


class RefreshPolicy(Struct, frozen=True):
    """How often to ask: `every_s` is the minimum time between two answers; background questions yield to all others.

    Questions that `can_wait` are not needed for a first look and follow it.
    """

    rhythm: RefreshWhen
    every_s: float = 0.0
    is_background: bool = False
    can_wait: bool = False


ALWAYS = RefreshPolicy(RefreshWhen.ALWAYS)


def seldom(every_s: float, *, can_wait: bool = False) -> RefreshPolicy:
    """Every `every_s` seconds, whatever happens."""
    return RefreshPolicy(RefreshWhen.SELDOM, every_s, can_wait=can_wait)


def when_active(every_s: float, *, is_background: bool = False) -> RefreshPolicy:
    """While the account is in use, at most every `every_s` seconds."""
    return RefreshPolicy(RefreshWhen.WHEN_ACTIVE, every_s, is_background)


def due_at(pace: RefreshPolicy, feed: Feed[object], active_at: datetime | None, interval: timedelta) -> datetime | None:
    """When to ask again; None while there is no reason to.

    `active_at` is when the account was last seen in use, `interval` the user's refresh interval. A question without an
    answer is due at the beginning of time.
    """
    if feed.retry_at is not None:
        return feed.retry_at
    if feed.fetched_at is None:
        return _BEGINNING
    if pace.rhythm is RefreshWhen.ALWAYS:
        return feed.fetched_at + interval
    if pace.rhythm is RefreshWhen.SELDOM:
        return feed.fetched_at + timedelta(seconds=pace.every_s)
    if active_at is None or feed.fetched_at >= active_at + SETTLE:
        return None
    next_at = feed.fetched_at + max(timedelta(seconds=pace.every_s), interval)
    return max(next_at, active_at if active_at > feed.fetched_at else active_at + SETTLE)


_BEGINNING = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
