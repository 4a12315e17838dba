"""Incidents of many keys: nobody is blamed for a small part, and what the keys share is found."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed
from tests.unit.triage.samples import finding_of
from tests.unit.triage.test_blame import judged
from tests.unit.triage.test_incidents import SLOW
from tests.unit.triage.test_origins import rows
from tests.unit.triage.test_rules import series
from tui.domain.keys import KeyCost
from tui.domain.usage import HourlyCost, Sums
from tui.triage.case import Case
from tui.triage.causes import CostCause, ModelShift, Uses
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, NoticeKind, advance
from tui.triage.inputs import Inputs
from tui.triage.joint_keys import JointKeys, Trait, joint_keys
from tui.triage.origins import SeenOrigins, Sighting, learn
from tui.triage.report import Report
from tui.triage.rules.origin import find as find_new
from tui.triage.rules.unit_cost import find as find_rises
from tui.triage.severity import Severity
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import RunningHour
from tui.triage.suspects import Suspect, to_blame
from tui.triage.unit_cost import UnitCostRise, with_others

HOURS = timedelta(hours=1)
THIEF, OFFICE = "45.155.205.99", "192.0.2.1"


def suspects(*shares: float, is_new: bool = False) -> tuple[Suspect, ...]:
    """Keys from 7 on with shares of an excess."""
    return tuple(Suspect(7 + n, 10 * share, 0.0, share, is_new=is_new) for n, share in enumerate(shares))


@pytest.mark.parametrize(
    ("shares", "blamed"),
    [
        ((), ()),
        ((1.0,), (7,)),
        ((0.5, 0.2, 0.2), (7,)),
        ((0.5, 0.25, 0.25), (7, 8, 9)),
        ((0.49, 0.2, 0.2), ()),
        ((0.45, 0.25), (7, 8)),
        ((0.25, 0.45), (7, 8)),
        ((0.24, 0.49), (8,)),
        ((0.34, 0.33, 0.33), ()),
    ],
)
def test_to_blame_is_who_did_most_of_it_alone_or_with_one_other(
    shares: tuple[float, ...], blamed: tuple[int, ...]
) -> None:
    assert to_blame(suspects(*shares)) == blamed


@pytest.mark.parametrize(
    ("stopped", "shares", "blamed"),
    [
        (0.22, (0.38, 0.24, 0.1, 0.06), (1, 2)),
        (0.45, (0.3, 0.1, 0.1), (0, 1)),
        (0.6, (0.2, 0.1), (0,)),
        (0.3, (0.2, 0.2, 0.2, 0.1), ()),
        (0.4, (), ()),
    ],
)
def test_what_a_stopped_key_cost_hides_nobody_who_goes_on(
    stopped: float, shares: tuple[float, ...], blamed: tuple[int, ...]
) -> None:
    first, *others = suspects(stopped, *shares)
    assert to_blame((replace(first, is_stopped=True), *others)) == tuple(first.key_id + place for place in blamed)


def busy(*keys_usd: float) -> Report:
    """What is found where keys that cost $0.10 an hour cost so much in the last two."""
    keys = {7 + n: series({2: usd, 1: usd}, usual_usd=0.1) for n, usd in enumerate(keys_usd)}
    return judged(keys, account_of(keys))


def account_of(keys: Mapping[int, HourlyCost]) -> HourlyCost:
    """The hours of an account with these keys."""
    start = next(iter(keys.values())).start
    return HourlyCost(start, tuple(map(sum, zip(*(one.usd for one in keys.values()), strict=True))))


def test_a_busy_day_of_five_is_one_incident_and_nobody_s() -> None:
    report = busy(5.0, 4.0, 4.0, 4.0, 4.0)
    assert [one.identity for one in report.findings if one.is_sure] == [(FindingKind.SPIKE, None)]
    assert {one.key_id for one in report.untold if one.kind is FindingKind.SPIKE} == {7, 8, 9, 10, 11}
    assert (report.is_incident, report.likely, report.to_contain, report.is_first_look) == (True, None, None, False)
    (notice,) = advance(Incidents(), report, NOW, True).notices
    assert (notice.incident.blamed, notice.told) == (None, NoticeKind.BEGAN)


def test_of_two_that_did_it_together_each_is_reported_and_a_third_is_not() -> None:
    report = busy(8.0, 8.0, 1.5)
    assert {one.key_id for one in report.findings if one.kind is FindingKind.SPIKE} == {None, 7, 8}
    assert report.likely is not None
    assert report.likely.key_id == 7


def test_what_was_reported_goes_on_though_its_part_is_small_by_now_and_gets_no_worse() -> None:
    began = advance(Incidents(), busy(5.0, 0.1, 0.1, 0.1, 0.1), NOW, True)
    assert [(one.incident.blamed, one.told) for one in began.notices] == [(7, NoticeKind.BEGAN)]
    later = advance(began, busy(5.0, 5.0, 5.0, 5.0, 5.0), NOW + HOURS / 6, True)
    assert [(one.incident.blamed, one.told) for one in later.notices] == [(None, NoticeKind.BEGAN)]
    assert {one.blamed for one in later.open.values()} == {7, None}


def test_who_is_out_of_the_usual_comes_before_who_costs_more_as_usual() -> None:
    """A weekly job costs more than the key that spikes, and more than at other hours, but no more than each week."""
    weekly = {hours + 7 * 24 * week: 20.0 for hours in (1, 2) for week in (0, 1, 2, 3)}
    keys = {7: series(weekly, usual_usd=0.0, days=35), 8: series({2: 9.0, 1: 9.0}, usual_usd=0.1, days=35)}
    report = judged(keys, account_of(keys))
    assert [one.key_id for one in report.suspects] == [8]
    assert report.likely is report.suspects[0]


@pytest.mark.parametrize(("ago_days", "job_is_usual"), [((7, 14), True), ((30,), True), ((10,), False)])
def test_a_job_that_runs_during_an_incident_is_not_to_blame_for_it(
    ago_days: tuple[int, ...], job_is_usual: bool
) -> None:
    """A job of three hours runs an hour earlier than it did, beside a key that runs wild."""
    job = dict.fromkeys((1, 2, 3), 30.0) | {24 * day + 1 + n: 31.0 for day in ago_days for n in (-1, 0, 1)}
    keys = {7: series(job, usual_usd=0.0, days=35), 8: series({2: 25.0, 1: 25.0}, usual_usd=0.1, days=35)}
    report = judged(keys, account_of(keys))
    assert report.likely is not None
    assert report.likely.key_id == (8 if job_is_usual else 7)
    assert (7 in {one.key_id for one in report.suspects}) is not job_is_usual


def test_where_only_a_usual_job_costs_more_nobody_is_named_by_a_first_look() -> None:
    """Its history is known: that today costs more than other days says nothing any more."""
    job = dict.fromkeys((1, 2, 3), 30.0) | {30 * 24 + n: 31.0 for n in (0, 1, 2)}
    keys = {7: series(job, usual_usd=0.0, days=35), 8: series({}, usual_usd=0.1, days=35)}
    report = judged(
        keys, account_of(keys), costs={7: KeyCost(Decimal(90), Decimal(90)), 8: KeyCost(Decimal(0), Decimal(9))}
    )
    assert (report.spike is not None, report.is_incident, report.suspects) == (True, False, ())


def test_a_job_that_costs_more_than_ever_is_to_blame() -> None:
    job = dict.fromkeys((1, 2, 3), 90.0) | {7 * 24 + hours: 30.0 for hours in (1, 2, 3)}
    keys = {7: series(job, usual_usd=0.0, days=35), 8: series({}, usual_usd=0.1, days=35)}
    report = judged(keys, account_of(keys))
    assert report.likely is not None
    assert (report.likely.key_id, report.likely.expected_usd) == (7, 90.0)


def used_from(*ips: str, program: str = "python-requests") -> SeenOrigins:
    """The origins of a key."""
    sighting = Sighting(NOW - HOURS, 0)
    return SeenOrigins(NOW - HOURS, NOW, 9, dict.fromkeys(ips, sighting), {program: sighting})


@pytest.mark.parametrize(
    ("shares", "ips", "others", "is_common"),
    [
        ((0.3, 0.3, 0.3), (THIEF, THIEF, THIEF), (OFFICE,), True),
        ((0.3, 0.3, 0.3), (THIEF, THIEF, THIEF), (THIEF,), False),
        ((0.3, 0.3, 0.3), (THIEF, THIEF, OFFICE), (), False),
        ((0.3, 0.1, 0.05), (THIEF, THIEF, THIEF), (), False),
        ((0.3, 0.1, 0.1), (THIEF, THIEF, THIEF), (), True),
    ],
    ids=["one address", "others use it too", "of two keys", "not most of it", "half of it"],
)
def test_a_common_origin_is_one_address_of_several_keys_that_nobody_else_uses(
    shares: tuple[float, ...], ips: tuple[str, ...], others: tuple[str, ...], is_common: bool
) -> None:
    seen = {7 + n: used_from(ip) for n, ip in enumerate((*ips, *others))}
    found = joint_keys(suspects(*shares), seen)
    share, usd = pytest.approx(sum(shares)), pytest.approx(10 * sum(shares))
    expected = JointKeys(Trait.ADDRESS, THIEF, "python-requests", (7, 8, 9), 0, usd, share, None)
    assert found == (expected if is_common else None)


ELSEWHERE = tuple(f"198.51.100.{n}" for n in range(6))


@pytest.mark.parametrize(
    ("changes", "new_keys"),
    [({"is_new": True}, 5), ({"is_dormant": True}, 0), ({}, None)],
    ids=["new", "idle before", "in use"],
)
def test_keys_that_were_not_in_use_before_are_one_though_they_share_no_address(
    changes: dict[str, bool], new_keys: int | None
) -> None:
    old, *burners = suspects(0.28, *[0.14] * 5)
    found = joint_keys((old, *(replace(one, **changes) for one in burners)), {7: used_from(OFFICE)})
    told = None if found is None else (found.trait, set(found.key_ids), found.new_keys)
    assert told == (None if new_keys is None else (Trait.UNUSED, {8, 9, 10, 11, 12}, new_keys))


@pytest.mark.parametrize(
    ("known_days", "is_one"), [((7, 9), False), ((7, 6), True), ((0.1,), True), ((), True)],
    ids=["own addresses", "one is new", "all new", "nothing known"],
)  # fmt: skip
def test_keys_that_are_back_from_their_own_address_were_on_holiday(known_days: tuple[float, ...], is_one: bool) -> None:
    burners = tuple(replace(one, is_dormant=True) for one in suspects(*[0.2] * 5))
    sightings = {ip: Sighting(NOW - 24 * days * HOURS, 0) for ip, days in zip(ELSEWHERE, known_days, strict=False)}
    seen = {one.key_id: SeenOrigins(NOW - 300 * HOURS, NOW, 9, {}) for one in burners}
    back = {
        one: replace(origins, ips={f"{ip}{one}": at for ip, at in sightings.items()}) for one, origins in seen.items()
    }
    assert (joint_keys(burners, back) is not None) is is_one


def test_after_a_week_without_any_use_no_key_was_idle_by_itself() -> None:
    keys = {7 + n: series({2: 5.0, 1: 5.0} | dict.fromkeys(range(3, 200), 0.0), usual_usd=0.1) for n in range(6)}
    found = judged(keys, account_of(keys)).suspects
    assert (len(found), any(one.is_dormant for one in found)) == (6, False)
    busy = {**keys, 99: series({}, usual_usd=0.1)}
    others = judged(busy, account_of(busy)).suspects
    assert {one.key_id for one in others if one.is_dormant} == keys.keys()


@pytest.mark.parametrize(
    ("calls_before", "office", "is_common"),
    [(30, "claude-cli", True), (29, "claude-cli", False), (30, "curl", False)],
    ids=["new to all", "too few calls to tell", "others use it too"],
)
def test_a_program_that_is_new_to_keys_of_different_addresses_makes_them_one(
    calls_before: int, office: str, is_common: bool
) -> None:
    sighting = Sighting(NOW - HOURS, calls_before)
    seen = {7 + n: replace(used_from(ip), programs={"curl": sighting}) for n, ip in enumerate(ELSEWHERE[:4])}
    found = joint_keys(suspects(*[0.25] * 4), {**seen, 99: used_from(OFFICE, program=office)})
    told = None if found is None else (found.trait, found.program, found.ip)
    assert told == ((Trait.PROGRAM, "curl", None) if is_common else None)


@pytest.mark.parametrize(
    ("thieves", "innocent", "trait"),
    [(4, 1, Trait.ADDRESS), (4, 4, Trait.UNUSED)],
    ids=["one newcomer more", "as many again"],
)
def test_what_is_less_telling_counts_where_it_explains_notably_more(thieves: int, innocent: int, trait: Trait) -> None:
    """Of keys that are all new, at the same cost, some come from one address."""
    keys = suspects(*[0.125] * (thieves + innocent), is_new=True)
    seen = {one.key_id: used_from(ip) for one, ip in zip(keys, (*[THIEF] * thieves, *ELSEWHERE), strict=False)}
    seen[99] = used_from(OFFICE)
    found = joint_keys(keys, seen)
    assert found is not None
    assert (found.trait, len(found.key_ids)) == (trait, thieves if trait is Trait.ADDRESS else len(keys))


def test_of_two_sets_the_one_that_burns_is_told() -> None:
    keys = suspects(0.2, 0.2, 0.1, 0.2, 0.2, 0.1)
    seen = {one.key_id: used_from(THIEF if one.key_id < 10 else OFFICE) for one in keys}
    first, second = keys[:3], keys[3:]
    for calm, burning in ((first, second), (second, first)):
        paced = (
            *(replace(one, pace_usd_per_h=0.0) for one in calm),
            *(replace(one, pace_usd_per_h=1.0) for one in burning),
        )
        found = joint_keys(paced, seen)
        assert found is not None
        assert set(found.key_ids) == {one.key_id for one in burning}


def burnt(old_usd_per_h: float, stopped: Collection[int] = ()) -> Report:
    """A key with 28 % of the excess, and fourteen new ones from as many addresses with the rest."""
    keys = {7: series({2: 20.0, 1: 0.1}, usual_usd=0.1)}
    keys |= {8 + n: series({1: 3.6}, usual_usd=0.0) for n in range(14)}
    paces = {7: old_usd_per_h, **{8 + n: 4.0 for n in range(14)}}
    seen = {key_id: used_from(f"198.51.100.{key_id}") for key_id in keys}
    gone = dict.fromkeys(stopped, NOW - HOURS / 6)
    return judged(keys, account_of(keys), seen=seen, paces=paces, stopped=gone)


def test_many_new_keys_are_named_before_an_old_one_that_is_calm_and_stopped_at_once() -> None:
    report = burnt(0.0)
    new = set(range(8, 22))
    assert (report.likely, set(report.behind), set(report.to_contain_together)) == (None, new, new)
    assert [one.key_id for one in report.suspects][-1] == 7, "calm, though no other has a larger share"
    assert (report.suspects[-1].is_calm, report.suspects[0].is_calm) == (True, False)
    half = burnt(0.0, stopped=range(8, 14))
    assert set(half.to_contain_together) == set(range(14, 22))
    held = burnt(0.0, stopped=new)
    assert (held.to_contain_together, held.goes_on_with_many) == ((), False)


def test_small_parts_of_a_few_do_not_come_before_a_key_that_is_calm_again() -> None:
    """Paces of minutes vary: a key that costs twice its usual for a moment is not what the incident was."""
    keys = {7: series({2: 20.0, 1: 20.0}, usual_usd=0.1)}
    keys |= {8 + n: series({2: 0.5, 1: 0.5}, usual_usd=0.1) for n in range(5)}
    report = judged(keys, account_of(keys), paces={7: 0.0, **{8 + n: 4.0 for n in range(5)}})
    assert (report.suspects[0].key_id, report.likely) == (7, report.suspects[0])


def test_a_program_is_common_if_every_key_uses_it() -> None:
    seen = {7: used_from(THIEF), 8: used_from(THIEF), 9: used_from(THIEF, program="curl")}
    found = joint_keys(suspects(0.3, 0.3, 0.3), seen)
    assert found is not None
    assert (found.program, found.new_keys) == (None, 0)


def test_many_keys_of_one_address_are_an_incident_at_a_cost_at_which_a_busy_day_of_all_is_none() -> None:
    keys = {7 + n: series({2: 0.5, 1: 0.5}, usual_usd=0.1) for n in range(6)}
    account = account_of(keys)
    assert not judged(keys, account).is_incident
    report = judged(keys, account, seen=dict.fromkeys(keys, used_from(THIEF)))
    assert report.is_incident
    assert report.joint is not None
    assert set(report.joint.key_ids) == set(report.to_contain_together) == keys.keys()
    assert (report.likely, report.to_contain) == (None, None)


@pytest.mark.parametrize(
    ("shares", "origins", "is_common"),
    [
        ((0.6, 0.15, 0.15, 0.1), (OFFICE, THIEF, THIEF, THIEF), True),
        ((0.8, 0.08, 0.06, 0.06), (OFFICE, THIEF, THIEF, THIEF), False),
        ((0.3, 0.3, 0.15, 0.15), (OFFICE, "192.0.2.7", THIEF, THIEF), False),
        ((0.6, 0.2, 0.1, 0.1), (THIEF, THIEF, THIEF, THIEF), False),
        ((0.34, 0.12, 0.12, 0.12, 0.3), (OFFICE, THIEF, THIEF, THIEF, "192.0.2.7"), True),
        ((0.3, 0.12, 0.12, 0.12, 0.34), (OFFICE, THIEF, THIEF, THIEF, "192.0.2.7"), True),
        ((0.3, 0.08, 0.08, 0.08, 0.41), (OFFICE, THIEF, THIEF, THIEF, "192.0.2.7"), False),
    ],
    ids=["beside a key", "too little", "of two keys", "one of them has most", "first", "second", "less than a quarter"],
)
def test_keys_of_one_address_are_ranked_as_one(
    shares: tuple[float, ...], origins: tuple[str, ...], is_common: bool
) -> None:
    seen = {7 + n: used_from(ip) for n, ip in enumerate(origins)}
    assert (joint_keys(suspects(*shares), seen) is not None) is is_common


def mixed(**paces: float) -> Report:
    """A key with 60 % of the excess, and four with the rest of it from one address; paces by key."""
    keys = {7: series({2: 12.0, 1: 0.1}, usual_usd=0.1)}
    keys |= {8 + n: series({2: 0.1, 1: 2.0}, usual_usd=0.1) for n in range(4)}
    seen = {7: used_from(OFFICE), **{8 + n: used_from(THIEF) for n in range(4)}}
    usd_per_h = {7: paces["key"], **{8 + n: paces["each"] for n in range(4)}}
    return judged(keys, account_of(keys), seen=seen, paces=usd_per_h)


def test_a_key_that_is_calm_again_is_not_named_while_keys_of_one_address_burn() -> None:
    report = mixed(key=0.0, each=3.0)
    assert (report.likely, set(report.to_contain_together)) == (None, {8, 9, 10, 11})
    assert set(report.behind) == {8, 9, 10, 11}
    slower = mixed(key=2.0, each=3.0)
    assert (slower.likely, set(slower.to_contain_together)) == (None, {8, 9, 10, 11}), "far less than they together"


def test_a_key_that_burns_as_well_is_named_first_and_the_address_too() -> None:
    report = mixed(key=12.0, each=3.0)
    assert report.likely is not None
    assert (report.likely.key_id, report.to_contain, report.to_contain_together) == (7, 7, ())
    assert (report.joint is not None, report.behind) == (True, (7,))


def test_once_keys_of_one_address_are_stopped_a_key_that_burns_is_named() -> None:
    keys = {7: series({2: 3.0, 1: 3.0}, usual_usd=0.1)}
    keys |= {8 + n: series({2: 3.0, 1: 3.0}, usual_usd=0.1) for n in range(5)}
    seen = {7: used_from(OFFICE), **{8 + n: used_from(THIEF) for n in range(5)}}
    paces = {7: 3.0, **{8 + n: 3.0 for n in range(5)}}
    more = {"seen": seen, "paces": paces, "stopped": {8 + n: NOW - HOURS / 6 for n in range(5)}}
    report = judged(keys, account_of(keys), **more)
    assert report.joint is not None
    assert (report.joint.is_calm, report.to_contain, report.behind) == (True, 7, (7,))
    assert report.likely is not None
    assert report.likely.share < 0.2, "alone it would not be to blame"


def test_a_key_with_a_critical_spike_of_its_own_is_not_to_blame_for_many() -> None:
    """It is reported, as it would be alone, but what the account's incident is due to is the others."""
    report = mixed(key=0.0, each=3.0)
    own = next(one for one in (*report.findings, *report.untold) if one.key_id == 7)
    of_all = tuple(one for one in report.findings if one.key_id is None)
    both = replace(report, findings=(*of_all, own))
    assert (both.likely, own.is_sure) == (None, True)


