"""Which of several keys is named first, and what is told of each."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, failed
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_spikes import WEEK, daytime
from tui.domain.keys import KeyCost
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR, AccountAge
from tui.triage.failing import CallOutcomes
from tui.triage.find import find
from tui.triage.inputs import Inputs
from tui.triage.report import State
from tui.triage.spikes import RunningHour
from tui.triage.suspects import (
    Suspect,
    burning_first,
    first_look,
    is_single_cause,
    most_of,
    rank,
    with_errors,
    with_shares,
)

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


def ranked(histories: Mapping[int, HourlyCost], back: int = 1, **more: Any) -> tuple[Suspect, ...]:
    """The suspects of an incident that began so many hours before this one."""
    given = {"running_usd": {}, **more}
    return rank(Memo(), histories, THIS_HOUR - back * HOUR, NOW, **given)


@pytest.mark.parametrize(("hours_before", "is_new"), [(23, True), (24, False)])
def test_a_key_is_new_for_the_first_day_and_then_nothing_is_usual_for_it(hours_before: int, is_new: bool) -> None:
    key = series({1: 9.0, **dict.fromkeys(range(2, 2 + hours_before), 1.0)}, usual_usd=0.0)
    (one,) = ranked({7: key}, paces={7: 5.0})
    assert (one.is_new, one.is_dormant) == (is_new, False)
    assert (one.actual_usd, one.expected_usd) == (9.0, 0.0)
    assert one.pace_usd_per_h == (5.0 if is_new else 3.0)


@pytest.mark.parametrize(
    ("used_back", "is_dormant"), [((WEEK + 2,), True), ((WEEK + 1,), False), ((2,), False), ((WEEK + 2, 2), False)]
)
def test_a_key_was_dormant_if_the_week_before_has_no_use_of_it(used_back: tuple[int, ...], is_dormant: bool) -> None:
    key = series({1: 9.0, 600: 1.0, **dict.fromkeys(used_back, 0.5)}, usual_usd=0.0)
    (one,) = ranked({7: key})
    assert (one.is_new, one.is_dormant) == (False, is_dormant)


@pytest.mark.parametrize(("days", "is_told"), [(7, True), (6.9, False), (None, True)])
def test_in_the_first_week_of_an_account_no_key_is_new_or_dormant(days: float | None, is_told: bool) -> None:
    since = THIS_HOUR - HOUR
    known = AccountAge(since - timedelta(days=days), since) if days is not None else None
    keys = {7: series({1: 9.0}, usual_usd=0.0), 8: series({1: 8.0, 600: 1.0}, usual_usd=0.0)}
    new, dormant = ranked(keys, known=known)
    assert (new.is_new, dormant.is_dormant, new.expected_usd) == (is_told, is_told, 0.0)


def test_nobody_slept_where_the_whole_account_did() -> None:
    slept, used = series({1: 9.0, 600: 1.0}, usual_usd=0.0), series({1: 9.0, 600: 1.0, 50: 1.0}, usual_usd=0.0)
    for account, is_dormant in ((slept, False), (used, True)):
        (one,) = ranked({7: slept}, account=(account, 0.0))
        assert one.is_dormant is is_dormant


def test_the_running_hour_is_usual_as_far_as_it_has_gone() -> None:
    (one,) = ranked({7: series({2: 9.0, 1: 9.0})}, back=2, running_usd={7: 3.0})
    assert one.actual_usd == 21.0
    assert one.expected_usd == pytest.approx(2.0 + (NOW - THIS_HOUR) / HOUR)


@pytest.mark.parametrize(
    ("usd", "running_usd", "is_suspect"), [(0.0, 0.004, False), (0.0, 0.006, True), (0.004, 0.0, False)]
)
def test_less_than_half_a_cent_is_rounding(usd: float, running_usd: float, is_suspect: bool) -> None:
    key = series({1: usd}, usual_usd=0.0)
    assert bool(ranked({7: key}, running_usd={7: running_usd})) is is_suspect
    assert not with_shares([Suspect(7, 0.005, 0.0, 0.0)])


@pytest.mark.parametrize(
    ("paces", "pace_usd_per_h"), [(None, None), ({}, 0.0), ({7: 2.0}, 0.0), ({7: 5.0}, 3.0)], ids=str
)
def test_a_pace_is_told_above_twice_the_usual(paces: dict[int, float] | None, pace_usd_per_h: float | None) -> None:
    (one,) = ranked({7: series({1: 9.0})}, paces=paces)
    assert one.pace_usd_per_h == pace_usd_per_h


def test_at_an_hour_at_which_a_key_never_works_its_working_hours_tell_its_usual_pace() -> None:
    (one,) = ranked({7: daytime({1: 9.0})}, paces={7: 5.0})
    assert one.pace_usd_per_h == 1.0
    busy_now = series(dict.fromkeys(range(24, 15 * 24, 24), 2.0) | {1: 9.0}, usual_usd=0.5)
    (other,) = ranked({7: busy_now}, paces={7: 5.0})
    assert other.pace_usd_per_h == 1.0


@pytest.mark.parametrize(("account_usd", "share"), [(38.0, 0.5), (19.0, 1.0), (10.0, 1.0)])
def test_a_share_is_of_the_account_s_excess_if_that_is_more(account_usd: float, share: float) -> None:
    key, account = series({1: 20.0}), series({1: account_usd + 2.0}, usual_usd=2.0)
    running_usd = 2 * (NOW - THIS_HOUR) / HOUR
    (one,) = ranked({7: key}, running_usd={7: running_usd / 2}, account=(account, running_usd))
    assert one.share == pytest.approx(share)


@pytest.mark.parametrize(("job_usd", "share"), [(20.0, 1.0), (10.0, 1.0), (29.0, 20 / 29)])
def test_what_a_weekly_job_often_costs_is_no_part_of_the_excess(job_usd: float, share: float) -> None:
    """Its last run cost $20."""
    job = series({1: job_usd, 1 + WEEK: 20.0}, usual_usd=0.0)
    account = series({1: 20.0 + job_usd}, usual_usd=0.0)
    wild = series({1: 20.0, 600: 1.0}, usual_usd=0.0)
    found = ranked({7: wild, 8: job}, account=(account, 0.0))
    assert found[0].key_id == 7
    assert found[0].share == pytest.approx(share)
    assert [one.excess_usd for one in found[1:]] == ([9.0] if job_usd > 20.0 else [])


@pytest.mark.parametrize(("hours_later", "is_usual"), [(0, True), (4, True), (5, False)])
def test_a_job_may_run_up_to_three_hours_after_the_time_of_its_last_run(hours_later: int, is_usual: bool) -> None:
    job = series({1: 20.0, 1 + WEEK - hours_later: 20.0}, usual_usd=0.0)
    assert (not ranked({8: job})) is is_usual


def test_each_hour_of_an_incident_has_a_usual_cost_of_its_own() -> None:
    """It began in the last hour of a working day."""
    (one,) = ranked({7: daytime({12: 30.0})}, back=12)
    assert (one.actual_usd, one.expected_usd) == (30.0, 4.0)


def test_a_first_look_compares_with_the_part_of_a_usual_day_that_is_over() -> None:
    costs = {7: KeyCost(Decimal(40), Decimal(40 + 29 * 24)), 8: KeyCost(Decimal(5), Decimal(5))}
    first, second = first_look(costs, 0.5, {7: 5.0})
    assert (first.key_id, first.actual_usd, first.expected_usd) == (7, 40.0, 12.0)
    assert (first.pace_usd_per_h, first.share) == (3.0, pytest.approx(28 / 33))
    assert (second.expected_usd, second.pace_usd_per_h, second.is_first_look) == (0.0, 0.0, True)


@pytest.mark.parametrize(
    ("stopped", "pace", "burns"), [(False, 1.0, True), (False, 0.0, False), (False, None, True), (True, 1.0, False)]
)
def test_a_key_burns_unless_it_is_stopped_or_known_to_be_at_its_usual(
    stopped: bool, pace: float | None, burns: bool
) -> None:
    assert Suspect(7, 9.0, 1.0, 0.9, pace_usd_per_h=pace, is_stopped=stopped).burns is burns


@pytest.mark.parametrize(
    ("known", "stopped", "order", "calm"),
    [
        ([(0.6, 1.0), (0.4, 4.0)], (), [1, 0], {0}),
        ([(0.6, 1.1), (0.4, 4.0)], (), [0, 1], set()),
        ([(0.9, 1.0), (0.1, 9.0)], (), [1, 0], {0}),
        ([(0.91, 1.0), (0.09, 9.0)], (), [0, 1], set()),
        ([(0.5, 0.0), *[(0.0625, 9.0)] * 8], (), [*range(1, 9), 0], {0}),
        ([(0.5625, 0.0), *[(0.0625, 9.0)] * 7], (), [*range(8)], {0}),
        ([(0.3, 0.0), (0.4, 9.0), (0.05, 40.0), (0.25, None)], (), [1, 2, 3, 0], {0}),
        ([(0.6, 9.0), (0.4, 2.0)], (0,), [1, 0], {0}),
        ([(0.6, None), (0.4, None)], (0,), [1, 0], {0}),
        ([(0.6, 0.0), (0.4, 0.0)], (), [0, 1], {0, 1}),
        ([(0.6, 0.0), (0.4, 0.0)], (0,), [1, 0], {0, 1}),
    ],
    ids=[
        *("a quarter of the pace", "a little more", "a notable share", "no notable share", "many small ones are half"),
        *("and less than half", "the pace of a small share does not count", "stopped", "stopped, paces unknown"),
        *("all calm", "all calm, one stopped"),
    ],
)
def test_calm_keys_come_after_those_that_burn(
    known: list[tuple[float, float | None]], stopped: tuple[int, ...], order: list[int], calm: set[int]
) -> None:
    suspects = tuple(Suspect(n, 9.0, 1.0, share, pace_usd_per_h=pace) for n, (share, pace) in enumerate(known))
    found = burning_first(suspects, stopped)
    assert [one.key_id for one in found] == order
    assert {one.key_id for one in found if one.is_calm} == calm
    assert {one.key_id for one in found if one.is_stopped} == {*stopped}
    contained = burning_first(suspects, stopped, is_contained=True)
    assert [one.key_id for one in contained] == [*range(len(known))]
    assert {one.key_id for one in contained if one.is_calm} == calm


@pytest.mark.parametrize(("shares", "is_it"), [((), False), ((0.5, 0.5), True), ((0.49, 0.3), False)])
def test_a_single_cause_has_half_of_the_excess(shares: tuple[float, ...], is_it: bool) -> None:
    assert is_single_cause(tuple(Suspect(n, 9.0, 1.0, share) for n, share in enumerate(shares))) is is_it


@pytest.mark.parametrize(
    ("shares", "named"),
    [((), []), ((0.5, 0.3, 0.2), [0, 1]), ((0.5, 0.29, 0.21), [0, 1, 2]), ((0.1, 0.9), [1]), ((0.3, 0.1), [0, 1])],
)
def test_most_of_an_incident_is_four_fifths_of_it(shares: tuple[float, ...], named: list[int]) -> None:
    found = most_of(tuple(Suspect(n, 9.0, 1.0, share) for n, share in enumerate(shares)))
    assert [one.key_id for one in found] == named


@pytest.mark.parametrize(("succeeded", "errors", "is_failing"), [(12, 3, True), (13, 3, False), (11, 3, False)])
def test_a_suspect_fails_from_a_fifth_of_fifteen_calls_on(succeeded: int, errors: int, is_failing: bool) -> None:
    outcomes = CallOutcomes(succeeded, tuple(failed(n) for n in range(errors)))
    one, other = with_errors((Suspect(7, 9.0, 1.0, 0.9), Suspect(8, 9.0, 1.0, 0.1)), {7: outcomes})
    assert (one.is_failing, other.is_failing) == (is_failing, False)
