"""Acting on the gateway: the only place that changes anything there.

An action is checked against read-only, compared with a fresh look at the key, journalled, sent once, completed in the
journal, and answered with what the gateway said. A change whose answer was lost is looked up, never repeated.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tui.config.complaints import file_complaint
from tui.domain.account import Profile
from tui.domain.capabilities import Capabilities, Capability
from tui.domain.failure import Failure
from tui.domain.intents import KeyIntent, KeyState, Reminder, reminder_of, state_of, wanted_state
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown, Unwritten
from tui.gateway.errors import GatewayError, Unreachable
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import KeyChange, Redeemed
from tui.store.journal import Entry, Journal, Stage


class ReadOnly(Exception):
    """aktop was started read-only: nothing is changed."""


class Withheld(Exception):
    """Who acts may do so no more: nothing was sent."""


class Agent(Struct, frozen=True):
    """Who acts where that is no person: its name, by which claim, and whether it still may."""

    name: str
    claim: str
    may_act: Callable[[], bool]


class Actions:
    """Applies and undoes. `now` is the clock; `changed` is called after every action that may have changed a key."""

    def __init__(
        self,
        client: GatewayClient,
        journal: Journal,
        now: Callable[[], datetime],
        changed: Callable[[], None],
        capabilities: Capabilities,
    ) -> None:
        self._capabilities = capabilities
        self._client = client
        self._journal = journal
        self._now = now
        self._changed = changed

    async def apply(
        self, intent: KeyIntent, seen: ApiKey, agent: Agent | None = None, *, batch: str | None = None
    ) -> Outcome:
        """Carry out an intent on a key, if it is still as it was seen; `batch` names what is undone together with it.

        Raises ReadOnly, and Withheld for an agent.
        """
        self._check()
        try:
            key = await self._client.key(intent.key_id, urgent=True)
        except GatewayError as error:
            return Refused(error.failure)
        if not is_as_seen(key, seen):
            return Changed(key)
        before = state_of(key)
        return await self._carry_out(key.id, intent, before, wanted_state(before, intent), agent, batch)

    def done(self) -> list[tuple[int, Entry]]:
        """What was done on this gateway and not taken back, the newest first."""
        found = self._journal.entries(self._client.base_url)
        return [(number, entry) for number, entry in found if entry.stage is Stage.DONE and not entry.undone]

    def written(self) -> list[tuple[int, Entry]]:
        """All that the journal has of this gateway, whatever came of it, the newest first."""
        return self._journal.entries(self._client.base_url)

    def done_together(self, batch: str) -> list[tuple[int, Entry]]:
        """What was done at once and not taken back, in the order in which it was done."""
        return [one for one in reversed(self.done()) if one[1].batch == batch]

    def undoable(self) -> tuple[int, Entry] | None:
        """The last action that can be taken back."""
        return next(iter(self.done()), None)

    async def undo(
        self, number: int, entry: Entry, seen: ApiKey | None = None, agent: Agent | None = None
    ) -> Outcome:  # fmt: skip
        """Put a key back to exactly what it was before, unless it has changed since. Raises ReadOnly and Withheld.

        `seen` is the key as a person saw it who wants that, whatever has changed before.
        """
        self._check()
        assert isinstance(entry.before, KeyState)
        try:
            key = await self._client.key(entry.key_id, urgent=True)
        except GatewayError as error:
            return Refused(error.failure)
        if state_of(key) != entry.wanted if seen is None else not is_as_seen(key, seen):
            return Changed(key)
        outcome = await self._carry_out(key.id, None, state_of(key), entry.before, agent)
        if isinstance(outcome, Applied):
            with suppress(OSError):  # it was done; whoever wants it once more sees that nothing would change
                self._journal.mark_undone(number)
        return outcome

    def unfinished(self) -> list[tuple[int, Entry]]:
        """Actions of which the outcome is not known, from this or an earlier run."""
        return self._journal.unfinished(self._client.base_url)

    async def settle(self, number: int, entry: Entry) -> Outcome:
        """Look up what became of a change of a key whose outcome is not known."""
        assert isinstance(entry.wanted, KeyState)
        return await self._look_up(number, entry.key_id, entry.wanted, None)

    def pauses(self) -> list[tuple[int, Entry]]:
        """The timed pauses that nobody has ended yet, from this or an earlier run."""
        return [(number, entry) for number, entry in self.done() if entry.until is not None]

    def running_pauses(self) -> list[Entry]:
        """The timed pauses that are still to end, the next one first."""
        now = self._now().isoformat()
        return sorted((entry for _, entry in self.pauses() if str(entry.until) > now), key=lambda one: str(one.until))

    def leave_disabled(self, number: int) -> None:
        """A timed pause is not to be ended by aktop."""
        with suppress(OSError):  # while that cannot be written down it is asked again
            self._journal.forget_until(number)

    async def redeem(self, code: str) -> Redeemed:
        """Redeem a code, once. Raises ReadOnly and GatewayError."""
        self._check()
        redeemed = await self._client.redeem(code)
        self._changed()
        return redeemed

    async def set_reminder(self, wanted: Reminder, *, undone: int | None = None) -> Profile:
        """Set the account's own low-balance reminder; `undone` is the number of the entry that this takes back.

        A lost answer is looked up, never repeated. Raises ReadOnly, GatewayError when it was not done, and OSError when
        it was not sent since it could not be written down.
        """
        self._check()
        before = reminder_of(await self._client.profile())
        entry = Entry(self._now().isoformat(), self._client.base_url, 0, "reminder", before, wanted)
        number = self._journal.begin(replace(entry, undone=undone is not None))
        try:
            profile = await self._client.set_low_balance_threshold(wanted.threshold)
        except Unreachable as error:
            self._finish(number, Stage.UNKNOWN, error.failure.kind.value)
            profile = await self._client.profile()
            if reminder_of(profile) != wanted:
                self._finish(number, Stage.FAILED, error.failure.kind.value)
                raise
        except GatewayError as error:
            self._finish(number, Stage.FAILED, error.failure.kind.value)
            raise
        self._finish(number, Stage.DONE, "", reminder_of(profile))
        if undone is not None:
            with suppress(OSError):
                self._journal.mark_undone(undone)
        self._changed()
        return profile

    def _finish(self, number: int, stage: Stage, answer: str, after: KeyState | Reminder | None = None) -> None:
        """Write down what came of it; where that cannot be, the next start finds it unfinished, and looks it up."""
        with suppress(OSError):
            self._journal.finish(number, stage, answer, after)

    def _check(self) -> None:
        if not self._capabilities.can(Capability.ACTIONS):
            raise ReadOnly

    async def _carry_out(
        self,
        key_id: int,
        intent: KeyIntent | None,
        before: KeyState,
        wanted: KeyState,
        agent: Agent | None,
        batch: str | None = None,
    ) -> Outcome:
        """Journal, send once, complete the journal; an undo comes without an intent, and cannot be undone itself."""
        if agent is not None and not agent.may_act():
            raise Withheld
        word = intent.action.value if intent else "undo"
        until = intent.until.isoformat() if intent and intent.until else None
        entry = Entry(
            self._now().isoformat(), self._client.base_url, key_id, word, before, wanted, until=until, batch=batch
        )
        if agent is not None:
            entry = replace(entry, by=agent.name, claim=agent.claim)
        try:
            number = self._journal.begin(entry if intent else replace(entry, undone=True))
        except OSError as error:
            return Unwritten(f"{error.filename}: {file_complaint(error)}" if error.filename else file_complaint(error))
        try:
            key = await self._client.update_key(key_id, change_between(before, wanted))
        except Unreachable as error:
            self._finish(number, Stage.UNKNOWN, error.failure.kind.value)
            return await self._look_up(number, key_id, wanted, error.failure)
        except GatewayError as error:
            self._finish(number, Stage.FAILED, error.failure.kind.value)
            return Refused(error.failure)
        self._finish(number, Stage.DONE, key.stored_status, state_of(key))
        self._changed()
        return Applied(key, self._now())

    async def _look_up(self, number: int, key_id: int, wanted: KeyState, lost: Failure | None) -> Outcome:
        try:
            key = await self._client.key(key_id, urgent=True)
        except Unreachable as error:
            return Unknown(lost or error.failure)
        except GatewayError as error:
            self._finish(number, Stage.FAILED, error.failure.kind.value)
            return Refused(error.failure)
        self._changed()
        if change_between(state_of(key), wanted) == KeyChange():
            self._finish(number, Stage.DONE, key.stored_status, state_of(key))
            return Applied(key, self._now())
        self._finish(number, Stage.FAILED, "not applied")
        return Changed(key)


def is_as_seen(key: ApiKey, seen: ApiKey) -> bool:
    """Whether it is the key that was seen: by another name, or in another group, it may be one that nobody meant."""
    return (key.name, key.group_id) == (seen.name, seen.group_id) and state_of(key) == state_of(seen)


def change_between(before: KeyState, wanted: KeyState) -> KeyChange:
    """Only what differs, so that nothing that others changed is overwritten (contract 4.5)."""

    def amount(name: str) -> Decimal | None:
        old, new = getattr(before.limits, name), getattr(wanted.limits, name)
        return None if old == new else new

    return KeyChange(
        status=None if before.status == wanted.status else _settable(wanted.status),
        quota_usd=amount("quota_usd"),
        limit_5h_usd=amount("limit_5h_usd"),
        limit_1d_usd=amount("limit_1d_usd"),
        limit_7d_usd=amount("limit_7d_usd"),
    )


def _settable(status: str) -> str | None:
    """A status that may be sent: a user sets only these two (contract 4.5)."""
    return status if status in ("active", "inactive") else None
