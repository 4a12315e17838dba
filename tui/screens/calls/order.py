"""A sort order of the call list that begins with calls not read back: its first calls, as the gateway sorts them."""

from datetime import datetime

from msgspec import Struct

from tui.domain.memo import Memo, memoize_last
from tui.domain.scope import window_of
from tui.domain.usage import Call, Page
from tui.monitor.calls.log import CallLog
from tui.monitor.calls.order import AskFirstCalls, first_calls
from tui.monitor.snapshot import Snapshot
from tui.screens.calls.reading import RangeReading


class GatewayOrder(Struct, frozen=True):
    """The calls as sorted by the gateway: the question and its answer."""

    reading: RangeReading
    sort: tuple[str, bool]

    def question(self, snapshot: Snapshot, now: datetime) -> AskFirstCalls | None:
        """The question, unless everything to be sorted is here."""
        if self.reading.is_complete(snapshot, now):
            return None
        scope = self.reading.scope
        return first_calls(window_of(scope.range, now, snapshot.zone), scope.filters, self.sort)

    def log(self, snapshot: Snapshot, now: datetime) -> CallLog | None:
        """The first calls in this order; None if the known calls are sorted instead."""
        page = self._answer(snapshot, now)
        return _log_of(snapshot.memo, page) if page is not None else None

    def first(self, snapshot: Snapshot, now: datetime) -> tuple[int, int] | None:
        """How many calls the gateway returned, and of how many they are the first."""
        page = self._answer(snapshot, now)
        return (len(page.items), page.total) if page is not None else None

    def _answer(self, snapshot: Snapshot, now: datetime) -> Page[Call] | None:
        question = self.question(snapshot, now)
        return snapshot.data(question) if question is not None else None


@memoize_last()
def _log_of(_memo: Memo, page: Page[Call]) -> CallLog:
    """The log of a page; the same object for the same page, so that a list sees that nothing changed."""
    return CallLog(page.items)
