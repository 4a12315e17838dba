"""The base of all screens over the account: the bound Snapshot, the scope, the common commands."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from textual.app import ComposeResult

from tui.account.context import AccountContext
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.monitor.burn import BASE_CALLS
from tui.monitor.question import Question
from tui.monitor.questions import AskGroups, AskKeys, AskPlans
from tui.monitor.scoped import has_plans, told_scope
from tui.monitor.snapshot import Snapshot
from tui.present import shown_keys
from tui.present.banner import news
from tui.present.display_context import DisplayContext
from tui.present.header import HeaderState
from tui.screens import top_lines
from tui.screens.bindings import footer_hints
from tui.screens.commanded import CommandedScreen
from tui.screens.messages import Open
from tui.terminal.compositor import SparingCompositor
from tui.terminal.pump_calls import call_soon
from widgets.banner import Banner
from widgets.facts import Part
from widgets.footer import KeyFooter
from widgets.info_line import InfoLine


class AccountScreen(CommandedScreen):
    """A screen that shows a Snapshot in a scope.

    Subclasses compose their panes in `compose_body`, say what they need in `questions`, and fill their panes in
    `paint`; what a person can do anywhere is in CommandedScreen.
    """

    AUTO_FOCUS = None
    DEFAULT_CSS = """
    AccountScreen { layout: vertical; }
    AccountScreen.-one-line > * { display: none; }
    AccountScreen.-one-line > #header { display: block; }
    """

    def __init__(self, account: AccountContext, scope: Scope) -> None:
        super().__init__()
        self._compositor = SparingCompositor()
        self.account = account
        scope = told_scope(scope, account.capabilities)
        self.set_reactive(AccountScreen.scope, scope)
        self.entered_with = scope
        self._asked: tuple[Question[Any], ...] | None = None
        self._is_painting = False

    @classmethod
    def opened(cls, account: AccountContext, wish: Open) -> Self:
        """The screen for a wish to go there."""
        return cls(account, wish.scope)

    # What subclasses provide

    def compose_body(self) -> ComposeResult:
        """The panes between the lines above and the footer."""
        raise NotImplementedError

    def questions(self, snapshot: Snapshot, now: datetime) -> Iterable[Question[Any]]:
        """What this screen shows, the most important first."""
        raise NotImplementedError

    def paint(self, snapshot: Snapshot, look: DisplayContext) -> None:
        """Fill the panes."""
        raise NotImplementedError

    def title_parts(self, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
        """The second line: what is being looked at."""
        raise NotImplementedError

    def standing_questions(self, snapshot: Snapshot) -> Iterable[Question[Any]]:
        """What the first line and the banner need, whatever the screen shows."""
        if not snapshot.capabilities.can(Capability.CALLS):
            return
        yield BASE_CALLS
        yield AskGroups()
        if has_plans(snapshot):
            yield AskPlans()

    # Composition and painting

    def compose(self) -> ComposeResult:
        yield InfoLine(id="header")
        yield InfoLine(id="scope")
        yield Banner(id="banner")
        yield from self.compose_body()
        yield KeyFooter(more_key=shown_keys.shown("help"), id="footer")

    def on_mount(self) -> None:
        hints = footer_hints(self.place, self.account.capabilities, shown_keys.in_use())
        self.query_one("#footer", KeyFooter).hints = hints
        self.hide_columns()
        self.repaint_soon()

    def on_screen_resume(self) -> None:
        self._asked = None
        self.repaint_soon()

    def on_screen_suspend(self) -> None:
        self.account.monitor.unwatch(self._watcher)

    def on_unmount(self) -> None:
        self.account.monitor.unwatch(self._watcher)

    def on_resize(self) -> None:
        self.repaint_soon()

    @property
    def _watcher(self) -> str:
        return f"{type(self).__name__}-{id(self)}"

    def watch_picture(self) -> None:
        self.repaint_soon()

    def watch_scope(self) -> None:
        self._asked = None
        self.repaint_soon()

    def repaint_soon(self) -> None:
        """Repaint once after the current work, however often it is requested."""
        if not self._is_painting and self.is_mounted:
            self._is_painting = True
            call_soon(self, self._repaint)

    def _repaint(self) -> None:
        self._is_painting = False
        picture = self.picture
        if picture is None or not self.is_running or not self.is_current:
            return
        snapshot, look = picture.snapshot, picture.look
        self._ask(snapshot, picture.now)
        self._paint_lines(snapshot, look)
        self.paint(snapshot, look)

    def _ask(self, snapshot: Snapshot, now: datetime) -> None:
        wanted = (*self.questions(snapshot, now), *self.standing_questions(snapshot))
        if wanted != self._asked:
            self._asked = wanted
            self.account.monitor.watch(self._watcher, wanted)

    def _paint_lines(self, snapshot: Snapshot, look: DisplayContext) -> None:
        is_tiny = top_lines.is_tiny(self.size)
        self.set_class(is_tiny, "-one-line")
        header = self.query_one("#header", InfoLine)
        if is_tiny:
            header.parts = top_lines.one_line(snapshot, look, self.report)
        else:
            header.parts = top_lines.header_parts(snapshot, self._state(), look, self.report)
        self.query_one("#scope", InfoLine).parts = self.title_parts(snapshot, look)
        own_usd = self.account.services.settings.low_balance_usd
        told_of = news(self.report, self.incidents, self.alarm, snapshot, look, own_usd)
        self.query_one("#banner", Banner).notice = top_lines.notice(told_of, self.view)

    def _state(self) -> HeaderState:
        shown = (one for one in self._asked or () if not isinstance(one, AskGroups))
        return top_lines.header_state(self.account, self.view, self.size, (AskKeys(), *shown))
