"""Prices from call records: the multiplier of each group, and the price of a token of each model.

Every record carries its multiplier: one record with a new value proves a change. Token prices follow from the cost
parts of a record; tiers and long contexts differ in price, so only records of one tier and of similar contexts are
compared, and several must agree.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from tui.domain.usage import Call
from tui.triage.causes import Uses

SAME = 0.02
"""Prices that differ by less count as equal."""
ABOUT = 0.1
OVERLAP = timedelta(minutes=10)
"""Old and new prices may overlap for this long: calls in progress, and nodes that learn of it later."""
TOLD_FOR = timedelta(hours=24)
KEPT_FOR = timedelta(days=28)
LOOKED_EVERY = timedelta(hours=12)
LEAST_CALLS, LEAST_KEYS, LEAST_OF_ONE = 5, 2, 8
"""A list price has changed if this many calls of two keys say so, or this many of one key."""
MOST_PRICES = 50
"""A token with this many prices in a day has no list price."""
A_MINUTE = 2
"""Similar records of one minute share a price: only this many are read."""

GroupLane = tuple[int | None, bool]
"""A group, and whether calls are charged by the piece: images may have a multiplier of their own."""
ModelLane = tuple[int | None, str, str | None]
"""Group, model and service tier: each may have its own list price."""


class PriceChange(Struct, frozen=True):
    """A price that changed at some moment."""

    group_id: int | None
    group_name: str | None
    model: str | None
    """The model with the new token price; None: the multiplier changed, for all models of the group."""
    before: float
    after: float
    """Multipliers; for a model the cost of the same tokens, relative to before."""
    since: datetime
    keys: frozenset[int]
    """The keys that use it."""
    calls: int
    """The number of calls at the new price."""
    billed_usd: float
    """The cost of those calls."""
    by_piece: bool = False

    @property
    def times(self) -> float:
        """The new price as a multiple of the old one."""
        return self.after / self.before

    @property
    def is_rise(self) -> bool:
        """Whether the price rose."""
        return self.times > 1 + SAME

    def affects(self, key_id: int, model: str) -> bool:
        """Whether a key pays it for a model."""
        return key_id in self.keys and self.model in (None, model)

    def is_like(self, times: float) -> bool:
        """Whether it is a list price that rose about this many times."""
        return self.model is not None and self.is_rise and abs(times / self.times - 1) < ABOUT

    def is_of(self, other: "PriceChange") -> bool:
        """Whether the other change is of the same price."""
        return self.model == other.model and (self.group_id, self.by_piece) == (other.group_id, other.by_piece)


class KeyMove(Struct, frozen=True):
    """A key that was moved to a group with another multiplier."""

    key_id: int
    group_before: str | None
    group_after: str | None
    before: float
    after: float
    since: datetime


class GroupRate(Struct, frozen=True):
    """The multiplier of a group at its last use."""

    group_id: int | None
    by_piece: bool
    multiplier: float
    at: datetime


class KnownPrices(Struct, frozen=True):
    """Known prices; worth storing, because a group may be idle for longer than call records are kept."""

    rates: tuple[GroupRate, ...] = ()
    changes: tuple[PriceChange, ...] = ()
    """The latest change of each price."""
    in_force: tuple[PriceChange, ...] = ()
    """Changes of the last day that still hold."""
    moves: tuple[KeyMove, ...] = ()


class _Seen(Struct):
    """Calls at one price."""

    first: datetime
    last: datetime
    calls: int = 0
    billed_usd: float = 0.0
    keys: set[int] = field(default_factory=set)

    def take(self, at: datetime, usd: float) -> None:
        if at < self.first:
            self.first = at
        elif at > self.last:
            self.last = at
        self.calls += 1
        self.billed_usd += usd

    def joined(self, other: "_Seen") -> "_Seen":
        first, last = min(self.first, other.first), max(self.last, other.last)
        return _Seen(first, last, self.calls + other.calls, self.billed_usd + other.billed_usd, self.keys | other.keys)


class _Kind(Struct):
    """Calls with the same key, group, multiplier, model and tier."""

    seen: _Seen
    prices: dict[tuple[int, int], dict[float, _Seen]] | None
    """Prices of their model by kind of token and size of context; None: their tokens reveal no price."""
    minute: int = -1
    left: int = 0


class PriceLedger:
    """Collects prices from call records, which may come in any order, each once."""

    def __init__(self) -> None:
        self._kinds: dict[int, tuple[object, _Kind | None]] = {}
        self._of_keys: dict[tuple[GroupLane, float, int], _Seen] = {}
        self._rates: dict[GroupLane, set[float]] = {}
        self._names: dict[int | None, str | None] = {}
        self._models: dict[ModelLane, dict[tuple[int, int], dict[float, _Seen]]] = {}

    def take(self, calls: Iterable[Call]) -> None:
        """Count calls except those paid by a plan: its multiplier may depend on the hour of the day."""
        for call in calls:
            traits = call.traits
            # The traits are kept beside the result, so that no other object can reuse their id.
            found = self._kinds.get(id(traits)) or self._meet(call)
            kind = found[1]
            if kind is None:
                continue
            at = call.at
            kind.seen.take(at, call.billed_number)
            if kind.prices is not None:
                if at.minute != kind.minute:
                    kind.minute, kind.left = at.minute, A_MINUTE
                if kind.left > 0:
                    kind.left -= 1
                    _take_prices(call, kind.prices)

    def _meet(self, call: Call) -> tuple[object, _Kind | None]:
        traits = call.traits
        kind = None
        if call.is_wallet and call.rate_multiplier > 0:
            by_piece = call.is_by_piece
            lane = call.group_id, by_piece
            self._names[call.group_id] = call.group_name
            self._rates.setdefault(lane, set()).add(call.rate_multiplier)
            seen = self._of_keys.setdefault(
                (lane, call.rate_multiplier, call.key_id), _Seen(call.at, call.at, keys={call.key_id})
            )
            prices = None
            if not by_piece and call.model:  # calls of unknown models have no price in common
                prices = self._models.setdefault((call.group_id, call.model, call.service_tier), {})
            kind = _Kind(seen, prices)
        found = self._kinds[id(traits)] = traits, kind
        return found

    def known(self, before: KnownPrices, now: datetime) -> KnownPrices:
        """Combine the prices of these records with those known before."""
        rates = {(one.group_id, one.by_piece): one for one in before.rates}
        found: list[PriceChange] = []
        latest: dict[GroupLane, GroupRate] = {}
        for lane, values in self._seen_by_group(rates).items():
            multiplier, last = max(values.items(), key=lambda one: one[1].last)
            latest[lane] = GroupRate(*lane, multiplier, last.last)
            step = _step(values, 0.0)
            if step is not None:
                before_it, after, seen = step
                keys = frozenset[int]().union(*(one.keys for one in values.values()))
                name = self._names.get(lane[0])
                found.append(
                    PriceChange(
                        lane[0], name, None, before_it, after, seen.first, keys, seen.calls, seen.billed_usd, lane[1]
                    )
                )
        models = list(self._model_changes())
        kept = [one for one in before.changes if now - one.since < KEPT_FOR]
        changes = (*found, *models, *(one for one in kept if not any(one.is_of(new) for new in (*found, *models))))
        in_force = [one for one in changes if one.model is None and _holds(one, latest, now)]
        in_force += [one for one in models if now - one.since < TOLD_FOR]
        return KnownPrices(
            tuple({**rates, **latest}.values()),
            changes,
            tuple(sorted(in_force, key=lambda one: -one.billed_usd)),
            tuple(self._moves()),
        )

    def _seen_by_group(self, rates: Mapping[GroupLane, GroupRate]) -> dict[GroupLane, dict[float, _Seen]]:
        """Group by lane and multiplier; a multiplier known from before counts as seen, but by no key."""
        found: dict[GroupLane, dict[float, _Seen]] = {}
        for (lane, multiplier, _key_id), seen in self._of_keys.items():
            values = found.setdefault(lane, {})
            values[multiplier] = seen.joined(values[multiplier]) if multiplier in values else seen
        for lane, values in found.items():
            old = rates.get(lane)
            if old is not None and old.at < min(one.first for one in values.values()):
                sighting = _Seen(old.at, old.at)
                values[old.multiplier] = sighting.joined(values.get(old.multiplier, sighting))
        return found

    def _model_changes(self) -> Iterator[PriceChange]:
        """Changes of token prices, one for each model across groups and tiers."""
        told: dict[str, PriceChange] = {}
        for (_group_id, model, _tier), tables in self._models.items():
            if not any(len(values) > 1 for values in tables.values()):
                continue
            step = _model_step(tables)
            if step is not None:
                times, seen, keys = step
                change = PriceChange(None, None, model, 1.0, times, seen.first, keys, seen.calls, seen.billed_usd)
                told[model] = _together(told[model], change) if model in told else change
        yield from told.values()

    def _moves(self) -> Iterator[KeyMove]:
        """The keys that moved to a group with another multiplier."""
        by_key: dict[int, list[tuple[GroupLane, float, _Seen]]] = {}
        if len(self._rates) < 2:
            return
        for (lane, multiplier, key_id), seen in self._of_keys.items():
            if not lane[1]:
                by_key.setdefault(key_id, []).append((lane, multiplier, seen))
        for key_id, lanes in by_key.items():
            if len({lane for lane, _multiplier, _seen in lanes}) < 2:
                continue
            after = max(lanes, key=lambda one: one[2].last)
            first = min(seen.first for lane, _multiplier, seen in lanes if lane == after[0])
            others = [one for one in lanes if one[0] != after[0]]
            before = max(others, key=lambda one: one[2].last)
            if before[2].last <= first + OVERLAP and before[1] != after[1]:
                names = self._names.get(before[0][0]), self._names.get(after[0][0])
                yield KeyMove(key_id, *names, before[1], after[1], first)


def learn_prices(known: KnownPrices, calls: Sequence[Call]) -> KnownPrices:
    """Learn prices from more calls, in time order, as if looking twice a day."""
    first, last = 0, 0
    while last < len(calls):
        until = calls[last].at + LOOKED_EVERY
        while last < len(calls) and calls[last].at < until:
            last += 1
        while calls[first].at < until - TOLD_FOR:
            first += 1
        ledger = PriceLedger()
        ledger.take(calls[first:last])
        known = ledger.known(known, calls[last - 1].at)
    return known


def extra_usd_per_h(change: PriceChange, usual: Mapping[int, Uses], now: datetime) -> float:
    """The extra cost of a change in an hour: at its keys' usual use, or as measured since, whichever is higher."""
    usual_usd = sum(
        float(sums.billed_usd) / hours
        for key_id, (models, hours) in usual.items()
        for model, sums in models.items()
        if hours > 0 and change.affects(key_id, model)
    )
    hours = max(1.0, (now - change.since) / timedelta(hours=1))
    return max(usual_usd * (change.times - 1), change.billed_usd * (1 - 1 / change.times) / hours)


