"""What outlives a dialog: pauses end once, when they are due, and nobody's key is enabled unasked."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.account.test_actions import DISABLE, SHOWN, Desk
from tests.unit.present.shown import NOTHING_KNOWN, account
from tests.unit.samples import NOW
from tui.account.actions import Agent
from tui.app.pending_actions import PendingActions
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import FailureKind
from tui.domain.intents import state_of
from tui.domain.keys import ApiKey
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.present.toasts import Toast
from tui.screens.dialogs import Ask
from tui.store.journal import GUARD, Stage

MINUTE = timedelta(minutes=1)
ACTIVE, STOPPED = "active", "inactive"


class Aktop:
    """An aktop that was started at NOW, on the account of a desk."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder, Capabilities())
        self.snapshot = NOTHING_KNOWN
        self.capabilities = Capabilities()
        clock = SimpleNamespace(now=lambda: self.desk.now)
        context: Any = SimpleNamespace(
            services=SimpleNamespace(clock=clock),
            monitor=self,
            actions=self.desk.actions,
            can=lambda capability: self.capabilities.can(capability),
        )
        self.pending = PendingActions(context, NOW)

    def sees(self, *keys: ApiKey) -> None:
        """Read the keys; without any, there is none left."""
        self.snapshot = account((AskKeys(), keys))

    async def step(self) -> list[Any]:
        """What is told and asked now."""
        return [told for one in self.pending.due(False) async for told in one]

    async def pause(self, minutes: float, agent: Agent | None = None) -> None:
        """Disable the key until some minutes after the start."""
        self.desk.gateway.stored = SHOWN
        await self.desk.actions.apply(replace(DISABLE, until=NOW + minutes * MINUTE), SHOWN, agent)
        self.sees(self.desk.gateway.stored)

    @property
    def status(self) -> str:
        """What the gateway has for the key."""
        return self.desk.gateway.stored.stored_status

    @property
    def timed(self) -> int:
        """How many pauses nobody has ended."""
        return len(self.desk.actions.pauses())


@pytest.fixture
def aktop(tmp_path: Path) -> Aktop:
    return Aktop(tmp_path)


def toasts(told: list[Any]) -> list[bool]:
    """Whether each is a toast."""
    return [isinstance(one, Toast) for one in told]


async def test_a_pause_ends_when_it_is_due_and_once(aktop: Aktop) -> None:
    await aktop.pause(30)
    aktop.desk.now = NOW + 29 * MINUTE
    assert (await aktop.step(), aktop.status) == ([], STOPPED)
    aktop.desk.now = NOW + 30 * MINUTE
    assert (toasts(await aktop.step()), aktop.status) == ([True], ACTIVE)
    aktop.desk.now += 10 * MINUTE
    assert (await aktop.step(), aktop.timed, len(aktop.desk.gateway.changes)) == ([], 0, 2)


async def test_nothing_is_done_before_the_keys_are_known_or_read_only(aktop: Aktop) -> None:
    await aktop.pause(0)
    known, aktop.snapshot = aktop.snapshot, NOTHING_KNOWN
    assert list(aktop.pending.due(False)) == []
    aktop.snapshot = known
    aktop.capabilities = Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS)
    assert list(aktop.pending.due(False)) == []
    aktop.capabilities = Capabilities()
    assert (toasts(await aktop.step()), aktop.status) == ([True], ACTIVE)


async def test_an_end_that_the_gateway_did_not_hear_of_is_tried_again_half_a_minute_later(aktop: Aktop) -> None:
    await aktop.pause(0)
    aktop.desk.gateway.unread = FailureKind.UNREACHABLE
    assert (toasts(await aktop.step()), aktop.status) == ([True], STOPPED)
    aktop.desk.gateway.unread = None
    aktop.desk.now += timedelta(seconds=29)
    assert (await aktop.step(), aktop.status) == ([], STOPPED)
    aktop.desk.now += timedelta(seconds=1)
    assert (toasts(await aktop.step()), aktop.status) == ([True], ACTIVE)


async def test_a_pause_of_the_guard_is_the_guards(aktop: Aktop) -> None:
    for number, minutes in enumerate((-5, 0), 1):
        await aktop.pause(minutes, Agent(GUARD, "claim", lambda: True))
        assert (await aktop.step(), aktop.status, aktop.timed) == ([], STOPPED, number)


async def test_a_key_that_is_gone_or_was_changed_is_left_as_it_is(aktop: Aktop) -> None:
    await aktop.pause(0)
    aktop.sees()
    assert (await aktop.step(), aktop.timed) == ([], 0)
    await aktop.pause(1)
    aktop.desk.now += MINUTE
    aktop.desk.gateway.stored = replace(aktop.desk.gateway.stored, name="other", quota_usd=SHOWN.quota_usd + 1)
    assert (toasts(await aktop.step()), aktop.status, aktop.timed) == ([True], STOPPED, 0)


async def test_what_somebody_stopped_again_after_ending_the_pause_by_hand_stays_stopped(aktop: Aktop) -> None:
    await aktop.pause(30)
    paused = aktop.desk.gateway.stored
    aktop.desk.now += MINUTE
    aktop.snapshot = account((AskKeys(), (SHOWN,)))
    assert (await aktop.step(), aktop.timed) == ([], 1), "read before the pause, as far as anybody knows"
    later = Answered(AskKeys(), (SHOWN,), NOW + MINUTE)
    aktop.snapshot = reduce(aktop.snapshot, later)
    assert (await aktop.step(), aktop.timed) == ([], 0)
    aktop.sees(paused)
    aktop.desk.now = NOW + 30 * MINUTE
    assert (await aktop.step(), aktop.status) == ([], STOPPED)


@pytest.mark.parametrize(("used_s", "status"), [(20, ACTIVE), (90, STOPPED)])
async def test_a_key_that_was_used_during_its_pause_was_stopped_by_somebody_else(
    aktop: Aktop, used_s: float, status: str
) -> None:
    """Nobody saw it: the machine slept. Calls that began before the pause are no such use."""
    await aktop.pause(30)
    stored = aktop.desk.gateway.stored
    aktop.desk.gateway.stored = replace(stored, last_used_at=NOW + timedelta(seconds=used_s))
    aktop.desk.now = NOW + 30 * MINUTE
    assert toasts(await aktop.step()) == [True]
    assert (aktop.status, aktop.timed) == (status, 0)


async def test_a_pause_that_ended_while_nobody_was_here_is_only_offered(aktop: Aktop) -> None:
    await aktop.pause(-1)
    (asked,) = await aktop.step()
    assert isinstance(asked, Ask)
    assert (aktop.status, aktop.timed, await aktop.step()) == (STOPPED, 1, [])


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "changed"])
async def test_what_cannot_be_offered_any_more_is_left_disabled(aktop: Aktop, is_gone: bool) -> None:
    await aktop.pause(-1)
    aktop.sees(*([] if is_gone else [SHOWN]))
    assert (await aktop.step(), aktop.status, aktop.timed) == ([None], STOPPED, 0)


async def test_a_change_of_unknown_outcome_is_looked_up_once(aktop: Aktop) -> None:
    gateway = aktop.desk.gateway
    gateway.lost, gateway.unread = FailureKind.UNREACHABLE, FailureKind.UNREACHABLE
    await aktop.pause(30)
    gateway.lost = gateway.unread = None
    assert toasts(await aktop.step()) == [True]
    assert [entry.stage for _number, entry in aktop.desk.actions.written()] == [Stage.DONE]
    assert state_of(gateway.stored).status == STOPPED
    assert await aktop.step() == []
