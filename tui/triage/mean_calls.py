"""The average call of a model, before and now: what became dearer in it, by the tokens, the prices and the multiplier.

For the usual calls only tokens and cost are known: they are valued at today's prices, and the rest counts as a change
of price.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from tui.domain.usage import PricedSums, Sums

LIST_RATIOS = (1.0, 5.0, 1.25, 0.1)
"""Typical prices of tokens in, out, cache writes and cache reads, relative to each other."""
LEAST_FIT, MOST_FIT = 0.2, 8.0
"""How far a price derived from the usual cost may be from its list ratio."""
SAME_PRICE = 1.5
"""A new model at which the calls of those that it replaces cost less than this multiple is their successor."""

Four = tuple[float, float, float, float]
"""Tokens in, out, cache writes, cache reads."""


class MeanCall(Struct, frozen=True):
    """The average call of a model; costs at list price except for `billed_usd`."""

    tokens: Four
    usd: float
    billed_usd: float
    costs: Four | None
    """The cost of each kind of token; None if unknown."""
    pieces_usd: float
    """Charges besides tokens."""

    @property
    def factor(self) -> float | None:
        """Billed over list price; None if the call is free."""
        return self.billed_usd / self.usd if self.usd > 0 else None

    @property
    def base_price(self) -> float | None:
        """The price of an input token, derived from the cost of all tokens; None without tokens."""
        weight = dot(LIST_RATIOS, self.tokens)
        return (self.usd - self.pieces_usd) / weight if weight > 0 else None


def mean_call(sums: Sums | None) -> MeanCall | None:
    """The average of some calls; None for none."""
    if sums is None or not sums.requests:
        return None
    n = sums.requests
    tokens = (sums.input_tokens / n, sums.output_tokens / n, sums.cache_creation_tokens / n, sums.cache_read_tokens / n)
    billed = float(sums.billed_usd) / n
    usd = float(sums.standard_usd) / n or billed
    if not isinstance(sums, PricedSums):
        return MeanCall(tokens, usd, billed, None, 0.0)
    costs = (sums.input_usd / n, sums.output_usd / n, sums.cache_creation_usd / n, sums.cache_read_usd / n)
    if not any(costs) and any(tokens) and not sums.pieces:
        return MeanCall(tokens, usd, billed, None, 0.0)
    costs = _for_tokens(costs, tokens)
    rest = usd - sum(costs)
    # Each record's costs are rounded: a tiny rest is no charge.
    return MeanCall(tokens, usd, billed, costs, rest if abs(rest) > 1e-6 * usd else 0.0)


def _for_tokens(costs: Four, tokens: Four) -> Four:
    a, b, c, d = (cost if count > 0 else 0.0 for cost, count in zip(costs, tokens, strict=True))
    return a, b, c, d


Ends = dict[str, tuple[MeanCall | None, MeanCall | None]]
"""The average call of each model before and now."""


def with_successors(ends: Ends, share0: Mapping[str, float], share1: Mapping[str, float]) -> Ends:
    """The same, where the usual call of a new model at about the same price is that of the models that it replaced:
    a cache that broke with a migration is still a broken cache. `share0` and `share1` are shares of calls by model.
    """
    replaced = _replaced(ends, share0, share1)
    if replaced is None:
        return ends
    found = dict(ends)
    for model, (before, after) in ends.items():
        if before is None and after is not None and after.pieces_usd == 0 and after.factor is not None:
            usd = dot(prices_of(replaced, after, is_same_model=False), replaced.tokens)
            if replaced.usd / SAME_PRICE <= usd <= replaced.usd * SAME_PRICE:
                found[model] = MeanCall(replaced.tokens, usd, usd * after.factor, None, 0.0), after
    return found


def _replaced(ends: Ends, share0: Mapping[str, float], share1: Mapping[str, float]) -> MeanCall | None:
    """The average call of the models that are used less now; None if there are none, or they were free."""
    less = {model: share - share1.get(model, 0.0) for model, share in share0.items()}
    lost = [(less[model], before) for model, (before, _) in ends.items() if before is not None and less[model] > 0]
    whole = sum(share for share, one in lost if one.pieces_usd == 0)
    if whole <= 0:
        return None

    def mean(of: Callable[[MeanCall], float]) -> float:
        return sum(share * of(one) for share, one in lost if one.pieces_usd == 0) / whole

    a, b, c, d = (mean(lambda one, kind=kind: one.tokens[kind]) for kind in range(4))  # type: ignore[misc]
    usd = mean(lambda one: one.usd)
    return MeanCall((a, b, c, d), usd, mean(lambda one: one.billed_usd), None, 0.0) if usd > 0 else None


class CallChange:
    """Why calls of the same models are dearer: parts in USD a call, and the tokens of a call before and after."""

    def __init__(self) -> None:
        self.tokens_usd = [0.0, 0.0, 0.0, 0.0]
        self.price_usd = self.multiplier_usd = self.pieces_usd = 0.0
        self.before, self.after = [0.0] * 4, [0.0] * 4
        self._paid_usd = self._valued_usd = 0.0

    @property
    def price_times(self) -> float | None:
        """How many times their former cost the usual tokens would cost now."""
        return self._valued_usd / self._paid_usd if self._paid_usd > 0 and self._valued_usd > 0 else None

    def add(self, share: float, before: MeanCall, after: MeanCall) -> None:
        """Count a model by its share of the calls now."""
        prices = prices_of(before, after)
        # A model that is or was free has no multiplier of its own.
        factor = before.factor if before.factor is not None else after.factor or 0.0
        for kind in range(4):
            more = prices[kind] * (after.tokens[kind] - before.tokens[kind])
            self.tokens_usd[kind] += share * factor * more
            self.before[kind] += share * before.tokens[kind]
            self.after[kind] += share * after.tokens[kind]
        pieces_after = after.usd - dot(prices, after.tokens)
        valued = dot(prices, before.tokens)
        rest = before.usd - valued
        pieces_before = min(max(0.0, rest), before.usd) if after.pieces_usd > 0 or valued <= 0 else 0.0
        self.pieces_usd += share * factor * (pieces_after - pieces_before)
        self.price_usd += share * factor * (pieces_before - rest)
        self.multiplier_usd += share * after.usd * ((factor if after.factor is None else after.factor) - factor)
        self._paid_usd += share * (before.usd - pieces_before)
        self._valued_usd += share * valued


def prices_of(before: MeanCall, after: MeanCall, *, is_same_model: bool = True) -> Four:
    """The price of a token of each kind now.

    For a kind that is not used now it is derived from the usual cost of the same model if that fits the others, else
    from the list ratio.
    """
    base = after.base_price
    if base is None:
        base = before.base_price or 0.0
    known = [
        (after.costs[kind] / after.tokens[kind] if after.costs is not None else base * LIST_RATIOS[kind])
        if after.tokens[kind] > 0
        else None
        for kind in range(4)
    ]
    missing = sum(base * LIST_RATIOS[kind] * before.tokens[kind] for kind in range(4) if known[kind] is None)
    fit = 1.0
    if missing > 0 and after.costs is not None and is_same_model:
        told = sum(price * before.tokens[kind] for kind, price in enumerate(known) if price is not None)
        fit = (before.usd - told) / missing
        fit = fit if LEAST_FIT <= fit <= MOST_FIT else 1.0
    a, b, c, d = (price if price is not None else fit * base * LIST_RATIOS[kind] for kind, price in enumerate(known))
    return a, b, c, d


def dot(prices: Four, tokens: Four) -> float:
    return sum(price * count for price, count in zip(prices, tokens, strict=True))
