"""The screen through the pilot, against the embedded gateway over real HTTP."""

import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from tests.flows.settling import settle
from tui.account.services import Services, services
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.demo import clock as demo_clock
from tui.demo.app import DemoGateway
from tui.demo.options import DemoOptions
from tui.demo.serve import running
from tui.domain.clock import SystemClock
from tui.domain.scope import Scope
from tui.gateway.budget import RequestBudget
from tui.monitor.questions import AskKeyCosts
from widgets.act_dialog import ActDialog
from widgets.live_table import LiveTable

STARTED = datetime.fromisoformat(os.environ.get("AKTOP_FLOWS_AT", "2026-06-17T14:20:00+08:00")).astimezone(UTC)
"""When a flow begins, unless told otherwise. What is found depends on the hour: its last minutes may tell a spike."""


@pytest.fixture(autouse=True)
def sealed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides live in the same made-up time, which passes as real time does."""
    began_s = time.monotonic()

    def now(_self: object = None) -> datetime:
        return STARTED + timedelta(seconds=time.monotonic() - began_s)

    monkeypatch.setattr(SystemClock, "now", now)
    monkeypatch.setattr(demo_clock, "wall_time", now)


@pytest.fixture(autouse=True)
def no_limits(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither side counts requests, unless marked `budget`: a budget that is spent ends with time, not by an event."""
    if request.node.get_closest_marker("budget"):
        return

    def budget(clock: Callable[[], float], **options: Any) -> RequestBudget:
        return RequestBudget(clock, **options, global_per_min=0, heavy_per_min=0)

    monkeypatch.setattr("tui.account.services.RequestBudget", budget)
    monkeypatch.setattr("tui.demo.app.DemoOptions", lambda: DemoOptions(limits_on=False))


@dataclass(frozen=True)
class Running:
    """An aktop on a screen, with the gateway behind it."""

    app: AktopApp
    pilot: Pilot[None]
    demo: DemoGateway

    async def until(self, happened: Callable[[], object], what: str) -> None:
        """Wait until something has happened; idle, not time, is what is waited for."""
        await settle(self.pilot, happened, what)

    async def press(self, *keys: str) -> None:
        """Press keys, as somebody who sees what is asked: what is typed before that is dropped."""
        front = self.app.screen
        if isinstance(front, ActDialog):
            await self.until(lambda: front.is_seen, "the question seen")
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def widget(self, selector: str) -> Widget:
        """A widget of the screen in front."""
        return self.app.screen.query_one(selector)

    def text(self) -> str:
        """What the screen in front shows, as text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines)

    async def on_key(self, name: str) -> None:
        """Wait until the cursor of the key table is on a key, as it is at the start on the costliest."""
        table = self.widget("#keys")
        assert isinstance(table, LiveTable)
        await self.until(
            lambda: table.cursor_row is not None and name in table.cursor_row.cells[0].text, f"cursor on {name}"
        )
        await self.until(lambda: self.app.snapshot.data(AskKeyCosts()) is not None, "costs")

    async def shows(self, *texts: str) -> None:
        """Wait until all these stand on the screen."""
        for text in texts:
            try:
                await self.until(lambda text=text: text in self.text(), f"{text!r} on the screen")
            except AssertionError as error:
                raise AssertionError(f"{error}; on it is\n{self.text()}") from None


@pytest.fixture
def demo() -> DemoGateway:
    """An embedded gateway in which batch-nightly runs away."""
    return DemoGateway(seed=1)


@pytest.fixture
def aktop(demo: DemoGateway, tmp_path: Path) -> Callable[..., object]:
    """Starts aktop on the embedded gateway."""

    @asynccontextmanager
    async def start(
        size: tuple[int, int] = (120, 36),
        scope: Scope | None = None,
        arrange: Callable[[Services], Services] = lambda opened: opened,
        **flags: object,
    ) -> AsyncIterator[Running]:
        flags = {"tz": "Asia/Shanghai", "interval_s": 1, **flags}
        settings = load(flags, {}, tmp_path / "config.toml", tmp_path / "state")
        with running(demo) as url:
            async with services(settings, {}, demo_url=url) as opened:
                await opened.client.login(demo.email, demo.password)
                app = AktopApp(arrange(opened), scope)
                async with app.run_test(size=size, notifications=True) as pilot:
                    yield Running(app, pilot, demo)

    return start
