"""Takeovers: a key continues where another one stopped. The two are judged as one, since a move costs nothing extra."""

import itertools
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from operator import sub

from msgspec import Struct

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY, HOUR, MONTH_DAYS, index_of
from tui.triage.origins import SeenOrigins
from tui.triage.spikes import RunningHour

KNOWN_DAYS = 7 * DAY
"""Keys that begin in the first days of history are not new: nothing is known before."""
KNOWN_FOR = 14 * DAY
"""After this time the new key has enough history of its own."""
MIN_HOURS = 4
"""A key used in fewer hours leaves nothing to take over."""
PATIENCE = 1.2
"""A key silent for this multiple of its longest pause was given up before the other one began."""
SURE_AFTER = DAY
"""A takeover is news only after this long: before, the former key may just be at lunch."""
NEWS_FOR = 7 * DAY
"""A takeover is news for this long."""
LONGEST_PAUSE = max(MONTH_DAYS) * DAY
"""Longer pauses count as this one: that of a monthly job."""


class Takeover(Struct, frozen=True):
    """A key that does what another one did."""

    key_id: int
    from_id: int
    since: datetime
    """The first hour of the new key."""
    last_at: datetime
    """The last hour of the former key."""

    @property
    def usual_until(self) -> datetime:
        """From here on what the former key cost may be an incident of its own, and nobody's usual."""
        return self.since - SURE_AFTER

    def is_settled(self, now: datetime) -> bool:
        """Whether the former key has been silent for long enough to be no suspect any more."""
        return now - self.last_at >= SURE_AFTER

    def is_news(self, now: datetime) -> bool:
        """Whether it is recent, and the former key has been silent for long enough."""
        return self.is_settled(now) and now - self.since < NEWS_FOR


class _Life(Struct, frozen=True):
    """When a key was used, by full hours."""

    series: HourlyCost
    first: datetime
    last: datetime


def find_takeovers(
    memo: Memo,
    keys: Mapping[int, HourlyCost],
    running: Mapping[int, RunningHour],
    names: Mapping[int, str],
    seen: Mapping[int, SeenOrigins],
    until: datetime,
) -> tuple[Takeover, ...]:
    """The keys that recently began where another one stopped, if they share their client or their name."""
    left, lives = _left_by(memo, keys), _lives(memo, keys)
    candidates = {one for _since, given_up in left.values() for one in given_up}
    in_use = {key_id for key_id, one in running.items() if one.so_far_usd > 0}
    begins = frozenset(in_use - lives.keys() & keys.keys())
    goes_on = frozenset(in_use & candidates) if not begins else frozenset(in_use)
    return _found(memo, keys, until, begins, goes_on, names, _Origins(seen))


class _Origins:
    """The origins of keys. They only grow, so that equal counts mean equal origins."""

    def __init__(self, seen: Mapping[int, SeenOrigins]) -> None:
        self.of = seen
        self._count = sum(len(one.ips) + len(one.programs) for one in seen.values()), len(seen)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Origins) and self._count == other._count

    __hash__ = None  # type: ignore[assignment]


@memoize_last()
def _found(
    memo: Memo,
    keys: Mapping[int, HourlyCost],
    until: datetime,
    begins: frozenset[int],
    in_use: frozenset[int],
    names: Mapping[int, str],
    seen: _Origins,
) -> tuple[Takeover, ...]:
    lives, left = _lives(memo, keys), {**_left_by(memo, keys)}
    left.update((key_id, (until, _given_up(memo, lives, until))) for key_id in begins)
    clients = _Clients(lives, names, seen.of)
    found: dict[int, Takeover] = {}
    for key_id, (since, candidates) in sorted(left.items(), key=lambda item: item[1][0]):
        if until - since <= KNOWN_FOR:
            free = (one for one in candidates if one not in found and (since == until or one not in in_use))
            before = next((one for one in free if clients.is_like(key_id, one)), None)
            if before is not None:
                found[before] = Takeover(key_id, before, since, lives[before].last)
    return tuple(found.values())


