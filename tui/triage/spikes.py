"""Spikes: hours that cost far more than is usual at that hour."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tui.triage.baselines import Baseline, HistoryDepth

CRITICAL_TIMES = 5.0
"""A critical spike has an hour at this multiple of its usual level,"""
CRITICAL_BARS = 2.0
"""at this multiple of its bar, as raised by past spikes,"""
CRITICAL_SHARE = 0.1
"""and costs this share of a week above usual,"""
CRITICAL_USD = 5.0
"""but at least this much: nobody is woken for a dollar;"""
CRITICAL_DAYS = 1.2
"""unless it is a loop, also this many usual days of the account,"""
CRITICAL_TIMES_DEAREST = 3.0
"""and this multiple of the second dearest spike of three weeks."""
MORE_CALLS = 2.0
"""An hour with this multiple of the most calls ever is compared with the bound alone: past spikes do not raise it."""


class SpikeBounds(Struct, frozen=True):
    """When an hour is a hit, and when a single hit is an alarm.

    Otherwise an alarm takes two hits within three hours: with bursty spend, one hour slightly over its bound is normal.
    """

    times: float
    """The least multiple of the usual level."""
    week_share: float
    """The least share of the last week's cost, above the 90th percentile."""
    times_seen: float
    """The least multiple of the cost at about that time on three of the last 14 days."""
    times_planned: float
    """The least multiple of the cost weeks or a month before: jobs recur."""
    sure_bars: float
    """A hit is sure at this multiple of the bar."""


ACCOUNT_BOUNDS = SpikeBounds(2.5, 0.02, 1.0, 1.3, 1.5)
KEY_BOUNDS = SpikeBounds(2.5, 0.007, 1.5, 1.5, 2.0)


class RunningHour(Struct, frozen=True):
    """The running hour so far, and the last sixty minutes."""

    so_far_usd: float = 0.0
    ten_minutes_usd: float = 0.0
    """The cost of the last ten minutes."""
    hour_usd: float = 0.0
    """The cost of the last sixty minutes."""
    hour_before_usd: float = 0.0
    """The cost of the sixty minutes up to twenty minutes ago."""
    calls: int | None = None
    """The number of calls in the last sixty minutes; None if single calls are unknown."""
    dearest_usd: float = 0.0
    """The cost of the dearest of them."""
    variation: float | None = None
    """The variation of their cost: see `HourUse`."""
    ten_before_usd: float = 0.0
    """The cost of the ten minutes before the last ten."""

    @property
    def steady_usd_per_h(self) -> float:
        """The rate that both of the last spans of ten minutes had at least."""
        return 6 * min(self.ten_minutes_usd, self.ten_before_usd)

    def without(self, others: Iterable["RunningHour"]) -> "RunningHour":
        """The cost without that of some of the keys."""
        less = tuple(others)
        names = ("so_far_usd", "ten_minutes_usd", "hour_usd", "hour_before_usd", "ten_before_usd")
        left = {name: max(0.0, getattr(self, name) - sum(getattr(one, name) for one in less)) for name in names}
        return replace(self, **left) if less else self

    def is_below(self, least_usd: float) -> bool:
        """Whether it cannot be a hit, if no hour below an amount can."""
        return max(self.so_far_usd, self.hour_usd) < least_usd and self.ten_minutes_usd < least_usd / 2


