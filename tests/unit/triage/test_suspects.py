"""Which of several keys is named first."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import series
from tui.domain.keys import KeyCost
from tui.triage.find import find
from tui.triage.inputs import Inputs
from tui.triage.report import State
from tui.triage.spikes import RunningHour
from tui.triage.suspects import Suspect, burning_first

OLD, NEW = series({3: 20.0, 2: 20.0}, usual_usd=0.5), series({1: 12.0}, usual_usd=0.5)
ACCOUNT = series({3: 20.5, 2: 20.5, 1: 12.5})


@pytest.mark.parametrize(
    ("paces", "named"),
    [
        ({7: 18.0, 8: 6.0}, [(7, False), (8, False)]),
        ({7: 0.5, 8: 6.0}, [(8, False), (7, True)]),
        ({7: 3.0, 8: 54.0}, [(8, False), (7, True)]),
        ({8: 6.0}, [(8, False), (7, True)]),
        ({}, [(7, True), (8, True)]),
        (None, [(7, False), (8, False)]),
    ],
    ids=["both burn", "one at its usual pace", "one far slower", "one not used any more", "all over", "not known"],
)
def test_what_burns_now_is_named_before_what_is_calm_again(
    paces: dict[int, float] | None, named: list[tuple[int, bool]]
) -> None:
    running = {8: RunningHour(2.0, 1.0)}
    inputs = Inputs(NOW, ACCOUNT, {7: OLD, 8: NEW}, running[8], running, paces=paces)
    assert [(one.key_id, one.is_calm) for one in find(inputs).suspects] == named


def test_nobody_is_named_while_the_calls_are_awaited() -> None:
    report = find(Inputs(NOW, ACCOUNT, {7: OLD, 8: NEW}, awaits_calls=True))
    assert (report.is_incident, report.likely, report.is_first_look) == (True, None, True)


def test_a_key_with_next_to_no_excess_is_not_put_before_the_cause() -> None:
    suspects = (Suspect(7, 40.0, 1.0, 0.96, pace_usd_per_h=0.0), Suspect(8, 2.0, 0.5, 0.04, pace_usd_per_h=0.3))
    assert [one.key_id for one in burning_first(suspects)] == [7, 8]


def test_while_the_running_hour_is_not_known_todays_costs_tell_who_does_it() -> None:
    """What a key burns since the last full hour is in no history yet."""
    costs = {7: KeyCost(Decimal(45), Decimal(60)), 8: KeyCost(Decimal(90), Decimal(95))}
    keys = {7: OLD, 8: series({}, usual_usd=0.5)}
    inputs = Inputs(NOW, ACCOUNT, keys, costs=costs, day_part=0.2)
    assert [one.key_id for one in find(inputs).suspects] == [8, 7]
    known = replace(inputs, running=RunningHour(88.0, 9.0), running_by_key={8: RunningHour(88.0, 9.0)})
    assert [(one.key_id, one.is_first_look) for one in find(known).suspects] == [(8, False), (7, False)]
    assert not find(replace(known, is_hour_whole=False)).suspects[0].is_first_look


def test_an_hour_whose_cost_is_mostly_unexplained_names_nobody_by_history() -> None:
    costs = {7: KeyCost(Decimal(45), Decimal(60)), 8: KeyCost(Decimal(90), Decimal(95))}
    keys = {7: OLD, 8: series({}, usual_usd=0.5)}
    part = {7: RunningHour(20.0, 2.0)}
    inputs = Inputs(
        NOW,
        ACCOUNT,
        keys,
        running=RunningHour(88.0, 9.0),
        running_by_key=part,
        costs=costs,
        day_part=0.2,
        is_hour_whole=False,
    )
    assert [(one.key_id, one.is_first_look) for one in find(inputs).suspects] == [(8, True), (7, True)]


def test_what_an_hour_cost_at_least_clears_nothing() -> None:
    quiet = Inputs(NOW, series({}), running=RunningHour(), is_hour_whole=False)
    assert find(quiet).spike_state is State.CANNOT_TELL
    assert find(replace(quiet, is_hour_whole=True)).spike_state is State.CLEAR
