"""Whose it is, worked out from facts: the keys behind an incident, since when, and whether they were stopped."""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed
from tests.unit.triage.samples import finding_of
from tests.unit.triage.test_many_keys import suspects
from tests.unit.triage.test_rule_findings import HOURS, NAMES, OF_KEY, SLOW, case
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_spike_values import MODEST, WILD, spike
from tests.unit.triage.test_spikes import WEEK, daytime
from tui.domain.keys import KeyCost
from tui.domain.usage import HourlyCost, Sums
from tui.triage.baselines import HOUR, before, full_hours
from tui.triage.case import Case
from tui.triage.causes import Uses
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.joint_keys import JointKeys, Trait
from tui.triage.spike_judge import Judge
from tui.triage.spikes import KEY_BOUNDS, FlaggedHour, RunningHour, Spike
from tui.triage.suspects import Suspect
from tui.triage.unit_cost import UnitCostRise

RISE = finding_of(FindingKind.UNIT_COST).evidence
assert isinstance(RISE, UnitCostRise)
DEAR = replace(RISE, since=THIS_HOUR - 5 * HOUR + timedelta(minutes=20))
TWO_H = THIS_HOUR - 2 * HOUR


def blame(inputs: Inputs | None = None, **facts: Any) -> Case:
    """A moment at which nothing stands out but what is given."""
    none = {
        "account_spike": None,
        "key_hits": {},
        "key_spikes": {},
        "slow_spend": (),
        "unit_cost": (),
        "joint": None,
        "keys": {},
        "key_judges": {},
        "contained_at": None,
        "_by_excess": (),
    }
    return case(inputs, **{**none, **facts})


def full(hours: dict[int, float], usual_usd: float = 1.0) -> HourlyCost:
    """The hours of a key that are over."""
    return before(series(hours, usual_usd, days=35), THIS_HOUR)


ONE, MANY = suspects(0.6, 0.4), suspects(0.4, 0.3, 0.3)
JUDGE, COLD = Judge(KEY_BOUNDS, HOURS), Judge(KEY_BOUNDS, full_hours(series({1: 9.0}, usual_usd=0.0), NOW))
SIX = spike(replace(WILD, actual_usd=6.0))


@pytest.mark.parametrize(
    ("found", "facts", "is_sure"),
    [
        (None, {}, False),
        (spike(WILD, is_confirmed=False), {"_by_excess": (replace(ONE[0], is_first_look=True),)}, False),
        (SIX, {"_by_excess": ONE}, True),
        (SIX, {"_by_excess": ONE, "keys": {7: full({1: 9.0})}, "key_judges": {7: JUDGE}}, True),
        (SIX, {"_by_excess": ONE, "keys": {7: full({}, 9.0)}, "key_judges": {7: JUDGE}}, False),
        (
            SIX,
            {
                "_by_excess": (replace(ONE[0], is_first_look=True),),
                "keys": {7: full({}, 9.0)},
                "key_judges": {7: JUDGE},
            },
            True,
        ),
        (
            SIX,
            {"_by_excess": (replace(ONE[0], is_deleted=True),), "keys": {7: full({}, 9.0)}, "key_judges": {7: JUDGE}},
            True,
        ),
        (SIX, {"_by_excess": ONE, "keys": {7: full({}, 0.5)}, "key_judges": {7: JUDGE}}, False),
        (SIX, {"_by_excess": ONE, "keys": {7: before(daytime({1: 2.5}), THIS_HOUR)}, "key_judges": {7: JUDGE}}, True),
        (SIX, {"_by_excess": ONE, "keys": {7: full({}, 9.0)}, "key_judges": {7: COLD}}, True),
        (SIX, {"_by_excess": MANY}, True),
        (spike(replace(WILD, actual_usd=5.9)), {"_by_excess": MANY}, False),
        (spike(MODEST), {"_by_excess": MANY, "joint": SimpleNamespace(has_most=True)}, True),
        (spike(MODEST), {"_by_excess": MANY, "joint": SimpleNamespace(has_most=False)}, False),
    ],
    ids=[
        *("nothing", "a hit", "a key of unknown past", "a key above its own usual", "a key at its usual"),
        *("a first look", "a deleted key", "a small key at its usual", "a key that never works at this time"),
        *("an account with hardly any history", "of many, half as much again as its bar", "of many, less"),
        *("joint keys", "joint keys with a small part"),
    ],
)
def test_the_account_s_spike_is_an_incident_if_somebody_is_behind_it_or_it_is_large(
    found: Spike | None, facts: dict[str, Any], is_sure: bool
) -> None:
    assert blame(account_spike=found, **facts).is_account_sure is is_sure


