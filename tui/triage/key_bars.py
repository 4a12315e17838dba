"""How each key is judged: by its own hours or by those of other keys, and over bars set by the past of all keys."""

import itertools
from collections.abc import Mapping
from datetime import datetime
from operator import sub

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY_HOURS, SAME_HOUR_DAYS, days_before, index_of, percentile
from tui.triage.recurrence import bars_of
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import current, current_of, past_spikes
from tui.triage.spikes import KEY_BOUNDS, Bars, FlaggedHour

OWN_HOURS = 8
"""A key used in fewer hours of the last two weeks is judged by the others."""
DAY_PART_HOURS = 6
"""The last so many hours of the other keys are compared with the same hours of other days."""
TOGETHER = 0.7
"""The percentile of those that is usual."""
NEARLY_ALL = 0.7
"""A key with this share of the account's cost of two weeks is held to the account's bars as well."""
MOST_TOGETHER = 3.0
"""Busy days raise the bar by this factor at most."""
MIN_DAYS_TOGETHER = 5
"""With fewer days nothing is raised."""


@memoize_last()
def key_judges(memo: Memo, keys: Mapping[int, HourlyCost], judge: Judge) -> dict[int, Judge]:
    """The judge of each key; one with little history is judged by the busy hours of the others."""
    until, away = judge.account.until, judge.account.age.away
    own = {key_id: _own_hours(memo, key_id, series, until, away) for key_id, series in keys.items()}
    busy = sorted(usd for count, usd in own.values() if count >= OWN_HOURS)
    by_peers = replace(judge, peer_usd=busy[len(busy) * 3 // 4] if busy else 0.0)
    return {key_id: judge if count >= OWN_HOURS else by_peers for key_id, (count, _usd) in own.items()}


@memoize_last()
def key_bars(
    memo: Memo, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge], of_account: Bars
) -> dict[int, Bars]:
    """The bars of each key, set by the past spikes of all keys, and higher on a busy day of the others.

    A key that is nearly all of the account is held to the account's bars as well.
    """
    of_all = bars_of_all(memo, keys, judges)
    of_most = replace(
        of_all,
        raised=max(of_all.raised, of_account.raised),
        excess_usd=max(of_all.excess_usd, of_account.excess_usd),
    )
    found = {}
    for key_id, judge in judges.items():
        account, until = judge.account.cost, judge.account.until
        whole = _recent(memo, None, account, until)
        mine = _recent(memo, key_id, keys[key_id], until)
        bars = of_most if mine.usd >= NEARLY_ALL * whole.usd else of_all
        found[key_id] = replace(bars, raised=bars.raised * _times_others(whole, mine))
    return found


@memoize_last()
def bars_of_all(memo: Memo, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge]) -> Bars:
    """The bars set by the past spikes of all keys."""
    over = (spikes_over(memo, key_id, keys[key_id], judge) for key_id, judge in judges.items())
    return bars_of(itertools.chain.from_iterable(over), KEY_BOUNDS)


@memoize_last()
def on_now(memo: Memo, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge]) -> frozenset[int]:
    """The keys whose full hours show a spike that is on."""
    return frozenset(key_id for key_id, series in keys.items() if current(memo, key_id, series, judges[key_id]))


def spikes_over(memo: Memo, key_id: int | None, series: HourlyCost, judge: Judge) -> list[tuple[FlaggedHour, ...]]:
    """The spikes of a series that are over."""
    past = past_spikes(memo, key_id, series, judge)
    on = current_of(past, judge)
    return [hours for hours in past if hours != on]


@memoize_last(each=1)
def _own_hours(
    _memo: Memo, _key_id: int, series: HourlyCost, until: datetime, away: frozenset[int]
) -> tuple[int, float]:
    """The number of hours in which a key was used in the last two weeks, days away left out, and their median cost."""
    end = index_of(series, until)
    first = days_before(series, end, SAME_HOUR_DAYS, away)[-1]
    hours = sorted(filter(None, series.usd[max(0, first) : max(0, end)]))
    return len(hours), hours[len(hours) // 2] if hours else 0.0


class _Recent(Struct, frozen=True):
    """The cost of two weeks, and of the last hours of each of their days, latest first."""

    usd: float
    parts_usd: tuple[float, ...]
    days: int
    """The number of those days that are known."""


@memoize_last(each=1)
def _recent(_memo: Memo, _key_id: int | None, series: HourlyCost, until: datetime) -> _Recent:
    end, days = index_of(series, until), range(0, SAME_HOUR_DAYS * DAY_HOURS + 1, DAY_HOURS)
    parts = [sum(series.usd[max(0, end - back - DAY_PART_HOURS) : max(0, end - back)]) for back in days]
    known = (end - DAY_PART_HOURS) // DAY_HOURS + 1
    return _Recent(sum(series.usd[max(0, end - days[-1]) : max(0, end)]), tuple(parts), max(0, min(known, len(parts))))


def _times_others(whole: _Recent, mine: _Recent) -> float:
    """The recent cost of all other keys as a multiple of their usual: if everybody is busy, nobody is to blame."""
    sums = list(map(sub, whole.parts_usd[: whole.days], mine.parts_usd))
    if len(sums) < MIN_DAYS_TOGETHER:
        return 1.0
    usual = percentile(sums[1:], TOGETHER)
    return min(max(1.0, sums[0] / usual), MOST_TOGETHER) if usual > 0 else 1.0
