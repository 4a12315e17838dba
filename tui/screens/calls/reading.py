"""Reading the call list back: what it will cost, whether it is under way, when it ends."""

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING

from tui.domain.scope import window_of
from tui.locale import _, plural
from tui.monitor.calls.reader import MAX_ROWS
from tui.monitor.questions import MAX_ASKED_ROWS, AskCalls, AskTotals
from tui.monitor.scoped import calls_question
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.read_back import ReadPlan, offer
from tui.screens.dialog_words import dialog_words
from tui.screens.yes_no import YesNoDialog

if TYPE_CHECKING:
    from tui.screens.calls.screen import CallsScreen

FIRST_ROWS = 200


class ReadBack:
    """Reads the screen's range back when a person asks for it."""

    def __init__(self, screen: "CallsScreen") -> None:
        self._screen = screen
        self._is_on = False

    @property
    def is_on(self) -> bool:
        """Whether it is being read back."""
        return self._is_on

    def question(self, snapshot: Snapshot, now: datetime) -> AskCalls:
        """The records of the scope: of whole days the newest only, unless a person wants them all."""
        scope = self._screen.scope
        asked = calls_question(scope, snapshot, now, rows=FIRST_ROWS)
        unasked = 0 if window_of(scope.range, now, snapshot.zone).days else MAX_ROWS
        return dataclasses.replace(asked, back_to=scope.range, most=MAX_ASKED_ROWS if self._is_on else unasked)

    def plan(self, snapshot: Snapshot, now: datetime) -> ReadPlan:
        """What is here of the range, and what there is."""
        question = self.question(snapshot, now)
        view = snapshot.calls.get(question)
        if view is None:
            return ReadPlan(0, None)
        window = window_of(self._screen.scope.range, now, snapshot.zone)
        here = len(view.log.between(window.start, max(window.end, now)))
        counted = snapshot.data(self._count(snapshot, now))
        total = counted.sums.requests if window.days and counted is not None else view.total
        return ReadPlan(here, None if total is None else max(total, here))

    def is_complete(self, snapshot: Snapshot, now: datetime) -> bool:
        """Whether the whole range is here."""
        view = snapshot.calls.get(self.question(snapshot, now))
        return view is not None and view.covers(window_of(self._screen.scope.range, now, snapshot.zone).start)

    def offer(self) -> None:
        """Say what reading the range back costs, and begin when the person wants it."""
        screen = self._screen
        if screen.snapshot is None or screen.now is None or self._is_on:
            return
        if self.is_complete(screen.snapshot, screen.now):
            screen.tell(_("The whole range is here."))
        else:
            screen.run_worker(self._ask_first(screen.snapshot, screen.now), group="offer", exclusive=True)

    async def counted(self, snapshot: Snapshot, now: datetime) -> ReadPlan:
        """The plan, with the gateway's own count of the range where it sums whole days."""
        monitor, count = self._screen.account.monitor, self._count(snapshot, now)
        if window_of(self._screen.scope.range, now, snapshot.zone).days and snapshot.data(count) is None:
            await monitor.ask(count)
        return self.plan(monitor.snapshot, now)

    async def _ask_first(self, snapshot: Snapshot, now: datetime) -> None:
        plan = await self.counted(snapshot, now)
        use = self._screen.account.monitor.snapshot.budget
        lines = offer(plan, MAX_ASKED_ROWS, use.heavy_allowed if use is not None else 0)
        dialog = YesNoDialog(_("Read the range back"), lines, _("Read"), words=dialog_words())
        self._screen.app.push_screen(dialog, self._begin)

    def _begin(self, is_wanted: bool | None) -> None:
        if is_wanted:
            self._is_on = True
            self._screen.ask_again()

    def stop(self) -> None:
        """Read no further; what was read stays."""
        self._is_on = False
        self._screen.ask_again()

    def stop_at_the_end(self, snapshot: Snapshot, now: datetime) -> None:
        """Notice that all is here."""
        if not self._is_on:
            return
        view = snapshot.calls.get(self.question(snapshot, now))
        if view is None or self.question(snapshot, now).wants_more(view, now, snapshot.zone):
            return
        self.stop()
        text = plural("{n} call is here.", "{n} calls are here.", view.count)
        self._screen.tell(text.format(n=fmt.count(view.count)))

    def _count(self, snapshot: Snapshot, now: datetime) -> AskTotals:
        window = window_of(self._screen.scope.range, now, snapshot.zone)
        days = window.days or (window.start.date(), window.start.date())
        return AskTotals(days, self.question(snapshot, now).filters)
