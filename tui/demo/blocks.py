"""Prototype calls of one habit, drawn once, with their running sums.

History holds about a hundred thousand calls, and nobody may wait for them. An hour of a habit is therefore a run of
neighbouring prototypes: the run and its length are drawn at random, its sums are the difference of two running sums,
and a row is created only on request. Sums and rows cannot disagree, as both come from the same block.
"""

import random
from dataclasses import dataclass
from itertools import accumulate

from tui.demo.catalogue import Group, Model
from tui.demo.measures import Measures, Packed, pack
from tui.demo.plan import Habit

FRACTION_BITS = 10
LARGEST, SMALLEST = 1024, 64


@dataclass(frozen=True, slots=True)
class Prototype:
    """The part of a call that its habit decides."""

    input_tokens: int
    output_tokens: int
    cache_creation_tokens: int
    cache_read_tokens: int
    duration_ms: int
    first_token_ms: int | None
    fraction: int
    """Where in its slot of the hour the call falls, of 1024."""


@dataclass(frozen=True, slots=True)
class Block:
    """Prototypes in a ring, with running sums over two rounds of it."""

    prototypes: tuple[Prototype, ...]
    sums: tuple[Packed, ...]

    def __len__(self) -> int:
        return len(self.prototypes)

    def run(self, offset: int, count: int) -> Packed:
        """The sums over `count` prototypes from `offset` on, around the ring as often as needed."""
        rounds, rest = divmod(count, len(self.prototypes))
        return rounds * self.sums[len(self.prototypes)] + self.sums[offset + rest] - self.sums[offset]


def size_for(calls_per_hour: float) -> int:
    """Enough prototypes that a busy hour does not repeat itself."""
    size = SMALLEST
    while size < min(LARGEST, 2.5 * calls_per_hour):
        size *= 2
    return size


def draw(rng: random.Random, habit: Habit, model: Model, streamed: bool) -> Prototype:
    """One call of a habit."""
    context = int(habit.context * rng.lognormvariate(0, habit.spread)) + 1 if habit.spread else habit.context
    read = int(context * min(0.99, habit.cached * rng.uniform(0.94, 1.06)))
    creation = int((context - read) * rng.uniform(0.4, 0.6)) if model.cache_creation_price else 0
    output = int(habit.output * rng.lognormvariate(0, 0.6)) + 1
    first = int(rng.lognormvariate(6.7, 0.4)) if streamed else None
    duration = (first or rng.randint(250, 700)) + int(output * rng.uniform(8, 22))
    return Prototype(context - read - creation, output, creation, read, duration, first, rng.getrandbits(FRACTION_BITS))


def cost_of(prototype: Prototype, model: Model) -> int:
    """The list price of a call, in units."""
    return (
        prototype.input_tokens * model.input_price
        + prototype.output_tokens * model.output_price
        + prototype.cache_creation_tokens * model.cache_creation_price
        + prototype.cache_read_tokens * model.cache_read_price
    )


def measure(prototype: Prototype, model: Model, group: Group) -> Packed:
    """A call's contribution to every sum."""
    cost = cost_of(prototype, model)
    return pack(
        Measures(
            1,
            prototype.input_tokens,
            prototype.output_tokens,
            prototype.cache_creation_tokens,
            prototype.cache_read_tokens,
            prototype.duration_ms,
            cost,
            cost * group.tenths // 10,
        )
    )


def make_block(rng: random.Random, habit: Habit, model: Model, group: Group, streamed: bool) -> Block:
    """A ring of calls of a habit."""
    prototypes = tuple(draw(rng, habit, model, streamed) for _ in range(size_for(habit.calls_per_hour)))
    each = [measure(prototype, model, group) for prototype in prototypes]
    return Block(prototypes, tuple(accumulate(each + each, initial=0)))