def test_once_all_are_calm_nothing_is_to_be_contained_together() -> None:
    report = mixed(key=0.0, each=0.0)
    assert report.likely is not None
    assert (report.likely.is_calm, report.to_contain, report.to_contain_together) == (True, None, ())


def test_keys_that_can_call_no_more_are_not_to_be_stopped_again() -> None:
    keys = {7 + n: series({2: 5.0, 1: 5.0}, usual_usd=0.1) for n in range(6)}
    more = {"seen": dict.fromkeys(keys, used_from(THIEF)), "paces": dict.fromkeys(keys, 5.0)}
    some = judged(keys, account_of(keys), stopped={7: NOW - HOURS / 6, 8: NOW - HOURS / 6}, **more)
    assert (set(some.to_contain_together), some.goes_on_with_many) == ({9, 10, 11, 12}, True)
    calm = judged(keys, account_of(keys), **{**more, "paces": dict.fromkeys(keys, 0.0)})
    assert calm.joint is not None
    assert (calm.likely, calm.to_contain_together, calm.goes_on_with_many) == (None, (), False)
    refused = tuple(failed(n, ago_s=n * 2, key_name="ci", category="invalid_request") for n in range(30))
    both = judged(keys, account_of(keys), failed=refused, key_names={99: "ci"}, **more)
    assert any(one.cause == 99 for one in both.findings), "a storm of another key is found as well"
    assert (both.to_contain, set(both.to_contain_together)) == (None, set(keys)), "and stopping it is not what helps"
    held = judged(keys, account_of(keys), stopped=dict.fromkeys(keys, NOW - HOURS / 6), **more)
    assert (held.to_contain_together, held.goes_on_with_many) == ((), False)
    assert held.contained_at is not None


