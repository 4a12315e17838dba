"""Slow spend: a new, even cost in every hour, though no single hour stands out.

People take breaks and jobs end: a notable cost in nearly every hour of most of a day is a client that never stops.
"""

from collections.abc import Mapping
from datetime import datetime
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_hour
from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost
from tui.triage.baselines import (
    DAY,
    DAY_HOURS,
    HOUR,
    SAME_HOUR_DAYS,
    before,
    index_of,
    known_of,
    up_to,
    week_usd,
)
from tui.triage.scan import Scan, kept
from tui.triage.thresholds import DEFAULTS, Thresholds

WINDOW_HOURS = 16
"""How long a cost must go on."""
MISSED_HOURS = 1
"""This many hours of a window may be cheaper than its base."""
TIMES = 2.0
"""The base must be this multiple of the usual one,"""
TIMES_HIGHEST = 2.0
"""and this multiple of the highest one before."""
WEEK_SHARE = 0.06
"""The least excess, as a share of the account's week."""
MIN_DAYS = 7
"""With fewer days before it began, nothing is known to be usual."""
CLOCK_HOURS = 2
"""The usual is taken from windows that ended within this many hours of the same clock time on earlier days."""
GOES_ON = 0.5
"""An earlier hour belongs to it if it cost at least this part of the base."""
MOST = 0.5
"""The part of the account's base that clients which never stop must make, else it is a long day of many people."""
PAUSE = 6 * HOUR
"""A client that never stops may be quiet for so long: a broken connection is no end."""
YOUNG = 28 * DAY
"""For an account known this long its beginning makes no difference."""
LONGEST = 10 * DAY
"""After this time it is the new usual."""


class SlowSpend(Struct, frozen=True):
    """A new cost in every hour."""

    key_id: int | None
    """The key; None: the account."""
    since: datetime
    until: datetime
    base_usd_per_h: float
    """Nearly every hour of the window cost at least this."""
    usual_usd_per_h: float
    """The usual base of such a window."""
    highest_usd_per_h: float
    """The highest base before it began."""
    excess_usd: float
    """The cost of its hours above their median on other days."""
    least_usd: float
    """The least excess that counts: a share of the account's last week."""
    days: int
    """The number of days before it that it was compared with."""
    share: float = 1.0
    """The part of it that is due to clients which never stop; the rest is due to many that come and go."""
    cause: int | None = None
    """The key behind most of it."""

    @property
    def times_usual(self) -> float | None:
        """The base as a multiple of the usual; None if nothing was usual."""
        return self.base_usd_per_h / self.usual_usd_per_h if self.usual_usd_per_h > 0 else None


def find_slow_spend(
    memo: Memo,
    account: HourlyCost,
    keys: Mapping[int, HourlyCost],
    now: datetime,
    thresholds: Thresholds = DEFAULTS,
) -> tuple[SlowSpend, ...]:
    """Slow spend up to the last full hour: the account's first, then that of keys by their excess."""
    return _found(memo, account, keys, floor_hour(now), thresholds)


@memoize_last()
def _found(
    memo: Memo, account: HourlyCost, keys: Mapping[int, HourlyCost], until: datetime, thresholds: Thresholds
) -> tuple[SlowSpend, ...]:
    """Cached: full hours change once an hour."""
    known = up_to(account, until)
    began = known_of(known).began
    found = [
        slow
        for key_id, series in ((None, known), *((key_id, up_to(one, until)) for key_id, one in keys.items()))
        if (slow := _slow_spend(key_id, series, known, until, began, thresholds)) is not None
    ]
    found = [one if one.key_id is not None else _blamed(one, known, keys, until) for one in found]
    of_keys = {one.key_id for one in found}
    steady = (
        _of_cause(one, up_to(keys[one.cause], until)) if one.cause is not None and one.cause not in of_keys else one
        for one in found
        if one.share >= MOST
    )
    return tuple(sorted(steady, key=lambda one: (one.key_id is not None, -one.excess_usd)))


def _blamed(slow: SlowSpend, account: HourlyCost, keys: Mapping[int, HourlyCost], until: datetime) -> SlowSpend:
    """The account's slow spend with the share of its clients; cost of unknown keys counts as one more client."""
    end, first = index_of(account, until), index_of(account, slow.since)
    whole = slow.base_usd_per_h - slow.usual_usd_per_h
    clients: dict[int | None, tuple[float, ...]] = {
        key_id: one.hours(account.start, end) for key_id, one in keys.items()
    }
    others = zip(account.usd[:end], *clients.values(), strict=True)
    clients[None] = tuple(max(0.0, usd - sum(of_keys)) for usd, *of_keys in others)
    more = {
        key_id: max(0.0, _base(one, end) - _bases_before(one, end, first, slow.days)[0]) / whole
        for key_id, one in ((key_id, HourlyCost(account.start, usd)) for key_id, usd in clients.items())
    }
    worst = max(more, key=more.__getitem__)
    return replace(slow, share=sum(more.values()), cause=worst if more[worst] >= MOST else None)


def _of_cause(whole: SlowSpend, series: HourlyCost) -> SlowSpend:
    """The account's as that of the key behind most of it: what many did meanwhile is not its."""
    end, first = index_of(series, whole.until), index_of(series, whole.since)
    usual_usd, highest_usd = _bases_before(series, end, first, whole.days)
    return replace(
        whole,
        key_id=whole.cause,
        base_usd_per_h=_base(series, end),
        usual_usd_per_h=usual_usd,
        highest_usd_per_h=highest_usd,
        excess_usd=_excess(series, first, end),
    )


