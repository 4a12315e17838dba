"""Takeovers: a key that goes on where another one stopped is judged with it, and by it."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.triage.test_rules import THIS_HOUR
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost, Sums
from tui.triage.baselines import HOUR
from tui.triage.case import Case
from tui.triage.causes import Uses
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.origins import SeenOrigins, Sighting
from tui.triage.spikes import RunningHour
from tui.triage.takeovers import Takeover, find_takeovers, joined

DAYS = 28
OLD, NEW, OTHER = 7, 8, 9
NAMES = {OLD: "app-2025", NEW: "app-2026", OTHER: "tool"}
MOVED_H = 30
"""So many hours ago the one stopped and the other began."""


def hours(first_h: int, last_h: int, usd: float = 1.0, every_h: int = 1) -> HourlyCost:
    """What was spent from so many hours ago until so many hours ago."""
    count = DAYS * 24
    used = set(range(last_h, first_h + 1, every_h))
    costs = tuple(usd if count - place in used else 0.0 for place in range(count))
    return HourlyCost(THIS_HOUR - HOUR * count, costs, tuple(10 if cost else 0 for cost in costs))


USED_BEFORE, USED_SINCE, USED_ALWAYS = hours(DAYS * 24, MOVED_H), hours(MOVED_H, 1), hours(DAYS * 24, 1)


def client(ip: str, program: str) -> SeenOrigins:
    """A key that was used from an address by a program."""
    seen = Sighting(THIS_HOUR - 20 * timedelta(days=1), 0)
    return SeenOrigins(THIS_HOUR - timedelta(days=28), THIS_HOUR, 100, {ip: seen}, {program: seen})


def found(
    old: HourlyCost = USED_BEFORE,
    new: HourlyCost = USED_SINCE,
    other: HourlyCost = USED_ALWAYS,
    names: Mapping[int, str] = NAMES,
    seen: Mapping[int, SeenOrigins] | None = None,
    running: Mapping[int, RunningHour] | None = None,
) -> list[tuple[int, int]]:
    """Which key took over from which."""
    keys = {OLD: old, NEW: new, OTHER: other}
    told = find_takeovers(Memo(), keys, running or {}, names, seen or {}, THIS_HOUR)
    return [(one.key_id, one.from_id) for one in told]


UNLIKE = {OLD: "alpha", NEW: "beta", OTHER: "gamma"}
SERVER, DESK = client("192.0.2.1", "httpx"), client("192.0.2.2", "curl")


@pytest.mark.parametrize(
    ("told", "is_one"),
    [
        (found(), True),
        (found(names=UNLIKE), False),
        (found(names={**NAMES, OTHER: "app-1"}), False),
        (found(old=USED_ALWAYS), False),
        (found(old=hours(DAYS * 24, MOVED_H - 1)), False),
        (found(old=hours(MOVED_H + 2, MOVED_H)), False),
        (found(old=hours(MOVED_H + 3, MOVED_H)), True),
        (found(old=hours(DAYS * 24, MOVED_H + 24)), True),
        (found(old=hours(DAYS * 24, MOVED_H + 25)), False),
        (found(old=hours(DAYS * 24, MOVED_H + 48, every_h=48)), True),
        (found(new=hours(14 * 24, 1), old=hours(DAYS * 24, 14 * 24)), True),
        (found(new=hours(14 * 24 + 1, 1), old=hours(DAYS * 24, 14 * 24 + 1)), False),
        (found(running={OLD: RunningHour(0.1)}), False),
        (found(old=hours(MOVED_H + 7 * 24, MOVED_H), other=hours(MOVED_H + 7 * 24, 1)), True),
        (found(old=hours(MOVED_H + 7 * 24 - 1, MOVED_H), other=hours(MOVED_H + 7 * 24 - 1, 1)), False),
        (found(names=UNLIKE, seen={OLD: SERVER, NEW: SERVER, OTHER: DESK}), True),
        (found(names=UNLIKE, seen={OLD: SERVER, NEW: SERVER, OTHER: SERVER}), False),
        (found(names=UNLIKE, seen={OLD: SERVER, NEW: DESK, OTHER: DESK}), False),
        (found(seen={OLD: SERVER, NEW: DESK}), False),
        (found(seen={OLD: SERVER, NEW: SERVER, OTHER: SERVER}), True),
    ],
)
def test_a_key_takes_over_from_one_that_stopped_then(told: list[tuple[int, int]], is_one: bool) -> None:
    """By its name, or as the only one that the same client uses; who may come back has not stopped, and in the first
    days of an account all keys are new.
    """
    assert told == ([(NEW, OLD)] if is_one else [])


def test_a_key_that_began_in_the_running_hour_takes_over_too() -> None:
    running = {NEW: RunningHour(0.5), OLD: RunningHour(0.2)}
    assert found(old=hours(DAYS * 24, 1), new=hours(0, 1), running=running) == [(NEW, OLD)]


def test_each_takes_over_from_one() -> None:
    keys = {OLD: USED_BEFORE, NEW: USED_SINCE, OTHER: USED_SINCE}
    told = find_takeovers(Memo(), keys, {}, {OLD: "app", NEW: "b", OTHER: "c"}, dict.fromkeys(keys, SERVER), THIS_HOUR)
    assert not told


def test_it_is_news_once_the_other_has_been_silent_for_a_day() -> None:
    one = Takeover(NEW, OLD, THIS_HOUR - 9 * HOUR, THIS_HOUR - 10 * HOUR)
    assert not one.is_news(THIS_HOUR + 13 * HOUR)
    assert one.is_news(THIS_HOUR + 14 * HOUR)
    assert one.is_news(THIS_HOUR + (7 * 24 - 10) * HOUR)
    assert not one.is_news(THIS_HOUR + (7 * 24 - 9) * HOUR)


def test_the_hours_of_two_keys_are_those_of_one() -> None:
    a, b = HourlyCost(THIS_HOUR, (1.0, 2.0), (1, 2)), HourlyCost(THIS_HOUR + HOUR, (5.0, 6.0), (5, 6))
    assert joined(Memo(), 1, a, b) == HourlyCost(THIS_HOUR, (1.0, 7.0, 6.0), (1, 7, 6))
    assert joined(Memo(), 1, b, a) == joined(Memo(), 1, a, b)
    memo = Memo()
    assert joined(memo, 1, a, b) is joined(memo, 1, a, b)


def test_who_goes_on_at_the_same_level_is_no_finding_and_who_spends_far_more_is() -> None:
    account = hours(DAYS * 24, 1, 2.0)

    def told(usd: float, names: Mapping[int, str]) -> list[tuple[FindingKind, int | None]]:
        keys = {OLD: USED_BEFORE, NEW: hours(MOVED_H, 1, usd), OTHER: USED_ALWAYS}
        costs = tuple(map(sum, zip(*(one.usd for one in keys.values()), strict=True)))
        whole = HourlyCost(account.start, costs, account.requests)
        report = find(Inputs(THIS_HOUR, whole, keys, running=RunningHour(), key_names=names))
        return [(one.kind, one.key_id) for one in report.findings]

    assert told(1.0, NAMES) == []
    assert {key_id for _kind, key_id in told(1.0, UNLIKE)} == {NEW}
    assert told(6.0, NAMES) != []


@pytest.mark.parametrize(("ago_h", "whose"), [(15, OLD), (6, NEW)])
def test_an_incident_from_before_is_the_other_keys(ago_h: int, whose: int) -> None:
    old, new = list(hours(DAYS * 24, 11).usd), list(hours(10, 1).usd)
    wild = old if whose == OLD else new
    wild[-ago_h - 1] = wild[-ago_h] = 30.0
    keys = {
        OLD: HourlyCost(USED_ALWAYS.start, tuple(old), USED_ALWAYS.requests),
        NEW: HourlyCost(USED_ALWAYS.start, tuple(new), USED_ALWAYS.requests),
        OTHER: USED_ALWAYS,
    }
    costs = tuple(map(sum, zip(*(one.usd for one in keys.values()), strict=True)))
    inputs = Inputs(THIS_HOUR, HourlyCost(USED_ALWAYS.start, costs), keys, running=RunningHour(), key_names=NAMES)
    assert [one.key_id for one in find(inputs).earlier] == [whose]


def test_calls_of_who_took_over_are_held_against_those_of_the_one_before() -> None:
    def models(calls: int, usd: float, hours: float) -> Uses:
        money = Decimal(str(usd))
        return {"haiku": Sums(calls, 10 * calls, 0, 0, 90 * calls, money, money)}, hours

    new = list(hours(5, 1).usd)
    new[-2] = new[-1] = 4.0
    keys = {OLD: hours(DAYS * 24, 6), NEW: HourlyCost(USED_ALWAYS.start, tuple(new), USED_ALWAYS.requests)}
    costs = tuple(map(sum, zip(*(one.usd for one in keys.values()), strict=True)))
    inputs = Inputs(
        THIS_HOUR,
        HourlyCost(USED_ALWAYS.start, costs, USED_ALWAYS.requests),
        keys,
        running=RunningHour(),
        key_names=NAMES,
        recent_uses=({NEW: models(20, 8.0, 2.0)},),
        usual_uses={OLD: models(6700, 670.0, 660.0), NEW: models(30, 9.0, 5.0)},
    )
    assert [one.key_id for one in Case(inputs).unit_cost] == [NEW]
    assert [one.key_id for one in Case(replace(inputs, key_names={})).unit_cost] == []


def spent(series: HourlyCost, ago_h: int, usd: float) -> HourlyCost:
    """The same hours, but with so much more spent so many hours ago."""
    costs = [*series.usd]
    costs[-ago_h] += usd
    return replace(series, usd=tuple(costs))


@pytest.mark.parametrize(
    ("dear_h", "running"),
    [
        ((), {OLD: RunningHour(30.0, 30.0), NEW: RunningHour(0.3, 0.3)}),
        ((1,), {NEW: RunningHour(0.3, 0.3)}),
        ((2, 1), {NEW: RunningHour(0.3, 0.3)}),
        ((3, 2), {NEW: RunningHour(0.3, 0.3)}),
    ],
)
def test_who_replaces_a_stolen_key_is_not_to_blame_for_it(
    dear_h: tuple[int, ...], running: dict[int, RunningHour]
) -> None:
    """The new key begins in the running hour, or an hour after the last one of the former key."""
    old = hours(DAYS * 24, max(1, min(dear_h, default=1)))
    new = hours(min(dear_h) - 1, 1) if dear_h and min(dear_h) > 1 else hours(0, 1)
    for ago_h in dear_h:
        old = spent(old, ago_h, 30.0)
    keys = {OLD: old, NEW: new, OTHER: USED_ALWAYS}
    costs = tuple(map(sum, zip(*(one.usd for one in keys.values()), strict=True)))
    account = HourlyCost(USED_ALWAYS.start, costs, USED_ALWAYS.requests)
    whole = RunningHour(*(sum(one.so_far_usd for one in running.values()),) * 2)
    case = Case(Inputs(THIS_HOUR + HOUR / 2, account, keys, running=whole, running_by_key=running, key_names=NAMES))
    assert [one.from_id for one in case.takeovers] == [OLD]
    assert set(case.key_spikes) == {OLD}
    assert [(one.key_id, round(one.share, 1)) for one in case.suspects[:1]] == [(OLD, 1.0)]
