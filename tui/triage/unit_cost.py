"""Unit cost: a key's calls cost far more than they used to, and more than on such days before.

A switched model or a broken cache shows in the cost of a call long before it shows in an hour's. A key that uses a dear
model now and then has had such days: they raise the bar, as past spikes do.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from tui.domain.clock import floor_hour
from tui.domain.memo import Memo, memoize_last
from tui.domain.usage import HourlyCost, Sums
from tui.triage.baselines import DAY_HOURS, HOUR, SAME_HOUR_DAYS, index_of, seen_before, week_usd
from tui.triage.causes import CostCause, Uses, why, without
from tui.triage.recurrence import raised
from tui.triage.scan import Scan, kept
from tui.triage.thresholds import DEFAULTS, Thresholds

MIN_CALLS = 15
TIMES = 2.5
WEEK_SHARE = 0.006
LEAST_HOURS = 2.5
"""It is reported after costing as much as this many such hours."""
SPANS_H = 2, 6
"""A busy key shows within two hours what a slow one shows in six."""
KNOWN_SHARE = 0.05
"""A key works with models that had at least this share of its calls."""
MIN_PEERS = 2
"""A model that this many other people's keys work with is no surprise for a person's key."""
MOST_RELIEF = 3.0
"""The least falls as calls are further over their bar, to a third of it."""
ALWAYS_ON = 1 / 3
"""Nobody works in such a part of all hours of two weeks: it is a program, and others' days tell nothing of it."""
APART = timedelta(hours=12)
"""Dear hours so far from each other are two spells."""


class UnitCostRise(Struct, frozen=True):
    """A key with dearer calls than usual."""

    key_id: int
    since: datetime
    calls: int
    hours: float
    """The span of those calls."""
    call_usd: float
    usual_call_usd: float
    """The usual cost of a call: of those models, if the key usually works with them."""
    usual_calls: int
    """How many calls the usual cost rests on."""
    excess_usd_per_h: float
    least_usd: float
    """The least excess of an hour that counts: 0.6 % of the account's last week, and the least that a person set."""
    raised: float
    """The factor by which past spells raise the bar."""
    why: CostCause
    """Other models (mix), or the cost of a call to the same model (rate: cache, multiplier, tokens)."""

    @property
    def bar_usd(self) -> float:
        """The cost of a call from which on it is reported."""
        return TIMES * self.raised * self.usual_call_usd

    @property
    def times_usual(self) -> float:
        """The cost of a call as a multiple of the usual."""
        return self.call_usd / self.usual_call_usd


class _Spell(Struct, frozen=True):
    """Hours with dear calls of a key, and the highest multiple of the bar."""

    start: datetime
    last: datetime
    level: float


class _DearScan(Scan[_Spell]):
    """The spells of a key with dear calls."""

    account: HourlyCost

    def ended(self, one: _Spell) -> datetime:
        return one.last

    def take(self, series: HourlyCost, index: int) -> None:
        hour = series.start + HOUR * index
        if not series.requests:
            return
        level = max((self._level(series, index, span) for span in SPANS_H), default=0.0)
        if level < 1.0:
            return
        last = self.found[-1] if self.found else None
        if last is not None and hour - last.last < APART:
            self.found[-1] = _Spell(last.start, hour, max(last.level, level))
        else:
            self.found.append(_Spell(hour, hour, level))

    def _level(self, series: HourlyCost, index: int, span: int) -> float:
        first, end = index + 1 - span, index + 1
        calls, before = sum(series.requests[max(0, first) : end]), sum(series.requests[: max(0, first)])
        if calls < MIN_CALLS or before < MIN_CALLS:
            return 0.0
        call_usd, usual_usd = sum(series.usd[first:end]) / calls, sum(series.usd[:first]) / before
        excess = (call_usd - usual_usd) * calls / span
        if usual_usd <= 0 or excess < max(
            self.least_usd, WEEK_SHARE * week_usd(self.account, series.start + HOUR * end)
        ):
            return 0.0
        if max(series.usd[first:end]) <= seen_before(series, first):
            return 0.0
        return call_usd / usual_usd / TIMES


