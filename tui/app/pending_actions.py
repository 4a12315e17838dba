"""What outlives a dialog: timed pauses that end, and unfinished actions of earlier runs."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta

from tui.account.context import AccountContext
from tui.domain.capabilities import Capability
from tui.domain.intents import KeyState, state_of
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed
from tui.monitor.questions import AskKeys
from tui.present import key_actions as words
from tui.present import pauses
from tui.present.display_context import DisplayContext, context_of
from tui.present.key_names import key_name
from tui.screens.dialogs import Ask, Next, confirm_dialog
from tui.store.journal import GUARD, Entry, Stage
from widgets.dialogs import ActOutcome

AGAIN_AFTER = timedelta(seconds=30)
SHOWN_WITHIN = timedelta(seconds=10)
"""After this time keys that are read show a change that was answered."""
LATE_AFTER = timedelta(seconds=60)
"""Longer than a change waits for its answer and is looked up: nobody is at it any more."""


class PendingActions:
    """Ends timed pauses when they are due, and settles what earlier runs left behind, once the keys are known.

    Every open aktop ends pauses that become due while it runs: the first one wins, the others find it done. The guard's
    pauses are left to the guard.
    """

    def __init__(self, account: AccountContext, started_at: datetime) -> None:
        self._account = account
        self._started_at = started_at
        self._is_settled = False
        self._not_before: dict[int, datetime] = {}

    def due(self, privacy: bool) -> Iterator[AsyncIterator[Next]]:
        """What is to be done now; each item yields what to tell or ask."""
        account, now = self._account, self._account.services.clock.now()
        if not account.can(Capability.ACTIONS) or account.monitor.snapshot.data(AskKeys()) is None:
            return
        if not self._is_settled:
            self._is_settled = True
            yield self._settle(privacy)
        for number, entry in account.actions.unfinished():
            if self._has_happened(entry, now) and now >= self._not_before.get(number, now):
                self._not_before[number] = now + AGAIN_AFTER
                yield self._settle_late(number, entry, privacy)
        for number, entry in account.actions.pauses():
            until = datetime.fromisoformat(str(entry.until))
            if entry.by != GUARD and now < until and self._is_ended_by_hand(entry):
                account.actions.leave_disabled(number)
                continue
            if entry.by != GUARD and self._started_at <= until <= now and now >= self._not_before.get(number, now):
                self._not_before[number] = now + AGAIN_AFTER
                yield self._end(number, entry, privacy)

    async def _end(self, number: int, entry: Entry, privacy: bool) -> AsyncIterator[Next]:
        key = self._account.monitor.snapshot.key(entry.key_id)
        if key is None:
            self._account.actions.leave_disabled(number)
            return
        outcome = await self._account.actions.undo(number, entry, is_unasked=True)
        if isinstance(outcome, Changed):
            self._account.actions.leave_disabled(number)
        yield pauses.ended_toast(outcome, key, entry, self._look(privacy))

    def _is_ended_by_hand(self, entry: Entry) -> bool:
        """Whether somebody has enabled the key since: if it is stopped again, that is no part of the pause."""
        feed = self._account.monitor.snapshot.feed(AskKeys())
        key = next((one for one in feed.data or () if one.id == entry.key_id), None)
        is_newer = feed.fetched_at is not None and feed.fetched_at > datetime.fromisoformat(entry.at) + SHOWN_WITHIN
        return is_newer and key is not None and key.stored_status == "active"

    def _has_happened(self, entry: Entry, now: datetime) -> bool:
        """Whether a change that nobody answered seems to be done by now."""
        key = self._account.monitor.snapshot.key(entry.key_id)
        is_late = (
            entry.stage is Stage.UNKNOWN and entry.by != GUARD and now - datetime.fromisoformat(entry.at) >= LATE_AFTER
        )
        return is_late and key is not None and state_of(key) == entry.wanted

    async def _settle_late(self, number: int, entry: Entry, privacy: bool) -> AsyncIterator[Next]:
        outcome = await self._account.actions.settle(number, entry)
        if isinstance(outcome, Applied):
            name = key_name(entry.key_id, self._account.monitor.snapshot, self._look(privacy))
            yield pauses.settled_toast(outcome, name)

    async def _settle(self, privacy: bool) -> AsyncIterator[Next]:
        """Look up changes with an unknown outcome, then offer the pauses that ended while no aktop ran."""
        actions = self._account.actions
        for number, entry in actions.unfinished():
            if isinstance(entry.wanted, KeyState):
                name = key_name(entry.key_id, self._account.monitor.snapshot, self._look(privacy))
                yield pauses.settled_toast(await actions.settle(number, entry), name)
        for number, entry in actions.pauses():
            if entry.by != GUARD and datetime.fromisoformat(str(entry.until)) < self._started_at:
                yield self._offer(number, entry, privacy)

    def _offer(self, number: int, entry: Entry, privacy: bool) -> Next:
        key = self._account.monitor.snapshot.key(entry.key_id)
        if key is None or state_of(key) != entry.wanted:
            self._account.actions.leave_disabled(number)
            return None
        return self._ask(number, entry, key, privacy)

    def _ask(self, number: int, entry: Entry, key: ApiKey, privacy: bool) -> Ask:
        async def act() -> ActOutcome:
            outcome = await self._account.actions.undo(number, entry, key)
            return ActOutcome(*words.outcome_line(outcome, self._look(privacy)))

        return Ask(confirm_dialog(pauses.overdue_model(key, entry, self._look(privacy)), act))

    def _look(self, privacy: bool) -> DisplayContext:
        return context_of(self._account.monitor.snapshot, self._account.services.clock.now(), privacy=privacy)
