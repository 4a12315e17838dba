"""Accounts by name: quiet ones of a kind, and the same with something that goes wrong."""

import random
from collections.abc import Callable, Mapping
from typing import Final

from tests.triage.kinds import sketch
from tests.triage.prices import broken_cache, dear_model, price_list, raised_multiplier
from tests.triage.refusals import empty_wallet, own_limit, upstream_down
from tests.triage.spending import (
    agents_run,
    deadline,
    dormant_key,
    grows,
    new_key,
    published_key,
    run,
    slow_leak,
    small_key,
    stolen_key,
    two_causes,
)
from tests.triage.worlds import Sketch, World

INCIDENTS: Final[Mapping[str, Callable[[Sketch, random.Random], None]]] = {
    "run ×5": lambda at, draw: run(at, draw, 5),
    "run ×10": lambda at, draw: run(at, draw, 10),
    "agents ×5": lambda at, draw: agents_run(at, draw, 5),
    "agents ×10": lambda at, draw: agents_run(at, draw, 10),
    "leak of 1 day": lambda at, draw: slow_leak(at, draw, 1),
    "leak of 2 days": lambda at, draw: slow_leak(at, draw, 2),
    "growth of 20 % a day": lambda at, draw: grows(at, draw, 1.2),
    "small key": small_key,
    "new key": new_key,
    "dormant key": dormant_key,
    "stolen key": stolen_key,
    "stolen key ×3": lambda at, draw: stolen_key(at, draw, 3),
    "published key": published_key,
    "dear model": dear_model,
    "broken cache": broken_cache,
    "multiplier ×2": raised_multiplier,
    "price list ×2": price_list,
    "own limit": own_limit,
    "empty wallet": empty_wallet,
    "provider down": upstream_down,
    "deadline": deadline,
    "two causes": two_causes,
}


def quiet_world(kind: str, seed: int) -> World:
    """An account of a kind in whose judged week nothing is wrong."""
    return sketch(kind, seed).world()


def guilty_world(kind: str, seed: int, incident: str) -> World:
    """The same with an incident of a sort."""
    at = sketch(kind, seed)
    INCIDENTS[incident](at, at.draw(incident))
    return at.world()