class FlaggedHour(Struct, frozen=True):
    """An hour over its bound.

    The running hour may be below it: then its last ten minutes alone cost half of what an hour may.
    """

    start: datetime
    actual_usd: float
    usual: Baseline
    bound_usd: float
    """The cost from which it is a hit, by what is usual at that hour."""
    is_running: bool = False
    floor_usd: float = 0.0
    """The least distance above the 90th percentile (F)."""
    ten_minutes_usd: float = 0.0
    raised: float = 1.0
    """The factor by which past spikes raise the bar."""
    is_thin: bool = False
    """Whether it is no evidence by itself: it has few calls, or one that cost most of it."""
    more_calls: float = 0.0
    """Its number of calls as a multiple of the highest ever; 0 if unknown."""
    is_loop: bool = False
    """Whether its calls are as alike as a loop's, and those of other hours are not."""
    has_lasted: bool = False
    """Whether it was over the bar twenty minutes ago as well, or a loop has raced for twenty minutes."""
    told_before_usd: float = 0.0
    """The part of its cost that already counts for the hour before."""
    is_rolling: bool = False
    """Whether `actual_usd` is of the last sixty minutes: the running hour is not over the bar by itself yet."""

    @property
    def bar_usd(self) -> float:
        """The cost from which it is reported."""
        return self.bound_usd * self.raised

    @property
    def excess_usd(self) -> float:
        """Its cost above the 90th percentile; no money is counted twice."""
        return max(0.0, self.actual_usd - self.told_before_usd - self.usual.q_usd)


class Spike(Struct, frozen=True):
    """Flagged hours without a pause of more than two hours, up to now."""

    since: datetime
    hours: tuple[FlaggedHour, ...]
    is_confirmed: bool
    """Whether it is an alarm; else it is a hit that waits for a second one."""
    step: HistoryDepth
    raised: float = 1.0
    """The factor by which past spikes raise the bar above the usual bounds."""
    excess_share: float = 0.0
    """Its cost above usual, as a share of the week before."""
    before: int = 0
    """The number of similar spikes in the last three weeks."""
    dearest_before_usd: float = 0.0
    """The cost above usual of the second dearest of those."""

    @property
    def worst(self) -> FlaggedHour:
        """The hour furthest above its usual level."""
        return max(self.hours, key=lambda hour: hour.actual_usd)

    @property
    def excess_usd(self) -> float:
        """The cost of its hours above their 90th percentiles."""
        return sum(hour.excess_usd for hour in self.hours)

    @property
    def times_usual(self) -> float | None:
        """The worst hour as a multiple of the usual; None if nothing is usual."""
        level = self.worst.usual.level_usd
        return self.worst.actual_usd / level if level > 0 else None

    @property
    def is_critical(self) -> bool:
        """Whether it cannot wait: see the `CRITICAL_…` constants."""
        return (
            any(
                hour.actual_usd
                >= max(CRITICAL_TIMES * hour.usual.level_usd, CRITICAL_BARS * hour.bound_usd * self.raised)
                and hour.usual.level_usd > 0
                and not hour.is_thin
                for hour in self.hours
            )
            and self.excess_share >= CRITICAL_SHARE
            and (self.is_loop or self._is_dearer_than_work)
            and self.excess_usd >= CRITICAL_USD
        )

    @property
    def _is_dearer_than_work(self) -> bool:
        """Whether it cost more than a usual day, and far more than the dear work of the past, of which there is none in
        the first week.
        """
        is_dearest = self.excess_usd >= CRITICAL_TIMES_DEAREST * self.dearest_before_usd
        return is_dearest and self.excess_share >= CRITICAL_DAYS / 7 and self.step is not HistoryDepth.TRAILING

    @property
    def is_loop(self) -> bool:
        """Whether one of its hours is part of a loop."""
        return any(hour.is_loop for hour in self.hours)

    @property
    def is_thin(self) -> bool:
        """Whether none of its hours is evidence by itself."""
        return all(hour.is_thin for hour in self.hours)

    @property
    def last_hit_at(self) -> datetime:
        """The start of the last hour over its bound: after it the spike is cooling."""
        return self.hours[-1].start


class Bars(Struct, frozen=True):
    """How far past spikes raise the bar above the bound: a weekly alarm is useless."""

    raised: float = 1.0
    """The bar as a multiple of the bound."""
    calls: float = MORE_CALLS
    """`raised` applies neither at this multiple of the most calls ever in an hour, nor to a loop."""
    before: int = 0
    """The number of spikes in the last three weeks that would have been reported by the bounds alone."""
    excess_usd: float = 0.0
    """The cost above usual of the second dearest spike of the last three weeks."""


USUAL_BARS = Bars()
