"""The usual cost of hours: queries on a series of hourly cost (triage-spec sections 2 and 3). Amounts are USD an hour.

Hours are given by their index in a series, because the same few hundred are read again and again.
"""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median
from typing import cast

from msgspec import Struct

from tui.domain.clock import floor_hour
from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost

SAME_HOUR_DAYS = 14
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DAY_HOURS = 24
WEEK_HOURS = 7 * 24
MIN_ACTIVE_HOURS = 12
DAYS_OF_A_HABIT = 3
HABIT_HOURS = 3
MIN_HABIT_DAYS = 8
"""Days with calls, of three weeks, that tell how many an hour may have: who comes seldom has not shown all."""
MIN_WEEK_HOURS = 8
"""A week with fewer active hours tells no level by itself."""
WEEKS_DAYS = (7, 14, 21, 28)
MONTH_DAYS = (28, 29, 30, 31)
MOST_JOB_HOURS = 40
"""A key used in fewer hours of four weeks is a weekly or monthly job."""
AWAY_DAYS = 4
"""So many days in a row on which an account cost hardly anything are days away: they tell nothing about work."""
AWAY_SHARE = 0.1
"""Hardly anything is this share of a busy day,"""
BUSY = 0.75
"""which is of this percentile: a holiday and weekends may be half of all days."""
MOST_AWAY = 2
"""With more such stretches in five weeks, or half of all days in them, seldom use is usual."""
HIGH = 0.9
"""The percentile of a high but usual hour."""


class HistoryDepth(StrEnum):
    """How much history there is: the rungs of the cold-start ladder."""

    FULL = "full"
    TRAILING = "trailing"
    COLD = "cold"


class Baseline(Struct, frozen=True):
    """The usual cost of an hour."""

    q_usd: float
    """The 90th percentile of the same clock hours (Q)."""
    a_usd: float
    """The median of the active hours of a week (A)."""
    step: HistoryDepth
    samples: int = 0
    """The number of hours behind the percentile."""
    seen_usd: float = 0.0
    """The cost at about that time of day on three of the last 14 days: what recurs so often is a habit."""
    weeks_usd: float = 0.0
    """The highest cost at about that time whole weeks before, or on the same day of the month before."""
    is_job: bool = False
    """Whether the series is of a weekly or monthly job, which `weeks_usd` shows once or twice at most."""

    @property
    def level_usd(self) -> float:
        """The level that an hour is measured against."""
        return max(self.q_usd, self.a_usd)


class AccountAge(Struct, frozen=True):
    """Since when an account has spent, when it had spent in twelve hours in all (never, if it has not yet), and when
    everybody was away.
    """

    began: datetime
    warm: datetime
    away: frozenset[int] = frozenset()
    """Days away, by their number since 1970 in UTC."""

    def step(self, until: datetime) -> HistoryDepth:
        """The rung for judging hours with the history before `until`."""
        if until < self.warm:
            return HistoryDepth.COLD
        return HistoryDepth.FULL if until - self.began >= 7 * DAY else HistoryDepth.TRAILING


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


def index_of(series: HourlyCost, hour: datetime) -> int:
    """The index of an hour in a series; may be outside of it."""
    return round((hour - series.start) / HOUR)


def before(series: HourlyCost, until: datetime) -> HourlyCost:
    """A series before a moment: later hours are not over, or not yet to be used."""
    end = max(0, index_of(series, until))
    return series if len(series.usd) <= end else HourlyCost(series.start, series.usd[:end], series.requests[:end])


def up_to(series: HourlyCost, until: datetime) -> HourlyCost:
    """A series padded to a moment: hours after it was read cost nothing."""
    known = before(series, until)
    missing = index_of(series, until) - len(known.usd)
    if missing <= 0:
        return known
    requests = (*known.requests, *(0,) * missing) if known.requests else ()
    return HourlyCost(known.start, (*known.usd, *(0.0,) * missing), requests)


def settled(memo: Memo, key_id: int | None, series: HourlyCost, until: datetime) -> HourlyCost:
    """The hours of a series that are over, as the same object while they are equal, so that results cached for it are
    found again while the next hour runs.
    """
    known = memo.kept.get((settled, key_id))
    if known is not None and known[0] is series and known[1] == until:
        return cast("HourlyCost", known[2])
    now = up_to(series, until)
    if known is not None and _ends_like(known[2], now):
        now = known[2]
    memo.kept[settled, key_id] = series, until, now
    return now


def _ends_like(known: HourlyCost, now: HourlyCost) -> bool:
    """Whether a series has nothing new: after another read it may begin a little later."""
    first = index_of(known, now.start)
    is_same = 0 <= first <= DAY_HOURS and known.usd[first:] == now.usd
    return is_same and (known.requests[first:] == now.requests if known.requests else not now.requests)


class FullHours(Struct, frozen=True):
    """The hours of an account that are over, and since when it has spent."""

    cost: HourlyCost
    until: datetime
    """The beginning of the running hour."""
    age: AccountAge

    def week_usd(self, until: datetime) -> float:
        """The cost of the week before a moment, days away left out."""
        return week_usd(self.cost, until, self.age.away)


