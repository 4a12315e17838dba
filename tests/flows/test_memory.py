"""What was left is let go of: screens that were closed, and accounts with their calls."""

import asyncio
import gc
import weakref
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

from textual.screen import Screen

from tests.flows.doorway import begun, doors_of, write_profiles
from tests.flows.types import Start
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.monitor.burn import BASE_CALLS

OPENING = ("enter", "c", "e", "T", "question_mark", "t", "v", "m", "w", "L", "D", "slash")


def alive(earlier: Collection[Screen[Any]] = ()) -> list[Screen[Any]]:
    """The screens that there are after a collection, but for some that others have left."""
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Screen) and one not in earlier]


def drop_cancelled_timeouts() -> None:
    """Until its time an event loop keeps what a cancelled timeout holds, unless most of many are cancelled."""
    loop = asyncio.get_running_loop()
    for _ in range(1000):
        loop.call_later(3600, int).cancel()


async def test_no_screen_outlives_its_closing(aktop: Start) -> None:
    earlier = weakref.WeakSet(alive())
    async with aktop() as run:
        await run.on_key("batch-nightly")
        depth = len(run.app.screen_stack)
        for key in OPENING:
            await run.press(key)
            await run.until(lambda: len(run.app.screen_stack) > depth, f"what {key} opens")
            await run.press("escape")
            await run.until(lambda: len(run.app.screen_stack) == depth, "back")
        open_now = Counter(type(one).__name__ for one in run.app.screen_stack)
        drop_cancelled_timeouts()
        left = weakref.WeakSet(alive(earlier))  # to look through all objects again and again takes ten seconds
        for _ in range(100):
            if not (extra := Counter(type(one).__name__ for one in left) - open_now):
                break
            await asyncio.sleep(0.05)  # timers of a closed screen may still run out
            gc.collect()
        assert not extra


async def test_leaving_an_account_frees_its_calls(demo: DemoGateway, tmp_path: Path) -> None:
    other = DemoGateway(seed=2, scenario="quiet")
    with running(demo) as first, running(other) as second:
        write_profiles(tmp_path, {"one": {"url": f'"{first}"'}, "two": {"url": f'"{second}"'}})
        profiles = doors_of(tmp_path, profile="two")
        opened = profiles.open(profiles.start)
        await opened.client.login(other.email, other.password)
        await opened.aclose()
        async with begun(doors_of(tmp_path, profile="one"), demo) as run:
            await run.shows("● live", "batch-nightly")
            await run.until(lambda: BASE_CALLS in run.app.monitor.snapshot.calls, "calls")
            log = weakref.ref(run.app.monitor.snapshot.calls[BASE_CALLS].log)
            monitor = weakref.ref(run.app.monitor)
            await run.press("c")
            await run.press("colon")
            await run.shows("two")
            await run.press("down", "enter")
            await run.until(lambda: run.app.account.services.settings.profile == "two", "the other account")
            await run.shows("● live")
            await run.until(lambda: (gc.collect(), log() is None and monitor() is None)[1], "the calls are gone")
