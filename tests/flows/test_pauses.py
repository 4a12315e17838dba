"""Timed pauses and the reminder: set on the screen, kept in the journal, ended and taken back."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.account.services import Services
from tui.demo.app import DemoGateway
from tui.demo.keys import Key
from tui.domain.clock import GatewayClock, SystemClock
from tui.domain.intents import KeyState, Limits
from tui.store.journal import Entry, Stage

NAME = "batch-nightly"


class LateClock(GatewayClock):
    """The machine's clock, some time ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


def key_in(demo: DemoGateway) -> Key:
    """The gateway's own record of the key."""
    return next(key for key in demo.world.living_keys() if key.name == NAME)


def stored_status(demo: DemoGateway) -> str:
    """What the gateway has for the key."""
    return key_in(demo).status


def limits_of(key: Key) -> Limits:
    """The limits of the key as aktop reads them."""
    spans = (Decimal(window.limit) for window in key.windows.values())
    return Limits(Decimal(key.quota), *spans)


async def pause(run: Running) -> None:
    """Disable the runaway for half an hour."""
    await run.on_key(NAME)
    await run.press("Z")
    await run.shows("Disable for a time", "aktop enables it again itself", "until ")
    await run.press("enter", "enter")
    await run.shows("✓ inactive")
    await run.press("enter")


async def test_a_pause_ends_by_itself(aktop: Start, demo: DemoGateway) -> None:
    clock = LateClock()
    async with aktop(arrange=lambda opened: replace(opened, clock=clock)) as run:
        await pause(run)
        assert stored_status(demo) == "inactive"
        clock.ahead = timedelta(minutes=31)
        await run.shows(f"The pause of {NAME} is over: it is active again.")
        assert stored_status(demo) == "active"
        assert not run.app.account.actions.pauses()


async def test_leaving_during_a_pause_is_asked_first(aktop: Start) -> None:
    async with aktop() as run:
        await pause(run)
        await run.press("q")
        await run.shows("A pause is running", f"{NAME} is to be enabled at", "Quit")
        await run.press("escape")
        assert run.app.is_running


async def test_a_pause_that_ended_while_nobody_was_here_is_offered(aktop: Start, demo: DemoGateway) -> None:
    key = key_in(demo)
    key.status = "inactive"
    limits = limits_of(key)

    def arrange(opened: Services) -> Services:
        now = SystemClock().now()
        before, wanted = KeyState("active", limits), KeyState("inactive", limits)
        at, until = (now - timedelta(hours=2)).isoformat(), (now - timedelta(hours=1)).isoformat()
        opened.journal.begin(
            Entry(at, opened.client.base_url, key.id, "disable", before, wanted, Stage.DONE, until=until)
        )
        return opened

    async with aktop(arrange=arrange) as run:
        await run.shows("A pause is over", "1 h ago", f"Enable {NAME}")
        await run.press("tab", "enter")
        await run.shows("✓ active")
        assert stored_status(demo) == "active"


@pytest.mark.parametrize("is_over", [False, True])
async def test_a_pause_in_another_account_of_the_gateway_is_left_to_that(aktop: Start, is_over: bool) -> None:
    """This account does not have its key, which is no reason to forget that it is to be enabled again."""
    clock = LateClock()
    ago = timedelta(hours=2) if is_over else timedelta(0)

    def arrange(opened: Services) -> Services:
        now, limits = SystemClock().now(), Limits(*[Decimal(0)] * 4)
        before, wanted = KeyState("active", limits), KeyState("inactive", limits)
        at, until = (now - ago).isoformat(), (now - ago + timedelta(hours=1)).isoformat()
        url, stage = opened.client.base_url, Stage.DONE
        for entry in (
            Entry(at, url, 4711, "disable", before, wanted, stage, until=until, account="another"),
            Entry(at, url, 4712, "disable", before, wanted, Stage.UNKNOWN, account="another"),
        ):
            opened.journal.begin(entry)
        return replace(opened, clock=clock)

    async with aktop(arrange=arrange) as run:
        await run.on_key(NAME)
        clock.ahead = timedelta(hours=3)
        await run.shows("clock 3 h")
        await pause(run)
        actions, services = run.app.account.actions, run.app.account.services
        assert [entry.key_id for _, entry in actions.written()] == [key_in(run.demo).id]
        other, unknown = (entry for _, entry in reversed(services.journal.entries(services.client.base_url, "another")))
        assert (other.until is not None, unknown.stage) == (True, Stage.UNKNOWN)


async def test_a_change_without_an_answer_is_looked_up_at_the_next_start(aktop: Start, demo: DemoGateway) -> None:
    key = key_in(demo)
    limits = limits_of(key)

    def arrange(opened: Services) -> Services:
        wanted = KeyState("inactive", limits)
        opened.journal.begin(
            Entry(
                SystemClock().now().isoformat(),
                opened.client.base_url,
                key.id,
                "disable",
                KeyState("active", limits),
                wanted,
            )
        )
        return opened

    async with aktop(arrange=arrange) as run:
        await run.shows(f"An earlier change of {NAME}", "not done")
        assert not run.app.account.actions.unfinished()


async def test_a_change_that_comes_after_its_time_is_told_and_can_be_taken_back(
    aktop: Start, demo: DemoGateway
) -> None:
    """The gateway was slow, and did it after aktop had stopped waiting and looked it up."""
    clock, key = LateClock(), key_in(demo)
    limits = limits_of(key)

    def arrange(opened: Services) -> Services:
        return replace(opened, clock=clock)

    async with aktop(arrange=arrange) as run:
        await run.on_key(NAME)
        actions, at = run.app.account.actions, clock.now().isoformat()
        wanted = KeyState("inactive", limits)
        url = run.app.account.services.client.base_url
        run.app.account.services.journal.begin(
            Entry(at, url, key.id, "disable", KeyState("active", limits), wanted, Stage.UNKNOWN)
        )
        key.status = "inactive"
        await run.shows(f"○ {NAME}")
        assert actions.unfinished(), "somebody may be looking it up"
        clock.ahead = timedelta(minutes=2)
        await run.shows(f"An earlier change of {NAME}", "had no answer")
        assert (actions.unfinished(), [entry.key_id for _, entry in actions.done()]) == ([], [key.id])


async def test_the_reminder_is_set_and_taken_back(aktop: Start, demo: DemoGateway) -> None:
    async with aktop() as run:
        await run.on_key(NAME)
        before = demo.world.user.threshold
        await run.press("W")
        await run.shows("Low-balance reminder", "remind below, $")
        await run.press("9", "9", "9", "9")
        await run.shows("the balance is below")
        await run.press("enter", "enter")
        await run.shows("✓ reminder: $9 999.00 (your reminder)")
        assert demo.world.user.threshold == 9999
        await run.press("enter", "u")
        await run.shows("Undo", "remind below, $")
        await run.press("enter", "enter")
        await run.shows("✓ reminder:")
        assert demo.world.user.threshold == before