def test_the_address_is_known_before_the_calls_of_a_day_are_read() -> None:
    keys = {7 + n: series({2: 5.0, 1: 5.0}, usual_usd=0.1) for n in range(6)}
    recent = tuple(call(n, ago_s=600 - n, key_id=7 + n, ip=THIEF, user_agent="curl/8") for n in range(6))
    report = judged(keys, account_of(keys), recent_calls=recent)
    assert report.joint is not None
    assert (report.joint.ip, report.joint.program) == (THIEF, "curl")


def uses(model: str, requests: int, usd: str) -> Uses:
    """The use of a model in ten hours."""
    return {model: Sums(requests=requests, standard_usd=Decimal(usd), billed_usd=Decimal(usd))}, 10.0


def test_the_cause_is_that_of_the_keys_with_most_of_it_together() -> None:
    """Six keys, each of which usually makes ten calls an hour of one kind, make forty of another."""
    keys = {7 + n: series({2: 5.0, 1: 5.0}, usual_usd=0.1) for n in range(6)}
    asked: list[Collection[int]] = []

    def since(key_ids: Collection[int], _since: datetime) -> Uses:
        asked.append(key_ids)
        return uses("dear", 400 * len(key_ids), "50")

    usual = dict.fromkeys(keys, uses("cheap", 100, "1"))
    report = judged(keys, account_of(keys), uses_since=since, usual_uses=usual)
    assert (report.likely, len(report.behind)) == (None, 5), "five have four fifths of it"
    assert set(asked[-1]) == set(report.behind)
    assert report.why is not None
    assert report.why.shift == ModelShift("dear", 0.0, 1.0)