def price_parts(changes: Iterable[PriceChange], uses: Mapping[int, Uses]) -> dict[int, float]:
    """The share of each key's recent cost that is due to risen prices."""
    rises = [one for one in changes if one.is_rise]
    found: dict[int, float] = {}
    for key_id, (models, _hours) in uses.items() if rises else ():
        spent = sum(float(sums.billed_usd) for sums in models.values())
        dearer = 0.0
        for model, sums in models.items():
            times = 1.0
            for one in rises:
                times *= one.times if one.affects(key_id, model) else 1.0
            dearer += float(sums.billed_usd) * (1 - 1 / times)
        if dearer > 0 and spent > 0:
            found[key_id] = dearer / spent
    return found


def _together(one: PriceChange, other: PriceChange) -> PriceChange:
    """Join changes of one list price in two groups: the one with more calls wins; if they agree, both count."""
    first, second = (one, other) if one.calls >= other.calls else (other, one)
    if not _agree([first.times, second.times]):
        return first
    return replace(
        first,
        since=min(first.since, second.since),
        keys=first.keys | second.keys,
        calls=first.calls + second.calls,
        billed_usd=first.billed_usd + second.billed_usd,
    )


def _take_prices(call: Call, tables: dict[tuple[int, int], dict[float, _Seen]]) -> None:
    """Record the price of each kind of token in a call as a rounded logarithm, so that similar prices coincide.

    Tokens written to a cache for an hour have another price and are skipped.
    """
    tokens, costs = call.token_costs
    size = (tokens[0] + tokens[2] + tokens[3]).bit_length()
    at, usd = call.at, call.billed_number
    for kind in range(4):
        if tokens[kind] <= 0 or costs[kind] <= 0 or (kind == 2 and call.cache_creation_1h_tokens):
            continue
        price = round(math.log(costs[kind] / tokens[kind]), 2)
        values = tables.setdefault((kind, size), {})
        seen = values.get(price)
        if seen is None:
            if len(values) >= MOST_PRICES:
                continue
            seen = values[price] = _Seen(at, at)
        seen.take(at, usd)
        seen.keys.add(call.key_id)


