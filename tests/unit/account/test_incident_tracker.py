"""What is followed over time: when incidents begin, what a person has answered, and what the next run knows."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, key
from tests.unit.triage.test_many_keys import OFFICE, used_from
from tests.unit.triage.test_prices import before, known, since
from tests.unit.triage.test_spike_values import WILD, spike
from tui.account.incident_tracker import PLANNED_FOR, IncidentTracker
from tui.account.kept_incidents import KeptIncidents
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.triage.findings import Finding, FindingKind
from tui.triage.gaps import Gap, Input
from tui.triage.incidents import Incident, Incidents, Phase
from tui.triage.report import Report
from tui.triage.thresholds import Thresholds

PRICES = known(before(), since(1, multiplier=1.6))
EMPTY = Snapshot("https://gateway.example", ZoneInfo("UTC"))
KNOWN = reduce(EMPTY, Answered(AskKeys(), (key(7, "laptop"), key(8, "ci")), NOW))
SPIKE = (FindingKind.SPIKE, 7)
MINUTE = timedelta(minutes=1)


def report(*key_ids: int) -> Report:
    """Spikes of some keys."""
    return Report(
        NOW,
        tuple(
            Finding(kind=FindingKind.SPIKE, key_id=one, since=NOW, hit_at=NOW, evidence=spike(WILD), cause=one)
            for one in key_ids
        ),
    )


DIRE = report(7)


def told(tracker: IncidentTracker) -> list[str]:
    """The notices of the last step."""
    return [str(one.told) for one in tracker.incidents.notices]


def following(heard: Report = DIRE, leave_out: tuple[str, ...] = ()) -> IncidentTracker:
    """A tracker that has heard a report."""
    tracker = IncidentTracker(leave_out=leave_out)
    tracker.hear(heard, KNOWN, NOW)
    return tracker


def incident(tracker: IncidentTracker) -> Incident:
    """The spike of a key."""
    one = tracker.incidents.of(*SPIKE)
    assert one is not None
    return one


@pytest.mark.parametrize(
    ("missing", "as_of", "begins"),
    [
        (Input.PROFILE, None, False),
        (Input.HISTORY, None, False),
        (Input.CALLS, None, False),
        (Input.CALLS, NOW, True),
        (Input.ERRORS, None, True),
        (Input.KEY_HISTORIES, None, True),
    ],
)
def test_nothing_begins_before_the_first_answers_are_here(missing: Input, as_of: object, begins: bool) -> None:
    gap = Gap(missing, as_of=NOW if as_of else None)
    tracker = following(replace(DIRE, gaps=(gap,)))
    assert bool(tracker.incidents.open) is begins
    assert bool(tracker.records) is begins
    assert tracker.report is not None


def test_what_goes_on_stays_while_a_new_aktop_waits_for_answers_and_is_not_told_again() -> None:
    tracker = following()
    assert told(tracker) == ["began"]
    tracker.hear(Report(NOW + MINUTE, (), gaps=(Gap(Input.CALLS),)), KNOWN, NOW + MINUTE)
    assert (incident(tracker).phase, told(tracker)) == (Phase.FIRING, [])


def test_a_record_has_the_name_of_its_key() -> None:
    (record,) = following().records
    assert (record.key_id, record.key_name) == (7, "laptop")


def test_a_key_that_is_left_out_by_name_or_id_begins_nothing() -> None:
    warned: list[str] = []
    for leave_out, phases in ((("laptop",), []), (("7",), []), (("ci",), [Phase.FIRING])):
        tracker = following(leave_out=leave_out)
        assert [one.phase for one in tracker.incidents.open.values() if one.phase is Phase.FIRING] == phases
    tracker = IncidentTracker(leave_out=("nobody",), warn=warned.append)
    tracker.hear(DIRE, KNOWN, NOW)
    assert len(warned) == 1
    assert tracker.thresholds == Thresholds()


def test_what_is_answered_planned_is_quiet_until_that_is_taken_back() -> None:
    tracker = following()
    tracker.answer_planned(incident(tracker), NOW)
    assert incident(tracker).phase is Phase.PLANNED
    assert [one.planned_until for one in tracker.records] == [NOW + PLANNED_FOR]
    tracker.hear(DIRE, KNOWN, NOW + MINUTE)
    assert (incident(tracker).phase, told(tracker)) == (Phase.PLANNED, [])
    tracker.forget_planned((FindingKind.SPIKE, 8), NOW + MINUTE)
    assert incident(tracker).phase is Phase.PLANNED, "another key's"
    assert tracker.kept(KNOWN, NOW).planned
    tracker.forget_planned(SPIKE, NOW + MINUTE)
    assert (incident(tracker).phase, tracker.kept(KNOWN, NOW).planned) == (Phase.FIRING, ())
    assert [one.planned_until for one in tracker.records] == [None]
    tracker.hear(DIRE, KNOWN, NOW + 2 * MINUTE)
    assert incident(tracker).phase is Phase.FIRING


def test_taking_back_what_was_not_planned_changes_nothing() -> None:
    tracker = following(report(8))
    before = tracker.incidents
    tracker.forget_planned((FindingKind.SPIKE, 8), NOW)
    tracker.forget_planned(SPIKE, NOW)
    assert tracker.incidents is before


@pytest.mark.parametrize(("later", "count"), [(-MINUTE, 1), (timedelta(), 0)])
def test_an_answer_holds_for_four_weeks(later: timedelta, count: int) -> None:
    tracker = following()
    tracker.answer_planned(incident(tracker), NOW)
    at = NOW + PLANNED_FOR + later
    tracker.hear(Report(at), KNOWN, at)
    assert len({one.key_id for one in tracker.kept(KNOWN, at).planned}) == count


def test_what_has_been_seen_since_stays_when_an_earlier_run_is_recalled() -> None:
    tracker, earlier = following(), following(report(7, 8))
    earlier.answer_planned(incident(earlier), NOW)
    kept = KeptIncidents(earlier.incidents, earlier.kept(KNOWN, NOW).planned, {7: used_from(OFFICE)}, PRICES)
    own = incident(tracker)
    tracker.recall(kept)
    assert incident(tracker) is own
    assert set(tracker.incidents.open) == {SPIKE, (FindingKind.SPIKE, 8)}
    again = tracker.kept(KNOWN, NOW)
    assert (again.planned, again.seen, again.prices) == (kept.planned, kept.seen, kept.prices)
    assert again.incidents is tracker.incidents


def test_records_of_others_are_remembered_beside_its_own() -> None:
    tracker = following()
    tracker.remember(following(report(8)).records)
    assert {one.key_id for one in tracker.records} == {7, 8}


def test_one_becomes_another_whole() -> None:
    tracker, other = following(report(8)), following()
    tracker.become(other)
    assert (tracker.incidents, tracker.records, tracker.report) == (other.incidents, other.records, other.report)


def test_a_judged_snapshot_is_the_latest_report() -> None:
    tracker = IncidentTracker()
    found = tracker.judge(EMPTY, NOW)
    assert tracker.report is found
    assert (found.at, tracker.incidents) == (NOW, Incidents())


def test_calls_that_nobody_judged_teach_places_and_prices() -> None:
    tracker = IncidentTracker()
    tracker.learn(iter([*before(), *since(1, multiplier=1.6)]))
    kept = tracker.kept(EMPTY, NOW)
    assert set(kept.seen) == {7, 8}
    assert [(one.before, one.after) for one in kept.prices.changes] == [(0.8, 1.6)]
