"""The polling loop: which question is due, whether the budget allows it, and what it returned.

It owns time. Every answer and every failure becomes an event, `reduce` makes the next Snapshot, `publish` passes it
on. A question is never in flight twice, and its next turn counts from its last answer.
"""

import asyncio
import itertools
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from tui.domain.capabilities import Capability
from tui.domain.failure import Failure, FailureKind
from tui.gateway.api_key.client import ApiKeyClient
from tui.gateway.budget import RequestBudget, Tier
from tui.gateway.errors import BudgetSpent, GatewayError
from tui.gateway.protocol import Gateway
from tui.monitor.api_key_mode import ASKED_WITHOUT_ACCOUNT, OF_A_KEY
from tui.monitor.events import Answered, Dropped, Event, QuestionFailed, Spent
from tui.monitor.plan import BACKGROUND_GAP, JOINS_ROUND_S, MAX_IN_FLIGHT, Allowance, LoopState, plan
from tui.monitor.question import Asking, Question
from tui.monitor.questions import merged
from tui.monitor.reduce import reduce
from tui.monitor.refresh_policy import RefreshWhen
from tui.monitor.snapshot import Snapshot

T = TypeVar("T")
EventListener = Callable[[Event, Snapshot, Snapshot], None]
BACK_OFF_S = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
HOPELESS_BACK_OFF_S = 300.0
KEPT_ANSWERS = 120
BACKGROUND_SHARE = 0.5
"""The share of the heavy budget that background questions may use."""
FIRST_LOOK = timedelta(seconds=3)
"""For this long only what a first look at an incident needs is asked."""
HOPELESS = frozenset(
    {
        FailureKind.ENDPOINT_MISSING,
        FailureKind.ERRORS_HIDDEN,
        FailureKind.FORBIDDEN,
        FailureKind.INVALID,
        FailureKind.KEY_DISABLED,
        FailureKind.KEY_INVALID,
        FailureKind.KEY_SPENT,
        FailureKind.NOT_FOUND,
    }
)
"""Failures that a retry will not fix soon."""


class Clock(Protocol):
    """An injected clock: `now` is aware, `sleep` ends early only if cancelled."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]: ...


class Rates(Struct, frozen=True):
    """How often to poll: `interval` is the user's refresh interval for cheap questions."""

    interval: timedelta = timedelta(seconds=5)


