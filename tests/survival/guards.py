"""Two guards of one account, killed while they act: no episode is answered twice, and what came of it is known."""

import asyncio
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from msgspec.structs import replace

from tests.killing import client_of
from tests.monkey.watch import Watch
from tests.survival.killed import ANSWER_S, aside, started
from tests.survival.trials import Tried
from tests.unit.present.shown import account
from tests.unit.triage.guard.moments import incidents, report, rule
from tui.account.actions import Actions
from tui.account.guard.guard import Guard
from tui.demo.app import DemoGateway
from tui.demo.faults import FaultKind
from tui.demo.options import DemoOptions
from tui.demo.serve import running
from tui.domain.capabilities import Capabilities
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import LoggedIn
from tui.monitor.questions import AskKeys, AskProfile
from tui.store.journal import Journal
from tui.triage.guard.act import DeedOutcome, GuardAct, Tick

KEY, BEGAN = 2, datetime(2026, 11, 1, tzinfo=UTC)
LONGEST_S = 0.25
APART = timedelta(days=1)


async def guard_acts(folder: Path, times: int) -> Tried:
    """Have two guards answer an episode, kill both in the middle of it, and look what a third one makes of it."""
    rng, watch, tried = random.Random(1), Watch(), Tried(times)
    demo = DemoGateway(options=DemoOptions(limits_on=False))
    ear = watch.listen(demo)
    with running(demo) as url:
        client = client_of(url, folder / "sessions.json")
        assert isinstance(await client.login(demo.email, demo.password), LoggedIn)
        ear.url = url
        client.budget.lift()
        demo.way.add(FaultKind.DELAY, r"/keys/\d+$", value=ANSWER_S)
        for number in range(times):
            both = [started(_act, url, folder, number) for _ in range(2)]
            for _process, told in both:
                await asyncio.to_thread(told.poll, None)
            time.sleep(rng.uniform(0, LONGEST_S))  # noqa: ASYNC251 - the moment is what matters
            for process, _told in both:
                process.kill()
                await asyncio.to_thread(process.join)
            tried.lost += await _known(client, folder, number, watch, demo, tried)
            if tried.lost:
                break
        await client.aclose()
    tried.lost += aside(folder)
    return tried


async def _known(
    client: GatewayClient, folder: Path, number: int, watch: Watch, demo: DemoGateway, tried: Tried
) -> list[str]:
    """What the next guard finds: what was heard is known, and is not done again."""
    guard = _guard(client, folder, number)
    found: list[GuardAct] = []
    for _ in range(3):
        found += await _step(guard, client, number)
    heard, watch.heard[:] = len(watch.heard), []
    acts = [one for one in guard.acts(account((AskProfile(), await client.profile()))) if one.at == _moment(number)]
    is_stopped = demo.world.keys[KEY].status != "active"
    tried.told["acts heard"] += heard
    tried.told["settled"] += sum(one.settled_at is not None for one in found)
    demo.world.keys[KEY].status = "active"
    if heard > 1 or len(acts) != 1:
        return [f"episode {number}: {heard} changes were heard, and {len(acts)} acts are known"]
    if acts[0].outcome is DeedOutcome.ACTING or (acts[0].outcome is DeedOutcome.APPLIED) is not is_stopped:
        return [f"episode {number}: {acts[0].outcome}, and the key is {'' if is_stopped else 'not '}stopped"]
    return []


def _act(told: Connection, url: str, folder: Path, number: int) -> None:
    async def work() -> None:
        client = client_of(url, folder / "sessions.json")
        guard = _guard(client, folder, number)
        await client.profile()
        told.send("ready")
        while True:
            await _step(guard, client, number)

    asyncio.run(work())


def _moment(number: int) -> datetime:
    return BEGAN + APART * number


def _guard(client: GatewayClient, folder: Path, number: int) -> Guard:
    journal = Journal(folder / "journal.json")
    actions = Actions(client, journal, lambda: _moment(number), lambda: None, Capabilities())
    return Guard((rule(),), client, actions, folder / "guard", _ticks(number))


def _ticks(number: int) -> Callable[[], Tick]:
    at = _moment(number)
    return lambda: Tick(at, at, "boot", at.timestamp())


async def _step(guard: Guard, client: GatewayClient, number: int) -> tuple[GuardAct, ...]:
    now = _moment(number)
    of = report(now)
    suspects = (replace(of.suspects[0], key_id=KEY),)
    finding = replace(of.findings[0], since=now - timedelta(minutes=40), cause=KEY)
    of = replace(of, findings=(finding,), suspects=suspects)
    seen = account((AskProfile(), await client.profile()), (AskKeys(), await client.keys()))
    return await guard.step(seen, of, incidents(of))
