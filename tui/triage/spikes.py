"""Spikes: hours that cost far more than is usual at that hour, and more than similar ones before."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost, HourUse
from tui.triage.baselines import (
    HIGH,
    HOUR,
    WEEK_HOURS,
    Baseline,
    FullHours,
    HistoryDepth,
    active_median,
    habit_at,
    habit_calls,
    index_of,
    is_job,
    percentile,
    sample_at,
    week_usd,
    weeks_before,
)
from tui.triage.scan import LOOK_BACK_HOURS, Scan, kept
from tui.triage.thresholds import DEFAULTS, Thresholds

COOLING_HOURS = 2
"""A spike ends after this many full hours below the bound."""
COOLING = timedelta(hours=COOLING_HOURS)
CONFIRMED_WITHIN = timedelta(hours=3)
"""Two hits this close together confirm each other."""
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
TOLD_SHARE = 0.03
"""A reported spike costs this share of a week above usual,"""
YOUNG_SHARE = 1 / 7
"""in the account's first week, when hardly anything is known to be usual, this share, unless it is a loop,"""
TIMES_DEAREST = 1.5
"""and, since work varies, this multiple of the second dearest spike of three weeks, unless it cannot be work."""
COLD_BALANCE_SHARE = 0.10
"""With hardly any history, the share of the balance that an hour must cost."""
FEW_CALLS = 3
"""Fewer calls are no evidence, whatever they cost; nor are more calls if one of them cost most."""
MORE_CALLS = 2.0
"""An hour with this multiple of the most calls ever is compared with the bound alone: past spikes do not raise it."""
SURE_CALLS = 1.5
"""An hour with this multiple of that cannot be somebody's work."""
ODD_TIMES = 1.3
"""The multiple of a busy hour that counts at a time of day at which nothing was ever used."""
JOB_TIMES = 2.5
"""A weekly or monthly job may cost this multiple of the last time, since few of its runs are known."""
LASTING_BARS = 1.25
"""A spike is sure if the last sixty minutes, and those up to twenty minutes ago, are at this multiple of the bar."""
RACING = 4
"""A loop is sure if two ten-minute spans in a row each cost this fraction (1/4) of its bar."""
RELIEF_FROM, MOST_RELIEF = 5.0, 10.0
"""Above this multiple of the usual, the floor falls as the multiple grows, to a tenth at most."""
SETTLED = HOUR * (LOOK_BACK_HOURS + WEEK_HOURS)
"""For an account known this long, its beginning no longer matters."""
IsLoop = Callable[[datetime | None, datetime], bool]
"""Whether an hour, or the last sixty minutes (None), is part of a loop, in a spike that began at some moment."""


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


