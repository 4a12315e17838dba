"""What each question asks of the gateway, and what it makes of the answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account
from tests.unit.samples import NOW, key
from tui.domain.account import Profile, Site
from tui.domain.clock import floor_hour
from tui.domain.failure import Failure, FailureKind
from tui.domain.scope import NO_FILTERS, Filters
from tui.domain.usage import Breakdown, Bucket, HourlyCost, KeyHistory, Slice, Sums
from tui.gateway.errors import GatewayError, error_of
from tui.monitor.question import Asking, Question
from tui.monitor.questions import (
    KEPT_HISTORY_HOURS,
    AskAccountHistory,
    AskBreakdown,
    AskError,
    AskGroups,
    AskKeyCosts,
    AskKeyDays,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
    AskTotals,
)
from tui.monitor.snapshot import Snapshot

ZONE = ZoneInfo("Asia/Shanghai")  # where it is past noon
TODAY = date(2026, 11, 24)
DAYS = (TODAY, TODAY)
THIS_HOUR, HOUR, DAY = floor_hour(NOW), timedelta(hours=1), timedelta(days=1)
PROFILE = Profile(1, "me@gateway.example", "me", Decimal(9))
KEY7 = Filters(key_id=7)
WITH_SITE = account((AskSite(), Site(time_zone="Europe/Berlin")))


def bucket(hours_ago: int, usd: int) -> Bucket:
    """An hour with one call."""
    start = THIS_HOUR - hours_ago * HOUR
    return Bucket(start, start + HOUR, Sums(1, 1, 1, 0, 0, Decimal(usd), Decimal(usd)))


MODELS = (Slice("opus", "opus", 1, 2, Decimal(3), Decimal(3)),)
TREND = Breakdown((bucket(2, 5), bucket(0, 3)), MODELS, ())


class Client:
    """A gateway that gives prepared answers, and what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def answer(*arguments: Any, **named: Any) -> Any:
            self.asked.append((name, *arguments, named))
            found = self.answers[name]
            found = found.pop(0) if isinstance(found, list) else found
            if isinstance(found, Exception):
                raise found
            return found

        return answer


async def ask(question: Question[Any], client: Client, known: Snapshot = WITH_SITE) -> Any:
    """The answer to a question."""
    return await question.ask(Asking(cast(Any, client), NOW, ZONE, known))


HOURLY = {"zone": "Asia/Shanghai", "hourly": True, "server_zone": ZoneInfo("Europe/Berlin")}


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        (AskSite(), ("site", {})),
        (AskGroups(), ("groups", {})),
        (AskPlans(), ("plans", {})),
        (AskTotals(DAYS, KEY7), ("totals", DAYS, KEY7, {"zone": "Asia/Shanghai"})),
        (AskBreakdown(DAYS, KEY7), ("breakdown", DAYS, KEY7, {**HOURLY, "hourly": False})),
        (AskBreakdown(DAYS, KEY7, hourly=True), ("breakdown", DAYS, KEY7, HOURLY)),
        (AskKeyDays(7, 90), ("key_days", 7, 90, {})),
        (AskError(5), ("error", 5, {})),
    ],
    ids=lambda one: "" if isinstance(one, tuple) else type(one).__name__,
)
async def test_what_is_asked_is_what_is_answered(question: Question[Any], asked: tuple[Any, ...]) -> None:
    answer = object()
    client = Client(**{asked[0]: answer})
    assert await ask(question, client) is answer
    assert client.asked == [asked]


async def test_the_sites_mode_is_asked_once_and_kept() -> None:
    client = Client(me=replace(PROFILE, run_mode="simple"), profile=replace(PROFILE, balance_usd=Decimal(8)))
    first = await ask(AskProfile(), client)
    second = await ask(AskProfile(), client, account((AskProfile(), first)))
    assert (first.run_mode, second.run_mode, second.balance_usd) == ("simple", "simple", 8)
    assert [name for name, *_rest in client.asked] == ["me", "profile"]


async def test_keys_of_one_name_are_told_apart_and_costs_are_of_the_known_keys() -> None:
    same = (key(7, "laptop"), key(8, "laptop"))
    client = Client(keys=same, key_costs={})
    assert all(one.is_alike for one in await ask(AskKeys(), client))
    await ask(AskKeyCosts(), client, account((AskKeys(), same[:1])))
    await ask(AskKeyCosts(), client)
    assert client.asked == [("keys", {}), ("key_costs", [7], {}), ("keys", {}), ("key_costs", [7, 8], {})]


WALLET = Filters(billing_type=0)
MISSING = error_of(Failure(FailureKind.ENDPOINT_MISSING))


@pytest.mark.parametrize(("answers", "filters"), [([TREND], [WALLET]), ([MISSING, TREND], [WALLET, NO_FILTERS])])
async def test_the_accounts_history_is_of_the_wallet_where_the_gateway_can_tell(
    answers: list[Any], filters: list[Filters]
) -> None:
    client = Client(breakdown=answers)
    history = await ask(AskAccountHistory(), client)
    days, named = (TODAY - 35 * DAY, TODAY), {**HOURLY, "models": False, "groups": False}
    assert client.asked == [("breakdown", days, one, named) for one in filters]
    assert history.start == THIS_HOUR - 35 * DAY
    assert (len(history.usd), history.usd[-3:]) == (35 * 24 + 1, (5.0, 0.0, 3.0))


async def test_another_failure_is_no_reason_to_ask_for_less() -> None:
    client = Client(breakdown=error_of(Failure(FailureKind.TIMED_OUT)))
    with pytest.raises(GatewayError):
        await ask(AskAccountHistory(), client)
    assert len(client.asked) == 1


def used(ago: timedelta, read_at: datetime, *, knows: bool = True) -> Snapshot:
    """An account whose key was used so long ago, and its history read at a moment."""
    before = KeyHistory(HourlyCost(THIS_HOUR - 3 * DAY, (1.0,) * 70), ())
    keys = account((AskKeys(), (key(7, last_used_at=NOW - ago),)), base=WITH_SITE)
    return account((AskKeyHistory(7), before), at=read_at, base=keys) if knows else keys


async def test_a_keys_history_is_asked_with_its_models_and_joined_to_what_is_kept() -> None:
    client = Client(breakdown=TREND)
    first = await ask(AskKeyHistory(7), client, used(HOUR, NOW, knows=False))
    days = (TODAY - 36 * DAY, TODAY)
    assert client.asked == [("breakdown", days, KEY7, {**HOURLY, "groups": False})]
    assert (first.models, first.cost.start, first.cost.usd[-3:]) == (MODELS, THIS_HOUR - 36 * DAY, (5.0, 0.0, 3.0))
    joined = await ask(AskKeyHistory(7), client, used(HOUR, NOW - 2 * HOUR))
    assert joined.models == MODELS
    assert joined.cost.usd[-3:] == (5.0, 0.0, 3.0)
    assert len(joined.cost.usd) <= KEPT_HISTORY_HOURS


async def test_the_history_of_a_key_that_was_not_used_since_costs_no_request() -> None:
    client, known = Client(), used(3 * HOUR, NOW - HOUR)
    assert await ask(AskKeyHistory(7), client, known) is known.data(AskKeyHistory(7))
    assert client.asked == []


def test_a_history_that_a_verdict_waits_for_is_not_left_to_the_background() -> None:
    assert AskKeyHistory(7) == AskKeyHistory(7, is_awaited=True)
    assert AskKeyHistory(7).pace.is_background
    assert not AskKeyHistory(7, is_awaited=True).pace.is_background
    assert AskKeyHistory(7, is_awaited=True).pace.can_wait
