"""Growth: a key that always costs about the same costs more from day to day, though no hour of it stands out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate, chain
from statistics import median

from msgspec import Struct

from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY_HOURS, HOUR, FullHours, index_of, up_to
from tui.triage.spike_judge import Judge
from tui.triage.spike_search import past_spikes
from tui.triage.spikes import FlaggedHour

SPAN_HOURS = 48
"""Two days: a single one may be a busy day."""
STEP_HOURS = 6
"""Earlier spans end so far apart."""
TIMES = 2.0
"""The last span must be this multiple of the usual one,"""
TIMES_HIGHEST = 1.5
"""and this multiple of the dearest one before,"""
STEADY_TIMES = 1.7
"""which itself may be this multiple of the usual one at most, else the key's days are too different to tell;"""
WEEK_SHARE = 0.05
"""it must cost this share of the account's week above the usual;"""
STILL = 0.9
"""and its last day must cost this part of the day before: what falls does not grow."""
GOES_ON = 0.8
"""What was told goes on at this part of the cost from which it is told, on a quieter day as well."""
YOUNGEST = 7 * DAY_HOURS
"""Spans that ended later are not usual: they may be growth already."""
OLDEST = 28 * DAY_HOURS
MIN_SPANS = 7 * DAY_HOURS // STEP_HOURS
"""With fewer earlier spans, nothing is known to be usual."""


class Growth(Struct, frozen=True):
    """The cost of a key that grew."""

    key_id: int
    since: datetime
    """From here on, two days always cost more than any two before."""
    usd: float
    """The cost of the last two days, without what spikes cost above usual."""
    usual_usd: float
    """The usual cost of two days."""
    highest_usd: float
    """The highest cost of two days before."""
    told_from_usd: float
    """The cost of two days from which it is told."""
    days: int
    """The number of days that it was compared with."""
    is_hit: bool
    """Whether it is worth telling; else what was told goes on."""

    @property
    def excess_usd(self) -> float:
        """The cost of the last two days above the usual."""
        return self.usd - self.usual_usd


@memoize_last()
def find_growth(
    memo: Memo, account: FullHours, keys: Mapping[int, HourlyCost], judges: Mapping[int, Judge]
) -> tuple[Growth, ...]:
    """What grows, or was told to grow and goes on, by the hours that are over."""
    least_usd = WEEK_SHARE * account.week_usd(account.until - HOUR * YOUNGEST)
    found = (_growth(memo, key_id, series, judges[key_id], least_usd) for key_id, series in keys.items())
    return tuple(one for one in found if one is not None)


def _growth(memo: Memo, key_id: int, series: HourlyCost, judge: Judge, least_usd: float) -> Growth | None:
    until, thresholds = judge.account.until, judge.thresholds
    known = up_to(series, until)
    least_usd = max(least_usd, thresholds.floor_usd)
    if sum(known.usd[-SPAN_HOURS:]) < GOES_ON * least_usd:
        return None  # most keys end here, after little work
    end = index_of(known, until)
    summed = (0.0, *accumulate(_without_spikes(known, past_spikes(memo, key_id, series, judge))))
    spans = [summed[one] - summed[one - SPAN_HOURS] for one in _ends(end)]
    if len(spans) < MIN_SPANS:
        return None
    usual_usd, highest_usd = median(spans), max(spans)
    if not 0 < highest_usd <= STEADY_TIMES * usual_usd:
        return None
    times = max(TIMES, thresholds.least_times)
    told_from_usd = max(times * usual_usd, TIMES_HIGHEST * highest_usd, usual_usd + least_usd)
    middle = end - DAY_HOURS
    day_usd, day_before_usd = summed[end] - summed[middle], summed[middle] - summed[end - SPAN_HOURS]
    usd = day_usd + day_before_usd
    if usd < GOES_ON * told_from_usd:
        return None
    first = end
    while summed[first] - summed[first - SPAN_HOURS] > highest_usd:
        first -= 1  # ends at a span that is compared with, at the latest
    days = (len(spans) * STEP_HOURS + SPAN_HOURS) // DAY_HOURS
    is_hit = usd >= told_from_usd and day_usd >= STILL * day_before_usd
    return Growth(key_id, known.start + HOUR * first, usd, usual_usd, highest_usd, told_from_usd, days, is_hit)


def _ends(end: int) -> Iterator[int]:
    """The ends of the spans to compare with, as indexes."""
    return (one for one in range(end - YOUNGEST, end - OLDEST - 1, -STEP_HOURS) if one >= SPAN_HOURS)


def _without_spikes(series: HourlyCost, spikes: Iterable[Iterable[FlaggedHour]]) -> list[float]:
    """The cost of each hour, that of a spike without what it cost above usual: that is told by itself."""
    usd = list(series.usd)
    for hour in chain.from_iterable(spikes):
        place = index_of(series, hour.start)
        if place >= 0:
            usd[place] -= hour.excess_usd
    return usd
