"""Verbs run in this process against the embedded gateway, over real HTTP, sealed from the machine."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.types import Receive, Scope, Send

from tui.__main__ import main
from tui.demo.app import DemoGateway
from tui.demo.calendar import moment
from tui.demo.measures import Measures, unpack
from tui.demo.options import DemoOptions, Limits
from tui.demo.serve import running
from tui.demo.strands import Trait
from tui.domain.clock import SystemClock

ZONE = "Asia/Shanghai"
BEGAN = datetime.fromisoformat(os.environ.get("AKTOP_VERBS_AT", "2026-06-17T14:20:00+08:00")).astimezone(UTC)
"""When a verb is run, unless told otherwise: one moment for all, so that they copy the same account.

What is found of an account depends on the hour, and no test may depend on that at which it is run.
"""


@dataclass
class Result:
    """What a verb left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Machine:
    """A sealed machine with a command line, and perhaps a gateway whose clock stands still."""

    url: str
    state: Path
    config: Path
    run: Callable[..., Result]
    demo: DemoGateway

    def login(self) -> None:
        assert self.run("login", "--email", self.demo.email).code == 0

    def ledger(self, begin: str, end: str, wanted: Callable[[Trait], bool] = lambda _trait: True) -> Measures:
        """What the gateway's own rows of a span add up to."""
        selection = self.demo.world.ledger.select(wanted)
        return unpack(selection.between(*(moment(datetime.fromisoformat(at)) for at in (begin, end))))


@pytest.fixture
def seal(sealed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of one's own, in made-up time, which passes as real time does."""
    monkeypatch.setenv("TZ", ZONE)
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: False)
    began_s = time.monotonic()

    def now(_self: object = None) -> datetime:
        return BEGAN + timedelta(seconds=time.monotonic() - began_s)

    monkeypatch.setattr(SystemClock, "now", now)
    monkeypatch.setattr("tui.demo.clock.wall_time", now)
    # One run after another would wait for the share of the request limit that they have together.
    monkeypatch.setattr("tui.account.services.StoredRequests", lambda *_: None)
    return tmp_path


@pytest.fixture
def standing(seal: Path, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment at which time stands still on both sides, so that two runs may be compared.

    Ranges are told to the second: a call in the second that is running would be in one sum and not in the other.
    """
    monkeypatch.setattr(SystemClock, "now", lambda _self: BEGAN)
    monkeypatch.setattr(SystemClock, "steady_s", lambda _self: 0.0)
    monkeypatch.setattr("tui.demo.clock.wall_time", lambda: BEGAN)
    return BEGAN


@pytest.fixture
def aktop(seal: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    def run(*arguments: str) -> Result:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


@pytest.fixture
def options() -> DemoOptions:
    return DemoOptions(limits_on=False, limits=Limits(panel=0, heavy=0, login=0))


class Stage:
    """A server that stays while the gateways behind it change: starting and stopping one takes a third of a second."""

    def __init__(self) -> None:
        self.gateway: DemoGateway | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.asgi = self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.gateway is not None
        await self.gateway.asgi(scope, receive, send)

    async def run(self) -> None:
        """No traffic: the clock stands still."""
        await asyncio.Event().wait()


@pytest.fixture(scope="package")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    with running(cast(DemoGateway, stage)) as url:
        yield stage, url


@pytest.fixture
def machine(
    seal: Path,
    aktop: Callable[..., Result],
    stage: tuple[Stage, str],
    standing: datetime,
    options: DemoOptions,
    monkeypatch: pytest.MonkeyPatch,
) -> Machine:
    demo = DemoGateway(now=lambda: standing, options=options)
    monkeypatch.setattr(SystemClock, "now", lambda _self: standing + demo.world.clock.ahead)
    server, url = stage
    server.gateway = demo
    monkeypatch.setenv("AKTOP_URL", url)
    monkeypatch.setenv("AKTOP_PASSWORD", demo.password)
    return Machine(url, seal / "state" / "aktop", seal / "config" / "aktop", aktop, demo)


@pytest.fixture
def signed_in(machine: Machine) -> Machine:
    machine.login()
    return machine
