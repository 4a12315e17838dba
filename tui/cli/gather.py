"""What verbs ask: each question once, through the same monitor as the screens, at one moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tui.account.services import Services
from tui.cli.progress import TerminalProgress
from tui.domain.capabilities import Capability
from tui.domain.scope import Scope
from tui.gateway.errors import error_of
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.histories import current_histories
from tui.monitor.loop import Monitor
from tui.monitor.once import Listener, hear
from tui.monitor.patience import PATIENCE_S
from tui.monitor.question import Question
from tui.monitor.questions import (
    AskAccountHistory,
    AskCalls,
    AskKeyCosts,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
)
from tui.monitor.scoped import errors_question, has_plans, questions_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import TRIAGE_CALLS, needed_histories, triage_questions
from tui.present.display_context import DisplayContext, context_of
from tui.present.gaps import question_word
from tui.triage.storms import is_cut_in_storm

T = TypeVar("T")
MOST_STORM_ERRORS = 1000
"""Beyond so many a storm is counted as "at least": it is no small one, whatever its exact number."""
STORM_TURNS = 20
"""Each reads another page, unless the rate limit leaves only the first."""
STORM_PATIENCE_S = 60.0
"""How long a storm's pages are worth waiting for: a whole window of the rate limit. Others may use up each one, and
what is told is as old as the first answers.
"""
ROOM = 0.5
"""Of a question of many pages each turn reads the first one anew: it pays only if more than one may follow."""
_FIRST = (AskSite(), AskProfile(), AskKeys())


class Gatherer(Listener):
    """Asks for one verb. `now` is its only moment: sliding ranges do not slide while it waits.

    That is the moment of the first answers, since only these reveal the gateway's clock; they depend on none.

    If it may not wait, questions beyond the rate limit are given up, or keep what was read so far.
    """

    def __init__(self, services: Services, progress: TerminalProgress | None = None, *, may_wait: bool = True) -> None:
        self.now = services.clock.now()
        self._monitor = Monitor(
            services.client,
            services.first_snapshot(),
            services.clock,
            lambda _snapshot: None,
            api_keys=services.api_keys,
            moment=self.now,
        )
        self._clock = services.clock
        self._progress = progress or TerminalProgress()
        self._patience_s = PATIENCE_S if may_wait else 0.0
        self._has_moment = False

    @property
    def snapshot(self) -> Snapshot:
        """What is known so far."""
        return self._monitor.snapshot

    @property
    def look(self) -> DisplayContext:
        """How it is shown."""
        return context_of(self.snapshot, self.now)

    def time(self) -> datetime:
        """The time now, unlike its moment."""
        return self._clock.now()

    def left_s(self, until: datetime) -> float:
        """How long it may wait for something that is wanted by a moment."""
        return max(0.0, min(self._patience_s, (until - self._clock.now()).total_seconds()))

    async def has_room(self, question: Question[Any], until: datetime) -> bool:
        """Whether the rate limit lets a question pass; if not, wait until it lets several pages pass, if in time."""
        if self._monitor.budget_wait_s(question) <= 0:
            return True
        wait_s = self._monitor.budget_wait_s(question, ROOM)
        if wait_s > self.left_s(until):
            return False
        self.waiting_for(question, wait_s)
        await self._clock.sleep(wait_s)
        return True

    async def ask(self, questions: Iterable[Question[Any]], until: datetime | None = None) -> None:
        """Ask these concurrently; the Snapshot holds answers and failures afterwards."""
        patience_s = self._patience_s if until is None else self.left_s(until)
        try:
            await hear(questions, self._monitor, self._clock, self, moment=self.now, patience_s=patience_s)
        finally:
            self._progress.clear()
        if not self._has_moment:
            self._has_moment, self.now = True, self._clock.now()
            self._monitor.end_at(self.now)

    def recall(self, question: Question[T], answer: T, read_at: datetime) -> None:
        """Take an answer kept by an earlier run."""
        self._monitor.recall(question, answer, read_at)

    def waiting_for(self, question: Question[Any], seconds: float) -> None:
        """Show what is waited for."""
        self._progress.waiting(question_word(question), seconds)

    def reading(self, question: Question[Any], snapshot: Snapshot) -> None:
        """Show how far reading back got."""
        assert isinstance(question, AskCalls)
        view = snapshot.calls[question]
        text = _("reading call records: {n} of {total} …")
        self._progress.show(text.format(n=view.count, total=view.total if view.total is not None else "?"))


async def gather_first(gatherer: Gatherer) -> None:
    """Ask for the account itself, without which nothing else is worth asking. Raises GatewayError."""
    await gatherer.ask(question for question in _FIRST if gatherer.snapshot.feed(question).is_waiting)
    has_account = gatherer.snapshot.capabilities.can(Capability.ACCOUNT)
    if has_account and gatherer.snapshot.data(AskProfile()) is None:
        require(gatherer.snapshot, AskProfile())


async def gather_overview(gatherer: Gatherer, scope: Scope) -> None:
    """Ask everything that the overview of a scope shows, once the account is known."""
    snapshot, now = gatherer.snapshot, gatherer.now
    asked: list[Question[Any]] = [BASE_CALLS, *questions_of(scope, snapshot, now), AskKeyCosts()]
    if has_plans(snapshot):
        asked.append(AskPlans())
    await gatherer.ask((*asked, errors_question(scope, snapshot, now)))
    if not snapshot.capabilities.can(Capability.CALLS):
        # The prices of the keys that have answered.
        asked = [one for one in questions_of(scope, gatherer.snapshot, now) if gatherer.snapshot.feed(one).is_waiting]
        await gatherer.ask(asked)


async def gather_verdict(gatherer: Gatherer) -> None:
    """Ask for triage's inputs, once the account is known: the same as its screen, but all before a cause."""
    wanted = triage_questions(gatherer.snapshot, gatherer.now)
    await gatherer.ask((TRIAGE_CALLS, *(one for one in wanted if not isinstance(one, AskKeyHistory))))
    await _gather_histories(gatherer)
    await _gather_storm(gatherer)


