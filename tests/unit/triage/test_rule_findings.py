"""What each rule makes of the facts of a moment: whom it names, how urgent it is, and which of many it tells."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call
from tests.unit.triage.samples import finding_of
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_spike_values import LOOP, MODEST, WILD, spike
from tests.unit.triage.test_storms import DAY_FULL, NO_MONEY, refused, storms_of
from tui.triage.baselines import HOUR, Baseline, HistoryDepth, full_hours
from tui.triage.case import Case
from tui.triage.explain import explain_finding
from tui.triage.findings import Finding, FindingKind
from tui.triage.forecast import Basis, Forecast
from tui.triage.inputs import Inputs
from tui.triage.origins import NewOrigin, OriginKind
from tui.triage.plans import ShortPlan
from tui.triage.prices import KeyMove, KnownPrices, PriceChange
from tui.triage.rules import growth, low_balance, origin, price, slow_spend, unit_cost
from tui.triage.rules import spike as spike_rule
from tui.triage.severity import Severity
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import Spike
from tui.triage.suspects import Suspect

HOURS = full_hours(series({}), NOW)
"""An account that usually spends $24 a day."""
NAMES = {7: "laptop", 8: "ci", 9: "batch"}
WARNING, CRITICAL, INFO = Severity.WARNING, Severity.CRITICAL, Severity.INFO


def case(inputs: Inputs | None = None, **facts: Any) -> Case:
    """A moment of which some facts are worked out already."""
    one = Case(inputs or Inputs(NOW, key_names=NAMES))
    vars(one).update({"full_hours": HOURS, **facts})
    return one


def terms(found: Finding[Any]) -> Mapping[str, Any]:
    """The figures of an explanation by name."""
    (one,) = explain_finding(found)
    return {term.name: term.value for term in one.terms}


SLOW = SlowSpend(None, THIS_HOUR - 30 * HOUR, THIS_HOUR, 2.0, 1.0, 1.5, 24.0, 10.0, 21)
OF_KEY = replace(SLOW, key_id=7, cause=7)


@pytest.mark.parametrize(
    ("found", "told"),
    [((SLOW,), [None]), ((SLOW, OF_KEY), [7]), ((OF_KEY, replace(OF_KEY, key_id=8)), [7]), ((), [])],
    ids=["the account's", "its key's", "the first key's", "nothing"],
)
def test_of_slow_spend_one_is_told_and_comes_first_a_key_s_if_there_is_one(
    found: tuple[SlowSpend, ...], told: list[int | None]
) -> None:
    findings = list(slow_spend.find(case(slow_spend=found, contained_at=None)))
    assert [one.key_id for one in findings if one.is_told] == told
    assert [one.is_told for one in findings] == sorted((one.is_told for one in findings), reverse=True)
    assert len(findings) == len(found)


def test_slow_spend_of_the_account_is_contained_with_its_keys() -> None:
    for contained_at, is_contained in ((None, [False, False]), (NOW, [False, True])):
        findings = slow_spend.find(case(slow_spend=(SLOW, OF_KEY), contained_at=contained_at))
        assert [one.is_contained for one in findings] == is_contained


@pytest.mark.parametrize(
    ("excess_usd", "pace_usd_per_h", "severity"),
    [(24.0, None, CRITICAL), (23.9, None, WARNING), (24.0, 0.5, CRITICAL), (24.0, 0.4, WARNING)],
    ids=["a usual day", "less", "it goes on", "it has ended"],
)
def test_slow_spend_that_has_cost_a_usual_day_and_goes_on_cannot_wait(
    excess_usd: float, pace_usd_per_h: float | None, severity: Severity
) -> None:
    paces = None if pace_usd_per_h is None else {7: pace_usd_per_h}
    facts = {"slow_spend": (replace(OF_KEY, excess_usd=excess_usd),), "contained_at": None}
    (one,) = slow_spend.find(case(Inputs(NOW, paces=paces), **facts))
    assert one.severity is severity


@pytest.mark.parametrize(
    ("excess_usd", "others_usd", "pace_usd_per_h", "severity"),
    [
        (24.0, 0.0, None, CRITICAL),
        (14.0, 10.0, None, CRITICAL),
        (14.0, 9.9, None, WARNING),
        (24.0, 0.0, 1.0, CRITICAL),
        (24.0, 0.0, 0.9, WARNING),
    ],
    ids=["a usual day", "with others of the same cause", "less", "it goes on", "it has ended"],
)
def test_dearer_calls_that_have_cost_a_usual_day_and_go_on_cannot_wait(
    excess_usd: float, others_usd: float, pace_usd_per_h: float | None, severity: Severity
) -> None:
    rise = finding_of(FindingKind.UNIT_COST).evidence
    dear = replace(rise, excess_usd=excess_usd, others_usd=others_usd, excess_usd_per_h=4.0)  # type: ignore[type-var]
    paces = None if pace_usd_per_h is None else {7: pace_usd_per_h}
    for spikes, is_told in (({}, True), ({7: spike(WILD)}, False), ({8: spike(WILD)}, True)):
        (one,) = unit_cost.find(case(Inputs(NOW, paces=paces), unit_cost=(dear,), key_spikes=spikes))
        assert (one.severity, one.is_told) == (severity, is_told)


@pytest.mark.parametrize(
    ("facts", "is_told"),
    [
        ({}, True),
        ({"key_hits": {7: spike(WILD)}}, False),
        ({"slow_spend": (OF_KEY,)}, False),
        ({"slow_spend": (SLOW,)}, True),
        ({"unit_cost": (finding_of(FindingKind.UNIT_COST).evidence,)}, False),
    ],
    ids=["alone", "a spike", "slow spend", "slow spend of nobody", "dearer calls"],
)
def test_growth_is_told_by_what_else_its_key_has(facts: dict[str, Any], is_told: bool) -> None:
    grown = finding_of(FindingKind.GROWTH).evidence
    none = {"key_hits": {}, "slow_spend": (), "unit_cost": ()}
    (one,) = growth.find(case(growth=(grown,), **{**none, **facts}))
    assert (one.key_id, one.is_told) == (7, is_told)
    goes_on = replace(grown, is_hit=False)  # type: ignore[type-var]
    assert not list(growth.find(case(growth=(goes_on,), **none)))


def spikes(**facts: Any) -> list[Finding[Spike]]:
    """What is found of spikes, where everything else is as usual."""
    usual = {
        "account_spike": None,
        "key_hits": {},
        "is_account_sure": False,
        "suspects": (),
        "blamed": (),
        "contained_at": None,
        "forecast": None,
    }
    return list(spike_rule.find(case(facts.pop("inputs", None), **{**usual, **facts})))


UNSURE = spike(WILD, is_confirmed=False)
SMALL = spike(MODEST)


def test_the_account_s_spike_comes_first_and_names_the_first_key_to_blame() -> None:
    (account, key, hit) = spikes(
        account_spike=SMALL, is_account_sure=True, blamed=(8, 7), key_hits={7: UNSURE, 8: SMALL}
    )
    assert [(one.key_id, one.cause, one.is_sure) for one in (account, key, hit)] == [
        (None, 8, True),
        (8, 8, True),
        (7, 7, False),
    ]
    (nobody,) = spikes(account_spike=SMALL)
    assert (nobody.cause, nobody.is_sure, nobody.is_contained) == (None, False, False)
    (held,) = spikes(account_spike=SMALL, contained_at=NOW)
    assert held.is_contained


@pytest.mark.parametrize(
    ("is_sure", "suspects", "key_spike", "is_told"),
    [
        (True, (Suspect(8, 9.0, 1.0, 1.0),), SMALL, False),
        (True, (), SMALL, True),
        (False, (Suspect(8, 9.0, 1.0, 1.0),), SMALL, True),
        (True, (Suspect(8, 9.0, 1.0, 1.0),), spike(WILD), True),
    ],
    ids=["a busy day of all", "nobody known", "no incident of all", "what cannot wait"],
)
def test_of_an_incident_of_all_only_keys_to_blame_are_told(
    is_sure: bool, suspects: tuple[Suspect, ...], key_spike: Spike, is_told: bool
) -> None:
    facts = {"is_account_sure": is_sure, "suspects": suspects, "blamed": (8,)}
    found = spikes(key_hits={7: key_spike, 8: SMALL}, **facts)
    assert {one.key_id: one.is_told for one in found} == {7: is_told, 8: True}


SOON = Forecast(None, NOW + HOUR)


@pytest.mark.parametrize(
    ("found", "facts", "severity"),
    [
        (spike(WILD), {}, CRITICAL),
        (SMALL, {}, WARNING),
        (SMALL, {"forecast": SOON}, CRITICAL),
        (SMALL, {"forecast": Forecast(NOW + HOUR)}, WARNING),
        (spike(replace(WILD, actual_usd=73.0, bound_usd=99.0)), {}, CRITICAL),
        (spike(replace(WILD, actual_usd=72.9, bound_usd=99.0)), {}, WARNING),
        (UNSURE, {}, WARNING),
        (spike(WILD), {"inputs": Inputs(NOW, paces={7: 5.0})}, CRITICAL),
        (spike(WILD), {"inputs": Inputs(NOW, paces={7: 4.9})}, WARNING),
        (spike(WILD), {"inputs": Inputs(NOW, paces={8: 99.0})}, WARNING),
    ],
    ids=[
        *("by itself", "not", "the wallet is soon empty", "soon empty at the usual pace", "three usual days"),
        *("less", "it waits for a second hit", "it goes on", "it has ended", "another key goes on"),
    ],
)
def test_a_spike_cannot_wait_if_it_is_dear_sure_and_goes_on(
    found: Spike, facts: dict[str, Any], severity: Severity
) -> None:
    (one,) = spikes(key_hits={7: found}, **facts)
    assert one.severity is severity


def test_a_spike_was_last_hit_at_the_end_of_its_last_hour_or_now() -> None:
    (past,) = spikes(key_hits={7: spike(WILD)})
    assert (past.since, past.hit_at) == (WILD.start, THIS_HOUR)
    (now,) = spikes(key_hits={7: spike(WILD, replace(WILD, start=THIS_HOUR, is_running=True))})
    assert now.hit_at == NOW
    minute = WILD.start - timedelta(minutes=9)
    (told,) = spikes(key_hits={7: spike(WILD)}, inputs=Inputs(NOW, begin_of=lambda *_: minute))
    assert told.since == minute


def test_a_spike_is_explained_by_its_worst_hour_and_the_bounds_of_whose_it_is() -> None:
    young = replace(WILD, usual=Baseline(1.0, 0.5, HistoryDepth.TRAILING, 30))
    (account, key) = spikes(account_spike=spike(MODEST, young), key_hits={7: replace(UNSURE, hours=(LOOP,))})
    of_account, of_key = terms(account), terms(key)
    assert (of_account["f_share"], of_account["habit_factor"], of_account["window"]) == (0.02, 1.0, 7)
    assert (of_key["f_share"], of_key["habit_factor"], of_key["window"]) == (0.007, 1.5, 14)
    assert (of_account["actual"], of_account["hits"], of_account["samples"]) == (20.0, 2, 30)
    assert (of_account["confirmed"], of_account["alike"]) == ("yes", "no")
    assert (of_key["confirmed"], of_key["alike"]) == ("no", "yes")
    assert ("ten_minutes" in of_account, "ten_minutes" in of_key) == (False, False)
    (now,) = spikes(key_hits={7: spike(replace(WILD, is_running=True, ten_minutes_usd=3.0))})
    assert terms(now)["ten_minutes"] == 3.0


EMPTY = storms_of(refused(3, 40, NO_MONEY, names=["laptop", "ci"], status=403))
OWN = storms_of(refused(12, 5, DAY_FULL))


@pytest.mark.parametrize(
    ("forecast", "severity", "is_told"),
    [
        (Forecast(NOW + timedelta(hours=71)), WARNING, True),
        (Forecast(NOW + timedelta(hours=72)), INFO, False),
        (Forecast(NOW + timedelta(hours=5)), CRITICAL, True),
        (Forecast(NOW + timedelta(hours=6)), WARNING, True),
        (Forecast(NOW + timedelta(hours=72), NOW + timedelta(hours=5)), CRITICAL, True),
        (Forecast(None, NOW + timedelta(hours=5)), CRITICAL, True),
        (Forecast(None, NOW + timedelta(hours=7)), INFO, False),
    ],
    ids=["three days", "longer", "six hours", "not six", "at the rate of now", "at that alone", "not soon"],
)
def test_a_wallet_is_low_three_days_before_it_is_empty_and_critical_six_hours_before(
    forecast: Forecast, severity: Severity, is_told: bool
) -> None:
    (one,) = low_balance.find(case(forecast=forecast, storms=()))
    assert (one.severity, one.is_told) == (severity, is_told)
    (beside,) = low_balance.find(case(forecast=forecast, storms=EMPTY))
    assert not beside.is_told, "the wallet that refuses says it"
    (other,) = low_balance.find(case(forecast=forecast, storms=OWN))
    assert other.is_told is is_told


def test_a_wallet_that_is_not_empty_within_two_months_is_no_finding() -> None:
    assert not list(low_balance.find(case(forecast=Forecast(), storms=())))
    assert not list(low_balance.find(case(forecast=None, storms=())))


def test_a_low_wallet_is_explained_by_the_times_that_are_known() -> None:
    usual, soon = NOW + timedelta(hours=50), NOW + timedelta(hours=5)
    (both,) = low_balance.find(case(forecast=Forecast(usual, soon, 24.0, 9.0, Basis.MEAN), storms=()))
    told = terms(both)
    assert (told["usual_empty"], told["current_empty"], told["usual_per_day"], told["extra"]) == (
        usual,
        soon,
        24.0,
        9.0,
    )
    assert told["basis"] == "mean"
    (one,) = low_balance.find(case(forecast=Forecast(usual), storms=()))
    assert "current_empty" not in terms(one)


@pytest.mark.parametrize(
    ("full_at", "resets_at"), [(NOW + HOUR, NOW + 2 * HOUR), (None, NOW + HOUR), (NOW + HOUR, None), (None, None)]
)
def test_a_plan_is_explained_by_when_it_is_full_and_resets_if_that_is_known(full_at: Any, resets_at: Any) -> None:
    short = ShortPlan("pro", "daily", 40.0, 50.0, full_at, resets_at, 12.0, 7, 1.0)
    told = terms(Finding(kind=FindingKind.PLAN, since=NOW, hit_at=NOW, evidence=short))
    assert (told.get("full"), told.get("resets")) == (full_at, resets_at)


def a_new(kind: OriginKind, billed_usd: float, *, key_id: int | None = 7, **changes: Any) -> NewOrigin:
    """A new origin of a key."""
    one = NewOrigin(key_id, kind, "203.0.113.9", NOW - 2 * HOUR, 9, billed_usd, ("192.0.2.1",), 50, timedelta(days=3))
    return replace(one, **changes)


STRANGE = a_new(OriginKind.IP, 2.0, is_strange=True)
PLAIN = a_new(OriginKind.IP, 2.0)
PROGRAM = a_new(OriginKind.PROGRAM, 2.0)


def origins(
    monkeypatch: pytest.MonkeyPatch, *found: NewOrigin, strangers: int = 0, paces: Any = None, **facts: Any
) -> list[Finding[Any]]:
    """What is found of new origins."""
    monkeypatch.setattr(origin, "find_origins", lambda _seen, _now, calls: found if calls else ())
    monkeypatch.setattr(origin, "strangers_before", lambda *_: strangers)
    none = {"key_spikes": {}, "slow_spend": (), "unit_cost": ()}
    return list(origin.find(case(Inputs(NOW, paces=paces, recent_calls=(call(1),)), **{**none, **facts})))


@pytest.mark.parametrize(
    ("found", "facts", "severity", "is_told"),
    [
        ((STRANGE,), {}, WARNING, True),
        ((PLAIN,), {}, INFO, False),
        ((PROGRAM, STRANGE), {}, WARNING, True),
        ((STRANGE,), {"strangers": 1}, WARNING, True),
        ((STRANGE,), {"strangers": 2}, INFO, False),
        ((replace(STRANGE, billed_usd=0.5),), {}, WARNING, True),
        ((replace(STRANGE, billed_usd=0.4),), {}, INFO, False),
        ((replace(STRANGE, billed_usd=0.4), PROGRAM), {}, INFO, False),
        ((replace(STRANGE, billed_usd=0.4), replace(PROGRAM, is_strange=True)), {}, WARNING, True),
        ((PLAIN,), {"key_spikes": {7: spike(WILD)}}, WARNING, True),
        ((PROGRAM,), {"key_spikes": {7: spike(WILD)}}, INFO, False),
        ((PROGRAM, PLAIN), {"slow_spend": (OF_KEY,)}, WARNING, True),
        ((PLAIN,), {"slow_spend": (SLOW,)}, INFO, False),
        ((replace(PLAIN, key_id=None),), {"slow_spend": (SLOW,)}, INFO, False),
        ((PLAIN,), {"unit_cost": (finding_of(FindingKind.UNIT_COST).evidence,)}, WARNING, True),
        ((STRANGE,), {"key_spikes": {7: spike(WILD)}}, CRITICAL, True),
        ((STRANGE,), {"key_spikes": {8: spike(WILD)}}, WARNING, True),
        ((STRANGE,), {"key_spikes": {7: spike(WILD)}, "paces": {7: 0.2}}, CRITICAL, True),
        ((STRANGE,), {"key_spikes": {7: spike(WILD)}, "paces": {7: 0.0}}, WARNING, True),
        ((replace(STRANGE, billed_usd=24.0),), {}, CRITICAL, True),
        ((PROGRAM, replace(STRANGE, billed_usd=24.0)), {}, CRITICAL, True),
        ((replace(STRANGE, billed_usd=24.0),), {"paces": {7: 0.0}}, WARNING, True),
        ((replace(STRANGE, billed_usd=23.0),), {}, WARNING, True),
    ],
)
def test_a_new_origin_is_told_of_a_stranger_or_of_a_key_that_spends_far_more(
    monkeypatch: pytest.MonkeyPatch,
    found: tuple[NewOrigin, ...],
    facts: dict[str, Any],
    severity: Severity,
    is_told: bool,
) -> None:
    (one,) = origins(monkeypatch, *found, **facts)
    assert (one.severity, one.is_told) == (severity, is_told)


def test_new_origins_of_a_key_are_one_finding_since_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    early = replace(PROGRAM, since=NOW - 5 * HOUR, is_strange=True)
    one, other = origins(monkeypatch, STRANGE, replace(PLAIN, key_id=8), early)
    assert (one.key_id, one.since, one.evidence.origins) == (7, NOW - 5 * HOUR, (STRANGE, early))
    assert (other.key_id, other.cause) == (8, 8)
    (strange, _program), (plain,) = (
        [next(term.value for term in told.terms if term.name == "least_samples") for told in explain_finding(found)]
        for found in (one, other)
    )
    assert (strange, plain) == (10, 30)


RISE = PriceChange(3, "pro", None, 0.8, 1.6, NOW - 3 * HOUR, frozenset({7, 8}), 40, 9.0)
FALL = replace(RISE, group_id=4, after=0.4, since=NOW - HOUR)
LIST = replace(RISE, model="opus", before=1.0, after=1.2346, since=NOW - 2 * HOUR, keys=frozenset({7}))


def prices(usd_per_h: Mapping[PriceChange, float], *moves: KeyMove, **facts: Any) -> list[Finding[Any]]:
    """What is found of prices in force, by what each costs more in an hour."""
    known = Inputs(NOW, prices=KnownPrices(in_force=tuple(usd_per_h), moves=moves))
    return list(price.find(case(known, price_extra_usd_per_h=usd_per_h.__getitem__, **facts)))


@pytest.mark.parametrize(
    ("usd_per_h", "full_hours", "is_told"),
    [
        ({RISE: 0.0421}, HOURS, True),
        ({RISE: 0.0419}, HOURS, False),
        ({RISE: 0.022, LIST: 0.022}, HOURS, True),
        ({RISE: 0.022, FALL: 9.0}, HOURS, False),
        ({RISE: 0.5 / 24}, None, True),
        ({RISE: 0.49 / 24}, None, False),
    ],
    ids=["a notable day", "less", "all rises together", "no fall", "half a dollar, of an unknown week", "less of that"],
)
def test_prices_that_rose_are_told_if_a_day_of_them_is_a_part_of_a_week(
    usd_per_h: Mapping[PriceChange, float], full_hours: Any, is_told: bool
) -> None:
    """0.6 % of the week of $168 are a dollar."""
    found = prices(usd_per_h, full_hours=full_hours)
    assert [(one.is_told, one.severity) for one in found[:1]] == [(is_told, WARNING if is_told else INFO)]


def test_rises_falls_and_moves_are_findings_of_their_own_the_dearest_change_first() -> None:
    move = KeyMove(9, "pro", "max", 0.8, 1.6, NOW - 4 * HOUR)
    rises, falls, moved = prices({LIST: 1.0, FALL: -2.0, RISE: 3.0}, move)
    assert [one.change for one in rises.evidence.changes] == [RISE, LIST]
    assert [one.usd_per_h for one in rises.evidence.changes] == [3.0, 1.0]
    assert [one.change for one in falls.evidence.changes] == [FALL]
    assert [(one.key_id, one.since) for one in (rises, falls, moved)] == [
        (None, NOW - 3 * HOUR),
        (None, NOW - HOUR),
        (9, NOW - 4 * HOUR),
    ]
    assert [one.is_told for one in (rises, falls, moved)] == [True, False, False]
    by_group, by_list = ({term.name: term.value for term in one.terms} for one in explain_finding(rises))
    assert (by_group["before_multiplier"], by_group["multiplier"], by_group["price"]) == (0.8, 1.6, 2.0)
    assert (by_list["price"], by_list["keys"], by_list["excess"]) == (1.235, 1, 1.0)
    assert terms(moved) == {"since": NOW - 4 * HOUR, "before_multiplier": 0.8, "multiplier": 1.6}
