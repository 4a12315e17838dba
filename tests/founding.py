"""Accounts of the embedded gateway, founded once: to draw thirty days takes ten times as long as to copy them."""

import io
import pickle
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from tui.demo.calendar import instant
from tui.demo.clock import Clock
from tui.demo.founding import found_world
from tui.demo.options import DemoOptions
from tui.demo.world import World

CLOCK, OPTIONS = "clock", "options"
_SECOND = 1_000_000


class Founded:
    """A world to be copied. What never changes in one, its past above all, is shared by all copies."""

    def __init__(self, world: World) -> None:
        self._shared: dict[str, Any] = dict(_unchanging(world))
        names = {id(one): name for name, one in self._shared.items()}
        names |= {id(world.clock): CLOCK, id(world.options): OPTIONS}
        kept = io.BytesIO()
        pickler = pickle.Pickler(kept, pickle.HIGHEST_PROTOCOL)
        pickler.persistent_id = lambda one: names.get(id(one))
        pickler.dump(world)
        self._kept = kept.getvalue()

    def copy(self, clock: Clock, options: DemoOptions) -> World:
        """A world of one's own."""
        found = {**self._shared, CLOCK: clock, OPTIONS: options}
        unpickler = pickle.Unpickler(io.BytesIO(self._kept))
        unpickler.persistent_load = found.__getitem__
        return unpickler.load()


def found_or_copy(seed: int, scenario: str, clock: Clock, options: DemoOptions, email: str, password: str) -> World:
    """In place of `found_world`: the account of the same second, of which the rest is traffic."""
    second = clock.now() // _SECOND * _SECOND
    return _founded(seed, scenario, second, clock.zone_name, email, password).copy(clock, options)


@lru_cache(maxsize=32)
def _founded(seed: int, scenario: str, second: int, zone: str, email: str, password: str) -> Founded:
    clock = Clock(None, zone)
    clock.source = lambda: instant(second, clock.zone)
    return Founded(found_world(seed, scenario, clock, DemoOptions(), email, password))


def _unchanging(world: World) -> Iterator[tuple[str, Any]]:
    yield "hours", world.ledger.hours
    yield "scenario", world.scenario
    for strand in world.ledger.strands:
        for name in ("trait", "block", "cells", "sums"):
            yield f"{strand.index} {name}", getattr(strand, name)
    yield "incident", world.scenario.incident
    for number, stream in enumerate(world.streams):
        yield f"{number} habit", stream.habit
        yield f"{number} client", stream.client
    for number, group in world.group_of.items():
        yield f"group {number}", group
