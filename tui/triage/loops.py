"""Loops: the calls of a program that repeats itself are alike. Those of people are not, nor are most programs'."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tui.domain.usage import HourlyCost, HourUse
from tui.triage.baselines import index_of
from tui.triage.spikes import RunningHour

LOOP_CALLS, ALIKE = 30, 0.25
"""So many calls in an hour that differ so little are those of a program that repeats itself: a call in two minutes."""
MOSTLY_ALIKE = 0.35
"""Nor do those of a key whose hours, at least so many, tell that they differ so little."""
MIN_HOURS, MIN_CALLS = 4, 5
MOST_OF_HOUR = 0.6
"""An hour of the account is a loop's if that key made so much of it."""


class Loops:
    """Which hours are a loop's: of calls that are alike, by a key whose calls are not usually so.

    `hours` are known call by call, `running` tells of the last sixty minutes, `keys` what hours cost for weeks.
    """

    def __init__(
        self,
        hours: Mapping[datetime, Mapping[int, HourUse]],
        running: Mapping[int, RunningHour],
        keys: Mapping[int, HourlyCost],
    ) -> None:
        self._hours, self._running, self._keys = hours, running, keys
        self._usual: dict[tuple[int, datetime], bool] = {}

    def is_of_key(self, key_id: int, hour: datetime | None, began: datetime) -> bool:
        """Whether an hour, or the last sixty minutes (None), are a loop's, in what began at a moment."""
        if hour is None:
            last = self._running.get(key_id)
            is_loop = last is not None and is_alike(last.calls, last.variation)
        else:
            use = self._hours.get(hour, {}).get(key_id)
            is_loop = use is not None and is_alike(use.calls, use.variation)
        return is_loop and not self._is_usual(key_id, began)

    def is_of_account(self, hour: datetime | None, began: datetime) -> bool:
        """The same of all keys together: whether one that loops made most of it."""
        if hour is None:
            costs = {key_id: one.hour_usd for key_id, one in self._running.items()}
        else:
            costs = {key_id: use.usd for key_id, use in self._hours.get(hour, {}).items()}
        first = max(costs, key=costs.__getitem__, default=None)
        if first is None or costs[first] < MOST_OF_HOUR * sum(costs.values()):
            return False
        return self.is_of_key(first, hour, began)

    def _is_usual(self, key_id: int, began: datetime) -> bool:
        if (key_id, began) not in self._usual:
            before = (uses[key_id] for hour, uses in self._hours.items() if hour < began and key_id in uses)
            series = self._keys.get(key_id)
            until = index_of(series, began) if series is not None else 0
            self._usual[key_id, began] = is_usually_alike(before, series, until)
        return self._usual[key_id, began]


def is_alike(calls: int | None, variation: float | None) -> bool:
    """Whether so many calls, which differ so much, are those of a loop."""
    return calls is not None and calls >= LOOP_CALLS and variation is not None and variation <= ALIKE


def is_usually_alike(uses: Iterable[HourUse], series: HourlyCost | None, until: int) -> bool:
    """Whether the calls of a key are alike in most of its hours, or nothing is known of that: then it tells nothing.

    Hours that are known call by call tell it best. Who was away on the last day is known by the weeks before.
    """
    known = [is_alike(use.calls, use.variation) for use in uses if use.calls >= LOOP_CALLS]
    if known or series is None:
        return sum(known) >= len(known) / 2
    variation = usual_variation(series.usd[: max(0, until)], series.requests[: max(0, until)])
    return variation is None or variation <= MOSTLY_ALIKE


def usual_variation(usd: Sequence[float], calls: Sequence[int]) -> float | None:
    """How much calls differ in cost, by how much a call cost in each of some hours; None for too few hours.

    The means of many calls differ less than the calls: by the root of how many there are.

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
