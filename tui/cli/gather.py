"""Asks each question once and keeps the answers in a Snapshot: the one that the screens would have, at one moment."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tui.account.services import Services
from tui.cli.progress import TerminalProgress
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Scope
from tui.gateway.errors import BudgetSpent, GatewayError, RateLimited, error_of
from tui.locale import _
from tui.monitor.burn import BASE_CALLS
from tui.monitor.events import Answered, QuestionFailed
from tui.monitor.histories import current_histories
from tui.monitor.question import Asking, Question
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
from tui.monitor.reduce import reduce
from tui.monitor.scoped import errors_question, has_plans, questions_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import TRIAGE_CALLS, needed_histories, triage_questions
from tui.records.freshness import feed_name

T = TypeVar("T")
LONGEST_WAIT_S = 90.0
"""How long one question waits for the request budget: a whole window of it, and some more."""
AT_ONCE = 4
_FIRST = (AskSite(), AskProfile(), AskKeys())


class Gatherer:
    """Asks on behalf of one verb. `now` is its one moment: ranges that slide do not slide while it waits.

    Where it may not wait, what the request limit does not allow at once is refused or stays as far as it was read.
    """

    def __init__(self, services: Services, progress: TerminalProgress | None = None, *, may_wait: bool = True) -> None:
        self.now = services.clock.now()
        self.snapshot = Snapshot(services.client.base_url, services.zone, api_keys=services.key_tags)
        self._client = services.client
        self._keys = services.keys
        self._clock = services.clock
        self._progress = progress or TerminalProgress()
        self._may_wait = may_wait
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def ask(self, questions: Iterable[Question[Any]]) -> None:
        """Ask these at the same time; what came of each is in the Snapshot afterwards, answers and failures alike."""
        try:
            await asyncio.gather(*(self._ask(question) for question in self._merged(questions)))
        finally:
            self._progress.clear()

    def recall(self, question: Question[T], answer: T, read_at: datetime) -> None:
        """Take an answer that was kept from an earlier run."""
        self.snapshot = reduce(self.snapshot, Answered(question, answer, read_at))

    def _merged(self, questions: Iterable[Question[Any]]) -> list[Question[Any]]:
        """Each once; call records as deep as the deepest wish."""
        order: dict[Question[Any], Question[Any]] = {}
        for question in questions:
            other = order.get(question)
            if isinstance(other, AskCalls) and isinstance(question, AskCalls):
                question = other.deepened(question)
            order[question] = question
        return list(order.values())

    async def _ask(self, question: Question[Any]) -> None:
        deadline = self._clock.now() + timedelta(seconds=LONGEST_WAIT_S if self._may_wait else 0)
        async with self._turn:
            while True:
                wait_s = await self._once(question, deadline)
                if wait_s is None:
                    return
                if wait_s and self._clock.now() + timedelta(seconds=wait_s) > deadline:
                    self._refuse(question, Failure(FailureKind.BUDGET_SPENT, retry_after_s=wait_s))
                    return
                if wait_s:
                    self._progress.waiting(feed_name(question), wait_s)
                    await self._clock.sleep(wait_s)

    async def _once(self, question: Question[Any], deadline: datetime) -> float | None:
        """Ask; how many seconds later to ask again, None when there is no need to."""
        asked_at = self._clock.now()
        try:
            answer = await question.ask(Asking(self._client, self.now, self.snapshot.zone, self.snapshot, self._keys))
        except (BudgetSpent, RateLimited) as error:
            asked_s = error.failure.retry_after_s
            wait_s = None if asked_s is None else max(asked_s, self._client.budget.wait_s(question.tier)) + 0.1
            if wait_s is not None and self._clock.now() + timedelta(seconds=wait_s) <= deadline:
                return wait_s
            self._refuse(question, error.failure)
            return None
        except GatewayError as error:
            self._refuse(question, error.failure)
            return None
        self.snapshot = reduce(self.snapshot, Answered(question, answer, asked_at))
        return self._until_next(question) if isinstance(question, AskCalls) else None

    def _until_next(self, question: AskCalls) -> float | None:
        """Whether more call records are wanted, and how long the budget lets them wait."""
        view = self.snapshot.calls[question]
        if not question.wants_more(view, self.now, self.snapshot.zone):
            return None
        text = _("reading call records: {n} of {total} …")
        self._progress.show(text.format(n=view.count, total=view.total if view.total is not None else "?"))
        return self._client.budget.wait_s(question.tier)

    def _refuse(self, question: Question[Any], failure: Failure) -> None:
        now = self._clock.now()
        self.snapshot = reduce(self.snapshot, QuestionFailed(question, failure, now, now))


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


async def gather_keys(gatherer: Gatherer) -> None:
    """Ask for the keys alone. Raises GatewayError when they do not come."""
    await gatherer.ask((AskKeys(),))
    require(gatherer.snapshot, AskKeys())


def require(snapshot: Snapshot, question: Question[Any]) -> None:
    """Raises the GatewayError that a question met."""
    failure = snapshot.feed(question).failure
    if failure is not None:
        raise error_of(failure)
