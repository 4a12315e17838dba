"""The loop: which question is due, what the budget allows, what came of it.

It owns time. Every answer and every failure becomes an event; `reduce` makes the next Snapshot; `publish` hands it on.
A question is never asked twice at once, and its next turn is counted from the answer before.
"""

import asyncio
import itertools
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from tui.domain.failure import FailureKind
from tui.gateway.budget import RequestBudget, Tier
from tui.gateway.client import GatewayClient
from tui.gateway.errors import BudgetSpent, GatewayError
from tui.gateway.key_client import KeyClient
from tui.monitor.events import Answered, Dropped, Event, Refused, Spent
from tui.monitor.key_mode import AskKeyPrice, AskKeyReport
from tui.monitor.pace import Rhythm, due_at
from tui.monitor.questions import AskCalls, Asking, AskKeyCosts, AskKeys, AskSite, Question
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot

T = TypeVar("T")
AT_ONCE = 4
BACK_OFF_S = (2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
KEPT_ANSWERS = 120
NAP_S = 60.0
TOGETHER_S, LATE_S = 0.5, 1.2
"""What is due so soon goes with what is asked now, and what is due so soon before a refresh, which is when all that is
always asked is, waits for it: to be one picture. The last of the answers wakes the loop, and one that hangs keeps it
waiting no longer than what goes together."""
BACKGROUND_PART = 0.5
"""Of the requests that tell most, so many at most are for what is in the background."""
BACKGROUND_GAP = timedelta(seconds=1.5)
"""What is in the background trickles: a first look must not cost fifty requests."""
FIRST_LOOK = timedelta(seconds=3)
"""At the start only what a first look at an incident needs is asked; the rest follows."""
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
"""Failures that another try will not mend soon."""
BUILDS_ON: dict[type, Question[Any]] = {AskKeyCosts: AskKeys(), AskKeyReport: AskSite()}
"""What must have been heard before a question is worth asking: which keys there are, where the server's day begins."""


class Clock(Protocol):
    """Time, passed in: `now` is aware, `sleep` ends early only when cancelled."""

    def now(self) -> datetime: ...

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]: ...


class Rates(Struct, frozen=True):
    """How often to ask: `interval` is the user's refresh interval for what is cheap."""

    interval: timedelta = timedelta(seconds=5)


