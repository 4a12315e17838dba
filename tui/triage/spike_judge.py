"""Which hours are over their bound: by what is usual at that hour, in the account, and for its other keys."""

from msgspec import Struct

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import (
    HIGH,
    HOUR,
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
    weeks_before,
)
from tui.triage.spikes import FlaggedHour, SpikeBounds
from tui.triage.thresholds import DEFAULTS, Thresholds

COLD_BALANCE_SHARE = 0.10
"""With hardly any history, the share of the balance that an hour must cost."""
FEW_CALLS = 3
"""Fewer calls are no evidence, whatever they cost; nor are more calls if one of them cost most."""
ODD_TIMES = 1.3
"""The multiple of a busy hour that counts at a time of day at which nothing was ever used."""
JOB_TIMES = 2.5
"""A weekly or monthly job may cost this multiple of the last time, since few of its runs are known."""
RELIEF_FROM, MOST_RELIEF = 5.0, 10.0
"""Above this multiple of the usual, the floor falls as the multiple grows, to a tenth at most."""


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
            if self.balance_usd is None or self.balance_usd <= 0:
                return None
            return max(COLD_BALANCE_SHARE * self.balance_usd, floor_usd), floor_usd
        level = max(usual.level_usd, self.peer_usd)
        floor_usd = max(self.bounds.week_share * week / relief(actual_usd, level), floor_usd)
        times = self._times
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

    def hour(self, series: HourlyCost, index: int, frozen: int) -> FlaggedHour | None:
        """A full hour if it is over its bound. Nothing is learnt from hours after `frozen`."""
        if self._is_plainly_usual(series, index, frozen):
            return None
        actual_usd = series.usd[index]
        usual = self.usual_of(series, index, frozen)
        found = self.bound_of(usual, actual_usd, self.account.week_usd(series.start + HOUR * frozen))
        if found is None or actual_usd < found[0]:
            return None
        calls = series.calls_in(index)
        return FlaggedHour(
            series.start + HOUR * index,
            actual_usd,
            usual,
            found[0],
            floor_usd=found[1],
            is_thin=is_thin_evidence(actual_usd, calls, 0.0),
            more_calls=more_calls_than_ever(series, frozen, calls),
        )

    def _is_plainly_usual(self, series: HourlyCost, index: int, frozen: int) -> bool:
        """Whether the least that a bound can be is above an hour: nearly all end here, after little work."""
        if self.account.age.step(series.start + HOUR * frozen) is HistoryDepth.COLD:
            return False
        actual_usd, a_usd = series.usd[index], active_median(series, frozen)
        if actual_usd < ODD_TIMES * a_usd:
            return True
        q_usd = percentile(sample_at(series, index, frozen, self.account.age), HIGH)
        return q_usd > 0 and actual_usd < self._times * max(q_usd, a_usd)

    @property
    def _times(self) -> float:
        """The multiple of the usual that counts at a time of day at which something was used before."""
        return max(self.bounds.times, self.thresholds.least_times)


def _usual_at(series: HourlyCost, account: FullHours, index: int, frozen: int) -> Baseline:
    step = account.age.step(series.start + HOUR * frozen)
    sample = sample_at(series, index, frozen, account.age)
    return Baseline(
        percentile(sample, HIGH),
        active_median(series, frozen),
        step,
        len(sample),
        habit_at(series, index, frozen, account.age.away),
        weeks_before(series, index, frozen),
        is_job(series, frozen),
    )


@memoize_last(each=1)
def usual_now(_memo: Memo, _key_id: int | None, series: HourlyCost, account: FullHours, frozen: int) -> Baseline:
    """The usual cost in the running hour: the same all through it."""
    return _usual_at(series, account, index_of(series, account.until), frozen)


def relief(actual_usd: float, level_usd: float) -> float:
    """The factor by which floors fall at a multiple of the usual."""
    return min(max(1.0, actual_usd / level_usd / RELIEF_FROM), MOST_RELIEF) if level_usd > 0 else MOST_RELIEF


def is_thin_evidence(usd: float, calls: int | None, dearest_usd: float) -> bool:
    """Whether an hour has too few calls to be evidence, or one that cost most."""
    return calls is not None and (calls < FEW_CALLS or usd - dearest_usd < usd / 2)


def more_calls_than_ever(series: HourlyCost, frozen: int, calls: int | None) -> float:
    """The calls of an hour as a multiple of the most ever; 0 if either is unknown."""
    most = habit_calls(series, frozen)
    return calls / most if calls is not None and most > 0 else 0.0
