"""Slow leaks: a day that costs twice the usual without one hour that stands out (triage-spec section 3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from statistics import median

from tui.domain.usage import HourlyCost
from tui.triage.history import HOUR, SAMPLE_DAYS, History, floor_hour, last_week

LEAK_TIMES = 2.0
LEAK_SHARE = 0.05
"""The least excess, as a part of the account's last week."""
DAYS_NEEDED = 7


@dataclass(frozen=True, slots=True)
class Leak:
    """The day so far of one key (None: of the account), against the median of the same clock time; USD."""

    key_id: int | None
    since: datetime
    today_usd: float
    usual_usd: float

    @property
    def excess_usd(self) -> float:
        """What the day so far cost more than usual."""
        return self.today_usd - self.usual_usd

    @property
    def times_usual(self) -> float | None:
        """How many times the usual; None when nothing was."""
        return self.today_usd / self.usual_usd if self.usual_usd > 0 else None


def midnight(now: datetime, zone: tzinfo) -> datetime:
    """The beginning of the local day."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def find_leaks(history: History, now: datetime, zone: tzinfo) -> tuple[Leak, ...]:
    """The leaks that stood at the end of each of the last two full hours: the account's, then the keys' by excess."""
    found = [leak for key_id in (None, *history.keys) if (leak := _leak(history, key_id, now, zone)) is not None]
    return tuple(sorted(found, key=lambda leak: (leak.key_id is not None, -leak.excess_usd)))


def _leak(history: History, key_id: int | None, now: datetime, zone: tzinfo) -> Leak | None:
    series, end = history.series(key_id), floor_hour(history.account, now)
    first = floor_hour(history.account, midnight(now, zone))
    if (end - first) // HOUR < 2:
        return None
    least_usd = LEAK_SHARE * last_week(history.account, first)
    if key_id is not None and sum(series.hours(first, (end - first) // HOUR)) < least_usd:
        return None
    latest, before = (day_so_far(history, series, first, end - back * HOUR) for back in (0, 1))
    if latest is None or before is None:
        return None
    if not all(_stands(day, least_usd) for day in (latest, before)):
        return None
    return Leak(key_id, first, *latest)


def _stands(day: tuple[float, float], least_usd: float) -> bool:
    today_usd, usual_usd = day
    return today_usd > 0 and today_usd >= LEAK_TIMES * usual_usd and today_usd - usual_usd >= least_usd


def day_so_far(history: History, series: HourlyCost, first: datetime, end: datetime) -> tuple[float, float] | None:
    """The cost from local midnight to `end`, and the median of that span on the last 14 days; None under 7."""
    count = (end - first) // HOUR
    days = min(SAMPLE_DAYS, (first - history.account.start) // timedelta(days=1))
    if days < DAYS_NEEDED:
        return None
    usual = median(sum(series.hours(first - timedelta(days=back), count)) for back in range(1, days + 1))
    return sum(series.hours(first, count)), usual