NOW_ON = replace(WILD, start=THIS_HOUR, is_running=True)
WEEKLY = {1 + WEEK: 20.0, 1 + 2 * WEEK: 20.0}


@pytest.mark.parametrize(
    ("worst", "job", "running", "is_sure"),
    [
        (WILD, {1: 14.0, **WEEKLY}, RunningHour(), True),
        (WILD, {1: 14.1, **WEEKLY}, RunningHour(), False),
        (WILD, {1: 14.1, 300: 1.0}, RunningHour(), True),
        (WILD, dict.fromkeys(range(1, 500), 14.1), RunningHour(), True),
        (WILD, {1: 1.0, **WEEKLY}, RunningHour(19.0, 1.0, 19.0), True),
        (NOW_ON, WEEKLY, RunningHour(14.1), False),
        (NOW_ON, WEEKLY, RunningHour(2.0, 1.0, 14.1), False),
        (NOW_ON, WEEKLY, RunningHour(2.0, 1.0, 13.9), True),
    ],
    ids=[
        *("what is left is enough", "less is left", "no job of this time", "no job"),
        "not what it costs now, of an hour before",
        *("the running hour", "sixty minutes of it", "less of them"),
    ],
)
def test_what_a_weekly_job_costs_is_no_part_of_a_busy_day_of_all(
    worst: FlaggedHour, job: dict[int, float], running: RunningHour, is_sure: bool
) -> None:
    """The account's hour cost $20, of which six would be an incident; the job does no more than it often does."""
    facts = {"_by_excess": MANY, "keys": {8: full(job, 0.0)}, "key_judges": {8: JUDGE}}
    assert (
        blame(Inputs(NOW, running_by_key={8: running}), account_spike=spike(worst), **facts).is_account_sure is is_sure
    )


def paced(*known: tuple[float, float | None], calm: frozenset[int] = frozenset()) -> tuple[Suspect, ...]:
    """Keys from 7 on with their shares and paces."""
    return tuple(
        Suspect(7 + n, 9.0, 1.0, share, pace_usd_per_h=pace, is_calm=7 + n in calm)
        for n, (share, pace) in enumerate(known)
    )


def joint_of(*key_ids: int, pace_usd_per_h: float | None = 8.0) -> JointKeys:
    """Keys of one address."""
    return JointKeys(Trait.ADDRESS, "192.0.2.1", None, key_ids, 0, 9.0, 0.5, pace_usd_per_h)


@pytest.mark.parametrize(
    ("known", "joint", "blamed"),
    [
        (paced((0.6, 1.0), (0.4, 1.0)), None, (7, 8)),
        (paced((0.6, 2.1), (0.1, 8.0)), joint_of(8), (7,)),
        (paced((0.6, 2.0), (0.1, 8.0)), joint_of(8), ()),
        (paced((0.6, None), (0.1, 8.0)), joint_of(8), (7,)),
        (paced((0.6, 9.0), (0.1, 8.0), calm=frozenset({7})), joint_of(8), ()),
        (paced((0.6, 0.1), (0.1, 8.0)), joint_of(8, pace_usd_per_h=None), (7,)),
        (paced((0.2, 1.0), (0.2, 9.0)), joint_of(8), ()),
        (paced((0.6, 1.0), (0.4, 0.0)), joint_of(8, pace_usd_per_h=0.0), (7, 8)),
        (paced((0.2, 0.0), (0.1, 1.0), (0.3, 1.0)), joint_of(7, pace_usd_per_h=0.0), (8,)),
        (paced((0.2, 0.0), (0.09, 1.0)), joint_of(7, pace_usd_per_h=0.0), ()),
    ],
    ids=[
        *("no joint keys", "more than a quarter of their pace", "a quarter", "unknown", "calm", "theirs is unknown"),
        *("nobody by share", "joint keys are calm", "then the first that burns", "but with a notable share"),
    ],
)
def test_keys_are_blamed_beside_joint_ones_only_while_they_burn_as_much(
    known: tuple[Suspect, ...], joint: JointKeys | None, blamed: tuple[int, ...]
) -> None:
    assert blame(suspects=known, joint=joint).blamed == blamed


