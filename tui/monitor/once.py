"""Asks questions once, for a caller that needs the answers and then exits."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from tui.domain.failure import Failure, FailureKind
from tui.monitor.loop import Clock, Monitor
from tui.monitor.patience import PATIENCE_S, Patience
from tui.monitor.plan import MAX_IN_FLIGHT, wants_more
from tui.monitor.question import Question
from tui.monitor.questions import merged
from tui.monitor.snapshot import Snapshot


class Listener(Protocol):
    """Is notified of what takes long."""

    def waiting_for(self, question: Question[Any], seconds: float) -> None:
        """The rate limit delays a question."""
        ...

    def reading(self, question: Question[Any], snapshot: Snapshot) -> None:
        """Call records are being read back, page by page."""
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
    """Have a monitor ask these questions; its Snapshot holds answers and failures afterwards.

    A question that the rate limit would delay for too long is given up, or keeps what was read so far.
    """
    turn = asyncio.Semaphore(MAX_IN_FLIGHT)

    async def hear_one(question: Question[Any]) -> None:
        patience = Patience(clock, patience_s)
        async with turn:
            while True:
                failure = await monitor.ask(question)
                if failure is None:
                    if not wants_more(question, monitor.snapshot, moment):
                        return
                    listener.reading(question, monitor.snapshot)
                    continue
                budget_s = monitor.budget_wait_s(question)
                if not await patience.wait_after(failure, budget_s, partial(listener.waiting_for, question)):
                    if failure.kind is FailureKind.BUDGET_SPENT and monitor.snapshot.feed(question).failure is None:
                        monitor.refuse(question, Failure(failure.kind, retry_after_s=failure.retry_after_s))
                    return

    await asyncio.gather(*map(hear_one, merged(monitor.askable(questions)).values()))