class Judge(Struct, frozen=True):
    """Everything that an hour is judged by, besides its own series."""

    bounds: SpikeBounds
    account: FullHours
    thresholds: Thresholds = DEFAULTS
    peer_usd: float = 0.0
    """The cost of a busy hour of the account's other keys, for a key with too few hours of its own."""
    balance_usd: float | None = None
    """With hardly any history, an hour is compared with a tenth of this."""

    @property
    def least_usd(self) -> float:
        """No hour below this is over any bound."""
        return self.thresholds.floor_usd

    def bound_of(self, usual: Baseline, actual_usd: float, week: float) -> tuple[float, float] | None:
        """The bound for a cost, and the floor in it; None if the history is too short."""
        floor_usd = self.thresholds.floor_usd
        if usual.step is HistoryDepth.COLD:
            if not self.balance_usd or self.balance_usd <= 0:
                return None
            return max(COLD_BALANCE_SHARE * self.balance_usd, floor_usd), floor_usd
        level = max(usual.level_usd, self.peer_usd)
        floor_usd = max(self.bounds.week_share * week / _relief(actual_usd, level), floor_usd)
        times = max(self.bounds.times, self.thresholds.least_times)
        if max(usual.q_usd, usual.seen_usd, usual.weeks_usd) <= 0:
            times = ODD_TIMES * max(1.0, self.thresholds.least_times / DEFAULTS.least_times)
        return max(times * level, usual.q_usd + floor_usd, self.habit_of(usual)), floor_usd

    def habit_of(self, usual: Baseline) -> float:
        """The recurring cost at this time of the day, week or month, with a margin."""
        times_planned = JOB_TIMES if usual.is_job else self.bounds.times_planned
        by_day, by_week = self.bounds.times_seen * usual.seen_usd, times_planned * usual.weeks_usd
        return max(usual.q_usd, by_day, by_week)

    def usual_of(self, series: HourlyCost, index: int, frozen: int) -> Baseline:
        """The usual cost at an index of a series, learnt from the hours before `frozen`."""
        return _usual_at(series, self.account, index, frozen)

    def hour(self, series: HourlyCost, index: int, frozen: int, use: HourUse | None = None) -> FlaggedHour | None:
        """A full hour if it is over its bound. Nothing is learnt from hours after `frozen`."""
        actual_usd = series.usd[index]
        if actual_usd < self.least_usd:
            return None
        is_cold = self.account.age.step(series.start + HOUR * frozen) is HistoryDepth.COLD
        if not is_cold and actual_usd < ODD_TIMES * active_median(series, frozen):
            return None  # most hours end here, after little work
        usual = self.usual_of(series, index, frozen)
        found = self.bound_of(usual, actual_usd, week_usd(self.account.cost, series.start + HOUR * frozen))
        if found is None or actual_usd < found[0]:
            return None
        calls = use.calls if use is not None else series.calls_in(index)
        is_thin = _is_thin(actual_usd, calls, use.dearest_usd if use is not None else 0.0)
        start = series.start + HOUR * index
        return FlaggedHour(
            start,
            actual_usd,
            usual,
            found[0],
            floor_usd=found[1],
            is_thin=is_thin,
            more_calls=_more_calls(series, frozen, calls),
        )


def _usual_at(series: HourlyCost, account: FullHours, index: int, frozen: int) -> Baseline:
    step = account.age.step(series.start + HOUR * frozen)
    sample = sample_at(series, index, frozen, account.age)
    return Baseline(
        percentile(sample, HIGH),
        active_median(series, frozen),
        step,
        len(sample),
        habit_at(series, index, frozen),
        weeks_before(series, index, frozen),
        is_job(series, frozen),
    )


@memoize_last(each=1)
def _usual_now(_memo: Memo, _key_id: int | None, series: HourlyCost, account: FullHours, frozen: int) -> Baseline:
    """The usual cost in the running hour: the same all through it."""
    return _usual_at(series, account, index_of(series, account.until), frozen)


def find_spike(
    memo: Memo,
    key_id: int | None,
    series: HourlyCost,
    judge: Judge,
    running: RunningHour,
    bars: Bars = USUAL_BARS,
    use_of: Callable[[datetime], HourUse | None] = lambda _hour: None,
    is_loop: IsLoop = lambda _hour, _began: False,
) -> Spike | None:
    """The current spike of a key, or of the account (None), over the bars set by past spikes.

    `use_of` returns the use in an hour of known calls, `is_loop` whether these are a loop's. Bounds are learnt from the
    time before the spike, so that it cannot raise its own bound. After a week it is the new usual.
    """
    until = judge.account.until
    on = current(memo, key_id, series, judge)
    began = on[0].start if on else until - COOLING
    flagged = [_with_use(hour, use_of(hour.start), is_loop=is_loop(hour.start, began)) for hour in on]
    if flagged and until - flagged[0].start > HOUR * WEEK_HOURS:
        flagged = []
    frozen_at = flagged[0].start if flagged else until
    held = (replace(one, raised=1.0 if one.is_loop or one.more_calls >= bars.calls else bars.raised) for one in flagged)
    flagged = [hour for hour in held if hour.actual_usd >= hour.bar_usd]
    usual = _usual_now(memo, key_id, series, judge.account, index_of(series, frozen_at))
    last = _running(series, judge, running, usual, index_of(series, frozen_at), bars, lambda: is_loop(None, began))
    since = flagged[0].start if flagged else until
    if last is not None:
        is_of_the_hour_before = running.so_far_usd < last.bar_usd <= running.hour_usd
        since = min(since, until - HOUR) if is_of_the_hour_before else since
        is_same_money = is_of_the_hour_before and flagged and flagged[-1].start == until - HOUR
        if not is_same_money:
            flagged.append(last)
        elif last.has_lasted:
            flagged.append(replace(last, told_before_usd=last.actual_usd - running.so_far_usd))
    if not flagged or until - flagged[-1].start > COOLING:
        return None
    confirmed = is_confirmed(flagged, judge.bounds, judge.balance_usd) and is_worth_telling(flagged, judge, bars)
    week = week_usd(judge.account.cost, flagged[0].start)
    share = sum(hour.excess_usd for hour in flagged) / week if week > 0 else 1.0
    return Spike(
        since, tuple(flagged), confirmed, flagged[-1].usual.step, bars.raised, share, bars.before, bars.excess_usd
    )


