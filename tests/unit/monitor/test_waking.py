"""When the loop looks again at what is due: once for answers that come together, and not late for one that hangs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx

from tests.transports import answered_by
from tests.unit.monitor.simulated import Simulated
from tui.gateway.budget import Tier
from tui.gateway.sub2api.client import GatewayClient
from tui.monitor.calls.log import CallsRead
from tui.monitor.loop import Monitor, Rates
from tui.monitor.plan import MAX_IN_FLIGHT
from tui.monitor.question import Asking, Question
from tui.monitor.questions import AskCalls
from tui.monitor.refresh_policy import ALWAYS, RefreshPolicy, seldom
from tui.monitor.snapshot import Snapshot

INTERVAL_S = 2.0


class Stepped(Simulated):
    """Goes on in small steps, each when all has come to rest."""

    async def go_on(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.1)):
            self.pass_by(0.1)
            await turn()


@dataclass(frozen=True)
class Waits:
    """A question that is answered when the test says so."""

    name: str
    pace: RefreshPolicy = ALWAYS
    tier = Tier.PUBLIC
    asked: list[asyncio.Event] = field(default_factory=list, compare=False)

    async def ask(self, _asking: Asking) -> str:
        self.asked.append(asyncio.Event())
        await self.asked[-1].wait()
        return self.name

    def answer(self) -> None:
        self.asked[-1].set()


@dataclass(frozen=True)
class Pages(AskCalls):
    """Call records of which there are always more to read; `read` counts them."""

    read: list[int] = field(default_factory=list, compare=False)

    async def ask(self, _asking: Asking) -> CallsRead:
        self.read.append(len(self.read))
        return CallsRead((), None, None)

    def wants_more(self, *_: object) -> bool:
        return True


class Looks(Monitor):
    """Counts how often it looks at what is due."""

    count = 0

    def _start_due(self) -> float:
        self.count += 1
        return super()._start_due()


async def turn() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def looking(*questions: Question[Any]) -> AsyncIterator[tuple[Looks, Stepped]]:
    clock = Stepped()
    client = GatewayClient("http://127.0.0.1:1", transport=answered_by(lambda _: httpx.Response(500)))
    start = Snapshot(client.base_url, ZoneInfo("UTC"))
    monitor = Looks(client, start, clock, lambda _: None, Rates(timedelta(seconds=INTERVAL_S)))
    monitor.watch("test", questions)
    running = asyncio.create_task(monitor.run())
    await turn()
    try:
        yield monitor, clock
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await client.aclose()


async def heard_once(clock: Stepped, *questions: Waits) -> None:
    for question in questions:
        question.answer()
    await turn()
    await clock.go_on(INTERVAL_S)


async def test_answers_that_come_together_are_one_reason_to_look() -> None:
    one, other = Waits("one"), Waits("other")
    async with looking(one, other) as (monitor, clock):
        await heard_once(clock, one, other)
        assert len(one.asked) == len(other.asked) == 2
        before = monitor.count
        one.answer()
        await turn()
        other.answer()
        await turn()
        assert monitor.count == before + 1


async def test_one_that_hangs_keeps_no_other_waiting() -> None:
    one, hanging = Waits("one"), Waits("hanging")
    async with looking(one, hanging) as (_, clock):
        await heard_once(clock, one, hanging)
        for turns in range(2, 6):
            assert len(one.asked) == turns
            one.answer()
            await clock.go_on(INTERVAL_S)
        assert len(hanging.asked) == 2


async def test_an_answer_makes_room_for_those_that_wait() -> None:
    questions = [Waits(f"{number}") for number in range(MAX_IN_FLIGHT + 1)]
    async with looking(*questions) as (_, clock):
        questions[0].answer()
        await turn()
        await heard_once(clock, *questions[1:])
        asked = [len(question.asked) for question in questions]
        assert sorted(asked) == [1, *[2] * MAX_IN_FLIGHT]
        next(question for question in questions if len(question.asked) == 2).answer()
        await turn()
        assert [len(question.asked) for question in questions] == [2] * len(questions)


async def test_a_wish_is_heard_while_the_loop_naps_and_while_it_does_not() -> None:
    one = Waits("one")
    async with looking(one) as (monitor, _):
        one.answer()
        await turn()
        for times in (2, 3):
            monitor.refresh()
            monitor.refresh()
            await turn()
            assert len(one.asked) == times
            one.answer()
            await turn()


async def test_a_wish_of_somebody_who_has_left_is_not_waited_for() -> None:
    one, other = Waits("one"), Waits("other")
    async with looking(one) as (monitor, _):
        one.answer()
        await turn()
        monitor.watch("somebody", (other,))
        await turn()
        monitor.refresh((other,))
        monitor.unwatch("somebody")
        other.answer()
        await turn()
        assert not monitor.is_awaited


async def test_what_is_due_about_when_a_round_is_goes_with_it() -> None:
    often = Waits("often")
    early, late, alone = Waits("early", seldom(4.4)), Waits("late", seldom(5.2)), Waits("alone", seldom(4.6))
    async with looking(often, early, late, alone) as (_, clock):
        await heard_once(clock, often, early, late, alone)
        asked = (often, early, late, alone)
        for seconds, times in (
            (1.9, (2, 1, 1, 1)),
            (0.2, (3, 2, 1, 1)),
            (0.6, (3, 2, 1, 2)),
            (1.2, (3, 2, 1, 2)),
            (0.2, (4, 2, 2, 2)),
        ):
            await clock.go_on(seconds)
            for one in asked:
                one.answer()
            assert tuple(len(one.asked) for one in asked) == times


async def test_what_somebody_waits_for_waits_for_no_round() -> None:
    often, wanted = Waits("often"), Waits("wanted", seldom(60.0))
    async with looking(often, wanted) as (monitor, clock):
        await heard_once(clock, often, wanted)
        await clock.go_on(1.5)
        monitor.refresh((wanted,))
        await turn()
        assert len(wanted.asked) == 2


async def test_reading_back_waits_for_no_round() -> None:
    often, pages = Waits("often"), Pages()
    async with looking(often, pages) as (_, clock):
        await heard_once(clock, often)
        often.answer()
        await clock.go_on(INTERVAL_S)
        often.answer()
        await clock.go_on(INTERVAL_S - 0.8)
        read = len(pages.read)
        await clock.go_on(0.6)
        assert len(pages.read) - read >= 5


async def test_nothing_follows_itself_in_a_round() -> None:
    often, quick = Waits("often"), Waits("quick", seldom(1.0))
    async with looking(often, quick) as (_, clock):
        await heard_once(clock, often, quick)
        for _ in range(20):
            often.answer()
            quick.answer()
            await clock.go_on(0.1)
        assert len(quick.asked) <= 4
