"""Unit cost: a key whose calls cost twice what they used to, though no hour need pass a bound.

A model that was switched and a cache that broke show in the cost of a call long before they show in an hour's.
"""

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost, Sums
from tui.triage.baselines import index_of, seen_before
from tui.triage.causes import CostCause, Uses, why, without

MIN_CALLS = 15
TIMES = 2.0
WEEK_SHARE = 0.003
MIN_USD = 0.10


class UnitCostRise(Struct, frozen=True):
    """A key whose calls cost more each than they used to."""

    key_id: int
    since: datetime
    calls: int
    hours: float
    """The span in which those calls were made."""
    call_usd: float
    usual_call_usd: float
    usual_calls: int
    """How many calls the usual cost rests on."""
    excess_usd_per_h: float
    least_usd: float
    """The least excess of an hour that counts: 0.3 % of the account's last week, and ten cents."""
    why: CostCause
    """Other models (mix), or what a call of the same model costs (rate: cache, multiplier, tokens)."""

    @property
    def times_usual(self) -> float:
        """How many times the usual a call costs."""
        return self.call_usd / self.usual_call_usd


def find_unit_cost(
    recent: Iterable[Mapping[int, Uses]],
    usual: Mapping[int, Uses],
    keys: Mapping[int, HourlyCost],
    week_usd: float,
    now: datetime,
) -> tuple[UnitCostRise, ...]:
    """The keys whose calls of late cost twice the usual or more, the dearest first.

    `recent` are spans up to now, the shortest first: a busy key tells within two hours what a slow one tells in six.
    What is usual is taken without those hours, and must itself rest on so many calls. One of their full hours must
    also cost more than the key had on three of the last 14 days: a dear task that comes again is a habit. `week_usd`
    is what the account cost in the last week.
    """
    least_usd = max(WEEK_SHARE * week_usd, MIN_USD)
    found: dict[int, UnitCostRise] = {}
    for key_id, uses in itertools.chain.from_iterable(span.items() for span in recent):
        if key_id in usual and key_id in keys and key_id not in found and not _is_habit(keys[key_id], uses[1], now):
            one = _rise(key_id, uses, usual[key_id], least_usd, now)
            if one is not None:
                found[key_id] = one
    return tuple(sorted(found.values(), key=lambda one: -one.excess_usd_per_h))


def _is_habit(series: HourlyCost, span_h: float, now: datetime) -> bool:
    end, count = index_of(series, floor_hour(now)), max(1, round(span_h))
    hours = series.usd[max(0, end - count) : max(0, end)]
    return max(hours, default=0.0) <= seen_before(series, end - count)


def _rise(key_id: int, recent: Uses, usual: Uses, least_usd: float, now: datetime) -> UnitCostRise | None:
    models, hours = without(usual, recent)
    calls, cost = _total(recent[0])
    usual_calls, usual_cost = _total(models)
    if calls < MIN_CALLS or usual_calls < MIN_CALLS or usual_cost <= 0 or recent[1] <= 0:
        return None
    call_usd, usual_call_usd = float(cost) / calls, float(usual_cost) / usual_calls
    excess = (call_usd - usual_call_usd) * calls / recent[1]
    reason = why(recent[0], recent[1], models, hours)
    if call_usd < TIMES * usual_call_usd or excess < least_usd or reason is None:
        return None
    since = now - timedelta(hours=recent[1])
    return UnitCostRise(
        key_id, since, calls, recent[1], call_usd, usual_call_usd, usual_calls, excess, least_usd, reason
    )


def _total(models: Mapping[str, Sums]) -> tuple[int, Decimal]:
    return sum(one.requests for one in models.values()), sum((one.billed_usd for one in models.values()), Decimal(0))