@pytest.mark.parametrize(
    ("facts", "behind"),
    [
        ({"unit_cost": (replace(DEAR, key_id=9), DEAR)}, [9]),
        ({"unit_cost": (replace(DEAR, key_id=9),), "key_spikes": {8: spike(WILD)}}, [7]),
        ({"is_account_sure": False, "blamed": ()}, [7]),
        ({"is_account_sure": True, "blamed": (8,)}, [7]),
        ({"is_account_sure": True, "blamed": (), "joint": joint_of(8, 9)}, [8, 9]),
        ({"is_account_sure": True, "blamed": ()}, [7, 8, 9]),
    ],
    ids=["dearer calls", "not beside a spike", "no incident of all", "somebody to blame", "joint keys", "most of all"],
)
def test_a_cause_is_that_of_the_first_key_or_of_those_with_most_of_it(facts: dict[str, Any], behind: list[int]) -> None:
    given = {"is_account_sure": False, "suspects": MANY, "_by_excess": MANY, **facts}
    assert [one.key_id for one in blame(**given).behind] == behind


@pytest.mark.parametrize(
    ("facts", "order"),
    [
        ({}, [7, 8, 9]),
        ({"key_spikes": {9: spike(WILD)}}, [9, 7, 8]),
        ({"slow_spend": (SLOW, replace(OF_KEY, key_id=8))}, [8, 7, 9]),
        ({"unit_cost": (replace(DEAR, key_id=9),)}, [9, 7, 8]),
        ({"key_spikes": {9: spike(WILD)}, "is_account_sure": True}, [7, 8, 9]),
    ],
    ids=["nothing", "a spike", "slow spend", "dearer calls", "an incident of all"],
)
def test_who_is_above_its_own_usual_comes_first_unless_the_account_is(facts: dict[str, Any], order: list[int]) -> None:
    assert [one.key_id for one in blame(**{"is_account_sure": False, "_by_excess": MANY, **facts}).suspects] == order


MINUTE = TWO_H - timedelta(minutes=20)


@pytest.mark.parametrize(
    ("facts", "began", "since"),
    [
        ({}, None, None),
        ({"key_spikes": {7: spike(WILD)}}, WILD.start, WILD.start),
        ({"key_spikes": {7: spike(WILD), 9: spike(WILD, since=TWO_H)}}, TWO_H, TWO_H),
        ({"account_spike": spike(WILD), "is_account_sure": True}, WILD.start, WILD.start),
        ({"account_spike": spike(WILD), "is_account_sure": True, "_by_excess": ()}, WILD.start, WILD.start),
        ({"account_spike": spike(WILD)}, WILD.start, None),
        ({"account_spike": spike(WILD, is_confirmed=False)}, None, None),
        ({"account_spike": spike(WILD), "key_spikes": {9: spike(WILD, since=TWO_H)}}, TWO_H, TWO_H),
        ({"slow_spend": (OF_KEY,)}, OF_KEY.since, OF_KEY.since),
        ({"slow_spend": (OF_KEY,), "key_spikes": {7: spike(WILD)}}, WILD.start, WILD.start),
        ({"unit_cost": (DEAR,)}, THIS_HOUR - 5 * HOUR, THIS_HOUR - 5 * HOUR),
        ({"unit_cost": (DEAR,), "slow_spend": (OF_KEY,)}, OF_KEY.since, OF_KEY.since),
        ({"key_spikes": {8: spike(WILD)}}, THIS_HOUR - 3 * HOUR, THIS_HOUR - 3 * HOUR),
        ({"key_spikes": {7: spike(WILD)}, "_by_excess": suspects(0.9, 0.1)[1:]}, WILD.start, THIS_HOUR - 3 * HOUR),
    ],
    ids=[
        *(
            "nothing",
            "a key",
            "the first of keys",
            "the account",
            "nobody known",
            "nobody behind it",
            "a hit",
            "both",
            "slow spend",
        ),
        *("a spike goes before", "dearer calls", "the first of these", "its calls began before", "those of the first"),
    ],
)
def test_an_incident_began_with_the_first_spike_or_else_with_the_first_slow_spend_or_dear_call(
    facts: dict[str, Any], began: datetime | None, since: datetime | None
) -> None:
    """The calls of key 8 tell that it began in the hour before."""
    calls = Inputs(NOW, begin_of=lambda key_id, _since: MINUTE if key_id == 8 else None)
    found = blame(calls, **{"is_account_sure": False, "_by_excess": MANY, **facts})
    assert (found._began, found.since) == (began, since)
    assert found.minute_of(8, TWO_H) == MINUTE
    assert found.minute_of(7, TWO_H) == found.minute_of(None, TWO_H) == TWO_H


