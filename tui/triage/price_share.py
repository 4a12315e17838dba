"""Extra cost due to risen prices alone: the price rule reports it once for all keys, and no other rule does."""

from datetime import datetime
from functools import cached_property

from tui.domain.clock import floor_hour
from tui.triage.baselines import HOUR
from tui.triage.causes import CausePart, Uses
from tui.triage.growth import SPAN_HOURS, Growth
from tui.triage.inputs import Inputs
from tui.triage.prices import price_parts
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import Spike
from tui.triage.unit_cost import UnitCostRise

MOST_OF_EXCESS = 0.7


class PriceShare:
    """The share of risen prices in the cost of keys at one moment."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs

    @cached_property
    def _parts(self) -> dict[int | None, float]:
        """The share of each key's cost, and of the account's (None), that is due to risen prices."""
        uses: dict[int, Uses] = {}
        for span in reversed(self._inputs.recent_uses):
            uses.update(span)  # of each key the latest hours in which it was used
        parts: dict[int | None, float] = dict(price_parts(self._inputs.prices.changes, uses).items())
        if parts:
            spent = {
                key_id: sum(float(sums.billed_usd) for sums in models.values()) / max(hours, 1.0)
                for key_id, (models, hours) in uses.items()
            }
            whole = sum(spent.values())
            parts[None] = sum(parts.get(key_id, 0.0) * usd for key_id, usd in spent.items()) / whole if whole else 0.0
        return parts

    def _dearer_usd(self, key_id: int | None, usd: float) -> float:
        """The part of a cost that is due to risen prices."""
        return self._parts.get(key_id, 0.0) * usd

    def makes_spike(self, key_id: int | None, spike: Spike) -> bool:
        """Whether prices explain most of it, or the same calls would have been no spike at the former prices."""
        if key_id not in self._parts:
            return False
        hours = [hour for hour in spike.hours if hour.start >= self._raised_at]
        dearer_usd = self._dearer_usd(key_id, sum(hour.actual_usd for hour in hours))
        worst = spike.worst
        is_none_else = worst in hours and worst.actual_usd - self._dearer_usd(key_id, worst.actual_usd) < worst.bar_usd
        return is_none_else or dearer_usd >= MOST_OF_EXCESS * sum(hour.excess_usd for hour in spike.hours)

    def makes_slow_spend(self, slow: SlowSpend) -> bool:
        """The same for slow spend."""
        hours = (slow.until - max(slow.since, self._raised_at)) / HOUR if slow.key_id in self._parts else 0.0
        dearer_usd = self._dearer_usd(slow.key_id, slow.base_usd_per_h * max(0.0, hours))
        return dearer_usd > 0 and (
            slow.excess_usd - dearer_usd < slow.least_usd or dearer_usd >= MOST_OF_EXCESS * slow.excess_usd
        )

    def makes_growth(self, growth: Growth) -> bool:
        """Whether it would not be told at the former prices."""
        if growth.key_id not in self._parts:
            return False
        part = min(1.0, (self._inputs.now - self._raised_at) / (HOUR * SPAN_HOURS))
        return growth.usd - self._dearer_usd(growth.key_id, growth.usd * part) < growth.told_from_usd

    def makes_unit_cost(self, rise: UnitCostRise) -> bool:
        """The same for dearer calls."""
        part, times = rise.why.main_of_call, rise.why.price_times
        models = {model for span in self._inputs.recent_uses for model in span.get(rise.key_id, ({}, 0.0))[0]}
        listed = (one for one in self._inputs.prices.changes if one.model in models)
        if part is CausePart.PRICE and times is not None and any(one.is_like(times) for one in listed):
            return True  # the key is new to the model, or to its group
        dearer_usd = self._dearer_usd(rise.key_id, rise.call_usd)
        return dearer_usd > 0 and (
            part in (CausePart.PRICE, CausePart.MULTIPLIER)
            or rise.call_usd - dearer_usd < rise.bar_usd
            or dearer_usd >= MOST_OF_EXCESS * (rise.call_usd - rise.usual_call_usd)
        )

    @property
    def _raised_at(self) -> datetime:
        """The hour of the first price rise."""
        return floor_hour(min(one.since for one in self._inputs.prices.changes if one.is_rise))
