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
from tests.monkey.meddling import meddle
from tests.monkey.watch import Watch
from tui.app import AktopApp
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.domain.scope import Scope
from tui.doors import Doors
from widgets.help_view import HelpDialog

SIZES = ((200, 60), (120, 36), (80, 24), (40, 12))
LONGEST_S = 30.0
"""What takes longer is a screen that hears nothing."""
MEDDLING = 0.12
BASE = 2
BETWEEN_S = 0.005
STEPS_BACK = 60


class Tally(Struct):
    """What was done, and what came of it."""

    keys: int = 0
    packets: int = 0
    starts: int = 0
    meddled: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    faults: int = 0

    def add(self, other: "Tally") -> None:
        """Add another one."""
        self.keys += other.keys
        self.packets += other.packets
        self.starts += other.starts
        self.meddled += other.meddled
        self.changes += other.changes
        self.faults += other.faults


class Fallen(Exception):
    """An invariant that did not hold, with the keys that led there."""

    def __init__(self, what: str, seed: int, size: tuple[int, int], keys: list[str]) -> None:
        last = "\n".join(repr(packet) for packet in keys[-25:])
        number = sum(map(len, keys))
        super().__init__(f"seed {seed}, {size[0]}x{size[1]}, {len(keys)} packets ({number} characters): {what}\n{last}")
        self.packets = len(keys)


async def play(
    folder: Path,
    seed: int,
    size: tuple[int, int],
    wanted_keys: int,
    *,
    read_only: bool = False,
    packets_at_most: int = 0,
) -> Tally:
    """Type so many keys. Raises Fallen when an invariant does not hold; `packets_at_most` ends a run earlier."""
    rng, tally, watch, typed = random.Random(seed), Tally(), Watch(), list[str]()
    source = packets(rng)
    with _gateways(folder, seed, watch) as demos:
        doors = doors_of(folder, profile="one", read_only=read_only, interval_s=1)
        for profile in ("one", "two"):
            opened = doors.open(doors.settings(profile))
            await opened.client.login(demos[0].email, demos[0].password)
            await opened.aclose()
        try:
            while tally.keys < wanted_keys and not (packets_at_most and tally.packets >= packets_at_most):
                tally.starts += 1
                await _one_start(doors, demos, size, rng, source, tally, watch, typed, wanted_keys, packets_at_most)
        except Exception as error:
            raise Fallen(f"{type(error).__name__}: {error}", seed, size, typed) from error
        tally.faults = sum(fault.met for demo in demos for fault in demo.way.faults)
        if read_only and (watch.asked or tally.changes):
            raise Fallen(f"a read-only run has changed something: {tally.changes}", seed, size, typed)
    return tally


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


async def _one_start(
    doors: Doors,
    demos: tuple[DemoGateway, ...],
    size: tuple[int, int],
    rng: random.Random,
    source: Iterator[Packet],
    tally: Tally,
    watch: Watch,
    typed: list[str],
    wanted_keys: int,
    packets_at_most: int,
) -> None:
    """From a start of aktop until it is left, or enough was typed."""
    app = AktopApp(doors.open(doors.start), Scope(), doors)
    try:
        with watch.looking(lambda: app.desk.services.client.base_url):
            async with app.run_test(size=size, notifications=True) as pilot:
                while tally.keys < wanted_keys and not (packets_at_most and tally.packets >= packets_at_most):
                    if rng.random() < MEDDLING:
                        tally.meddled += 1
                        meddle(demos[rng.random() < 0.2], rng)
                    if rng.random() < 0.01:
                        await pilot.resize_terminal(*rng.choice(SIZES))
                    packet = next(source)
                    await _type(pilot, packet)
                    typed.append(packet.text)
                    tally.packets += 1
                    tally.keys += len(packet.keys)
                    _compare(watch, tally)
                    if not app.is_running or app._exit:
                        return
                for demo in demos:
                    demo.way.clear()
                await _be_heard(app, pilot)
                _compare(watch, tally)
    finally:
        await app.close_account()


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


def _compare(watch: Watch, tally: Tally) -> None:
    tally.changes.update(
        f"{change.method} {'/keys' if change.key_id else change.path.removeprefix('/api/v1')} {change.status}"
        for change in watch.heard
    )
    wrong = misdeeds(watch)
    assert not wrong, "\n".join(wrong)


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
