"""The judge of each key: its own hours or those of the others; and bars that follow the past of all keys."""

import itertools
from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY_HOURS, SAME_HOUR_DAYS, index_of, percentile
from tui.triage.recurrence import bars_of
from tui.triage.spikes import KEY_BOUNDS, Bars, FlaggedHour, Judge, current, current_of, past_spikes

OWN_HOURS = 8
"""A key used in fewer hours of the last two weeks has too little history of its own."""
DAY_PART_HOURS = 6
"""The length of the part of a day over which the other keys are compared."""
TOGETHER = 0.7
"""The percentile of the same part of other days that is usual for them."""
NEARLY_ALL = 0.7
"""A key with this share of the account's cost of two weeks is also held against the account's bars."""
MOST_TOGETHER = 3.0
MIN_DAYS_TOGETHER = 5


@memoize_last()
def key_judges(memo: Memo, keys: Mapping[int, HourlyCost], judge: Judge) -> dict[int, Judge]:
    """The judge of each key: a key with too few hours of its own is judged by a busy hour of the others."""
    own = {key_id: _own_hours(memo, key_id, series, judge.account.until) for key_id, series in keys.items()}
    busy = sorted(usd for count, usd in own.values() if count >= OWN_HOURS)
    by_peers = replace(judge, peer_usd=busy[len(busy) * 3 // 4] if busy else 0.0)
    return {key_id: judge if count >= OWN_HOURS else by_peers for key_id, (count, _usd) in own.items()}


@memoize_last()
def key_bars(
    memo: Memo, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge], of_account: Bars
) -> dict[int, Bars]:
    """The bars of each key, by what all of them did before, higher on a busy day of the others.

    A key that is nearly all of the account is also held against what the account did.
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
        bars = of_most if _share(memo, key_id, account, keys[key_id], until) >= NEARLY_ALL else of_all
        times = _times_others(memo, key_id, account, keys[key_id], until)
        found[key_id] = replace(bars, raised=bars.raised * times)
    return found


@memoize_last()
def bars_of_all(memo: Memo, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge]) -> Bars:
    """The bars that what all keys did before has set."""
    over = (spikes_over(memo, key_id, keys[key_id], judge) for key_id, judge in judges.items())
    return bars_of(itertools.chain.from_iterable(over), KEY_BOUNDS)


@memoize_last()
def on_now(memo: Memo, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge]) -> frozenset[int]:
    """The keys that have hours over their bounds which are on up to the last full hour."""
    return frozenset(key_id for key_id, series in keys.items() if current(memo, key_id, series, judges[key_id]))


def spikes_over(memo: Memo, key_id: int | None, series: HourlyCost, judge: Judge) -> list[tuple[FlaggedHour, ...]]:
    """The spikes of a series that are over."""
    past = past_spikes(memo, key_id, series, judge)
    on = current_of(past, judge)
    return [hours for hours in past if hours != on]


@memoize_last(each=1)
def _own_hours(_memo: Memo, _key_id: int, series: HourlyCost, until: datetime) -> tuple[int, float]:
    """In how many hours of the last two weeks a key was used, and their median cost."""
    end = index_of(series, until)
    hours = sorted(usd for usd in series.usd[max(0, end - SAME_HOUR_DAYS * DAY_HOURS) : max(0, end)] if usd > 0)
    return len(hours), hours[len(hours) // 2] if hours else 0.0


@memoize_last(each=1)
def _share(_memo: Memo, _key_id: int, account: HourlyCost, series: HourlyCost, until: datetime) -> float:
    """The part of the account's cost of two weeks that is a key's."""
    mine, whole = (
        sum(one.usd[max(0, index_of(one, until) - SAME_HOUR_DAYS * DAY_HOURS) : max(0, index_of(one, until))])
        for one in (series, account)
    )
    return mine / whole if whole > 0 else 0.0


@memoize_last(each=1)
def _times_others(_memo: Memo, _key_id: int, account: HourlyCost, series: HourlyCost, until: datetime) -> float:
    """The recent cost of all other keys as a multiple of the usual: on a busy day of all nobody is to blame."""
    end, own_end = index_of(account, until), index_of(series, until)
    sums = [
        sum(account.usd[end - back - DAY_PART_HOURS : end - back])
        - sum(series.usd[max(0, own_end - back - DAY_PART_HOURS) : max(0, own_end - back)])
        for back in range(0, min(end - DAY_PART_HOURS, SAME_HOUR_DAYS * DAY_HOURS) + 1, DAY_HOURS)
    ]
    if len(sums) < MIN_DAYS_TOGETHER:
        return 1.0
    usual = percentile(sums[1:], TOGETHER)
    return min(max(1.0, sums[0] / usual), MOST_TOGETHER) if usual > 0 else 1.0
