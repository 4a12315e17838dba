"""Actions on the gateway: the only place that changes anything there.

An action is checked against read-only, compared with a fresh read of the key, journalled, sent once, and completed in
the journal with the gateway's answer. If the answer is lost, the outcome is looked up; the change is never repeated.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from tui.account.account_mark import account_mark
from tui.config.complaints import file_complaint
from tui.domain.account import Profile
from tui.domain.capabilities import Capabilities, Capability
from tui.domain.failure import MAY_BE_DONE, Failure, may_be_under_way
from tui.domain.intents import KeyIntent, KeyState, Reminder, reminder_of, state_of, wanted_state
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed, Outcome, Refused, Unknown, Unwritten
from tui.gateway.errors import GatewayError, NotFound
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import KeyChange, Redeemed
from tui.store.journal import Entry, Journal, Stage

STILL_USED = timedelta(minutes=1)
"""For so long after a key was stopped, calls that had begun before may still show as its use."""


class ReadOnly(Exception):
    """aktop runs read-only: nothing was changed."""


class Withheld(Exception):
    """The agent may no longer act: nothing was sent."""


class AnswerLost(Exception):
    """Nobody can tell whether a code was redeemed."""


class Agent(Struct, frozen=True):
    """An agent other than a person: its name, its claim, and whether it may still act."""

    name: str
    claim: str
    may_act: Callable[[], bool]


class Actions:
    """Applies and undoes changes. `now` is the clock; `changed` is called after actions that may have changed a key."""

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
        self._known_account = ""

    @property
    def _account(self) -> str:
        """The mark of this account, also after its session has ended."""
        self._known_account = account_mark(self._client) or self._known_account
        return self._known_account

    async def apply(
        self, intent: KeyIntent, seen: ApiKey, agent: Agent | None = None, *, batch: str | None = None
    ) -> Outcome:
        """Apply an intent to a key if the key is still as it was shown; `batch` names what is undone together.

        Raises ReadOnly, and Withheld for an agent.
        """
        self._check()
        try:
            key = await self._client.key(intent.key_id, urgent=True)
        except GatewayError as error:
            return Refused(error.failure)
        if not is_as_seen(key, seen):
            return Changed(key, seen)
        before = state_of(key)
        return await self._carry_out(key.id, intent, before, wanted_state(before, intent), agent, batch)

    def done(self) -> list[tuple[int, Entry]]:
        """Actions done in this account and not undone, newest first."""
        found = self.written()
        return [(number, entry) for number, entry in found if entry.stage is Stage.DONE and not entry.undone]

    def written(self) -> list[tuple[int, Entry]]:
        """All journal entries of this account, whatever their outcome, newest first."""
        return self._journal.entries(self._client.base_url, self._account)

    def done_together(self, batch: str) -> list[tuple[int, Entry]]:
        """The actions of a batch that are not undone, in the order in which they were done."""
        return [one for one in reversed(self.done()) if one[1].batch == batch]

    def undoable(self) -> tuple[int, Entry] | None:
        """The latest action that can be undone."""
        return next(iter(self.done()), None)

    async def undo(
        self,
        number: int,
        entry: Entry,
        seen: ApiKey | None = None,
        agent: Agent | None = None,
        *,
        is_unasked: bool = False,
    ) -> Outcome:
        """Restore a key to its exact state before, unless it has changed since. Raises ReadOnly and Withheld.

        `seen` is the key as shown to a person who wants the undo even though the key has changed. What nobody asked
        for now needs more: a key that was used since was enabled in between, and stopped again by somebody.
        """
        self._check()
        assert isinstance(entry.before, KeyState)
        try:
            key = await self._client.key(entry.key_id, urgent=True)
        except GatewayError as error:
            return Refused(error.failure)
        if state_of(key) != entry.wanted if seen is None else not is_as_seen(key, seen):
            return Changed(key, seen)
        if (
            is_unasked
            and key.last_used_at is not None
            and key.last_used_at > datetime.fromisoformat(entry.at) + STILL_USED
        ):
            return Changed(key, seen)
        outcome = await self._carry_out(key.id, None, state_of(key), entry.before, agent)
        if isinstance(outcome, Applied):
            with suppress(OSError):  # it was done; a second undo would find nothing to change
                self._journal.mark_undone(number)
        return outcome

    def unfinished(self) -> list[tuple[int, Entry]]:
        """Actions with an unknown outcome, from this or an earlier run."""
        return self._journal.unfinished(self._client.base_url, self._account)

    async def settle(self, number: int, entry: Entry) -> Outcome:
        """Look up the unknown outcome of a change of a key."""
        assert isinstance(entry.wanted, KeyState)
        return await self._look_up(number, entry.key_id, entry.wanted, None)

    def pauses(self) -> list[tuple[int, Entry]]:
        """Timed pauses that nobody has ended, from this or an earlier run."""
        return [(number, entry) for number, entry in self.done() if entry.until is not None]

    def running_pauses(self) -> list[Entry]:
        """Timed pauses still running, next to end first."""
        now = self._now().isoformat()
        return sorted((entry for _, entry in self.pauses() if str(entry.until) > now), key=lambda one: str(one.until))

    def leave_disabled(self, number: int) -> None:
        """Keep aktop from ending a timed pause."""
        with suppress(OSError):  # if this cannot be written, the question comes up again
            self._journal.forget_until(number)

    async def redeem(self, code: str) -> Redeemed:
        """Redeem a code, once; a lost answer is looked up.

        Raises ReadOnly, GatewayError if it was not redeemed, and AnswerLost if nobody can tell.
        """
        self._check()
        try:
            redeemed = await self._client.redeem(code)
        except GatewayError as error:
            if error.failure.kind not in MAY_BE_DONE:
                raise
            redeemed = await self._looked_up(code, error)
        self._changed()
        return redeemed

    async def _looked_up(self, code: str, lost: GatewayError) -> Redeemed:
        try:
            found = await self._client.redeemed(code)
        except GatewayError:
            raise AnswerLost from None
        if found is None and may_be_under_way(lost.failure):
            raise AnswerLost
        if found is None:
            raise lost
        return found

    async def set_reminder(self, wanted: Reminder, *, undone: int | None = None) -> Profile:
        """Set the account's own low-balance reminder; `undone` is the number of the entry that this undoes.

        A lost answer is looked up, never repeated. Raises ReadOnly, GatewayError if it was not done, and OSError if it
        was not sent because the journal could not be written.
        """
        self._check()
        before = reminder_of(await self._client.profile())
        entry = Entry(
            self._now().isoformat(), self._client.base_url, 0, "reminder", before, wanted, account=self._account
        )
        number = self._journal.begin(replace(entry, undone=undone is not None))
        try:
            profile = await self._client.set_low_balance_threshold(wanted.threshold)
        except GatewayError as error:
            if not self._may_be_done(number, error.failure):
                raise
            profile = await self._client.profile()
            if reminder_of(profile) != wanted:
                self._finish(number, Stage.FAILED, error.failure.kind.value)
                raise
        self._finish(number, Stage.DONE, "", reminder_of(profile))
        if undone is not None:
            with suppress(OSError):
                self._journal.mark_undone(undone)
        self._changed()
        return profile

    def _finish(self, number: int, stage: Stage, answer: str, after: KeyState | Reminder | None = None) -> None:
        """Record the outcome; if that fails, the next start finds the entry unfinished and looks it up."""
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
        """Journal, send once, complete the journal. An undo has no intent, and cannot be undone itself."""
        if agent is not None and not agent.may_act():
            raise Withheld
        word = intent.action.value if intent else "undo"
        until = intent.until.isoformat() if intent and intent.until else None
        entry = Entry(
            self._now().isoformat(),
            self._client.base_url,
            key_id,
            word,
            before,
            wanted,
            until=until,
            batch=batch,
            account=self._account,
        )
        if agent is not None:
            entry = replace(entry, by=agent.name, claim=agent.claim)
        try:
            number = self._journal.begin(entry if intent else replace(entry, undone=True))
        except OSError as error:
            return Unwritten(f"{error.filename}: {file_complaint(error)}" if error.filename else file_complaint(error))
        try:
            key = await self._client.update_key(key_id, change_between(before, wanted))
        except GatewayError as error:
            if not self._may_be_done(number, error.failure):
                return Refused(error.failure)
            outcome = await self._look_up(number, key_id, wanted, error.failure)
            if not isinstance(outcome, Changed) or state_of(outcome.key) != before:
                return outcome
            if not may_be_under_way(error.failure):
                return Refused(error.failure)
            self._finish(number, Stage.UNKNOWN, error.failure.kind.value)
            return Unknown(error.failure, is_as_before=True)
        self._finish(number, Stage.DONE, key.stored_status, state_of(key))
        self._changed()
        return Applied(key, self._now())

    def _may_be_done(self, number: int, failure: Failure) -> bool:
        """Note that a change failed; whether it may have been carried out all the same."""
        may_be_done = failure.kind in MAY_BE_DONE
        self._finish(number, Stage.UNKNOWN if may_be_done else Stage.FAILED, failure.kind.value)
        return may_be_done

    async def _look_up(self, number: int, key_id: int, wanted: KeyState, lost: Failure | None) -> Outcome:
        try:
            key = await self._client.key(key_id, urgent=True)
        except NotFound as error:
            self._finish(number, Stage.FAILED, error.failure.kind.value)
            return Refused(error.failure)
        except GatewayError as error:
            return Unknown(lost or error.failure)
        self._changed()
        if change_between(state_of(key), wanted) == KeyChange():
            self._finish(number, Stage.DONE, key.stored_status, state_of(key))
            return Applied(key, self._now())
        self._finish(number, Stage.FAILED, "not applied")
        return Changed(key)


def is_as_seen(key: ApiKey, seen: ApiKey) -> bool:
    """Whether it is the key that was shown: with another name or group it may be one that nobody meant."""
    return (key.name, key.group_id) == (seen.name, seen.group_id) and state_of(key) == state_of(seen)


def change_between(before: KeyState, wanted: KeyState) -> KeyChange:
    """Only the differences, so that changes by others are not overwritten (contract 4.5)."""

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
    """The status if it may be sent: a user can set only these two (contract 4.5)."""
    return status if status in ("active", "inactive") else None