def test_what_new_keys_do_takes_nothing_from_what_is_usual_for_the_others() -> None:
    """Three keys make 100 calls in ten hours, and 20 in the two of the incident; two new ones 400 in those."""
    known, new = (7, 8, 9), (10, 11)
    keys = {key_id: series({2: 5.0, 1: 5.0}, usual_usd=0.1) for key_id in known}
    keys |= {key_id: series({2: 5.0, 1: 5.0}, usual_usd=0.0) for key_id in new}

    def since(key_ids: Collection[int], _since: datetime) -> Uses:
        calls = sum(400 if key_id in new else 20 for key_id in key_ids)
        return {"cheap": Sums(requests=calls, billed_usd=Decimal(calls))}, 2.0

    usual = {key_id: ({"cheap": Sums(requests=120, billed_usd=Decimal(120))}, 12.0) for key_id in known}
    report = judged(keys, account_of(keys), uses_since=since, usual_uses=usual)
    told = set(report.behind)
    assert report.why is not None
    assert report.why.calls_per_h[0] == pytest.approx(10 * len(told.intersection(known)))
    assert told.intersection(known)
    assert told.intersection(new)


FOUND = finding_of(FindingKind.UNIT_COST)
RISE = FOUND.evidence
assert isinstance(RISE, UnitCostRise)
OTHER_PART = replace(RISE.why, output_usd=99.0)


