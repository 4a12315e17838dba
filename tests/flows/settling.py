"""Waiting for what is to happen: as long as it takes, and no longer."""

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot

LONGEST_S = 40.0
STEP_S = 0.02


async def settle(pilot: Pilot[None], happened: Callable[[], object], what: str) -> None:
    """Wait until something has happened; the limit is there for a failing test only."""
    deadline = asyncio.get_running_loop().time() + LONGEST_S
    while not happened():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"did not happen: {what}")
        await pilot.pause()
        await asyncio.sleep(STEP_S)