LAST, EARLIER = NOW - timedelta(minutes=4), NOW - timedelta(minutes=9)


@pytest.mark.parametrize(
    ("stopped", "facts", "contained_at"),
    [
        ({7: LAST}, {}, None),
        ({7: LAST}, {"_began": TWO_H}, LAST),
        ({8: LAST}, {"_began": TWO_H}, None),
        ({7: EARLIER, 8: LAST}, {"_began": TWO_H}, LAST),
        ({7: LAST, 99: NOW}, {"_began": TWO_H}, LAST),
        ({7: LAST}, {"_began": TWO_H, "key_spikes": {8: spike(WILD)}}, None),
        ({7: LAST}, {"_began": TWO_H, "key_spikes": {7: spike(WILD)}}, LAST),
        ({7: LAST}, {"_began": TWO_H, "slow_spend": (SLOW,)}, LAST),
        ({7: LAST}, {"_began": TWO_H, "slow_spend": (replace(OF_KEY, key_id=8),)}, None),
        ({7: LAST}, {"_began": TWO_H, "unit_cost": (replace(DEAR, key_id=8),)}, None),
        ({7: LAST}, {"_began": TWO_H, "_ranked": suspects(0.49, 0.51)}, None),
    ],
    ids=[
        *("no incident", "half of it", "another key", "the last of two", "one without a part", "another spikes"),
        *(
            "it spiked itself",
            "slow spend of nobody",
            "another spends slowly",
            "another's calls are dear",
            "less than half",
        ),
    ],
)
def test_an_incident_is_contained_once_its_keys_are_stopped_and_no_other_goes_on(
    stopped: dict[int, datetime], facts: dict[str, Any], contained_at: datetime | None
) -> None:
    given = {"_began": None, "_ranked": suspects(0.5, 0.4), **facts}
    found = blame(Inputs(NOW, stopped=stopped), **given)
    del vars(found)["contained_at"]
    assert found.contained_at == contained_at


@pytest.mark.parametrize(
    ("running", "is_whole", "told_usd", "is_known"),
    [
        (None, True, 0.0, False),
        (None, False, 9.0, False),
        (RunningHour(10.0), True, 0.0, True),
        (RunningHour(10.0), False, 8.0, True),
        (RunningHour(10.0), False, 7.9, False),
    ],
)
def test_whose_the_running_hour_is_is_known_if_most_of_its_cost_is(
    running: RunningHour | None, is_whole: bool, told_usd: float, is_known: bool
) -> None:
    keys = {7: RunningHour(told_usd - 1.0), 8: RunningHour(1.0)}
    assert Case(Inputs(NOW, running=running, running_by_key=keys, is_hour_whole=is_whole))._knows_whose_hour is is_known


