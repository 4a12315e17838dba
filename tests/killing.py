"""Renewals of a session by processes that are killed in the middle of them, and what is left of the session."""

import asyncio
import multiprocessing
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from tui.account.kept_sessions import StoredSessions
from tui.domain.failure import FailureKind
from tui.gateway.errors import GatewayError
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import LoggedIn

LONGEST_S = 0.08
"""The longest that a process lives once it is warm: a renewal takes 8 to 20 ms then."""

LIMITED_S = 5.0
READY, RENEWED = "ready", "renewed"


@dataclass
class Tally:
    """What became of the session. `renewed` counts what the killed processes finished before."""

    kills: int = 0
    renewed: int = 0
    survived: int = 0
    lost: int = 0
    others: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.renewed} renewals finished before them; session survived {self.survived}, "
            f"consumed by the gateway and said so {self.lost}, anything else {dict(self.others)}"
        )


class EndedByItself(Exception):
    """A process ended before it could be killed, so that nothing is measured; with what it died of."""


def client_of(url: str, path: Path) -> GatewayClient:
    """A client whose session is on the disk."""
    return GatewayClient(url, sessions=StoredSessions(path).for_gateway(GatewayClient(url).base_url))


async def renew(client: GatewayClient, *, is_patient: bool) -> None:
    """Force a renewal; `is_patient` later, where the gateway allows no more of them for now."""
    session = client.sessions.current()
    assert session is not None
    while True:
        try:
            await client._authority.renewed(session)
        except GatewayError as error:
            if error.failure.kind is not FailureKind.SIGN_IN_LIMITED or not is_patient:
                raise
            await asyncio.sleep(LIMITED_S)
        else:
            return


def renew_for_ever(url: str, path: Path, told: Connection, is_patient: bool) -> None:
    """What a process does until it is killed."""

    async def work() -> None:
        client = client_of(url, path)
        await renew(client, is_patient=is_patient)
        told.send(READY)
        while True:
            await renew(client, is_patient=is_patient)
            told.send(RENEWED)

    try:
        asyncio.run(work())
    except GatewayError as error:
        told.send(f"the gateway refused a renewal: {error}")
        raise SystemExit(1) from None


async def kill_renewals(
    url: str, path: Path, account: tuple[str, str], kills: int, seed: int = 1, *, is_patient: bool = False
) -> Tally:
    """Kill so many processes, each at a random moment of its renewals, and look at the session after each."""
    rng, tally = random.Random(seed), Tally()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.killing"])
    await _sign_in(url, path, account)
    for _ in range(kills):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=renew_for_ever, args=(url, path, there, is_patient), daemon=True)
        process.start()
        there.close()
        await asyncio.to_thread(here.poll, None)
        if _heard(here, at_most=1):
            time.sleep(rng.uniform(0, LONGEST_S))  # noqa: ASYNC251 - the moment is what matters
        process.kill()
        await asyncio.to_thread(process.join)
        renewed = _heard(here)
        if process.exitcode != -signal.SIGKILL:
            raise EndedByItself(f"exit code {process.exitcode}, after {tally}")
        tally.kills += 1
        tally.renewed += renewed
        await _look(url, path, account, tally, is_patient=is_patient)
    return tally


def _heard(told: Connection, at_most: int | None = None) -> int:
    """How many renewals a process tells of. Raises EndedByItself when it says what it died of."""
    number = 0
    try:
        while number != at_most and told.poll():
            word = told.recv()
            if word not in (READY, RENEWED):
                raise EndedByItself(word)
            number += 1
    except EOFError:
        pass
    return number


async def _look(url: str, path: Path, account: tuple[str, str], tally: Tally, *, is_patient: bool) -> None:
    """Go on with what is on the disk, as the next start would."""
    client = client_of(url, path)
    try:
        await renew(client, is_patient=is_patient)
        await client.profile()
    except GatewayError as error:
        if error.failure.kind is FailureKind.SESSION_LOST:
            tally.lost += 1
        else:
            tally.others[str(error)] += 1
        await _sign_in(url, path, account)
    else:
        tally.survived += 1
    finally:
        await client.aclose()


async def _sign_in(url: str, path: Path, account: tuple[str, str]) -> None:
    client = client_of(url, path)
    assert isinstance(await client.login(*account), LoggedIn)
    await client.aclose()
