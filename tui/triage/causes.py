"""Why a key costs more: volume, mix and rate, which add up exactly (triage-spec section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log

WEIGHT_OUTPUT = 5.0
WEIGHT_CACHE_CREATION = 1.25
WEIGHT_CACHE_READ = 0.1
"""Usual list prices in units of an input token: only used to tell the part of the cache from that of the price list."""


class Part(StrEnum):
    """What a difference can be due to."""

    VOLUME = "volume"
    MIX = "mix"
    TOKENS = "tokens"
    CACHE = "cache"
    PRICE = "price"
    MULTIPLIER = "multiplier"


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The use of one model in an hour: calls, billed and list cost in USD, tokens by kind (input without cache)."""

    calls: float
    cost_usd: float
    standard_usd: float = 0.0
    input_tokens: float = 0.0
    output_tokens: float = 0.0
    cache_creation_tokens: float = 0.0
    cache_read_tokens: float = 0.0

    @property
    def read_in(self) -> float:
        """The whole input: plain, written to the cache, and read from it."""
        return self.input_tokens + self.cache_creation_tokens + self.cache_read_tokens

    @property
    def tokens(self) -> float:
        """All four kinds together."""
        return self.read_in + self.output_tokens

    @property
    def cost_per_call_usd(self) -> float:
        """Billed cost of one call; 0 without calls."""
        return self.cost_usd / self.calls if self.calls else 0.0

    def __add__(self, other: "ModelUse") -> "ModelUse":
        return ModelUse(
            self.calls + other.calls,
            self.cost_usd + other.cost_usd,
            self.standard_usd + other.standard_usd,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_creation_tokens + other.cache_creation_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
        )


