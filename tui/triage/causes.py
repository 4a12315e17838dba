"""Why a key costs more: more calls, other models, or dearer calls (triage-spec section 4). Exact: the parts add up."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from tui.domain.usage import Sums

Uses = tuple[Mapping[str, Sums], float]
"""Sums by model, and the hours over which they were made."""


class ModelShift(Struct, frozen=True):
    """The model whose part of the calls grew most; parts of 1."""

    model: str
    before: float
    after: float


class CostCause(Struct, frozen=True):
    """The three parts of an increase, in USD an hour, and the figures that explain them, each (usual, now)."""

    volume_usd: float
    """More calls,"""
    mix_usd: float
    """of other models,"""
    rate_usd: float
    """that cost more each."""
    calls_per_h: tuple[float, float]
    shift: ModelShift | None
    """None where no model's part of the calls grew by a tenth."""
    hit_rate: tuple[float | None, float | None]
    """Of the cache; None where unknown."""
    multiplier: tuple[float | None, float | None]
    """Billed over standard cost; None where unknown."""

    @property
    def total_usd(self) -> float:
        """What an hour costs more than usual."""
        return self.volume_usd + self.mix_usd + self.rate_usd

    @property
    def main(self) -> str:
        """The largest part: `volume`, `mix` or `rate`."""
        parts = {"volume": self.volume_usd, "mix": self.mix_usd, "rate": self.rate_usd}
        return max(parts, key=lambda name: parts[name])


def why(now: Mapping[str, Sums], now_hours: float, usual: Mapping[str, Sums], usual_hours: float) -> CostCause | None:
    """Split an increase by model; None when there is nothing to compare.

    `now` and `usual` are sums by model over `now_hours` and `usual_hours`.

    >>> from decimal import Decimal
    >>> one = {"m": Sums(requests=10, billed_usd=Decimal(1))}
    >>> two = {"m": Sums(requests=30, billed_usd=Decimal(3))}
    >>> found = why(two, 1.0, one, 1.0)
    >>> round(found.volume_usd, 9), round(found.mix_usd, 9), round(found.rate_usd, 9)
    (2.0, 0.0, 0.0)
    """
    calls1, calls0 = _calls(now), _calls(usual)
    if not calls1 or now_hours <= 0:
        return None
    n1 = calls1 / now_hours
    n0 = calls0 / usual_hours if calls0 and usual_hours > 0 else 0.0
    cost1, cost0 = _costs(now), _costs(usual)
    share1, share0 = _shares(now, calls1), _shares(usual, calls0)
    usual_cost = _billed(usual) / calls0 if calls0 else _billed(now) / calls1
    mix = n1 * sum(
        (share1.get(model, 0.0) - share0.get(model, 0.0)) * cost0.get(model, cost1.get(model, 0.0))
        for model in {*share0, *share1}
    )
    rate = n1 * sum(share * (cost1[model] - cost0.get(model, cost1[model])) for model, share in share1.items())
    if not calls0:
        mix = rate = 0.0
    volume = (n1 - n0) * usual_cost
    return CostCause(
        volume, mix, rate, (n0, n1), _shift(share0, share1), (_hits(usual), _hits(now)), (_factor(usual), _factor(now))
    )


def without(usual: Uses, incident: Uses) -> Uses:
    """What is usual, less the incident that it includes."""
    models = {name: _less(sums, incident[0].get(name, Sums())) for name, sums in usual[0].items()}
    return {name: sums for name, sums in models.items() if sums.requests}, max(0.0, usual[1] - incident[1])


def _less(whole: Sums, part: Sums) -> Sums:
    return Sums(
        max(0, whole.requests - part.requests),
        max(0, whole.input_tokens - part.input_tokens),
        max(0, whole.output_tokens - part.output_tokens),
        max(0, whole.cache_creation_tokens - part.cache_creation_tokens),
        max(0, whole.cache_read_tokens - part.cache_read_tokens),
        max(Decimal(0), whole.standard_usd - part.standard_usd),
        max(Decimal(0), whole.billed_usd - part.billed_usd),
    )


def _calls(uses: Mapping[str, Sums]) -> int:
    return sum(sums.requests for sums in uses.values())


def _billed(uses: Mapping[str, Sums]) -> float:
    return float(sum(sums.billed_usd for sums in uses.values()))


def _costs(uses: Mapping[str, Sums]) -> dict[str, float]:
    return {model: float(sums.billed_usd) / sums.requests for model, sums in uses.items() if sums.requests}


def _shares(uses: Mapping[str, Sums], calls: int) -> dict[str, float]:
    return {model: sums.requests / calls for model, sums in uses.items() if sums.requests} if calls else {}


def _shift(before: Mapping[str, float], after: Mapping[str, float]) -> ModelShift | None:
    grown = max(after, key=lambda model: after[model] - before.get(model, 0.0), default=None)
    if grown is None or not before or after[grown] - before.get(grown, 0.0) < 0.1:
        return None
    return ModelShift(grown, before.get(grown, 0.0), after[grown])


def _hits(uses: Mapping[str, Sums]) -> float | None:
    total = sum(uses.values(), start=Sums())
    return total.cache_hit_rate


def _factor(uses: Mapping[str, Sums]) -> float | None:
    total = sum(uses.values(), start=Sums())
    return float(total.billed_usd / total.standard_usd) if total.standard_usd > 0 else None
