"""Loops: the calls of a program that repeats itself are alike. Calls of people, and of most programs, are not."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tui.domain.usage import HourlyCost, HourUse
from tui.triage.baselines import index_of
from tui.triage.spikes import RunningHour

LOOP_CALLS, ALIKE = 30, 0.25
"""So many calls in an hour that differ so little are those of a program that repeats itself: a call in two minutes."""
MOSTLY_ALIKE = 0.35
"""A key with enough hours this alike is usually so: then its calls are no loop."""
MIN_HOURS, MIN_CALLS = 4, 5
MOST_OF_HOUR = 0.6
"""An hour of the account is a loop's if a looping key made this share of it."""


class Loops:
    """Finds hours of a loop: alike calls of a key whose calls are not usually alike.

    `hours` are known call by call, `running` is the last sixty minutes, `keys` are weeks of hourly cost.
    """

    def __init__(
        self,
        hours: Mapping[datetime, Mapping[int, HourUse]],
        running: Mapping[int, RunningHour],
        keys: Mapping[int, HourlyCost],
    ) -> None:
        self._hours, self._running, self._keys = hours, running, keys
        self._usual: dict[tuple[int, datetime], bool] = {}
        self._usual_of_all: dict[datetime, bool] = {}

    def is_of_key(self, key_id: int, hour: datetime | None, began: datetime) -> bool:
        """Whether an hour, or the last sixty minutes (None), is a loop's, in a spike that began at some moment."""
        if hour is None:
            last = self._running.get(key_id)
            is_loop = last is not None and is_alike(last.calls, last.variation)
        else:
            use = self._hours.get(hour, {}).get(key_id)
            is_loop = use is not None and is_alike(use.calls, use.variation)
        return is_loop and not self._is_usual(key_id, began)

    def is_of_account(self, hour: datetime | None, began: datetime) -> bool:
        """The same for all keys together: whether a looping key made most of it."""
        if hour is None:
            costs = {key_id: one.hour_usd for key_id, one in self._running.items()}
        else:
            costs = {key_id: use.usd for key_id, use in self._hours.get(hour, {}).items()}
        first = max(costs, key=costs.__getitem__, default=None)
        if first is None or costs[first] < MOST_OF_HOUR * sum(costs.values()):
            return False
        return self.is_of_key(first, hour, began)

    def _is_usual(self, key_id: int, began: datetime) -> bool:
        """Whether the calls of a key are usually alike; for a key with too few calls the others decide."""
        if (key_id, began) not in self._usual:
            before = (uses[key_id] for hour, uses in self._hours.items() if hour < began and key_id in uses)
            series = self._keys.get(key_id)
            until = index_of(series, began) if series is not None else 0
            usual = is_usually_alike(before, series, until)
            self._usual[key_id, began] = self._is_usual_here(began) if usual is None else usual
        return self._usual[key_id, began]

    def _is_usual_here(self, began: datetime) -> bool:
        """Whether the calls of some key are usually alike, or nothing is known: then a new key may be the same."""
        if began not in self._usual_of_all:
            known = [is_usually_alike((), one, index_of(one, began)) for one in self._keys.values()]
            self._usual_of_all[began] = any(known) or False not in known
        return self._usual_of_all[began]


def is_alike(calls: int | None, variation: float | None) -> bool:
    """Whether this many calls, with this variation, are those of a loop."""
    return calls is not None and calls >= LOOP_CALLS and variation is not None and variation <= ALIKE


def is_usually_alike(uses: Iterable[HourUse], series: HourlyCost | None, until: int) -> bool | None:
    """Whether the calls of a key are alike in most of its hours: then they prove nothing. None: that is unknown.

    Hours known call by call are the best evidence. For a key that was idle on the last day, the weeks before count.
    """
    known = [is_alike(use.calls, use.variation) for use in uses if use.calls >= LOOP_CALLS]
    if known:
        return sum(known) >= len(known) / 2
    if series is None:
        return None
    variation = usual_variation(series.usd[: max(0, until)], series.requests[: max(0, until)])
    return variation <= MOSTLY_ALIKE if variation is not None else None


def usual_variation(usd: Sequence[float], calls: Sequence[int]) -> float | None:
    """The variation in the cost of calls, from the mean cost in each of some hours; None for too few hours.

    Means of many calls vary less than single calls: by the square root of their number.

    >>> usual_variation((10.0, 12.0, 8.0, 10.0), (10, 10, 10, 10)), usual_variation((1.0,), (10,))
    (0.5163977794943222, None)
    """
    hours = [(cost, count) for cost, count in zip(usd, calls, strict=False) if count >= MIN_CALLS]
    spent = sum(cost for cost, _count in hours)
    if len(hours) < MIN_HOURS or spent <= 0:
        return None
    mean = spent / sum(count for _cost, count in hours)
    squares = sum(count * (cost / count / mean - 1.0) ** 2 for cost, count in hours)
    return math.sqrt(squares / (len(hours) - 1))
