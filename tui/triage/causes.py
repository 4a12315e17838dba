"""Why a key costs more: more calls, other models, or dearer calls. Exact: the parts add up to the excess.

A call of a model gets dearer by the tokens it reads or writes, by the price of a token, by the multiplier, or by
charges besides tokens.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from tui.domain.usage import PricedSums, Sums
from tui.triage.mean_calls import CallChange, mean_call, with_successors

Uses = tuple[Mapping[str, Sums], float]
"""Sums by model, and the hours they cover; from call records these are `PricedSums`."""

LEAST_SHIFT = 0.1


class CausePart(StrEnum):
    """A part of an increase. The values appear in JSON."""

    VOLUME = "volume"
    MIX = "mix"
    INPUT = "input"
    OUTPUT = "output"
    CACHE_WRITE = "cache_write"
    CACHE_READ = "cache_read"
    PRICE = "price"
    MULTIPLIER = "multiplier"
    PIECES = "pieces"


class ModelShift(Struct, frozen=True):
    """The model whose share of the calls grew most; shares from 0 to 1."""

    model: str
    before: float
    after: float


class PieceUse(Struct, frozen=True):
    """What was charged besides tokens, mostly."""

    kind: str
    """`image`, `video` or `request`; "" if the records do not say."""
    count: int
    each_usd: float
    """As billed."""


class CostCause(Struct, frozen=True):
    """The parts of an increase, in USD an hour, and the figures that explain them, each (usual, now).

    Figures per call are for models that were used before, weighted by their use now.
    """

    volume_usd: float
    """More calls."""
    mix_usd: float
    """Other models."""
    input_usd: float
    """More input tokens per call, not from a cache."""
    output_usd: float
    """More output tokens per call."""
    cache_write_usd: float
    cache_read_usd: float
    price_usd: float
    """Dearer tokens: list price, service tier, long context."""
    multiplier_usd: float
    """A higher multiplier."""
    pieces_usd: float
    """Charges besides tokens: images, videos, requests."""
    calls_per_h: tuple[float, float]
    shift: ModelShift | None
    """None if no model's share of the calls grew by a tenth."""
    hit_rate: tuple[float | None, float | None]
    """The cache hit rate; None if unknown."""
    multiplier: tuple[float | None, float | None]
    """Billed over standard cost; None if unknown."""
    output_tokens: tuple[float, float] = (0.0, 0.0)
    """Tokens that a call writes."""
    context_tokens: tuple[float, float] = (0.0, 0.0)
    """Tokens that a call reads, cached or not."""
    busy_calls_per_h: float | None = None
    """Usual calls in an hour in which the key is used: a night without calls says nothing about a busy hour."""
    price_times: float | None = None
    """How many times dearer the same tokens are; None if unknown."""
    pieces: PieceUse | None = None

    @property
    def parts(self) -> dict[CausePart, float]:
        """All parts; together they are the excess."""
        return {part: getattr(self, f"{part}_usd") for part in CausePart}

    @property
    def rate_usd(self) -> float:
        """The extra cost of dearer calls to the same models."""
        return sum(usd for part, usd in self.parts.items() if part not in (CausePart.VOLUME, CausePart.MIX))

    @property
    def total_usd(self) -> float:
        """How much more an hour costs than usual."""
        return self.volume_usd + self.mix_usd + self.rate_usd

    @property
    def main(self) -> CausePart:
        """The largest part."""
        parts = self.parts
        return max(parts, key=lambda part: parts[part])

    @property
    def main_of_call(self) -> CausePart:
        """The largest part besides volume."""
        parts = {part: usd for part, usd in self.parts.items() if part is not CausePart.VOLUME}
        return max(parts, key=lambda part: parts[part])


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
    n0 = calls0 / usual_hours if usual_hours > 0 else 0.0
    ends = {model: (mean_call(usual.get(model)), mean_call(now.get(model))) for model in {*usual, *now}}
    share1, share0 = _shares(now, calls1), _shares(usual, calls0)
    ends = with_successors(ends, share0, share1)
    usual_cost = _billed(usual) / calls0 if calls0 else _billed(now) / calls1
    mix, whole = 0.0, CallChange()
    for model, (before, after) in ends.items() if calls0 else ():
        # A new model at another price has no usual cost: its cost now all counts as mix.
        base = before or after
        mix += (share1.get(model, 0.0) - share0.get(model, 0.0)) * (base.billed_usd if base is not None else 0.0)
        if before is not None and after is not None:
            whole.add(share1[model], before, after)
    input_usd, output_usd, write_usd, read_usd = (n1 * usd for usd in whole.tokens_usd)
    return CostCause(
        (n1 - n0) * usual_cost,
        n1 * mix,
        input_usd,
        output_usd,
        write_usd,
        read_usd,
        n1 * whole.price_usd,
        n1 * whole.multiplier_usd,
        n1 * whole.pieces_usd,
        (n0, n1),
        _shift(share0, share1),
        (_hits(whole.before), _hits(whole.after)) if any(whole.before) else (_hit_rate(usual), _hit_rate(now)),
        (_multiplier(usual), _multiplier(now)),
        (whole.before[1], whole.after[1]),
        (_context(whole.before), _context(whole.after)),
        price_times=whole.price_times,
        pieces=_pieces(now),
    )


