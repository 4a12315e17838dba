"""When the wallet runs empty: at the usual pace, and at the current rate during a spike (triage-spec section 6)."""

import math
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from tui.domain.clock import floor_hour
from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY, DAY_HOURS, HOUR, WEEK_HOURS, FullHours, before, first_active, full_hours, index_of
from tui.triage.recurrence import bars_of, told_level
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import is_confirmed, is_worth_telling, past_spikes
from tui.triage.spikes import ACCOUNT_BOUNDS, FlaggedHour, RunningHour, Spike

FARTHEST = timedelta(days=60)
MAX_WEEKS = 4
OUTLIER_TIMES = 2.0
ROUNDING_USD = 1e-9
"""Less than this is left of a balance only by rounding."""

EMPTY_SOON = timedelta(hours=6)
"""A wallet that runs empty sooner than this is critical."""


class Basis(StrEnum):
    """The basis of the usual pace."""

    HOUR_OF_WEEK = "hour_of_week"
    HOUR_OF_DAY = "hour_of_day"
    MEAN = "mean"
    NONE = "none"


class Forecast(Struct, frozen=True):
    """When the wallet runs empty, and on what basis."""

    usual_empty_at: datetime | None = None
    """At the usual pace; None: not within 60 days."""
    current_empty_at: datetime | None = None
    """At the current rate; None while nothing adds to the usual pace."""
    usual_usd_per_day: float = 0.0
    extra_usd_per_h: float = 0.0
    """The extra cost of an incident in an hour."""
    basis: Basis = Basis.NONE

    @property
    def first_empty_at(self) -> datetime | None:
        """At the current rate if there is one besides the usual."""
        return self.current_empty_at or self.usual_empty_at

    def empties_soon(self, now: datetime) -> bool:
        """Whether the wallet runs empty within six hours at the current rate."""
        return self.current_empty_at is not None and self.current_empty_at - now < EMPTY_SOON


def basis_of(series: HourlyCost, now: datetime) -> Basis:
    """The basis of a series' usual pace: with 14 days of history the hour of the week, and so on down."""
    this_hour = floor_hour(now)
    known = this_hour - first_active(series, this_hour)
    if known >= 14 * DAY:
        return Basis.HOUR_OF_WEEK
    if known >= 2 * DAY:
        return Basis.HOUR_OF_DAY
    return Basis.MEAN if known >= HOUR else Basis.NONE


def usual_pace(memo: Memo, key_id: int | None, series: HourlyCost, now: datetime) -> tuple[float, ...]:
    """The usual cost of each of the 168 hours after the running one, in USD.

    The mean of the same hour of the week over 14 to 28 days; with less history of the same hour of the day; else of all
    hours. Hours of a reported incident do not count, unless other weeks are similar at that hour.
    """
    this_hour = floor_hour(now)
    return _pace(memo, key_id, before(series, this_hour), this_hour)


