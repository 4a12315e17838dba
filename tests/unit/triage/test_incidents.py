"""Findings followed over time: told once, once more when worse, and when over."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, failed
from tests.unit.triage.samples import finding_of
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.account.kept_incidents import KeptIncidents, StoredIncidents
from tui.triage.baselines import HOUR, Baseline, HistoryDepth
from tui.triage.find import find
from tui.triage.findings import Finding, FindingKind, Identity
from tui.triage.forecast import Forecast
from tui.triage.incident_figures import finding_of as shown_of
from tui.triage.incidents import (
    COSTING,
    Incident,
    Incidents,
    NoticeKind,
    Phase,
    advance,
    hour_of_week,
    plan,
)
from tui.triage.inputs import Inputs
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import FlaggedHour, RunningHour, Spike

QUIET = Report(NOW)


def spike(times: float = 3.0, *, back: int = 1, confirmed: bool = True) -> Spike:
    """A spike whose last hour over the bound is so many hours back."""
    hour = FlaggedHour(THIS_HOUR - HOUR * back, times, Baseline(1.0, 1.0, HistoryDepth.FULL), 2.0, back == 0)
    return Spike(hour.start, (hour,), confirmed, HistoryDepth.FULL, excess_share=1.0)


def finding(found: Spike, key_id: int | None, cause: int | None, now: datetime) -> Finding[Spike]:
    """A finding of a spike, as its rule tells it."""
    last = found.hours[-1]
    return Finding(
        kind=FindingKind.SPIKE,
        key_id=key_id,
        severity=Severity.CRITICAL if found.is_confirmed and found.is_critical else Severity.WARNING,
        since=found.since,
        hit_at=now if last.is_running else last.start + HOUR,
        evidence=found,
        cause=cause,
        is_sure=found.is_confirmed,
        cools_after=HOUR,
    )


def report(now: datetime, account: Spike | None = None, keys: dict[int, Spike] | None = None, cause: int = 7) -> Report:
    """A report of spikes, with the likely cause."""
    found = [finding(spike, key_id, key_id, now) for key_id, spike in (keys or {}).items()]
    if account is not None:
        found.insert(0, finding(account, None, cause, now))
    return Report(now, tuple(found))


def told(incidents: Incidents) -> list[tuple[NoticeKind, FindingKind, int | None]]:
    """The notices of the last step."""
    return [(one.told, one.incident.kind, one.incident.key_id) for one in incidents.notices]


def test_a_hit_is_pending_and_fires_when_it_is_confirmed_and_is_told_once() -> None:
    first = advance(Incidents(), report(NOW, spike(confirmed=False)), NOW, True)
    assert (told(first), first.of(FindingKind.SPIKE).phase) == ([], Phase.PENDING)  # type: ignore[union-attr]
    second = advance(first, report(NOW, spike()), NOW, True)
    assert told(second) == [(NoticeKind.BEGAN, FindingKind.SPIKE, None)]
    third = advance(second, report(NOW, spike()), NOW, True)
    assert (told(third), len(third.firing)) == ([], 1)


def test_a_step_up_and_a_new_cause_are_told_once_each() -> None:
    on = advance(Incidents(), report(NOW, spike()), NOW, True)
    worse = advance(on, report(NOW, spike(6.0)), NOW, True)
    assert told(worse) == [(NoticeKind.WORSE, FindingKind.SPIKE, None)]
    other = advance(worse, report(NOW, spike(6.0), cause=9), NOW, True)
    assert told(other) == [(NoticeKind.CAUSE, FindingKind.SPIKE, None)]
    assert told(advance(other, report(NOW, spike(3.0), cause=7), NOW, True)) == []


def test_two_hours_without_a_hit_are_a_recovery_and_a_failed_refresh_is_none() -> None:
    on = advance(Incidents(), report(NOW, spike(back=0)), NOW, True)
    cooling = advance(on, Report(NOW + HOUR), NOW + HOUR, True)
    assert (told(cooling), cooling.of(FindingKind.SPIKE).phase) == ([], Phase.COOLING)  # type: ignore[union-attr]
    later = NOW + 3 * HOUR
    assert told(advance(cooling, QUIET, later, is_fresh=False)) == []
    assert advance(on, QUIET, later, is_fresh=False).of(FindingKind.SPIKE) == on.of(FindingKind.SPIKE)
    over = advance(cooling, Report(later), later, True)
    assert (told(over), dict(over.open)) == ([(NoticeKind.OVER, FindingKind.SPIKE, None)], {})


@pytest.mark.parametrize(
    ("seen_with", "is_over"),
    [((5,), True), ((None, 5), True), ((5, None), False), ((None,), False)],
    ids=["seen once", "since the last look", "no more since the last look", "never"],
)
def test_what_its_rule_says_to_be_over_sooner_is_over_sooner(seen_with: tuple[int | None, ...], is_over: bool) -> None:
    """What fails for all keys may first be the provider and then the wallet: the last look counts."""
    incidents, seen = Incidents(), report(NOW, spike(back=0))
    for minutes in seen_with:
        over_after = None if minutes is None else timedelta(minutes=minutes)
        findings = tuple(replace(one, over_after=over_after) for one in seen.findings)
        incidents = advance(incidents, replace(seen, findings=findings), NOW, True)
    for minutes, is_told in ((4, False), (6, is_over)):
        later = NOW + timedelta(minutes=minutes)
        incidents = advance(incidents, Report(later), later, True)
        assert (told(incidents) == [(NoticeKind.OVER, FindingKind.SPIKE, None)]) is is_told


def test_a_spike_that_comes_back_while_it_cools_is_the_same() -> None:
    on = advance(Incidents(), report(NOW, spike(back=0)), NOW, True)
    cooling = advance(on, Report(NOW + HOUR), NOW + HOUR, True)
    again = advance(cooling, report(NOW + HOUR, spike(back=0)), NOW + HOUR, True)
    assert (told(again), len(again.firing)) == ([], 1)


def test_a_hit_that_was_never_told_ends_without_a_word() -> None:
    pending = advance(Incidents(), report(NOW, spike(confirmed=False)), NOW, True)
    assert told(advance(pending, Report(NOW + 3 * HOUR), NOW + 3 * HOUR, True)) == []


@pytest.mark.parametrize("key_first", [True, False])
def test_a_key_and_the_account_that_it_drives_are_one_incident(key_first: bool) -> None:
    key, account, both = report(NOW, None, {7: spike()}), report(NOW, spike()), report(NOW, spike(), {7: spike()})
    on = advance(Incidents(), key if key_first else account, NOW, True)
    assert len(on.notices) == 1
    for more in (both, account if not key_first else key, both):
        on = advance(on, more, NOW, True)
        assert (told(on), len(on.open)) == ([], 1)


SLOW = SlowSpend(7, THIS_HOUR - 20 * HOUR, THIS_HOUR, 3.0, 1.0, 1.2, 40.0, 10.0, 14, cause=7)


def costing(*kinds: FindingKind, key_id: int | None = 7, standing: frozenset[Identity] = frozenset()) -> Report:
    """A report of what one key costs more, each kind by itself."""
    found = {
        FindingKind.SPIKE: finding(spike(back=0), key_id, 7, NOW),
        FindingKind.UNIT_COST: replace(finding_of(FindingKind.UNIT_COST), key_id=7, cause=7),
        FindingKind.SLOW_SPEND: Finding(
            kind=FindingKind.SLOW_SPEND, key_id=key_id, since=SLOW.since, hit_at=NOW, evidence=SLOW, cause=7
        ),
    }
    return Report(NOW, tuple(found[kind] for kind in kinds), standing=standing)


@pytest.mark.parametrize(
    ("first", "then", "kind"),
    [
        ([FindingKind.SPIKE], [FindingKind.UNIT_COST], FindingKind.SPIKE),
        ([FindingKind.UNIT_COST], [FindingKind.SPIKE], FindingKind.UNIT_COST),
        ([FindingKind.SLOW_SPEND], [FindingKind.SPIKE, FindingKind.UNIT_COST], FindingKind.SLOW_SPEND),
        ([FindingKind.SLOW_SPEND, FindingKind.UNIT_COST], [FindingKind.SLOW_SPEND], FindingKind.UNIT_COST),
        ([FindingKind.SPIKE, FindingKind.UNIT_COST], [FindingKind.SLOW_SPEND], FindingKind.SPIKE),
    ],
)
@pytest.mark.parametrize("key_id", [7, None])
def test_all_that_a_key_costs_more_is_one_incident_told_once(
    first: list[FindingKind], then: list[FindingKind], kind: FindingKind, key_id: int | None
) -> None:
    """Whichever is found first, and though some of it is of the account with this key as its cause."""
    on = advance(Incidents(), costing(*first, key_id=7), NOW, True)
    assert told(on) == [(NoticeKind.BEGAN, kind, 7)]
    for kinds in (then, [*first, *then][::-1], first, then):
        on = advance(on, costing(*kinds, key_id=key_id), NOW, True)
        assert (told(on), [one.identity for one in on.firing]) == ([], [(kind, 7)])


@pytest.mark.parametrize(
    ("kinds", "standing", "is_over"),
    [
        ([FindingKind.UNIT_COST], (FindingKind.UNIT_COST, 7), False),
        ([FindingKind.SPIKE, FindingKind.UNIT_COST], (FindingKind.UNIT_COST, 7), False),
        ([FindingKind.SPIKE], (FindingKind.UNIT_COST, 7), True),
        ([FindingKind.UNIT_COST], (FindingKind.UNIT_COST, 8), True),
        ([FindingKind.SLOW_SPEND], (FindingKind.SLOW_SPEND, 7), False),
        ([FindingKind.SLOW_SPEND], (FindingKind.UNIT_COST, 7), True),
    ],
)
def test_an_incident_of_which_something_still_stands_is_not_over(
    kinds: list[FindingKind], standing: Identity, is_over: bool
) -> None:
    on, later = advance(Incidents(), costing(*kinds), NOW, True), NOW + 30 * HOUR
    after = advance(on, Report(later, standing=frozenset({standing})), later, True)
    assert [one.phase for one in after.open.values()] == [Phase.COOLING] * (not is_over)
    assert [one[0] for one in told(after)] == [NoticeKind.OVER] * is_over
    assert told(advance(after, Report(later), later, True)) == [(NoticeKind.OVER, kinds[0], 7)] * (not is_over)


def test_what_is_planned_stays_quiet_and_is_remembered_for_its_hours_of_the_week() -> None:
    on = advance(Incidents(), report(NOW, None, {7: spike()}), NOW, True)
    plans = plan(on.firing[0], NOW, NOW + timedelta(weeks=8))
    assert {hour_of_week(NOW), hour_of_week(THIS_HOUR - HOUR)} <= {one.hour_of_week for one in plans}
    quiet = advance(on, report(NOW, None, {7: spike(9.0)}), NOW, True, plans)
    assert (told(quiet), quiet.of(FindingKind.SPIKE, 7).phase) == ([], Phase.PLANNED)  # type: ignore[union-attr]
    week = NOW + timedelta(days=7)
    same = report(week, None, {7: spike(back=-7 * 24 + 1)})
    assert told(advance(Incidents(), same, week, True, plans)) == []
    assert len(advance(Incidents(), report(NOW, None, {8: spike()}), NOW, True, plans).notices) == 1
    other_hour = NOW + timedelta(hours=12)
    assert (
        len(advance(Incidents(), report(other_hour, None, {7: spike(back=-12)}), other_hour, True, plans).notices) == 1
    )


def test_slow_spend_low_balance_and_storms_are_followed_too() -> None:
    day = SlowSpend(5, THIS_HOUR - 20 * HOUR, THIS_HOUR, 3.0, 1.0, 1.2, 40.0, 10.0, 14)
    slow = Finding(kind=FindingKind.SLOW_SPEND, key_id=5, since=day.since, hit_at=NOW, evidence=day)
    errors = tuple(failed(n, ago_s=n * 2) for n in range(12))
    (storm,) = find(Inputs(NOW, failed=errors, key_names={7: "laptop"})).findings
    low = Finding(kind=FindingKind.LOW_BALANCE, since=NOW, hit_at=NOW, evidence=Forecast(NOW + timedelta(days=2)))
    on = advance(Incidents(), Report(NOW, (slow, storm, low)), NOW, True)
    assert {one[1:] for one in told(on)} == {
        (FindingKind.SLOW_SPEND, 5),
        (FindingKind.LOW_BALANCE, None),
        (FindingKind.STORM, 7),
    }
    soon = Report(NOW, (slow, storm, replace(low, severity=Severity.CRITICAL)))
    assert (NoticeKind.WORSE, FindingKind.LOW_BALANCE, None) in told(advance(on, soon, NOW, True))
    assert on.firing[0].severity is Severity.WARNING


def test_what_is_kept_on_disk_goes_on_where_it_was(tmp_path: Path) -> None:
    on = advance(Incidents(), report(NOW, spike(), {9: spike()}), NOW, True)
    store = StoredIncidents(tmp_path / "one.json")
    store.write(KeptIncidents(on))
    kept = store.read()
    assert kept is not None
    assert kept.incidents.open == on.open
    assert told(advance(kept.incidents, report(NOW, spike(), {9: spike()}), NOW, True)) == []


@pytest.mark.parametrize(
    ("cost", "running", "phase"),
    [
        ({1: 4.8}, RunningHour(), Phase.PENDING),
        ({2: 4.8, 1: 4.8}, RunningHour(), Phase.FIRING),
        ({1: 9.0}, RunningHour(), Phase.FIRING),
        ({}, RunningHour(4.8, 1.0), Phase.PENDING),
        ({1: 4.8}, RunningHour(4.8, 1.0), Phase.FIRING),
        ({2: 9.0}, RunningHour(), Phase.COOLING),
    ],
)
def test_one_look_alone_says_where_it_stands_by_the_hits_of_the_last_hours(
    cost: dict[int, float], running: RunningHour, phase: Phase
) -> None:
    account = series(cost)
    known = Inputs(NOW, account, {7: account}, running=running, running_by_key={7: running})
    incidents = advance(Incidents(), find(known), NOW, True)
    assert {one.phase for one in incidents.open.values()} == {phase}


def test_a_single_hit_of_a_key_waits_however_many_times_its_small_usual_it_is() -> None:
    once = report(NOW, None, {7: spike(9.0, back=0, confirmed=False)})
    incidents = advance(Incidents(), once, NOW, True)
    assert [(one.phase, one.severity) for one in incidents.open.values()] == [(Phase.PENDING, Severity.WARNING)]
    twice = report(NOW, None, {7: spike(9.0, back=0)})
    assert told(advance(incidents, twice, NOW, True)) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 7)]


def test_the_account_s_incident_is_a_key_s_once_that_is_to_blame() -> None:
    nobody = replace(report(NOW, spike()), findings=(finding(spike(), None, None, NOW),))
    on = advance(Incidents(), nobody, NOW, True)
    assert [(one.told, one.incident.blamed) for one in on.notices] == [(NoticeKind.BEGAN, None)]
    named = advance(on, report(NOW, spike(), {7: spike()}), NOW, True)
    assert [(one.told, one.incident.blamed) for one in named.notices] == [(NoticeKind.CAUSE, 7)]
    assert list(named.open) == [(FindingKind.SPIKE, None)]
    both = advance(named, report(NOW, spike(), {7: spike(), 8: spike()}), NOW, True)
    assert told(both) == [(NoticeKind.BEGAN, FindingKind.SPIKE, 8)]


def test_incidents_of_one_key_that_two_aktops_began_are_one() -> None:
    account, key = (
        advance(Incidents(), report(NOW, spike()), NOW, True),
        advance(Incidents(), report(NOW, None, {7: spike()}), NOW, True),
    )
    both = Incidents({**account.open, **key.open})
    assert len(both.open) == 2
    later = advance(both, report(NOW, spike(), {7: spike()}), NOW, True)
    assert (list(later.open), later.notices) == ([(FindingKind.SPIKE, 7)], ())
    over = advance(later, Report(NOW + 5 * HOUR), NOW + 5 * HOUR, True)
    assert told(over) == [(NoticeKind.OVER, FindingKind.SPIKE, 7)]


def test_a_failed_refresh_ends_nothing_but_tells_what_got_worse() -> None:
    on = advance(Incidents(), report(NOW, spike()), NOW, True)
    assert told(advance(on, report(NOW, spike(9.0)), NOW, False)) == [(NoticeKind.WORSE, FindingKind.SPIKE, None)]
    later = NOW + 5 * HOUR
    assert advance(on, Report(later), later, False).open == on.open


def test_two_incidents_of_the_account_that_no_key_is_to_blame_for_are_two() -> None:
    both = [Incident(kind, None, Phase.FIRING, Severity.WARNING, NOW, NOW) for kind in COSTING[:2]]
    known = Incidents({one.identity: one for one in both})
    assert len(advance(known, Report(NOW), NOW, True).open) == 2


def test_an_incident_has_a_name_of_its_own() -> None:
    of_key = Incident(FindingKind.SPIKE, 7, Phase.FIRING, Severity.WARNING, NOW, NOW)
    assert of_key.id == "spike-7-20261124T0531"
    assert replace(of_key, key_id=None, cause=7).id == "spike-account-20261124T0531"


def test_those_that_need_a_person_come_worst_first_then_oldest() -> None:
    first = Incident(FindingKind.STORM, 1, Phase.FIRING, Severity.WARNING, NOW - HOUR, NOW)
    second, worst = replace(first, key_id=2, since=NOW), replace(first, key_id=3, severity=Severity.CRITICAL, since=NOW)
    quiet = [replace(worst, key_id=9, phase=phase) for phase in (Phase.PENDING, Phase.COOLING, Phase.PLANNED)]
    found = Incidents({one.identity: one for one in (second, *quiet, first, worst)})
    assert found.firing == (worst, first, second)


def test_hours_of_the_week_begin_on_monday_in_utc() -> None:
    assert hour_of_week(NOW) == 24 + 5
    assert hour_of_week(datetime.fromisoformat("2026-11-23T00:30+08:00")) == 6 * 24 + 16


def test_a_plan_covers_the_hours_so_far_and_the_next_one_until_it_ends() -> None:
    on = Incident(FindingKind.SPIKE, 7, Phase.FIRING, Severity.WARNING, NOW - 1.4 * HOUR, NOW)
    plans, until = plan(on, NOW, NOW + 10 * HOUR), NOW + 10 * HOUR
    assert [one.hour_of_week for one in plans] == [28, 29, 30]
    assert len(plan(replace(on, since=NOW - 400 * HOUR), NOW, until)) == 7 * 24
    now_on = plans[1]
    assert now_on.covers(on.identity, NOW)
    assert not now_on.covers((FindingKind.SPIKE, 8), NOW)
    assert not now_on.covers(on.identity, NOW + HOUR)
    always = replace(now_on, hour_of_week=None)
    assert always.covers(on.identity, until - HOUR)
    assert not always.covers(on.identity, until)


@pytest.mark.parametrize(
    ("untold", "goes_on"),
    [({}, True), ({"is_sure": False}, False), ({"key_id": 8, "cause": 8}, False), ({"kind": FindingKind.STORM}, False)],
    ids=["of its key", "not sure", "of another key", "nothing that costs"],
)
def test_what_was_told_goes_on_by_what_is_not_worth_telling(untold: dict[str, Any], goes_on: bool) -> None:
    on = advance(Incidents(), report(NOW, None, {7: spike()}), NOW, True)
    later = NOW + 3 * HOUR
    found = replace(finding(spike(9.0, back=-3), 7, 7, later), hit_at=later, **untold)
    step = advance(on, Report(later, untold=(found,)), later, True)
    kept = step.of(FindingKind.SPIKE, 7)
    assert told(step) == ([] if goes_on else [(NoticeKind.OVER, FindingKind.SPIKE, 7)])
    assert (kept is not None) is goes_on
    if kept is not None:
        assert (kept.phase, kept.severity) == (Phase.FIRING, Severity.WARNING)
    waiting = advance(Incidents(), report(NOW, None, {7: spike(confirmed=False)}), NOW, True)
    assert advance(waiting, Report(later, untold=(found,)), later, True).open == {}


OF_TWO = {"ci": 3, "office": 10}


def outage(*names: str, ago_s: float = 0) -> Finding[Any]:
    """The outage of the last five minutes, as the keys with these names met it."""
    errors = tuple(
        failed(
            n,
            ago_s=ago_s + n * 5,
            status=529,
            message="Overloaded",
            category="upstream",
            key_name=names[n % len(names)],
        )
        for n in range(70)
    )
    keys = {key_id: name for name, key_id in OF_TWO.items()}
    (found,) = find(Inputs(NOW, failed=errors, recent_calls=(), recent_from=THIS_HOUR, key_names=keys)).findings
    return found


@pytest.mark.parametrize(("first", "then"), [(("ci",), ("ci", "office")), (("ci", "office"), ("ci",))])
def test_an_outage_that_meets_more_or_fewer_keys_is_the_same(first: tuple[str, ...], then: tuple[str, ...]) -> None:
    before, after = outage(*first), outage(*then)
    assert before.identity != after.identity
    on = advance(Incidents(), Report(NOW, (before,)), NOW, True)
    later = Report(NOW, (after,))
    known = advance(on, later, NOW, True)
    assert told(known) == []
    (incident,) = known.open.values()
    assert shown_of(incident, later) == after
    back = advance(known, Report(NOW, (before,)), NOW, True)
    assert told(back) == []
    assert len(back.open) == 1


def test_an_outage_beside_a_limit_or_long_after_is_another_one() -> None:
    limit = Finding(kind=FindingKind.STORM, key_id=3, since=NOW, hit_at=NOW, evidence=outage("ci").evidence)
    on = advance(Incidents(), Report(NOW, (limit,)), NOW, True)
    both = advance(on, Report(NOW, (limit, outage("ci", "office"))), NOW, True)
    assert told(both) == [(NoticeKind.BEGAN, FindingKind.STORM, None)]
    old = replace(limit, since=NOW - HOUR, hit_at=NOW - HOUR)
    on = advance(Incidents(), Report(NOW, (old,)), NOW, True)
    assert told(advance(on, Report(NOW, (outage("ci", "office"),)), NOW, True)) == [
        (NoticeKind.BEGAN, FindingKind.STORM, None)
    ]
