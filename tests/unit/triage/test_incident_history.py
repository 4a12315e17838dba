"""What is remembered of incidents, and which earlier ones are like one of now."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_incidents import report, spike
from tui.triage.baselines import HOUR
from tui.triage.findings import FindingKind
from tui.triage.incident_figures import excess_of
from tui.triage.incident_history import (
    KEPT_FOR,
    MAX_RECORDS,
    IncidentRecord,
    Remembered,
    answered,
    as_first_told,
    earlier_like,
    follow,
    merged,
    taken_back,
    tidy,
)
from tui.triage.incidents import COOLING, Incident, Incidents, Phase, advance
from tui.triage.past_incidents import PastIncident
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.suspects import Suspect

DAY, WEEK = timedelta(days=1), timedelta(days=7)
NAMES = {7: "laptop", 8: "ci"}
SPIKE, SLOW, STORM = FindingKind.SPIKE, FindingKind.SLOW_SPEND, FindingKind.STORM


def kept(
    number: int = 1,
    *,
    ago: timedelta = DAY,
    lasted: timedelta = HOUR,
    kind: FindingKind = SPIKE,
    key_id: int | None = 7,
    is_looked_back: bool = False,
) -> IncidentRecord:
    """An incident that began some time ago and is over."""
    since = NOW - ago
    until = since + lasted
    return IncidentRecord(f"{number}", kind, key_id, since, until, until=until, is_looked_back=is_looked_back)


def step(
    incidents: Incidents, records: Remembered, seen: Report, now: datetime, *, is_whole: bool = True
) -> tuple[Incidents, Remembered]:
    """A look, as the tracker takes it."""
    incidents = advance(incidents, seen, now, is_whole)
    return incidents, follow(records, incidents, seen, NAMES, now, is_whole=is_whole)


def run(*looks: tuple[Report, datetime]) -> Remembered:
    """What is remembered after several looks."""
    incidents, records = Incidents(), Remembered()
    for seen, now in looks:
        incidents, records = step(incidents, records, seen, now)
    return records


def ranked(excess_usd: float, *, is_first_look: bool = False, times: float = 3.0) -> Report:
    """A key's spike, of which a suspect tells what it cost."""
    suspect = Suspect(7, excess_usd + 1, 1.0, 1.0, is_first_look=is_first_look)
    return replace(report(NOW, None, {7: spike(times, back=0)}), since=NOW - HOUR, suspects=(suspect,))


def test_what_was_told_is_remembered_from_its_beginning_on() -> None:
    (one,) = run((ranked(41.0), NOW))
    assert (one.kind, one.key_id, one.key_name, one.phase) == (SPIKE, 7, "laptop", Phase.FIRING)
    assert (one.excess_usd, one.until, one.severity) == (41.0, None, Severity.WARNING)
    assert {term.name for term in one.terms} >= {"actual", "bound", "q"}


def test_what_was_never_told_is_not() -> None:
    assert run((report(NOW, spike(confirmed=False)), NOW), (Report(NOW), NOW + 3 * HOUR)) == ()


def test_when_it_is_over_it_ended_where_it_was_last_seen() -> None:
    (one,) = run((ranked(41.0), NOW), (Report(NOW), NOW + HOUR), (Report(NOW), NOW + 3 * HOUR))
    assert (one.phase, one.until, one.excess_usd) == (None, NOW, 41.0)


def test_a_look_that_is_not_whole_ends_nothing_and_finds_nothing_afterwards() -> None:
    incidents, records = step(Incidents(), (), ranked(41.0), NOW)
    past = (PastIncident(8, NOW - 9 * HOUR, NOW - 8 * HOUR, 3.0),)
    _, records = step(incidents, records, Report(NOW, earlier=past), NOW + 9 * HOUR, is_whole=False)
    assert [(one.key_id, one.until) for one in records] == [(7, None)]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((ranked(41.0), ranked(44.0)), 44.0),
        ((ranked(41.0), ranked(38.0)), 38.0),
        ((ranked(41.0, is_first_look=True),), 3.0 - 1.0),
        ((report(NOW, None, {7: spike(back=0)}),), 3.0 - 1.0),
        ((report(NOW, spike(back=0)),), 3.0 - 1.0),
    ],
    ids=["it grows", "better known", "no first look", "no suspects", "of the account"],
)
def test_what_it_cost_is_what_was_known_last_while_it_fired(seen: tuple[Report, ...], expected: float) -> None:
    (one,) = run(*((each, NOW) for each in seen), (Report(NOW), NOW + HOUR))
    assert one.excess_usd == pytest.approx(expected)


