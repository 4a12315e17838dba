"""Slow spend: a day that costs twice the usual without one hour that stands out (triage-spec section 3).

The day is the one since local midnight, or the last 24 hours: at midnight slow spend does not begin anew.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from statistics import median

from msgspec import Struct

from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY, HOUR, SAME_HOUR_DAYS, index_of, known_of, week_usd

TIMES = 2.0
WEEK_SHARE = 0.05
HOURS_RUNNING = 2
MIN_DAYS = 7
DAYS_OF_A_HABIT = 2
TIMES_SEEN = 1.0
BURST_HOURS = 2


class SlowSpend(Struct, frozen=True):
    """A day so far that costs far more than is usual by this time of day, and still does; USD.

    It costs so without its two dearest hours: what is slow shows in all of them.
    """

    key_id: int | None
    """Whose day it is; None: the account's."""
    since: datetime
    """Local midnight, or a day before `until`."""
    until: datetime
    today_usd: float
    usual_usd: float
    """The median of what `days` days before had cost by the same time."""
    least_usd: float
    """The least excess that counts: a part of the account's last week."""
    days: int
    seen_usd: float = 0.0
    """What the second dearest of those days had cost by then."""

    @property
    def excess_usd(self) -> float:
        """What the day so far cost more than usual."""
        return self.today_usd - self.usual_usd

    @property
    def times_usual(self) -> float | None:
        """How many times the usual; None when nothing was."""
        return self.today_usd / self.usual_usd if self.usual_usd > 0 else None


def find_slow_spend(
    account: HourlyCost, keys: Mapping[int, HourlyCost], now: datetime, zone: tzinfo
) -> tuple[SlowSpend, ...]:
    """Slow spend at the end of the last full hour: the account's first, then those of single keys by their excess.

    Two full hours running the day so far is twice the median of the same clock time on the last 14 days, by a part of
    the week that matters, and the gap still grows: what was over before noon is none in the evening.
    """
    until = floor_hour(now)
    midnight = floor_hour(now.astimezone(zone).replace(hour=0, fold=0)).astimezone(account.start.tzinfo)
    midnight += (account.start - midnight) % HOUR  # where it falls into an hour, of which nobody knows how it parts
    began = known_of(account).began
    found: dict[int | None, SlowSpend] = {}
    for begin in (midnight, until - DAY):
        days = min(SAME_HOUR_DAYS, (begin - began) // DAY)
        hours = round((until - begin) / HOUR)
        if hours < HOURS_RUNNING or days < MIN_DAYS:
            continue
        least_usd = WEEK_SHARE * week_usd(account, begin)
        for key_id, series in ((None, account), *keys.items()):
            slow = _slow_spend(key_id, series, begin, hours, days, least_usd)
            if slow is not None:
                found.setdefault(key_id, slow)
    return tuple(sorted(found.values(), key=lambda one: (one.key_id is not None, -one.excess_usd)))


def _slow_spend(
    key_id: int | None, series: HourlyCost, begin: datetime, hours: int, days: int, least_usd: float
) -> SlowSpend | None:
    first = index_of(series, begin)
    if sum(series.usd[max(0, first) : max(0, first + hours)]) < least_usd:
        return None
    ends = range(hours - HOURS_RUNNING, hours + 1)
    today = [_day(series, first, count) for count in ends]
    earlier = [sorted(_day(series, first - 24 * back, count) for back in range(1, days + 1)) for count in ends]
    gaps = [now - median(usual) for now, usual in zip(today, earlier, strict=True)]
    if gaps[-1] <= gaps[0]:
        return None
    slow = [_day(series, first, count, BURST_HOURS) for count in ends]
    if not all(_stands(now, usual, least_usd) for now, usual in zip(slow[1:], earlier[1:], strict=True)):
        return None
    until, usual_usd, seen_usd = begin + HOUR * hours, median(earlier[-1]), earlier[-1][-DAYS_OF_A_HABIT]
    return SlowSpend(key_id, begin, until, today[-1], usual_usd, least_usd, days, seen_usd)


def _stands(today_usd: float, earlier: list[float], least_usd: float) -> bool:
    """Whether a day so far is out of the usual: `earlier` are those before it, the dearest last."""
    usual_usd = median(earlier)
    bound_usd = max(TIMES * usual_usd, usual_usd + least_usd, TIMES_SEEN * earlier[-DAYS_OF_A_HABIT])
    return least_usd > 0 and today_usd >= bound_usd


def _day(series: HourlyCost, first: int, count: int, leave_out: int = 0) -> float:
    hours = series.usd[max(0, first) : max(0, first + count)]
    return sum(sorted(hours)[: max(0, len(hours) - leave_out)]) if leave_out else sum(hours)
