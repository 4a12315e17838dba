import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import failed
from tui.account.services import Services
from tui.cli import gather
from tui.cli.gather import Gatherer, require
from tui.cli.progress import TerminalProgress
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import Scope
from tui.domain.usage import FailedCall, Page
from tui.gateway.budget import RequestBudget, Tier
from tui.gateway.errors import BudgetSpent, GatewayError, error_of
from tui.monitor.question import Asking
from tui.monitor.questions import AskKeyCosts, AskKeyHistory, AskSite
from tui.monitor.refresh_policy import ALWAYS
from tui.monitor.scoped import errors_question
from tui.monitor.snapshot import Snapshot


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 1))
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Question:
    """A question that fails as told before it is answered."""

    name: str
    failures: tuple[GatewayError, ...] = ()
    tier = Tier.HEAVY
    pace = ALWAYS

    async def ask(self, asking: Asking) -> str:
        tries = cast(dict[str, int], asking.client)
        number = tries[self.name] = tries.get(self.name, 0) + 1
        if number <= len(self.failures):
            raise self.failures[number - 1]
        return f"answer {self.name}"


class Client(dict[str, int]):
    base_url = "http://gw"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.budget = RequestBudget(lambda: clock.at.timestamp())


def gatherer(*, may_wait: bool = True) -> tuple[Gatherer, Clock]:
    clock = Clock()
    start = Snapshot("http://gw", ZoneInfo("UTC"))
    services: Any = SimpleNamespace(client=Client(clock), clock=clock, api_keys=(), first_snapshot=lambda: start)
    return Gatherer(cast(Services, services), may_wait=may_wait), clock


def failure(kind: FailureKind, retry_after_s: float | None = None) -> GatewayError:
    return error_of(Failure(kind, retry_after_s=retry_after_s))


async def test_a_failure_stays_with_its_question() -> None:
    gathering, clock = gatherer()
    bad, good = Question("bad", (failure(FailureKind.UNREACHABLE),)), Question("good")
    await gathering.ask((bad, good))
    assert gathering.snapshot.data(good) == "answer good"
    assert gathering.snapshot.feed(bad).failure == Failure(FailureKind.UNREACHABLE)
    assert clock.slept == []
    require(gathering.snapshot, good)
    with pytest.raises(GatewayError):
        require(gathering.snapshot, bad)


async def test_it_waits_for_the_budget_and_for_the_gateway() -> None:
    gathering, clock = gatherer()
    question = Question("slow", (failure(FailureKind.BUDGET_SPENT, 12), failure(FailureKind.RATE_LIMITED, 30)))
    await gathering.ask((question,))
    assert gathering.snapshot.data(question) == "answer slow"
    assert clock.slept == [12.1, 30.1]


async def test_it_does_not_wait_for_ever() -> None:
    gathering, clock = gatherer()
    question = Question("never", (failure(FailureKind.RATE_LIMITED, 50),) * 9)
    await gathering.ask((question,))
    assert gathering.snapshot.feed(question).failure == Failure(FailureKind.RATE_LIMITED, retry_after_s=50)
    assert clock.slept == [50.1]


async def test_equal_questions_are_asked_once() -> None:
    gathering, _clock = gatherer()
    await gathering.ask((Question("one"), Question("one")))
    assert cast(Client, gathering._monitor._client)["one"] == 1


def test_progress_shows_only_what_takes_long_and_only_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [0.0]
    progress = TerminalProgress(lambda: at[0])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress.show("soon")
    progress.clear()
    at[0] = 1.5
    progress.show("late")
    progress.clear()
    assert capsys.readouterr().err == "\r\x1b[2Klate\r\x1b[2K"
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    progress.show("later")
    assert capsys.readouterr().err == ""


async def test_what_may_not_wait_is_refused_at_once() -> None:
    gathering, clock = gatherer(may_wait=False)
    question, good = Question("slow", (failure(FailureKind.RATE_LIMITED, 30),)), Question("good")
    await gathering.ask((question, good))
    assert gathering.snapshot.feed(question).failure == Failure(FailureKind.RATE_LIMITED, retry_after_s=30)
    assert gathering.snapshot.data(good) == "answer good"
    assert clock.slept == []


