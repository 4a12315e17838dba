"""Takeovers: a key that goes on where another one stopped. Moves are no gains, so the two are judged as one."""

import itertools
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import sub

from msgspec import Struct

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY, HOUR, MONTH_DAYS, index_of
from tui.triage.origins import SeenOrigins
from tui.triage.spikes import RunningHour

KNOWN_DAYS = 7 * DAY
"""In the first days of what is known all keys are new."""
KNOWN_FOR = 14 * DAY
"""What was taken over for so long is judged by itself."""
MIN_HOURS = 4
"""A key that was used in fewer hours has left nothing to take over."""
PATIENCE = 1.2
"""A key that has been silent for so many times its longest pause before another one came was given up long ago."""
SURE_AFTER = DAY
"""Before that the other one may only be at lunch: it is no news yet."""
NEWS_FOR = 7 * DAY
LONGEST_PAUSE = max(MONTH_DAYS) * DAY


class Takeover(Struct, frozen=True):
    """A key that does what another one did before."""

    key_id: int
    from_id: int
    since: datetime
    """The hour in which the one began,"""
    last_at: datetime
    """and the last one in which the other was used."""

    def is_news(self, now: datetime) -> bool:
        """Whether the other one has been silent for long enough, and it is not known for long."""
        return now - self.last_at >= SURE_AFTER and now - self.since < NEWS_FOR


class _Life(Struct, frozen=True):
    """When a key was used, by full hours."""

    first: datetime
    last: datetime
    hours: int
    longest_pause: timedelta

    def was_given_up(self, since: datetime) -> bool:
        """Whether it was in use until then, and not since."""
        was_in_use = since - self.last <= max(DAY, PATIENCE * self.longest_pause)
        return self.first < since and self.last <= since and self.hours >= MIN_HOURS and was_in_use


def find_takeovers(
    memo: Memo,
    keys: Mapping[int, HourlyCost],
    running: Mapping[int, RunningHour],
    names: Mapping[int, str],
    seen: Mapping[int, SeenOrigins],
    until: datetime,
) -> tuple[Takeover, ...]:
    """The keys that began of late where another one stopped, which the same client used, or which was called so."""
    lives = _lives(memo, keys)
    began = {key_id: until for key_id, one in running.items() if one.so_far_usd > 0 and key_id not in lives}
    known_from = min((life.first for life in lives.values()), default=until) + KNOWN_DAYS
    began |= {key_id: life.first for key_id, life in lives.items() if life.first >= known_from}
    in_use = {key_id for key_id, one in running.items() if one.so_far_usd > 0}
    found: dict[int, Takeover] = {}
    for key_id, since in sorted(began.items(), key=lambda item: item[1]):
        if until - since <= KNOWN_FOR and key_id in keys:
            left = [
                one
                for one, life in lives.items()
                if life.was_given_up(since) and one not in found and (since == until or one not in in_use)
            ]
            left.sort(key=lambda one: lives[one].last, reverse=True)
            before = next((one for one in left if _is_like(key_id, one, lives, names, seen)), None)
            if before is not None:
                found[before] = Takeover(key_id, before, since, lives[before].last)
    return tuple(found.values())


@memoize_last()
def _lives(memo: Memo, keys: Mapping[int, HourlyCost]) -> dict[int, _Life]:
    return {key_id: life for key_id, series in keys.items() if (life := _life(memo, key_id, series)) is not None}


def _is_like(
    key_id: int,
    before: int,
    lives: Mapping[int, _Life],
    names: Mapping[int, str],
    seen: Mapping[int, SeenOrigins],
) -> bool:
    """Whether a key is used by the client of another one, and nobody else is; or is called as it was."""
    others = [one for one in lives if one not in (key_id, before)]
    a, b = seen.get(key_id), seen.get(before)
    if a is not None and b is not None and a.calls and b.calls:
        shared = a.ips.keys() & b.ips.keys(), a.programs.keys() & b.programs.keys()
        if not all(shared):
            return False
        if not any(_is_client(seen.get(one), *shared) for one in others):
            return True
    stem = _stem(names.get(before, ""))
    is_named_so = bool(stem) and stem == _stem(names.get(key_id, ""))
    return is_named_so and not any(_stem(names.get(one, "")) == stem for one in others)


def _is_client(one: SeenOrigins | None, ips: set[str], programs: set[str]) -> bool:
    return one is not None and bool(one.ips.keys() & ips) and bool(one.programs.keys() & programs)


def _stem(name: str) -> str:
    """A name without a number or a year behind it.

    >>> _stem("App-2026"), _stem("app v2"), _stem("app"), _stem("2026")
    ('app', 'app', 'app', '')
    """
    return re.sub(r"[\W_]*v?\d+$", "", name.strip().lower())


@memoize_last(each=1)
def _life(_memo: Memo, _key_id: int, series: HourlyCost) -> _Life | None:
    used = list(itertools.compress(itertools.count(), series.usd))
    if not used:
        return None
    pause = max(map(sub, used[1:], used), default=0) * HOUR
    first, last = (series.start + HOUR * index for index in (used[0], used[-1]))
    return _Life(first, last, len(used), min(pause, LONGEST_PAUSE))


@memoize_last(each=1)
def joined(_memo: Memo, _key_id: int, before: HourlyCost, after: HourlyCost) -> HourlyCost:
    """The hours of two keys as those of one."""
    start = min(before.start, after.start)
    count = max(index_of(one, start) * -1 + len(one.usd) for one in (before, after))
    usd, requests = [0.0] * count, [0] * count
    for one in (before, after):
        first = -index_of(one, start)
        for place, cost in enumerate(one.usd, first):
            usd[place] += cost
        for place, calls in enumerate(one.requests, first):
            requests[place] += calls
    return HourlyCost(start, tuple(usd), tuple(requests) if before.requests else ())
