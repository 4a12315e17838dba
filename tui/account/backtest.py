"""The past judged as if it had been watched: every notice that would have been given, by the rules that judge live."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from tui.account.incident_tracker import IncidentTracker
from tui.account.kept_incidents import KeptIncidents
from tui.monitor.calls.log import time_order
from tui.monitor.replay import Records, Replay
from tui.monitor.snapshot import Snapshot
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident, IncidentNotice
from tui.triage.origins import learn
from tui.triage.report import Report
from tui.triage.severity import Severity

STEP = timedelta(minutes=10)


class Judged(Struct, frozen=True):
    """One moment of the past: what was known, what was found, and what there was to tell."""

    at: datetime
    snapshot: Snapshot
    report: Report
    notices: tuple[IncidentNotice, ...]


class Told(Struct, frozen=True):
    """A notice that would have been given."""

    at: datetime
    kind: FindingKind
    severity: Severity
    state: str
    key: str | None
    """The key to blame, by the name that it has at the end."""
    key_id: int | None
    share: float | None
    """Its part of the excess."""
    since: datetime
    excess_usd: float | None


def judged(records: Records, begin: datetime, end: datetime, step: timedelta = STEP) -> Iterator[Judged]:
    """Every step between two moments, both included. What was before the first is known, and is not stepped."""
    replay, tracker = Replay(records), IncidentTracker()
    before = sorted((call for call in records.calls if call.at < begin), key=time_order)
    tracker.recall(KeptIncidents(seen=learn({}, before)))
    now = begin
    while now <= end:
        snapshot = replay.at(now)
        report = tracker.judge(snapshot, now)
        yield Judged(now, snapshot, report, tracker.incidents.notices)
        now += step


def backtest(records: Records, begin: datetime, end: datetime, step: timedelta = STEP) -> Iterator[Told]:
    """The notices between two moments."""
    names = {call.key_id: call.key_name for call in sorted(records.calls, key=lambda call: call.at)}
    names.update((key.id, key.name) for key in records.keys)
    for moment in judged(records, begin, end, step):
        for notice in moment.notices:
            yield _told(notice, moment, names)


def _told(notice: IncidentNotice, moment: Judged, names: dict[int, str | None]) -> Told:
    incident = notice.incident
    key_id = incident.key_id if incident.key_id is not None else incident.cause
    suspect = next((one for one in moment.report.suspects if one.key_id == key_id), None)
    return Told(
        moment.at,
        incident.kind,
        incident.severity,
        notice.told.value,
        names.get(key_id) if key_id is not None else None,
        key_id,
        suspect.share if suspect is not None else None,
        incident.since,
        _excess_usd(incident, moment.report),
    )


def _excess_usd(incident: Incident, report: Report) -> float | None:
    """What the incident cost above usual so far, as the report has it."""
    key_id = incident.key_id if incident.key_id is not None else incident.cause
    return next((one.excess_usd for one in report.suspects if one.key_id == key_id), None)
