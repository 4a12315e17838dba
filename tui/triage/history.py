"""What is usual: questions to a series of hourly cost (triage-spec sections 2 and 3). All amounts are USD an hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from statistics import median

from tui.domain.usage import HourlyCost

SAME_HOUR_DAYS = 14
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK_HOURS = 7 * 24
LEAST_ACTIVE_HOURS = 24


class Step(StrEnum):
    """How much history there is to judge by: the rungs of the cold-start ladder."""

    FULL = "full"
    TRAILING = "trailing"
    COLD = "cold"


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at an hour: its 90th percentile, the median of active hours, and by which rung that is known."""

    q_usd: float
    a_usd: float
    step: Step

    @property
    def level_usd(self) -> float:
        """The level that an hour is measured against."""
        return max(self.q_usd, self.a_usd)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, interpolated; 0 for none.

    >>> percentile([1, 2, 3, 4, 5], 0.9), percentile([], 0.9)
    (4.6, 0.0)
    """
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 12)


@lru_cache(maxsize=8192)
def usual_at(series: HourlyCost, hour: datetime, frozen_at: datetime | None = None) -> Usual:
    """What is usual at the clock hour of `hour`. From `frozen_at` on, hours of an incident teach nothing.

    Remembered, since a history changes a few times an hour and is asked about every few seconds.
    """
    until = min(hour, frozen_at) if frozen_at is not None else hour
    known_days = (until - first_active(series, until)) / DAY
    week = last_hours(series, until, WEEK_HOURS)
    active = [usd for usd in week if usd > 0]
    a_usd = median(active) if active else 0.0
    if len(active) < LEAST_ACTIVE_HOURS and active_hours(series, until) < LEAST_ACTIVE_HOURS:
        return Usual(0.0, a_usd, Step.COLD)
    if known_days < 7:
        return Usual(percentile(week, 0.9), a_usd, Step.TRAILING)
    return Usual(percentile(same_hours(series, hour, until), 0.9), a_usd, Step.FULL)


def same_hours(series: HourlyCost, hour: datetime, until: datetime) -> list[float]:
    """The hours h−1, h and h+1 of the 14 days before; without calls they count as 0, in an incident not at all."""
    found: list[float] = []
    for back in range(1, SAME_HOUR_DAYS + 1):
        first = hour - DAY * back - HOUR
        samples = series.hours(first, 3)
        found += [usd for offset, usd in enumerate(samples) if first + HOUR * offset < until]
    return found


def last_hours(series: HourlyCost, until: datetime, count: int) -> tuple[float, ...]:
    """The `count` hours before a moment."""
    return series.hours(until - HOUR * count, count)


def week_usd(series: HourlyCost, until: datetime) -> float:
    """The cost of the seven days before a moment."""
    return sum(last_hours(series, until, WEEK_HOURS))


def first_active(series: HourlyCost, until: datetime) -> datetime:
    """When the first cost is known; `until` if there is none."""
    for offset, usd in enumerate(series.usd):
        if usd > 0:
            return min(series.start + HOUR * offset, until)
    return until


def active_hours(series: HourlyCost, until: datetime) -> int:
    """How many hours before a moment had any cost."""
    count = max(0, round((until - series.start) / HOUR))
    return sum(1 for usd in series.usd[:count] if usd > 0)
