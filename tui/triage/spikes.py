"""Spikes: hours that cost far more than is usual at that hour (triage-spec section 3)."""

import itertools
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import (
    DAY,
    DAY_HOURS,
    HIGH,
    HOUR,
    SAME_HOUR_DAYS,
    WEEK_HOURS,
    Baseline,
    FullHours,
    HistoryDepth,
    active_median,
    before,
    index_of,
    percentile,
    sample_at,
    seen_before,
    week_usd,
)

COOLING_HOURS = 2
COOLING = timedelta(hours=COOLING_HOURS)
CONFIRMED_WITHIN = timedelta(hours=3)
CRITICAL_TIMES = 5.0
COLD_BALANCE_SHARE = 0.10
MAX_ABOVE = 5
"""Of the 42 hours that the 90th percentile is taken from, so many may lie above it."""


class SpikeBounds(Struct, frozen=True):
    """From which cost on an hour is a hit, and when one hit alone is an alarm.

    Otherwise it takes two within three hours: one hour a little over its bound is what bursty spend does by itself.
    """

    times: float
    """At least so many times the usual level,"""
    week_share: float
    """so much of the last week's cost above its 90th percentile,"""
    least_usd: float
    """which is this much at least,"""
    times_seen: float
    """and so many times what an hour cost on three of the last 14 days: bursts at any hour would else be told."""
    sure_levels: float | None = None
    """Sure at so many times the usual level."""
    sure_bounds: float | None = None
    """Sure at so many times the bound."""


ACCOUNT_BOUNDS = SpikeBounds(2.0, 0.02, 0.50, 0.6, sure_levels=CRITICAL_TIMES)
KEY_BOUNDS = SpikeBounds(2.5, 0.007, 0.20, 1.5, sure_bounds=2.0)


class RunningHour(Struct, frozen=True):
    """The hour that is running, as far as its calls are known."""

    so_far_usd: float = 0.0
    ten_minutes_usd: float = 0.0


class FlaggedHour(Struct, frozen=True):
    """An hour over its bound.

    The running hour may be below it: then its last ten minutes alone cost half of what an hour may.
    """

    start: datetime
    actual_usd: float
    usual: Baseline
    bound_usd: float
    is_running: bool = False
    floor_usd: float = 0.0
    """How far above the 90th percentile it must be at least (F)."""
    ten_minutes_usd: float = 0.0

    @property
    def excess_usd(self) -> float:
        """What it cost above its 90th percentile."""
        return max(0.0, self.actual_usd - self.usual.q_usd)


class Spike(Struct, frozen=True):
    """Flagged hours without a pause of more than two hours, up to now."""

    since: datetime
    hours: tuple[FlaggedHour, ...]
    is_confirmed: bool
    """Whether it is an alarm; else it is a hit that waits for a second one."""
    step: HistoryDepth

    @property
    def worst(self) -> FlaggedHour:
        """The hour that is furthest above its usual level."""
        return max(self.hours, key=lambda hour: hour.actual_usd)

    @property
    def times_usual(self) -> float | None:
        """How many times the usual the worst hour is; None where nothing is usual."""
        level = self.worst.usual.level_usd
        return self.worst.actual_usd / level if level > 0 else None

    @property
    def is_critical(self) -> bool:
        """Whether an hour is five times its usual level or more."""
        return any(hour.actual_usd >= CRITICAL_TIMES * hour.usual.level_usd > 0 for hour in self.hours)

    @property
    def last_hit_at(self) -> datetime:
        """The beginning of the last hour over its bound: after it the spike is cooling."""
        return self.hours[-1].start


def find_spike(
    memo: Memo,
    key_id: int | None,
    series: HourlyCost,
    bounds: SpikeBounds,
    account: FullHours,
    running: RunningHour,
    balance_usd: float | None = None,
) -> Spike | None:
    """The spike of a key, or of the account (None), that is on now. The bounds follow the week of the whole account.

    That week ends where the spike begins: an incident must not raise the bar for itself. What lasts for more than a
    week is the new usual.
    """
    this_hour = account.until
    is_cold = account.age.step(this_hour) is HistoryDepth.COLD
    limit_usd = balance_usd if is_cold else None  # elsewhere it would only make what is remembered useless
    past = past_spikes(memo, key_id, before(series, this_hour), bounds, account, WEEK_HOURS, limit_usd)
    flagged = list(past[-1]) if past and this_hour - past[-1][-1].start <= COOLING + HOUR else []
    if flagged and this_hour - flagged[0].start > HOUR * WEEK_HOURS:
        flagged = []
    last = _running(series, bounds, account, running, flagged, limit_usd)
    if last is not None:
        flagged.append(last)
    if not flagged or this_hour - flagged[-1].start > COOLING:
        return None
    return Spike(flagged[0].start, tuple(flagged), is_confirmed(flagged, bounds), flagged[-1].usual.step)


def past_spikes(
    memo: Memo,
    key_id: int | None,
    series: HourlyCost,
    bounds: SpikeBounds,
    account: FullHours,
    hours: int,
    balance_usd: float | None = None,
) -> tuple[tuple[FlaggedHour, ...], ...]:
    """The spikes of the last so many full hours, the oldest first; pauses of up to two hours do not part them.

    Remembered, since full hours change a few times an hour and are asked about every few seconds.
    """
    return _past_spikes(memo, (key_id, bounds, hours), series, bounds, account, hours, balance_usd)


