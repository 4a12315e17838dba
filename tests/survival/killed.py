"""Processes that are killed in the middle of something, and what stands on the disk then."""

import asyncio
import itertools
import multiprocessing
import random
import time
from datetime import UTC, datetime
from decimal import Decimal
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.killing import client_of, kill_renewals, renew
from tests.monkey.watch import Watch
from tests.survival.trials import Tried
from tui.account.actions import Actions
from tui.demo.app import DemoGateway
from tui.demo.faults import FaultKind
from tui.demo.options import DemoOptions
from tui.demo.serve import running
from tui.domain.capabilities import Capabilities
from tui.domain.intents import KeyAction, KeyIntent, KeyState, Limits
from tui.domain.outcomes import Applied, Changed
from tui.gateway.errors import GatewayError
from tui.gateway.sub2api.values import LoggedIn
from tui.store.journal import MAX_ENTRIES, Entry, Journal, Stage

GATEWAY = "http://gateway.test"
LONGEST_WRITE_S = 0.03
LONGEST_CHANGE_S = 0.15
ANSWER_S = "0.05"
"""So long the gateway keeps the answer to a change back, that many a kill falls between the two."""


def warm() -> ForkServerContext:
    """Have what is killed imported once, whoever starts the first process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.killing", "tests.survival.killed", "tests.survival.guards"])
    ensure_running()
    return context


async def renewals(folder: Path, times: int) -> Tried:
    """Kill processes that renew one session without a pause."""
    demo = DemoGateway(options=DemoOptions(limits_on=False))
    path = folder / "sessions.json"
    warm()
    with running(demo) as url:
        tally = await kill_renewals(url, path, (demo.email, demo.password), times)
    tried = Tried(tally.kills)
    tried.told["renewed before"] = tally.renewed
    tried.told["used up by the gateway, and said so"] = tally.lost
    tried.lost += [f"{number} × {what}" for what, number in tally.others.items()] + aside(folder)
    return tried


async def two_on_one_session(folder: Path, times: int) -> Tried:
    """Two processes that renew one session, each as fast as it can."""
    demo = DemoGateway(options=DemoOptions(limits_on=False))
    path, tried = folder / "sessions.json", Tried(times)
    with running(demo) as url:
        client = client_of(url, path)
        assert isinstance(await client.login(demo.email, demo.password), LoggedIn)
        await client.aclose()
        both = [started(_renew_often, url, path, times // 2) for _ in range(2)]
        for process, told in both:
            tried.lost += [word for word in await words(told) if word != "renewed"]
            await asyncio.to_thread(process.join)
        after = client_of(url, path)
        try:
            await renew(after, is_patient=False)
            await after.profile()
        except GatewayError as error:
            tried.lost.append(str(error))
        await after.aclose()
    tried.lost += aside(folder)
    return tried


def _renew_often(told: Connection, url: str, path: Path, times: int) -> None:
    async def work() -> None:
        client = client_of(url, path)
        for _ in range(times):
            client.sessions.reload()
            await renew(client, is_patient=False)
            await client.profile()
        await client.aclose()

    try:
        asyncio.run(work())
    except GatewayError as error:
        told.send(str(error))
    told.send("renewed")


async def journal_writes(folder: Path, times: int) -> Tried:
    """Kill processes that write into the journal; what they said to be written must be there."""
    path, rng, tried = folder / "journal.json", random.Random(1), Tried(times)
    begun: set[int] = set()
    done: set[int] = set()
    numbers = 0
    for _ in range(times):
        process, told = started(_write_entries, path, numbers)
        await asyncio.to_thread(told.poll, None)
        time.sleep(rng.uniform(0, LONGEST_WRITE_S))  # noqa: ASYNC251 - the moment is what matters
        process.kill()
        await asyncio.to_thread(process.join)
        for what, number in await words(told):
            (begun if what == "begun" else done).add(number)
        numbers = max(begun, default=0) + 2  # one more may have been written without a word
        entries = {entry.key_id: entry for _, entry in Journal(path).entries(GATEWAY, "")}
        recent = [number for number in begun if number > numbers - MAX_ENTRIES // 2]
        tried.lost += [f"entry {number} is gone" for number in recent if number not in entries]
        tried.lost += [
            f"what came of entry {number} is gone"
            for number in recent
            if number in done and number in entries and entries[number].stage is not Stage.DONE
        ]
        if tried.lost:
            break
    tried.told["entries"] = len(begun)
    tried.lost += aside(folder)
    return tried


def _write_entries(told: Connection, path: Path, first: int) -> None:
    journal, state = Journal(path), KeyState("active", Limits(*[Decimal(0)] * 4))
    for number in itertools.count(first):
        entry = Entry(datetime.now(UTC).isoformat(), GATEWAY, number, "disable", state, state)
        place = journal.begin(entry)
        told.send(("begun", number))
        journal.finish(place, Stage.DONE, "inactive")
        told.send(("done", number))


async def key_changes(folder: Path, times: int) -> Tried:
    """Kill processes that change a key: what the gateway has heard must be in the journal, and be found out."""
    rng, watch, tried = random.Random(1), Watch(), Tried(times)
    demo = DemoGateway(options=DemoOptions(limits_on=False))
    ear = watch.listen(demo)
    sessions, journal = folder / "sessions.json", folder / "journal.json"
    with running(demo) as url:
        client = client_of(url, sessions)
        assert isinstance(await client.login(demo.email, demo.password), LoggedIn)
        ear.url = url
        demo.way.add(FaultKind.DELAY, r"/keys/\d+$", value=ANSWER_S)
        key_id = next(iter(demo.world.keys))
        for _ in range(times):
            process, told = started(_change_key, url, sessions, journal, key_id)
            await asyncio.to_thread(told.poll, None)
            time.sleep(rng.uniform(0, LONGEST_CHANGE_S))  # noqa: ASYNC251 - the moment is what matters
            process.kill()
            await asyncio.to_thread(process.join)
            heard, watch.heard[:] = list(watch.heard), []
            tried.told["changes heard"] += len(heard)
            tried.lost += await _settled(client, journal, demo, key_id, tried)
        await client.aclose()
    tried.lost += aside(folder)
    return tried


async def _settled(client: object, path: Path, demo: DemoGateway, key_id: int, tried: Tried) -> list[str]:
    """What the next start would find: every change that was heard so far, some only after the kill, and the truth."""
    actions = Actions(client, Journal(path), lambda: datetime.now(UTC), lambda: None, Capabilities())  # type: ignore[arg-type]
    written = tried.told["entries"] = len(actions.written())
    if written < tried.told["changes heard"]:
        return [f"{tried.told['changes heard']} changes were heard and {written} are in the journal"]
    wrong = []
    for number, entry in actions.unfinished():
        assert isinstance(entry.wanted, KeyState)
        tried.told["found unfinished"] += 1
        outcome = await actions.settle(number, entry)
        is_so = demo.world.keys[key_id].status == entry.wanted.status
        if not isinstance(outcome, Applied if is_so else Changed):
            wrong.append(f"{entry} was settled as {outcome}")
    return wrong + ["an entry stays unfinished" for _ in actions.unfinished()]


def _change_key(told: Connection, url: str, sessions: Path, journal: Path, key_id: int) -> None:
    async def work() -> None:
        client = client_of(url, sessions)
        actions = Actions(client, Journal(journal), lambda: datetime.now(UTC), lambda: None, Capabilities())
        while True:
            key = await client.key(key_id)
            told.send("ready")
            action = KeyAction.DISABLE if key.stored_status == "active" else KeyAction.ENABLE
            await actions.apply(KeyIntent(key_id, action), key)

    asyncio.run(work())


def started(work: object, *arguments: object) -> tuple[BaseProcess, Connection]:
    context = warm()
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(there, *arguments), daemon=True)  # type: ignore[arg-type]
    process.start()
    there.close()
    return process, here


async def words(told: Connection) -> list[object]:
    """All that a process said, until it has ended."""
    said = []
    try:
        while True:
            await asyncio.to_thread(told.poll, None)
            said.append(told.recv())
    except (EOFError, OSError):
        return said


def aside(folder: Path) -> list[str]:
    """Files that could not be read."""
    return [str(path.name) for path in folder.rglob("*") if "unreadable" in path.name]
