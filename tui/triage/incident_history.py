"""Remembered incidents: when, which key, their cost, and which earlier ones are like a current one.

Pure: old records and new findings give new records, which can be stored on disk.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tui.triage.explain import explain_finding
from tui.triage.findings import FindingKind, Identity
from tui.triage.incident_figures import excess_of, finding_of
from tui.triage.incidents import COOLING, COSTING, HOURS_A_WEEK, Incident, Incidents, NoticeKind, Phase, hour_of_week
from tui.triage.past_incidents import PastIncident
from tui.triage.report import Report
from tui.triage.rule import Terms
from tui.triage.rules import AnyFinding
from tui.triage.severity import Severity

MAX_RECORDS = 200
KEPT_FOR = timedelta(days=90)
LATELY = timedelta(days=28)
HOURS_APART = 1
"""Hours of the week at most this far apart are the same habit."""


class IncidentRecord(Struct, frozen=True):
    """An incident as stored."""

    id: str
    kind: FindingKind
    key_id: int | None
    since: datetime
    as_of: datetime
    """When the record was last updated: of two records the later one wins."""
    cause: int | None = None
    """The key to blame."""
    key_name: str | None = None
    """The name of that key at the time; the incident's own key if it has one."""
    phase: Phase | None = None
    """Its current phase; None: it is over."""
    until: datetime | None = None
    """When it ended; None: it is still on."""
    severity: Severity | None = None
    """The worst so far; None if nobody watched."""
    excess_usd: float | None = None
    """The cost above usual, as last known while firing; for a new origin, the cost of all calls from there."""
    terms: Terms = ()
    """The figures that were reported then."""
    contained_at: datetime | None = None
    planned_at: datetime | None = None
    """When a person marked it as planned."""
    planned_until: datetime | None = None
    """Until when that mark holds."""
    is_looked_back: bool = False
    """Whether nobody watched: it was found afterwards in the hourly costs."""

    @property
    def identity(self) -> Identity:
        """Tells incidents of the same time apart."""
        return self.kind, self.key_id

    @property
    def blamed(self) -> int | None:
        """The incident's own key, else the one to blame."""
        return self.key_id if self.key_id is not None else self.cause

    @property
    def end(self) -> datetime:
        """When it ended, or when it was last updated."""
        return self.until if self.until is not None else max(self.as_of, self.since)

    def is_planned(self, now: datetime) -> bool:
        """Whether a person's "this is planned" still holds."""
        return self.planned_until is not None and now < self.planned_until

    @property
    def answered_until(self) -> datetime:
        """Until when an action on its key counts as a response: while it was on or cooling."""
        return self.end + COOLING


Subject = Identity | int
Remembered = tuple[IncidentRecord, ...]
"""Stored incidents, latest first."""


def record_of(incident: Incident, now: datetime) -> IncidentRecord:
    """Start a record."""
    one = incident
    record = IncidentRecord(one.id, one.kind, one.key_id, one.since, now, cause=one.cause)
    return replace(record, phase=one.phase, severity=one.severity)


def follow(
    records: Remembered,
    incidents: Incidents,
    report: Report,
    names: Mapping[int, str],
    now: datetime,
    *,
    is_whole: bool,
) -> Remembered:
    """Update the records after a step of the incidents: with reported ones, and those found by looking back."""
    by_id = {one.id: one for one in records}
    for incident in incidents.open.values():
        if incident.was_told:
            known = by_id.get(incident.id) or record_of(incident, now)
            by_id[incident.id] = _grown(known, incident, finding_of(incident, report), report, names, now)
    for notice in incidents.notices:
        if notice.told is NoticeKind.OVER:
            known = by_id.get(notice.incident.id) or record_of(notice.incident, now)
            by_id[known.id] = _ended(known, known.contained_at or notice.incident.last_hit_at, now)
    open_ids = {one.id for one in incidents.open.values()}
    for one in records:
        is_lost = one.phase is not None and one.id not in open_ids and now - one.as_of >= COOLING
        if is_lost and by_id[one.id] is one:
            by_id[one.id] = _ended(one, one.contained_at or one.as_of, now)
    looked_back = (_looked_back(one, names, now) for one in (report.earlier if is_whole else ()))
    return tidy((*by_id.values(), *looked_back), now)


def answered(records: Remembered, incident: Incident, now: datetime, until: datetime) -> Remembered:
    """Mark an incident as planned in the records."""
    known = next((one for one in records if one.id == incident.id), None) or record_of(incident, now)
    told = replace(known, phase=Phase.PLANNED, planned_at=now, planned_until=until, as_of=now)
    return tidy((told, *(one for one in records if one.id != told.id)), now)


def taken_back(records: Remembered, identity: Identity, now: datetime) -> Remembered:
    """Remove the planned mark from the records."""
    return tuple(
        replace(one, planned_at=None, planned_until=None, as_of=now)
        if one.identity == identity and one.is_planned(now)
        else one
        for one in records
    )


def merged(ours: Remembered, others: Remembered) -> Remembered:
    """Merge the records of several aktops on one account: for each incident the latest update wins."""
    by_id = {one.id: one for one in others}
    for one in ours:
        other = by_id.get(one.id)
        if other is None or one.as_of >= other.as_of:
            by_id[one.id] = one
    return _latest_first(by_id.values())


def tidy(records: Iterable[IncidentRecord], now: datetime) -> Remembered:
    """Sort by latest first, drop old ones and duplicates: watched incidents win over those found afterwards."""
    kept: list[IncidentRecord] = []
    for one in sorted(records, key=lambda one: (one.is_looked_back, one.as_of)):
        is_known = one.is_looked_back and any(_is_same_trouble(one, other) for other in kept)
        if not is_known and now - one.end < KEPT_FOR:
            kept.append(one)
    return _latest_first(_without_twins(kept))[:MAX_RECORDS]