def full_hours(account: HourlyCost, now: datetime) -> FullHours:
    """The hours of an account before the running one."""
    until = floor_hour(now)
    cost = before(account, until)
    return FullHours(cost, until, known_of(cost))


@memoize_last()
def full_hours_of(_memo: Memo, settled_hours: HourlyCost, until: datetime) -> FullHours:
    """The same for hours that are already settled."""
    return FullHours(settled_hours, until, known_of(settled_hours))


def known_of(account: HourlyCost) -> AccountAge:
    """How long an account is known. If nothing was ever spent, from the end on, and it is never warm."""
    active = [index for index, usd in enumerate(account.usd) if usd > 0]
    end = account.start + HOUR * len(account.usd)
    began = account.start + HOUR * active[0] if active else end
    if len(active) < MIN_ACTIVE_HOURS:
        return AccountAge(began, datetime.max.replace(tzinfo=end.tzinfo), days_away(account))
    return AccountAge(began, account.start + HOUR * (active[MIN_ACTIVE_HOURS - 1] + 1), days_away(account))


def days_away(account: HourlyCost) -> frozenset[int]:
    """The days of holidays: since 1970, in UTC. A day that is not over is none yet.

    >>> from datetime import UTC
    >>> start = datetime(1970, 1, 1, tzinfo=UTC)
    >>> days = (1.0,) * 24 * 9 + (0.0,) * 24 * 5 + (1.0,) * 24 * 9
    >>> sorted(days_away(HourlyCost(start, days)))
    [9, 10, 11, 12, 13]
    """
    first = _hour_of(account)
    costs = (
        (day, sum(_window(account, day * DAY_HOURS - first, (day + 1) * DAY_HOURS - first)))
        for day in range(_day_of(account, 0), _day_of(account, len(account.usd)))
    )
    days = dict(itertools.dropwhile(lambda one: one[1] <= 0, costs))  # before the first cost nobody was there yet
    low_usd = AWAY_SHARE * percentile(list(days.values()), BUSY)
    stretches = [
        tuple(stretch) for is_low, stretch in itertools.groupby(days, lambda day: days[day] < low_usd) if is_low
    ]
    away = [stretch for stretch in stretches if len(stretch) >= AWAY_DAYS]
    found = frozenset(itertools.chain(*away))
    return found if len(away) <= MOST_AWAY and 2 * len(found) < len(days) else frozenset()


def _hour_of(series: HourlyCost) -> int:
    """The first hour, by its number since 1970."""
    return round(series.start.timestamp()) // 3600


def _day_of(series: HourlyCost, index: int) -> int:
    return (_hour_of(series) + index) // DAY_HOURS