def find_unit_cost(
    memo: Memo,
    recent: Iterable[Mapping[int, Uses]],
    usual: Mapping[int, Uses],
    keys: Mapping[int, HourlyCost],
    account: HourlyCost,
    now: datetime,
    thresholds: Thresholds = DEFAULTS,
) -> tuple[UnitCostRise, ...]:
    """Keys with recent calls far above their usual cost, dearest first.

    `recent` are spans up to now, shortest first. The usual excludes those hours, and must itself rest on enough calls.
    One of their full hours must also cost more than the key had on three of the last 14 days.
    """
    least = WEEK_SHARE * week_usd(account, floor_hour(now)), thresholds.floor_usd
    bars = _bars(memo, keys, account, floor_hour(now), thresholds.floor_usd)
    found: dict[int, UnitCostRise] = {}
    for key_id, uses in itertools.chain.from_iterable(span.items() for span in recent):
        is_new = key_id not in found and key_id in usual and key_id in keys
        if is_new and _is_enough(uses, least):  # of most keys it is not, and what is usual is not worked out
            peers = _of_peers(memo, key_id, usual, keys, floor_hour(now))
            one = _rise(key_id, uses, usual[key_id], peers, least, bars[key_id], now)
            if one is not None and not _is_habit(keys[key_id], uses[1], now):
                found[key_id] = one
    return tuple(sorted(found.values(), key=lambda one: -one.excess_usd_per_h))


@memoize_last()
def _bars(
    memo: Memo, keys: Mapping[int, HourlyCost], account: HourlyCost, until: datetime, floor_usd: float
) -> dict[int, float]:
    """By how much the bar of each key is raised, by what all keys did before; what is on raises nothing.

    What is used day and night has shown all that it does: it is held against itself alone.
    """
    levels: dict[int, list[float]] = {}
    for key_id, series in keys.items():
        scan = kept(memo, (find_unit_cost, key_id, floor_usd), _DearScan)
        scan.account, scan.least_usd = account, floor_usd
        spells = scan.through(until, None, series, account)
        levels[key_id] = [one.level for one in spells if until - one.last >= APART]
    of_all = raised(itertools.chain.from_iterable(levels.values()))
    return {
        key_id: raised(levels[key_id]) if _is_always_on(memo, key_id, series, until) else of_all
        for key_id, series in keys.items()
    }


@memoize_last(each=1)
def _is_always_on(_memo: Memo, _key_id: int, series: HourlyCost, until: datetime) -> bool:
    """Whether a key is used in so many hours that it must be a program's."""
    end = index_of(series, until)
    hours = series.usd[max(0, end - SAME_HOUR_DAYS * DAY_HOURS) : max(0, end)]
    return len(hours) - hours.count(0.0) >= ALWAYS_ON * SAME_HOUR_DAYS * DAY_HOURS


def _of_peers(
    memo: Memo, key_id: int, usual: Mapping[int, Uses], keys: Mapping[int, HourlyCost], until: datetime
) -> Mapping[str, Sums]:
    """The models that other people's keys work with; none for a program, whose calls people's say nothing of."""
    if _is_always_on(memo, key_id, keys[key_id], until):
        return {}
    count, sums = Counter[str](), dict[str, Sums]()
    for other, (models, _hours) in usual.items():
        calls = sum(one.requests for one in models.values())
        if other == key_id or other not in keys or _is_always_on(memo, other, keys[other], until):
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


def _rise(
    key_id: int,
    recent: Uses,
    usual: Uses,
    peers: Mapping[str, Sums],
    least: tuple[float, float],
    bar: float,
    now: datetime,
) -> UnitCostRise | None:
    calls, cost = _total(recent[0])
    by_week_usd, floor_usd = least
    models, hours = without(usual, recent)
    usual_calls, usual_cost = _total(models)
    if usual_calls < MIN_CALLS or usual_cost <= 0 or recent[1] <= 0:
        return None
    usual_call_usd, usual_calls = _usual_call(recent[0], models, peers, usual_calls, float(usual_cost))
    call_usd = float(cost) / calls
    excess = (call_usd - usual_call_usd) * calls / recent[1]
    over_bar = call_usd / (TIMES * bar * usual_call_usd)
    least_usd = max(by_week_usd / min(max(1.0, over_bar), MOST_RELIEF), floor_usd)
    if over_bar < 1.0 or excess < least_usd or excess * recent[1] < LEAST_HOURS * least_usd:
        return None
    reason = why(recent[0], recent[1], models, hours)
    if reason is None:
        return None
    since = now - timedelta(hours=recent[1])
    return UnitCostRise(
        key_id, since, calls, recent[1], call_usd, usual_call_usd, usual_calls, excess, least_usd, bar, reason
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
