"""Unit cost: the calls of a key cost far more than they used to.

A switched model or a broken cache shows in the cost of a call long before it shows in that of an hour. Past spells of
dear calls raise the bar, as past spikes do.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_hour
from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost, Sums
from tui.triage.baselines import DAY_HOURS, HOUR, SAME_HOUR_DAYS, index_of, seen_before, week_usd
from tui.triage.causes import CausePart, CostCause, Uses, scaled, why, without
from tui.triage.dear_spells import (
    MIN_CALLS,
    MOST_RELIEF,
    STEADY_TIMES,
    TIMES,
    WEEK_SHARE,
    DearSpell,
    between,
    dear_spells,
    first_dear,
    least_times,
    open_spell,
)
from tui.triage.recurrence import raised
from tui.triage.thresholds import DEFAULTS, Thresholds

LEAST_HOURS = 2.5
"""It is reported once it has cost this many times the least excess of an hour."""
KNOWN_SHARE = 0.05
"""A key works with the models that made this share of its calls."""
MIN_PEERS = 2
"""A model is no surprise for a person's key if this many other people's keys work with it."""
ALWAYS_ON = 1 / 3
"""Used in this share of the hours of two weeks, a key must be a program's: other keys show nothing about it."""
MIN_CLOCK_HOURS = 6
"""Used at fewer different hours of the day, a key is a job's: people come and go."""
TOGETHER = timedelta(hours=1)
"""Calls of two keys became dearer for one cause if it shows in both this close together, but for pauses."""
APART = timedelta(hours=12)
"""Spells this far apart are of two days."""

UsesSince = Callable[[Collection[int], datetime], Uses | None]
BeganAt = Callable[[int, datetime], datetime | None]


class UnitCostRise(Struct, frozen=True):
    """A key whose calls cost more than usual."""

    key_id: int
    since: datetime
    calls: int
    hours: float
    """The span of those calls."""
    call_usd: float
    usual_call_usd: float
    """The usual cost of a call; of the same models if the key works with them."""
    usual_calls: int
    """The number of calls behind the usual cost."""
    excess_usd_per_h: float
    least_usd: float
    """The least excess of an hour that counts: a share of the account's last week, or a person's floor."""
    raised: float
    """The factor by which past spells raised the bar."""
    least_times: float
    """The multiple of the usual cost from which calls of this key are dear."""
    excess_usd: float
    """The cost of its calls above usual since it began."""
    why: CostCause
    """Other models (mix), or the cost of a call to the same model (rate: cache, multiplier, tokens)."""
    usual_until: datetime | None = None
    """The end of the last hour with calls before; None: unknown."""
    others: int = 0
    """The number of other keys whose calls became dearer for the same cause, and"""
    others_usd: float = 0.0
    """the cost of those above usual."""

    @property
    def bar_usd(self) -> float:
        """The cost of a call from which it is reported."""
        return self.least_times * self.raised * self.usual_call_usd

    @property
    def times_usual(self) -> float:
        """The cost of a call as a multiple of the usual."""
        return self.call_usd / self.usual_call_usd

    @property
    def part(self) -> CausePart:
        """What of a call became dearer."""
        return self.why.main_of_call

    def has_cause(self, since: datetime, part: CausePart | None) -> bool:
        """Whether it is part of what made other calls dearer since a moment: its own were as usual only before."""
        was_usual = self.usual_until is None or self.usual_until > since + TOGETHER
        return part is self.part and self.since >= since - TOGETHER and not was_usual


def find_unit_cost(
    memo: Memo,
    recent: Iterable[Mapping[int, Uses]],
    usual: Mapping[int, Uses],
    keys: Mapping[int, HourlyCost],
    account: HourlyCost,
    now: datetime,
    thresholds: Thresholds = DEFAULTS,
    uses_since: UsesSince = lambda _key_ids, _since: None,
    began_at: BeganAt = lambda _key_id, _hour: None,
) -> tuple[UnitCostRise, ...]:
    """Keys whose recent calls cost far more than usual, dearest first.

    `recent` are spans up to now, shortest first; the usual excludes them and must rest on enough calls. One full hour
    must also cost more than the key's dearest hour on the third dearest of the last 14 days. While a spell of dear
    calls stands, the usual is from before it. `uses_since` is the use of a key since a moment, as far as it is known,
    `began_at` the minute within an hour in which its calls became dearer.
    """
    until, found = floor_hour(now), dict[int, UnitCostRise]()
    standing = standing_spells(memo, keys, account, now, thresholds.floor_usd)
    bars = _bars(memo, keys, account, until, thresholds.floor_usd)
    for key_id, uses in itertools.chain.from_iterable(span.items() for span in recent):
        is_new = key_id not in found and key_id in usual and key_id in keys
        spell = standing.get(key_id)
        least = WEEK_SHARE * week_usd(account, spell.start if spell is not None else until), thresholds.floor_usd
        if is_new and _is_enough(uses, least):  # of most keys it is not, and what is usual is not worked out
            series, peers = keys[key_id], _of_peers(memo, key_id, usual, keys, until)
            before = _before(key_id, usual[key_id], uses, series, spell, uses_since)
            times_of = _times_of(series, spell, until)
            one = _rise(key_id, uses, before, peers, least, bars[key_id], times_of, now)
            is_beyond_habit = spell is not None or (one is not None and one.least_times < TIMES)
            if one is not None and (is_beyond_habit or not _is_habit(series, uses[1], now)):
                began = _since(one, series, spell, now, began_at)
                excess_usd = max(one.excess_usd, _excess_usd(one, series, began))
                usual_until = _usual_until(series, began)
                found[key_id] = replace(one, since=began, excess_usd=excess_usd, usual_until=usual_until)
    return tuple(sorted(found.values(), key=lambda one: -one.excess_usd_per_h))


