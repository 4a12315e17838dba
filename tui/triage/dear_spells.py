"""Spells of dear calls: from the first hour in which the calls of a key cost far more to the first that cost as before.

A pause is no recovery: a spell ends by calls at about their old cost, or after a week, when it is the new usual. The
usual cost of a call is the one from before the spell, however long it lasts.
"""

import math
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import DAY_HOURS, HOUR, index_of, seen_before, week_usd
from tui.triage.scan import Scan, kept

MIN_CALLS = 15
"""Fewer calls are no evidence, neither that calls became dearer nor that they cost as before."""
RECOVERED_CALLS = 30
"""So many calls at about their old cost are the end of a spell: a few small tasks are none."""
TIMES = 2.5
"""A dear call costs this multiple of a usual one."""
STEADY_TIMES = 1.6
"""The same for a key whose calls always cost about the same, as a server's do."""
ABOVE_HIGHEST = 1.4
"""Its dear calls also cost this multiple of those of its dearest six hours in two weeks."""
STEADY_DAYS = 14
STEADY_HOURS = 6
STEADY_CALLS = 50
"""Six hours show what calls cost if there are so many."""
STEADY_SPANS = 56
"""A key counts as steady if so many spans of six hours show it: half of those that begin every three hours."""
WEEK_SHARE = 0.006
"""The least excess of an hour, as a share of the account's week."""
MOST_RELIEF = 3.0
"""The least falls as calls are further over their bar, to a third of it."""
SPANS_H = 2, 6
"""A busy key shows within two hours what a slow one shows in six."""
LASTS = timedelta(days=7)
"""What has lasted longer is the new usual."""
ANY_USD = 1e-12
"""Hours without any cost show nothing about the cost of a call."""


class DearSpell(Struct, frozen=True):
    """Hours with dear calls of a key."""

    start: datetime
    last: datetime
    """The last hour with dear calls."""
    level: float
    """The highest multiple of the bar."""
    usual_call_usd: float
    """The cost of a call before it."""
    calls: int
    """The dear calls, as far as they are known to be dear, and"""
    usd: float
    """their cost;"""
    times: float = TIMES
    """The multiple of a usual call from which a call was dear."""
    open_calls: int = 0
    """the calls since, too few to tell, and"""
    open_usd: float = 0.0
    """their cost."""
    over_at: datetime | None = None
    """The end of the hour that showed that calls cost as before again; None: nothing did."""

    @property
    def recovered_usd(self) -> float:
        """A call below this costs about as before: much nearer to the usual than to a dear one."""
        return self.usual_call_usd * math.pow(self.usd / self.calls / self.usual_call_usd, 1 / 3)

    def stands(self, now: datetime) -> bool:
        """Whether calls are still dear, as far as anybody knows."""
        return self.over_at is None and now - self.start < LASTS

    def grown(self, hour: datetime, calls: int, usd: float) -> "DearSpell":
        """The spell after an hour with calls."""
        calls, usd = self.open_calls + calls, self.open_usd + usd
        if calls < RECOVERED_CALLS:
            return replace(self, open_calls=calls, open_usd=usd)
        if usd / calls < self.recovered_usd:
            return replace(self, open_calls=0, open_usd=0.0, over_at=hour + HOUR)
        if usd / calls < between(self.usual_call_usd, self.usd / self.calls):
            return replace(self, open_calls=0, open_usd=0.0)
        level = max(self.level, usd / calls / self.usual_call_usd / self.times)
        dear_calls, dear_usd = self.calls + calls, self.usd + usd
        return replace(self, last=hour, level=level, calls=dear_calls, usd=dear_usd, open_calls=0, open_usd=0.0)


def between(usual_usd: float, dear_usd: float) -> float:
    """The cost as many times a usual one as a dear one is of it.

    >>> between(0.01, 0.04)
    0.02
    """
    return math.sqrt(usual_usd * dear_usd)


