"""When the screens get a new picture of the account, and its contents: the Snapshot, its moment, the findings."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tui.account.account_watch import AccountWatch
from tui.account.context import AccountContext
from tui.app.pending_actions import PendingActions
from tui.app.stage import AccountStage
from tui.monitor.question import Question
from tui.present import low_balance
from tui.present.display_context import context_of
from tui.present.incident_lines import over_words
from tui.present.notices_panes import ToldNotices
from tui.present.toasts import Toast
from tui.screens.dialogs import Next
from tui.screens.picture import Picture
from tui.screens.view_state import ViewState
from tui.triage.incidents import NoticeKind

TICK_S = 2.5
"""How soon ageing figures are repainted without an answer; even at the shortest interval answers come earlier."""
GATHER_S = 0.25
"""How long the picture waits for the other answers of a round: one picture per round, not per answer."""
TOLD_FOR_S = 10


class Pictures:
    """Makes the pictures of one account: at once for awaited answers, once per round or tick for the rest."""

    def __init__(
        self,
        account: AccountContext,
        watch: AccountWatch,
        pending: PendingActions,
        view: ViewState,
        stage: AccountStage,
    ) -> None:
        self.latest = Picture(account.monitor.snapshot, account.services.clock.now(), view)
        self.is_gathering = False
        """Whether answers wait for the others of their round."""
        self._account = account
        self._watch = watch
        self._pending = pending
        self._stage = stage
        self._is_over = False
        self._is_awaited = True
        self._held_without: frozenset[Question[Any]] = frozenset()
        self._next: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Schedule the first picture for the next tick, unless an answer comes earlier."""
        self._wait(TICK_S)

    def end(self) -> None:
        """Make no more pictures, whatever still arrives."""
        self._is_over = True
        self._cancel()

    def hear(self) -> None:
        """Show an answer: at once if it is awaited, otherwise with the others of its round."""
        if self._is_over:
            return
        was_awaited, self._is_awaited = self._is_awaited, self._account.monitor.is_awaited
        if self.latest.view.is_paused:
            self._complete_held()
        elif self._watch.is_first_look or was_awaited or self._is_awaited:
            self.take()
        elif not self.is_gathering:
            self._wait(GATHER_S)
            self.is_gathering = True

    def take(self) -> None:
        """Make a picture of the Snapshot, its meaning and its moment."""
        self._wait(TICK_S)
        self._judge()
        snapshot, now = self._account.monitor.snapshot, self._account.services.clock.now()
        own_usd, before = self._account.services.settings.low_balance_usd, self.latest
        alarm = low_balance.step(before.alarm, snapshot, context_of(snapshot, now), before.report, own_usd)
        self._change(snapshot=snapshot, now=now, alarm=alarm)
        self._settle_pending()

    def change_view(self, view: ViewState) -> None:
        """Change the view; after a pause the picture catches up."""
        was_paused, monitor = self.latest.view.is_paused, self._account.monitor
        self._change(view=view)
        if view.is_paused and not was_paused:
            self._held_without = monitor.wanted
        monitor.set_interval(timedelta(seconds=view.interval_s))
        if was_paused and not view.is_paused:
            self.take()

    def tell_news(self) -> None:
        """Update incidents on every screen, and report those that are over."""
        for toast in self._over():
            self._stage.follow(toast)
        self._change(incidents=self._account.tracker.incidents)

    def tell_notices(self, notices: ToldNotices) -> None:
        """Update the notices on every screen."""
        self._change(notices=notices)

    def _over(self) -> Iterator[Toast]:
        snapshot = self._account.monitor.snapshot
        look = context_of(snapshot, self._account.services.clock.now(), privacy=self.latest.view.privacy)
        costs = {one.id: one.excess_usd for one in self._account.tracker.records}
        for notice in self._account.tracker.incidents.notices:
            if notice.told is NoticeKind.OVER:
                words = over_words(notice.incident, snapshot, look, costs.get(notice.incident.id))
                yield Toast(words, timeout_s=TOLD_FOR_S)

    def _due(self) -> None:
        if not self.latest.view.is_paused:
            self.take()
            return
        self._wait(TICK_S)
        self._judge()
        self._settle_pending()

    def _wait(self, seconds: float) -> None:
        """Schedule the next picture, unless one comes earlier."""
        self.is_gathering = False
        self._cancel()
        self._next = self._stage.handle_in(seconds, self._due)

    def _cancel(self) -> None:
        if self._next is not None:
            self._next.cancel()

    def _judge(self) -> None:
        """Watch what the account needs now, and run triage if something changed."""
        self._watch.watch()
        report = None if self.latest.view.is_paused else self._watch.judge()
        if report is not None:
            self._change(report=report)
            self.tell_news()

    def _settle_pending(self) -> None:
        for work in self._pending.due(self.latest.view.privacy):
            self._stage.start(self._carry_out(work))

    async def _carry_out(self, work: AsyncIterator[Next]) -> None:
        async for following in work:
            self._stage.follow(following)

    def _complete_held(self) -> None:
        """Add what was asked only since to the held picture: the rest of it, and its moment, stay."""
        held = self.latest.snapshot
        completed = held.completed(self._account.monitor.snapshot, self.latest.now, self._held_without)
        if completed is not held:
            self._change(snapshot=completed)

    def _change(self, **parts: Any) -> None:
        self.latest = replace(self.latest, **parts)
        self._stage.show_picture(self.latest)
