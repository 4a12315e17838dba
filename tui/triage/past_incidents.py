"""Incidents that are over: who looks later still wants to know what drained the balance."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, HistoryDepth
from tui.triage.recurrence import bars_of, told_level
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import COOLING, is_confirmed, is_worth_telling, past_spikes
from tui.triage.spikes import FlaggedHour

LOOK_BACK = HOUR * 24


class PastIncident(Struct, frozen=True):
    """A confirmed spike that is over."""

    key_id: int | None
    """The key; None: the account, where no single key stood out."""
    since: datetime
    until: datetime
    excess_usd: float
    """The cost of its flagged hours above their 90th percentile."""


@memoize_last()
def find_past_incidents(
    memo: Memo, account: HourlyCost, judge: Judge, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge]
) -> tuple[PastIncident, ...]:
    """The incidents that ended within the last day, latest first, without those still cooling and weekly habits.

    None with hardly any history: by the balance of now, an hour may look dear that left most of it when it ran.
    """
    if judge.account.age.step(judge.account.until) is HistoryDepth.COLD:
        return ()
    found = [
        _past(key_id, hours) for key_id, series in keys.items() for hours in _over(memo, key_id, series, judges[key_id])
    ]
    of_account = [_past(None, hours) for hours in _over(memo, None, account, judge)]
    of_keys = tuple(found)
    found += [one for one in of_account if not any(key.since < one.until and one.since < key.until for key in of_keys)]
    return tuple(sorted(found, key=lambda one: one.until, reverse=True))


def _past(key_id: int | None, hours: tuple[FlaggedHour, ...]) -> PastIncident:
    return PastIncident(key_id, hours[0].start, hours[-1].start + HOUR, sum(hour.excess_usd for hour in hours))


def _over(memo: Memo, key_id: int | None, series: HourlyCost, judge: Judge) -> Iterator[tuple[FlaggedHour, ...]]:
    past = past_spikes(memo, key_id, series, judge)
    for hours in past:
        is_over = COOLING < judge.account.until - hours[-1].start <= LOOK_BACK
        if is_over and is_confirmed(hours, judge.bounds) and is_worth_telling(hours, judge):
            bars = bars_of((other for other in past if other is not hours), judge.bounds)
            if told_level(hours, judge.bounds) >= bars.raised:
                yield hours
