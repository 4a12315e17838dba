"""What is asked while the framework is loaded: the money stands on the early picture, and nothing is asked twice."""

import io
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tests.unit.terminal.emulator import Emulator
from tui.account.services import Services, services
from tui.app import prefetch
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.domain.scope import Scope
from tui.monitor.questions import AskProfile, AskSite
from tui.terminal import first_frame

SIZE = os.terminal_size((100, 30))
OLD = ("OLD · as it was", "", "batch-nightly of yesterday", *[""] * 27)


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What goes to a terminal of SIZE on which nothing is taken over yet."""
    written = io.StringIO()
    monkeypatch.setattr(written, "fileno", lambda: 2)
    monkeypatch.setattr(os, "get_terminal_size", lambda _descriptor: SIZE)
    return written


def early_screen(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, last: tuple[str, ...] | None = None) -> None:
    """An early picture that is up."""
    monkeypatch.setattr(sys, "stderr", first_frame.EarlyScreen(stream, [], last))


@asynccontextmanager
async def account(
    folder: Path, *, sign_in: bool = True, interval_s: int = 1
) -> AsyncIterator[tuple[Services, DemoGateway]]:
    """The services of an embedded account."""
    demo = DemoGateway(seed=1)
    settings = load({"tz": "Asia/Shanghai", "interval_s": interval_s}, {}, folder / "config.toml", folder / "state")
    with running(demo) as url:
        async with services(settings, {}, demo_url=url) as opened:
            if sign_in:
                await opened.client.login(demo.email, demo.password)
            yield opened, demo


def seen(stream: io.StringIO) -> list[str]:
    """The lines of that terminal."""
    screen = Emulator(*SIZE)
    screen.feed(stream.getvalue().replace("\x1b[2K", ""))
    return screen.text()


@pytest.mark.parametrize(
    ("last", "second"), [(None, ""), (OLD, "OLD · as it was")], ids=["on an empty frame", "above what is old"]
)
async def test_the_balance_stands_on_the_early_picture(
    tmp_path: Path,
    stream: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    last: tuple[str, ...] | None,
    second: str,
) -> None:
    early_screen(stream, monkeypatch, last)
    async with account(tmp_path) as (opened, _demo):
        monitor = await prefetch.begin(opened, Scope())
        await monitor.ask(AskProfile())
        header, below = seen(stream)[:2]
        assert "● live" in header
        assert "balance $" in header
        assert second in below


async def test_nothing_is_painted_once_somebody_has_taken_over(
    tmp_path: Path, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    early_screen(stream, monkeypatch)
    first_frame.hand_over()
    async with account(tmp_path) as (opened, _demo):
        monitor = await prefetch.begin(opened, Scope())
        await monitor.ask(AskProfile())
        assert not stream.getvalue()


async def test_before_a_sign_in_nothing_is_asked(tmp_path: Path) -> None:
    async with account(tmp_path, sign_in=False) as (opened, _demo):
        monitor = await prefetch.begin(opened, Scope())
        assert not monitor.snapshot.feeds


async def test_the_app_goes_on_with_what_was_asked(tmp_path: Path) -> None:
    async with account(tmp_path, interval_s=600) as (opened, demo):
        monitor = await prefetch.begin(opened, Scope())
        await monitor.ask(AskSite())
        await monitor.ask(AskProfile())
        heard_at = monitor.snapshot.feed(AskProfile()).fetched_at
        app = AktopApp(opened, Scope(), monitor=monitor)
        async with app.run_test(size=SIZE) as pilot:
            run = Running(app, pilot, demo)
            await run.shows("balance $", "batch-nightly", "SPIKE since")
            assert app.monitor is monitor
            assert app.snapshot is not None
            assert app.snapshot.feed(AskProfile()).fetched_at == heard_at
            monitor.refresh()
            await run.until(lambda: app.snapshot.feed(AskProfile()).fetched_at > heard_at, "a picture of later answers")
