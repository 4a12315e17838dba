"""Finds spikes among hours, now and in the past, and says which are sure and worth telling."""

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost, HourUse
from tui.triage.baselines import HOUR, WEEK_HOURS, Baseline, HistoryDepth, index_of
from tui.triage.scan import LOOK_BACK_HOURS, Scan, kept
from tui.triage.spike_judge import COLD_BALANCE_SHARE, Judge, is_thin_evidence, more_calls_than_ever, relief, usual_now
from tui.triage.spikes import USUAL_BARS, Bars, FlaggedHour, RunningHour, Spike, SpikeBounds

COOLING_HOURS = 2
"""A spike ends after this many full hours below the bound."""
COOLING = timedelta(hours=COOLING_HOURS)
CONFIRMED_WITHIN = timedelta(hours=3)
"""Two hits this close together confirm each other."""
TOLD_SHARE = 0.03
"""A reported spike costs this share of a week above usual,"""
YOUNG_SHARE = 1 / 7
"""in the account's first week, when hardly anything is known to be usual, this share, unless it is a loop,"""
TIMES_DEAREST = 1.5
"""and, since work varies, this multiple of the second dearest spike of three weeks, unless it cannot be work."""
SURE_CALLS = 1.5
"""An hour with this multiple of the most calls ever cannot be somebody's work."""
LASTING_BARS = 1.25
"""A spike is sure if the last sixty minutes, and those up to twenty minutes ago, are at this multiple of the bar."""
RACING = 4
"""A loop is sure if two ten-minute spans in a row each cost this fraction (1/4) of its bar."""
SETTLED = HOUR * (LOOK_BACK_HOURS + WEEK_HOURS)
"""For an account known this long, its beginning no longer matters."""
IsLoop = Callable[[datetime | None, datetime], bool]
"""Whether an hour, or the last sixty minutes (None), is part of a loop, in a spike that began at some moment."""


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
    usual = usual_now(memo, key_id, series, judge.account, index_of(series, frozen_at))
    last = _running(series, judge, running, usual, index_of(series, frozen_at), bars, lambda: is_loop(None, began))
    since = flagged[0].start if flagged else until
    if last is not None:
        is_mostly_before = last.is_rolling and running.hour_usd > 2 * running.so_far_usd
        since = min(since, until - HOUR) if is_mostly_before else since
        is_same_money = last.is_rolling and flagged and flagged[-1].start == until - HOUR
        if not is_same_money:
            flagged.append(last)
        elif last.has_lasted:
            flagged.append(replace(last, told_before_usd=last.actual_usd - running.so_far_usd))
    if not flagged or until - flagged[-1].start > COOLING:
        return None
    confirmed = is_confirmed(flagged, judge.bounds, judge.balance_usd) and is_worth_telling(flagged, judge, bars)
    week = judge.account.week_usd(flagged[0].start)
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
    week = judge.account.week_usd(flagged[0].start)
    is_sure = any(hour.is_loop or hour.more_calls >= SURE_CALLS * bars.calls for hour in flagged)
    is_young = worst.usual.step is HistoryDepth.TRAILING and not is_sure
    least_usd = max(
        (YOUNG_SHARE if is_young else TOLD_SHARE)
        * week
        / relief(worst.actual_usd, max(worst.usual.level_usd, judge.peer_usd)),
        0.0 if is_sure else TIMES_DEAREST * bars.excess_usd,
        judge.thresholds.floor_usd,
    )
    return sum(hour.excess_usd for hour in flagged) >= least_usd


def _is_sure(hour: FlaggedHour, bounds: SpikeBounds) -> bool:
    return (
        hour.usual.step is HistoryDepth.COLD
        or hour.has_lasted
        or hour.is_loop
        or hour.actual_usd >= bounds.sure_bars * hour.bar_usd
    )


def _with_use(hour: FlaggedHour, use: HourUse | None, *, is_loop: bool) -> FlaggedHour:
    """An hour with details learnt since it was found."""
    is_thin = is_thin_evidence(use.usd, use.calls, use.dearest_usd) if use is not None else hour.is_thin
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
    week = judge.account.week_usd(series.start + HOUR * frozen)
    found = judge.bound_of(usual, cost_usd, week)
    if found is None:
        return None
    bound_usd, floor_usd = found
    level = max(usual.level_usd, judge.peer_usd)
    half_usd = max(level, floor_usd, judge.habit_of(usual)) / 2
    if cost_usd < bound_usd and running.ten_minutes_usd < min(half_usd, bound_usd / RACING):
        return None  # most keys end here, after little work
    more_calls = more_calls_than_ever(series, frozen, running.calls)
    is_loop = loops()
    raised = 1.0 if is_loop or more_calls >= bars.calls else bars.raised
    bar_usd = bound_usd * raised
    is_hit, is_racing = cost_usd >= bar_usd, False
    if usual.step is not HistoryDepth.COLD:
        is_racing = is_loop and min(running.ten_minutes_usd, running.ten_before_usd) >= bar_usd / RACING
        is_hit = is_hit or is_racing or running.ten_minutes_usd >= raised * half_usd
    if not is_hit:
        return None
    is_rolling = running.so_far_usd < bar_usd <= running.hour_usd
    return FlaggedHour(
        until,
        cost_usd if is_rolling else running.so_far_usd,
        usual,
        bound_usd,
        is_running=True,
        is_rolling=is_rolling,
        floor_usd=floor_usd,
        ten_minutes_usd=running.ten_minutes_usd,
        raised=raised,
        is_thin=is_thin_evidence(cost_usd, running.calls, running.dearest_usd),
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
    scan.judge = judge = judge if is_cold else replace(judge, balance_usd=None)
    scan.least_usd = judge.least_usd
    until, began = judge.account.until, judge.account.age.began
    away = judge.account.age.away
    by = began if until - began < SETTLED else None, judge.peer_usd, judge.balance_usd, away
    return scan.through(until, by, series, judge.account.cost, days_away=len(away))


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