def test_the_worst_severity_stays() -> None:
    (one,) = run((ranked(41.0, times=6.0), NOW), (ranked(41.0), NOW))
    assert one.severity is Severity.CRITICAL


def test_once_contained_it_ended_then_and_costs_no_more() -> None:
    on = ranked(41.0)
    stopped = tuple(replace(one, is_contained=True) for one in on.findings)
    contained = replace(on, findings=stopped, contained_at=NOW - timedelta(minutes=5), suspects=())
    (one,) = run((on, NOW - HOUR / 2), (contained, NOW))
    assert (one.contained_at, one.excess_usd, one.phase) == (NOW - timedelta(minutes=5), 41.0, Phase.COOLING)
    (over,) = run((on, NOW - HOUR / 2), (contained, NOW), (Report(NOW), NOW + 3 * HOUR))
    assert over.until == NOW - timedelta(minutes=5)
    (again,) = run((on, NOW - HOUR / 2), (contained, NOW), (on, NOW))
    assert again.contained_at is None


def test_one_that_no_run_saw_end_is_over_once_it_could_have_cooled() -> None:
    lost = replace(kept(), until=None, phase=Phase.FIRING)
    now = lost.as_of + COOLING
    assert follow((lost,), Incidents(), Report(now), NAMES, now - HOUR, is_whole=True) == (lost,)
    (one,) = follow((lost,), Incidents(), Report(now), NAMES, now, is_whole=True)
    assert (one.phase, one.until) == (None, lost.as_of)
    contained = replace(lost, contained_at=lost.since + HOUR / 2)
    (one,) = follow((contained,), Incidents(), Report(now), NAMES, now, is_whole=True)
    assert one.until == contained.contained_at


def test_what_this_aktop_did_not_see_begin_is_remembered_by_its_end() -> None:
    on = advance(Incidents(), ranked(41.0), NOW, True)
    later = NOW + 3 * HOUR
    over = advance(on, Report(later), later, True)
    (one,) = follow((), over, Report(later), NAMES, later, is_whole=True)
    assert (one.id, one.phase, one.until) == (on.firing[0].id, None, NOW)


def test_an_incident_that_goes_on_has_lasted_until_it_was_last_seen() -> None:
    on = replace(kept(), until=None)
    assert (on.end, replace(on, as_of=on.since - HOUR).end) == (on.as_of, on.since)


def test_an_answer_is_remembered_and_taken_back() -> None:
    incidents, records = step(Incidents(), (), ranked(41.0), NOW)
    (one,) = planned = answered(records, incidents.firing[0], NOW, NOW + 4 * WEEK)
    assert (one.planned_at, one.is_planned(NOW), one.is_planned(NOW + 4 * WEEK)) == (NOW, True, False)
    assert one.excess_usd == 41.0
    (back,) = taken_back(planned, one.identity, NOW + HOUR)
    assert (back.planned_at, back.is_planned(NOW), back.as_of) == (None, False, NOW + HOUR)
    assert taken_back(planned, (SPIKE, 8), NOW) == planned
    assert taken_back(planned, one.identity, NOW + 5 * WEEK) == planned, "it held as long as it was to"
    newer = kept(2, ago=-HOUR, key_id=8)
    both = answered((newer, *records), incidents.firing[0], NOW, NOW + WEEK)
    assert [(record.id, record.planned_at) for record in both] == [("2", None), (one.id, NOW)]
    (unknown,) = answered((), incidents.firing[0], NOW, NOW + WEEK)
    assert (unknown.id, unknown.planned_until) == (one.id, NOW + WEEK)


LOOKED_BACK = PastIncident(7, NOW - 9 * HOUR, NOW - 7 * HOUR, 12.0)