def _usual_until(series: HourlyCost, since: datetime) -> datetime | None:
    """The end of the last hour with calls before the hour of a moment."""
    first = index_of(series, floor_hour(since))
    used = (place for place in range(min(first, len(series.requests)) - 1, -1, -1) if series.requests[place])
    last = next(used, None)
    return series.start + HOUR * (last + 1) if last is not None else None


def with_others(rises: Sequence[UnitCostRise]) -> tuple[UnitCostRise, ...]:
    """The same with what the calls of other keys cost more for the same cause."""
    of_each = [[other for other in rises if other is not one and other.has_cause(one.since, one.part)] for one in rises]
    return tuple(
        replace(one, others=len(others), others_usd=sum(other.excess_usd for other in others))
        for one, others in zip(rises, of_each, strict=True)
    )


def _excess_usd(one: UnitCostRise, series: HourlyCost, since: datetime) -> float:
    """What the full hours since a moment cost above usual."""
    if not series.requests:
        return 0.0
    first = max(0, index_of(series, floor_hour(since)))
    return sum(series.usd[first:]) - one.usual_call_usd * sum(series.requests[first:])


@memoize_last()
def standing_spells(
    memo: Memo, keys: Mapping[int, HourlyCost], account: HourlyCost, now: datetime, floor_usd: float
) -> dict[int, DearSpell]:
    """The spells of keys that stand, by full hours."""
    until = floor_hour(now)
    spells = ((key_id, dear_spells(memo, key_id, series, account, until, floor_usd)) for key_id, series in keys.items())
    return {key_id: one for key_id, of_key in spells if (one := open_spell(of_key, now)) is not None}


def _before(
    key_id: int, usual: Uses, recent: Uses, series: HourlyCost, spell: DearSpell | None, uses_since: UsesSince
) -> Uses:
    """What was usual before calls became dearer. What is too long ago to be known call by call was like the rest."""
    if spell is None:
        return without(usual, recent)
    known = uses_since((key_id,), spell.start) or recent
    whole, part = sum(series.requests[max(0, index_of(series, spell.start)) :]), _total(known[0])[0]
    hours = (series.start + HOUR * len(series.usd) - spell.start) / HOUR
    return without(usual, scaled(known, max(1.0, whole / part) if hours > known[1] else 1.0, max(hours, known[1])))


def _since(
    one: UnitCostRise, series: HourlyCost, spell: DearSpell | None, now: datetime, began_at: BeganAt
) -> datetime:
    """When calls became dearer: not where the span begins over which they are looked at."""
    if spell is not None:
        hour = spell.start
    else:
        end = index_of(series, floor_hour(now))
        begin = max(0, index_of(series, floor_hour(one.since)))
        if not series.requests:
            return one.since
        middle_usd = between(one.usual_call_usd, one.call_usd)
        hour = series.start + HOUR * first_dear(series, begin, end, middle_usd)
    return began_at(one.key_id, hour) or hour


@memoize_last()
def _bars(
    memo: Memo, keys: Mapping[int, HourlyCost], account: HourlyCost, until: datetime, floor_usd: float
) -> dict[int, float]:
    """The factor by which past spells of all keys raise the bar of each; spells that are on do not.

    A program that is always on has shown everything that it does: only its own spells count.
    """
    levels: dict[int, list[float]] = {}
    of_others: list[float] = []
    for key_id, series in keys.items():
        spells = dear_spells(memo, key_id, series, account, until, floor_usd)
        over = [one for one in spells if not one.stands(until)]
        levels[key_id] = list(_levels(over))
        # For another key, calls have been dear as often as it takes for a key of any kind.
        of_others += _levels(replace(one, level=one.level * one.times / TIMES) for one in over)
    of_all = raised(of_others)
    return {
        key_id: raised(levels[key_id]) if _is_always_on(memo, key_id, series, until) else of_all
        for key_id, series in keys.items()
    }


def _levels(spells: Iterable[DearSpell]) -> Iterator[float]:
    """The levels of spells; those of one day are one."""
    level, last = 0.0, None
    for one in spells:
        if last is not None and one.start - last >= APART:
            yield level
            level = 0.0
        level, last = max(level, one.level), one.last
    if last is not None:
        yield level


