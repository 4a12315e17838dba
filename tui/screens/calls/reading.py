"""How far the call list is read back: the question, what is here, and whether that is everything."""

import dataclasses
from datetime import datetime

from msgspec import Struct

from tui.domain.scope import Scope, window_of
from tui.monitor.calls.reader import MAX_ROWS
from tui.monitor.protocol import AccountMonitor
from tui.monitor.questions import MAX_ASKED_ROWS, AskCalls, AskTotals
from tui.monitor.scoped import calls_question
from tui.monitor.snapshot import Snapshot
from tui.present import read_back
from tui.present.read_back import ReadPlan
from tui.screens.dialogs import Ask, yes_no_dialog
from tui.screens.messages import ReadBack

FIRST_ROWS = 200


class RangeReading(Struct, frozen=True):
    """The records of a scope: for whole days only the newest, unless a person turned reading back on (`is_on`)."""

    scope: Scope
    is_on: bool = False

    def question(self, snapshot: Snapshot, now: datetime) -> AskCalls:
        """The question to watch."""
        asked = calls_question(self.scope, snapshot, now, rows=FIRST_ROWS)
        unasked = 0 if window_of(self.scope.range, now, snapshot.zone).days else MAX_ROWS
        return dataclasses.replace(asked, back_to=self.scope.range, most=MAX_ASKED_ROWS if self.is_on else unasked)

    def plan(self, snapshot: Snapshot, now: datetime) -> ReadPlan:
        """How much of the range is here, and how much there is."""
        view = snapshot.calls.get(self.question(snapshot, now))
        if view is None:
            return ReadPlan(0, None)
        window = window_of(self.scope.range, now, snapshot.zone)
        here = len(view.log.between(window.start, max(window.end, now)))
        counted = snapshot.data(self.count_question(snapshot, now))
        total = counted.sums.requests if window.days and counted is not None else view.total
        return ReadPlan(here, None if total is None else max(total, here))

    def is_complete(self, snapshot: Snapshot, now: datetime) -> bool:
        """Whether the whole range is here."""
        view = snapshot.calls.get(self.question(snapshot, now))
        return view is not None and view.covers(window_of(self.scope.range, now, snapshot.zone).start)

    def ended_with(self, snapshot: Snapshot, now: datetime) -> int | None:
        """The number of calls once there is no more to read back; None while reading goes on, or is off."""
        question = self.question(snapshot, now)
        view = snapshot.calls.get(question)
        if not self.is_on or view is None or question.wants_more(view, now, snapshot.zone):
            return None
        return view.count

    def count_question(self, snapshot: Snapshot, now: datetime) -> AskTotals:
        """The gateway's own count of the range, where that is whole days."""
        window = window_of(self.scope.range, now, snapshot.zone)
        days = window.days or (window.start.date(), window.start.date())
        return AskTotals(days, self.question(snapshot, now).filters)


async def counted(reading: RangeReading, monitor: AccountMonitor, snapshot: Snapshot, now: datetime) -> ReadPlan:
    """The plan, with the gateway's own count of the range where it sums whole days."""
    count = reading.count_question(snapshot, now)
    if window_of(reading.scope.range, now, snapshot.zone).days and snapshot.data(count) is None:
        await monitor.ask(count)
    return reading.plan(monitor.snapshot, now)


async def offer(reading: RangeReading, monitor: AccountMonitor, snapshot: Snapshot, now: datetime) -> Ask:
    """Say what reading the range back costs; a yes begins it."""
    plan = await counted(reading, monitor, snapshot, now)
    use = monitor.snapshot.budget
    model = read_back.offer_model(plan, MAX_ASKED_ROWS, use.heavy_allowed if use is not None else 0)
    return Ask(yes_no_dialog(model), lambda yes: ReadBack() if yes else None)