def least_times(series: HourlyCost, index: int, usual_call_usd: float) -> float:
    """The multiple of the usual cost from which calls of a key are dear, learnt from the two weeks that ended a day
    before an hour: calls that have been dear for less than a day must not excuse themselves.
    """
    end = index - DAY_HOURS
    begins = range(max(0, end - STEADY_DAYS * DAY_HOURS), end - STEADY_HOURS + 1, STEADY_HOURS // 2)
    spans = ((sum(series.requests[at : at + STEADY_HOURS]), sum(series.usd[at : at + STEADY_HOURS])) for at in begins)
    costs = [usd / calls for calls, usd in spans if calls >= STEADY_CALLS]
    if len(costs) < STEADY_SPANS:
        return TIMES
    return min(TIMES, max(STEADY_TIMES, ABOVE_HIGHEST * max(costs) / usual_call_usd))


def first_dear(series: HourlyCost, begin: int, end: int, least_call_usd: float) -> int:
    """The first of the hours whose calls cost at least so much up to the last such hour between two indexes, but for
    pauses; the second index if no hour between them is dear.
    """
    last = next((place for place in range(end - 1, begin - 1, -1) if _is_dear(series, place, least_call_usd)), None)
    first = end if last is None else last
    for place in range(first, max(-1, first - LASTS // HOUR), -1) if last is not None else ():
        if _is_dear(series, place, least_call_usd):
            first = place
        elif series.requests[place]:
            break
    return first


def _is_dear(series: HourlyCost, place: int, least_call_usd: float) -> bool:
    calls = series.requests[place]
    return calls > 0 and series.usd[place] / calls >= least_call_usd


class _DearScan(Scan[DearSpell]):
    """The spells of a key."""

    account: HourlyCost
    floor_usd: float

    def ended(self, one: DearSpell) -> datetime:
        return one.last

    def take(self, series: HourlyCost, index: int) -> None:
        hour, last = series.start + HOUR * index, self.found[-1] if self.found else None
        if last is not None and last.stands(hour):
            if series.requests:
                self.found[-1] = last.grown(hour, series.requests[index], series.usd[index])
            return
        if series.usd[index] < self.floor_usd or not series.requests:
            return
        # What has lasted for a week is the new usual, not a mean of old and new.
        since = max(0, index_of(series, last.start)) if last is not None and last.over_at is None else 0
        first = max(0, index_of(series, last.over_at)) if last is not None and last.over_at is not None else since
        found = [one for span in SPANS_H if (one := self._spell(series, index, span, since, first)) is not None]
        if found:
            self.found.append(max(found, key=lambda one: one.level))

    def _spell(self, series: HourlyCost, index: int, span: int, since: int, earliest: int) -> DearSpell | None:
        """A spell that an hour shows, by the usual since some hour; it begins at an hour that no other one had."""
        first, end = max(earliest, index + 1 - span), index + 1
        calls, before = sum(series.requests[first:end]), sum(series.requests[since:first])
        if calls < MIN_CALLS or before < MIN_CALLS:
            return None
        usd = sum(series.usd[first:end])
        usual_usd = sum(series.usd[since:first]) / before
        if usual_usd <= 0 or usd / calls < STEADY_TIMES * usual_usd:
            return None
        times = least_times(series, first, usual_usd)
        level = usd / calls / usual_usd / times
        if level < 1.0:
            return None
        week = WEEK_SHARE * week_usd(self.account, series.start + HOUR * end)
        if usd - usual_usd * calls < span * max(week / min(level, MOST_RELIEF), self.floor_usd):
            return None
        if times == TIMES and max(series.usd[first:end]) <= seen_before(series, first):
            return None
        began = max(first_dear(series, first, end, between(usual_usd, usd / calls)), earliest, since + 1)
        if began < end and sum(series.requests[since:began]) >= MIN_CALLS and sum(series.usd[since:began]) > 0:
            first = began
        usual_usd = sum(series.usd[since:first]) / sum(series.requests[since:first])
        calls, usd = sum(series.requests[first:end]), sum(series.usd[first:end])
        hour = series.start + HOUR * index
        return DearSpell(series.start + HOUR * first, hour, level, usual_usd, calls, usd, times)


def dear_spells(
    memo: Memo, key_id: int, series: HourlyCost, account: HourlyCost, until: datetime, floor_usd: float
) -> tuple[DearSpell, ...]:
    """The spells of a key in the last three weeks, by full hours, oldest first."""
    scan = kept(memo, (dear_spells, key_id, floor_usd), _DearScan)
    scan.account, scan.floor_usd, scan.least_usd = account, floor_usd, ANY_USD
    return scan.through(until, None, series, account)


def open_spell(spells: tuple[DearSpell, ...], now: datetime) -> DearSpell | None:
    """The spell that still stands, if any."""
    return spells[-1] if spells and spells[-1].stands(now) else None