async def gather_check(gatherer: Gatherer) -> None:
    """Ask for the rest of triage's inputs, once an overview is known: the check goes by what triage finds."""
    errors = errors_question(Scope(), gatherer.snapshot, gatherer.now)
    asked: tuple[Question[Any], ...] = (AskAccountHistory(), errors)
    await gatherer.ask(question for question in asked if gatherer.snapshot.feed(question).is_waiting)
    await _gather_histories(gatherer)
    await _gather_storm(gatherer, may_wait=False)


async def _gather_histories(gatherer: Gatherer) -> None:
    """Ask for histories of keys, most suspicious first, except kept ones that call records extend."""
    snapshot, now = gatherer.snapshot, gatherer.now
    known, needed = current_histories(snapshot, now), frozenset(needed_histories(snapshot, now))
    await gatherer.ask(one for one in triage_questions(snapshot, now) if one in needed and one.key_id not in known)


async def _gather_storm(gatherer: Gatherer, *, may_wait: bool = True) -> None:
    """Read a storm back to its start; what the rate limit kept from being read counts "at least"."""
    question = errors_question(Scope(), gatherer.snapshot, gatherer.now)
    until = gatherer.time() + timedelta(seconds=STORM_PATIENCE_S if may_wait else 0.0)
    for _turn in range(STORM_TURNS):
        feed = gatherer.snapshot.feed(question)
        page = feed.data if feed.failure is None else None
        if page is None or page.total <= len(page.items) or len(page.items) >= MOST_STORM_ERRORS:
            return
        if not is_cut_in_storm(page.items, gatherer.now) or not await gatherer.has_room(question, until):
            return
        await gatherer.ask((question,), until)


async def gather_keys(gatherer: Gatherer) -> None:
    """Ask for the keys only. Raises GatewayError if they do not come."""
    await gatherer.ask((AskKeys(),))
    require(gatherer.snapshot, AskKeys())


def require(snapshot: Snapshot, question: Question[Any]) -> None:
    """Raise the GatewayError of a failed question."""
    failure = snapshot.feed(question).failure
    if failure is not None:
        raise error_of(failure)
