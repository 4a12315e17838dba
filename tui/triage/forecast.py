"""When the balance is empty: at the usual pace, and at the current rate (triage-spec section 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tui.domain.usage import HourlyCost
from tui.triage.history import (
    DAY_HOURS,
    HIGH,
    HOUR,
    WEEK_HOURS,
    cost_at,
    first_active,
    floor_hour,
    percentile,
    same_hours,
)

HORIZON = timedelta(days=60)
LONGEST_HOURS = 28 * DAY_HOURS
TOP_UP_USD = 0.005
"""A rise below half a cent is a refund of a call or rounding, no top-up."""


class Basis(StrEnum):
    """What the usual pace is taken from."""

    HOUR_OF_WEEK = "hour_of_week"
    HOUR_OF_DAY = "hour_of_day"
    MEAN = "mean"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Emptying:
    """When the balance reaches 0 on one assumption. `at` is None when that is beyond 60 days, or never."""

    at: datetime | None
    is_beyond_horizon: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """Time to empty, twice, with what it rests on. `at_current_rate` is None unless a spike fires.

    `usual_usd_per_day` is the usual pace, `extra_usd_per_h` what the spike adds. Idle: nothing is spent usually or now.
    """

    balance_usd: float
    at_usual_pace: Emptying
    at_current_rate: Emptying | None
    basis: Basis
    usual_usd_per_day: float
    extra_usd_per_h: float
    is_idle: bool


@dataclass(frozen=True, slots=True)
class UsualPace:
    """The usual cost of each hour of the week, in USD; `usd[0]` belongs to `start` and every week after it."""

    start: datetime
    usd: tuple[float, ...]
    basis: Basis

    def at(self, hour: datetime) -> float:
        """The usual cost of an hour."""
        return self.usd[((hour - self.start) // HOUR) % WEEK_HOURS]


def usual_pace(account: HourlyCost, now: datetime, since: datetime | None = None) -> UsualPace:
    """The ladder: mean of the same hour of the week over 14–28 days, else of the hour of the day, else of 7 days.

    The hours from `since` on are the incident's, and the running hour is not over: both are left out.
    """
    current = floor_hour(account, now)
    end = current if since is None else min(current, floor_hour(account, since))
    first = first_active(account)
    known = 0 if first is None else max(0, (end - max(account.start, floor_hour(account, first))) // HOUR)
    if known >= 2 * WEEK_HOURS:
        weeks = min(known, LONGEST_HOURS) // WEEK_HOURS
        return UsualPace(
            end,
            _means(account.hours(end - weeks * WEEK_HOURS * HOUR, weeks * WEEK_HOURS), WEEK_HOURS),
            Basis.HOUR_OF_WEEK,
        )
    if known >= 2 * DAY_HOURS:
        days = known // DAY_HOURS
        day = _means(account.hours(end - days * DAY_HOURS * HOUR, days * DAY_HOURS), DAY_HOURS)
        return UsualPace(end, day * 7, Basis.HOUR_OF_DAY)
    if known > 0:
        mean_usd = sum(account.hours(end - known * HOUR, known)) / known
        return UsualPace(end, (mean_usd,) * WEEK_HOURS, Basis.MEAN)
    return UsualPace(end, (0.0,) * WEEK_HOURS, Basis.NONE)


def _means(hours: tuple[float, ...], period: int) -> tuple[float, ...]:
    return tuple(sum(hours[i::period]) / (len(hours) // period) for i in range(period))


def extra_usd(account: HourlyCost, now: datetime, since: datetime, running_usd: float = 0.0) -> float:
    """What a spike adds per hour: the smaller v − Q of the last two full hours, in USD.

    The hour in which it began was not its own from the start, so it only counts while there is no other; in the very
    first hour what has been spent so far stands for the whole hour, since it is never scaled up.
    """
    current, began = floor_hour(account, now), floor_hour(account, since)
    full = [current - back * HOUR for back in (2, 1) if current - back * HOUR >= began]
    inside = [hour for hour in full if hour > began] or full
    above = [max(0.0, cost_at(account, hour) - _q(account, hour, began)) for hour in inside]
    so_far = max(0.0, running_usd - _q(account, current, began)) if len(full) < 2 else 0.0
    return max(min(above, default=0.0), so_far)


def _q(account: HourlyCost, hour: datetime, since: datetime) -> float:
    return percentile(same_hours(account, hour, since), HIGH)


def forecast(
    account: HourlyCost,
    balance_usd: float,
    now: datetime,
    *,
    firing_since: datetime | None = None,
    running_usd: float = 0.0,
) -> Forecast:
    """Both times to empty; `firing_since` is when the spike that fires began, None while none does."""
    pace = usual_pace(account, now, firing_since)
    extra = extra_usd(account, now, firing_since, running_usd) if firing_since is not None else 0.0
    usual = _emptying(pace, balance_usd, now, 0.0)
    current = _emptying(pace, balance_usd, now, extra) if firing_since is not None else None
    per_day = sum(pace.usd) / 7
    return Forecast(balance_usd, usual, current, pace.basis, per_day, extra, per_day <= 0 and extra <= 0)


def _emptying(pace: UsualPace, balance_usd: float, now: datetime, extra: float) -> Emptying:
    """The first moment at which what is spent from now on reaches the balance, inside its hour by proportion."""
    if balance_usd <= 0:
        return Emptying(now, is_beyond_horizon=False)
    if sum(pace.usd) + extra * WEEK_HOURS <= 0:
        return Emptying(None, is_beyond_horizon=False)
    left, moment = balance_usd, now
    while moment < now + HORIZON:
        hour = pace.start + ((moment - pace.start) // HOUR) * HOUR
        until = hour + HOUR
        rate = pace.at(hour) + extra
        cost = rate * ((until - moment) / HOUR)
        if rate > 0 and cost >= left:
            return Emptying(moment + HOUR * (left / rate), is_beyond_horizon=False)
        left -= cost
        moment = until
    return Emptying(None, is_beyond_horizon=True)


def since_top_up(balances: Sequence[tuple[datetime, float]]) -> Sequence[tuple[datetime, float]]:
    """The balances seen since the last top-up: a rise restarts the curve.

    >>> t = datetime(2026, 11, 24)
    >>> [usd for _, usd in since_top_up([(t, 5.0), (t, 4.0), (t, 24.0), (t, 23.0)])]
    [24.0, 23.0]
    """
    for index in range(len(balances) - 1, 0, -1):
        if balances[index][1] - balances[index - 1][1] > TOP_UP_USD:
            return balances[index:]
    return balances
