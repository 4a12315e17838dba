"""When the wallet is empty: at the usual pace, and at the current rate while a spike is on (triage-spec section 6)."""

from datetime import datetime, timedelta

from tui.domain.usage import HourlyCost
from tui.triage.history import DAY, HOUR, first_active, last_hours

FARTHEST = timedelta(days=60)
HOURS_A_WEEK = 7 * 24


def usual_pace(series: HourlyCost, now: datetime) -> tuple[float, ...]:
    """The usual cost of each of the 168 hours that follow the running one.

    The mean of the same hour of the week over 14 to 28 days; with less history of the same hour of the day; else the
    mean of what there is.
    """
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    known = (this_hour - first_active(series, this_hour)) / DAY
    return tuple(_usual(series, this_hour + HOUR * offset, this_hour, known) for offset in range(HOURS_A_WEEK))


def empty_at(balance_usd: float, pace: tuple[float, ...], extra_usd: float, now: datetime) -> datetime | None:
    """The first moment at which usual and extra cost together have used the balance up; None within 60 days not.

    >>> from datetime import UTC
    >>> empty_at(10.0, (1.0,) * 168, 1.0, datetime(2026, 1, 1, tzinfo=UTC))
    datetime.datetime(2026, 1, 1, 5, 0, tzinfo=datetime.timezone.utc)
    """
    if balance_usd <= 0:
        return now
    left, at = balance_usd, now
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    while at - now < FARTHEST:
        index = int((at - this_hour) / HOUR)
        until = this_hour + HOUR * (index + 1)
        cost = (pace[index % HOURS_A_WEEK] + extra_usd) * ((until - at) / HOUR)
        if cost >= left > 0:
            return at + (until - at) * (left / cost)
        left, at = left - cost, until
    return None


def _usual(series: HourlyCost, hour: datetime, this_hour: datetime, known_days: float) -> float:
    if known_days >= 14:
        weeks = min(4, int(known_days // 7))
        return _mean(series, [hour - timedelta(days=7 * back) for back in range(1, weeks + 1)], this_hour)
    if known_days >= 2:
        first = hour - DAY * (int((hour - this_hour) / DAY) + 1)
        days = min(7, int(known_days))
        return _mean(series, [first - DAY * back for back in range(days)], this_hour)
    hours = max(1, round(known_days * 24))
    return sum(last_hours(series, this_hour, hours)) / hours


def _mean(series: HourlyCost, hours: list[datetime], this_hour: datetime) -> float:
    past = [hour for hour in hours if hour < this_hour]
    return sum(series.hours(hour, 1)[0] for hour in past) / len(past) if past else 0.0