@memoize_last(each=1)
def _pace(memo: Memo, key_id: int | None, past: HourlyCost, this_hour: datetime) -> tuple[float, ...]:
    basis, end = basis_of(past, this_hour), index_of(past, this_hour)
    known = round((this_hour - first_active(past, this_hour)) / HOUR)
    odd = {index_of(past, hour.start) for hour in _incident_hours(memo, key_id, full_hours(past, this_hour))}
    if basis is Basis.HOUR_OF_WEEK:
        weeks = min(MAX_WEEKS, known // WEEK_HOURS)
        return tuple(_mean(past, range(end + i - WEEK_HOURS * weeks, end, WEEK_HOURS), odd) for i in range(WEEK_HOURS))
    if basis is Basis.HOUR_OF_DAY:
        days = min(7, known // DAY_HOURS)
        day = tuple(_mean(past, range(end + i - DAY_HOURS * days, end, DAY_HOURS), odd) for i in range(DAY_HOURS))
        return day * 7
    return (_mean(past, range(end - max(1, known), end), odd),) * WEEK_HOURS


def _incident_hours(memo: Memo, key_id: int | None, past: FullHours) -> Iterable[FlaggedHour]:
    """Past hours of spikes that were worth reporting: heavy work that comes now and then is part of the pace."""
    judge = Judge(ACCOUNT_BOUNDS, past)
    spikes = past_spikes(memo, key_id, past.cost, judge)
    return [hour for spike in spikes if _was_incident(spike, spikes, judge) for hour in spike]


def _was_incident(spike: Sequence[FlaggedHour], spikes: Iterable[Sequence[FlaggedHour]], judge: Judge) -> bool:
    bars = bars_of((other for other in spikes if other is not spike), judge.bounds)
    is_told = is_confirmed(spike, judge.bounds) and is_worth_telling(spike, judge, bars)
    return is_told and told_level(spike, judge.bounds) >= bars.raised


def _mean(series: HourlyCost, places: range, odd: set[int]) -> float:
    """The mean of some hours. An odd one counts only if another is at least half of it: then it recurs."""
    usd = {place: series.usd[place] if 0 <= place < len(series.usd) else 0.0 for place in places}
    plain = [
        cost
        for place, cost in usd.items()
        if place not in odd or any(other * OUTLIER_TIMES >= cost for at, other in usd.items() if at != place)
    ]
    return sum(plain) / len(plain) if plain else min(usd.values(), default=0.0)


def extra_usd(
    memo: Memo,
    key_id: int | None,
    series: HourlyCost,
    spike: Spike,
    now: datetime,
    running: RunningHour,
    stopped: Collection[HourlyCost] = (),
) -> float:
    """The extra cost of a spike in an hour: the smaller (cost − usual) of its last two full hours, in USD.

    The hour in which it began is only partly its own, and counts only while there is no other. It is more if the last
    sixty minutes cost more, or two spans of ten minutes in a row at their rate. What keys cost that were `stopped` is
    left out of the full hours.
    """
    this_hour = floor_hour(now)
    pace = usual_pace(memo, key_id, series, now)
    full = [hour for hour in (this_hour - 2 * HOUR, this_hour - HOUR) if hour >= spike.since]
    inside = [hour for hour in full if hour > spike.since] or full
    cost = {hour: _cost(series, hour) - sum(_cost(one, hour) for one in stopped) for hour in inside}
    above = [usd - pace[round((hour - this_hour) / HOUR) % WEEK_HOURS] for hour, usd in cost.items()]
    rate_usd = max(running.so_far_usd, running.hour_usd, running.steady_usd_per_h)
    return max(0.0, min(above, default=0.0), rate_usd - pace[0])


def _cost(series: HourlyCost, hour: datetime) -> float:
    index = index_of(series, hour)
    return series.usd[index] if 0 <= index < len(series.usd) else 0.0


def empty_at(balance_usd: float, pace: tuple[float, ...], extra_usd: float, now: datetime) -> datetime | None:
    """The first moment at which usual and extra cost together have used the balance up; None within 60 days not.

    >>> from datetime import UTC
    >>> empty_at(10.0, (1.0,) * 168, 1.0, datetime(2026, 1, 1, tzinfo=UTC))
    datetime.datetime(2026, 1, 1, 5, 0, tzinfo=datetime.timezone.utc)
    """
    if balance_usd <= 0:
        return now
    usd_per_h = [usual_usd + extra_usd for usual_usd in pace]
    part = 1.0 - (now - floor_hour(now)) / HOUR
    if usd_per_h[0] * part >= balance_usd:
        return now + HOUR * balance_usd / usd_per_h[0]
    left, week_usd = balance_usd - usd_per_h[0] * part, sum(usd_per_h)
    # Not what the weeks before the last one cost: a balance that a whole number of weeks uses up ends in an hour of it.
    weeks = max(0, math.ceil((left - ROUNDING_USD) / week_usd) - 1) if week_usd > 0 else math.inf
    if weeks * WEEK_HOURS >= FARTHEST / HOUR:
        return None
    left, hours = left - weeks * week_usd, part + weeks * WEEK_HOURS
    for cost in (*usd_per_h[1:], *usd_per_h):
        if hours >= FARTHEST / HOUR:
            break
        if cost > 0 and cost >= left - ROUNDING_USD:
            return now + HOUR * (hours + min(1.0, left / cost))
        left, hours = left - cost, hours + 1.0
    return None