@pytest.mark.parametrize(
    ("known", "is_added"),
    [
        ((), True),
        ((kept(ago=9 * HOUR),), False),
        ((kept(ago=12 * HOUR, lasted=4 * HOUR),), False),
        ((kept(ago=9 * HOUR, kind=SLOW),), False),
        ((kept(ago=9 * HOUR, key_id=None),), False),
        ((kept(ago=9 * HOUR, is_looked_back=True),), False),
        ((kept(ago=9 * HOUR, key_id=8),), True),
        ((kept(ago=9 * HOUR, kind=STORM),), True),
        ((kept(ago=2 * DAY),), True),
    ],
)
def test_what_is_found_by_looking_back_is_told_once(known: Remembered, is_added: bool) -> None:
    seen = Report(NOW, earlier=(LOOKED_BACK,))
    for _look in range(2):
        found = follow(known, Incidents(), seen, NAMES, NOW, is_whole=True)
        assert len(found) == len(known) + is_added
    new = [one for one in found if one not in known]
    assert [(one.is_looked_back, one.excess_usd, one.until, one.key_name) for one in new] == (
        [(True, 12.0, NOW - 7 * HOUR, "laptop")] if is_added else []
    )


def test_what_was_found_afterwards_gives_way_to_what_was_watched() -> None:
    """A run that had not yet read what an earlier one kept."""
    found, told = kept(1, is_looked_back=True), kept(2)
    assert tidy((found, told), NOW) == (told,)


def test_ninety_days_and_two_hundred_are_kept() -> None:
    old = kept(1, ago=KEPT_FOR + 2 * HOUR)
    until_now = [replace(old, id=f"{n}", until=NOW - KEPT_FOR + HOUR * (n - 3)) for n in (3, 4)]
    assert [one.id for one in tidy((old, *until_now), NOW)] == ["4"]
    many = tuple(kept(n, ago=n * HOUR) for n in range(1, MAX_RECORDS + 50))
    assert [one.id for one in tidy(many, NOW)] == [f"{n}" for n in range(1, MAX_RECORDS + 1)]


def test_of_two_aktops_the_later_word_holds() -> None:
    early = kept()
    late = replace(early, excess_usd=5.0, as_of=early.as_of + HOUR)
    other = kept(2, ago=2 * DAY)
    assert merged((early, other), (late,)) == merged((late,), (early, other)) == (late, other)
    ours = replace(early, excess_usd=1.0)
    assert merged((ours,), (early,)) == (ours,)


def low(minutes_ago: float, as_of: datetime = NOW) -> IncidentRecord:
    """A low balance that goes on: it has begun when somebody first looked."""
    since = NOW - timedelta(minutes=minutes_ago)
    record = IncidentRecord(f"{minutes_ago}", FindingKind.LOW_BALANCE, None, since, as_of, phase=Phase.FIRING)
    return replace(record, severity=Severity.CRITICAL)


def test_what_two_aktops_saw_begin_is_one_incident_since_the_first() -> None:
    first, second = low(34, NOW - HOUR / 4), low(30)
    assert tidy((first, second), NOW) == (replace(second, id="34", since=first.since),)
    assert len(tidy((low(300, NOW - 4 * HOUR), second), NOW)) == 2, "the first has been over since"
    ended = replace(first, phase=None, until=NOW - HOUR / 3)
    assert len(tidy((ended, second), NOW)) == 2


def test_an_open_incident_began_when_the_first_aktop_saw_it() -> None:
    second = Incident(FindingKind.LOW_BALANCE, None, Phase.FIRING, Severity.WARNING, NOW, NOW)
    open_now = Incidents({second.identity: second})
    (one,) = as_first_told(open_now, (low(34), kept())).open.values()
    assert (one.since, one.severity) == (low(34).since, Severity.CRITICAL)
    other, ended = replace(low(50), key_id=9), replace(low(60), phase=None)
    (one,) = as_first_told(open_now, (other, ended, replace(low(34), severity=None))).open.values()
    assert (one.since, one.severity) == (low(34).since, Severity.WARNING)
    assert as_first_told(open_now, (low(300, NOW - 4 * HOUR),)) == open_now


