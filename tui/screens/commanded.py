"""What a person can do on every screen over the account: the commands and their targets."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.reactive import var
from textual.screen import Screen

from tui.account.context import AccountContext
from tui.domain.commands import COMMANDS, ScreenKind, commands_of
from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall
from tui.present import help as help_words
from tui.present import playback, toasts
from tui.present.dialogs import dialog_words
from tui.present.incident_history import Known, known_incidents
from tui.present.key_actions import no_key
from tui.present.shown_keys import in_use, shown
from tui.present.toasts import Toast
from tui.screens import batch_actions, guard, key_actions, recordings, saved_views, scope_choices, table_commands
from tui.screens.batch_actions import KeysDialog
from tui.screens.dialogs import Next, follow, show_toast
from tui.screens.key_actions import ActionContext, KeyDialog
from tui.screens.messages import (
    Copy,
    Narrow,
    Open,
    OpenDoor,
    Playback,
    Quit,
    Redraw,
    Undo,
    ViewChanged,
    WriteRecording,
)
from tui.screens.picture import Picture, ShowsPicture
from tui.screens.view_state import ViewState
from tui.store.saved_views import SavedView, view_of
from tui.store.view import StoredView
from tui.terminal.signals import is_job
from widgets.banner import Banner
from widgets.footer import KeyFooter
from widgets.help_view import HelpDialog
from widgets.live_table import LiveTable
from widgets.trend_chart import TrendChart

_BY_ID = {command.id: command for command in COMMANDS}


class CommandedScreen(ShowsPicture, Screen[None]):
    """A screen with a scope, on which the commands of its place do something: `do_` and the command's id."""

    place: ClassVar[ScreenKind]

    picture: var[Picture | None] = var(None, init=False)
    scope: var[Scope] = var(Scope(), init=False)

    account: AccountContext
    entered_with: Scope
    """The scope that clearing returns to."""

    def __init__(self) -> None:
        super().__init__()
        self._scopes: list[Scope] = []

    def key_under_cursor(self) -> int | None:
        """The key that actions are about."""
        return self.scope.filters.key_id

    def why_no_key(self) -> Toast:
        """Why actions are about no key."""
        return no_key()

    def action_command(self, command_id: str) -> None:
        """Run a command; anything that changes the gateway is refused here when read-only, and again below."""
        command, capabilities = _BY_ID[command_id], self.account.capabilities
        if not command.is_possible(capabilities):
            self.tell(playback.why_not(command, capabilities))
            return
        getattr(self, f"do_{command_id}")()

    @on(KeyFooter.HintSelected)
    def do_hint(self, message: KeyFooter.HintSelected) -> None:
        """A click on a hint is as good as its key."""
        command = next((command for command in commands_of(self.place) if shown(command.id) == message.key), None)
        if command is None or command.id == "open":
            self.simulate_enter()
        else:
            self.action_command(command.id)

    def simulate_enter(self) -> None:
        """Open what the focused pane has under its cursor."""
        if isinstance(self.focused, LiveTable | TrendChart):
            self.focused.action_select()

    @on(Banner.Clicked)
    def do_banner(self, message: Banner.Clicked) -> None:
        """A click on the banner leads to what it speaks of."""
        if str(message.notice.id).startswith("session"):
            self.do_sign_in()
        elif str(message.notice.id).startswith("spike"):
            self.do_triage()
        else:
            self.do_wallet()

    def tell(self, toast: Toast) -> None:
        """A short notice."""
        show_toast(self.app, toast)

    def follow(self, following: Next) -> None:
        """Ask, tell or send what follows something that was done here."""
        follow(self, following)

    def act_on(self, make: Callable[[ActionContext], Next]) -> None:
        """Open a dialog that changes something, about the account as it is shown now."""
        if self.picture is not None:
            self.follow(make(ActionContext(self.account, self.picture.snapshot, self.view.privacy)))

    def marked_keys(self) -> frozenset[int]:
        """The keys that actions are about instead, where some are marked."""
        return frozenset()

    def act_on_keys(self, dialog: KeyDialog, several: KeysDialog) -> None:
        """Open a dialog that changes the marked keys, or the one under the cursor."""
        key_id, marked = self.key_under_cursor(), self.marked_keys()
        if len(marked) > 1:
            self.act_on(lambda shown: batch_actions.about_keys(shown, marked, several))
        else:
            one = next(iter(marked), key_id)
            if one is None:
                self.follow(self.why_no_key())
            else:
                self.act_on(lambda shown: key_actions.about_key(shown, one, dialog))

    def do_quit(self) -> None:
        """Leave; while a timed pause is on, that is asked first."""
        if self.picture is None:
            self.post_message(Quit())
        else:
            self.act_on(key_actions.leave)

    def do_help(self) -> None:
        pane = self.focused.id if self.focused is not None else None
        sections = help_words.sections(self.place, pane, self.account.capabilities, in_use())
        dialog = HelpDialog(help_words.title(), sections, empty=help_words.no_match(), words=dialog_words())
        self.app.push_screen(dialog, self._do_from_help)

    def _do_from_help(self, command_id: str | None) -> None:
        if command_id == "open":
            self.simulate_enter()
        elif command_id is not None:
            self.action_command(command_id)

    def do_back(self) -> None:
        """Clear the search, then widen the scope step by step, then leave the screen."""
        if self.forget_hits():
            return
        if self._scopes:
            self.scope = self._scopes.pop()
        elif self.app.screen is self and len(self.app.screen_stack) > 2:
            self.app.pop_screen()

    def narrow(self, scope: Scope) -> None:
        """Look at another scope here; going back returns to the one before."""
        if scope != self.scope:
            self._scopes.append(self.scope)
            self.scope = scope

    def do_clear(self) -> None:
        cleared = Scope(
            self.scope.range, self.entered_with.filters if self.place is not ScreenKind.OVERVIEW else Scope().filters
        )
        self.narrow(cleared)

    def do_pause(self) -> None:
        self.set_view(replace(self.view, is_paused=not self.view.is_paused))

    def do_privacy(self) -> None:
        self.set_view(replace(self.view, privacy=not self.view.privacy))

    def do_faster(self) -> None:
        if self.view.playing is not None:
            self.post_message(Playback("faster"))
        else:
            self._refresh_as(self.view.faster())

    def do_slower(self) -> None:
        if self.view.playing is not None:
            self.post_message(Playback("slower"))
        else:
            self._refresh_as(self.view.slower())

    def do_step_back(self) -> None:
        self.post_message(Playback("step_back"))

    def do_step_on(self) -> None:
        self.post_message(Playback("step_on"))

    def do_finding_before(self) -> None:
        self.post_message(Playback("finding_before"))

    def do_finding_after(self) -> None:
        self.post_message(Playback("finding_after"))

    def _refresh_as(self, view: ViewState) -> None:
        self.set_view(view)
        self.tell(toasts.refresh_every(view.interval_s))

    def set_view(self, view: ViewState) -> None:
        """The person wants to see things otherwise, on every screen."""
        self.post_message(ViewChanged(view))

    def do_sign_in(self) -> None:
        self.post_message(OpenDoor("sign_in"))

    def do_accounts(self) -> None:
        self.post_message(OpenDoor("accounts"))

    def do_profiles(self) -> None:
        self.post_message(OpenDoor("profiles"))

    def view_details(self) -> dict[str, str]:
        """How this screen shows its scope, by names of its own, for a saved view."""
        return {}

    def restore_view(self, details: Mapping[str, str]) -> None:
        """Show it like that again; what another version has kept is left out."""

    def do_record(self) -> None:
        """Offer to save recent events as a recording."""
        if self.picture is not None:
            self.follow(recordings.offer(self.picture))

    @on(WriteRecording)
    def write_recording(self, message: WriteRecording) -> None:
        """Write the events so far."""
        self.run_worker(recordings.write(message, self.account, self.tell))

    def do_save_view(self) -> None:
        self.follow(saved_views.save(saved_views.views_of(self.account.services), self._view_named))

    def _view_named(self, name: str) -> SavedView:
        return view_of(name, self.gateway_url, self.place.value, self.scope, self.view_details())

    def do_views(self) -> None:
        self.follow(saved_views.choose(saved_views.views_of(self.account.services), self.gateway_url))

    def do_forget_view(self) -> None:
        self.follow(saved_views.forget(saved_views.views_of(self.account.services), self.gateway_url))

    @property
    def gateway_url(self) -> str:
        """The gateway that this screen's account is on."""
        return self.account.services.client.base_url

    def do_palette(self) -> None:
        self.post_message(OpenDoor("palette"))

    def do_acknowledge(self) -> None:
        notice = self.query_one("#banner", Banner).notice
        if notice is not None:
            self.set_view(replace(self.view, acknowledged=self.view.acknowledged | {str(notice.id)}))

    def do_refresh(self) -> None:
        self.account.monitor.refresh()

    def do_to_shell(self) -> None:
        """Suspend the app like any shell job; refused where no shell could resume it."""
        if is_job():
            self.app.action_suspend_process()
        else:
            self.tell(toasts.no_shell())

    def do_redraw(self) -> None:
        self.post_message(Redraw())

    def list_in_focus(self) -> LiveTable | None:
        """The table that keys are meant for: the one with the focus, else the first."""
        return self.focused if isinstance(self.focused, LiveTable) else next(iter(self.query(LiveTable)), None)

    def do_find(self) -> None:
        self.follow(table_commands.find(self.list_in_focus()))

    def do_find_next(self) -> None:
        self.follow(table_commands.seek(self.list_in_focus(), 1))

    def do_find_previous(self) -> None:
        self.follow(table_commands.seek(self.list_in_focus(), -1))

    def forget_hits(self) -> bool:
        """Stop highlighting hits; return whether there were any."""
        lit = [table for table in self.query(LiveTable) if table.needles]
        for table in lit:
            table.needles = ()
        return bool(lit)

    def do_columns(self) -> None:
        self.follow(table_commands.choose_columns(self.list_in_focus(), self._keep_columns))

    def _keep_columns(self, table: LiveTable) -> None:
        self.stored_view.hide_columns(self._kept_as(table), table.hidden)

    @property
    def stored_view(self) -> StoredView:
        """How tables are looked at, between runs."""
        return StoredView(self.account.services.settings.state_dir / "view.json")

    def _kept_as(self, table: LiveTable) -> str:
        return f"{self.place.value}.{table.id}"

    def hide_columns(self) -> None:
        """Leave out the columns that a person did not want to see the last time."""
        try:
            hidden = self.stored_view.all_hidden()
        except OSError:
            return
        for table in self.query(LiveTable) if hidden else ():
            table.hidden = hidden.get(self._kept_as(table), frozenset())

    def do_undo(self) -> None:
        self.act_on(batch_actions.undo)

    @on(Undo)
    def _take_back(self, message: Undo) -> None:
        """Take back what a dialog has just done."""
        message.stop()
        self.act_on(batch_actions.undo)

    def do_guard(self) -> None:
        self.act_on(guard.toggle)

    def do_disable(self) -> None:
        self.act_on_keys(key_actions.switch, batch_actions.switch)

    def do_limits(self) -> None:
        self.act_on_keys(key_actions.limit, batch_actions.limit)

    def do_timed_pause(self) -> None:
        self.act_on_keys(key_actions.timed_pause, batch_actions.timed_pause)

    def do_remind(self) -> None:
        self.act_on(key_actions.remind)

    def do_range(self) -> None:
        if self.picture is not None:
            look = self.picture.look_at(self.account.services.clock.now())
            self.follow(scope_choices.choose_range(self.scope, look))

    def do_filters(self) -> None:
        if self.picture is not None:
            look = self.picture.look_at(self.account.services.clock.now())
            self.follow(scope_choices.choose_filter(self.scope, self.picture.snapshot, look))

    @on(Narrow)
    def narrow_to(self, message: Narrow) -> None:
        """Look at the scope that was chosen."""
        self.narrow(message.scope)

    def known(self, now: datetime) -> Known:
        """All incidents that are remembered, with what was done about them."""
        tracker, written = self.account.tracker, self.account.actions.written()
        return known_incidents(tracker.records, written, now, self.incidents.open.values())

    def do_triage(self) -> None:
        self.post_message(Open("triage", self.scope))

    def do_incidents(self) -> None:
        self.post_message(Open("incidents", self.scope))

    def do_notices(self) -> None:
        self.post_message(Open("notices", self.scope))

    def do_journal(self) -> None:
        self.post_message(Open("journal", self.scope))

    def do_calls(self) -> None:
        self.post_message(Open("calls", self.scope))

    def do_errors(self) -> None:
        self.post_message(Open("errors", self.scope))

    def do_wallet(self) -> None:
        self.post_message(Open("wallet", self.scope))

    def open_key(self, key_id: int) -> None:
        """Go to the page of a key."""
        self.post_message(Open("key", self.scope.narrowed(key_id=key_id)))

    def open_model(self, model: str) -> None:
        """Go to the page of a model."""
        self.post_message(Open("model", self.scope.narrowed(model=model)))

    def open_call(self, call: Call) -> None:
        """Show one call."""
        self.post_message(Open("call", self.scope, call))

    def open_error(self, call: FailedCall) -> None:
        """Show one error request."""
        self.post_message(Open("error", self.scope, call))

    def copy(self, text: str) -> None:
        """Send a text to the terminal's clipboard."""
        self.post_message(Copy(text))