@memoize_last()
def _left_by(memo: Memo, keys: Mapping[int, HourlyCost]) -> dict[int, tuple[datetime, list[int]]]:
    """When each key began, after the first days, and which keys had been given up by then."""
    lives = _lives(memo, keys)
    if not lives:
        return {}
    known_from = min(life.first for life in lives.values()) + KNOWN_DAYS
    began = ((key_id, life.first) for key_id, life in lives.items() if life.first >= known_from)
    return {key_id: (since, _given_up(memo, lives, since)) for key_id, since in began}


def _given_up(memo: Memo, lives: Mapping[int, _Life], since: datetime) -> list[int]:
    """The keys that were used before a moment but not since, the most recent first."""
    given_up = [
        key_id
        for key_id, life in lives.items()
        if life.first < since and life.last <= since <= life.last + _patience(memo, key_id, life.series)
    ]
    return sorted(given_up, key=lambda key_id: lives[key_id].last, reverse=True)


@memoize_last()
def _lives(memo: Memo, keys: Mapping[int, HourlyCost]) -> dict[int, _Life]:
    return {key_id: life for key_id, series in keys.items() if (life := _life(memo, key_id, series)) is not None}


class _Clients:
    """The clients and names of keys."""

    def __init__(self, lives: Mapping[int, _Life], names: Mapping[int, str], seen: Mapping[int, SeenOrigins]) -> None:
        self._lives, self._names, self._seen = lives, names, seen

    def is_like(self, key_id: int, before: int) -> bool:
        """Whether two keys, and no others, share a client or a name."""
        a, b = self._seen.get(key_id), self._seen.get(before)
        if a is not None and b is not None and a.calls and b.calls:
            if a.ips.keys().isdisjoint(b.ips) or a.programs.keys().isdisjoint(b.programs):
                return False
            shared = a.ips.keys() & b.ips.keys(), a.programs.keys() & b.programs.keys()
            others = (self._seen.get(one) for one in self._lives if one not in (key_id, before))
            if not any(_is_client(one, *shared) for one in others):
                return True
        stem = _stem(self._names.get(before, ""))
        is_named_so = bool(stem) and stem == _stem(self._names.get(key_id, ""))
        return is_named_so and not any(one not in (key_id, before) for one in self._of_stem.get(stem, ()))

    @cached_property
    def _of_stem(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for one in self._lives:
            found.setdefault(_stem(self._names.get(one, "")), []).append(one)
        return found


def _is_client(one: SeenOrigins | None, ips: set[str], programs: set[str]) -> bool:
    return one is not None and not ips.isdisjoint(one.ips) and not programs.isdisjoint(one.programs)


@lru_cache(maxsize=4096)
def _stem(name: str) -> str:
    """A name without a number or a year behind it.

    >>> _stem("App-2026"), _stem("app v2"), _stem("app"), _stem("2026")
    ('app', 'app', 'app', '')
    """
    return re.sub(r"[\W_]*v?\d+$", "", name.strip().lower())


@memoize_last(each=1)
def _life(_memo: Memo, _key_id: int, series: HourlyCost) -> _Life | None:
    first = next(itertools.compress(itertools.count(), series.usd), None)
    if first is None:
        return None
    last = next(itertools.compress(itertools.count(len(series.usd) - 1, -1), reversed(series.usd)))
    return _Life(series, series.start + HOUR * first, series.start + HOUR * last)


@memoize_last(each=1)
def _patience(_memo: Memo, _key_id: int, series: HourlyCost) -> timedelta:
    """How long after the last hour of a key another one may begin in its place."""
    used = list(itertools.compress(itertools.count(), series.usd))
    pause = min(max(map(sub, used[1:], used), default=0) * HOUR, LONGEST_PAUSE)
    return max(DAY, PATIENCE * pause) if len(used) >= MIN_HOURS else -HOUR


@memoize_last(each=1)
def joined(
    _memo: Memo, _key_id: int, before: HourlyCost, after: HourlyCost, until: datetime | None = None
) -> HourlyCost:
    """The hours of two keys joined, of the former one only those until a moment."""
    if until is not None:
        place = max(0, index_of(before, until))
        before = HourlyCost(before.start, before.usd[:place], before.requests[:place])
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
