"""A strand: all calls of one key with one model, one group and one streaming mode, past and live.

Everything that the gateway filters and groups by is the same for all calls of a strand, so a filter selects strands and
a statistic adds them up. All figures are based on `upto`: the sums of calls before a moment.
"""

import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import accumulate

from tui.demo.blocks import FRACTION_BITS, Block, Prototype
from tui.demo.calendar import Hours, Moment
from tui.demo.catalogue import Group, Model
from tui.demo.measures import Measures, Packed, pack
from tui.demo.money import Units
from tui.demo.plan import Caller


@dataclass(frozen=True, slots=True)
class Trait:
    """Properties shared by all calls of a strand."""

    key_id: int
    group: Group
    model: Model
    caller: Caller
    streamed: bool

    @property
    def request_type(self) -> str:
        """`stream` or `sync`, as in rows."""
        return "stream" if self.streamed else "sync"

    @property
    def billing_type(self) -> int:
        """0 = from the wallet, 1 = from a subscription."""
        return 1 if self.group.subscription else 0


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a strand: a run of its block, each call in its slot of the hour."""

    slots: int
    kept: int
    """Calls actually made: fewer than slots if the traffic ended within the hour."""
    offset: int
    extra: int
    """Input tokens added to each call, so that no two hours are the same."""


@dataclass(slots=True)
class Call:
    """One recorded call. `salt` determines what else a row shows: address, session, request id."""

    id: int
    trait: Trait
    created: Moment
    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int
    duration_ms: int
    first_token_ms: int | None
    salt: bytes

    @property
    def address(self) -> str:
        """The caller's address."""
        return self.trait.caller.addresses[self.salt[0] % len(self.trait.caller.addresses)]

    @property
    def actual(self) -> Units:
        """The charge for the call."""
        return self.cost * self.trait.group.tenths // 10

    @property
    def cost(self) -> Units:
        """The call's list price."""
        model = self.trait.model
        return (
            self.input_tokens * model.input_price
            + self.output_tokens * model.output_price
            + self.cache_creation_tokens * model.cache_creation_price
            + self.cache_read_tokens * model.cache_read_price
        )


@dataclass(slots=True)
class Strand:
    """The calls of one trait. The past never changes; live calls are added one by one."""

    index: int
    trait: Trait
    block: Block
    hours: Hours
    cells: list[Cell | None] = field(default_factory=list)
    sums: list[Packed] = field(default_factory=list)
    """Sums over the past before each hour; one more than there are hours."""
    live: list[tuple[Moment, int]] = field(default_factory=list)
    """Moment and id of the live calls, in order."""
    live_each: list[Packed] = field(default_factory=list)
    live_sums: list[Packed] = field(default_factory=lambda: [0])
    extra_token: Packed = field(init=False)
    """The contribution of one more input token to every sum."""

    def __post_init__(self) -> None:
        price = self.trait.model.input_price
        actual = price * self.trait.group.tenths // 10
        self.extra_token = pack(Measures(input_tokens=1, cost=price, actual_cost=actual))

    def close_past(self) -> None:
        """Sum up the past once all its hours are there."""
        hours = (self._hour_sums(cell, cell.kept) if cell else 0 for cell in self.cells)
        self.sums = list(accumulate(hours, initial=0))

    def cut(self, end: Moment) -> None:
        """Remove past calls from a moment on, where the traffic ended."""
        hour = self.hours.index(end)
        for later in range(hour + 1, len(self.cells)):
            self.cells[later] = None
        cell = self.cells[hour] if hour < len(self.cells) else None
        if cell is not None:
            self.cells[hour] = replace(cell, kept=self._count_before(hour, end))
        self.close_past()

    def upto(self, when: Moment) -> Packed:
        """The sums over all calls before a moment."""
        return self.past_upto(when) + self.live_upto(when)

    def live_upto(self, when: Moment) -> Packed:
        """The sums over the live calls before a moment."""
        return self.live_sums[bisect_left(self.live, (when, 0))]

    def past_upto(self, when: Moment) -> Packed:
        """The sums over the past calls before a moment."""
        hour = self.hours.index(when)
        if hour >= len(self.cells):
            return self.sums[-1]
        return self.sums[hour] + self.within(hour, when)

    def within(self, hour: int, when: Moment) -> Packed:
        """The sums over the past calls of an hour before a moment."""
        cell = self.cells[hour]
        return self._hour_sums(cell, self._count_before(hour, when)) if cell else 0

    def add(self, call: Call) -> None:
        """Record a live call; it may be a little older than the newest."""
        place = bisect_left(self.live, (call.created, call.id))
        self.live.insert(place, (call.created, call.id))
        self.live_each.insert(place, measures_of(call))
        del self.live_sums[place + 1 :]
        for each in self.live_each[place:]:
            self.live_sums.append(self.live_sums[-1] + each)

    def hour_moments(self, hour: int) -> list[Moment]:
        """When the past calls of an hour were recorded, in order."""
        cell = self.cells[hour]
        if cell is None:
            return []
        start, span = self.hours.start(hour), self.hours.span(hour)
        ring, size = self.block.prototypes, len(self.block)
        slots = cell.slots << FRACTION_BITS
        return [
            start + ((place << FRACTION_BITS) + ring[(cell.offset + place) % size].fraction) * span // slots
            for place in range(cell.kept)
        ]

    def past_call(self, call_id: int, hour: int, place: int, when: Moment) -> Call:
        """The past call at an index of an hour."""
        cell = self.cells[hour]
        assert cell is not None
        prototype = self.block.prototypes[(cell.offset + place) % len(self.block)]
        salt = hashlib.blake2b(b"%d/%d/%d/%d" % (self.index, hour, place, cell.offset), digest_size=16).digest()
        return make_call(call_id, self.trait, when, prototype, cell.extra, salt)

    def _count_before(self, hour: int, when: Moment) -> int:
        """The number of an hour's past calls before a moment: each has its slot of the hour."""
        cell = self.cells[hour]
        if cell is None:
            return 0
        start, span = self.hours.start(hour), self.hours.span(hour)
        if when <= start:
            return 0
        if when >= start + span:
            return cell.kept
        place = (when - start) * cell.slots // span
        fraction = self.block.prototypes[(cell.offset + place) % len(self.block)].fraction
        at = start + ((place << FRACTION_BITS) + fraction) * span // (cell.slots << FRACTION_BITS)
        return min(cell.kept, place + (at < when))

    def _hour_sums(self, cell: Cell, count: int) -> Packed:
        return self.block.run(cell.offset, count) + count * cell.extra * self.extra_token


def make_call(call_id: int, trait: Trait, when: Moment, prototype: Prototype, extra: int, salt: bytes) -> Call:
    """A call from a prototype."""
    return Call(
        call_id,
        trait,
        when,
        prototype.input_tokens + extra,
        prototype.output_tokens,
        prototype.cache_creation_tokens,
        prototype.cache_read_tokens,
        prototype.duration_ms,
        prototype.first_token_ms,
        salt,
    )


def measures_of(call: Call) -> Packed:
    """A recorded call's contribution to every sum."""
    return pack(
        Measures(
            1,
            call.input_tokens,
            call.output_tokens,
            call.cache_creation_tokens,
            call.cache_read_tokens,
            call.duration_ms,
            call.cost,
            call.actual,
        )
    )