class Monitor:
    """Keeps the Snapshot of one gateway account up to date for those who watch it."""

    def __init__(
        self,
        client: GatewayClient,
        snapshot: Snapshot,
        clock: Clock,
        publish: Callable[[Snapshot], None],
        rates: Rates | None = None,
        keys: Sequence[KeyClient] = (),
    ) -> None:
        self.snapshot = snapshot
        self.rates = rates or Rates()
        self.publish = publish
        self._client = client
        self._keys = keys
        self._clock = clock
        self._watched: dict[str, tuple[Question[Any], ...]] = {}
        self._order: dict[Question[Any], Question[Any]] = {}
        self._now_asking: dict[Question[Any], asyncio.Task[None]] = {}
        self._has_unheard = False
        self._hurried: set[Question[Any]] = set()
        self._hurrying: set[Question[Any]] = set()
        self._background_from = self._calm_from = clock.now()
        self._round_at = self._calm_from - timedelta(seconds=TOGETHER_S)
        self._is_woken = False
        self._nap: asyncio.Timeout | None = None
        self._begun: asyncio.Task[None] | None = None

    def watch(self, watcher: str, questions: Iterable[Question[Any]]) -> None:
        """Ask these from now on, in this order of importance, until the same watcher says otherwise."""
        self._watched.pop(watcher, None)
        self._watched[watcher] = tuple(questions)
        self._arrange()

    def unwatch(self, watcher: str) -> None:
        """Nobody of that name looks any more."""
        if self._watched.pop(watcher, None) is not None:
            self._arrange()

    @property
    def wanted(self) -> frozenset[Question[Any]]:
        """What somebody watches now."""
        return frozenset(self._order)

    def refresh(self, questions: Iterable[Question[Any]] | None = None) -> None:
        """Ask these, or all in the foreground, as soon as the budget allows, whether due or not."""
        foreground = (question for question in self._order if not question.pace.is_background)
        self._hurried.update(foreground if questions is None else questions)
        self._wake()

    def set_interval(self, interval: timedelta) -> None:
        """Another refresh interval."""
        self.rates = Rates(interval)
        self._wake()

    def recall(self, question: Question[T], answer: T, read_at: datetime) -> None:
        """Take an answer that was kept from an earlier run, unless a newer one is here."""
        if self.snapshot.feed(question).fetched_at is None:
            self._take(Answered(question, answer, read_at))

    async def ask(self, question: Question[Any]) -> None:
        """Ask one question now, outside the rhythm; what comes of it is in the Snapshot afterwards."""
        task = self._now_asking.get(question) or self._start(question)
        await asyncio.shield(task)

    def begin(self) -> None:
        """Ask already, before there is somebody to `run` it."""
        self._begun = asyncio.create_task(self._run(), name="monitor")

    async def run(self) -> None:
        """Ask what is due, until cancelled."""
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
            for task in self._now_asking.values():
                task.cancel()
            await asyncio.gather(*self._now_asking.values(), return_exceptions=True)

    def _arrange(self) -> None:
        """Merge what all watch: what matters most first, then the latest watcher; calls as deep as the deepest wish."""
        order: dict[Question[Any], Question[Any]] = {}
        for question in itertools.chain.from_iterable(reversed(self._watched.values())):
            other = order.get(question)
            deepest = isinstance(other, AskCalls) and isinstance(question, AskCalls)
            order[question] = other.deepened(question) if deepest else question  # type: ignore[union-attr]
        self._order = dict(sorted(order.items(), key=lambda item: _importance(item[1])))
        self._has_unheard = True
        self._drop_unwatched()
        self._wake()

    def _drop_unwatched(self) -> None:
        unwatched = [question for question in self.snapshot.feeds if question not in self._order]
        if len(self.snapshot.feeds) > KEPT_ANSWERS and unwatched:
            self._take(Dropped(frozenset(unwatched[: len(self.snapshot.feeds) - KEPT_ANSWERS])))

    def _start_due(self) -> float:
        """Start what is due and, with it, what soon will be; say how long nothing else is."""
        now, nap_s, refresh_in_s = self._clock.now(), NAP_S, NAP_S
        spare_s = self._spare_s(now)
        for question in self._order.values():
            pace = question.pace
            if pace.is_background and spare_s > 0:
                # So is all that follows.
                nap_s = min(nap_s, spare_s)
                break
            if self._now_asking and question in self._now_asking:
                continue
            early_s = max(0.0, TOGETHER_S - (now - self._round_at).total_seconds())
            wait_s = self._wait_s(question, now + timedelta(seconds=early_s))
            may_go, due_s = wait_s <= 0, wait_s + early_s
            is_refresh = pace.rhythm is Rhythm.ALWAYS
            is_just_before = due_s <= refresh_in_s <= max(due_s, 0.0) + LATE_S
            if is_just_before and not (is_refresh or (may_go and early_s > 0)) and self._can_wait(question, now):
                continue
            if not may_go or len(self._now_asking) >= AT_ONCE:
                nap_s = nap_s if may_go else min(nap_s, due_s)
                refresh_in_s = min(refresh_in_s, due_s) if is_refresh else refresh_in_s
                continue
            self._start(question)
            if is_refresh:
                self._round_at = now
            elif pace.is_background:
                self._background_from = now + BACKGROUND_GAP
                spare_s = self._spare_s(now)
        return max(min(nap_s, TOGETHER_S) if self._now_asking else nap_s, 0.05)

    def _can_wait(self, question: Question[Any], now: datetime) -> bool:
        """Whether nobody waits for just this answer, and it is not a page of many."""
        if question in self._hurried or self.snapshot.feed(question).is_waiting:
            return False
        return not isinstance(question, AskCalls) or not self._wants_more(question, now)

    def _wants_more(self, question: AskCalls, now: datetime) -> bool:
        return question.wants_more(self.snapshot.calls.get(question), now, self.snapshot.zone)

    def _spare_s(self, now: datetime) -> float:
        """How long what is in the background waits: it trickles, and leaves half of the budget to the others."""
        gap_s = (self._background_from - now).total_seconds()
        if self._awaits_first_answers:
            return max(gap_s, 1.0)
        return max(gap_s, self._client.budget.wait_s(Tier.HEAVY, BACKGROUND_PART))

    def _wait_s(self, question: Question[Any], now: datetime) -> float:
        if self._hurried and question in self._hurried:
            return self._budget_of(question).wait_s(question.tier)
        feed = self.snapshot.feed(question)
        at = due_at(question.pace, feed, self.snapshot.active_at, self.rates.interval)
        if isinstance(question, AskCalls) and feed.retry_at is None and self._wants_more(question, now):
            at = max(now, self._calm_from)
        if type(question) in BUILDS_ON and self.snapshot.feed(BUILDS_ON[type(question)]).is_waiting:
            return NAP_S
        if question.pace.can_wait and feed.is_waiting:
            at = self._calm_from
        if at is None:
            return NAP_S
        due_s = (at - now).total_seconds()
        return due_s if due_s > 0 else self._budget_of(question).wait_s(question.tier)

    def _budget_of(self, question: Question[Any]) -> RequestBudget:
        """Each API key has a budget of its own."""
        if isinstance(question, AskKeyReport | AskKeyPrice):
            return self._keys[question.place].budget
        return self._client.budget

    @property
    def is_awaited(self) -> bool:
        """Whether somebody who still looks waits for an answer: the first one, or one asked for out of turn."""
        is_hurried = any(question in self._order for question in self._hurried)
        return is_hurried or bool(self._hurrying) or self._awaits_first_answers

    @property
    def _awaits_first_answers(self) -> bool:
        """Whether something that is watched and needed for a first look has not been heard yet."""
        if self._has_unheard:
            self._has_unheard = any(
                not (question.pace.is_background or question.pace.can_wait) and self.snapshot.feed(question).is_waiting
                for question in self._order
            )
        return self._has_unheard

    def _start(self, question: Question[Any]) -> asyncio.Task[None]:
        if question in self._hurried:
            self._hurried.discard(question)
            self._hurrying.add(question)
        task = asyncio.create_task(self._ask(question), name=f"ask {type(question).__name__}")
        self._now_asking[question] = task
        task.add_done_callback(lambda _: self._ended(question))
        return task

    def _ended(self, question: Question[Any]) -> None:
        was_full = len(self._now_asking) >= AT_ONCE
        self._now_asking.pop(question, None)
        self._hurrying.discard(question)
        if was_full or not self._now_asking or self.is_awaited:
            self._wake()

    async def _ask(self, question: Question[Any]) -> None:
        asked_at = self._clock.now()
        asking = Asking(self._client, asked_at, self.snapshot.zone, self.snapshot, self._keys)
        try:
            answer = await question.ask(asking)
        except BudgetSpent:
            return  # not a failure: it stays due, and the budget says for how long it waits
        except GatewayError as error:
            self._take(self._refusal(question, error, self._clock.now()))
        else:
            self._take(Answered(question, answer, asked_at))

    def _refusal(self, question: Question[Any], error: GatewayError, at: datetime) -> Refused:
        failure = error.failure
        if failure.retry_after_s is not None:
            pause_s = failure.retry_after_s + random.uniform(0.1, 0.6)  # noqa: S311 - jitter, not a secret
        elif failure.kind in HOPELESS:
            pause_s = 300.0
        else:
            step = min(self.snapshot.feed(question).failures, len(BACK_OFF_S) - 1)
            pause_s = BACK_OFF_S[step] * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
        return Refused(question, failure, at, at + timedelta(seconds=pause_s))

    def _take(self, event: Event) -> None:
        after = reduce(self.snapshot, event)
        if after is not self.snapshot:
            self.snapshot = after
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
        """Look again at what is due."""
        self._is_woken = True
        nap, self._nap = self._nap, None
        if nap is not None:
            nap.reschedule(asyncio.get_running_loop().time())


def _importance(question: Question[Any]) -> tuple[bool, bool]:
    """What is cheap goes first, what is in the background last; else as watched."""
    return question.pace.is_background, question.tier is Tier.HEAVY
