"""Pictures are taken in made-up time, which passes only when a picture lets it: both sides live in it."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.flows.conftest import STARTED, Running, aktop
from tui.demo.app import DemoGateway
from tui.domain.clock import SystemClock
from tui.gateway.budget import RequestBudget

__all__ = ["Start", "Time", "aktop"]

SOON_S = 0.05
"""What is waited for in real time must not be waited for long."""
Start = Callable[..., AbstractAsyncContextManager[Running]]


class Time:
    """Stands still but for `pass_s`, which waits until all that was due has been asked, answered and shown."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.demo = DemoGateway(seed=1, now=lambda: STARTED)
        self.sleepers = asyncio.Condition()

    def steady_s(self) -> float:
        return self.passed_s

    def now(self) -> datetime:
        return STARTED + timedelta(seconds=self.passed_s)

    async def sleep(self, seconds: float) -> None:
        until_s = self.passed_s + seconds
        async with self.sleepers:
            await self.sleepers.wait_for(lambda: self.passed_s >= until_s)

    async def pass_s(self, run: Running, seconds: float) -> None:
        await self.rest(run)
        await asyncio.to_thread(self.demo.advance, seconds)
        self.passed_s += seconds
        async with self.sleepers:
            self.sleepers.notify_all()
        await self.rest(run)

    async def rest(self, run: Running) -> None:
        """Wait until everything known of this moment is on the screen."""
        monitor = run.app.monitor

        def is_at_rest() -> bool:
            if monitor._nap is None or monitor._in_flight or monitor.is_awaited:
                return False
            return run.app.picture.snapshot is monitor.snapshot and run.app.picture.now == self.now()

        await run.until(is_at_rest, "all is asked, answered and shown")
        await run.pilot.pause()


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()

    def budget(_clock: object, **options: Any) -> RequestBudget:
        return RequestBudget(time.steady_s, **{**options, "share": 10.0})

    monkeypatch.setattr(SystemClock, "now", lambda _self: time.now())
    monkeypatch.setattr(SystemClock, "steady_s", lambda _self: time.steady_s())
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, seconds: time.sleep(seconds))
    monkeypatch.setattr("tui.account.services.RequestBudget", budget)
    monkeypatch.setattr("widgets.banner.FLASHES", 0)
    monkeypatch.setattr("tui.monitor.triage_throttle.WHILE_MOVING", timedelta())
    monkeypatch.setattr("tui.monitor.loop.BACKGROUND_GAP", timedelta())
    monkeypatch.setattr("tui.app.pictures.TICK_S", SOON_S)
    monkeypatch.setattr("tui.app.pictures.GATHER_S", SOON_S)
    return time


@pytest.fixture
def demo(still: Time) -> DemoGateway:
    return still.demo