def rise(key_id: int, since_h: float, usual_until_h: float | None, why: CostCause = RISE.why) -> UnitCostRise:
    """Calls that became dearer so many hours ago; they were as usual until so many hours ago, None: unknown."""
    usual_until = NOW - usual_until_h * HOURS if usual_until_h is not None else None
    return replace(RISE, key_id=key_id, since=NOW - since_h * HOURS, excess_usd=8.0, usual_until=usual_until, why=why)


SAME_CAUSE = [
    (rise(8, 3, 12), True),
    (rise(8, 9, 9), True),
    (rise(8, 3, 8.9), False),
    (rise(8, 11.1, 12), False),
    (rise(8, 3, None), False),
    (rise(8, 3, 12, OTHER_PART), False),
]


@pytest.mark.parametrize(
    ("other", "is_same"),
    SAME_CAUSE,
    ids=["next morning", "in its hour", "as usual meanwhile", "before it", "not known", "other part"],
)
def test_calls_of_another_key_became_dearer_for_one_cause_if_none_was_as_usual_since(
    other: UnitCostRise, is_same: bool
) -> None:
    first = rise(7, 10, 11)
    assert other.has_cause(first.since, first.part) is is_same
    told = with_others([first, other])[0]
    assert (told.others, told.others_usd) == ((1, 8.0) if is_same else (0, 0.0))
    report = Report(NOW, tuple(replace(FOUND, key_id=one.key_id, cause=one.key_id, since=one.since, evidence=one)
                               for one in (first, other)))  # fmt: skip
    at_once = advance(Incidents(), report, NOW, True)
    assert len(at_once.notices) == (1 if is_same else 2)
    began = advance(Incidents(), replace(report, findings=report.findings[:1]), NOW, True)
    assert len(advance(began, report, NOW, True).notices) == (0 if is_same else 1)
    left, later = replace(report, findings=report.findings[1:]), NOW + 3 * HOURS
    over = advance(at_once, left, later, True)
    assert [one.told for one in over.notices] == [NoticeKind.OVER]
    assert [one.told for one in advance(over, left, later, True).notices] == ([NoticeKind.BEGAN] if is_same else [])


