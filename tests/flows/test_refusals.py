"""Calls that are refused, on the screen: an empty wallet first, and a limit of one key with what helps."""

import random

import pytest

from tests.flows.types import Start
from tui.demo.app import DemoGateway
from tui.demo.calendar import SECOND
from tui.demo.errors import Failure
from tui.demo.past_errors import error_row
from tui.demo.refusals import NO_BALANCE, WINDOW_FULL


@pytest.fixture
def demo() -> DemoGateway:
    """A gateway on which nothing else happens."""
    return DemoGateway(seed=1, scenario="quiet")


def refuse(demo: DemoGateway, failure: Failure, times: int, *, keys: int) -> list[str]:
    """Have the newest calls of some keys refused, one after the other; returns their names."""
    world, draw = demo.world, random.Random(1)
    streams = {one.strand.trait.key_id: one for one in world.streams if not one.client.deleted}
    traits = [stream.strand.trait for stream in streams.values()][:keys]
    for n in range(times):
        when, trait = world.clock.now() - n * 3 * SECOND, traits[n % keys]
        world.errors.add(lambda row_id, w=when, t=trait: error_row(row_id, w, t, failure, draw))  # type: ignore[misc]
    return [world.keys[trait.key_id].name for trait in traits]


async def test_an_empty_wallet_comes_first_and_there_is_nothing_else_to_do(aktop: Start, demo: DemoGateway) -> None:
    demo.world.user.balance = -1
    refuse(demo, NO_BALANCE, 40, keys=3)
    async with aktop() as run:
        await run.shows("■ REFUSED  wallet empty: every call that it pays is refused")
        await run.press("T")
        await run.shows("4 Retries", "wallet empty: every call", "recharge the wallet: nothing works before")
        assert "LOW BALANCE" not in run.text()


async def test_more_refusals_than_a_page_are_counted_to_their_begin(aktop: Start, demo: DemoGateway) -> None:
    (name,) = refuse(demo, WINDOW_FULL["1d"], 130, keys=1)
    async with aktop() as run:
        await run.shows(f"▲ REFUSED  {name}: 13", "refusals by its own 1 d limit")
        await run.press("T")
        await run.shows("raise it or stop the client")
