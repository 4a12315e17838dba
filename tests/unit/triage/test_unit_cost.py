"""Calls that became dearer, though no hour passes a bound."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost, HourUse, Sums
from tui.triage.baselines import HOUR
from tui.triage.causes import CausePart, Uses
from tui.triage.find import find
from tui.triage.inputs import Inputs
from tui.triage.thresholds import Thresholds
from tui.triage.unit_cost import UnitCostRise, find_unit_cost

KEY = series({1: 3.3, 2: 3.2}, usual_usd=0.8, days=15)
ACCOUNT = series({}, usual_usd=400 / 168)
"""An account that costs 400 USD a week."""
DEFAULT = Thresholds()


def uses(hours: float, calls: int, usd: float, model: str = "haiku", *, read: int = 90, plain: int = 10) -> Uses:
    """What a key did by one model."""
    money = Decimal(str(usd))
    return {model: Sums(calls, plain * calls, 0, 0, read * calls, money, money)}, hours


USUAL = uses(360, 21600, 288.0)


def found(
    recent: Uses,
    usual: Uses = USUAL,
    key: HourlyCost = KEY,
    others: Mapping[int, HourlyCost] = {},
    thresholds: Thresholds = DEFAULT,
) -> tuple[UnitCostRise, ...]:
    """What is found of one key."""
    keys = {7: key, **others}
    return find_unit_cost(Memo(), [{7: recent}], {7: usual}, keys, ACCOUNT, NOW, thresholds)


def test_the_same_calls_at_five_times_the_cost_are_told_with_the_cause() -> None:
    switched = found(uses(2, 120, 7.8, "opus"))[0]
    assert (switched.key_id, switched.why.main, round(switched.times_usual)) == (7, "mix", 5)
    broken = found(uses(2, 120, 7.8, read=5, plain=95))[0]
    assert broken.why.main == CausePart.INPUT
    assert broken.why.hit_rate[1] == 0.05
    assert broken.excess_usd_per_h > 2
    assert broken.least_usd == pytest.approx(2.4 * 2.5 / broken.times_usual)
    assert broken.raised == 1.0
    assert (broken.since, broken.excess_usd) == (NOW - 2 * HOUR, pytest.approx(2 * broken.excess_usd_per_h))


@pytest.mark.parametrize(
    ("recent", "is_told"),
    [
        (uses(2, 120, 7.6), True),
        (uses(2, 120, 3.9), False),
        (uses(2, 14, 7.6), False),
        (uses(2, 15, 7.6), True),
        (uses(2, 120, 4.7), False),
        (uses(6, 120, 7.6), False),
    ],
)
def test_not_less_than_two_and_a_half_times_nor_a_few_calls_nor_what_costs_little(recent: Uses, is_told: bool) -> None:
    """It must cost 0.6 % of the week an hour more, less the dearer calls are, and have cost so much for hours."""
    assert bool(found(recent)) is is_told


@pytest.mark.parametrize(
    ("thresholds", "is_told"),
    [
        (Thresholds(floor_usd=2.9), True),
        (Thresholds(floor_usd=3.1), False),
    ],
)
def test_a_person_may_raise_the_floor(thresholds: Thresholds, is_told: bool) -> None:
    assert bool(found(uses(2, 120, 9.2), thresholds=thresholds)) is is_told


def both(calls: int, usd: float, dear_calls: int, dear_usd: float, hours: float = 360) -> Uses:
    """What a key did by a cheap model and by a dear one."""
    cheap, dear = uses(hours, calls, usd), uses(hours, dear_calls, dear_usd, "opus")
    return {**cheap[0], **dear[0]}, hours


@pytest.mark.parametrize(
    ("usual", "is_told"),
    [
        (both(20000, 200.0, 1600, 107.2), False),
        (both(21000, 210.0, 1000, 67.0), True),
        (both(20000, 200.0, 1600, 40.0), True),
    ],
    ids=["works with it", "tried it", "at another cost"],
)
def test_a_model_that_a_key_works_with_anyway_is_no_news(usual: Uses, is_told: bool) -> None:
    assert bool(found(uses(2, 120, 8.0, "opus"), usual)) is is_told


def test_dearer_calls_of_a_model_that_a_key_works_with_are_held_against_those() -> None:
    (one,) = found(uses(2, 120, 24.0, "opus"), both(20000, 200.0, 1600, 107.2))
    assert (one.usual_call_usd, one.usual_calls) == (pytest.approx(83.2 / 1480), 1480)
    (one,) = found(uses(2, 120, 24.0, "sonnet"), both(20000, 200.0, 1600, 107.2))
    assert (one.usual_call_usd, one.usual_calls) == (pytest.approx(307.2 / 21600), 21600)


def test_a_dear_task_that_comes_again_is_a_habit() -> None:
    again = series({1: 3.3, 2: 3.2, 30: 3.4, 60: 3.4, 90: 3.4}, usual_usd=0.8, days=15)
    assert not found(uses(2, 120, 7.6), key=again)
    twice = series({1: 3.3, 2: 3.2, 30: 3.4, 60: 3.4}, usual_usd=0.8, days=15)
    assert found(uses(2, 120, 7.6), key=twice)


def with_calls(dear: Mapping[int, float], per_hour: int = 60, usual_usd: float = 0.8) -> HourlyCost:
    """Even calls, with hours that cost so much each: by how many hours back."""
    one = series(dear, usual_usd, days=28)
    return HourlyCost(one.start, one.usd, (per_hour,) * (len(one.usd) - 1) + (0,))


DEAR_DAY, DEARER_DAY = {200: 5.0, 201: 5.0, 202: 5.0}, {100: 5.0, 101: 5.0, 102: 5.0}
ON_NOW = {1: 4.0, 2: 4.0}


@pytest.mark.parametrize(
    ("past", "raised"),
    [
        ({}, 1.0),
        (DEAR_DAY, 1.0),
        ({**DEAR_DAY, 206: 5.0, 207: 5.0}, 1.0),
        ({**DEAR_DAY, **DEARER_DAY}, 2.0 * 5.0 / 0.8 / 2.5),
        ({**DEAR_DAY, 600: 5.0, 601: 5.0}, 1.0),
        ({200: 1.7, 201: 1.7, 100: 1.7, 101: 1.7}, 1.0),
    ],
)
def test_a_keys_own_dear_days_raise_its_bar_when_there_were_two_in_three_weeks(
    past: dict[int, float], raised: float
) -> None:
    """Who uses a dear model now and then has had such days; dear hours of one day are one."""
    key = with_calls({**past, **ON_NOW})
    dear = uses(2, 120, 8.0)
    told = found(dear, key=key)
    if raised == 1.0:
        assert [one.raised for one in told] == [1.0]
        return
    assert not told
    dearest = uses(2, 120, 120 * 0.8 / 60 * 2.5 * raised * 1.05)
    (one,) = found(dearest, key=with_calls({**past, 1: 9.0, 2: 9.0}))
    assert one.raised == pytest.approx(raised, rel=0.05)


@pytest.mark.parametrize(("hours_a_day", "is_told"), [(7, False), (8, True)])
def test_dear_days_of_all_keys_count_together_but_for_what_is_used_day_and_night(
    hours_a_day: int, is_told: bool
) -> None:
    others = {8: with_calls(DEAR_DAY), 9: with_calls(DEARER_DAY)}
    idle = {back: 0.0 for back in range(24, 28 * 24) if back % 24 >= hours_a_day}
    key = with_calls({**idle, **dict.fromkeys(range(hours_a_day, 24), 0.0), **ON_NOW})
    assert found(uses(2, 120, 8.0), key=key)
    assert bool(found(uses(2, 120, 8.0), key=key, others=others)) is is_told


def daily(hours: int) -> HourlyCost:
    """A key that is used for so many hours of each day, and is now."""
    idle = dict.fromkeys((back for back in range(hours, 28 * 24) if back % 24 >= hours), 0.0)
    return series({**idle, 1: 4.0, 2: 4.0}, 0.8, days=28)


@pytest.mark.parametrize(
    ("key", "other", "colleagues", "call_usd", "is_told"),
    [
        (daily(7), daily(7), 2, 0.06, False),
        (daily(7), daily(7), 2, 0.02, True),
        (daily(7), daily(7), 1, 0.06, True),
        (KEY, daily(7), 2, 0.06, True),
        (daily(3), daily(7), 2, 0.06, True),
        (daily(7), daily(3), 2, 0.06, True),
    ],
    ids=["as colleagues do", "at another cost", "one is no habit", "a program", "a job", "jobs are no colleagues"],
)
def test_a_model_that_colleagues_work_with_is_no_news_of_a_person(
    key: HourlyCost, other: HourlyCost, colleagues: int, call_usd: float, is_told: bool
) -> None:
    keys = {7: key, 8: other, 9: other}
    usual = {7: USUAL, **{key_id: uses(360, 900, 900 * call_usd, "opus") for key_id in range(8, 8 + colleagues)}}
    recent = {7: uses(2, 120, 8.0, "opus")}
    assert bool(find_unit_cost(Memo(), [recent], usual, keys, ACCOUNT, NOW)) is is_told


def test_a_memory_of_dear_days_follows_the_hours() -> None:
    """What is on raises nothing; once it is over it counts."""
    memo, key = Memo(), with_calls({**DEAR_DAY, **ON_NOW})
    recent = {7: uses(2, 120, 8.0)}
    for _look in range(2):
        (one,) = find_unit_cost(memo, [recent], {7: USUAL}, {7: key}, ACCOUNT, NOW)
        assert one.raised == 1.0
    later = NOW + (THIS_HOUR - NOW) + (THIS_HOUR - key.start) / 28
    on = HourlyCost(key.start, (*key.usd[:-1], *(0.8,) * 22, 4.0, 4.0), (*key.requests[:-1], *(60,) * 24))
    whole = HourlyCost(ACCOUNT.start, (*ACCOUNT.usd[:-1], *(2.4,) * 24))
    assert not find_unit_cost(memo, [recent], {7: USUAL}, {7: on}, whole, later)


def test_a_report_has_them_and_ranks_the_keys_since_then() -> None:
    account = series({1: 4.9, 2: 4.8}, usual_usd=2.4)
    known = Inputs(NOW, account, {7: KEY}, recent_uses=({7: uses(2, 120, 8.0, "opus")},), usual_uses={7: USUAL})
    report = find(known)
    assert (report.is_incident, report.findings[0].key_id, report.suspects[0].key_id) == (True, 7, 7)


@pytest.mark.parametrize(("dearest", "is_told"), [(0.5, True), (3.1, True), (3.3, False)])
def test_one_call_that_makes_most_of_it_is_no_evidence(dearest: float, is_told: bool) -> None:
    account = series({1: 4.9, 2: 4.8}, usual_usd=2.4)
    known = Inputs(
        NOW,
        account,
        {7: KEY},
        recent_uses=({7: uses(2, 120, 8.0, "opus")},),
        usual_uses={7: USUAL},
        hour_uses={NOW.replace(minute=0, second=0): {7: HourUse(3.0, 60, dearest)}},
    )
    assert bool(find(known).findings) is is_told


def test_a_slow_key_tells_over_six_hours_what_a_busy_one_tells_in_two() -> None:
    key = series(dict.fromkeys(range(1, 6), 4.0), usual_usd=0.8, days=15)
    few, enough, usual = {7: uses(2, 8, 8.0)}, {7: uses(6, 20, 20.0)}, {7: uses(360, 1080, 288.0)}
    assert not find_unit_cost(Memo(), [few], usual, {7: key}, ACCOUNT, NOW)
    assert find_unit_cost(Memo(), [few, enough], usual, {7: key}, ACCOUNT, NOW)[0].hours == 6