@pytest.mark.parametrize(
    ("awaited", "is_known"), [(None, False), ((), True), ((9,), True), ((8,), False), ((7, 9), False)]
)
def test_the_worst_keys_are_known_unless_their_histories_are_awaited(
    awaited: tuple[int, ...] | None, is_known: bool
) -> None:
    """Where nobody says whose histories are needed, they all are."""
    inputs = Inputs(NOW, keys={7: full({})}, awaited=awaited)
    assert Case(inputs)._knows_keys(suspects(0.5, 0.5)) is is_known
    assert Case(inputs)._knows_keys(suspects(0.5)) is (awaited is None or 7 not in awaited)


COSTS = {7: KeyCost(Decimal(40), Decimal(40)), 8: KeyCost(Decimal(50), Decimal(50))}


@pytest.mark.parametrize(
    ("changes", "ranked"),
    [
        ({}, [(7, False)]),
        ({"awaits_calls": True}, []),
        ({"running": None}, [(8, True), (7, True)]),
        ({"running": None, "costs": None}, [(7, False)]),
        ({"awaited": (8,)}, [(8, True), (7, True)]),
    ],
    ids=["by history", "calls are awaited", "the hour is unknown", "nothing to look at first", "one is awaited"],
)
def test_keys_are_ranked_by_history_where_it_is_known_and_else_by_today_s_cost(
    changes: dict[str, Any], ranked: list[tuple[int, bool]]
) -> None:
    keys = {7: full({1: 20.0}), 8: full({})}
    inputs = replace(Inputs(NOW, full({1: 21.0}, 2.0), keys, RunningHour(), costs=COSTS, awaited=()), **changes)
    found = blame(inputs, key_spikes={7: spike(WILD)}, keys=keys)
    assert [(one.key_id, one.is_first_look) for one in found._ranked] == ranked


def test_where_nothing_stands_out_keys_are_ranked_by_today_s_cost() -> None:
    keys = {7: full({}), 8: full({})}
    found = blame(Inputs(NOW, full({}, 2.0), keys, RunningHour(), costs=COSTS, awaited=()), keys=keys)
    assert [(one.key_id, one.is_first_look) for one in found._ranked] == [(8, True), (7, True)]


@pytest.mark.parametrize(("first_usd", "actual_usd"), [(None, 40.0), (1.9, 41.9)])
def test_the_first_hours_of_the_key_to_blame_count_as_its_calls_tell(
    first_usd: float | None, actual_usd: float
) -> None:
    keys = {7: full({3: 1.9, 2: 20.0, 1: 20.0})}
    calls = Inputs(NOW, keys=keys, awaited=(), begin_of=lambda *_: MINUTE if first_usd is not None else None)
    (one,) = blame(calls, key_spikes={7: spike(WILD, since=TWO_H)}, keys=keys)._ranked
    assert one.actual_usd == pytest.approx(actual_usd)


def test_slow_spend_began_when_its_hours_say() -> None:
    calls = Inputs(NOW, begin_of=lambda *_: OF_KEY.since - 2 * HOUR)
    found = blame(calls, slow_spend=(OF_KEY,), _by_excess=MANY, is_account_sure=False)
    assert found.since == OF_KEY.since


def test_a_share_is_of_the_account_s_excess_as_soon_as_its_running_hour_is_known() -> None:
    keys = {7: full({1: 20.0}), 8: full({})}
    for running, share in ((None, 1.0), (RunningHour(40.0), 0.25)):
        inputs = Inputs(NOW, full({1: 39.0}, 2.0), keys, running, awaited=())
        (one,) = blame(inputs, key_spikes={7: spike(WILD)}, keys=keys)._ranked
        assert one.share == pytest.approx(share, rel=0.05)


def test_how_calls_ended_is_known_only_if_both_kinds_are() -> None:
    both = Inputs(NOW, failed=(failed(1),), recent_calls=(call(1),), recent_from=NOW - HOUR, key_names=NAMES)
    assert blame(both).outcomes[7].calls == 2
    unknown: tuple[dict[str, Any], ...] = ({"recent_from": None}, {"failed": None}, {"recent_calls": None})
    assert [blame(replace(both, **one)).outcomes for one in unknown] == [{}, {}, {}]


def used(calls: int, hours: float) -> Uses:
    """Calls of a dollar each."""
    return {"sonnet": Sums(requests=calls, billed_usd=Decimal(calls))}, hours