def _without_twins(records: Iterable[IncidentRecord]) -> Iterable[IncidentRecord]:
    """The records, each ongoing incident once: several aktops may have seen it begin, each at another moment."""
    first_by_subject: dict[Subject, IncidentRecord] = {}
    over: list[IncidentRecord] = []
    for one in sorted(records, key=_seniority):
        first = first_by_subject.get(_subject(one)) if one.phase is not None else None
        if first is not None and one.since <= first.as_of + COOLING:
            latest = max(first, one, key=lambda record: record.as_of)
            one = replace(
                latest, id=first.id, kind=first.kind, key_id=first.key_id, cause=latest.blamed, since=first.since
            )
        elif first is not None:
            over.append(first)
        if one.phase is None:
            over.append(one)
        else:
            first_by_subject[_subject(one)] = one
    return (*over, *first_by_subject.values())


def as_first_told(incidents: Incidents, records: Remembered) -> Incidents:
    """Open incidents, each as the first aktop of the account saw it begin, and as bad as any.

    What one follows as the account's incident may be that of the key behind it to another.
    """
    ongoing = [one for one in records if one.phase is not None]
    open_now: dict[Identity, Incident] = {}
    for incident in incidents.open.values():
        same = [one for one in ongoing if _subject(one) == _subject(incident) and incident.since <= one.as_of + COOLING]
        severities = (incident.severity, *(one.severity for one in same if one.severity is not None))
        told = replace(
            incident,
            since=min((incident.since, *(one.since for one in same))),
            severity=max(severities, key=lambda severity: severity.rank),
        )
        seen: list[Incident | IncidentRecord] = [incident, *same]
        first = min(seen, key=_seniority)
        if first.identity not in incidents.open:
            told = replace(told, kind=first.kind, key_id=first.key_id, cause=incident.blamed)
        open_now[told.identity] = told
    return replace(incidents, open=open_now)


def _subject(one: Incident | IncidentRecord) -> Subject:
    """What ongoing incidents are told apart by: whatever a key costs more is one incident of it."""
    return one.blamed if one.kind in COSTING and one.blamed is not None else one.identity


def _seniority(one: Incident | IncidentRecord) -> tuple[datetime, bool, str]:
    return one.since, one.key_id is None, one.kind


def _latest_first(records: Iterable[IncidentRecord]) -> Remembered:
    return tuple(sorted(records, key=lambda one: (one.since, one.id), reverse=True))


def earlier_like(one: IncidentRecord, records: Remembered) -> Remembered:
    """The earlier incidents that it repeats, latest first: same kind and key, or same key at this hour of the week.
    Overlapping ones are part of it.
    """
    return tuple(other for other in records if other.id != one.id and other.end <= one.since and _is_like(one, other))


def times_told(records: Remembered, kind: FindingKind, key_id: int | None, now: datetime) -> int:
    """How many incidents of a kind and key ended in the last four weeks."""
    return sum(
        one.kind is kind and key_id in (one.key_id, one.blamed) and one.until is not None and now - one.until <= LATELY
        for one in records
    )


def _is_like(one: IncidentRecord, other: IncidentRecord) -> bool:
    if one.blamed != other.blamed:
        return False
    if one.kind is other.kind:
        return True
    apart = abs(hour_of_week(one.since) - hour_of_week(other.since))
    return one.blamed is not None and min(apart, HOURS_A_WEEK - apart) <= HOURS_APART


def _is_same_trouble(one: IncidentRecord, other: IncidentRecord) -> bool:
    """Whether two costly incidents overlap and are of the same key, or one of them of the account."""
    is_same_key = one.blamed == other.blamed or None in (one.key_id, other.key_id)
    return other.kind in COSTING and is_same_key and one.since <= other.end and other.since <= one.end


def _grown(
    known: IncidentRecord,
    incident: Incident,
    found: AnyFinding | None,
    report: Report,
    names: Mapping[int, str],
    now: datetime,
) -> IncidentRecord:
    blamed = incident.blamed
    grown = replace(
        known,
        cause=incident.cause,
        key_name=(names.get(blamed) if blamed is not None else None) or known.key_name,
        phase=incident.phase,
        severity=incident.severity,
        until=None,
        as_of=now,
    )
    if found is None:
        return grown
    if found.is_contained:
        return replace(grown, contained_at=known.contained_at or report.contained_at or now)
    grown = replace(grown, contained_at=None)
    if incident.phase not in (Phase.FIRING, Phase.PLANNED):
        return grown
    excess_usd = excess_of(found, report)
    return replace(
        grown,
        excess_usd=known.excess_usd if excess_usd is None else excess_usd,
        terms=next((one.terms for one in explain_finding(found)), ()),
    )


def _ended(known: IncidentRecord, at: datetime, now: datetime) -> IncidentRecord:
    return replace(known, phase=None, until=max(at, known.since), as_of=now)


def _looked_back(past: PastIncident, names: Mapping[int, str], now: datetime) -> IncidentRecord:
    whose = past.key_id if past.key_id is not None else "account"
    return IncidentRecord(
        f"past-{FindingKind.SPIKE}-{whose}-{past.since:%Y%m%dT%H%M}",
        FindingKind.SPIKE,
        past.key_id,
        past.since,
        now,
        cause=past.key_id,
        key_name=names.get(past.key_id) if past.key_id is not None else None,
        until=past.until,
        excess_usd=past.excess_usd,
        is_looked_back=True,
    )
