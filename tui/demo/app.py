"""The demo gateway: creates the account, the ASGI app and the traffic, and lets time pass."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from tui.demo.clock import Clock
from tui.demo.faults import FaultyWay
from tui.demo.founding import found_world
from tui.demo.options import DemoOptions
from tui.demo.scenarios import SCENARIOS
from tui.demo.state import State
from tui.demo.traffic import Traffic
from tui.demo.transport import Transport

EMAIL, PASSWORD = "demo@example.com", "demo-demo"
LONGEST_NAP_S = 0.25
EVENTS_AT_ONCE = 40


class DemoGateway:
    """A simulated gateway with one account.

    The account is the same for the same seed, scenario and time. `now` is the clock, real time by default; `zone` is
    the server's. `options` and the faults of its `way` may be changed at any time. Traffic comes in only while `run`
    runs, or through `advance`.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        scenario: str = "runaway",
        now: Callable[[], datetime] | None = None,
        zone: str = "Asia/Shanghai",
        options: DemoOptions | None = None,
    ) -> None:
        self.email, self.password = EMAIL, PASSWORD
        self.options = options or DemoOptions()
        clock = Clock(now, zone)
        self.world = found_world(seed, scenario, clock, self.options, self.email, self.password)
        self.state = State.of(self.world, seed)
        self.traffic = Traffic(self.world, seed)
        self.way = FaultyWay(Starlette(routes=[Mount("/", app=Transport(self.state))]))
        self.asgi: ASGIApp = self.way
        self.loop: asyncio.AbstractEventLoop | None = None
        """The loop that answers requests, if another thread runs it."""

    def example_keys(self) -> tuple[str, ...]:
        """Secrets for trying API-key mode, one for each kind of `/v1/usage` answer in the account."""
        found: dict[str, str] = {}
        for key in self.world.keys.values():
            if key.deleted or key.status != "active" or key.group_id is None or key.allowed or key.expires is not None:
                continue
            is_plan = self.world.group_of[key.group_id].subscription
            found.setdefault("limits" if key.limited() else "plan" if is_plan else "wallet", key.secret)
        return tuple(found.values())

    async def run(self) -> None:
        """Generate calls in real time until cancelled."""
        while True:
            busy = self.traffic.work(self.world.clock.now(), EVENTS_AT_ONCE)
            wait_s = 0.0 if busy else self.traffic.idle_s(self.world.clock.now())
            await asyncio.sleep(min(LONGEST_NAP_S, wait_s))

    def advance(self, seconds: float) -> None:
        """Let time pass at once, with all its calls. May be called from any thread."""
        loop = self.loop
        if loop is None or loop is _running_loop():
            self._advance(seconds)
            return
        done = asyncio.run_coroutine_threadsafe(self._advance_on_loop(seconds), loop)
        done.result()

    async def _advance_on_loop(self, seconds: float) -> None:
        self._advance(seconds)

    def _advance(self, seconds: float) -> None:
        self.world.clock.skip(seconds)
        while self.traffic.work(self.world.clock.now(), EVENTS_AT_ONCE):
            pass


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


__all__ = ["SCENARIOS", "DemoGateway"]
