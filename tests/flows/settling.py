"""Waiting for what is to happen: as long as it takes, and no longer."""

import asyncio
from collections.abc import Callable

from textual.pilot import Pilot

LONGEST_S = 40.0
STEP_S = 0.02


async def settle(pilot: Pilot[None], happened: Callable[[], object], what: str) -> None:
    """Wait until something has happened, and every widget knows; the limit is there for a failing test only.

    The pilot's pause sends a message to each widget: while nothing has happened yet, only time has to pass.
    """
    deadline = asyncio.get_running_loop().time() + LONGEST_S
    while not happened():
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"did not happen: {what}")
        await asyncio.sleep(STEP_S)
        if pilot.app._exception is not None or happened():
            await pilot.pause()
