"""An order of the call list that begins with calls which were not read back: its beginning, as the gateway sorts it."""

from datetime import datetime
from typing import TYPE_CHECKING

from tui.domain.scope import window_of
from tui.domain.usage import Call, Page
from tui.monitor.calls.log import CallLog
from tui.monitor.calls.order import AskFirstCalls, first_calls
from tui.monitor.snapshot import Snapshot

if TYPE_CHECKING:
    from tui.screens.calls.screen import CallsScreen


class GatewayOrder:
    """What the gateway is asked to sort for a screen, and what it answered."""

    def __init__(self, screen: "CallsScreen") -> None:
        self._screen = screen
        self._page: Page[Call] | None = None
        self._log = CallLog()

    def question(self, snapshot: Snapshot, now: datetime) -> AskFirstCalls | None:
        """What to ask, unless all that is sorted is here."""
        screen = self._screen
        if screen.reading.is_complete(snapshot, now):
            return None
        return first_calls(window_of(screen.scope.range, now, snapshot.zone), screen.scope.filters, screen.sort)

    def log(self, snapshot: Snapshot, now: datetime) -> CallLog | None:
        """The calls that come first in this order; None where those that are here are sorted."""
        page = self._answer(snapshot, now)
        if page is None:
            return None
        if page is not self._page:
            self._page, self._log = page, CallLog(page.items)
        return self._log

    def first(self, snapshot: Snapshot, now: datetime) -> tuple[int, int] | None:
        """How many calls the gateway told, and of how many they are the first."""
        page = self._answer(snapshot, now)
        return (len(page.items), page.total) if page is not None else None

    def _answer(self, snapshot: Snapshot, now: datetime) -> Page[Call] | None:
        question = self.question(snapshot, now)
        return snapshot.data(question) if question is not None else None