def without(usual: Uses, incident: Uses) -> Uses:
    """The usual, less the incident that it includes."""
    models = {name: _less(sums, incident[0].get(name, Sums())) for name, sums in usual[0].items()}
    return {name: sums for name, sums in models.items() if sums.requests}, max(0.0, usual[1] - incident[1])


def together(uses: Iterable[Uses]) -> Uses:
    """The use of several keys; those that were used for a shorter time did nothing before."""
    sums: dict[str, Sums] = {}
    hours = 0.0
    for models, own_hours in uses:
        hours = max(hours, own_hours)
        for name, one in models.items():
            sums[name] = sums[name] + one if name in sums else one
    return sums, hours


def scaled(uses: Uses, times: float, hours: float) -> Uses:
    """The use over some hours of which a part is known, as so many times that part."""
    return {name: _times(sums, times) for name, sums in uses[0].items()}, hours


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


def _times(one: Sums, times: float) -> Sums:
    money = Decimal(times)
    return Sums(
        round(one.requests * times),
        round(one.input_tokens * times),
        round(one.output_tokens * times),
        round(one.cache_creation_tokens * times),
        round(one.cache_read_tokens * times),
        one.standard_usd * money,
        one.billed_usd * money,
    )


def _calls(uses: Mapping[str, Sums]) -> int:
    return sum(sums.requests for sums in uses.values())


def _billed(uses: Mapping[str, Sums]) -> float:
    return float(sum(sums.billed_usd for sums in uses.values()))


def _shares(uses: Mapping[str, Sums], calls: int) -> dict[str, float]:
    return {model: sums.requests / calls for model, sums in uses.items()} if calls else {}


def _shift(before: Mapping[str, float], after: Mapping[str, float]) -> ModelShift | None:
    grown = max(after, key=lambda model: after[model] - before.get(model, 0.0))
    if not before or after[grown] - before.get(grown, 0.0) < LEAST_SHIFT:
        return None
    return ModelShift(grown, before.get(grown, 0.0), after[grown])


def _context(tokens: list[float]) -> float:
    return tokens[0] + tokens[2] + tokens[3]


def _hits(tokens: list[float]) -> float | None:
    context = _context(tokens)
    return tokens[3] / context if context > 0 else None


def _hit_rate(uses: Mapping[str, Sums]) -> float | None:
    return sum(uses.values(), start=Sums()).cache_hit_rate


def _multiplier(uses: Mapping[str, Sums]) -> float | None:
    total = sum(uses.values(), start=Sums())
    return float(total.billed_usd / total.standard_usd) if total.standard_usd > 0 else None


def _pieces(now: Mapping[str, Sums]) -> PieceUse | None:
    """The kind of piece with the most charges."""
    counts: dict[str, int] = {}
    billed = 0.0
    for sums in now.values():
        mean = mean_call(sums)
        if mean is not None and mean.pieces_usd > 0 and isinstance(sums, PricedSums):
            billed += sums.requests * mean.pieces_usd * (mean.factor or 0.0)
            for kind, count in sums.pieces or (("", sums.requests),):
                counts[kind] = counts.get(kind, 0) + count
    if not counts:
        return None
    kind = max(counts, key=lambda one: counts[one])
    return PieceUse(kind, counts[kind], billed / sum(counts.values()))
