"""Spikes: hours that cost far more than is usual at that hour (triage-spec section 3)."""

import itertools
from datetime import datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost
from tui.triage.baselines import (
    DAY,
    DAY_HOURS,
    HIGH,
    HOUR,
    SAME_HOUR_DAYS,
    WEEK_HOURS,
    AccountAge,
    Baseline,
    HistoryDepth,
    active_median,
    before,
    index_of,
    known_of,
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


class Rule(Struct, frozen=True):
    """When an hour is a spike: at least `times` the usual level, and `week_share` of the week or `least_usd` above it.

    It must also be `times_seen` what an hour cost on three of the last 14 days: spend that comes in bursts, at any
    hour, would else be told each time.

    Such a hit is an alarm when there are two within three hours, or at once: at `sure_levels` times the usual level, or
    at `sure_bounds` times the bound. A single hour that is a little over its bound is what bursty spend does by itself.
    """

    times: float
    week_share: float
    least_usd: float
    times_seen: float
    sure_levels: float | None = None
    sure_bounds: float | None = None


ACCOUNT_RULE = Rule(2.0, 0.02, 0.50, 0.6, sure_levels=CRITICAL_TIMES)
KEY_RULE = Rule(2.5, 0.007, 0.20, 1.5, sure_bounds=2.0)


class RunningHour(Struct, frozen=True):
    """The hour that is running: its cost so far, and that of the last ten minutes."""

    so_far_usd: float = 0.0
    ten_minutes_usd: float = 0.0


class FlaggedHour(Struct, frozen=True):
    """An hour over its bound. `floor_usd` is how far above Q it must be at least (F of the spec).

    The running hour may be here below its bound: then its last ten minutes alone were half of what an hour may cost.
    """

    start: datetime
    actual_usd: float
    usual: Baseline
    bound_usd: float
    is_running: bool = False
    floor_usd: float = 0.0
    ten_minutes_usd: float = 0.0

    @property
    def excess_usd(self) -> float:
        """What it cost above its 90th percentile."""
        return max(0.0, self.actual_usd - self.usual.q_usd)


class Spike(Struct, frozen=True):
    """An incident of cost: the flagged hours without a pause of more than two hours, up to now.

    One that is not confirmed is a hit, and no alarm yet.
    """

    since: datetime
    hours: tuple[FlaggedHour, ...]
    is_confirmed: bool
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
    series: HourlyCost,
    rule: Rule,
    account: HourlyCost,
    now: datetime,
    running: RunningHour,
    balance_usd: float | None = None,
) -> Spike | None:
    """The spike that is on now, or None. How much is worth an alarm follows the week of the whole account.

    That week ends where the spike begins: an incident must not raise the bar for itself. What lasts for more than a
    week is the new usual.
    """
    this_hour = floor_hour(now)
    whole = before(account, this_hour)
    is_cold = known_of(whole).step(this_hour) is HistoryDepth.COLD
    limit_usd = balance_usd if is_cold else None  # elsewhere it would only make what is remembered useless
    past = past_spikes(before(series, this_hour), rule, whole, this_hour, limit_usd, WEEK_HOURS)
    flagged = list(past[-1]) if past and this_hour - past[-1][-1].start <= COOLING + HOUR else []
    if flagged and this_hour - flagged[0].start > HOUR * WEEK_HOURS:
        flagged = []
    last = _running(series, rule, whole, this_hour, running, flagged, limit_usd)
    if last is not None:
        flagged.append(last)
    if not flagged or this_hour - flagged[-1].start > COOLING:
        return None
    return Spike(flagged[0].start, tuple(flagged), is_confirmed(flagged, rule), flagged[-1].usual.step)


@lru_cache(maxsize=1024)
def past_spikes(
    series: HourlyCost, rule: Rule, account: HourlyCost, until: datetime, balance_usd: float | None, hours: int
) -> tuple[tuple[FlaggedHour, ...], ...]:
    """The spikes of so many full hours before a moment, the oldest first; pauses of up to two hours do not part them.

    Remembered, since full hours change a few times an hour and are asked about every few seconds.
    """
    known, end = known_of(account), index_of(series, until)
    full = index_of(series, max(known.warm, known.began + 7 * DAY)) if known.is_warm else end
    found: list[list[FlaggedHour]] = []
    flagged: list[FlaggedHour] = []
    last = frozen = 0
    for index in range(max(0, end - hours), min(end, len(series.usd))):
        usd = series.usd[index]
        if usd < rule.least_usd:
            continue  # most hours cost less than any bound can be
        if flagged and (index - last > COOLING_HOURS + 1 or index - frozen > WEEK_HOURS):
            flagged = []
        last_taught = frozen if flagged else index
        if last_taught >= full and _is_plain(series.usd, index, last_taught, usd / rule.times):
            continue
        hit = _judge(series, index, rule, account, known, flagged, balance_usd)
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


