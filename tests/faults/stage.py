"""aktop on a screen, in made-up time, with a gateway that limits nothing and that it does not wait for long."""

import dataclasses
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.flows.conftest import STARTED, Running
from tui.account.services import Services, services
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.demo.app import DemoGateway
from tui.demo.options import DemoOptions, Limits
from tui.demo.serve import running
from tui.domain.clock import SystemClock
from tui.domain.scope import Scope
from tui.gateway.budget import RequestBudget
from tui.gateway.sub2api.client import GatewayClient

SIZE = (120, 36)
TIMEOUT_S = 2.0
"""For how long an answer is waited for: what hangs must not make the test hang."""


@contextmanager
def made_up_time() -> Iterator[None]:
    """Have an hour in which the spike stands out, which passes as real time does."""
    began_s = time.monotonic()

    def now(_self: object = None) -> datetime:
        return STARTED + timedelta(seconds=time.monotonic() - began_s)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SystemClock, "now", now)
        yield


@asynccontextmanager
async def on_screen(
    folder: Path, size: tuple[int, int] = SIZE, arrange: Callable[[DemoGateway], object] = lambda _demo: None
) -> AsyncIterator[Running]:
    """Start aktop; the gateway is arranged between the sign-in and the first question."""
    with made_up_time():
        options = DemoOptions(limits_on=False, limits=Limits(panel=0, heavy=0, login=0))
        demo = DemoGateway(now=SystemClock().now, options=options)
        settings = load({"tz": "Asia/Shanghai", "interval_s": 1}, {}, folder / "config.toml", folder / "state")
        with running(demo) as url:
            async with services(settings, {}, demo_url=url) as opened:
                await opened.client.login(demo.email, demo.password)
                arrange(demo)
                app = AktopApp(_patient(opened), Scope())
                async with app.run_test(size=size, notifications=True) as pilot:
                    yield Running(app, pilot, demo)


def _patient(opened: Services) -> Services:
    """The same with a client that asks as often as it likes, and waits less long."""
    client = GatewayClient(
        opened.client.base_url,
        sessions=opened.client.sessions,
        budget=RequestBudget(time.monotonic, global_per_min=0, heavy_per_min=0),
        timeout_s=TIMEOUT_S,
        clock=opened.clock,
    )
    return dataclasses.replace(opened, client=client)
