"""A monkey at aktop in this process, with two profiles on two embedded gateways."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct, field
from textual.pilot import Pilot

from tests.flows.doorway import doors_of, write_profiles
from tests.flows.typing import type_at_once
from tests.monkey.judge import misdeeds
from tests.monkey.keys import ENTER, ESCAPE, Packet, packets
from tests.monkey.meddling import Meddler
from tests.monkey.watch import Heard, Watch
from tui.account.profiles import Profiles
from tui.app.aktop import AktopApp
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.domain.scope import Scope
from widgets.help_view import HelpDialog

SIZES = ((200, 60), (120, 36), (80, 24), (40, 12))
LONGEST_S = 30.0
"""What takes longer is a screen that hears nothing."""
MEDDLING = 0.12
ELSEWHERE = 0.2
RESIZING = 0.01
BASE = 2
"""Screens on the stack when all that was opened is closed: Textual's own, and the first one of an account."""
BETWEEN_S = 0.005
STEPS_BACK = 60


class Tally(Struct):
    """What was done, and what came of it."""

    keys: int = 0
    packets: int = 0
    starts: int = 0
    meddled: int = 0
    faults: int = 0
    changes: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add another one."""
        self.keys += other.keys
        self.packets += other.packets
        self.starts += other.starts
        self.meddled += other.meddled
        self.faults += other.faults
        self.changes += other.changes


class Fallen(Exception):
    """An invariant that did not hold, with the packets that led there."""

    def __init__(self, what: str, seed: int, size: tuple[int, int], typed: list[str]) -> None:
        last = "\n".join(repr(packet) for packet in typed[-25:])
        super().__init__(f"seed {seed}, {size[0]}x{size[1]}, after {len(typed)} packets: {what}\nthe last ones\n{last}")
        self.packets = len(typed)


async def play(
    folder: Path,
    seed: int,
    size: tuple[int, int],
    keys: int,
    *,
    read_only: bool = False,
    packets_at_most: int | None = None,
) -> Tally:
    """Type so many keys. Raises Fallen when an invariant does not hold; `packets_at_most` ends a run earlier."""
    run = _Run(random.Random(seed), keys, packets_at_most)
    with _gateways(folder, seed, run.watch) as demos:
        profiles = doors_of(folder, profile="one", read_only=read_only, interval_s=1)
        for profile in ("one", "two"):
            opened = profiles.open(profiles.settings(profile))
            await opened.client.login(demos[0].email, demos[0].password)
            await opened.aclose()
        run.meddlers = [Meddler(demo, run.rng) for demo in demos]
        try:
            while not run.is_over:
                await run.one_start(profiles, demos, size)
            assert not (read_only and run.watch.judged), f"a read-only run has changed something: {run.watch.judged}"
        except Exception as error:
            raise Fallen(f"{type(error).__name__}: {error}", seed, size, run.typed) from error
    run.tally.faults = sum(fault.met for meddler in run.meddlers for fault in meddler.faults)
    return run.tally


@contextmanager
def _gateways(folder: Path, seed: int, watch: Watch) -> Iterator[tuple[DemoGateway, ...]]:
    demos = DemoGateway(seed=seed), DemoGateway(seed=seed + 1, scenario="retry-storm")
    with ExitStack() as stack:
        urls = {}
        for name, demo in zip(("one", "two"), demos, strict=True):
            ear = watch.listen(demo)
            ear.url = stack.enter_context(running(demo))
            urls[name] = {"url": f'"{ear.url}"'}
        write_profiles(folder, urls)
        yield demos


class _Run:
    """One run: what is still to be typed, and all that is known of what came of it."""

    def __init__(self, rng: random.Random, keys: int, packets_at_most: int | None) -> None:
        self.rng = rng
        self.tally = Tally()
        self.watch = Watch()
        self.typed: list[str] = []
        self.meddlers: list[Meddler] = []
        self._keys = keys
        self._packets_at_most = packets_at_most
        self._packets = packets(rng)

    @property
    def is_over(self) -> bool:
        """Whether enough was typed."""
        return self.tally.keys >= self._keys or self.tally.packets == self._packets_at_most

    async def one_start(self, profiles: Profiles, demos: tuple[DemoGateway, ...], size: tuple[int, int]) -> None:
        """From a start of aktop until it is left, or enough was typed."""
        self.tally.starts += 1
        app = AktopApp(profiles.open(profiles.start), Scope(), profiles)
        try:
            with self.watch.looking(lambda: app.account.services.client.base_url):
                async with app.run_test(size=size, notifications=True) as pilot:
                    while not self.is_over:
                        await self._step(pilot)
                        if not app.is_running or app._exit:
                            return
                    for demo in demos:
                        demo.way.clear()
                    await _be_heard(app, pilot)
                    self._compare()
        finally:
            await app.entrance.close()

    async def _step(self, pilot: Pilot[None]) -> None:
        if self.rng.random() < MEDDLING:
            self.tally.meddled += 1
            self.meddlers[self.rng.random() < ELSEWHERE].meddle()
        if self.rng.random() < RESIZING:
            await pilot.resize_terminal(*self.rng.choice(SIZES))
        packet = next(self._packets)
        self.typed.append(packet.text)
        self.tally.packets += 1
        self.tally.keys += len(packet.keys)
        await _type(pilot, packet)
        self._compare()

    def _compare(self) -> None:
        known = len(self.watch.judged)
        wrong = misdeeds(self.watch)
        self.tally.changes.update(map(_kind, self.watch.judged[known:]))
        assert not wrong, "\n".join(wrong)


def _kind(change: Heard) -> str:
    path = "/keys" if change.key_id is not None else change.path.removeprefix("/api/v1")
    return f"{change.method} {path} {change.status or 'lost'}"


async def _type(pilot: Pilot[None], packet: Packet) -> None:
    app = pilot.app
    assert isinstance(app, AktopApp)
    async with asyncio.timeout(LONGEST_S):
        if packet.keys:
            type_at_once(app, packet.text)
        await asyncio.sleep(packet.rest_s or BETWEEN_S)
        while app.is_running and not app._exit and not _has_dealt_with_keys(app):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(BETWEEN_S)


def _has_dealt_with_keys(app: AktopApp) -> bool:
    return not app._typed and app._given_at is None


async def _be_heard(app: AktopApp, pilot: Pilot[None]) -> None:
    """Go back to the first screen and ask for help: what still hears, does that."""
    for step in range(STEPS_BACK):
        if len(app.screen_stack) == BASE:
            break
        # What has done something is closed by its only button.
        await _type(pilot, Packet((ESCAPE if step % 4 else ENTER,), 0.3))
    assert len(app.screen_stack) == BASE, f"cannot be left: {app.screen_stack}"
    for _ in range(20):
        await _type(pilot, Packet(("?",), 0.2))
        if isinstance(app.screen, HelpDialog):
            return
    raise AssertionError(f"hears nothing any more: {app.screen}, focus {app.focused}")