def is_confirmed(flagged: list[FlaggedHour], rule: Rule) -> bool:
    """Whether hits are an alarm: two within three hours, or one that leaves no doubt."""
    return any(_is_sure(hour, rule) for hour in flagged) or any(
        b.start - a.start <= CONFIRMED_WITHIN for a, b in itertools.pairwise(flagged)
    )


def _is_sure(hour: FlaggedHour, rule: Rule) -> bool:
    if hour.usual.step is HistoryDepth.COLD:
        return True
    if hour.actual_usd < hour.bound_usd:
        return False
    if rule.sure_levels is not None:
        return hour.actual_usd >= rule.sure_levels * hour.usual.level_usd
    return rule.sure_bounds is not None and hour.actual_usd >= rule.sure_bounds * hour.bound_usd


def _judge(
    series: HourlyCost,
    index: int,
    rule: Rule,
    account: HourlyCost,
    known: AccountAge,
    flagged: list[FlaggedHour],
    balance_usd: float | None,
) -> FlaggedHour | None:
    """One full hour, held against its bound: first against what is quick to know."""
    hour, actual_usd = series.start + HOUR * index, series.usd[index]
    frozen_at = flagged[0].start if flagged else hour
    until = index_of(series, frozen_at)
    step = known.step(frozen_at)
    floor_usd = max(rule.week_share * week_usd(account, frozen_at), rule.least_usd)
    sample = sample_at(series, index, until, known)
    q_usd = percentile(sample, HIGH)
    if step is not HistoryDepth.COLD and actual_usd < max(rule.times * q_usd, q_usd + floor_usd):
        return None
    a_usd = active_median(series, until)
    if step is not HistoryDepth.COLD and actual_usd < rule.times * a_usd:
        return None
    usual = Baseline(q_usd, a_usd, step, len(sample), seen_before(series, until))
    bound_usd = _bound(usual, rule, floor_usd, balance_usd)
    if bound_usd is None or actual_usd < bound_usd:
        return None
    return FlaggedHour(hour, actual_usd, usual, bound_usd, floor_usd=floor_usd)


def _running(
    series: HourlyCost,
    rule: Rule,
    account: HourlyCost,
    this_hour: datetime,
    running: RunningHour,
    flagged: list[FlaggedHour],
    balance_usd: float | None,
) -> FlaggedHour | None:
    """The running hour: never scaled up. Its sum passes the bound of a full hour, or ten minutes half of the usual."""
    if running.so_far_usd < rule.least_usd and running.ten_minutes_usd < rule.least_usd / 2:
        return None
    known = known_of(account)
    frozen_at = flagged[0].start if flagged else this_hour
    until = index_of(series, frozen_at)
    sample = sample_at(series, index_of(series, this_hour), until, known)
    q_usd, a_usd = percentile(sample, HIGH), active_median(series, until)
    usual = Baseline(q_usd, a_usd, known.step(frozen_at), len(sample), seen_before(series, until))
    floor_usd = max(rule.week_share * week_usd(account, frozen_at), rule.least_usd)
    bound_usd = _bound(usual, rule, floor_usd, balance_usd)
    if bound_usd is None:
        return None
    is_hit = running.so_far_usd >= bound_usd
    if not is_hit and usual.step is not HistoryDepth.COLD:
        is_hit = running.ten_minutes_usd >= max(usual.level_usd, floor_usd, rule.times_seen * usual.seen_usd) / 2
    if not is_hit:
        return None
    return FlaggedHour(this_hour, running.so_far_usd, usual, bound_usd, True, floor_usd, running.ten_minutes_usd)


def _bound(usual: Baseline, rule: Rule, floor_usd: float, balance_usd: float | None) -> float | None:
    """From which cost on an hour is a spike; with hardly any history a tenth of the balance, None without one."""
    if usual.step is not HistoryDepth.COLD:
        return max(rule.times * usual.level_usd, usual.q_usd + floor_usd, rule.times_seen * usual.seen_usd)
    if not balance_usd or balance_usd <= 0:
        return None
    return max(COLD_BALANCE_SHARE * balance_usd, rule.least_usd)
