"""Questions heard once, for who needs the answers and then leaves."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from tui.domain.failure import Failure, FailureKind
from tui.monitor.loop import Clock, Monitor
from tui.monitor.plan import MAX_IN_FLIGHT, wants_more
from tui.monitor.question import Question
from tui.monitor.questions import merged
from tui.monitor.snapshot import Snapshot

PATIENCE_S = 90.0
"""How long one question waits for the request budget: a whole window of it, and some more."""
_MARGIN_S = 0.1
_WAITED_FOR = (FailureKind.BUDGET_SPENT, FailureKind.RATE_LIMITED)


class Listener(Protocol):
    """Hears what takes long."""

    def waiting_for(self, question: Question[Any], seconds: float) -> None:
        """The request limit keeps a question waiting."""
        ...

    def reading(self, question: Question[Any], snapshot: Snapshot) -> None:
        """Call records are read back, page by page."""
        ...


async def hear(
    questions: Iterable[Question[Any]],
    monitor: Monitor,
    clock: Clock,
    listener: Listener,
    *,
    moment: datetime,
    patience_s: float = PATIENCE_S,
) -> None:
    """Have a monitor ask these; what came of each is in its Snapshot afterwards, answers and failures alike.

    Where the request limit keeps a question waiting for longer than is bearable, it is refused, or stays as far as it
    was read.
    """
    turn = asyncio.Semaphore(MAX_IN_FLIGHT)

    async def hear_one(question: Question[Any]) -> None:
        deadline = clock.now() + timedelta(seconds=patience_s)
        async with turn:
            while (wait_s := await _ask(question, monitor, listener, moment)) is not None:
                if wait_s and clock.now() + timedelta(seconds=wait_s) > deadline:
                    if monitor.snapshot.feed(question).failure is None:
                        monitor.refuse(question, Failure(FailureKind.BUDGET_SPENT, retry_after_s=wait_s))
                    return
                if wait_s:
                    listener.waiting_for(question, wait_s)
                    await clock.sleep(wait_s)

    await asyncio.gather(*map(hear_one, merged(questions).values()))


async def _ask(question: Question[Any], monitor: Monitor, listener: Listener, moment: datetime) -> float | None:
    """Ask; how many seconds later to ask again, None when there is no need to."""
    failure = await monitor.ask(question)
    if failure is None:
        if not wants_more(question, monitor.snapshot, moment):
            return None
        listener.reading(question, monitor.snapshot)
        return monitor.budget_wait_s(question)
    if failure.kind not in _WAITED_FOR or failure.retry_after_s is None:
        return None
    return max(failure.retry_after_s, monitor.budget_wait_s(question)) + _MARGIN_S