def _excess(series: HourlyCost, first: int, end: int) -> float:
    """The cost of some hours above their usual medians."""
    return sum(series.usd[max(0, first) : end]) - sum(_median_at(series, place, first) for place in range(first, end))


def _slow_spend(
    key_id: int | None,
    series: HourlyCost,
    account: HourlyCost,
    until: datetime,
    began: datetime,
    thresholds: Thresholds,
) -> SlowSpend | None:
    end = index_of(series, until)
    base_usd = _base(series, end)
    week = week_usd(account, until)
    if base_usd * WINDOW_HOURS < max(WEEK_SHARE * week / 2, thresholds.floor_usd) or base_usd <= 0:
        return None
    first = end
    while first > 0 and _belongs(series, first, base_usd):
        first -= 1
    since = series.start + HOUR * first
    days = min((since - began) // DAY, 3 * 7)
    if days < MIN_DAYS or until - since > LONGEST:
        return None
    least_usd = max(WEEK_SHARE * week_usd(account, since), thresholds.floor_usd)
    usual_usd, highest_usd = _bases_before(series, end, first, days)
    excess_usd = _excess(series, first, end)
    times = max(TIMES, thresholds.least_times)
    if base_usd < max(times * usual_usd, TIMES_HIGHEST * highest_usd) or excess_usd < least_usd:
        return None
    return SlowSpend(key_id, since, until, base_usd, usual_usd, highest_usd, excess_usd, least_usd, days, cause=key_id)


class SteadySpell(Struct, frozen=True):
    """Hours from the first to the last of a new cost in every hour."""

    start: datetime
    last: datetime
    base_usd: float

    def stands(self, until: datetime) -> bool:
        """Whether it goes on, as far as anybody knows."""
        return until - self.last <= HOUR + PAUSE and until - self.start < LONGEST


class _SteadyScan(Scan[SteadySpell]):
    """The spells of a key, or of the account (None)."""

    key_id: int | None
    account: HourlyCost
    began: datetime
    thresholds: Thresholds

    def ended(self, one: SteadySpell) -> datetime:
        return one.last

    def take(self, series: HourlyCost, index: int) -> None:
        hour, last = series.start + HOUR * index, self.found[-1] if self.found else None
        if last is not None and last.stands(hour):
            if series.usd[index] >= GOES_ON * last.base_usd:
                self.found[-1] = replace(last, last=hour)
            return
        if _base(series, index + 1) * WINDOW_HOURS < self.thresholds.floor_usd:
            return  # most hours end here, after little work
        until = hour + HOUR
        slow = _slow_spend(self.key_id, before(series, until), self.account, until, self.began, self.thresholds)
        if slow is not None:
            self.found.append(SteadySpell(slow.since, hour, slow.base_usd_per_h))


def standing_spend(
    memo: Memo, account: HourlyCost, keys: Mapping[int, HourlyCost], until: datetime, thresholds: Thresholds
) -> frozenset[int]:
    """The keys of which slow spend was found, and whose client has not paused since, by full hours."""
    began = known_of(account).began
    found = set()
    for key_id, series in keys.items():
        scan = kept(memo, (standing_spend, key_id, thresholds), _SteadyScan)
        scan.key_id, scan.account, scan.began, scan.thresholds = key_id, account, began, thresholds
        scan.least_usd = GOES_ON * thresholds.floor_usd / WINDOW_HOURS
        spells = scan.through(until, began if until - began < YOUNG else None, series, account)
        if spells and spells[-1].stands(until):
            found.add(key_id)
    return frozenset(found)


def _base(series: HourlyCost, end: int) -> float:
    """What nearly every hour of the window before an index cost at least."""
    window = series.usd[max(0, end - WINDOW_HOURS) : max(0, end)]
    return sorted(window)[MISSED_HOURS] if len(window) == WINDOW_HOURS else 0.0


def _belongs(series: HourlyCost, first: int, base_usd: float) -> bool:
    """Whether it was on before an index: one of the last three hours may be missing."""
    hours = [usd >= GOES_ON * base_usd for usd in series.usd[max(0, first - 3) : first]]
    return hours[-1] or sum(hours) > 1


def _bases_before(series: HourlyCost, end: int, first: int, days: int) -> tuple[float, float]:
    """The usual and the highest base of earlier windows that ended at about the same clock time."""
    bases = []
    for back in range(1, days + 1 + (end - first) // DAY_HOURS):
        ends = [end - DAY_HOURS * back + shift for shift in range(-CLOCK_HOURS, CLOCK_HOURS + 1)]
        inside = [_base(series, one) for one in ends if WINDOW_HOURS <= one <= first]
        if inside:
            bases.append(max(inside))
    return (median(bases), max(bases)) if bases else (0.0, 0.0)


def _median_at(series: HourlyCost, place: int, first: int) -> float:
    """The usual cost of an hour at that clock time, from the two weeks before an index."""
    same = [series.usd[one] for one in range(place - DAY_HOURS, -1, -DAY_HOURS) if one < first]
    return median(same[:SAME_HOUR_DAYS]) if same else 0.0
