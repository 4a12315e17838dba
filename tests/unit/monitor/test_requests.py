"""Counts that must not regress: heavy requests a minute with everything open, none while the account is idle, and call
rows read per new call. Time is simulated; the monitor, the client and the embedded gateway are real."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import pytest

from tests.transports import Over
from tests.unit.monitor.simulated import Simulated
from tests.unit.samples import ClockAt
from tui.demo.app import DemoGateway
from tui.domain.scope import Scope
from tui.gateway.budget import RequestBudget
from tui.gateway.sub2api.client import GatewayClient
from tui.monitor.burn import BASE_CALLS
from tui.monitor.loop import Monitor, Rates
from tui.monitor.question import Question
from tui.monitor.questions import AskGroups, AskKeyCosts, AskKeyDays, AskKeys, AskPlans, AskProfile, AskSite
from tui.monitor.reconcile import day_check
from tui.monitor.scoped import calls_question, errors_question, questions_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import triage_questions


@dataclass
class Counter(httpx.AsyncBaseTransport):
    """The way to the gateway, which notes when something heavy is asked, and how many call rows come back."""

    inner: httpx.AsyncBaseTransport
    clock: Simulated
    heavy: list[datetime] = field(default_factory=list)
    rows: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        if request.url.path.startswith("/api/v1/usage"):
            self.heavy.append(self.clock.at)
        if request.url.path == "/api/v1/usage":
            self.rows += len(json.loads(await response.aread())["data"]["items"])
        return response

    def most_a_minute(self) -> int:
        """Heavy requests in the busiest minute."""
        minute = timedelta(minutes=1)
        return max((sum(at <= other < at + minute for other in self.heavy) for at in self.heavy), default=0)


class Watching:
    """A monitor at its quickest, with all that any screen shows being watched."""

    def __init__(self) -> None:
        self.clock = Simulated()
        self.demo = DemoGateway(seed=1, now=self.clock.now)
        self.ways = Counter(httpx.ASGITransport(app=self.demo.asgi), self.clock)
        budget = RequestBudget(lambda: self.clock.at.timestamp())
        self.client = GatewayClient(
            "http://127.0.0.1:1",
            transport=Over(self.ways),
            budget=budget,
            clock=ClockAt(lambda: self.clock.at.timestamp()),
        )
        start = Snapshot(self.client.base_url, ZoneInfo("Asia/Shanghai"))
        self.monitor = Monitor(self.client, start, self.clock, lambda _: None, Rates(timedelta(seconds=2)))

    def watch(self) -> None:
        self.monitor.watch("all", self._everything(self.monitor.snapshot, self.clock.at))

    def _everything(self, snapshot: Snapshot, now: datetime) -> Iterator[Question[Any]]:
        scope = Scope()
        yield from (AskSite(), AskProfile(), AskKeys(), BASE_CALLS, AskGroups(), AskPlans(), AskKeyCosts())
        keys = snapshot.data(AskKeys()) or ()
        yield from chain(triage_questions(snapshot, now), questions_of(scope, snapshot, now, by_key=True))
        yield (listed := calls_question(scope, snapshot, now, rows=2_000))
        if check := day_check(listed, snapshot, now):
            yield check
        yield errors_question(scope, snapshot, now)
        yield from (AskKeyDays(key.id, 30) for key in keys[:1])

    async def go_on(self, minutes: int, *, is_used: bool) -> None:
        """Let time pass in small steps, each when all that was begun has come to an end."""
        step_s = 1 if is_used else 5
        for _ in range(minutes * 60 // step_s):
            await self._settled()
            self.clock.pass_by(step_s)
            if is_used:
                while self.demo.traffic.work(self.demo.world.clock.now(), 1000):
                    pass
            await self._settled()
            self.watch()

    async def _settled(self) -> None:
        quiet = 0
        while quiet < 5:
            await asyncio.sleep(0)
            quiet = 0 if self.monitor._in_flight else quiet + 1


@pytest.mark.full_account
async def test_what_everything_costs_while_used_and_while_idle() -> None:
    here = Watching()
    await here.client.login(here.demo.email, here.demo.password)
    here.watch()
    running = asyncio.create_task(here.monitor.run())
    try:
        await here.go_on(4, is_used=True)
        known, rows = len(here.monitor.snapshot.calls[BASE_CALLS].log), here.ways.rows
        await here.go_on(8, is_used=True)
        assert 10 < here.ways.most_a_minute() <= 30
        assert len(here.monitor.snapshot.calls[BASE_CALLS].log) - known > 50
        check = day_check(BASE_CALLS, here.monitor.snapshot, here.clock.at)
        assert check is not None
        checked_at = here.monitor.snapshot.feed(check).fetched_at
        assert checked_at is not None
        assert here.clock.at - checked_at < timedelta(minutes=2)  # also while all others want to be asked
        tails = 8 * 60 / BASE_CALLS.pace.every_s
        assert here.ways.rows - rows <= 20 * tails  # a small page each time, and none that did not change a second time
        assert not here.monitor.is_awaited
        here.monitor.refresh((AskProfile(),))
        assert here.monitor.is_awaited  # until the answer is here, of which no picture may be late
        await here.go_on(1, is_used=True)
        assert not here.monitor.is_awaited
        # What is asked each quarter of an hour while the account is used is asked once more after that.
        await here.go_on(16, is_used=False)
        heavy, rows = len(here.ways.heavy), here.ways.rows
        await here.go_on(60, is_used=False)
        assert here.ways.heavy[heavy:] == []
        assert here.ways.rows == rows
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await here.client.aclose()
