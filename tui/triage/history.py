"""What an hour usually costs: helpers on hourly series (triage-spec sections 2 and 3).

All values are wallet USD as floats, all hours whole hours of the series. Hours without rows cost 0; hours before the
span that is known are not 0 but unknown, and stay out of every sample.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from tui.domain.usage import HourlyCost

HOUR = timedelta(hours=1)
DAY_HOURS = 24
WEEK_HOURS = 168
SAMPLE_DAYS = 14
"""How many days back the same clock hour is looked at."""
HIGH = 0.9
"""The percentile that counts as a high but usual hour."""


@dataclass(frozen=True, slots=True)
class History:
    """Hourly wallet cost of the account and of the keys that were read so far; `days_known` is the span that was asked.

    A key that is not in `keys` is not known to be idle: it has not been read.
    """

    account: HourlyCost
    keys: Mapping[int, HourlyCost] = field(default_factory=dict)
    days_known: int = SAMPLE_DAYS

    def series(self, key_id: int | None) -> HourlyCost:
        """The series of a key, or of the account for None; a key that was not read has none."""
        if key_id is None:
            return self.account
        return self.keys.get(key_id, HourlyCost(self.account.start, ()))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the sample lies, between neighbours by their distance; 0 for an empty sample.

    >>> percentile([1.0, 2.0, 3.0, 4.0, 5.0], 0.9)
    4.6
    """
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def floor_hour(series: HourlyCost, moment: datetime) -> datetime:
    """The beginning of the hour of the series that a moment falls into (half-hour zones shift it)."""
    return series.start + ((moment - series.start) // HOUR) * HOUR


def end_of(series: HourlyCost) -> datetime:
    """Where a series ends."""
    return series.start + len(series.usd) * HOUR


def cost_at(series: HourlyCost, hour: datetime) -> float:
    """The cost of one hour."""
    return series.hours(hour, 1)[0]


def same_hours(series: HourlyCost, hour: datetime, frozen_from: datetime | None = None) -> list[float]:
    """The cost at clock hours h−1, h and h+1 of the 14 days before (spec section 3: the sample of Q).

    Hours from `frozen_from` on belong to the incident that is being judged, and are left out.
    """
    index = (hour - series.start) // HOUR
    last = len(series.usd) if frozen_from is None else (frozen_from - series.start) // HOUR
    sample = []
    for days in range(1, SAMPLE_DAYS + 1):
        middle = index - days * DAY_HOURS
        if middle < 0:
            break
        sample += [
            series.usd[i] if i < len(series.usd) else 0.0 for i in range(max(middle - 1, 0), middle + 2) if i < last
        ]
    return sample


def trailing(series: HourlyCost, hour: datetime, frozen_from: datetime | None = None) -> tuple[float, ...]:
    """The week before an hour, or before the incident; shorter where less is known."""
    end = hour if frozen_from is None else min(hour, frozen_from)
    count = min(WEEK_HOURS, max(0, (end - series.start) // HOUR))
    return series.hours(end - count * HOUR, count)


def usual_active(series: HourlyCost, hour: datetime, frozen_from: datetime | None = None) -> float:
    """A of the spec: the median of the hours of the last 7 days that cost anything; 0 when none did."""
    active = [usd for usd in trailing(series, hour, frozen_from) if usd > 0]
    return median(active) if active else 0.0


def last_week(series: HourlyCost, hour: datetime, frozen_from: datetime | None = None) -> float:
    """What the 7 days before an hour cost, in USD; brought up to a week where less is known."""
    hours = trailing(series, hour, frozen_from)
    return sum(hours) * WEEK_HOURS / len(hours) if hours else 0.0


def first_active(series: HourlyCost) -> datetime | None:
    """The first hour that cost anything."""
    index = next((i for i, usd in enumerate(series.usd) if usd > 0), None)
    return None if index is None else series.start + index * HOUR


def last_active(series: HourlyCost, before: datetime) -> datetime | None:
    """The last hour before a moment that cost anything."""
    index = min(len(series.usd), (before - series.start) // HOUR)
    while index > 0:
        index -= 1
        if series.usd[index] > 0:
            return series.start + index * HOUR
    return None


def daily(series: HourlyCost, until: datetime, days: int = SAMPLE_DAYS) -> list[float]:
    """What each of the last 24-hour days before a moment cost, in USD, oldest first; only days that are known whole."""
    known = min(days, max(0, (until - series.start) // timedelta(days=1)))
    return [sum(series.hours(until - timedelta(days=back), DAY_HOURS)) for back in range(known, 0, -1)]


def active_median(values: Iterable[float]) -> float | None:
    """The median of what is not 0, or None when all is."""
    active = [value for value in values if value > 0]
    return median(active) if active else None
