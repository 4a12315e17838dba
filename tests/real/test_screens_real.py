"""The screen against a real gateway: its figures, a key disabled and enabled, and an incident ended.

The incident is played only where AKTOP_REAL_RUNAWAY names the key that runs away (`gateway traffic --runaway NAME`
makes it); that key is enabled again at the end.
"""

import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tests.flows.settling import settle
from tests.real.test_headless_real import Real, own_key, real
from tui.account.services import services
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.domain.intents import KeyAction, KeyIntent
from tui.gateway.sub2api.values import LoggedIn
from tui.monitor.questions import AskKeyCosts, AskKeys, AskProfile
from widgets.live_table import LiveTable

__all__ = ["own_key", "real"]
pytestmark = pytest.mark.real


@asynccontextmanager
async def screen(real: Real, tmp_path: Path) -> AsyncIterator[Running]:
    """aktop on a screen, signed in to the real gateway."""
    settings = load({"url": real.url, "tz": "UTC", "interval_s": 5}, {}, tmp_path / "config.toml", tmp_path / "state")
    async with services(settings, {}) as opened:
        assert isinstance(await opened.client.login(real.email, real.password), LoggedIn)
        app = AktopApp(opened)
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            yield Running(app, pilot, None)  # type: ignore[arg-type]


async def test_the_screen_shows_the_balance_that_the_gateway_tells(real: Real, tmp_path: Path) -> None:
    async with screen(real, tmp_path) as run:
        await run.until(lambda: run.app.snapshot.data(AskProfile()) is not None, "the profile")
        profile = await run.app.account.services.client.profile()
        assert isinstance(profile.balance_usd, Decimal)
        await run.shows("● live", "$ billed per hour")


async def test_a_key_is_disabled_and_enabled_again(real: Real, own_key: int, tmp_path: Path) -> None:
    async with screen(real, tmp_path) as run:
        await run.until(lambda: run.app.snapshot.key(own_key) is not None, "the key")
        await run.until(lambda: run.app.snapshot.data(AskKeyCosts()) is not None, "costs")
        table = run.widget("#keys")
        assert isinstance(table, LiveTable)
        for word, status in (("Disable", "inactive"), ("Enable", "active")):
            table.cursor_id = own_key
            await run.press("D")
            await run.shows(f"{word} API key", "aktop test & more")
            await run.press("tab", "enter")
            await run.shows(f"✓ {status}")
            key = await run.app.account.services.client.key(own_key)
            assert key.stored_status == status
            await run.press("enter")
            await run.until(lambda status=status: run.app.snapshot.key(own_key).stored_status == status, "the row")


async def test_from_a_cold_start_to_the_runaway_inactive(real: Real, tmp_path: Path) -> None:
    """What the web page takes 10 clicks, 41 panel requests and 7 s for (web-page.md section 2)."""
    name = os.environ.get("AKTOP_REAL_RUNAWAY")
    if not name:
        pytest.skip("no key runs away")
    began, keys = time.monotonic(), ["D", "tab", "enter"]
    async with screen(real, tmp_path) as run:
        client = run.app.account.services.client
        await settle(
            run.pilot, lambda: run.app.report is not None and run.app.report.likely is not None, "a likely cause"
        )
        likely, named_s = run.app.report.likely, time.monotonic() - began
        assert likely is not None
        assert run.app.snapshot.key(likely.key_id).name == name
        await run.press("T")
        await run.shows("Likely cause", name)
        await run.press(*keys)
        await run.shows("✓ inactive")
        took_s, use = time.monotonic() - began, client.budget.used()
        key = await client.key(likely.key_id)
        assert key.stored_status == "inactive"
        asked = f"{use.global_used} panel requests, {use.heavy_used} heavy"
        times = f"named after {named_s:.1f} s, inactive after {took_s:.1f} s"
        print(f"\n{len(run.app.snapshot.data(AskKeys()))} keys, {1 + len(keys)} key presses, {asked}, {times}")
        intent = KeyIntent(key.id, KeyAction.ENABLE)
        await run.app.account.actions.apply(intent, key)
