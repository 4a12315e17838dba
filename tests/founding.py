"""Accounts of the embedded gateway, founded once: to draw thirty days takes ten times as long as to copy them."""

import io
import pickle
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from tui.demo import founding
from tui.demo.calendar import Hours, instant
from tui.demo.clock import Clock
from tui.demo.founding import found_world
from tui.demo.options import DemoOptions
from tui.demo.plan import CLIENTS, Client, Habit
from tui.demo.scenarios import Scenario, open_scenario
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


LIGHTER = 3
"""By so many times are calls fewer in some tests, and larger: what they cost is the same, and a third is read."""


def found_light(seed: int, scenario: str, clock: Clock, options: DemoOptions, email: str, password: str) -> World:
    """Like `found_or_copy`, with fewer and larger calls, for tests that read the whole account each time."""
    second = clock.now() // _SECOND * _SECOND
    with patch.object(founding, "CLIENTS", _CLIENTS), patch.object(founding, "open_scenario", _open_scenario):
        founded = _founded(seed, scenario, second, clock.zone_name, email, password, is_light=True)
    return founded.copy(clock, options)


def _light(client: Client) -> Client:
    return replace(client, habits=_light_habits(client.habits))


def _light_habits(habits: tuple[Habit, ...]) -> tuple[Habit, ...]:
    def light(one: Habit) -> Habit:
        fewer, context, output = one.calls_per_hour / LIGHTER, one.context * LIGHTER, one.output * LIGHTER
        return replace(one, calls_per_hour=fewer, context=context, output=output)

    return tuple(map(light, habits))


_CLIENTS = tuple(map(_light, CLIENTS))


def _open_scenario(name: str, hours: Hours) -> Scenario:
    found = open_scenario(name, hours)
    incident = found.incident
    if incident is not None:
        incident = replace(incident, habits=_light_habits(incident.habits))
    return replace(found, incident=incident, newcomers=tuple(map(_light, found.newcomers)))


def found_or_copy(seed: int, scenario: str, clock: Clock, options: DemoOptions, email: str, password: str) -> World:
    """In place of `found_world`: the account of the same second, of which the rest is traffic."""
    second = clock.now() // _SECOND * _SECOND
    return _founded(seed, scenario, second, clock.zone_name, email, password).copy(clock, options)


@lru_cache(maxsize=32)
def _founded(
    seed: int, scenario: str, second: int, zone: str, email: str, password: str, *, is_light: bool = False
) -> Founded:
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