@memoize_last(each=1)
def _past_spikes(
    _memo: Memo,
    _of: Hashable,
    series: HourlyCost,
    bounds: SpikeBounds,
    account: FullHours,
    hours: int,
    balance_usd: float | None,
) -> tuple[tuple[FlaggedHour, ...], ...]:
    known, end = account.age, index_of(series, account.until)
    full = index_of(series, max(known.warm, known.began + 7 * DAY)) if known.is_warm else end
    found: list[list[FlaggedHour]] = []
    flagged: list[FlaggedHour] = []
    last = frozen = 0
    for index in range(max(0, end - hours), min(end, len(series.usd))):
        usd = series.usd[index]
        if usd < bounds.least_usd:
            continue  # most hours cost less than any bound can be
        if flagged and (index - last > COOLING_HOURS + 1 or index - frozen > WEEK_HOURS):
            flagged = []
        last_taught = frozen if flagged else index
        if last_taught >= full and _is_plain(series.usd, index, last_taught, usd / bounds.times):
            continue
        hit = _judge(series, index, bounds, account, flagged, balance_usd)
        if hit is not None:
            if not flagged:
                found.append(flagged)
                frozen = index
            flagged.append(hit)
            last = index
    return tuple(tuple(one) for one in found)


def _is_plain(usd: tuple[float, ...], index: int, until: int, level_usd: float) -> bool:
    """Whether so many of the same clock hours cost more than a level that their 90th percentile must: quick to see.

    Of 42 hours six are enough, of fewer less would be.
    """
    above = 0
    for middle in range(index - DAY_HOURS, max(0, index - SAME_HOUR_DAYS * DAY_HOURS - 1), -DAY_HOURS):
        for cost in usd[middle - 1 : min(middle + 2, until)]:
            above += cost > level_usd
        if above > MAX_ABOVE:
            return True
    return False


def is_confirmed(flagged: Sequence[FlaggedHour], bounds: SpikeBounds) -> bool:
    """Whether hits are an alarm: two within three hours, or one that leaves no doubt."""
    return any(_is_sure(hour, bounds) for hour in flagged) or any(
        b.start - a.start <= CONFIRMED_WITHIN for a, b in itertools.pairwise(flagged)
    )


def _is_sure(hour: FlaggedHour, bounds: SpikeBounds) -> bool:
    if hour.usual.step is HistoryDepth.COLD:
        return True
    if hour.actual_usd < hour.bound_usd:
        return False
    if bounds.sure_levels is not None:
        return hour.actual_usd >= bounds.sure_levels * hour.usual.level_usd
    return bounds.sure_bounds is not None and hour.actual_usd >= bounds.sure_bounds * hour.bound_usd


def _judge(
    series: HourlyCost,
    index: int,
    bounds: SpikeBounds,
    account: FullHours,
    flagged: list[FlaggedHour],
    balance_usd: float | None,
) -> FlaggedHour | None:
    """One full hour, held against its bound: first against what is quick to know."""
    hour, actual_usd = series.start + HOUR * index, series.usd[index]
    frozen_at = flagged[0].start if flagged else hour
    until = index_of(series, frozen_at)
    step = account.age.step(frozen_at)
    floor_usd = max(bounds.week_share * week_usd(account.cost, frozen_at), bounds.least_usd)
    sample = sample_at(series, index, until, account.age)
    q_usd = percentile(sample, HIGH)
    if step is not HistoryDepth.COLD and actual_usd < max(bounds.times * q_usd, q_usd + floor_usd):
        return None
    a_usd = active_median(series, until)
    if step is not HistoryDepth.COLD and actual_usd < bounds.times * a_usd:
        return None
    usual = Baseline(q_usd, a_usd, step, len(sample), seen_before(series, until))
    bound_usd = _bound(usual, bounds, floor_usd, balance_usd)
    if bound_usd is None or actual_usd < bound_usd:
        return None
    return FlaggedHour(hour, actual_usd, usual, bound_usd, floor_usd=floor_usd)


def _running(
    series: HourlyCost,
    bounds: SpikeBounds,
    account: FullHours,
    running: RunningHour,
    flagged: list[FlaggedHour],
    balance_usd: float | None,
) -> FlaggedHour | None:
    """The running hour: never scaled up. Its sum passes the bound of a full hour, or ten minutes half of the usual."""
    if running.so_far_usd < bounds.least_usd and running.ten_minutes_usd < bounds.least_usd / 2:
        return None
    known, this_hour = account.age, account.until
    frozen_at = flagged[0].start if flagged else this_hour
    until = index_of(series, frozen_at)
    sample = sample_at(series, index_of(series, this_hour), until, known)
    q_usd, a_usd = percentile(sample, HIGH), active_median(series, until)
    usual = Baseline(q_usd, a_usd, known.step(frozen_at), len(sample), seen_before(series, until))
    floor_usd = max(bounds.week_share * week_usd(account.cost, frozen_at), bounds.least_usd)
    bound_usd = _bound(usual, bounds, floor_usd, balance_usd)
    if bound_usd is None:
        return None
    is_hit = running.so_far_usd >= bound_usd
    if not is_hit and usual.step is not HistoryDepth.COLD:
        is_hit = running.ten_minutes_usd >= max(usual.level_usd, floor_usd, bounds.times_seen * usual.seen_usd) / 2
    if not is_hit:
        return None
    return FlaggedHour(this_hour, running.so_far_usd, usual, bound_usd, True, floor_usd, running.ten_minutes_usd)


def _bound(usual: Baseline, bounds: SpikeBounds, floor_usd: float, balance_usd: float | None) -> float | None:
    """From which cost on an hour is a spike; with hardly any history a tenth of the balance, None without one."""
    if usual.step is not HistoryDepth.COLD:
        return max(bounds.times * usual.level_usd, usual.q_usd + floor_usd, bounds.times_seen * usual.seen_usd)
    if not balance_usd or balance_usd <= 0:
        return None
    return max(COLD_BALANCE_SHARE * balance_usd, bounds.least_usd)