def test_what_one_aktop_follows_as_the_accounts_and_another_as_its_keys_is_one_incident() -> None:
    of_account = replace(kept(1, ago=HOUR, key_id=None), cause=7, phase=Phase.FIRING, until=None, as_of=NOW - HOUR / 4)
    of_key = replace(kept(2, ago=HOUR, kind=SLOW), phase=Phase.FIRING, until=None, as_of=NOW, contained_at=NOW)
    of_other = replace(kept(3, ago=HOUR, key_id=8), phase=Phase.FIRING, until=None)
    unknown = replace(of_account, id="4", cause=None)
    whole = {one.id: one for one in tidy((of_account, of_key, of_other), NOW)}
    assert whole == {"2": replace(of_key, cause=7), "3": of_other}
    assert len(tidy((unknown, of_key), NOW)) == 2, "nobody knows yet whose the account's is"


def test_two_aktops_come_to_follow_an_incident_under_one_identity() -> None:
    of_account = Incident(SPIKE, None, Phase.FIRING, Severity.WARNING, NOW, NOW, cause=7)
    of_key = Incident(SPIKE, 7, Phase.FIRING, Severity.WARNING, NOW, NOW, cause=7)
    records = [replace(kept(1, ago=timedelta(0), key_id=key_id), cause=7, phase=Phase.FIRING) for key_id in (None, 7)]
    for one in (of_account, of_key):
        (followed,) = as_first_told(Incidents({one.identity: one}), tuple(records)).open.items()
        assert followed == (of_key.identity, of_key)
    older = replace(records[0], since=NOW - HOUR)
    (one,) = as_first_told(Incidents({of_key.identity: of_key}), (older, records[1])).open.values()
    assert (one.identity, one.since, one.blamed) == ((SPIKE, None), NOW - HOUR, 7)
    both = Incidents({of_key.identity: of_key, (SPIKE, None): replace(of_account, cause=8)})
    assert set(as_first_told(both, (older,)).open) == set(both.open), "another incident is followed as that"


THIS = kept(9, ago=HOUR)


@pytest.mark.parametrize(
    ("other", "is_like"),
    [
        (kept(ago=3 * DAY), True),
        (kept(ago=3 * DAY, key_id=8), False),
        (kept(ago=3 * DAY, key_id=None), False),
        (replace(kept(ago=3 * DAY, key_id=None), cause=7), True),
        (kept(ago=3 * DAY, kind=SLOW), False),
        (kept(ago=HOUR + WEEK, kind=SLOW), True),
        (kept(ago=2 * HOUR + WEEK, kind=SLOW), True),
        (kept(ago=3 * HOUR + WEEK, kind=SLOW), False),
        (kept(ago=2 * HOUR, lasted=90 * timedelta(minutes=1)), False),
        (kept(ago=HOUR / 2), False),
        (kept(9, ago=3 * DAY), False),
    ],
    ids=[
        "same kind and key",
        "another key",
        "of the account",
        "of the account, by the same key",
        "another kind at another hour",
        "another kind at its hour of the week",
        "an hour apart",
        "two hours apart",
        "what it overlaps with",
        "a later one",
        "itself",
    ],
)
def test_which_earlier_ones_it_repeats(other: IncidentRecord, is_like: bool) -> None:
    assert earlier_like(THIS, (other,)) == ((other,) if is_like else ())


def test_the_week_has_no_seam() -> None:
    monday = kept(9, ago=NOW - datetime(2026, 11, 23, 0, 30, tzinfo=NOW.tzinfo))
    sunday = kept(1, ago=NOW - datetime(2026, 11, 15, 23, 30, tzinfo=NOW.tzinfo), kind=SLOW)
    assert earlier_like(monday, (sunday,)) == (sunday,)


def test_incidents_of_the_account_repeat_each_other_by_kind_alone() -> None:
    one, other = kept(9, key_id=None), kept(1, ago=8 * DAY, key_id=None)
    assert earlier_like(one, (other, kept(2, ago=8 * DAY, key_id=None, kind=SLOW))) == (other,)


@pytest.mark.parametrize(("key_id", "excess_usd"), [(None, 0.25), (7, 1.0)], ids=["the account's", "its own"])
def test_at_first_look_a_key_costs_its_part_of_what_the_account_has_above_usual(
    key_id: int | None, excess_usd: float
) -> None:
    seen = ranked(41.0, is_first_look=True, times=5.0)
    suspects = (replace(seen.suspects[0], share=0.25),)
    found = replace(seen.findings[0], key_id=key_id, cause=7)
    assert excess_of(found, replace(seen, suspects=suspects)) == pytest.approx(4.0 * excess_usd)
