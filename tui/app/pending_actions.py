"""What outlives a dialog: timed pauses that end, and what earlier runs left unfinished."""

from datetime import datetime, timedelta
from typing import Any

from textual.app import App

from tui.account.context import AccountContext
from tui.domain.intents import KeyState, state_of
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied, Changed, Refused, Unknown, Unwritten
from tui.locale import _
from tui.monitor.questions import AskKeys
from tui.present import key_actions as words
from tui.present import pauses
from tui.present.display_context import DisplayContext
from tui.present.key_names import key_name
from tui.screens.dialog_words import dialog_words
from tui.screens.view_state import ViewState
from tui.store.journal import Entry
from widgets.dialogs import ActOutcome, ConfirmDialog

AGAIN_AFTER = timedelta(seconds=30)
TOLD_FOR_S = 12


class PendingActions:
    """Ends timed pauses when their time has come, and settles what earlier runs left behind, once the keys are known.

    Every open aktop ends pauses that become due while it runs: the first one wins, the others find it done.
    """

    def __init__(self, app: App[None], account: AccountContext, started_at: datetime) -> None:
        self._app = app
        self._account = account
        self._started_at = started_at
        self._is_settled = False
        self._not_before: dict[int, datetime] = {}

    def tick(self, view: ViewState) -> None:
        """Look whether something is due."""
        account, now = self._account, self._account.services.clock.now()
        if account.actions.is_read_only or account.monitor.snapshot.data(AskKeys()) is None:
            return
        if not self._is_settled:
            self._is_settled = True
            self._app.run_worker(self._settle(view), group="earlier", exit_on_error=True)
        for number, entry in account.actions.pauses():
            until = datetime.fromisoformat(str(entry.until))
            if self._started_at <= until <= now and now >= self._not_before.get(number, now):
                self._not_before[number] = now + AGAIN_AFTER
                self._app.run_worker(self._end(number, entry, view), group="earlier", exit_on_error=True)

    async def _end(self, number: int, entry: Entry, view: ViewState) -> None:
        key = self._account.monitor.snapshot.key(entry.key_id)
        if key is None:
            self._account.actions.leave_disabled(number)
            return
        outcome = await self._account.actions.undo(number, entry)
        if isinstance(outcome, Changed):
            self._account.actions.leave_disabled(number)
        told = pauses.ended_words(outcome, key, entry, self._look(view))
        if told is not None:
            self._tell(told, "information" if isinstance(outcome, Applied) else "warning")

    async def _settle(self, view: ViewState) -> None:
        """Look up changes whose outcome is not known, then offer the pauses that ended while nobody was here."""
        for number, entry in self._account.actions.unfinished():
            if isinstance(entry.wanted, KeyState):
                await self._settle_one(number, entry, view)
        for number, entry in self._account.actions.pauses():
            if datetime.fromisoformat(str(entry.until)) < self._started_at:
                self._offer(number, entry, view)

    async def _settle_one(self, number: int, entry: Entry, view: ViewState) -> None:
        name = key_name(entry.key_id, self._account.monitor.snapshot, self._look(view))
        match await self._account.actions.settle(number, entry):
            case Applied():
                self._tell(_("An earlier change of {name} had no answer; it was done.").format(name=name), "warning")
            case Changed():
                self._tell(
                    _("An earlier change of {name} had no answer; it was not done.").format(name=name), "warning"
                )
            case Refused() | Unknown() | Unwritten():
                self._tell(_("Nobody knows what became of an earlier change of {name}.").format(name=name), "warning")

    def _offer(self, number: int, entry: Entry, view: ViewState) -> None:
        key = self._account.monitor.snapshot.key(entry.key_id)
        if key is None or state_of(key) != entry.wanted:
            self._account.actions.leave_disabled(number)
            return
        self._app.push_screen(self._dialog(number, entry, key, self._look(view)))

    def _dialog(self, number: int, entry: Entry, key: ApiKey, look: DisplayContext) -> ConfirmDialog:
        async def act() -> ActOutcome:
            return ActOutcome(*words.outcome_line(await self._account.actions.undo(number, entry, key), look))

        verb = _("Enable {name}").format(name=look.key_name(key))
        lines = pauses.overdue_lines(key, entry, look)
        return ConfirmDialog(_("A pause is over"), lines, verb, act, words=dialog_words())

    def _tell(self, text: str, severity: Any) -> None:
        self._app.notify(text, severity=severity, markup=False, timeout=TOLD_FOR_S)

    def _look(self, view: ViewState) -> DisplayContext:
        services = self._account.services
        return DisplayContext(services.clock.now(), services.zone, view.privacy)
