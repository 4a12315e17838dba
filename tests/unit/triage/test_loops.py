"""Loops: calls that are alike, by whom they usually are not."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from tests.unit.triage.test_rules import THIS_HOUR
from tests.unit.triage.test_spikes import DIFFERENT, SAME, of_calls
from tui.domain.usage import HourlyCost, HourUse
from tui.triage.baselines import HOUR
from tui.triage.loops import Loops, is_usually_alike
from tui.triage.spikes import RunningHour

PAST, BEFORE = THIS_HOUR - HOUR, THIS_HOUR - 2 * HOUR
UNEVEN = [(1.0, 10), (2.0, 10), (0.5, 10), (1.0, 10)]


def weeks(hours: Sequence[tuple[float, int]]) -> HourlyCost:
    """Cost and calls of hours up to the last one that is over."""
    return HourlyCost(
        PAST - HOUR * len(hours), tuple(usd for usd, _calls in hours), tuple(calls for _usd, calls in hours)
    )


@pytest.mark.parametrize(
    ("uses", "is_alike"),
    [
        ([], None),
        ([SAME, SAME, DIFFERENT], True),
        ([SAME, DIFFERENT, DIFFERENT], False),
        ([DIFFERENT, of_calls(*(0.2,) * 19)], False),
    ],
)
def test_calls_are_usually_alike_by_most_of_the_hours_with_enough_of_them(
    uses: list[HourUse], is_alike: bool | None
) -> None:
    assert is_usually_alike(uses, None, 0) is is_alike


@pytest.mark.parametrize(
    ("hours", "is_alike"),
    [
        (UNEVEN, False),
        (UNEVEN[:3], None),
        ([(usd, 4) for usd, _calls in UNEVEN], None),
        ([(1.0, 10), (1.1, 10), (0.9, 10), (1.0, 10)], True),
        ([(10.0, 100), (11.0, 100), (9.0, 100), (10.0, 100)], False),
        ([(0.0, 10)] * 9, None),
    ],
    ids=["people", "three hours tell nothing", "nor do a few calls", "alike", "many calls even out", "free"],
)
def test_who_was_away_on_the_last_day_is_known_by_the_weeks_before(
    hours: Sequence[tuple[float, int]], is_alike: bool | None
) -> None:
    assert is_usually_alike([], weeks(hours), len(hours)) is is_alike
    assert is_usually_alike([SAME], weeks(hours), len(hours))
    assert is_usually_alike([], weeks([*hours, *UNEVEN]), len(hours)) is is_alike


def loops(
    of_others_usd: float = 0.0, hours: Mapping[datetime, Mapping[int, HourUse]] | None = None, calls: int = 30
) -> Loops:
    """Key 7 in a loop in the last hour and in the running one, key 8 beside it."""
    others = HourUse(of_others_usd, 30, 1.0)
    running = {7: RunningHour(hour_usd=6.0, calls=calls, variation=0.1), 8: RunningHour(hour_usd=of_others_usd)}
    return Loops(hours or {PAST: {7: SAME, 8: others}, BEFORE: {7: DIFFERENT}}, running, {7: weeks(UNEVEN * 2)})


def test_an_hour_is_a_loops_while_the_calls_of_its_key_are_alike() -> None:
    found = loops()
    assert found.is_of_key(7, PAST, PAST)
    assert not found.is_of_key(7, BEFORE, PAST)
    assert not found.is_of_key(8, PAST, PAST)
    assert found.is_of_key(7, None, PAST)
    assert not loops(calls=19).is_of_key(7, None, PAST)


def test_what_a_key_does_in_an_incident_is_not_its_usual() -> None:
    hours = {BEFORE: {7: SAME}, PAST: {7: SAME}}
    assert loops(hours=hours).is_of_key(7, PAST, BEFORE)
    assert not loops(hours=hours).is_of_key(7, PAST, PAST)


@pytest.mark.parametrize(
    ("others", "is_loop"),
    [([UNEVEN], True), ([], False), ([UNEVEN[:3]], False), ([UNEVEN, [(1.0, 10)] * 4], False)],
    ids=["people", "nobody", "unknown", "programs among them"],
)
def test_alike_calls_of_a_new_key_are_a_loop_where_nobody_s_are_alike(
    others: list[list[tuple[float, int]]], is_loop: bool
) -> None:
    keys = {7: weeks([]), **{8 + place: weeks(hours) for place, hours in enumerate(others)}}
    found = Loops({PAST: {7: SAME}}, {}, keys)
    assert found.is_of_key(7, PAST, PAST) is is_loop


@pytest.mark.parametrize(("others_usd", "is_loop"), [(3.9, True), (4.1, False)])
def test_an_hour_of_the_account_is_a_loops_if_its_key_made_most_of_it(others_usd: float, is_loop: bool) -> None:
    assert loops(others_usd).is_of_account(PAST, PAST) is is_loop
    assert loops(others_usd).is_of_account(None, PAST) is is_loop
    assert not loops(others_usd).is_of_account(BEFORE, PAST)
