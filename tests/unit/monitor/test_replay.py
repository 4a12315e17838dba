"""The past played back: what was known then and nothing newer, and the same as was seen live."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, PLAN, call, failed, key
from tui.account.services import services
from tui.cli.gather import Gatherer, gather_first, gather_verdict
from tui.config.sources import load
from tui.demo.app import DemoGateway
from tui.demo.options import DemoOptions
from tui.demo.serve import running
from tui.domain.clock import floor_hour
from tui.domain.scope import Filters, Scope
from tui.domain.usage import Call, HourlyCost
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskAccountHistory, AskKeyCosts, AskKeyHistory, AskKeys, AskProfile
from tui.monitor.replay import DELETED_AFTER, Records, Replay
from tui.monitor.scoped import errors_of
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import inputs_of, report_of
from tui.triage.inputs import Inputs

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THIS_HOUR = floor_hour(NOW)
ZONE = ZoneInfo("Asia/Shanghai")


def some_calls(days: float = 3.0, seed: int = 7) -> tuple[Call, ...]:
    """Calls of two keys, some of them paid by a plan, in no order."""
    rolled = random.Random(seed)
    rows = [
        call(
            number,
            ago_s=rolled.uniform(0, days * 86400),
            key_id=rolled.choice((7, 8)),
            billed=f"{rolled.uniform(0.01, 0.5):.4f}",
            model=rolled.choice(("opus", "haiku")),
            billing_type=int(rolled.random() < 0.1),
            ip="192.0.2.1",
            user_agent="cli/1.0",
        )
        for number in range(900)
    ]
    rolled.shuffle(rows)
    return tuple(rows)


CALLS = some_calls()


def moments(begin_h: float, step: timedelta = HOUR) -> list[datetime]:
    """Moments from so many hours ago to now."""
    return [NOW - begin_h * HOUR + step * number for number in range(int(begin_h * HOUR / step) + 1)]


def told(snapshot: Snapshot, now: datetime) -> Inputs:
    """What triage is given, but for what differs by identity alone."""
    given = inputs_of(snapshot, now)
    return replace(given, uses_since=len, begin_of=len, dear_from=len, memo=None)  # type: ignore[arg-type]


def test_a_moment_knows_nothing_newer() -> None:
    """Neither what came later in the records nor that there is more: the same is known of those that end there."""
    for now in moments(60, 7 * HOUR):
        upto = tuple(row for row in CALLS if row.at <= now)
        left = sum(row.billed_number for row in CALLS if row.at > now and row.is_wallet)
        keys = (key(7), key(8))
        then = Replay(Records(CALLS, ZONE, keys=keys, balance_usd=20.0)).at(now)
        alone = Replay(Records(upto, ZONE, keys=keys, balance_usd=20.0 + left)).at(now)
        assert told(then, now) == told(alone, now)
        assert all(row.at <= now for row in then.calls[BASE_CALLS].log.heard_after(0))


def test_stepping_there_and_jumping_there_is_the_same() -> None:
    stepped = Replay(Records(CALLS, ZONE, balance_usd=20.0))
    for now in moments(50):
        snapshot = stepped.at(now)
    jumped = Replay(Records(CALLS, ZONE, balance_usd=20.0)).at(NOW)
    assert told(snapshot, NOW) == told(jumped, NOW)


@pytest.mark.parametrize("back_h", [0, 5.2, 31.0])
def test_hours_days_and_balance_are_the_sums_of_the_calls(back_h: float) -> None:
    now = NOW - back_h * HOUR
    snapshot = Replay(Records(CALLS, ZONE, balance_usd=20.0)).at(now)
    paid = [row for row in CALLS if row.is_wallet and row.at <= now]
    account, history = snapshot.data(AskAccountHistory()), snapshot.data(AskKeyHistory(7))
    assert account is not None
    assert history is not None
    assert_sums(account, paid)
    assert_sums(history.cost, [row for row in paid if row.key_id == 7])
    own = [row for row in CALLS if row.key_id == 7 and row.at <= now]
    models = {one.name: (one.requests, one.billed_usd) for one in history.models}
    for name, (requests, billed_usd) in models.items():
        of_model = [row.billed_usd for row in own if row.model == name]
        assert (requests, billed_usd) == (len(of_model), sum(of_model))
    costs, today = snapshot.data(AskKeyCosts()), now.astimezone(ZONE).date()
    assert costs is not None
    spent = sum(row.billed_number for row in own if row.at.astimezone(ZONE).date() == today)
    assert float(costs[7].today_usd) == pytest.approx(spent, abs=1e-5)
    profile = snapshot.data(AskProfile())
    assert profile is not None
    later = sum(row.billed_number for row in CALLS if row.is_wallet and row.at > now)
    assert float(profile.balance_usd) == pytest.approx(20.0 + later)


def assert_sums(cost: HourlyCost, calls: list[Call]) -> None:
    """That a series holds these calls by the hour, and no others."""
    for place, (usd, requests) in enumerate(zip(cost.usd, cost.requests, strict=True)):
        hour = cost.start + HOUR * place
        inside = [one.billed_number for one in calls if hour <= one.at < hour + HOUR]
        assert (usd, requests) == (pytest.approx(sum(inside)), len(inside))
    assert sum(cost.requests) == len(calls)


def test_the_log_reaches_a_day_back_and_never_claims_more_than_it_has() -> None:
    replayed = Replay(Records(CALLS, ZONE))
    for now in moments(70, 5 * HOUR):
        view = replayed.at(now).calls[BASE_CALLS]
        assert view.covered_from is not None
        held = view.log.between(view.covered_from, now + HOUR)
        since = [row for row in CALLS if view.covered_from <= row.at <= now]
        assert len(held) == len(since)
        assert view.covers(now - DAY) or view.covered_from == replayed.began


def test_a_key_that_was_deleted_was_there_until_after_its_last_call() -> None:
    rows = (call(1, ago_s=50 * 3600, key_id=9), call(2, ago_s=7200, key_id=9), *CALLS)
    replayed = Replay(Records(rows, ZONE, keys=(key(7), key(8))))
    for now, is_there in ((NOW - 49 * HOUR, True), (NOW - 2 * HOUR + DELETED_AFTER, True), (NOW, False)):
        ids = {one.id for one in replayed.at(now).data(AskKeys()) or ()}
        assert (9 in ids) is is_there
    assert inputs_of(replayed.at(NOW), NOW).deleted == {9}


def test_a_key_that_was_made_later_was_not_there() -> None:
    replayed = Replay(Records(CALLS, ZONE, keys=(key(7), key(8, created_at=NOW), key(11, created_at=NOW - HOUR))))
    early = replayed.at(NOW - 40 * HOUR).data(AskKeys())
    assert early is not None
    assert {one.id for one in early} == {7, 8}, "one that had called is taken to be older than it says"
    late = replayed.at(NOW).data(AskKeys())
    assert late is not None
    assert {one.id for one in late} == {7, 8, 11}


def test_errors_are_those_of_the_last_day_newest_first() -> None:
    errors = tuple(failed(number, ago_s=number * 3600) for number in (1, 50, 3, 30))
    replayed = Replay(Records(CALLS, ZONE, failed=errors))
    known = errors_of(Scope(), replayed.at(NOW - 2 * HOUR), NOW - 2 * HOUR)
    assert [one.id for one in known or ()] == [3]
    assert [one.id for one in errors_of(Scope(), replayed.at(NOW), NOW) or ()] == [1, 3]


def test_models_of_long_ago_are_not_usual_however_seldom_a_key_is_used() -> None:
    weekly = tuple(call(week, ago_s=week * 7 * 86400, model="opus" if week < 5 else "old") for week in range(30))
    history = Replay(Records(weekly, ZONE)).at(NOW).data(AskKeyHistory(7))
    assert history is not None
    assert {one.name: one.requests for one in history.models} == {"opus": 5, "old": 1}


@pytest.mark.parametrize("balance_usd", [20.0, None])
def test_nothing_is_missing_for_a_verdict_also_where_plans_pay_and_the_balance_is_not_known(
    balance_usd: float | None,
) -> None:
    keys = (key(7), key(8), key(9, group=PLAN))
    replayed = Replay(Records(CALLS, ZONE, keys=keys, balance_usd=balance_usd))
    for now in (NOW - 30 * HOUR, NOW):
        report = report_of(replayed.at(now), now)
        assert (report.gaps, report.is_whole) == ((), True)
    assert balance_usd is not None or report.first_empty_at is None


def test_without_any_call_nothing_is_made_up() -> None:
    snapshot = Replay(Records((), ZONE)).at(NOW)
    assert snapshot.data(AskKeys()) == ()
    assert not report_of(snapshot, NOW).findings


async def read_days(opened: Gatherer, client: object, days: int) -> tuple[Call, ...]:
    """All call records of the last days."""
    today = opened.now.astimezone(ZONE).date()
    span: tuple[date, date] = (today - timedelta(days=days), today)
    rows: list[Call] = []
    page, is_last = 1, False
    while not is_last:
        answer = await client.calls(span, Filters(), zone=ZONE.key, page=page, page_size=1000)  # type: ignore[attr-defined]
        rows += answer.items
        page, is_last = page + 1, answer.is_last
    return tuple(rows)


async def test_of_the_demo_the_same_is_known_as_live(tmp_path: Path) -> None:
    """From two days of its call records alone: what the gateway sums up, and what is made of the calls."""
    at = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    demo = DemoGateway(seed=1, now=lambda: at, options=DemoOptions(limits_on=False))
    settings = load({"tz": ZONE.key}, {}, tmp_path / "config.toml", tmp_path / "state")
    with running(demo) as url:
        async with services(settings, {}, demo_url=url) as opened:
            await opened.client.login(demo.email, demo.password)
            gatherer = Gatherer(opened)
            await gather_first(gatherer)
            await gather_verdict(gatherer)
            rows = await read_days(gatherer, opened.client, days=2)
    live, now = gatherer.snapshot, gatherer.now
    keys, profile = live.data(AskKeys()), live.data(AskProfile())
    assert keys is not None
    assert profile is not None
    then = Replay(Records(rows, ZONE, keys=keys, balance_usd=float(profile.balance_usd))).at(now)
    seen, replayed = inputs_of(live, now), inputs_of(then, now)
    begin = floor_hour(min(row.at for row in rows)) + HOUR
    assert seen.account is not None
    assert replayed.account is not None
    assert seen.account.start == replayed.account.start
    assert_alike(seen.account, replayed.account, begin, now)
    assert len(seen.keys) > 3
    for key_id, cost in seen.keys.items():
        assert_alike(cost, replayed.keys[key_id], begin, now)
    for name in ("running", "running_by_key", "hour_uses", "recent_uses", "recent_calls", "paces", "is_hour_whole"):
        assert getattr(seen, name) == getattr(replayed, name), name
    assert Decimal(str(round(seen.balance_usd or 0, 6))) == Decimal(str(replayed.balance_usd))
    assert seen.day_part == replayed.day_part
    assert todays(seen) == todays(replayed)


def assert_alike(live: HourlyCost, replayed: HourlyCost, begin: datetime, now: datetime) -> None:
    """That two series say the same of each hour since a moment."""
    hours = round((floor_hour(now) + HOUR - begin) / HOUR)
    assert replayed.hours(begin, hours) == pytest.approx(live.hours(begin, hours))
    assert replayed.requests[-hours:] == live.requests[-hours:]


def todays(inputs: Inputs) -> Mapping[int, float]:
    """What each key that the wallet pays cost today."""
    return {
        key_id: round(float(cost.today_usd), 4) for key_id, cost in (inputs.costs or {}).items() if cost.today_usd > 0
    }