def test_many_short_waits_are_one_line_where_lines_stay(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [0.0]
    progress = TerminalProgress(lambda: at[0])
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    for _turn in range(11):
        progress.waiting("calls", 5)
        at[0] += 5
    assert capsys.readouterr().err.count("waiting 5 s") == 2


def test_a_wait_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    for question in (AskKeyCosts(), AskKeyHistory(1), AskSite()):
        gatherer()[0].waiting_for(question, 50)
    told = [line.rpartition(": ")[2] for line in capsys.readouterr().err.splitlines()]
    assert told == ["costs of keys", "histories of keys", "settings"]


def test_a_wait_is_told_once_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [0.0]
    progress = TerminalProgress(lambda: at[0])
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    progress.waiting("calls", 0.5)
    progress.waiting("calls", 50)
    progress.waiting("history", 49.6)
    at[0] = 50.0
    progress.waiting("calls", 9)
    assert capsys.readouterr().err == (
        "aktop: waiting 50 s for the gateway's request limit: calls\n"
        "aktop: waiting 9 s for the gateway's request limit: calls\n"
    )
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress.waiting("calls", 50)
    progress.clear()
    assert capsys.readouterr().err == "\r\x1b[2Kwaiting 50 s for the gateway's request limit: calls\r\x1b[2K"


async def test_what_the_budget_does_not_allow_is_known_to_be_refused() -> None:
    gathering, _clock = gatherer(may_wait=False)
    question = Question("slow", (failure(FailureKind.BUDGET_SPENT, 12),))
    await gathering.ask((question,))
    refused = gathering.snapshot.feed(question).failure
    assert refused == Failure(FailureKind.BUDGET_SPENT, retry_after_s=12)


@dataclass(frozen=True)
class Noting(Question):
    """A question that notes at which moment it is asked, and how many are asked at once."""

    moments: list[datetime] = field(default_factory=list, compare=False)
    now_asking: list[str] = field(default_factory=list, compare=False)
    most: list[int] = field(default_factory=list, compare=False)

    async def ask(self, asking: Asking) -> str:
        self.moments.append(asking.now)
        self.now_asking.append(self.name)
        self.most.append(len(self.now_asking))
        await asyncio.sleep(0)
        self.now_asking.remove(self.name)
        return await super().ask(asking)


async def test_ranges_do_not_slide_while_it_waits() -> None:
    gathering, clock = gatherer()
    await gathering.ask((Question("first"),))
    question = Noting("slow", (failure(FailureKind.BUDGET_SPENT, 12),))
    await gathering.ask((question,))
    assert clock.slept == [12.1]
    assert question.moments == [gathering.now] * 2


async def test_no_more_than_four_are_asked_at_once() -> None:
    gathering, _clock = gatherer()
    first = Noting("0")
    others = [Noting(str(number), (), first.moments, first.now_asking, first.most) for number in range(1, 9)]
    await gathering.ask((first, *others))
    assert (len(first.most), max(first.most)) == (9, 4)


@pytest.mark.parametrize("may_wait", [True, False])
async def test_it_waits_for_room_for_the_rest_of_a_storm_if_it_may(may_wait: bool) -> None:
    gathering, clock = gatherer(may_wait=may_wait)
    budget, question = cast(Client, gathering._monitor._client).budget, Question("errors")
    assert await gathering.has_room(question, clock.at)
    for _request in range(30):
        budget.spend(Tier.HEAVY)
        clock.at += timedelta(seconds=1)
    assert not await gathering.has_room(question, clock.at + timedelta(seconds=44))
    assert await gathering.has_room(question, clock.at + timedelta(minutes=1)) is may_wait
    assert clock.slept == ([45.0] if may_wait else []), "until half of them are a minute ago"


class StormyClient(Client):
    """A gateway with a storm of a thousand errors, whose rate limit others use up again and again."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.began, self.pages = clock.at, 0

    async def errors(self, *_args: object, page: int, page_size: int, **_filters: object) -> Page[FailedCall]:
        if self.budget.wait_s(Tier.HEAVY) > 0:
            raise BudgetSpent(Failure(FailureKind.BUDGET_SPENT, retry_after_s=self.budget.wait_s(Tier.HEAVY)))
        for _request in range(30):
            self.budget.spend(Tier.HEAVY)
        self.pages += 1
        numbers = range((page - 1) * page_size, page * page_size)
        rows = (replace(failed(2000 - number), at=self.began - timedelta(seconds=number)) for number in numbers)
        return Page(tuple(rows), 1000)


async def test_a_storm_is_not_waited_for_again_and_again() -> None:
    gathering, clock = gatherer()
    client = StormyClient(clock)
    gathering._monitor._client = cast(Any, client)
    question = errors_question(Scope(), gathering.snapshot, gathering.now)
    await gathering.ask((question,))
    await gather._gather_storm(gathering)
    page = gathering.snapshot.data(question)
    assert page is not None
    assert page.total > len(page.items), "others used up what was waited for"
    assert sum(clock.slept) <= gather.STORM_PATIENCE_S
    assert client.pages <= 2


async def test_its_moment_is_that_of_the_first_answers_which_tell_the_gateways_time() -> None:
    gathering, clock = gatherer()
    clock.at += timedelta(hours=7)  # as the first answer reveals
    await gathering.ask((Question("one"),))
    told = gathering.now
    assert told == clock.at
    clock.at += timedelta(minutes=1)
    await gathering.ask((Question("two"),))
    assert gathering.now == told, "no range slides afterwards"
