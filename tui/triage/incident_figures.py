"""The figures of an incident at a moment: whose, since when, its cost above usual, and the key's share of the excess.

Notices, sentences, JSON and records read them here, so that they cannot differ.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_hour
from tui.triage.findings import FindingKind
from tui.triage.growth import Growth
from tui.triage.incidents import COSTING, Incident, is_same_outage
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.rules.origin import KeyOrigins
from tui.triage.slow_spend import SlowSpend
from tui.triage.spikes import Spike
from tui.triage.suspects import Suspect
from tui.triage.unit_cost import UnitCostRise


class IncidentFigures(Struct, frozen=True):
    """The figures of an incident; `excess_usd` and `share` are None if unknown, or if there is no such figure."""

    key_id: int | None
    """The incident's own key, else the one to blame."""
    since: datetime
    excess_usd: float | None = None
    """The cost above usual so far; for a new origin, the cost of all calls from there."""
    share: float | None = None
    """The key's share of the excess."""


def figures_of(incident: Incident, report: Report | None) -> IncidentFigures:
    """The figures of an incident in a report; without a finding there, those that are known anyway."""
    found = finding_of(incident, report) if report is not None else None
    if report is None or found is None:
        return IncidentFigures(incident.blamed, incident.since)
    figures = of_finding(replace(found, cause=incident.blamed), report)
    return replace(figures, since=_began(incident.since, figures.since))


def _began(told: datetime, seen: datetime) -> datetime:
    """The earlier of two beginnings; of one hour, the one that its calls have told to the minute since."""
    return seen if told == floor_hour(seen) else min(told, seen)


def of_finding(found: AnyFinding, report: Report) -> IncidentFigures:
    """The figures of a finding. A spike of a key and the account's that it causes are one incident."""
    suspect = _suspect(found.cause, report)
    same = (one for one in report.findings if one.kind is FindingKind.SPIKE is found.kind and one.cause == found.cause)
    return IncidentFigures(
        found.cause,
        min((one.since for one in same if found.is_sure), default=found.since),
        excess_of(found, report),
        suspect.share if suspect is not None else None,
    )


def finding_of(incident: Incident, report: Report) -> AnyFinding | None:
    """The finding of an incident, reported or not: its own, else another one of its key that is part of it."""
    return next(_findings_of(incident, (*report.findings, *report.untold)), None)


def reported_first(incidents: Iterable[Incident], report: Report | None) -> tuple[Incident, ...]:
    """Incidents in the order to read them: what to fix before anything else, what the report shows by itself, and what
    goes on as a part of that.
    """
    findings, first = (report.findings, report.comes_first) if report is not None else ((), None)

    def place(one: Incident) -> tuple[bool, bool]:
        is_first = first is not None and one.identity == first.identity
        return not is_first, next(_findings_of(one, findings), None) is None

    return tuple(sorted(incidents, key=place))


def _findings_of(incident: Incident, findings: Iterable[AnyFinding]) -> Iterator[AnyFinding]:
    known = tuple(findings)
    yield from (one for one in known if one.identity == incident.identity)
    if incident.kind in COSTING and incident.blamed is not None:
        yield from (one for one in known if one.kind in COSTING and incident.blamed in (one.key_id, one.cause))
    yield from (one for one in known if is_same_outage(incident, one))


def excess_of(found: AnyFinding, report: Report) -> float | None:
    """The cost of a finding above usual so far: of the key to blame if there is one; None if it has no such figure."""
    evidence = found.evidence
    match evidence:
        case KeyOrigins():
            return evidence.origins[0].billed_usd
        case SlowSpend() | Growth() | UnitCostRise():
            return evidence.excess_usd
        case Spike():
            suspect = _suspect(found.cause, report)
            if suspect is not None and not suspect.is_first_look:
                return suspect.excess_usd
            whole_usd = sum(hour.excess_usd for hour in evidence.hours)
            # Until the histories are here, the key's part of what the account's hours had above usual.
            return whole_usd * suspect.share if suspect is not None and found.key_id is None else whole_usd
        case _:
            return None


def _suspect(key_id: int | None, report: Report) -> Suspect | None:
    """A key among those that cost more than usual; None without an incident."""
    suspects = report.suspects if report.is_incident else ()
    return next((one for one in suspects if one.key_id == key_id), None)
