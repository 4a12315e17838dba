"""What the loop asks first, what it makes of answers and failures, and whom it tells."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.monitor.simulated import NOW, Simulated
from tests.unit.monitor.test_waking import Waits, turn
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.failure import Failure, FailureKind
from tui.gateway.budget import Tier
from tui.gateway.errors import BudgetSpent, GatewayError
from tui.monitor.api_key_mode import AskApiKeyReport
from tui.monitor.events import Answered, Event
from tui.monitor.feed import Feed
from tui.monitor.loop import BACK_OFF_S, FIRST_LOOK, HOPELESS, HOPELESS_BACK_OFF_S, KEPT_ANSWERS, Monitor, Rates
from tui.monitor.plan import BACKGROUND_GAP
from tui.monitor.question import Asking, Question
from tui.monitor.questions import AskKeyDays, AskKeys, AskProfile, AskSite
from tui.monitor.refresh_policy import ALWAYS, RefreshPolicy, seldom, when_active
from tui.monitor.snapshot import Snapshot

START = Snapshot("https://gateway.example", ZoneInfo("UTC"))
KEYS_ALONE = replace(START, capabilities=Capabilities().without(Lack.API_KEY_MODE, Capability.ACCOUNT))
BROKEN = Failure(FailureKind.SERVER_ERROR)


@dataclass
class Budget:
    """A request budget that tells how it was asked."""

    delay_s: float = 0.0
    use: object = None
    asked: list[tuple[Tier, float]] = field(default_factory=list)

    def wait_s(self, tier: Tier, part: float = 1.0) -> float:
        self.asked.append((tier, part))
        return self.delay_s

    def used(self) -> object:
        """What is used of it."""
        return self.use


@dataclass(frozen=True)
class Tells:
    """A question with its answer, or its failure."""

    name: str
    answer: object = "answer"
    pace: RefreshPolicy = ALWAYS
    tier: Tier = Tier.PUBLIC
    asked: list[datetime] = field(default_factory=list, compare=False)

    async def ask(self, asking: Asking) -> object:
        self.asked.append(asking.now)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Told(Monitor):
    """A monitor that keeps what it published, and what its listener heard."""

    def __init__(
        self, snapshot: Snapshot = START, api_keys: Sequence[Any] = (), moment: datetime | None = None
    ) -> None:
        self.clock, self.budget = Simulated(), Budget()
        self.published: list[Snapshot] = []
        self.heard: list[tuple[Event, Snapshot, Snapshot]] = []
        client = cast("Any", SimpleNamespace(budget=self.budget))
        super().__init__(client, snapshot, self.clock, self.published.append, api_keys=api_keys, moment=moment)
        self.follow(lambda *told: self.heard.append(told))

    @property
    def order(self) -> list[Question[Any]]:
        """What is asked, the first first."""
        return list(self._order)


CHEAP, OTHER = Tells("cheap"), Tells("other")
HEAVY = Tells("heavy", tier=Tier.HEAVY)
BEHIND = Tells("behind", pace=when_active(60, is_background=True))


def test_cheap_questions_come_first_background_ones_last_and_else_those_of_the_latest_watcher() -> None:
    monitor = Told()
    monitor.watch("one", (BEHIND, HEAVY, CHEAP))
    monitor.watch("two", (Tells("deep", tier=Tier.HEAVY), OTHER, CHEAP))
    names = ["other", "cheap", "deep", "heavy", "behind"]
    assert [one.name for one in monitor.order if isinstance(one, Tells)] == names
    monitor.watch("one", (HEAVY, CHEAP))
    assert [one.name for one in monitor.order if isinstance(one, Tells)] == ["cheap", "other", "heavy", "deep"]
    monitor.unwatch("two")
    assert monitor.order == [CHEAP, HEAVY]
    monitor.unwatch("nobody")
    assert monitor.wanted == {CHEAP, HEAVY}


def test_keys_alone_are_asked_about_themselves() -> None:
    questions = (AskSite(), AskApiKeyReport(0), AskProfile())
    assert list(Told().askable(questions)) == [*questions]
    assert list(Told(KEYS_ALONE).askable(questions)) == [AskSite(), AskApiKeyReport(0)]
    monitor = Told(KEYS_ALONE)
    monitor.watch("one", questions)
    assert monitor.wanted == {AskSite(), AskApiKeyReport(0)}


def test_an_answer_of_another_run_is_taken_unless_a_newer_one_is_here() -> None:
    monitor = Told()
    for name, read_at in (("first", NOW), ("earlier", NOW - timedelta(seconds=1)), ("same", NOW)):
        monitor.recall(CHEAP, name, read_at)
        assert monitor.snapshot.data(CHEAP) == "first"
    monitor.recall(CHEAP, "newer", NOW + timedelta(seconds=1))
    assert monitor.snapshot.data(CHEAP) == "newer"


async def test_an_answer_is_of_when_it_was_asked_and_is_told_with_what_was_before() -> None:
    monitor = Told()
    assert await monitor.ask(CHEAP) is None
    assert monitor.snapshot.feed(CHEAP) == Feed("answer", NOW)
    ((event, before, after),) = monitor.heard
    assert (event, before, after) == (Answered(CHEAP, "answer", NOW, NOW), START, monitor.snapshot)
    assert monitor.published == [monitor.snapshot]


async def test_all_ranges_end_at_the_moment_of_a_verb() -> None:
    past, later = NOW - timedelta(days=1), NOW - timedelta(hours=1)
    asked = Tells("asked")
    monitor = Told(moment=past)
    await monitor.ask(asked)
    monitor.end_at(later)
    await monitor.ask(asked)
    await Told().ask(asked)
    assert asked.asked == [past, later, NOW]


async def test_who_asks_what_is_being_asked_waits_for_that_answer() -> None:
    monitor, slow = Told(), Waits("slow")
    first, second = asyncio.ensure_future(monitor.ask(slow)), asyncio.ensure_future(monitor.ask(slow))
    await turn()
    assert len(slow.asked) == 1
    slow.answer()
    assert (await first, await second, len(monitor.heard)) == (None, None, 1)


async def test_a_spent_budget_is_no_failure_of_a_question() -> None:
    spent = Failure(FailureKind.BUDGET_SPENT)
    monitor = Told()
    assert await monitor.ask(Tells("spent", BudgetSpent(spent))) is spent
    assert (monitor.heard, monitor.snapshot) == ([], START)


def pause_s(monitor: Monitor, question: Question[Any]) -> float:
    """How long after its failure it is asked again."""
    feed = monitor.snapshot.feed(question)
    assert feed.retry_at is not None
    return (feed.retry_at - NOW).total_seconds()


async def test_a_failing_question_waits_longer_each_time_up_to_a_minute() -> None:
    monitor, question = Told(), Tells("broken", GatewayError(BROKEN))
    for step_s in (*BACK_OFF_S, BACK_OFF_S[-1], BACK_OFF_S[-1]):
        assert await monitor.ask(question) is BROKEN
        assert 0.8 * step_s <= pause_s(monitor, question) <= 1.2 * step_s
    assert monitor.snapshot.feed(question).failure is BROKEN


@pytest.mark.parametrize("kind", sorted(HOPELESS))
async def test_what_will_not_mend_itself_soon_is_left_alone_for_five_minutes(kind: FailureKind) -> None:
    monitor, question = Told(), Tells("gone", GatewayError(Failure(kind)))
    await monitor.ask(question)
    assert pause_s(monitor, question) == HOPELESS_BACK_OFF_S


@pytest.mark.parametrize("kind", [FailureKind.SERVER_ERROR, FailureKind.FORBIDDEN])
@pytest.mark.parametrize("asked_s", [0.0, 30.0])
async def test_who_is_told_when_to_come_again_comes_then(kind: FailureKind, asked_s: float) -> None:
    monitor, question = Told(), Tells("busy", GatewayError(Failure(kind, retry_after_s=asked_s)))
    await monitor.ask(question)
    assert asked_s + 0.1 <= pause_s(monitor, question) <= asked_s + 0.6


def test_a_question_that_is_given_up_has_failed_now() -> None:
    monitor = Told()
    monitor.refuse(CHEAP, BROKEN)
    feed = monitor.snapshot.feed(CHEAP)
    assert (feed.failure, feed.retry_at, feed.fetched_at) == (BROKEN, NOW, None)


def test_each_key_has_a_budget_of_its_own() -> None:
    budgets = [Budget(3.0), Budget(7.0)]
    monitor = Told(api_keys=[SimpleNamespace(budget=budget) for budget in budgets])
    assert monitor.budget_wait_s(HEAVY, 0.5) == 0.0
    assert monitor.budget_wait_s(AskApiKeyReport(1)) == 7.0
    assert (monitor.budget.asked, budgets[0].asked) == ([(Tier.HEAVY, 0.5)], [])
    assert budgets[1].asked == [(AskApiKeyReport(1).tier, 1.0)]


def test_answers_that_nobody_watches_are_dropped_once_there_are_many() -> None:
    monitor = Told()
    unwatched = [AskKeyDays(number, 30) for number in range(KEPT_ANSWERS)]
    for question in unwatched:
        monitor.recall(question, (), NOW)
    monitor.watch("one", (AskKeyDays(0, 30),))
    assert len(monitor.snapshot.feeds) == KEPT_ANSWERS
    for question in (AskSite(), AskKeys()):
        monitor.recall(question, None, NOW)
    monitor.watch("two", (AskKeys(),))
    kept = monitor.snapshot.feeds
    assert (len(kept), AskKeyDays(0, 30) in kept, AskKeys() in kept) == (KEPT_ANSWERS, True, True)
    assert not {AskKeyDays(1, 30), AskKeyDays(2, 30)} & kept.keys()


def test_few_answers_and_those_that_are_watched_are_kept() -> None:
    few, watched = [AskKeyDays(number, 30) for number in range(KEPT_ANSWERS - 20)], Told()
    for question in few:
        watched.recall(question, (), NOW)
    watched.watch("one", (CHEAP,))
    assert len(watched.snapshot.feeds) == len(few)
    many = [AskKeyDays(number, 30) for number in range(KEPT_ANSWERS + 1)]
    watched.watch("one", many)
    for question in many:
        watched.recall(question, (), NOW)
    count = len(watched.heard)
    watched.watch("two", (many[0],))
    assert (len(watched.snapshot.feeds), len(watched.heard)) == (len(many), count)


async def test_the_budget_that_is_used_is_told_while_it_runs() -> None:
    monitor = Told()
    assert not monitor.is_awaited, "nobody watches anything"
    monitor.budget.use = "some of it"
    running = asyncio.create_task(monitor.run())
    await turn()
    assert cast("Any", monitor.snapshot.budget) == "some of it"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("watched", "is_awaited"),
    [
        ((), False),
        ((CHEAP,), True),
        ((BEHIND,), False),
        ((Tells("later", pace=seldom(60, can_wait=True)),), False),
        ((BEHIND, HEAVY), True),
    ],
    ids=["nothing", "a first answer", "in the background", "what follows a first look", "one of two"],
)
def test_a_picture_waits_for_the_first_answers_that_it_needs(watched: tuple[Tells, ...], is_awaited: bool) -> None:
    monitor = Told()
    monitor.watch("one", watched)
    assert monitor.is_awaited is is_awaited
    for question in watched:
        monitor.recall(question, "here", NOW)
    assert not monitor.is_awaited
    monitor.watch("two", (OTHER,))
    assert monitor.is_awaited, "a new question is looked at"
    monitor.refuse(OTHER, BROKEN)
    assert not monitor.is_awaited, "a failure is an answer"


async def test_a_refresh_is_of_all_that_is_watched_in_the_foreground_until_it_is_answered() -> None:
    monitor, slow = Told(), Waits("slow")
    for question in (slow, BEHIND):
        monitor.recall(question, "here", NOW)
    monitor.watch("one", (slow, BEHIND))
    monitor.refresh((BEHIND, OTHER))
    assert monitor.is_awaited
    monitor.unwatch("one")
    assert not monitor.is_awaited, "of what nobody watches any more"
    monitor = Told()
    for question in (slow, BEHIND):
        monitor.recall(question, "here", NOW)
    monitor.watch("one", (slow, BEHIND))
    monitor.refresh()
    running = asyncio.create_task(monitor.run())
    await turn()
    assert (len(slow.asked), BEHIND.asked, monitor.is_awaited) == (1, [], True)
    slow.answer()
    await turn()
    assert not monitor.is_awaited
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_begins_before_somebody_runs_it_and_ends_with_all_that_it_asked() -> None:
    monitor, slow = Told(), Waits("slow")
    monitor.watch("one", (slow,))
    monitor.begin()
    await turn()
    assert len(slow.asked) == 1
    running = asyncio.create_task(monitor.run())
    await turn()
    assert len(slow.asked) == 1, "it is the same loop"
    asking = monitor._in_flight[slow]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (asking.cancelled(), monitor.heard) == (True, [])


async def test_what_can_wait_follows_the_first_look_and_the_background_comes_one_by_one() -> None:
    first, later = Tells("first"), Tells("later", pace=seldom(60, can_wait=True))
    one, other = (Tells(name, pace=when_active(60, is_background=True)) for name in ("one", "other"))
    monitor = Told()
    monitor.watch("all", (later, one, other, first))
    running = asyncio.create_task(monitor.run())
    asked = []
    for seconds in (0.0, BACKGROUND_GAP.total_seconds(), FIRST_LOOK.total_seconds()):
        monitor.clock.pass_by(seconds)
        await turn()
        asked.append([len(each.asked) > 0 for each in (first, one, other, later)])
    assert asked == [[True, True, False, False], [True, True, True, False], [True, True, True, True]]
    monitor.set_interval(timedelta(seconds=30))
    assert monitor.rates == Rates(timedelta(seconds=30))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
