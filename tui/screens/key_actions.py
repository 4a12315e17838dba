"""Dialogs that change a key, or the account's reminder: who is meant, the change, the gateway's answer.

A dialog fixes its key by id when it is created, whatever the table does then.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from msgspec import Struct

from tui.account.actions import ReadOnly
from tui.account.context import AccountContext
from tui.domain.capabilities import Capability
from tui.domain.intents import NO_LIMITS, KeyAction, KeyIntent, KeyState, Limits, Reminder, limits_changed
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Outcome, Unwritten
from tui.gateway.errors import GatewayError
from tui.monitor.questions import AskKeyCosts, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.present import key_actions as words
from tui.present import pauses, reminder
from tui.present.dialogs import failed_outcome, read_only_outcome
from tui.present.display_context import DisplayContext, context_of
from tui.screens.dialogs import Ask, Next, confirm_dialog, form_dialog, yes_no_dialog
from tui.screens.messages import Quit
from tui.store.journal import Entry
from widgets.dialogs import ActOutcome, FormCheck


class ActionContext(Struct, frozen=True, eq=False):
    """The account as shown when a person pressed the key, and whether names are hidden."""

    account: AccountContext
    snapshot: Snapshot
    privacy: bool

    def look(self) -> DisplayContext:
        """How to word something at this moment."""
        return context_of(self.snapshot, self.account.services.clock.now(), privacy=self.privacy)

    def outcome(self, outcome: Outcome, limits: Limits = NO_LIMITS) -> ActOutcome:
        """What the gateway said to a change of a key; `limits` are those that were to be set."""
        return ActOutcome(*words.outcome_line(outcome, self.look(), limits))

    async def apply(self, intent: KeyIntent, seen: ApiKey, batch: str | None = None) -> ActOutcome:
        """Change a key that a person saw like this; `batch` names what is undone together with it."""
        return self.outcome(await self.account.actions.apply(intent, seen, batch=batch), intent.limits)


KeyDialog = Callable[[ActionContext, ApiKey], Next]


def about_key(shown: ActionContext, key_id: int | None, dialog: KeyDialog) -> Next:
    """A dialog about a key, or why there is none."""
    if key_id is None:
        return words.no_key()
    key = shown.snapshot.key(key_id)
    return words.key_is_gone() if key is None else dialog(shown, key)


def switch(shown: ActionContext, key: ApiKey) -> Next:
    """Disable a key, or enable it again."""
    intent = words.switch_intent(key)

    async def act() -> ActOutcome:
        return await shown.apply(intent, key)

    return Ask(confirm_dialog(words.switch_model(key, intent, shown.look()), act), can_undo=True)


def limit(shown: ActionContext, key: ApiKey, typed: Mapping[str, str] | None = None) -> Next:
    """Set quota and spend limits; `typed` prefills the fields."""
    usual, wanted = usual_day_usd(key, shown.snapshot), NO_LIMITS

    def check(values: Mapping[str, str]) -> FormCheck:
        nonlocal wanted
        wanted, checked = words.check_limits(key, values, shown.look(), usual)
        return checked

    async def act(_values: Mapping[str, str]) -> ActOutcome:
        return await shown.apply(KeyIntent(key.id, KeyAction.LIMIT, wanted), key)

    return Ask(form_dialog(words.limits_form(key, typed or {}, shown.look()), check, act), can_undo=True)


def timed_pause(shown: ActionContext, key: ApiKey) -> Next:
    """Disable a key for some minutes."""
    if not pauses.can_pause(key):
        return pauses.cannot_pause(key, shown.look())

    def check(values: Mapping[str, str]) -> FormCheck:
        return pauses.check_pause(key, values[pauses.MINUTES], shown.look())

    async def act(values: Mapping[str, str]) -> ActOutcome:
        until = pauses.end_of(values[pauses.MINUTES], shown.look())
        return await shown.apply(KeyIntent(key.id, KeyAction.DISABLE, until=until), key)

    return Ask(form_dialog(pauses.pause_form(key, shown.look()), check, act), can_undo=True)


def leave(shown: ActionContext) -> Next:
    """Leave aktop; asks first while a timed pause runs."""
    running = shown.account.actions.running_pauses()
    if not shown.snapshot.capabilities.can(Capability.ACTIONS) or not running:
        return Quit()
    model = pauses.leaving_model(running, shown.snapshot, shown.look())
    return Ask(yes_no_dialog(model), lambda yes: Quit() if yes else None)


def remind(shown: ActionContext, wanted: Reminder | None = None, *, undone: int | None = None) -> Next:
    """Set the account's low-balance reminder; `wanted` is what an undo restores."""
    snapshot, profile = shown.snapshot, shown.snapshot.data(AskProfile())
    if profile is None:
        return reminder.account_unknown()
    seen = profile

    def check(values: Mapping[str, str]) -> FormCheck:
        return reminder.check(values[reminder.FIELD], seen, snapshot)

    async def act(values: Mapping[str, str]) -> ActOutcome:
        return await _set_reminder(shown, reminder.read(values[reminder.FIELD]), undone)

    model = reminder.form(seen, wanted, snapshot, shown.look(), is_undo=undone is not None)
    return Ask(form_dialog(model, check, act), can_undo=undone is None)


async def _set_reminder(shown: ActionContext, wanted: Reminder, undone: int | None) -> ActOutcome:
    try:
        profile = await shown.account.actions.set_reminder(wanted, undone=undone)
    except ReadOnly:
        return read_only_outcome()
    except GatewayError as error:
        return failed_outcome(error.failure)
    except OSError as error:
        return shown.outcome(Unwritten(error.strerror or str(error)))
    return ActOutcome(True, reminder.outcome_line(profile, shown.account.monitor.snapshot))


def undo(shown: ActionContext) -> Next:
    """Take the last change back."""
    last = shown.account.actions.undoable()
    if last is None:
        return words.nothing_to_undo()
    number, entry = last
    if isinstance(entry.before, Reminder):
        return remind(shown, entry.before, undone=number)
    return undo_entry(shown, number, entry)


def undo_entry(shown: ActionContext, number: int, entry: Entry) -> Next:
    """Take one change of a key back."""

    assert isinstance(entry.before, KeyState)
    assert isinstance(entry.wanted, KeyState)
    put_back = limits_changed(entry.wanted, entry.before)

    def ask(shown: ActionContext, key: ApiKey) -> Next:
        async def act() -> ActOutcome:
            return shown.outcome(await shown.account.actions.undo(number, entry, key), put_back)

        return Ask(confirm_dialog(words.undo_model(key, entry, shown.look()), act))

    return about_key(shown, entry.key_id, ask)


def usual_day_usd(key: ApiKey, snapshot: Snapshot) -> Decimal | None:
    """What the key costs on a usual day, in whole cents."""
    cost = (snapshot.data(AskKeyCosts()) or {}).get(key.id)
    usual = cost.usual_day_usd if cost is not None else None
    return None if usual is None else usual.quantize(Decimal("0.01"))