def test_what_several_keys_cost_for_one_cause_is_critical_together() -> None:
    account = series({}, usual_usd=1.0)
    running = RunningHour()
    case = Case(Inputs(NOW, account, running=running))
    case.unit_cost = (replace(rise(7, 10, 11), excess_usd=20.0, others=2, others_usd=3.0),)
    assert [one.severity for one in find_rises(case)] == [Severity.WARNING]
    case.unit_cost = (replace(case.unit_cost[0], others_usd=5.0),)
    assert [one.severity for one in find_rises(case)] == [Severity.CRITICAL]


def newcomer(usd: float, hours: int, days: int = 28) -> Case:
    """A key that began so many hours ago, beside one that costs $1 an hour, and $30 on every third day before that."""
    often = {24 * day + 9: 30.0 for day in range(2, min(days, 20), 3)}
    keys = {7: series(often, 1.0, days), 8: series(dict.fromkeys(range(1, hours + 1), usd), 0.0, days)}
    return Case(Inputs(NOW, account_of(keys), keys, RunningHour(), dict.fromkeys(keys, RunningHour())))


@pytest.mark.parametrize(
    ("usd", "hours", "days", "is_dear"),
    [(10.0, 3, 28, False), (10.0, 4, 28, True), (10.0, 30, 28, True), (30.0, 4, 3, False)],
    ids=["less than a day of all", "a day of all", "goes on", "in the first week"],
)
def test_a_new_key_that_has_cost_a_usual_day_of_all_is_excused_by_nobody_s_dear_hours(
    usd: float, hours: int, days: int, is_dear: bool
) -> None:
    """A usual day is $34."""
    case = newcomer(usd, hours, days)
    assert case._is_dear_newcomer(8, case.key_judges[8], RunningHour()) is is_dear
    assert days < 7 or (8 in case.key_spikes) is is_dear