def _step(values: Mapping[float, _Seen], same: float) -> tuple[float, float, _Seen] | None:
    """The value before, the value now, and its sightings; None if unchanged, or if both occur side by side."""
    if len(values) < 2:
        return None
    now = max(values, key=lambda value: values[value].last)
    seen = values[now]
    others: dict[float, _Seen] = {}
    for value, one in values.items():
        if abs(value - now) <= same:
            seen = seen.joined(one) if one is not seen else seen
        else:
            others[value] = one
    if not others or any(one.last > seen.first + OVERLAP for one in others.values()):
        return None
    return max(others, key=lambda value: others[value].last), now, seen


def _model_step(tables: Mapping[tuple[int, int], Mapping[float, _Seen]]) -> tuple[float, _Seen, frozenset[int]] | None:
    """How many times dearer a token is, with sightings and users: all sizes of contexts must agree."""
    steps = {place: step for place, values in tables.items() if (step := _step(values, SAME)) is not None}
    found: dict[int, list[tuple[float, _Seen]]] = {}
    for (kind, _size), (before, after, seen) in steps.items():
        found.setdefault(kind, []).append((math.exp(after - before), seen))
    if not found:
        return None
    since = min(seen.first for _before, _after, seen in steps.values())
    for (kind, size), values in tables.items():
        is_on_both = any(one.first < since < one.last for one in values.values())
        if kind in found and (kind, size) not in steps and is_on_both:
            del found[kind]
    agreed = {kind: told for kind, told in found.items() if _agree([times for times, _seen in told])}
    if not agreed:
        return None
    # The kind of token seen in the most calls stands for all: mostly all kinds rise alike.
    told = max(agreed.values(), key=lambda one: sum(seen.calls for _times, seen in one))
    seen = told[0][1]
    for _times, one in told[1:]:
        seen = seen.joined(one)
    is_enough = seen.calls >= (LEAST_CALLS if len(seen.keys) >= LEAST_KEYS else LEAST_OF_ONE)
    users = frozenset[int]().union(*(one.keys for values in tables.values() for one in values.values()))
    return (told[0][0], seen, users) if is_enough else None


def _agree(times: list[float]) -> bool:
    return max(times) <= min(times) * (1 + 2 * SAME) and abs(times[0] - 1) > SAME


def _holds(change: PriceChange, latest: Mapping[GroupLane, GroupRate], now: datetime) -> bool:
    """Whether a multiplier is still in force, and recent."""
    rate = latest.get((change.group_id, change.by_piece))
    return now - change.since < TOLD_FOR and rate is not None and rate.multiplier == change.after
