"""Actions at a gateway of one key: sent once, written down with what became of them, undone only as they were done."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, key, window
from tui.account.actions import Actions, ReadOnly
from tui.domain.account import Profile
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.domain.intents import KeyAction, KeyIntent, Limits, Reminder, state_of
from tui.domain.keys import ApiKey, WindowName
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown
from tui.gateway.errors import GatewayError, error_of
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import KeyChange, Redeemed
from tui.store.journal import Entry, Journal, Stage

WINDOWS = {"5h": window(5, 0), "1d": window(20, 0)}
SHOWN = key(quota_usd=100, windows=WINDOWS)
STOPPED = replace(SHOWN, stored_status="inactive")
DISABLE = KeyIntent(SHOWN.id, KeyAction.DISABLE)
READ_ONLY = Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS)
MINUTE = timedelta(minutes=1)


class Gateway(GatewayClient):
    """A gateway with one key.

    `lost` and `unread` are what a change and the reads after it end with; `meanwhile` is the key after somebody else's
    change, which takes the place of ours.
    """

    def __init__(self) -> None:
        super().__init__("https://gateway.example")
        self.stored = SHOWN
        self.threshold = Decimal(1)
        self.lost: FailureKind | None = None
        self.unread: FailureKind | None = None
        self.is_done = True
        self.meanwhile: ApiKey | None = None
        self.changes: list[Any] = []
        self.waiting_reads = 0

    async def key(self, key_id: int, *, urgent: bool = True) -> ApiKey:
        assert key_id == self.stored.id
        self.waiting_reads += not urgent
        if self.changes and self.unread is not None:
            raise error_of(Failure(self.unread))
        return self.stored

    async def update_key(self, key_id: int, change: KeyChange, *, urgent: bool = True) -> ApiKey:
        assert key_id == self.stored.id
        self._sent(change)
        if self.meanwhile is not None:
            self.stored = self.meanwhile
        elif self.is_done:
            self.stored = changed(self.stored, change)
        self._answered()
        return self.stored

    async def profile(self, *, urgent: bool = True) -> Profile:
        if self.changes and self.unread is not None:
            raise error_of(Failure(self.unread))
        return Profile(1, "me@gateway.example", "me", Decimal(9), threshold=self.threshold)

    async def set_low_balance_threshold(self, usd: Decimal) -> Profile:
        self._sent(usd)
        if self.is_done:
            self.threshold = usd
        self._answered()
        return await self.profile()

    async def redeem(self, code: str, *, urgent: bool = True) -> Redeemed:
        self._sent(code)
        return Redeemed("balance", Decimal(5))

    def _sent(self, change: Any) -> None:
        self.changes.append(change)

    def _answered(self) -> None:
        if self.lost is not None:
            raise error_of(Failure(self.lost))


def changed(of: ApiKey, change: KeyChange) -> ApiKey:
    """A key after a change; None leaves a member as it is."""
    limits = {
        WindowName.FIVE_HOURS: change.limit_5h_usd,
        WindowName.ONE_DAY: change.limit_1d_usd,
        WindowName.SEVEN_DAYS: change.limit_7d_usd,
    }
    return replace(
        of,
        stored_status=change.status or of.stored_status,
        quota_usd=of.quota_usd if change.quota_usd is None else change.quota_usd,
        windows=tuple(
            one if (limit := limits[one.name]) is None else replace(one, limit_usd=limit) for one in of.windows
        ),
    )


class Desk:
    """What acts on the gateway, and its journal."""

    def __init__(self, folder: Path, capabilities: Capabilities = READ_ONLY) -> None:
        self.gateway = Gateway()
        self.journal = Journal(folder / "journal.json")
        self.now = NOW
        self.told = 0
        self.actions = Actions(self.gateway, self.journal, lambda: self.now, self._tell, capabilities)

    def _tell(self) -> None:
        self.told += 1

    @property
    def written(self) -> list[tuple[Stage, str]]:
        """Stage and answer of each action, newest first."""
        return [(entry.stage, entry.answer) for _number, entry in self.actions.written()]

    async def apply(self, intent: KeyIntent = DISABLE, batch: str | None = None) -> Outcome:
        """Apply an intent to the key as it is."""
        return await self.actions.apply(intent, self.gateway.stored, batch=batch)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, Capabilities())


ENTRY = Entry(NOW.isoformat(), "https://gateway.example", SHOWN.id, "disable", state_of(STOPPED), state_of(SHOWN))


@pytest.mark.parametrize(
    "act",
    [
        lambda actions: actions.apply(DISABLE, SHOWN),
        lambda actions: actions.undo(1, ENTRY),
        lambda actions: actions.redeem("CODE"),
        lambda actions: actions.set_reminder(Reminder(Decimal(2))),
    ],
    ids=["apply", "undo", "redeem", "reminder"],
)
async def test_read_only_nothing_is_sent_or_written(act: Callable[[Actions], Awaitable[Any]], tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with pytest.raises(ReadOnly):
        await act(desk.actions)
    assert (desk.gateway.changes, desk.written, desk.told) == ([], [], 0)


LOST = FailureKind.UNREACHABLE


def refused(kind: FailureKind) -> Refused:
    """The outcome of what was not done."""
    return Refused(Failure(kind))


@pytest.mark.parametrize(
    ("lost", "is_done", "unread", "outcome", "written", "told"),
    [
        (None, True, None, Applied(STOPPED, NOW), (Stage.DONE, "inactive"), 1),
        (LOST, True, None, Applied(STOPPED, NOW), (Stage.DONE, "inactive"), 1),
        (LOST, False, None, refused(LOST), (Stage.FAILED, "not applied"), 1),
        (LOST, True, FailureKind.TIMED_OUT, Unknown(Failure(LOST)), (Stage.UNKNOWN, "unreachable"), 0),
        (LOST, True, FailureKind.NOT_FOUND, refused(FailureKind.NOT_FOUND), (Stage.FAILED, "not_found"), 0),
        (FailureKind.FORBIDDEN, False, None, refused(FailureKind.FORBIDDEN), (Stage.FAILED, "forbidden"), 0),
    ],
    ids=["done", "lost but done", "lost and not done", "unknown", "gone", "refused"],
)
async def test_a_change_is_sent_once_and_what_became_of_it_is_written_and_told(
    desk: Desk,
    lost: FailureKind | None,
    is_done: bool,
    unread: FailureKind | None,
    outcome: Outcome,
    written: tuple[Stage, str],
    told: int,
) -> None:
    gateway = desk.gateway
    gateway.lost, gateway.is_done, gateway.unread = lost, is_done, unread
    assert await desk.apply() == outcome
    assert gateway.changes == [KeyChange(status="inactive")]
    assert (desk.written, desk.told, gateway.waiting_reads) == ([written], told, 0)
    assert len(desk.actions.done()) == (written[0] is Stage.DONE)
    assert len(desk.actions.unfinished()) == (written[0] is Stage.UNKNOWN)


async def test_a_lost_answer_is_settled_later_by_a_look_at_the_key(desk: Desk) -> None:
    gateway = desk.gateway
    gateway.lost, gateway.unread = LOST, FailureKind.TIMED_OUT
    await desk.apply()
    (unknown,) = desk.actions.unfinished()
    assert await desk.actions.settle(*unknown) == Unknown(Failure(FailureKind.TIMED_OUT))
    gateway.unread = None
    assert await desk.actions.settle(*unknown) == Applied(STOPPED, NOW)
    assert desk.written == [(Stage.DONE, "inactive")]
    gateway.stored = SHOWN
    assert await desk.actions.settle(*unknown) == Changed(SHOWN)
    assert len(gateway.changes) == 1


async def test_a_key_that_somebody_changed_otherwise_while_the_answer_was_lost_is_shown(desk: Desk) -> None:
    gateway = desk.gateway
    gateway.lost = LOST
    shown, gateway.stored = gateway.stored, replace(SHOWN, quota_usd=Decimal(7))
    assert await desk.actions.apply(DISABLE, shown) == Changed(gateway.stored, shown)
    assert (gateway.changes, desk.written) == ([], [])
    limit = KeyIntent(SHOWN.id, KeyAction.LIMIT, Limits(limit_1d_usd=Decimal(3)))
    gateway.meanwhile = STOPPED
    assert await desk.apply(limit) == Changed(STOPPED)
    assert desk.written == [(Stage.FAILED, "not applied")]


async def test_an_undo_restores_exactly_what_was_before_and_only_what_differs(desk: Desk) -> None:
    gateway, actions = desk.gateway, desk.actions
    limits = Limits(quota_usd=Decimal(0), limit_1d_usd=Decimal(3), limit_7d_usd=Decimal(9))
    await desk.apply(KeyIntent(SHOWN.id, KeyAction.LIMIT, limits))
    assert gateway.changes == [KeyChange(quota_usd=Decimal(0), limit_1d_usd=Decimal(3), limit_7d_usd=Decimal(9))]
    undoable = actions.undoable()
    assert undoable is not None
    assert isinstance(await actions.undo(*undoable), Applied)
    assert gateway.stored == SHOWN
    assert (actions.undoable(), desk.told, gateway.waiting_reads) == (None, 2, 0)
    assert [(entry.action, entry.undone) for _number, entry in actions.written()] == [("undo", True), ("limit", True)]


async def test_an_undo_of_a_key_that_has_changed_since_needs_the_key_to_be_shown(desk: Desk) -> None:
    gateway, actions = desk.gateway, desk.actions
    await desk.apply()
    done = actions.undoable()
    assert done is not None
    gateway.stored = replace(gateway.stored, quota_usd=Decimal(7))
    assert await actions.undo(*done) == Changed(gateway.stored)
    assert await actions.undo(*done, seen=STOPPED) == Changed(gateway.stored, STOPPED)
    gateway.stored = renamed = replace(gateway.stored, name="other")
    assert await actions.undo(*done, seen=replace(renamed, name="laptop")) == Changed(
        renamed, replace(renamed, name="laptop")
    )
    assert (len(gateway.changes), actions.undoable()) == (1, done)
    assert isinstance(await actions.undo(*done, seen=renamed), Applied)
    assert state_of(gateway.stored) == state_of(SHOWN)


async def test_a_batch_is_undone_in_the_order_in_which_it_was_done(desk: Desk) -> None:
    steps = [KeyIntent(SHOWN.id, KeyAction.LIMIT, Limits(limit_1d_usd=Decimal(usd))) for usd in (1, 2, 3)]
    for intent in steps:
        await desk.apply(intent, batch="both")
    await desk.apply(batch="other")
    first, second, third = desk.actions.done_together("both")
    assert first[0] < second[0] < third[0]
    desk.journal.mark_undone(second[0])
    assert desk.actions.done_together("both") == [first, third]


async def test_pauses_run_until_their_time_or_until_they_are_made_to_last(desk: Desk) -> None:
    for minutes in (30, 10, 20):
        desk.gateway.stored = SHOWN
        await desk.apply(replace(DISABLE, until=NOW + minutes * MINUTE))
    desk.gateway.stored = SHOWN
    await desk.apply()
    ends = [(NOW + minutes * MINUTE).isoformat() for minutes in (10, 20, 30)]
    assert [entry.until for entry in desk.actions.running_pauses()] == ends
    desk.now += 10 * MINUTE
    assert [entry.until for entry in desk.actions.running_pauses()] == ends[1:]
    desk.actions.leave_disabled(desk.actions.pauses()[0][0])
    assert [entry.until for entry in desk.actions.running_pauses()] == ends[2:]


async def test_a_redeemed_code_is_told(desk: Desk) -> None:
    assert await desk.actions.redeem("CODE") == Redeemed("balance", Decimal(5))
    assert (desk.gateway.changes, desk.told) == (["CODE"], 1)


@pytest.mark.parametrize(
    ("lost", "is_done", "unread", "failure", "written"),
    [
        (None, True, None, None, (Stage.DONE, "")),
        (LOST, True, None, None, (Stage.DONE, "")),
        (LOST, False, None, LOST, (Stage.FAILED, "unreachable")),
        (LOST, True, FailureKind.TIMED_OUT, FailureKind.TIMED_OUT, (Stage.UNKNOWN, "unreachable")),
        (FailureKind.FORBIDDEN, False, None, FailureKind.FORBIDDEN, (Stage.FAILED, "forbidden")),
    ],
    ids=["done", "lost but done", "lost and not done", "unknown", "refused"],
)
async def test_a_reminder_is_set_once_and_a_lost_answer_looked_up(
    desk: Desk,
    lost: FailureKind | None,
    is_done: bool,
    unread: FailureKind | None,
    failure: FailureKind | None,
    written: tuple[Stage, str],
) -> None:
    gateway = desk.gateway
    gateway.lost, gateway.is_done, gateway.unread = lost, is_done, unread
    if failure is None:
        assert (await desk.actions.set_reminder(Reminder(Decimal(2)))).threshold == 2
    else:
        with pytest.raises(GatewayError) as raised:
            await desk.actions.set_reminder(Reminder(Decimal(2)))
        assert raised.value.failure.kind is failure
    assert (gateway.changes, desk.written, desk.told) == ([Decimal(2)], [written], failure is None)


async def test_a_reminder_that_was_undone_and_its_undo_are_not_undone_again(desk: Desk) -> None:
    await desk.actions.set_reminder(Reminder(Decimal(2)))
    done = desk.actions.undoable()
    assert done is not None
    assert (done[1].key_id, done[1].before, done[1].wanted) == (0, Reminder(Decimal(1)), Reminder(Decimal(2)))
    await desk.actions.set_reminder(Reminder(Decimal(1)), undone=done[0])
    assert desk.actions.undoable() is None