@pytest.mark.parametrize(
    ("behind", "usual", "calls_per_h", "busy_calls_per_h"),
    [
        ((7,), {7: used(344, 100.0)}, (4.0, 22.0), None),
        ((7, 8), {7: used(244, 100.0), 8: used(100, 50.0)}, (4.0, 22.0), None),
        ((7,), {}, None, None),
        ((7, 8), {7: used(344, 100.0)}, None, None),
        ((), {7: used(344, 100.0)}, None, None),
    ],
    ids=["a key", "keys together", "nothing usual is known", "of one of them it is not", "nobody"],
)
def test_why_is_told_of_those_behind_it_against_what_was_usual_before(
    behind: tuple[int, ...],
    usual: dict[int, Uses],
    calls_per_h: tuple[float, float] | None,
    busy_calls_per_h: float | None,
) -> None:
    """They made 44 calls in two hours, which the usual includes; of the key no other hours are known."""
    inputs = Inputs(NOW, uses_since=lambda *_: used(44, 2.0), usual_uses=usual)
    suspected = tuple(Suspect(key_id, 9.0, 1.0, 0.5) for key_id in behind)
    found = blame(inputs, since=TWO_H, behind=suspected).why
    if calls_per_h is None:
        assert found is None
    else:
        assert found is not None
        now, before_hours = found.calls_per_h[1], 300 / 98
        assert (found.calls_per_h[0], now, found.busy_calls_per_h) == (pytest.approx(before_hours), 22.0, None)
    assert blame(replace(inputs, uses_since=lambda *_: None), since=TWO_H, behind=suspected).why is None
    assert blame(inputs, since=None, behind=suspected).why is None
    assert blame(inputs, since=None, behind=(), unit_cost=(DEAR,)).why is DEAR.why
    beside = blame(inputs, since=TWO_H, behind=suspected, unit_cost=(DEAR,), key_spikes={7: spike(WILD)})
    assert beside.why == found, "the spike is told"


@pytest.mark.parametrize(("busy", "busy_calls_per_h"), [(10, 30.0), (100, 300 / 98), (1, 300.0)])
def test_usual_calls_are_told_of_the_hours_in_which_the_key_works(busy: int, busy_calls_per_h: float) -> None:
    """Hours since it began do not count."""
    key = full(dict.fromkeys((1, 2, *range(3, 3 + busy)), 1.0), 0.0)
    inputs = Inputs(NOW, uses_since=lambda *_: used(44, 2.0), usual_uses={7: used(344, 100.0)})
    found = blame(inputs, since=TWO_H, behind=suspects(0.9), keys={7: key}).why
    assert found is not None
    assert found.busy_calls_per_h == pytest.approx(busy_calls_per_h)


def test_joint_keys_are_looked_for_among_three_suspects_of_an_incident() -> None:
    for facts, is_joint in (
        ({"_by_excess": suspects(0.34, 0.33, 0.33, is_new=True)}, True),
        ({"_by_excess": suspects(0.5, 0.5, is_new=True)}, False),
        ({"_by_excess": suspects(0.34, 0.33, 0.33, is_new=True), "_began": None}, False),
    ):
        found = blame(Inputs(NOW), **{"_began": TWO_H, **facts})
        del vars(found)["joint"]
        assert (found.joint is not None) is is_joint


def test_a_deleted_key_is_marked_and_once_contained_no_key_takes_another_s_place() -> None:
    ranked = paced((0.6, 0.0), (0.4, 9.0))
    for contained_at, order in ((None, [8, 7]), (NOW, [7, 8])):
        found = blame(Inputs(NOW, deleted=frozenset({8})), _ranked=ranked, contained_at=contained_at)
        del vars(found)["_by_excess"]
        assert [one.key_id for one in found._by_excess] == order
        assert {one.key_id for one in found._by_excess if one.is_deleted} == {8}


def test_an_hour_stands_out_of_the_account_or_of_a_key() -> None:
    assert not blame().has_spike
    assert blame(key_spikes={7: spike(WILD)}).has_spike
    assert blame(is_account_sure=True).has_spike