def is_confirmed(flagged: Sequence[FlaggedHour], bounds: SpikeBounds, balance_usd: float | None = None) -> bool:
    """Whether hits are an alarm: two within three hours, one that lasts, or one that leaves no doubt.

    A single call is no alarm unless it cost a tenth of the balance.
    """
    whole = [hour for hour in flagged if not hour.is_thin]
    if balance_usd and any(hour.excess_usd >= COLD_BALANCE_SHARE * balance_usd for hour in flagged):
        return True
    return any(_is_sure(hour, bounds) for hour in whole) or any(
        b.start - a.start <= CONFIRMED_WITHIN for a, b in itertools.pairwise(whole)
    )


def is_worth_telling(flagged: Sequence[FlaggedHour], judge: Judge, bars: Bars = USUAL_BARS) -> bool:
    """Whether hits together cost enough above usual: a share of the week before, smaller for higher multiples.

    Unless it is a loop, or has far more calls than ever, it may be somebody's work: then it must cost more than past
    spikes did.
    """
    worst = max(flagged, key=lambda hour: hour.actual_usd)
    if worst.usual.step is HistoryDepth.COLD:
        return True
    week = week_usd(judge.account.cost, flagged[0].start)
    is_sure = any(hour.is_loop or hour.more_calls >= SURE_CALLS * bars.calls for hour in flagged)
    is_young = worst.usual.step is HistoryDepth.TRAILING and not is_sure
    least_usd = max(
        (YOUNG_SHARE if is_young else TOLD_SHARE)
        * week
        / _relief(worst.actual_usd, max(worst.usual.level_usd, judge.peer_usd)),
        0.0 if is_sure else TIMES_DEAREST * bars.excess_usd,
        judge.thresholds.floor_usd,
    )
    return sum(hour.excess_usd for hour in flagged) >= least_usd


def _relief(actual_usd: float, level_usd: float) -> float:
    """The factor by which floors fall at a multiple of the usual."""
    return min(max(1.0, actual_usd / level_usd / RELIEF_FROM), MOST_RELIEF) if level_usd > 0 else MOST_RELIEF


def _is_sure(hour: FlaggedHour, bounds: SpikeBounds) -> bool:
    return (
        hour.usual.step is HistoryDepth.COLD
        or hour.has_lasted
        or hour.is_loop
        or hour.actual_usd >= bounds.sure_bars * hour.bar_usd
    )


def _is_thin(usd: float, calls: int | None, dearest_usd: float) -> bool:
    return calls is not None and (calls < FEW_CALLS or usd - dearest_usd < usd / 2)


def _more_calls(series: HourlyCost, frozen: int, calls: int | None) -> float:
    most = habit_calls(series, frozen)
    return calls / most if calls is not None and most > 0 else 0.0


def _with_use(hour: FlaggedHour, use: HourUse | None, *, is_loop: bool) -> FlaggedHour:
    """An hour with details learnt since it was found."""
    is_thin = _is_thin(use.usd, use.calls, use.dearest_usd) if use is not None else hour.is_thin
    return replace(hour, is_thin=is_thin, is_loop=is_loop)


