"""Scans judge the hours of a series in order, once each: when an hour ends, only that one is judged.

Their results are cached in the account's memo. A scan starts over if the past has changed, as when a history was read
again with other values.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Any, Generic, TypeVar

from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY_HOURS, HOUR, before, index_of

LOOK_BACK_HOURS = 21 * 24
"""How far back spikes are searched. What is usual needs two weeks more; five weeks are known."""

T = TypeVar("T")


class Scan(Generic[T]):
    """What was found in a series so far; `take` judges one more hour."""

    least_usd = 0.0
    """Cheaper hours are skipped."""

    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self.found: list[T] = []
        self._result: tuple[T, ...] = ()
        self._given: tuple[HourlyCost, ...] = ()
        self._seen: tuple[HourlyCost, ...] = ()
        self._by: Hashable = None
        self._next: datetime | None = None

    def take(self, series: HourlyCost, index: int) -> None:
        """Judge the hour at an index."""
        raise NotImplementedError

    def ended(self, one: T) -> datetime:
        """The last hour of a result."""
        raise NotImplementedError

    def told(self) -> tuple[T, ...]:
        """The results, as a value."""
        return tuple(self.found)

    def through(self, until: datetime, by: Hashable, *seen: HourlyCost, days_away: int = 0) -> tuple[T, ...]:
        """The results up to a full hour. The first series is judged; it starts over if `by` or the past changes. It
        looks back further by the days away, of which `by` knows.
        """
        if self._next == until and self._by == by and all(a is b for a, b in zip(self._given, seen, strict=True)):
            return self._result
        series = tuple(before(one, until) for one in seen)
        if self._next is not None and not self._goes_on(until, by, series):
            self.found, self._next = [], None
        earliest = until - HOUR * (LOOK_BACK_HOURS + DAY_HOURS * days_away)
        hour = max(self._next, earliest) if self._next is not None else earliest
        if self._next != until:
            if self.found and self.ended(self.found[0]) < earliest:
                self.found = [one for one in self.found if self.ended(one) >= earliest]
            usd, least_usd = series[0].usd, self.least_usd
            for index in range(max(0, index_of(series[0], hour)), min(len(usd), index_of(series[0], until))):
                if usd[index] >= least_usd:
                    self.take(series[0], index)
            self._result = self.told()
            self._next, self._by, self._seen = until, by, series
        self._given = seen
        return self._result

    def _goes_on(self, until: datetime, by: Hashable, series: tuple[HourlyCost, ...]) -> bool:
        assert self._next is not None
        is_same = self._next <= until and self._by == by
        own, *others = zip(self._seen, series, strict=True)
        return is_same and _is_same_past(*own) and all(_is_known_same(self._memo, *pair) for pair in others)


S = TypeVar("S", bound=Scan[Any])


def kept(memo: Memo, key: Hashable, kind: type[S]) -> S:
    """The scan of that name in a memo, created on first use."""
    scan = memo.kept.get(key)
    if not isinstance(scan, kind):
        scan = memo.kept[key] = kind(memo)
    return scan


def _is_known_same(memo: Memo, known: HourlyCost, now: HourlyCost) -> bool:
    """The same, cached for the account's hours: the scans of all keys compare them."""
    last = memo.kept.get(_is_known_same)
    if last is None or last[0] is not known or last[1] is not now:
        last = memo.kept[_is_known_same] = known, now, _is_same_past(known, now)
    return bool(last[2])


def _is_same_past(known: HourlyCost, now: HourlyCost) -> bool:
    """Whether a series has the same hours as another one, where both are known."""
    first = max(known.start, now.start)
    a, b = index_of(known, first), index_of(now, first)
    count = max(0, len(known.usd) - a)
    return (known.usd[a:] if a else known.usd) == now.usd[b : b + count]