@pytest.mark.parametrize(
    ("mine", "others", "is_dear"),
    [({"b"}, {"a"}, True), ({"b", "a"}, {"a"}, False), (set(), {"a"}, False)],
    ids=["of its own", "shared", "unknown"],
)
def test_half_a_day_is_enough_from_addresses_that_no_other_key_uses(
    mine: set[str], others: set[str], is_dear: bool
) -> None:
    case, at = newcomer(10.0, 2), Sighting(NOW, 0)
    seen = {key_id: SeenOrigins(NOW, NOW, 1, dict.fromkeys(ips, at)) for key_id, ips in ((7, others), (8, mine))}
    for inputs in (case.inputs, replace(case.inputs, seen=seen)):
        known = Case(inputs)
        expected = is_dear and bool(inputs.seen)
        assert known._is_dear_newcomer(8, known.key_judges[8], RunningHour()) is expected


def test_a_key_that_came_back_is_not_new() -> None:
    hours = {**dict.fromkeys(range(1, 5), 10.0), 20 * 24: 0.1}
    keys = {7: series({}, 1.0), 8: series(hours, 0.0)}
    case = Case(Inputs(NOW, account_of(keys), keys, RunningHour(), dict.fromkeys(keys, RunningHour())))
    assert not case._is_dear_newcomer(8, case.key_judges[8], RunningHour())


def test_the_account_s_incident_of_a_key_stays_that_when_its_part_becomes_small() -> None:
    account = ranked_spike(7)
    (whole, key) = (replace(one, severity=Severity.WARNING) for one in ranked_spike(7).findings)
    on = advance(Incidents(), replace(account, findings=(whole,)), NOW, True)
    nobody = replace(whole, cause=None, severity=Severity.CRITICAL)
    later = advance(on, replace(account, findings=(nobody, key)), NOW, True)
    assert [one.blamed for one in later.open.values()] == [7]
    assert [one.told for one in later.notices] == [NoticeKind.WORSE]


