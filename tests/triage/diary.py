"""Five weeks on a calendar: when days begin where the people are, and how much they all have to do on each."""

import math
import random
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

KNOWN_DAYS, JUDGED_DAYS = 28, 7
DAYS = KNOWN_DAYS + JUDGED_DAYS
HOUR, DAY = 3600.0, 86400.0
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata")
SHARED_SCATTER, SHARED_MEMORY = 0.35, 0.6


@dataclass(frozen=True)
class Diary:
    """Five weeks: `busy` is how much people have to do on each day, 1 being usual; nobody works on a holiday."""

    zone: ZoneInfo
    first: date
    busy: tuple[float, ...]

    @cached_property
    def midnights(self) -> tuple[float, ...]:
        """When each day begins, and when the last one ends."""
        return tuple(self._midnight(day) for day in range(DAYS + 1))

    def at(self, day: int, hour: float) -> float:
        """A moment of a day by the clock; hours beyond 24 are those of the next night."""
        return self.midnights[day] + hour * HOUR

    def day_of(self, at: float) -> int:
        """The day that a moment is in."""
        return bisect_right(self.midnights, at) - 1

    def clock(self, at: float) -> float:
        """The hour that a clock on the wall shows."""
        return (at - self.midnights[min(DAYS, max(0, self.day_of(at)))]) / HOUR

    def date(self, day: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=day)

    def is_weekend(self, day: int) -> bool:
        """Whether it is Saturday or Sunday."""
        return self.date(day).weekday() >= 5

    @property
    def judged(self) -> tuple[float, float]:
        """The week that is judged."""
        return self.midnights[KNOWN_DAYS], self.midnights[DAYS]

    def with_deadline(self, day: int) -> "Diary":
        """Three days on which everybody works twice as much, holidays aside."""
        return self._times({day, day + 1, day + 2}, 2.0)

    def with_holiday(self, day: int, days: int) -> "Diary":
        """Some days on which nobody works."""
        return self._times(set(range(day, day + days)), 0.0)

    def _times(self, days: set[int], factor: float) -> "Diary":
        return replace(self, busy=tuple(busy * (factor if i in days else 1.0) for i, busy in enumerate(self.busy)))

    def _midnight(self, day: int) -> float:
        that = self.date(day)
        return datetime(that.year, that.month, that.day, tzinfo=self.zone).astimezone(UTC).timestamp()


def draw_diary(draw: random.Random) -> Diary:
    """A diary in which what people share rises and falls from day to day."""
    zone, first = ZoneInfo(draw.choice(ZONES)), date(2026, 1, 5) + timedelta(days=draw.randrange(300))
    return Diary(zone, first, swings(draw, SHARED_SCATTER, SHARED_MEMORY))


def swings(draw: random.Random, scatter: float, memory: float) -> tuple[float, ...]:
    """A factor for each day with mean 1, log-normal, and like that of the day before."""
    level, found = draw.gauss(0.0, scatter), []
    for _ in range(DAYS):
        found.append(math.exp(level - scatter**2 / 2))
        level = memory * level + math.sqrt(1 - memory**2) * draw.gauss(0.0, scatter)
    return tuple(found)


def poisson(mean: float, draw: random.Random) -> int:
    """A number of events that come by themselves."""
    if mean > 30:
        return max(0, round(draw.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, draw.random()
    while product > limit:
        count += 1
        product *= draw.random()
    return count
