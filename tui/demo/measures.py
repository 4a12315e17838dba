"""Sums over call records, packed into one integer.

A sum over a month touches tens of thousands of hourly figures. Eight counters side by side in one wide integer are
added, subtracted and repeated in a single operation, and stay exact; `unpack` separates them at the end.
"""

from typing import NamedTuple, TypeAlias

from tui.demo.money import Units

Packed: TypeAlias = int

LANE_BITS = 64
LANE_MASK = (1 << LANE_BITS) - 1
LANE_SHIFTS = tuple(LANE_BITS * lane for lane in range(8))


class Measures(NamedTuple):
    """The sums of some call records. No lane ever becomes negative, and each stays below 2⁶⁴."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_tokens: int = 0
    cache_read_tokens: int = 0
    duration_ms: int = 0
    cost: Units = 0
    """At list price."""
    actual_cost: Units = 0
    """Charged, after the multiplier."""

    @property
    def total_tokens(self) -> int:
        """All four kinds together, as the gateway counts them."""
        return self.input_tokens + self.output_tokens + self.cache_creation_tokens + self.cache_read_tokens


def pack(measures: Measures) -> Packed:
    """The eight sums as one integer, the first lane lowest."""
    packed = 0
    for value, shift in zip(measures, LANE_SHIFTS, strict=True):
        packed |= value << shift
    return packed


def unpack(packed: Packed) -> Measures:
    """The eight sums, separated."""
    return Measures(*[(packed >> shift) & LANE_MASK for shift in LANE_SHIFTS])


def calls_of(packed: Packed) -> int:
    """Only the number of calls, for counting and paging."""
    return packed & LANE_MASK


def actual_of(packed: Packed) -> Units:
    """Only the charged amount, for limits and spending."""
    return (packed >> LANE_SHIFTS[7]) & LANE_MASK
