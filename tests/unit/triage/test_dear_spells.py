"""Spells of dear calls: they end by calls at their old cost, not by pauses."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR
from tests.unit.triage.test_unit_cost import ACCOUNT, USUAL, uses
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR
from tui.triage.dear_spells import DearSpell, dear_spells, first_dear, open_spell
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, NoticeKind, Phase, advance
from tui.triage.inputs import Inputs
from tui.triage.report import Report
from tui.triage.unit_cost import UnitCostRise, find_unit_cost

CHEAP, DEAR, FEW = (0.8, 60), (4.0, 60), (0.02, 2)
IDLE = 0.0, 0
FLOOR_USD = 0.5
DAY_HOURS = 24


def key_with(*hours: tuple[float, int], before: int = 20 * 24) -> HourlyCost:
    """Even hours, then some, each with its cost and calls, up to now."""
    return key_of(*([CHEAP] * before), *hours)


def key_of(*hours: tuple[float, int]) -> HourlyCost:
    """Hours up to now, each with its cost and calls."""
    usd, calls = zip(*hours, strict=True)
    return HourlyCost(THIS_HOUR - HOUR * len(usd), usd, calls)


def standing(*hours: tuple[float, int]) -> DearSpell | None:
    """The spell that stands after some hours."""
    return standing_of(key_with(*hours))


def standing_of(key: HourlyCost) -> DearSpell | None:
    """The spell of a key that stands now."""
    return open_spell(dear_spells(Memo(), 7, key, ACCOUNT, THIS_HOUR, FLOOR_USD), NOW)


@pytest.mark.parametrize(
    ("since", "stands"),
    [
        ([], True),
        ([DEAR] * 40, True),
        ([IDLE] * 12, True),
        ([IDLE] * 60, True),
        ([IDLE] * 12 + [DEAR] * 3, True),
        ([CHEAP], False),
        ([FEW], True),
        ([FEW] * 14, True),
        ([FEW] * 15, False),
        ([(1.2, 60)], False),
        ([(1.6, 60)] * 9, True),
        ([IDLE] * 60 + [CHEAP], False),
        ([CHEAP] + [IDLE] * 5, False),
        ([DEAR] * (7 * 24 - 3), True),
        ([DEAR] * (7 * 24 - 2), False),
    ],
)
def test_a_spell_ends_by_calls_at_their_old_cost_or_after_a_week(since: list[tuple[float, int]], stands: bool) -> None:
    assert (standing(DEAR, DEAR, *since) is not None) is stands


def test_what_is_usual_is_from_before_it_and_it_begins_with_its_first_dear_hour() -> None:
    for pause in (0, 5, 30):
        spell = standing(DEAR, DEAR, *[IDLE] * pause, *[DEAR] * 20)
        assert spell is not None
        assert spell.start == THIS_HOUR - HOUR * (22 + pause)
        assert spell.usual_call_usd == pytest.approx(0.8 / 60)
    slow = standing(CHEAP, (0.8, 12), IDLE, (2.0, 12), (1.6, 10))
    assert slow is not None
    assert slow.start == THIS_HOUR - HOUR * 4


@pytest.mark.parametrize(
    ("hours", "since"),
    [
        ([DEAR], 1),
        ([DEAR, IDLE, IDLE, DEAR, DEAR], 5),
        ([CHEAP, DEAR, CHEAP, DEAR, DEAR], 2),
        ([DEAR, DEAR, (0.2, 6)], 3),
        ([DEAR, DEAR, CHEAP, CHEAP], 0),
        ([DEAR, IDLE, IDLE], 0),
    ],
)
def test_dear_hours_are_followed_back_over_pauses_to_the_first(hours: list[tuple[float, int]], since: int) -> None:
    key = key_with(*hours)
    end = len(key.usd)
    assert first_dear(key, end - 2, end, 0.03) == end - since


def test_a_spell_whose_last_hour_is_cheap_begins_with_its_dear_one() -> None:
    """Over two hours calls are dear, and in the second of them they are not."""
    small = HourlyCost(ACCOUNT.start, tuple(usd / 100 for usd in ACCOUNT.usd))
    hours = *[(0.8, 8)] * 20 * DAY_HOURS, (3.1, 8), (1.05, 8)
    spells = dear_spells(Memo(), 7, key_of(*hours), small, THIS_HOUR, FLOOR_USD)
    assert [(one.start, one.calls) for one in spells] == [(THIS_HOUR - HOUR * 2, 16)]
    after = dear_spells(Memo(), 7, key_of(*hours, CHEAP), small, THIS_HOUR, FLOOR_USD)
    assert [one.over_at for one in after] == [THIS_HOUR]


TWICE = (6.4, 120)
BUSY = (3.2, 120)


@pytest.mark.parametrize(
    ("before", "times"),
    [
        ([BUSY] * 20 * DAY_HOURS, 1.6),
        ([*[BUSY] * 10 * DAY_HOURS, *[(4.4, 120)] * 6, *[BUSY] * 10 * DAY_HOURS], 1.925),
        ([*[BUSY] * 10 * DAY_HOURS, *[(5.2, 120)] * 6, *[BUSY] * 10 * DAY_HOURS], None),
        ([*[BUSY] * 10 * DAY_HOURS, *[(4.8, 120)] * 3, *[BUSY] * 10 * DAY_HOURS], 1.75),
        ([*[(4.8, 120)] * 6, *[BUSY] * 20 * DAY_HOURS], 1.6),
        ([*[IDLE] * 20 * DAY_HOURS, *[BUSY] * 3 * DAY_HOURS], None),
        ([*[BUSY] * 20 * DAY_HOURS, *[(4.8, 120)] * 20], 1.6),
    ],
    ids=["always alike", "dearer once", "far dearer once", "for a short time", "long ago", "three days ago", "so far"],
)
def test_calls_of_a_key_that_always_cost_alike_are_dear_at_less(
    before: list[tuple[float, int]], times: float | None
) -> None:
    spell = standing_of(key_of(*before, *[TWICE] * 6))
    assert (spell and spell.times) == (times and pytest.approx(times, rel=0.01))


def test_too_few_calls_show_nothing_about_how_alike_they_are() -> None:
    """Nine an hour are enough, eight are not."""
    for calls in (8, 9):
        key = key_of(*[(3.2, calls)] * 20 * DAY_HOURS, *[(6.4, calls)] * 6)
        assert (standing_of(key) is not None) is (calls == 9)


@pytest.mark.parametrize("hours", [0, 2, 72], ids=["in the first hour", "while they stand", "for days"])
def test_twice_the_cost_of_calls_that_always_cost_alike_is_told(hours: int) -> None:
    dear_h, recent = max(hours, 2), {7: uses(2, 240, 12.8, read=0, plain=100)}
    usual = uses(480 + dear_h, 57600 + 120 * dear_h, 1536.0 + 6.4 * dear_h)

    def rises(*before: tuple[float, int]) -> tuple[UnitCostRise, ...]:
        return find_unit_cost(Memo(), [recent], {7: usual}, {7: key_of(*before, *[TWICE] * hours)}, ACCOUNT, NOW)

    (one,) = rises(*[BUSY] * 20 * DAY_HOURS)
    assert (one.times_usual, one.bar_usd / one.usual_call_usd) == pytest.approx((2.0, 1.6), rel=0.01)
    assert not rises(*[BUSY] * 10 * DAY_HOURS, *[(5.2, 120)] * 6, *[BUSY] * 10 * DAY_HOURS)


def test_what_became_usual_is_told_again_only_if_calls_become_dearer_still() -> None:
    assert standing(*[DEAR] * 10 * DAY_HOURS) is None
    again = standing(*[DEAR] * 10 * DAY_HOURS, (16.0, 60), (16.0, 60))
    assert again is not None
    assert again.usual_call_usd == pytest.approx(4.0 / 60)


@pytest.mark.parametrize("days", [1, 2, 4, 6])
def test_days_of_dear_calls_are_held_against_those_before_them(days: int) -> None:
    key = key_with(*[DEAR] * days * DAY_HOURS)
    recent = {7: uses(2, 120, 8.0, "opus")}
    spent = USUAL[0] | uses(24 * days, 60 * 24 * days, 4.0 * 24 * days, "opus")[0]
    (one,) = find_unit_cost(
        Memo(), [recent], {7: (spent, 360)}, {7: key}, ACCOUNT, NOW,
        uses_since=lambda _key_id, since: uses(24, 60 * 24, 4.0 * 24, "opus") if since <= NOW - HOUR * 23 else None,
    )  # fmt: skip
    assert one.since == THIS_HOUR - HOUR * DAY_HOURS * days
    assert one.usual_call_usd == pytest.approx(288 / 21600, rel=0.02)


def test_the_hour_of_the_change_is_searched_for_the_call() -> None:
    def began_at(key_id: int, hour: datetime) -> datetime:
        assert (key_id, hour) == (7, THIS_HOUR - HOUR * 2)
        return hour + timedelta(minutes=12)

    (one,) = find_unit_cost(
        Memo(), [{7: uses(2, 120, 8.0)}], {7: USUAL}, {7: key_with(*[DEAR] * 2)}, ACCOUNT, NOW, began_at=began_at
    )
    assert one.since == THIS_HOUR - HOUR * 2 + timedelta(minutes=12)


def report_at(now: datetime, *hours: tuple[float, int]) -> Report:
    """What is found at a full hour, some hours after this one."""
    key = key_with(*hours)
    moved = HourlyCost(now - HOUR * len(key.usd), key.usd, key.requests)
    whole = HourlyCost(moved.start, tuple(usd + 1.6 for usd in moved.usd), moved.requests)
    usd, calls = sum(one[0] for one in hours[-2:]), sum(one[1] for one in hours[-2:])
    recent = ({7: uses(2, calls, usd, "opus")},) if calls else ()
    return find(Inputs(now, whole, {7: moved}, recent_uses=recent, usual_uses={7: USUAL}))


@pytest.mark.parametrize("pause", [4, 13, 60])
def test_a_pause_is_no_end_and_dear_calls_after_it_are_no_beginning(pause: int) -> None:
    dear, idle = [DEAR] * 3, [IDLE] * pause
    incidents = advance(Incidents(), report_at(THIS_HOUR, *dear), THIS_HOUR, True)
    assert [one.told for one in incidents.notices] == [NoticeKind.BEGAN]
    later = THIS_HOUR + HOUR * pause
    incidents = advance(incidents, report_at(later, *dear, *idle), later, True)
    assert ([one.told for one in incidents.notices], [one.phase for one in incidents.open.values()]) == (
        [],
        [Phase.COOLING],
    )
    later += HOUR * 2
    incidents = advance(incidents, report_at(later, *dear, *idle, DEAR, DEAR), later, True)
    assert (incidents.notices, len(incidents.firing)) == ((), 1)
    later += HOUR * 3
    incidents = advance(incidents, report_at(later, *dear, *idle, DEAR, DEAR, *[CHEAP] * 3), later, True)
    assert [one.told for one in incidents.notices] == [NoticeKind.OVER]


def test_a_key_that_cannot_call_any_more_pauses_for_good() -> None:
    moved = key_with(DEAR, DEAR)
    known = Inputs(NOW, ACCOUNT, {7: moved}, usual_uses={7: USUAL})
    assert find(known).standing == {(FindingKind.UNIT_COST, 7)}
    assert find(replace(known, stopped={7: NOW})).standing == frozenset()