def _running(
    series: HourlyCost,
    judge: Judge,
    running: RunningHour,
    usual: Baseline,
    frozen: int,
    bars: Bars,
    loops: Callable[[], bool],
) -> FlaggedHour | None:
    """The running hour if it is a hit. It is never scaled up: its sum, or that of the last sixty minutes, must pass the
    bar of a full hour, or its last ten minutes half of the least cost that an hour could be reported for.
    """
    cost_usd = max(running.so_far_usd, running.hour_usd)
    if running.is_below(judge.least_usd):
        return None
    until = judge.account.until
    week = week_usd(judge.account.cost, series.start + HOUR * frozen)
    found = judge.bound_of(usual, cost_usd, week)
    if found is None:
        return None
    bound_usd, floor_usd = found
    level = max(usual.level_usd, judge.peer_usd)
    half_usd = max(level, floor_usd, judge.habit_of(usual)) / 2
    if cost_usd < bound_usd and running.ten_minutes_usd < min(half_usd, bound_usd / RACING):
        return None  # most keys end here, after little work
    more_calls = _more_calls(series, frozen, running.calls)
    is_loop = loops()
    raised = 1.0 if is_loop or more_calls >= bars.calls else bars.raised
    bar_usd = bound_usd * raised
    is_hit, is_racing = cost_usd >= bar_usd, False
    if usual.step is not HistoryDepth.COLD:
        is_racing = is_loop and min(running.ten_minutes_usd, running.ten_before_usd) >= bar_usd / RACING
        is_hit = is_hit or is_racing or running.ten_minutes_usd >= raised * half_usd
    if not is_hit:
        return None
    return FlaggedHour(
        until,
        cost_usd if running.so_far_usd < bar_usd <= running.hour_usd else running.so_far_usd,
        usual,
        bound_usd,
        is_running=True,
        floor_usd=floor_usd,
        ten_minutes_usd=running.ten_minutes_usd,
        raised=raised,
        is_thin=_is_thin(cost_usd, running.calls, running.dearest_usd),
        more_calls=more_calls,
        is_loop=is_loop,
        has_lasted=is_racing
        or (is_loop and cost_usd >= bar_usd)
        or min(running.hour_usd, running.hour_before_usd) >= LASTING_BARS * bar_usd,
    )


def current(memo: Memo, key_id: int | None, series: HourlyCost, judge: Judge) -> tuple[FlaggedHour, ...]:
    """The flagged full hours of the spike that is on now, if any."""
    return current_of(past_spikes(memo, key_id, series, judge), judge)


def current_of(past: Sequence[tuple[FlaggedHour, ...]], judge: Judge) -> tuple[FlaggedHour, ...]:
    """The last of some spikes if it is still on."""
    is_on = bool(past) and judge.account.until - past[-1][-1].start <= COOLING + HOUR
    return past[-1] if is_on else ()


def past_spikes(
    memo: Memo, key_id: int | None, series: HourlyCost, judge: Judge
) -> tuple[tuple[FlaggedHour, ...], ...]:
    """The spikes of the last three weeks by full hours, oldest first. Pauses of two hours do not split them."""
    scan = kept(memo, (past_spikes, key_id, judge.bounds, judge.thresholds), _SpikeScan)
    is_cold = judge.account.age.step(judge.account.until) is HistoryDepth.COLD
    # Only a cold start compares with the balance; otherwise its changes would discard the scan for nothing.
    scan.judge = judge = judge if is_cold or judge.balance_usd is None else replace(judge, balance_usd=None)
    scan.least_usd = judge.least_usd
    until, began = judge.account.until, judge.account.age.began
    by = began if until - began < SETTLED else None, judge.peer_usd, judge.balance_usd
    return scan.through(until, by, series, judge.account.cost)


class _SpikeScan(Scan[tuple[FlaggedHour, ...]]):
    """Groups hours over their bounds into spikes."""

    judge: Judge

    def take(self, series: HourlyCost, index: int) -> None:
        frozen, on = index, self.found[-1] if self.found else None
        if on is not None:
            last, first = (index_of(series, hour.start) for hour in (on[-1], on[0]))
            if index - last > COOLING_HOURS + 1 or index - first > WEEK_HOURS:
                on = None
            else:
                frozen = first
        hit = self.judge.hour(series, index, frozen)
        if hit is not None and on is not None:
            self.found[-1] = (*on, hit)
        elif hit is not None:
            self.found.append((hit,))

    def ended(self, one: tuple[FlaggedHour, ...]) -> datetime:
        return one[-1].start
