"""Changing a key from a screen: capture who is meant, ask, apply, show what the gateway said."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from tui.account.actions import ReadOnly
from tui.account.context import AccountContext
from tui.domain.intents import NO_LIMITS, KeyAction, KeyIntent, Limits, Reminder, state_of
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Unwritten
from tui.gateway.errors import GatewayError
from tui.locale import _
from tui.monitor.questions import AskKeyCosts, AskProfile
from tui.present import failures, pauses, reminder
from tui.present import format as fmt
from tui.present import key_actions as words
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from tui.screens.dialog_words import dialog_words
from tui.screens.yes_no import YesNoDialog
from widgets.dialogs import ActOutcome, ConfirmDialog, FormCheck, FormDialog, FormField
from widgets.values import Cell, Emphasis, Line

if TYPE_CHECKING:
    from tui.screens.account_screen import AccountScreen


class KeyActions:
    """The dialogs that change a key. The key is fixed by its id when the dialog opens, whatever the table does then."""

    def __init__(self, screen: "AccountScreen", account: AccountContext) -> None:
        self._screen = screen
        self._account = account

    def switch(self, key_id: int | None) -> None:
        """Disable a key, or enable it again."""
        key = self._key(key_id)
        if key is None:
            return
        intent, look = words.switch_intent(key), self._look()
        name = look.key_name(key)
        if intent.action is KeyAction.DISABLE:
            title, verb = _("Disable API key"), _("Disable {name}").format(name=name)
        else:
            title, verb = _("Enable API key"), _("Enable {name}").format(name=name)
        self._confirm(title, verb, words.switch_lines(key, intent, look), intent, key)

    def limit(self, key_id: int | None, typed: Mapping[str, str] | None = None) -> None:
        """Set quota and spend limits; `typed` is what stands in the fields already."""
        key = self._key(key_id)
        if key is None:
            return
        usual = self._usual_day_usd(key)
        look, seen = self._look(), state_of(key)
        fields = tuple(
            FormField(
                name,
                words.field_word(name),
                (typed or {}).get(name, ""),
                now=words.limit_text(getattr(seen.limits, name)),
                used=words.used_text(key, name, look),
            )
            for name in words.FIELDS
        )

        wanted = NO_LIMITS

        def check(values: Mapping[str, str]) -> FormCheck:
            nonlocal wanted
            wanted, checked = self._check(key, values, usual)
            return checked

        async def act(values: Mapping[str, str]) -> ActOutcome:
            return await self._apply(KeyIntent(key.id, KeyAction.LIMIT, wanted), key)

        dialog = FormDialog(
            _("Limits"),
            (words.identity(key, look),),
            fields,
            _("Set limits of {name}").format(name=look.key_name(key)),
            check,
            act,
            words=dialog_words(),
        )
        self._screen.app.push_screen(dialog)

    def timed_pause(self, key_id: int | None) -> None:
        """Disable a key for some minutes."""
        key = self._key(key_id)
        if key is None:
            return
        look = self._look()
        if not pauses.can_pause(key):
            self._screen.tell(_("{name} is not active: there is nothing to pause.").format(name=look.key_name(key)))
            return
        field = FormField(pauses.MINUTES, _("minutes"), pauses.DEFAULT_MINUTES)

        def check(values: Mapping[str, str]) -> FormCheck:
            note, ready = pauses.minutes_note(values[pauses.MINUTES], self._look())
            return FormCheck({pauses.MINUTES: note}, pauses.effect_lines(key), ready)

        async def act(values: Mapping[str, str]) -> ActOutcome:
            until = pauses.end_of(values[pauses.MINUTES], self._look())
            return await self._apply(KeyIntent(key.id, KeyAction.DISABLE, until=until), key)

        dialog = FormDialog(
            _("Disable for a time"),
            (words.identity(key, look),),
            (field,),
            _("Disable {name}").format(name=look.key_name(key)),
            check,
            act,
            words=dialog_words(),
        )
        self._screen.app.push_screen(dialog)

    def may_leave(self) -> bool:
        """Whether nothing is lost by leaving now; else it is asked, and a yes leaves."""
        running, snapshot = self._account.actions.running_pauses(), self._screen.snapshot
        if self._account.actions.is_read_only or not running or snapshot is None:
            return True
        look = self._look()

        def name(key_id: int) -> str:
            return key_name(key_id, snapshot, look)

        lines = pauses.leaving_lines(running, name, look)
        dialog = YesNoDialog(_("A pause is running"), lines, _("Quit"), words=dialog_words())
        self._screen.app.push_screen(dialog, lambda yes: self._screen.app.exit() if yes else None)
        return False

    def remind(self, wanted: Reminder | None = None, *, undone: int | None = None) -> None:
        """Set the low-balance reminder of the account; `wanted` is what an undo puts back."""
        snapshot = self._screen.snapshot
        if snapshot is None or (profile := snapshot.data(AskProfile())) is None:
            self._screen.tell(_("The account is not known yet."))
            return
        seen = profile
        shown = "" if wanted is None else f"{wanted.threshold.normalize():f}"
        field = FormField(reminder.FIELD, reminder.label(seen), shown, now=reminder.now_words(seen, snapshot))

        def check(values: Mapping[str, str]) -> FormCheck:
            note, ready = reminder.note(values[field.id], seen, snapshot)
            return FormCheck({field.id: note}, reminder.effect_lines(seen), ready)

        async def act(values: Mapping[str, str]) -> ActOutcome:
            return await self._set_reminder(reminder.read(values[field.id]), undone)

        title = _("Low-balance reminder") if undone is None else _("Undo")
        lines = ((Cell(self._look().email(seen.email), Emphasis.STRONG),),)
        dialog = FormDialog(title, lines, (field,), _("Set reminder"), check, act, words=dialog_words())
        self._screen.app.push_screen(dialog)

    async def _set_reminder(self, wanted: Reminder, undone: int | None) -> ActOutcome:
        try:
            profile = await self._account.actions.set_reminder(wanted, undone=undone)
        except ReadOnly:
            return ActOutcome(False, (Cell(_("Read-only: nothing is changed on the gateway."), Emphasis.WARNING),))
        except GatewayError as error:
            return ActOutcome(False, (Cell(f"■ {failures.sentence(error.failure)}", Emphasis.CRITICAL),))
        except OSError as error:
            return ActOutcome(*words.outcome_line(Unwritten(error.strerror or str(error)), self._look()))
        return ActOutcome(True, reminder.outcome_line(profile, self._account.monitor.snapshot))

    def undo(self) -> None:
        """Take the last change back."""
        last = self._account.actions.undoable()
        if last is None:
            self._screen.tell(_("There is nothing to undo."))
            return
        number, entry = last
        if isinstance(entry.before, Reminder):
            self.remind(entry.before, undone=number)
            return
        key = self._key(entry.key_id)
        if key is None:
            return
        look, now = self._look(), state_of(key)
        lines: tuple[Line, ...] = words.state_lines(key, now, entry.before, look)
        has_changed = now != entry.wanted
        if has_changed:
            warning = _("▲ The key was changed since; this puts it back to what it was before your change.")
            lines = (*lines, (), (Cell(warning, Emphasis.WARNING),))

        async def act() -> ActOutcome:
            outcome = await self._account.actions.undo(number, entry, key)
            return ActOutcome(*words.outcome_line(outcome, self._look()))

        title, verb = _("Undo"), _("Undo for {name}").format(name=look.key_name(key))
        self._screen.app.push_screen(ConfirmDialog(title, lines, verb, act, words=dialog_words()))

    def _confirm(self, title: str, verb: str, lines: tuple[Line, ...], intent: KeyIntent, seen: ApiKey) -> None:
        async def act() -> ActOutcome:
            return await self._apply(intent, seen)

        self._screen.app.push_screen(ConfirmDialog(title, lines, verb, act, words=dialog_words()))

    async def _apply(self, intent: KeyIntent, seen: ApiKey) -> ActOutcome:
        outcome = await self._account.actions.apply(intent, seen)
        return ActOutcome(*words.outcome_line(outcome, self._look()))

    def _check(self, key: ApiKey, values: Mapping[str, str], usual: Decimal | None) -> tuple[Limits, FormCheck]:
        """What is typed, and what it would do: "+5" is five more than was used when it was said what that makes."""
        look = self._look()
        notes = {name: words.field_note(key, name, values.get(name, ""), look, usual) for name in words.FIELDS}
        try:
            wanted = words.read_limits(values, key, look, usual)
        except words.BadAmount:
            wanted = NO_LIMITS
        hints = [_("+5 = $5 more than used · 0 = none")]
        if usual is not None:
            hints.append(_("x2 = twice the usual day ({amount})").format(amount=fmt.usd(usual)))
        return wanted, FormCheck(
            {name: Cell(note.text, note.severity) for name, note in notes.items()},
            ready=not wanted.is_empty,
            hints=tuple((Cell(hint, Emphasis.MUTED),) for hint in hints),
        )

    def _key(self, key_id: int | None) -> ApiKey | None:
        snapshot = self._screen.snapshot
        if key_id is None or snapshot is None:
            self._screen.tell(_("Put the cursor on a key first."))
            return None
        key = snapshot.key(key_id)
        if key is None:
            self._screen.tell(_("This key is not there any more."), severity="warning")
        return key

    def _usual_day_usd(self, key: ApiKey) -> Decimal | None:
        """What the key costs on a usual day, in whole cents."""
        snapshot = self._screen.snapshot
        cost = (snapshot.data(AskKeyCosts()) or {}).get(key.id) if snapshot else None
        usual = cost.usual_day_usd if cost is not None else None
        return None if usual is None else usual.quantize(Decimal("0.01"))

    def _look(self) -> DisplayContext:
        services = self._account.services
        return DisplayContext(services.clock.now(), services.zone, self._screen.view.privacy)
