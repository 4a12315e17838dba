"""What the verbs ask: each question once, of the monitor that the screens have, at one moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from tui.account.services import Services
from tui.cli.progress import TerminalProgress
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
from tui.records.freshness import feed_name
from tui.triage.storms import is_cut_in_storm

T = TypeVar("T")
MORE_ERROR_PAGES = 8
_FIRST = (AskSite(), AskProfile(), AskKeys())


class Gatherer(Listener):
    """Asks on behalf of one verb. `now` is its one moment: ranges that slide do not slide while it waits.

    Where it may not wait, what the request limit does not allow at once is refused or stays as far as it was read.
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

    @property
    def snapshot(self) -> Snapshot:
        """What is known so far."""
        return self._monitor.snapshot

    @property
    def look(self) -> DisplayContext:
        """How what is known is shown."""
        return context_of(self.snapshot, self.now)

    def has_to_wait(self, question: Question[Any]) -> bool:
        """Whether the request limit keeps a question waiting."""
        return self._monitor.budget_wait_s(question) > 0

    async def ask(self, questions: Iterable[Question[Any]]) -> None:
        """Ask these at the same time; what came of each is in the Snapshot afterwards, answers and failures alike."""
        try:
            await hear(questions, self._monitor, self._clock, self, moment=self.now, patience_s=self._patience_s)
        finally:
            self._progress.clear()

    def recall(self, question: Question[T], answer: T, read_at: datetime) -> None:
        """Take an answer that was kept from an earlier run."""
        self._monitor.recall(question, answer, read_at)

    def waiting_for(self, question: Question[Any], seconds: float) -> None:
        """Say what is waited for."""
        self._progress.waiting(feed_name(question), seconds)

    def reading(self, question: Question[Any], snapshot: Snapshot) -> None:
        """Say how far reading back got."""
        assert isinstance(question, AskCalls)
        view = snapshot.calls[question]
        text = _("reading call records: {n} of {total} …")
        self._progress.show(text.format(n=view.count, total=view.total if view.total is not None else "?"))


async def gather_first(gatherer: Gatherer) -> None:
    """Ask for the account itself, without which nothing more is worth asking. Raises GatewayError."""
    await gatherer.ask(question for question in _FIRST if gatherer.snapshot.feed(question).is_waiting)
    if gatherer.snapshot.data(AskProfile()) is None:
        require(gatherer.snapshot, AskProfile())


async def gather_overview(gatherer: Gatherer, scope: Scope) -> None:
    """Ask everything that the overview of a scope shows, once the account is known."""
    snapshot, now = gatherer.snapshot, gatherer.now
    asked: list[Question[Any]] = [BASE_CALLS, *questions_of(scope, snapshot, now), AskKeyCosts()]
    if has_plans(snapshot):
        asked.append(AskPlans())
    await gatherer.ask((*asked, errors_question(scope, snapshot, now)))


async def gather_verdict(gatherer: Gatherer) -> None:
    """Ask what triage judges by, once the account is known: what its screen asks, and no cause before it is whole."""
    wanted = triage_questions(gatherer.snapshot, gatherer.now)
    await gatherer.ask((TRIAGE_CALLS, *(one for one in wanted if not isinstance(one, AskKeyHistory))))
    await _gather_histories(gatherer)
    await _gather_storm(gatherer)


async def gather_forecast(gatherer: Gatherer) -> None:
    """Ask what the forecast of an empty wallet rests on, once the account and its calls are known."""
    await gatherer.ask((AskAccountHistory(),))
    await _gather_histories(gatherer)


async def _gather_histories(gatherer: Gatherer) -> None:
    """Ask for the histories of keys, the most suspicious first, but for those that an earlier run kept and the call
    records carry on.
    """
    snapshot, now = gatherer.snapshot, gatherer.now
    known, needed = current_histories(snapshot, now), frozenset(needed_histories(snapshot, now))
    await gatherer.ask(one for one in triage_questions(snapshot, now) if one in needed and one.key_id not in known)


async def _gather_storm(gatherer: Gatherer) -> None:
    """Read a storm back to its begin, as far as the request budget lets at once; the rest is counted "at least"."""
    question = errors_question(Scope(), gatherer.snapshot, gatherer.now)
    for _turn in range(MORE_ERROR_PAGES):
        page = gatherer.snapshot.data(question)
        is_cut = page is not None and page.total > len(page.items) and is_cut_in_storm(page.items, gatherer.now)
        if not is_cut or gatherer.has_to_wait(question):
            return
        await gatherer.ask((question,))


async def gather_keys(gatherer: Gatherer) -> None:
    """Ask for the keys alone. Raises GatewayError when they do not come."""
    await gatherer.ask((AskKeys(),))
    require(gatherer.snapshot, AskKeys())


def require(snapshot: Snapshot, question: Question[Any]) -> None:
    """Raises the GatewayError that a question met."""
    failure = snapshot.feed(question).failure
    if failure is not None:
        raise error_of(failure)
