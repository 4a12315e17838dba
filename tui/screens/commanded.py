"""What a person can do on every screen over the account: the commands, and where they lead."""

from typing import Any, ClassVar

from msgspec.structs import replace
from textual import on
from textual.reactive import var
from textual.screen import Screen

from tui.account.context import AccountContext
from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall
from tui.locale import _
from tui.screens.bindings import help_sections
from tui.screens.commands import COMMANDS, ScreenKind, commands_of
from tui.screens.dialog_words import dialog_words
from tui.screens.key_actions import KeyActions
from tui.screens.messages import Copy, Open, OpenDoor, Redraw, ViewChanged
from tui.screens.picture import Picture, ShowsPicture
from tui.screens.scope_choices import ScopeChoices
from tui.screens.view_state import ViewState
from tui.terminal.signals import is_job
from widgets.banner import Banner
from widgets.footer import KeyFooter
from widgets.help_view import HelpDialog
from widgets.live_table import LiveTable
from widgets.trend_chart import TrendChart

_MUTATING = frozenset(command.id for command in COMMANDS if command.is_mutating)


class CommandedScreen(ShowsPicture, Screen[None]):
    """A screen with a scope, on which the commands of its place do something: `do_` and the command's id."""

    place: ClassVar[ScreenKind]

    picture: var[Picture | None] = var(None, init=False)
    scope: var[Scope] = var(Scope(), init=False)

    account: AccountContext
    key_actions: KeyActions
    scope_choices: ScopeChoices
    entered_with: Scope
    """The scope that clearing returns to."""

    def __init__(self) -> None:
        super().__init__()
        self._scopes: list[Scope] = []

    def key_under_cursor(self) -> int | None:
        """The key that actions are about."""
        return self.scope.filters.key_id

    def action_command(self, command_id: str) -> None:
        """Do what a key stands for; what changes the gateway is refused here when read-only, and again below."""
        if command_id in _MUTATING and self.account.actions.is_read_only:
            self.tell(_("Read-only: nothing is changed on the gateway."), severity="warning")
            return
        getattr(self, f"do_{command_id}")()

    @on(KeyFooter.HintSelected)
    def do_hint(self, message: KeyFooter.HintSelected) -> None:
        """A click on a hint is as good as its key."""
        command = next((command for command in commands_of(self.place) if command.shown == message.key), None)
        if command is None or command.id == "open":
            self.simulate_enter()
        else:
            self.action_command(command.id)

    def simulate_enter(self) -> None:
        """Open what the focused pane has under its cursor."""
        if isinstance(self.focused, LiveTable | TrendChart):
            self.focused.action_select()

    @on(Banner.Pressed)
    def do_banner(self, message: Banner.Pressed) -> None:
        """A click on the banner leads to what it speaks of."""
        if str(message.notice.id).startswith("session"):
            self.do_sign_in()
        elif str(message.notice.id).startswith("spike"):
            self.do_triage()
        else:
            self.do_wallet()

    def tell(self, text: str, *, severity: Any = "information") -> None:
        """A short notice; its text is never read as markup."""
        self.app.notify(text, severity=severity, markup=False, timeout=6)

    def do_quit(self) -> None:
        """Leave; while a timed pause is on, that is asked first."""
        if self.key_actions.may_leave():
            self.app.exit()

    def do_help(self) -> None:
        sections = help_sections(self.place, is_read_only=self.account.actions.is_read_only)
        self.app.push_screen(HelpDialog(_("Help"), sections, words=dialog_words()))

    def do_back(self) -> None:
        """Widen the scope again, step by step; then leave the screen."""
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
        self.set_view(self.view.faster())
        self.tell(_("Refresh every {s} s").format(s=f"{self.view.interval_s:g}"))

    def do_slower(self) -> None:
        self.set_view(self.view.slower())
        self.tell(_("Refresh every {s} s").format(s=f"{self.view.interval_s:g}"))

    def set_view(self, view: ViewState) -> None:
        """The person wants to see things otherwise, on every screen."""
        self.post_message(ViewChanged(view))

    def do_sign_in(self) -> None:
        self.post_message(OpenDoor("sign_in"))

    def do_accounts(self) -> None:
        self.post_message(OpenDoor("accounts"))

    def do_profiles(self) -> None:
        self.post_message(OpenDoor("profiles"))

    def do_acknowledge(self) -> None:
        notice = self.query_one("#banner", Banner).notice
        if notice is not None:
            self.set_view(replace(self.view, acknowledged=self.view.acknowledged | {str(notice.id)}))

    def do_refresh(self) -> None:
        self.account.monitor.refresh()

    def do_to_shell(self) -> None:
        """Stop like any job; where no shell would continue it, that would be for good."""
        if is_job():
            self.app.action_suspend_process()
        else:
            self.tell(_("No shell started aktop: there is nothing to go back to."))

    def do_redraw(self) -> None:
        self.post_message(Redraw())

    def do_undo(self) -> None:
        self.key_actions.undo()

    def do_disable(self) -> None:
        self.key_actions.switch(self.key_under_cursor())

    def do_limits(self) -> None:
        self.key_actions.limit(self.key_under_cursor())

    def do_timed_pause(self) -> None:
        self.key_actions.timed_pause(self.key_under_cursor())

    def do_remind(self) -> None:
        self.key_actions.remind()

    def do_range(self) -> None:
        self.scope_choices.choose_range()

    def do_filters(self) -> None:
        self.scope_choices.choose_filters()

    def do_triage(self) -> None:
        self.post_message(Open("triage", self.scope))

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