@memoize_last(each=1)
def _is_always_on(_memo: Memo, _key_id: int, series: HourlyCost, until: datetime) -> bool:
    """Whether a key is used at so many hours that it must be a program's."""
    end = index_of(series, until)
    hours = series.usd[max(0, end - SAME_HOUR_DAYS * DAY_HOURS) : max(0, end)]
    return len(hours) - hours.count(0.0) >= ALWAYS_ON * SAME_HOUR_DAYS * DAY_HOURS


@memoize_last(each=1)
def _is_person(memo: Memo, key_id: int, series: HourlyCost, until: datetime) -> bool:
    """Whether a key is used at many hours of the day, but not all the time."""
    end = index_of(series, until)
    hours = series.usd[max(0, end - SAME_HOUR_DAYS * DAY_HOURS) : max(0, end)]
    used = sum(any(hours[clock::DAY_HOURS]) for clock in range(DAY_HOURS))
    return used >= MIN_CLOCK_HOURS and not _is_always_on(memo, key_id, series, until)


def _of_peers(
    memo: Memo, key_id: int, usual: Mapping[int, Uses], keys: Mapping[int, HourlyCost], until: datetime
) -> Mapping[str, Sums]:
    """The models that other people's keys work with; none for a program, of which people's keys show nothing."""
    if not _is_person(memo, key_id, keys[key_id], until):
        return {}
    count, sums = Counter[str](), dict[str, Sums]()
    for other, (models, _hours) in usual.items():
        calls = sum(one.requests for one in models.values())
        if other == key_id or other not in keys or not _is_person(memo, other, keys[other], until):
            continue
        for model, one in models.items():
            if one.requests >= max(MIN_CALLS, KNOWN_SHARE * calls):
                count[model] += 1
                sums[model] = sums.get(model, Sums()) + one
    return {model: one for model, one in sums.items() if count[model] >= MIN_PEERS}


def _is_habit(series: HourlyCost, span_h: float, now: datetime) -> bool:
    end, count = index_of(series, floor_hour(now)), max(1, round(span_h))
    hours = series.usd[max(0, end - count) : max(0, end)]
    return max(hours, default=0.0) <= seen_before(series, end - count)


def _is_enough(recent: Uses, least: tuple[float, float]) -> bool:
    """Whether calls are enough, and cost enough, to be reported."""
    calls, cost = _total(recent[0])
    by_week_usd, floor_usd = least
    return calls >= MIN_CALLS and float(cost) >= max(by_week_usd / MOST_RELIEF, floor_usd) * recent[1]


def _times_of(series: HourlyCost, spell: DearSpell | None, until: datetime) -> Callable[[float], float]:
    """The multiple from which calls are dear, by their usual cost; while a spell stands it is that of its beginning."""
    if spell is not None:
        return lambda _usual_call_usd: spell.times
    return partial(least_times, series, index_of(series, until))


def _rise(
    key_id: int,
    recent: Uses,
    usual: Uses,
    peers: Mapping[str, Sums],
    least: tuple[float, float],
    bar: float,
    times_of: Callable[[float], float],
    now: datetime,
) -> UnitCostRise | None:
    calls, cost = _total(recent[0])
    by_week_usd, floor_usd = least
    models, hours = usual
    usual_calls, usual_cost = _total(models)
    if usual_calls < MIN_CALLS or usual_cost <= 0 or recent[1] <= 0:
        return None
    usual_call_usd, usual_calls = _usual_call(recent[0], models, peers, usual_calls, float(usual_cost))
    call_usd = float(cost) / calls
    excess = (call_usd - usual_call_usd) * calls / recent[1]
    if call_usd < STEADY_TIMES * bar * usual_call_usd:
        return None
    times = times_of(usual_call_usd)
    over_bar = call_usd / (times * bar * usual_call_usd)
    least_usd = max(by_week_usd / min(max(1.0, over_bar), MOST_RELIEF), floor_usd)
    if over_bar < 1.0 or excess < least_usd or excess * recent[1] < LEAST_HOURS * least_usd:
        return None
    reason = why(recent[0], recent[1], models, hours)
    if reason is None:
        return None
    since = now - timedelta(hours=recent[1])
    return UnitCostRise(
        key_id,
        since,
        calls,
        recent[1],
        call_usd,
        usual_call_usd,
        usual_calls,
        excess,
        least_usd,
        bar,
        times,
        excess * recent[1],
        reason,
    )


def _usual_call(
    recent: Mapping[str, Sums], usual: Mapping[str, Sums], peers: Mapping[str, Sums], calls: int, usd: float
) -> tuple[float, int]:
    """The usual cost of such calls, and their number: of those models, if the key or its peers work with them."""
    mean, expected, count, known_calls = usd / calls, 0.0, 0, 0
    for model, sums in recent.items():
        known = usual.get(model, Sums())
        if known.requests < max(MIN_CALLS, KNOWN_SHARE * calls):
            known = peers.get(model, Sums())
        expected += sums.requests * (float(known.billed_usd) / known.requests if known.requests else mean)
        count += sums.requests
        known_calls += known.requests
    return (expected / count, known_calls) if known_calls and expected / count > mean else (mean, calls)


def _total(models: Mapping[str, Sums]) -> tuple[int, Decimal]:
    return sum(one.requests for one in models.values()), sum((one.billed_usd for one in models.values()), Decimal(0))
