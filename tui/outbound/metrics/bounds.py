"""Which keys and models have series of their own: up to a limit, the rest is `other`.

A key keeps its series: if the dearest were chosen each time, counters would jump with every change of rank.
"""

from collections.abc import Collection, Mapping

from msgspec import Struct

OTHER = "other"
OTHER_KEY = -1
"""Stands for the keys without series."""
_TAKES_OVER = 2.0
"""A key must have spent this many times as much as another to take its place."""


class Bounds(Struct, frozen=True):
    """How many series an account may have."""

    keys: int = 50
    models: int = 20
    combinations: int = 1000
    """Of key, group and model, with six series each."""
    errors: int = 200
    """Of key, status and category."""


def settled(held: Collection[int], spent_usd: Mapping[int, float], most: int) -> tuple[int, ...]:
    """The keys that have series, given those that hold some: free places go to the dearest.

    >>> settled((), {7: 1.0, 8: 3.0, 9: 2.0}, 2)
    (8, 9)
    >>> settled((8, 9), {7: 2.5, 8: 3.0, 9: 2.0}, 2), settled((8, 9), {7: 5.0, 8: 3.0, 9: 2.0}, 2)
    ((8, 9), (8, 7))
    """
    kept = sorted(held, key=lambda key_id: -spent_usd.get(key_id, 0.0))[:most]
    for key_id in sorted(spent_usd.keys() - set(kept), key=lambda one: (-spent_usd[one], one)):
        if len(kept) < most:
            kept.append(key_id)
            continue
        least = min(kept, key=lambda one: spent_usd.get(one, 0.0), default=None)
        if least is None or spent_usd[key_id] <= _TAKES_OVER * spent_usd.get(least, 0.0):
            break
        kept[kept.index(least)] = key_id
    return tuple(kept)
