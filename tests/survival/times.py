"""Time that goes otherwise than a clock says: processes that stand still, terminals that vanish, clocks that jump."""

import random
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from tests.flows.settling import settle
from tests.survival.homes import Home, at_home, leave, screen, served, wait_live
from tests.survival.trials import Tried
from tests.unit.terminal.pty_program import PtyProgram
from tui.account.services import services
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.demo.app import DemoGateway
from tui.domain.clock import SystemClock
from tui.monitor.questions import AskProfile

LONGEST_START_S = 2.5
LONGEST_END_S = 10.0
STEPS = tuple(timedelta(minutes=minutes) for minutes in (30, -30, 0, -2, 1440, -1440, 0, 61, -61, 525_600, -525_600, 0))
"""How far the machine's clock is ahead of the gateway's, one after the other."""
CLOSE = timedelta(seconds=4)
"""The `Date` of an answer is cut to the second, and may be two seconds old."""


def stopped(folder: Path, seconds: int) -> Tried:
    """Stop aktop for so long."""
    with at_home(folder) as (home, demo):
        return stopped_in(home, demo, seconds)


def stopped_in(home: Home, demo: DemoGateway, seconds: int) -> Tried:
    """The account goes on meanwhile: then aktop is live again, with what came."""
    tried = Tried(1)
    tried.told[f"stopped for {seconds} s"] = 1
    with home.start() as program:
        wait_live(program)
        program.signal(signal.SIGSTOP)
        time.sleep(seconds)
        demo.advance(60)
        demo.world.keys[2].name = "renamed-meanwhile"
        program.signal(signal.SIGCONT)
        program.press("r")
        program.see("renamed-meanwhile")
        wait_live(program)
        leave(program)
    tried.lost += _what_is_lost(home)
    return tried


def vanished(folder: Path, times: int) -> Tried:
    """Take the terminal away, or send SIGHUP, SIGTERM or SIGKILL, at a random moment; the next start goes on."""
    rng, tried = random.Random(1), Tried(times)
    with at_home(folder) as (home, _demo):
        for number in range(times):
            how = ("hung up", "SIGHUP", "SIGTERM", "SIGKILL")[number % 4]
            with home.start() as program:
                end_at = time.monotonic() + rng.uniform(0, LONGEST_START_S)
                while time.monotonic() < end_at:
                    program.read(0.05)
                if how == "hung up":
                    program.hang_up()
                else:
                    program.signal(signal.Signals[how])
                tried.told[f"{how}: ended with {_code_of_end(program)}"] += 1
            if home.crash():
                tried.lost.append(f"{how}: {home.crash().splitlines()[-1]}")
                break
        tried.lost += _what_is_lost(home)
    return tried


def _code_of_end(program: PtyProgram) -> int:
    """Wait for the end, reading what is still written where there is a terminal."""
    end_at = time.monotonic() + LONGEST_END_S
    while program.process.poll() is None:
        assert time.monotonic() < end_at, "does not end"
        if program._master >= 0:
            program.read(0.05)
        else:
            time.sleep(0.05)
    return program.process.returncode


def _what_is_lost(home: Home) -> list[str]:
    """Whether the session, the journal and the rest are as they should be: a start that is live, and what is aside."""
    lost = [path.name for path in home.folder.rglob("*") if "unreadable" in path.name]
    if b'"inactive"' not in home.kept()["state/aktop/journal.json"]:
        lost.append("the entry of the journal")
    with home.start() as program:
        try:
            wait_live(program)
            leave(program)
        except AssertionError:
            lost.append(f"the session: {screen(program)[:300]}")
    return lost


async def clock_steps(folder: Path, times: int) -> Tried:
    """Set the machine's clock while aktop runs: it goes by the gateway's, and stays live."""
    tried = Tried()
    ahead = timedelta(0)
    with (
        served() as (demo, url),
        patch.object(SystemClock, "now", lambda _self: datetime.now(UTC) + ahead),
    ):
        settings = load({"tz": "UTC", "interval_s": 1}, {}, folder / "config.toml", folder / "state")
        async with services(settings, {}, demo_url=url) as opened:
            await opened.client.login(demo.email, demo.password)
            app = AktopApp(opened)
            async with app.run_test(size=(120, 36), notifications=True) as pilot:
                await settle(pilot, lambda: "● live" in _text(app), "live")
                for ahead in STEPS[:times]:
                    tried.times += 1
                    feed = app.monitor.snapshot.feed(AskProfile())
                    before = feed.fetched_at
                    await pilot.press("r")
                    await settle(
                        pilot,
                        lambda before=before: app.monitor.snapshot.feed(AskProfile()).fetched_at != before,
                        "an answer",
                    )
                    await settle(pilot, lambda: "● live" in _text(app), f"live with the clock {ahead} ahead")
                    off = abs(opened.clock.now() - demo.world.clock.local().astimezone(UTC))
                    if off > CLOSE:
                        tried.lost.append(f"with the clock {ahead} ahead aktop is {off} off the gateway's")
    return tried


def _text(app: AktopApp) -> str:
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)