NO_USE = ModelUse(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Shift:
    """One figure, usual and now; None where it has none."""

    usual: float | None
    now: float | None


@dataclass(frozen=True, slots=True)
class RateSplit:
    """The rate taken apart, USD an hour: tokens per call, cache hits, price per token, multiplier. Sums to the rate."""

    tokens_usd: float
    cache_usd: float
    price_usd: float
    multiplier_usd: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why an hour costs more than usual, USD an hour: `volume + mix + rate = now − usual`.

    `rate_split` is None where tokens or list cost are unknown. `mix_model` is the model whose share of the calls moved
    the cost most, with that share. `dominant` is the largest part in the direction of the difference.
    """

    usual_usd: float
    now_usd: float
    volume_usd: float
    mix_usd: float
    rate_usd: float
    rate_split: RateSplit | None
    dominant: Part
    calls: Shift
    mix_model: str | None
    mix_share: Shift
    tokens_per_call: Shift
    cache_hit_rate: Shift
    usd_per_mtok: Shift
    multiplier: Shift


def explain(now: Mapping[str, ModelUse], usual: Mapping[str, ModelUse]) -> Why:
    """Take the difference of two hours apart, model by model. Without any usual calls all of it is volume."""
    n1, n0 = sum(use.calls for use in now.values()), sum(use.calls for use in usual.values())
    cost1, cost0 = sum(use.cost_usd for use in now.values()), sum(use.cost_usd for use in usual.values())
    if not n1 or not n0:
        return _why(now, usual, (cost1 - cost0, 0.0, 0.0), None, None)
    volume = (n1 - n0) * cost0 / n0
    moved = {model: _mix(model, now, usual, n1, n0) for model in {*now, *usual}}
    mix = sum(moved.values())
    rate = sum(_use(now, model).calls * _dearer(model, now, usual) for model in now)
    biggest = max(moved, key=lambda model: (abs(_share(now, model, n1) - _share(usual, model, n0)), model))
    return _why(now, usual, (volume, mix, rate), _split(now, usual), biggest)


def _use(uses: Mapping[str, ModelUse], model: str) -> ModelUse:
    return uses.get(model, NO_USE)


def _share(uses: Mapping[str, ModelUse], model: str, calls: float) -> float:
    return _use(uses, model).calls / calls if calls else 0.0


def _usual_cost(model: str, now: Mapping[str, ModelUse], usual: Mapping[str, ModelUse]) -> float:
    """The usual cost of a call; of a model that is new, what it costs now."""
    before = _use(usual, model)
    return before.cost_per_call_usd if before.calls else _use(now, model).cost_per_call_usd


def _mix(model: str, now: Mapping[str, ModelUse], usual: Mapping[str, ModelUse], n1: float, n0: float) -> float:
    return n1 * (_share(now, model, n1) - _share(usual, model, n0)) * _usual_cost(model, now, usual)


def _dearer(model: str, now: Mapping[str, ModelUse], usual: Mapping[str, ModelUse]) -> float:
    return _use(now, model).cost_per_call_usd - _usual_cost(model, now, usual)


def _split(now: Mapping[str, ModelUse], usual: Mapping[str, ModelUse]) -> RateSplit | None:
    """The rate of all models taken apart; None when one that changed has no tokens or no list cost to go by."""
    parts = [0.0, 0.0, 0.0, 0.0]
    for model, use in now.items():
        before = _use(usual, model)
        if not before.calls or not use.calls:
            continue
        one, zero = _factors(use), _factors(before)
        if one is None or zero is None:
            if use.cost_per_call_usd != before.cost_per_call_usd:
                return None
            continue
        scale = use.calls * _log_mean(use.cost_per_call_usd, before.cost_per_call_usd)
        for index, (new, old) in enumerate(zip(one, zero, strict=True)):
            parts[index] += scale * log(new / old)
    return RateSplit(*parts)


def _log_mean(a: float, b: float) -> float:
    """The mean with which (a − b) splits exactly on factors, whatever their order: (a − b) / ln(a / b)."""
    return a if abs(a - b) <= 1e-12 * max(a, b) else (a - b) / log(a / b)


def _factors(use: ModelUse) -> tuple[float, float, float, float] | None:
    """Cost per call as a product: tokens per call × cache weight × price of the rest × multiplier."""
    if min(use.calls, use.cost_usd, use.standard_usd, use.tokens) <= 0:
        return None
    out = use.output_tokens / use.tokens
    weight = use.input_tokens + WEIGHT_CACHE_CREATION * use.cache_creation_tokens
    weight += WEIGHT_CACHE_READ * use.cache_read_tokens
    inside = weight / use.read_in if use.read_in else 1.0
    cache = (1 - out) * inside + out * WEIGHT_OUTPUT
    plain = (1 - out) + out * WEIGHT_OUTPUT
    per_token = use.standard_usd / use.tokens
    return use.tokens / use.calls, cache / plain, per_token * plain / cache, use.cost_usd / use.standard_usd


def _ratio(above: float, below: float) -> float | None:
    return above / below if below > 0 else None


def _why(
    now: Mapping[str, ModelUse],
    usual: Mapping[str, ModelUse],
    parts: tuple[float, float, float],
    split: RateSplit | None,
    model: str | None,
) -> Why:
    one, zero = sum(now.values(), NO_USE), sum(usual.values(), NO_USE)
    names = (Part.VOLUME, Part.MIX)
    sizes = dict(zip(names, parts[:2], strict=True))
    if split is None:
        sizes[Part.PRICE] = parts[2]
    else:
        rate = (split.tokens_usd, split.cache_usd, split.price_usd, split.multiplier_usd)
        sizes.update(zip((Part.TOKENS, Part.CACHE, Part.PRICE, Part.MULTIPLIER), rate, strict=True))
    sign = 1 if one.cost_usd >= zero.cost_usd else -1
    share = Shift(_share(usual, model, zero.calls), _share(now, model, one.calls)) if model else Shift(None, None)
    return Why(
        zero.cost_usd,
        one.cost_usd,
        *parts,
        split,
        max(sizes, key=lambda part: sign * sizes[part]),
        Shift(zero.calls, one.calls),
        model,
        share,
        Shift(_ratio(zero.tokens, zero.calls), _ratio(one.tokens, one.calls)),
        Shift(_ratio(zero.cache_read_tokens, zero.read_in), _ratio(one.cache_read_tokens, one.read_in)),
        Shift(_ratio(zero.standard_usd * 1e6, zero.tokens), _ratio(one.standard_usd * 1e6, one.tokens)),
        Shift(_ratio(zero.cost_usd, zero.standard_usd), _ratio(one.cost_usd, one.standard_usd)),
    )
