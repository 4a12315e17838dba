"""What all screens over the account share: the bound Snapshot, the scope, the commands that are the same everywhere."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import var
from textual.screen import Screen

from tui.commands import COMMANDS, Place, commands_of
from tui.domain.scope import Scope
from tui.domain.usage import Call, FailedCall
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskGroups, AskPlans, Question
from tui.monitor.scoped import has_plans
from tui.monitor.snapshot import Snapshot
from tui.present import header, low_balance, triage
from tui.present.banner import news
from tui.present.look import Look
from tui.screens.bindings import footer_hints, help_sections
from tui.screens.desk import Desk
from tui.screens.dialog_words import dialog_words
from tui.screens.key_actions import KeyActions
from tui.screens.messages import Copy, Open, OpenDoor, ViewChanged
from tui.screens.scope_choices import ScopeChoices
from tui.screens.view_state import ViewState
from tui.triage.report import Report
from widgets.banner import Banner, Notice
from widgets.footer import KeyFooter
from widgets.help_view import HelpDialog
from widgets.info_line import InfoLine, Part
from widgets.live_table import LiveTable
from widgets.trend_chart import TrendChart
from widgets.values import Align, Line

GATHER_S = 0.25
"""How long a picture waits for the other answers of a round."""
NARROW = 100
"""In less than this the header leaves its words out."""
ONE_LINE = Size(40, 10)
"""In less than this the panes give way to one line."""
_MUTATING = frozenset(command.id for command in COMMANDS if command.is_mutating)


class AccountScreen(Screen[None]):
    """A screen that shows a Snapshot in a scope.

    Subclasses compose their panes in `compose_body`, say what they need in `questions`, and fill their panes in
    `paint`; all else that a person can do anywhere is here.
    """

    place: ClassVar[Place]
    AUTO_FOCUS = None
    DEFAULT_CSS = """
    AccountScreen { layout: vertical; }
    AccountScreen.-one-line > * { display: none; }
    AccountScreen.-one-line > #header { display: block; }
    """

    snapshot: var[Snapshot | None] = var(None, init=False)
    now: var[datetime | None] = var(None, init=False)
    view: var[ViewState] = var(ViewState(), init=False)
    alarm: var[low_balance.Alarm] = var(low_balance.Alarm(), init=False)
    report: var[Report | None] = var(None, init=False)
    scope: var[Scope] = var(Scope(), init=False)

    def __init__(self, desk: Desk, scope: Scope) -> None:
        super().__init__()
        self.desk = desk
        self.set_reactive(AccountScreen.scope, scope)
        self._entered_with = scope
        self._scopes: list[Scope] = []
        self._asked: tuple[Question[Any], ...] | None = None
        self._is_painting = False
        self._is_gathering = False
        self.key_actions = KeyActions(self, desk)
        self.scope_choices = ScopeChoices(self)

    # What subclasses provide

    def compose_body(self) -> ComposeResult:
        """The panes between the lines above and the footer."""
        raise NotImplementedError

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        """What this screen shows, the most important first."""
        raise NotImplementedError

    def paint(self, snapshot: Snapshot, look: Look) -> None:
        """Fill the panes."""
        raise NotImplementedError

    def key_under_cursor(self) -> int | None:
        """The key that actions are about."""
        return self.scope.filters.key_id

    def title_parts(self, snapshot: Snapshot, look: Look) -> tuple[Part, ...]:
        """The second line: what is being looked at."""
        raise NotImplementedError

    def standing_questions(self, snapshot: Snapshot) -> Iterable[Question[Any]]:
        """What the first line and the banner need, whatever the screen shows."""
        yield BASE_CALLS
        yield AskGroups()
        if has_plans(snapshot):
            yield AskPlans()

    def header_parts(self, snapshot: Snapshot, state: header.HeaderState, look: Look) -> tuple[Part, ...]:
        """The first line: whose account, how fresh, and its money."""
        whose = header.left(snapshot, state, look)
        money = header.right(snapshot, look, self.report, is_narrow=state.is_narrow)
        return (
            *(Part(line, rank) for rank, line in whose),
            *(Part(line, rank, Align.RIGHT) for rank, line in money),
        )

    def one_line(self, snapshot: Snapshot, look: Look) -> tuple[Part, ...]:
        """All that a terminal too small for panes shows."""
        culprit = triage.culprit(self.report, snapshot, look)
        return (Part(header.one_line(snapshot, look, self.report, culprit)),)

    # Composition and painting

    def compose(self) -> ComposeResult:
        yield InfoLine(id="header")
        yield InfoLine(id="scope")
        yield Banner(id="banner")
        yield from self.compose_body()
        yield KeyFooter(id="footer")

    def on_mount(self) -> None:
        hints = footer_hints(self.place, is_read_only=self.desk.actions.is_read_only)
        self.query_one("#footer", KeyFooter).hints = hints
        self.repaint_soon()

    def on_screen_resume(self) -> None:
        self._asked = None
        self.repaint_soon()

    def on_screen_suspend(self) -> None:
        self.desk.monitor.unwatch(self._watcher)

    def on_unmount(self) -> None:
        self.desk.monitor.unwatch(self._watcher)

    def on_resize(self) -> None:
        self.repaint_soon()

    @property
    def _watcher(self) -> str:
        return f"{type(self).__name__}-{id(self)}"

    def watch_snapshot(self) -> None:
        self._repaint_gathered()

    def watch_now(self) -> None:
        self._repaint_gathered()

    def watch_view(self) -> None:
        self.repaint_soon()

    def watch_alarm(self) -> None:
        self._repaint_gathered()

    def watch_report(self) -> None:
        self._repaint_gathered()

    def watch_scope(self) -> None:
        self._asked = None
        self.repaint_soon()

    def repaint_soon(self) -> None:
        """Paint once after whatever is going on, however often it is asked for."""
        if not self._is_painting and self.is_mounted:
            self._is_painting = True
            self.call_later(self._repaint)

    def _repaint_gathered(self) -> None:
        """Paint once for answers that come one after another; the first ones are shown each as it comes."""
        if self._is_painting or self._is_gathering or not self.is_mounted:
            return
        if self._asked is None or any(self.desk.monitor.snapshot.feed(one).is_waiting for one in self._asked):
            self.repaint_soon()
        else:
            self._is_gathering = True
            self.set_timer(GATHER_S, self._end_gathering)

    def _end_gathering(self) -> None:
        self._is_gathering = False
        self.repaint_soon()

    def _repaint(self) -> None:
        self._is_painting = False
        if self.snapshot is None or self.now is None or not self.is_current:
            return
        look = Look(self.now, self.snapshot.zone, self.view.privacy)
        self._ask(self.snapshot)
        self._paint_lines(self.snapshot, look)
        self.paint(self.snapshot, look)

    def _ask(self, snapshot: Snapshot) -> None:
        now = self.desk.services.clock.now()
        wanted = (*self.questions(snapshot, now), *self.standing_questions(snapshot))
        if wanted != self._asked:
            self._asked = wanted
            self.desk.monitor.watch(self._watcher, wanted)

    def _paint_lines(self, snapshot: Snapshot, look: Look) -> None:
        state = header.HeaderState(
            is_paused=self.view.is_paused,
            is_read_only=self.desk.actions.is_read_only,
            interval_s=self.view.interval_s,
            is_demo=self.desk.services.is_demo,
            is_narrow=self.size.width < NARROW,
        )
        is_tiny = self.size.width < ONE_LINE.width or self.size.height < ONE_LINE.height
        self.set_class(is_tiny, "-one-line")
        told = self.one_line(snapshot, look) if is_tiny else self.header_parts(snapshot, state, look)
        self.query_one("#header", InfoLine).parts = told
        self.query_one("#scope", InfoLine).parts = self.title_parts(snapshot, look)
        own_usd = self.desk.services.settings["low_balance_usd"]
        unseen = (
            Notice(one.id, one.line, one.severity)
            for one in news(self.report, self.alarm, snapshot, look, own_usd)
            if one.id not in self.view.acknowledged
        )
        self.query_one("#banner", Banner).notice = next(unseen, None)

    # Commands

    def action_command(self, command_id: str) -> None:
        """Do what a key stands for; what changes the gateway is refused here when read-only, and again below."""
        if command_id in _MUTATING and self.desk.actions.is_read_only:
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
        sections = help_sections(self.place, is_read_only=self.desk.actions.is_read_only)
        self.app.push_screen(HelpDialog(_("Help"), sections, words=dialog_words()))

    def do_back(self) -> None:
        """Widen the scope again, step by step; then leave the screen."""
        if self._scopes:
            self.scope = self._scopes.pop()
        elif len(self.app.screen_stack) > 2:
            self.app.pop_screen()

    def narrow(self, scope: Scope) -> None:
        """Look at another scope here; going back returns to the one before."""
        if scope != self.scope:
            self._scopes.append(self.scope)
            self.scope = scope

    def do_clear(self) -> None:
        cleared = Scope(
            self.scope.range, self._entered_with.filters if self.place is not Place.OVERVIEW else Scope().filters
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
        self.desk.monitor.refresh()

    def do_redraw(self) -> None:
        self.app.refresh(layout=True)

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


def parts(left: Iterable[Line], right: Iterable[Line] = ()) -> tuple[Part, ...]:
    """Lines as parts of an info line; on either side the first is the last to leave."""
    return (
        *(Part(line, priority) for priority, line in enumerate(left)),
        *(Part(line, priority, Align.RIGHT) for priority, line in enumerate(right)),
    )