def ranked_spike(key_id: int) -> Report:
    """A spike of the account by a key, and that of the key."""
    report = busy(9.0, 0.1, 0.1)
    account, key = (one for one in report.findings if one.kind is FindingKind.SPIKE)
    return replace(report, findings=(replace(account, cause=key_id), replace(key, key_id=key_id, cause=key_id)))


def test_whom_a_first_look_named_is_forgotten_if_it_was_nobody_when_it_is_reported() -> None:
    (account, _key) = ranked_spike(7).findings
    waits = replace(ranked_spike(7), findings=(replace(account, is_sure=False),))
    sure = replace(waits, findings=(replace(account, cause=None),))
    (notice,) = advance(advance(Incidents(), waits, NOW, True), sure, NOW, True).notices
    assert (notice.told, notice.incident.blamed) == (NoticeKind.BEGAN, None)


def test_what_only_goes_on_makes_nothing_critical() -> None:
    (_account, key) = ranked_spike(7).findings
    warned = replace(ranked_spike(7), findings=(replace(key, severity=Severity.WARNING),))
    on = advance(Incidents(), warned, NOW, True)
    part = replace(warned, findings=(), untold=(replace(key, severity=Severity.CRITICAL, is_told=False),))
    assert advance(on, part, NOW, True).notices == ()


def test_a_cause_is_news_of_costs_alone() -> None:
    storm = replace(finding_of(FindingKind.STORM), key_id=None, cause=None)
    on = advance(Incidents(), Report(NOW, (storm,)), NOW, True)
    assert advance(on, Report(NOW, (replace(storm, cause=7),)), NOW, True).notices == ()


def test_only_costs_make_a_key_the_likely_cause() -> None:
    report = busy(5.0, 4.0, 4.0, 4.0, 4.0)
    origin = replace(finding_of(FindingKind.ORIGIN), key_id=7, cause=7)
    told = replace(report, findings=(*report.findings, origin))
    assert (told.likely, told.to_contain) == (None, 7)


def test_an_incident_of_nobody_is_a_first_look_only_while_its_keys_are() -> None:
    report = busy(5.0, 4.0, 4.0, 4.0, 4.0)
    looked = tuple(replace(one, is_first_look=True) for one in report.suspects)
    assert [one.is_first_look for one in (report, replace(report, suspects=looked), replace(report, suspects=()))] == [
        False, True, True,
    ]  # fmt: skip


def test_of_a_busy_day_a_key_that_cannot_wait_is_reported_by_itself() -> None:
    report = busy(50.0, 45.0, 45.0, 45.0, 45.0)
    told = {one.key_id for one in report.findings if one.kind is FindingKind.SPIKE}
    cannot_wait = {key_id for key_id, one in report.key_spikes.items() if one.is_critical}
    assert told == {None} | cannot_wait


def test_before_it_is_known_who_did_it_the_keys_that_spike_are_reported() -> None:
    keys = {7 + n: series({2: usd, 1: usd}, usual_usd=0.1) for n, usd in enumerate((5.0, 4.0, 4.0, 4.0))}
    report = judged(keys, account_of(keys), awaits_calls=True)
    assert report.suspects == ()
    assert {one.key_id for one in report.findings if one.kind is FindingKind.SPIKE} == {None, *keys}


HOUSE, FOREIGN = "203.0.113.9", "45.155.205.99"


@pytest.mark.parametrize(
    ("slow", "dear", "is_told"),
    [((replace(SLOW, key_id=7),), (), True), ((), (replace(RISE, key_id=7),), True), ((), (), False)],
    ids=["slow spend", "dearer calls", "as ever"],
)
def test_the_new_address_of_a_key_that_costs_more_is_told_without_a_new_program(
    slow: tuple[SlowSpend, ...], dear: tuple[UnitCostRise, ...], is_told: bool
) -> None:
    """Whoever uses the owner's own program is no stranger: what the key costs tells."""
    moved = [*rows(0, 60, 60, 17, HOUSE), *rows(100, 60, 16.5, 0, FOREIGN)]
    case = Case(Inputs(NOW, seen=learn({}, moved)))
    case.slow_spend, case.unit_cost = slow, dear
    (found,) = find_new(case)
    assert (found.key_id, found.is_told) == (7, is_told)
