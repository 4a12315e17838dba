"""What the guard would do: only with everything in favour, and one doubt is enough not to."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.samples import NOW, key, window
from tests.unit.triage.guard.moments import (
    BATCH,
    OTHER,
    SINCE,
    WILD,
    claim,
    decided,
    incidents,
    inputs,
    report,
    rule,
    tick,
)
from tests.unit.triage.test_incidents import finding, spike
from tui.domain.failure import Failure, FailureKind
from tui.triage.findings import FindingKind
from tui.triage.forecast import Forecast
from tui.triage.gaps import Gap, Input
from tui.triage.guard.act import Claim, DeedOutcome, Mode, Tick
from tui.triage.guard.decision import Decision, Doubt, GuardInputs, decide
from tui.triage.guard.rule import GuardRule
from tui.triage.incidents import Incidents, Phase
from tui.triage.severity import Severity
from tui.triage.suspects import Suspect

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GAP = Gap(Input.CALLS, Failure(FailureKind.UNREACHABLE))
LATER = NOW + timedelta(minutes=3)


def in_phase(phase: Phase) -> Incidents:
    """The incident in another phase."""
    known = incidents(report())
    return Incidents({identity: replace(one, phase=phase) for identity, one in known.open.items()})


def suspects(**changes: Any) -> tuple[Suspect, ...]:
    return (replace(report().suspects[0], **changes),)


def test_with_everything_in_favour_it_acts() -> None:
    one = decided()
    assert one.doubts == ()
    assert (one.key, one.mode, one.severity, one.share) == (BATCH, Mode.ARMED, Severity.CRITICAL, 0.95)


UNSURE = replace(report(), findings=(replace(finding(spike(confirmed=False), None, WILD, NOW), since=SINCE),))
UNSEEN = replace(report(), findings=())
REFUSED: list[tuple[str, Doubt, dict[str, Any]]] = [
    ("not confirmed", Doubt.NOT_CONFIRMED, {"of": UNSURE}),
    ("pending", Doubt.NOT_CONFIRMED, {"incidents": in_phase(Phase.PENDING)}),
    ("not seen any more", Doubt.NOT_CONFIRMED, {"of": UNSEEN, "incidents": incidents(report())}),
    ("cooling", Doubt.COOLING, {"incidents": in_phase(Phase.COOLING)}),
    ("planned", Doubt.PLANNED, {"incidents": in_phase(Phase.PLANNED)}),
    ("not whole", Doubt.GAPS, {"of": report(gaps=(GAP,))}),
    ("of before", Doubt.STALE, {"tick": tick(now=LATER)}),
    ("of later", Doubt.STALE, {"tick": tick(now=NOW - timedelta(minutes=3))}),
    ("too small a share", Doubt.SHARE, {"of": report(share=0.79)}),
    ("no number as a share", Doubt.SHARE, {"of": report(share=float("nan"))}),
    ("a first look", Doubt.SHARE_UNKNOWN, {"of": replace(report(), suspects=suspects(is_first_look=True))}),
    ("no suspect", Doubt.SHARE_UNKNOWN, {"of": replace(report(), suspects=())}),
    ("calm again", Doubt.NOT_TO_BLAME, {"of": replace(report(), suspects=suspects(is_calm=True))}),
    ("another one is to blame", Doubt.NOT_TO_BLAME,
     {"of": replace(report(), suspects=(Suspect(8, 90.0, 1.0, 0.9), *report().suspects))}),
    ("gone", Doubt.NO_KEY, {"keys": (OTHER,)}),
    ("not named", Doubt.NOT_NAMED, {"keys": (replace(BATCH, name="web"), OTHER)}),
    ("in other letters", Doubt.NOT_NAMED, {"keys": (replace(BATCH, name="Batch-nightly"), OTHER)}),
    ("in letters of another script", Doubt.NOT_NAMED, {"keys": (replace(BATCH, name="bаtch-nightly"), OTHER)}),
    ("of the same name", Doubt.ALIKE, {"keys": (BATCH, replace(OTHER, name="batch-nightly"))}),
    ("of a name that looks the same", Doubt.ALIKE, {"keys": (BATCH, replace(OTHER, name="bаtch-nightly\u200d"))}),
    ("of a name in other letters", Doubt.ALIKE, {"keys": (BATCH, replace(OTHER, name="BATCH-nightly"))}),
    ("renamed meanwhile", Doubt.RENAMED, {"renamed_at": {WILD: SINCE}}),
    ("changed by a person", Doubt.TOUCHED, {"touched_at": {WILD: SINCE + timedelta(minutes=1)}}),
    ("disabled", Doubt.STOPPED, {"keys": (replace(BATCH, stored_status="inactive"), OTHER)}),
    ("expired", Doubt.STOPPED, {"keys": (replace(BATCH, expires_at=NOW), OTHER)}),
    ("limited", Doubt.STOPPED, {"keys": (key(WILD, BATCH.name, windows={"1d": window(5, 5, LATER)}), OTHER)}),
    ("answered", Doubt.ACTED, {"claims": (claim(key_id=WILD, episode=incidents(report()).firing[0].id),)}),
    ("answered under another id", Doubt.ACTED, {"claims": (claim(tick(-3 * 3600, NOW - HOUR), key_id=WILD),)}),
    ("answered in vain", Doubt.ACTED, {"claims": (claim(key_id=WILD, outcome=DeedOutcome.REFUSED),)}),
    ("not settled", Doubt.UNSETTLED, {"claims": (claim(tick(-90000, NOW - DAY), outcome=DeedOutcome.ACTING),)}),
    ("one within the hour", Doubt.HOUR_SPENT, {"claims": (claim(tick(-3599, NOW - HOUR)),)}),
    ("read-only", Doubt.READ_ONLY, {"can_act": False}),
    ("disarmed", Doubt.DISARMED, {"is_disarmed": True}),
    ("no record", Doubt.NO_RECORD, {"has_record": False}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "members"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_one_doubt_is_enough(why: Doubt, members: dict[str, Any]) -> None:
    members = dict(members)
    assert why in decided(inputs(members.pop("of", None), **members)).doubts


def test_three_a_day_are_enough() -> None:
    before = tuple(claim(tick(-3600 * hours), id=str(hours)) for hours in (9, 6, 3))
    assert decided(inputs(claims=before)).doubts == (Doubt.DAY_SPENT,)
    assert decided(inputs(claims=before), rule(max_per_day=4)).is_on


def test_what_is_excluded_is_so_in_whatever_way_it_is_written() -> None:
    for name in ("batch-prod-x", "batch-PROD-x", "batch-рrod-x"):
        found = decided(inputs(keys=(replace(BATCH, name=name), OTHER)), rule(keys=["batch-*", "!batch-prod-*"]))
        assert Doubt.EXCLUDED in found.doubts, name
    assert Doubt.EXCLUDED in decided(None, rule(keys=["#7", "!batch-*"])).doubts
    assert Doubt.EXCLUDED in decided(None, rule(keys=["batch-*", "!#7"])).doubts


def test_an_id_tells_names_that_look_the_same_apart() -> None:
    same = inputs(keys=(BATCH, replace(OTHER, name="batch-nightly")))
    assert decided(same, rule(keys=[WILD])).is_on
    assert Doubt.NOT_NAMED in decided(same, rule(keys=[8])).doubts


def test_a_name_that_was_another_one_before_the_episode_is_its_name() -> None:
    assert decided(inputs(renamed_at={WILD: SINCE - timedelta(minutes=1)}, touched_at={8: NOW})).is_on


@pytest.mark.parametrize(
    ("when", "doubts"),
    [
        ("burn_usd_per_h > 20", ()),
        ("burn_usd_per_h > 25", (Doubt.CONDITION,)),
        ("key_today_usd > 50, burn_usd_per_h > 20", ()),
        ("key_today_usd > 60", (Doubt.CONDITION,)),
        ("spike and empty_in_h < 2", (Doubt.CONDITION_UNKNOWN,)),
    ],
)
def test_conditions_are_held_against_the_figures_of_now(when: str, doubts: tuple[Doubt, ...]) -> None:
    assert decided(None, rule(when=when)).doubts == doubts


def test_what_is_not_known_meets_no_condition() -> None:
    assert decided(inputs(burn_usd_per_h=None), rule(when="burn_usd_per_h > 1")).doubts == (Doubt.CONDITION_UNKNOWN,)
    assert decided(inputs(today_usd={}), rule(when="key_today_usd > 1")).doubts == (Doubt.CONDITION_UNKNOWN,)


@pytest.mark.parametrize(("left", "is_on"), [(timedelta(hours=1), True), (timedelta(hours=2), False), (None, False)])
def test_how_soon_the_wallet_is_empty(left: timedelta | None, is_on: bool) -> None:
    at = None if left is None else NOW + left
    of = report(forecast=Forecast(current_empty_at=at))
    assert decided(inputs(of), rule(when="empty_in_h < 2")).is_on is is_on


def test_a_warning_is_nothing_to_a_rule_about_what_is_critical() -> None:
    mild = replace(report(), findings=(replace(report().findings[0], severity=Severity.WARNING),))
    assert decided(inputs(mild)).doubts == (Doubt.SEVERITY,)
    assert decided(inputs(mild), rule(severity="warning")).is_on


def test_a_limit_that_is_there_already_is_not_set_and_never_raised() -> None:
    strict, loose = (key(WILD, BATCH.name, windows={"1d": window(limit, 1, LATER)}) for limit in (20, 30))
    deed = rule(do="limit-1d 20")
    assert decided(inputs(keys=(strict, OTHER)), deed).doubts == (Doubt.STOPPED,)
    assert decided(inputs(keys=(loose, OTHER)), deed).is_on


def test_rules_that_are_not_armed_say_it_and_wait_for_nothing_but_an_episode() -> None:
    held = inputs(can_act=False, is_disarmed=True)
    assert decided(held, rule(armed=False)).is_on
    assert decided(held, rule(do="tell", armed=True)).mode is Mode.TELL
    told = claim(key_id=WILD, mode=Mode.UNARMED)
    assert decided(inputs(claims=(told,)), rule(armed=False)).doubts == (Doubt.ACTED, Doubt.HOUR_SPENT)
    assert decided(inputs(claims=(told,))).is_on  # what was only said is still to be done once it is armed
    telling = rule(do="tell")
    assert decided(inputs(claims=(told,)), telling).is_on
    assert decided(inputs(claims=(claim(key_id=WILD, mode=Mode.TELL, rule=str(telling)),)), telling).doubts


def test_one_rule_acts_and_those_behind_it_see_that() -> None:
    first, second = decide((rule(), rule(do="pause 60m")), inputs())
    assert (first.is_on, second.doubts) == (True, (Doubt.ACTED,))
    said, done = decide((rule(armed=False), rule()), inputs())
    assert said.is_on
    assert done.is_on


def test_a_rule_without_a_kind_is_about_what_costs() -> None:
    assert decided(None, rule(when="key_today_usd > 50")).is_on
    assert decide((rule(when="slow_spend"),), inputs()) == ()


def test_of_a_key_whose_own_hit_waits_the_account_may_be_sure() -> None:
    own = replace(finding(spike(confirmed=False), WILD, WILD, NOW), since=SINCE)
    both = replace(report(), findings=(*report().findings, own))
    assert decided(inputs(both)).is_on
    assert decided(inputs(both)).incident.key_id == WILD


def test_where_findings_blame_different_keys_none_is_to_blame() -> None:
    first = incidents(report())  # told of the account, by key 7
    own = replace(finding(spike(6.0), WILD, WILD, NOW), since=SINCE)
    other = replace(report().findings[0], cause=8)
    one = decided(inputs(replace(report(), findings=(other, own)), incidents=first))
    assert (one.key_id, one.key) == (None, None)
    assert Doubt.NO_KEY in one.doubts


# Properties

NAMES = st.sampled_from(
    ["batch-nightly", "batch-a", "batch-а", "prod-x", "Batch-b", "web", "", " ", "batch-nightly\u200d"]
)
GLOBS = st.sampled_from(["batch-*", "*", "b?tch-*", "#7", "#8", "!prod-*", "!*-a", "!#7", "web"])
KEYS = st.lists(GLOBS, min_size=1, max_size=4).filter(lambda some: not all(one.startswith("!") for one in some))


@given(names=st.tuples(NAMES, NAMES, NAMES), globs=KEYS, cause=st.sampled_from([7, 8, 9]))
def test_never_a_key_that_no_rule_names(names: tuple[str, ...], globs: list[str], cause: int) -> None:
    """By another way than the code: an id that stands there, or a name that fits and that no other looks like."""
    keys = tuple(key(7 + place, name) for place, name in enumerate(names))
    one = decided(inputs(report(cause=cause), keys=keys), rule(keys=globs))
    if one.is_on:
        name = names[cause - 7]
        by_name = ("batch-*" in globs and name.startswith("batch-")) or "*" in globs or globs.count(name)
        by_name = by_name or ("b?tch-*" in globs and name[:1] == "b" and name[2:6] == "tch-")
        assert f"#{cause}" in globs or (by_name and [other.strip().lower() for other in names].count(name.lower()) == 1)
        assert f"!#{cause}" not in globs
        assert not ("!prod-*" in globs and name.lower().startswith("prod-"))
        assert not ("!*-a" in globs and name.endswith("-a"))
        assert (one.key_id, one.key) == (cause, keys[cause - 7])


@given(gaps=st.lists(st.sampled_from(list(Input)), min_size=1, max_size=3), share=st.floats(0, 1))
def test_never_without_whole_inputs(gaps: list[Input], share: float) -> None:
    failed = tuple(Gap(one, Failure(FailureKind.TIMED_OUT)) for one in gaps)
    assert not decided(inputs(report(share=share, gaps=failed))).is_on
    assert decided(inputs(report(share=share))).is_on is (share >= 0.8)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 4 * 3600),
        st.integers(-90 * 24 * 3600, 90 * 24 * 3600) | st.just(0),
        st.integers(-90 * 24 * 3600, 90 * 24 * 3600) | st.just(0),
    ),
    min_size=1,
    max_size=40,
)
"""How much time really passes, and by how much both clocks that can be set are set."""


@settings(max_examples=60)
@given(steps=STEPS, per_hour=st.integers(1, 3), per_day=st.integers(1, 5))
def test_never_more_than_allowed_however_clocks_are_set(
    steps: list[tuple[int, int, int]], per_hour: int, per_day: int
) -> None:
    acts = played(steps, rule(max_per_hour=per_hour, max_per_day=per_day))
    for at in acts:
        assert sum(at <= other < at + 3600 for other in acts) <= per_hour
        assert sum(at <= other < at + 86400 for other in acts) <= per_day


def played(steps: list[tuple[int, int, int]], one: GuardRule, boots: bool = False) -> list[float]:
    """When, in time that really passed, an act would follow, at moments each of which has an episode of its own."""
    passed, gateway, machine, claims, acts = 0.0, NOW, NOW, tuple[Claim, ...](), []
    for number, (seconds, gateway_step, machine_step) in enumerate(steps):
        passed += seconds
        gateway += timedelta(seconds=seconds + gateway_step)
        machine += timedelta(seconds=seconds + machine_step)
        at = Tick(gateway, machine, str(number) if boots else "boot", passed)
        found = decided(inputs(moment(gateway, number), tick=at, claims=claims, keys=KEYRING), one)
        if found.is_on:
            acts.append(passed)
            claims = (*claims, claim(at, id=str(number), key_id=found.key_id, episode=found.incident.id))
    return acts


KEYRING = tuple(key(100 + number, f"batch-{number:03}x") for number in range(40))


def moment(now: datetime, number: int) -> Any:
    of = report(now, cause=100 + number)
    return replace(of, findings=(replace(of.findings[0], since=now),))


def test_where_the_machine_was_started_meanwhile_both_clocks_must_agree() -> None:
    one = rule(max_per_hour=1, max_per_day=9)
    assert len(played([(0, 0, 0), (60, 7200, 0), (60, 0, 7200)], one, boots=True)) == 1 + 1
    assert len(played([(0, 0, 0), (60, 7200, 0)], one, boots=True)) == 1
    assert len(played([(0, 0, 0), (60, 0, 7200)], one, boots=True)) == 1
    assert len(played([(0, 0, 0), (60, -7200, -7200), (3000, 0, 0)], one, boots=True)) == 1
    assert len(played([(0, 0, 0), (3600, 0, 0)], one, boots=True)) == 2


@settings(max_examples=60)
@given(
    hours=st.lists(st.integers(-200, 200), min_size=1, max_size=12),
    since=st.integers(0, 300),
    renew=st.booleans(),
)
def test_never_twice_for_one_episode(hours: list[int], since: int, renew: bool) -> None:
    """Whatever the clocks say, and also where the incident was found anew and has another id."""
    claims: tuple[Claim, ...] = ()
    began = NOW - timedelta(minutes=since)
    for number, offset in enumerate(hours):
        now = NOW + timedelta(hours=offset)
        of = report(now)
        of = replace(of, findings=(replace(of.findings[0], since=began - timedelta(minutes=number * renew)),))
        at = Tick(now, now, "boot", number * 200_000.0)
        known = incidents(of) if renew else incidents(replace(of, findings=(replace(of.findings[0], since=began),)))
        found = decided(GuardInputs(of, known, (BATCH, OTHER), at, {}, claims=claims), rule(max_per_day=99))
        if found.is_on:
            claims = (*claims, claim(at, id=str(number), key_id=WILD, episode=found.incident.id))
    assert len(claims) <= 1


def test_a_decision_names_its_rule() -> None:
    found: tuple[Decision, ...] = decide((rule(when="slow_spend"), rule()), inputs())
    assert [one.number for one in found] == [2]
    assert str(found[0].rule) == "spike (critical): disable batch-*, !prod-* (armed)"
    assert found[0].rule.conditions == ()
    assert rule(do="limit-1d 20").deed.limit_usd == Decimal(20)
    assert FindingKind.SPIKE in rule(when="burn_usd_per_h > 2").kinds