def days_before(series: HourlyCost, index: int, count: int, away: frozenset[int] = frozenset()) -> list[int]:
    """The indexes at an hour of the day on so many days before, latest first; days away are left out."""
    if not away:
        return list(range(index - DAY_HOURS, index - count * DAY_HOURS - 1, -DAY_HOURS))
    days = range(index - DAY_HOURS, index - (count + len(away)) * DAY_HOURS - 1, -DAY_HOURS)
    first = _hour_of(series)
    return [place for place in days if (first + place) // DAY_HOURS not in away][:count]


def usual_at(
    series: HourlyCost, hour: datetime, frozen_at: datetime | None = None, known: AccountAge | None = None
) -> Baseline:
    """The usual cost at the clock hour of `hour`. From `frozen_at` on, hours of an incident are ignored.

    `known` is the account's age, which decides the rung: a key without earlier calls is known to have had none.
    """
    known = known or known_of(before(series, hour))
    until = min(hour, frozen_at) if frozen_at is not None else hour
    sample = sample_at(series, index_of(series, hour), index_of(series, until), known)
    return Baseline(
        percentile(sample, HIGH), active_median(series, index_of(series, until)), known.step(until), len(sample)
    )


def sample_at(series: HourlyCost, index: int, until: int, known: AccountAge) -> Sequence[float]:
    """The hours for the 90th percentile: the same clock hours, or with little history the last ones."""
    if known.step(series.start + HOUR * until) is HistoryDepth.FULL:
        return same_hours(series, index, until, index_of(series, known.began), known.away)
    return _window(series, max(until - WEEK_HOURS, index_of(series, known.began)), until)


def same_hours(
    series: HourlyCost,
    index: int,
    until: int,
    began: int = -WEEK_HOURS * 52,
    away: frozenset[int] = frozenset(),
) -> list[float]:
    """The hours h−1, h and h+1 of the 14 days before. Without calls they count as 0, in an incident not at all.

    Nor do hours before the account `began`, and days away.
    """
    usd, length = series.usd, len(series.usd)
    return [
        usd[place] if 0 <= place < length else 0.0
        for middle in days_before(series, index, SAME_HOUR_DAYS, away)
        for place in (middle - 1, middle, middle + 1)
        if began <= place < until
    ]


def weeks_before(series: HourlyCost, index: int, until: int) -> float:
    """The cost within three hours of a clock hour, reached on that day in two of the weeks before.

    For a weekly or monthly job, once before is enough.
    """
    weeks = sorted((_around(series, index - days * DAY_HOURS, until) for days in WEEKS_DAYS), reverse=True)
    if not is_job(series, until):
        return weeks[1]
    return max(weeks[0], *(_around(series, index - days * DAY_HOURS, until) for days in MONTH_DAYS))


def is_job(series: HourlyCost, until: int) -> bool:
    """Whether a series is used so seldom that it must be a weekly or monthly job's."""
    window = _window(series, until - WEEKS_DAYS[-1] * DAY_HOURS, until)
    return len(window) - window.count(0.0) <= MOST_JOB_HOURS


def job_usd(series: HourlyCost, since: datetime, until: datetime) -> float:
    """The cost of a weekly or monthly job at about the time of some hours, the dearest time before; 0 if it is none."""
    first, end = index_of(series, since), index_of(series, until)
    if not is_job(series, first):
        return 0.0
    spans = (
        (first - days * DAY_HOURS - HABIT_HOURS, min(first, end - days * DAY_HOURS + HABIT_HOURS))
        for days in (*WEEKS_DAYS, *MONTH_DAYS)
    )
    return max(sum(_window(series, begin, stop)) for begin, stop in spans)


def habit_calls(series: HourlyCost, until: int) -> int:
    """The most calls that an hour had on the second busiest of the last 21 days; 0 where calls are not known, or on
    too few days to tell.
    """
    days = (series.requests[max(0, end - DAY_HOURS) : end] for end in range(until, max(0, until - 21 * 24), -DAY_HOURS))
    tops = sorted((max(day, default=0) for day in days), reverse=True)
    return tops[1] if sum(top > 0 for top in tops) >= MIN_HABIT_DAYS else 0


def _around(series: HourlyCost, middle: int, until: int) -> float:
    return max(_window(series, middle - HABIT_HOURS, min(middle + HABIT_HOURS + 1, until)), default=0.0)


def active_median(series: HourlyCost, until: int) -> float:
    """The median of the last seven days' hours with any cost; 0 if there are none.

    After an idle week, the weeks before count.
    """
    active = [usd for usd in _window(series, until - WEEK_HOURS, until) if usd > 0]
    if len(active) < MIN_WEEK_HOURS:
        active = [usd for usd in _window(series, 0, until) if usd > 0]
    return median(active) if active else 0.0


def seen_before(series: HourlyCost, until: int) -> float:
    """The third highest of the dearest hours of each of the last 14 days before an hour; 0 with fewer days.

    >>> start = datetime(2026, 1, 1)
    >>> seen_before(HourlyCost(start, (1.0,) * 240 + (9.0,) * 30), 270)
    1.0
    """
    days = (_window(series, until - DAY_HOURS * back, until - DAY_HOURS * (back - 1)) for back in range(1, 15))
    tops = sorted((max(day, default=0.0) for day in days), reverse=True)
    return tops[DAYS_OF_A_HABIT - 1]


def habit_at(series: HourlyCost, index: int, until: int, away: frozenset[int] = frozenset()) -> float:
    """The same for hours within three of a clock hour: a habit has a time of day.

    >>> start = datetime(2026, 1, 1)
    >>> noon = HourlyCost(start, ((0.0,) * 12 + (9.0,) + (0.0,) * 11) * 14)
    >>> habit_at(noon, 14 * 24 + 13, 14 * 24), habit_at(noon, 14 * 24 + 3, 14 * 24)
    (9.0, 0.0)
    """
    tops = sorted(
        (_around(series, middle, until) for middle in days_before(series, index, SAME_HOUR_DAYS, away)), reverse=True
    )
    return tops[DAYS_OF_A_HABIT - 1]


def week_usd(series: HourlyCost, until: datetime, away: frozenset[int] = frozenset()) -> float:
    """The cost of the seven days before a moment; days away are left out: who comes back is not expensive by that.

    In the first week, what seven days cost at the pace so far.

    >>> start = datetime(2026, 1, 1)
    >>> week_usd(HourlyCost(start, (0.0,) * 400 + (1.0,) * 48), start + HOUR * 448)
    168.0
    """
    end = index_of(series, until)
    if away and any(_window(series, 0, end - WEEK_HOURS)):
        days = [
            _window(series, middle - DAY_HOURS // 2, middle + DAY_HOURS // 2)
            for middle in days_before(series, end + DAY_HOURS // 2, 7, away)
        ]
        return sum(map(sum, days))
    window = _window(series, end - WEEK_HOURS, end)
    if any(_window(series, 0, end - WEEK_HOURS)):
        return sum(window)
    known = len(window) - next((place for place, usd in enumerate(window) if usd > 0), 0)
    return sum(window) * max(1.0, WEEK_HOURS / max(DAY_HOURS, known))


def _window(series: HourlyCost, first: int, until: int) -> tuple[float, ...]:
    """The known hours between two indexes."""
    return series.usd[max(0, first) : max(0, until)]


def first_active(series: HourlyCost, until: datetime) -> datetime:
    """The first hour with a cost; `until` if there is none."""
    for offset, usd in enumerate(series.usd):
        if usd > 0:
            return min(series.start + HOUR * offset, until)
    return until