class Monitor:
    """Keeps the Snapshot of one gateway account up to date for its watchers.

    With a `moment`, all ranges end there: sliding ranges do not slide while a verb waits for the budget.
    """

    def __init__(
        self,
        client: Gateway,
        snapshot: Snapshot,
        clock: Clock,
        publish: Callable[[Snapshot], None],
        rates: Rates | None = None,
        api_keys: Sequence[ApiKeyClient] = (),
        *,
        moment: datetime | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.rates = rates or Rates()
        self.publish = publish
        self._client = client
        self._api_keys = api_keys
        self._clock = clock
        self._moment = moment
        self._watched: dict[str, tuple[Question[Any], ...]] = {}
        self._order: dict[Question[Any], Question[Any]] = {}
        self._in_flight: dict[Question[Any], asyncio.Task[Failure | None]] = {}
        self._has_unheard = False
        self._forced: set[Question[Any]] = set()
        self._forced_in_flight: set[Question[Any]] = set()
        self._background_from = self._calm_from = clock.now()
        self._round_at = self._calm_from - timedelta(seconds=JOINS_ROUND_S)
        self._is_woken = False
        self._nap: asyncio.Timeout | None = None
        self._listeners: list[EventListener] = []
        self._begun: asyncio.Task[None] | None = None

    def watch(self, watcher: str, questions: Iterable[Question[Any]]) -> None:
        """Ask these questions from now on, most important first, until the same watcher passes others."""
        self._watched.pop(watcher, None)
        self._watched[watcher] = tuple(questions)
        self._arrange()

    def unwatch(self, watcher: str) -> None:
        """Remove a watcher."""
        if self._watched.pop(watcher, None) is not None:
            self._arrange()

    @property
    def wanted(self) -> frozenset[Question[Any]]:
        """The questions that are watched now."""
        return frozenset(self._order)

    def askable(self, questions: Iterable[Question[Any]]) -> Iterable[Question[Any]]:
        """The questions that the source can be asked; keys alone are asked about themselves."""
        has_account = self.snapshot.capabilities.can(Capability.ACCOUNT)
        return (one for one in questions if has_account or isinstance(one, ASKED_WITHOUT_ACCOUNT))

    def refresh(self, questions: Iterable[Question[Any]] | None = None) -> None:
        """Ask these, or all foreground questions, as soon as the budget allows, due or not."""
        foreground = (question for question in self._order if not question.pace.is_background)
        self._forced.update(foreground if questions is None else questions)
        self._wake()

    def set_interval(self, interval: timedelta) -> None:
        """Change the refresh interval."""
        self.rates = Rates(interval)
        self._wake()

    def recall(self, question: Question[T], answer: T, read_at: datetime) -> None:
        """Take an answer kept by an earlier run or read by another aktop, unless a newer one is here."""
        known_at = self.snapshot.feed(question).fetched_at
        if known_at is None or known_at < read_at:
            self._take(Answered(question, answer, read_at))

    async def ask(self, question: Question[Any]) -> Failure | None:
        """Ask one question now, outside the rhythm; the Snapshot holds the outcome afterwards.

        Returns the failure, including a spent request budget, which the Snapshot does not record.
        """
        task = self._in_flight.get(question) or self._start(question)
        return await asyncio.shield(task)

    def follow(self, listener: EventListener) -> None:
        """Tell somebody of each event that changes the Snapshot, and of the Snapshots before and after it."""
        self._listeners.append(listener)

    def refuse(self, question: Question[Any], failure: Failure) -> None:
        """Record a failure for a question that is given up."""
        now = self._clock.now()
        self._take(QuestionFailed(question, failure, now, now))

    def end_at(self, moment: datetime) -> None:
        """Let all ranges end at a moment from now on."""
        self._moment = moment

    def budget_wait_s(self, question: Question[Any], part: float = 1.0) -> float:
        """How long the request budget delays a question, or until only `part` of the budget is used."""
        return self._budget_of(question).wait_s(question.tier, part)

    def begin(self) -> None:
        """Start asking before there is a task to `run` it."""
        self._begun = asyncio.create_task(self._run(), name="monitor")

    async def run(self) -> None:
        """Ask what is due until cancelled."""
        begun, self._begun = self._begun, None
        await (begun or self._run())

    async def _run(self) -> None:
        self._calm_from = self._clock.now() + FIRST_LOOK
        try:
            while True:
                self._is_woken = False
                nap_s = self._start_due()
                self._take(Spent(self._client.budget.used()))
                await self._sleep_until_woken(nap_s)
        finally:
            for task in self._in_flight.values():
                task.cancel()
            await asyncio.gather(*self._in_flight.values(), return_exceptions=True)

    def _arrange(self) -> None:
        """Merge all watchers' questions by importance, latest watcher first; calls as deep as the deepest wish."""
        order = merged(self.askable(itertools.chain.from_iterable(reversed(self._watched.values()))))
        self._order = dict(sorted(order.items(), key=lambda item: _importance(item[1])))
        self._has_unheard = True
        self._drop_unwatched()
        self._wake()

    def _drop_unwatched(self) -> None:
        unwatched = [question for question in self.snapshot.feeds if question not in self._order]
        if len(self.snapshot.feeds) > KEPT_ANSWERS and unwatched:
            self._take(Dropped(frozenset(unwatched[: len(self.snapshot.feeds) - KEPT_ANSWERS])))

    def _start_due(self) -> float:
        """Start what is due; return how long to sleep."""
        now = self._clock.now()
        planned = plan(self._order.values(), self.snapshot, self._progress(now), self._allowance())
        for question in planned.start:
            self._start(question)
            if question.pace.rhythm is RefreshWhen.ALWAYS:
                self._round_at = now
            elif question.pace.is_background:
                self._background_from = now + BACKGROUND_GAP
        return planned.nap_s

    def _progress(self, now: datetime) -> LoopState:
        return LoopState(
            now,
            self.rates.interval,
            calm_from=self._calm_from,
            round_at=self._round_at,
            background_from=self._background_from,
            in_flight=self._in_flight.keys(),
            forced=self._forced,
            awaits_first_answers=self._awaits_first_answers,
        )

    def _allowance(self) -> Allowance:
        background_s = self._client.budget.wait_s(Tier.HEAVY, BACKGROUND_SHARE)
        return Allowance(self.budget_wait_s, background_s)

    def _budget_of(self, question: Question[Any]) -> RequestBudget:
        """The budget that a question counts against; each API key has its own."""
        if isinstance(question, OF_A_KEY):
            return self._api_keys[question.place].budget
        return self._client.budget

    @property
    def is_awaited(self) -> bool:
        """Whether a watched question awaits its first answer or one requested out of turn."""
        is_forced = any(question in self._order for question in self._forced)
        return is_forced or bool(self._forced_in_flight) or self._awaits_first_answers

    @property
    def _awaits_first_answers(self) -> bool:
        """Whether a watched question that a first look needs has no answer yet."""
        if self._has_unheard:
            self._has_unheard = any(
                not (question.pace.is_background or question.pace.can_wait) and self.snapshot.feed(question).is_waiting
                for question in self._order
            )
        return self._has_unheard

    def _start(self, question: Question[Any]) -> asyncio.Task[Failure | None]:
        if question in self._forced:
            self._forced.discard(question)
            self._forced_in_flight.add(question)
        task = asyncio.create_task(self._ask(question), name=f"ask {type(question).__name__}")
        self._in_flight[question] = task
        task.add_done_callback(lambda _: self._ended(question))
        return task

    def _ended(self, question: Question[Any]) -> None:
        was_full = len(self._in_flight) >= MAX_IN_FLIGHT
        self._in_flight.pop(question, None)
        self._forced_in_flight.discard(question)
        if was_full or not self._in_flight or self.is_awaited:
            self._wake()

    async def _ask(self, question: Question[Any]) -> Failure | None:
        asked_at = self._clock.now()
        asking = Asking(self._client, self._moment or asked_at, self.snapshot.zone, self.snapshot, self._api_keys)
        try:
            answer = await question.ask(asking)
        except BudgetSpent as error:
            return error.failure  # not a failure: it stays due, and the budget says how long it waits
        except GatewayError as error:
            self._take(self._refusal(question, error, self._clock.now()))
            return error.failure
        self._take(Answered(question, answer, asked_at, self._clock.now()))
        return None

    def _refusal(self, question: Question[Any], error: GatewayError, at: datetime) -> QuestionFailed:
        failure = error.failure
        if failure.retry_after_s is not None:
            pause_s = failure.retry_after_s + random.uniform(0.1, 0.6)  # noqa: S311 - jitter, not a secret
        elif failure.kind in HOPELESS:
            pause_s = HOPELESS_BACK_OFF_S
        else:
            step = min(self.snapshot.feed(question).failures, len(BACK_OFF_S) - 1)
            pause_s = BACK_OFF_S[step] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
        return QuestionFailed(question, failure, at, at + timedelta(seconds=pause_s))

    def _take(self, event: Event) -> None:
        after = reduce(self.snapshot, event)
        if after is not self.snapshot:
            before, self.snapshot = self.snapshot, after
            for listener in self._listeners:
                listener(event, before, after)
            self.publish(after)

    async def _sleep_until_woken(self, seconds: float) -> None:
        if self._is_woken:
            return
        try:
            async with asyncio.timeout(None) as self._nap:
                await self._clock.sleep(seconds)
        except TimeoutError:
            pass
        finally:
            self._nap = None

    def _wake(self) -> None:
        """Check again what is due."""
        self._is_woken = True
        nap, self._nap = self._nap, None
        if nap is not None:
            nap.reschedule(asyncio.get_running_loop().time())


def _importance(question: Question[Any]) -> tuple[bool, bool]:
    """Cheap questions first, background ones last; otherwise in the order watched."""
    return question.pace.is_background, question.tier is Tier.HEAVY
