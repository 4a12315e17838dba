"""The object of `aktop triage --json` (schema aktop.triage/1): unknown is null, never 0."""

from datetime import datetime
from decimal import Decimal

from tui.domain.text import inert
from tui.monitor.snapshot import Snapshot
from tui.present import contain, finding_words, many_keys, refusal_words, triage
from tui.present.cause_words import why_sentence
from tui.present.display_context import DisplayContext
from tui.present.header import current_empty_at
from tui.present.incident_history import Known, like, of_incident
from tui.records import json_values
from tui.records.freshness import missing_json, state_word
from tui.records.incidents_json import incident_members
from tui.triage.causes import CostCause
from tui.triage.explain import explain_finding
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident, Incidents, Phase
from tui.triage.joint_keys import JointKeys
from tui.triage.past_incidents import PastIncident
from tui.triage.repeats import Repeats
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.rules.storm import KeyStorms
from tui.triage.spikes import Spike
from tui.triage.storms import Storm
from tui.triage.suspects import Suspect
from tui.triage.takeovers import Takeover

MESSAGE_CHARACTERS = 200
_WITH_MODEL = (FindingKind.SPIKE, FindingKind.UNIT_COST)


def triage_json(
    report: Report, incidents: Incidents, known: Known, snapshot: Snapshot, look: DisplayContext
) -> dict[str, object]:
    """The whole object."""
    return {
        "schema": "aktop.triage/1",
        "at": json_values.time(look.now, look.zone),
        "state": state_word(is_firing=bool(incidents.firing), is_whole=report.is_whole),
        "missing": missing_json(report.gaps, look.zone),
        "since": json_values.time(report.began, look.zone),
        "history": {"days": report.history_days, "step": report.step.value},
        "steps": [
            {"step": line.id, "state": line.state.value, "sentence": line.sentence}
            for line in triage.steps(report, snapshot, look)
        ],
        "findings": _findings(report, incidents, known, snapshot, look),
        "earlier": [_earlier(one, snapshot, look) for one in report.earlier],
        "takeovers": [_takeover(one, snapshot, look) for one in report.takeovers],
        "likely_cause": [_suspect(one, report, snapshot) for one in report.suspects] if report.is_incident else [],
        "joint_keys": _joint_keys(report.joint) if report.joint is not None else None,
        "why": {"key_ids": list(report.behind), **_why(report.why, report)} if report.why is not None else None,
        "time_to_empty": {
            "usual_pace": json_values.time(report.usual_empty_at, look.zone) if report.knows_pace else None,
            "current_rate": json_values.time(current_empty_at(snapshot, look, report), look.zone),
        },
        "contain": _contain(report, snapshot, look),
    }


def _findings(
    report: Report, incidents: Incidents, known: Known, snapshot: Snapshot, look: DisplayContext
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    storms: list[dict[str, object]] = []
    for one in report.findings:
        if isinstance(one.evidence, KeyStorms):
            again = _earlier_like(one, incidents, known, snapshot, look)
            storms += [
                {**_storm(storm, one, incidents, snapshot, look), "earlier_like": again}
                for storm in one.evidence.storms
            ]
        else:
            again = _earlier_like(one, incidents, known, snapshot, look)
            found.append({**_finding(one, report, incidents, snapshot, look), "earlier_like": again})
    found += storms
    found += [_repeats(one, snapshot, look) for one in report.repeats]
    return found


def _incident(one: AnyFinding, incidents: Incidents) -> Incident | None:
    """The incident of a finding; for a key that drives the account, the account's spike stands for both."""
    return incidents.of(one.kind, one.key_id) or incidents.of(one.kind, one.cause)


def _earlier_like(
    one: AnyFinding, incidents: Incidents, known: Known, snapshot: Snapshot, look: DisplayContext
) -> list[dict[str, object]]:
    """Earlier incidents that it repeats, latest first."""
    remembered = of_incident(_incident(one, incidents), known)
    earlier = like(remembered, known) if remembered is not None else ()
    return [incident_members(other, snapshot, look) for other in earlier]


def _finding(
    one: AnyFinding, report: Report, incidents: Incidents, snapshot: Snapshot, look: DisplayContext
) -> dict[str, object]:
    """A finding with the state of its incident."""
    incident = _incident(one, incidents)
    rule = next(iter(explain_finding(one)), None)
    shift = report.why.shift if report.why is not None and one.kind in _WITH_MODEL else None
    return {
        "kind": one.kind.value,
        "severity": one.severity.value,
        "state": incident.phase.value if incident is not None else Phase.PENDING.value,
        "since": json_values.time(one.since, look.zone),
        "sentence": finding_words.in_words(one, snapshot, look).sentence,
        "key_id": one.key_id,
        "model": shift.model if shift is not None else None,
        "figures": _spike_figures(one.evidence, look) if isinstance(one.evidence, Spike) else {},
        "rule": {} if rule is None else {term.name: _term(term.value, look) for term in rule.terms},
        "scope": {
            "from": json_values.time(one.since, look.zone),
            "to": json_values.time(look.now, look.zone),
            "key_id": one.key_id if one.key_id is not None else one.cause,
        },
    }


def _term(value: float | datetime | str, look: DisplayContext) -> object:
    if isinstance(value, datetime):
        return json_values.time(value, look.zone)
    return round(value, 6) if isinstance(value, float) else value


def _spike_figures(spike: Spike, look: DisplayContext) -> dict[str, object]:
    worst = spike.worst
    return {
        "worst_hour": json_values.time(worst.start, look.zone),
        "worst_hour_usd": _usd(worst.actual_usd),
        "usual_usd": _usd(worst.usual.level_usd),
        "times_usual": None if spike.times_usual is None else round(spike.times_usual, 2),
        "hours": len(spike.hours),
    }


def _storm(
    storm: Storm, found: AnyFinding, incidents: Incidents, snapshot: Snapshot, look: DisplayContext
) -> dict[str, object]:
    refusal, typical, incident = storm.refusal, storm.typical, _incident(found, incidents)
    return {
        "kind": "loop" if storm.is_loop else "storm",
        "severity": storm.severity.value,
        "state": incident.phase.value if incident is not None else Phase.PENDING.value,
        "since": json_values.time(storm.calls[-1].at, look.zone),
        "sentence": refusal_words.storm_sentence(storm, snapshot, look),
        "key_id": found.key_id,
        "model": typical.model or None,
        "refusal": refusal.side.value,
        "limit": refusal.limit.value if refusal.limit is not None else None,
        "status_code": typical.status_code,
        "message": inert(typical.message)[:MESSAGE_CHARACTERS],
        "keys": [look.name(name) for name in storm.names],
        "figures": {
            "errors": len(storm.calls),
            "is_at_least": storm.is_at_least,
            "status_code": typical.status_code,
            "share": storm.share,
        },
    }


def _repeats(one: Repeats, snapshot: Snapshot, look: DisplayContext) -> dict[str, object]:
    return {
        "kind": "paid_repeats",
        "severity": "info",
        "state": "firing",
        "since": json_values.time(one.since, look.zone),
        "sentence": finding_words.repeat_sentence(one, snapshot, look),
        "key_id": one.key_id,
        "model": one.model,
        "figures": {"repeats": one.count, "billed_usd": json_values.number(one.usd)},
    }


def _earlier(one: PastIncident, snapshot: Snapshot, look: DisplayContext) -> dict[str, object]:
    """A spike of the last day that is over."""
    return {
        "kind": FindingKind.SPIKE.value,
        "key_id": one.key_id,
        "since": json_values.time(one.since, look.zone),
        "until": json_values.time(one.until, look.zone),
        "excess_usd": _usd(one.excess_usd),
        "sentence": finding_words.earlier_sentence(one, snapshot, look),
    }


def _takeover(one: Takeover, snapshot: Snapshot, look: DisplayContext) -> dict[str, object]:
    return {
        "key_id": one.key_id,
        "from_id": one.from_id,
        "since": json_values.time(one.since, look.zone),
        "sentence": finding_words.takeover_sentence(one, snapshot, look),
    }


def _joint_keys(one: JointKeys) -> dict[str, object]:
    return {
        "trait": one.trait.value,
        "ip": one.ip,
        "program": one.program,
        "keys": len(one.key_ids),
        "key_ids": list(one.key_ids),
        "new_keys": one.new_keys,
        "excess_usd": _usd(one.excess_usd),
        "share": round(one.share, 4),
    }


def _suspect(one: Suspect, report: Report, snapshot: Snapshot) -> dict[str, object]:
    key = snapshot.key(one.key_id)
    reason = report.why if report.behind == (one.key_id,) else None
    badges = {
        "new": one.is_new,
        "dormant": one.is_dormant,
        "errors": one.is_failing,
        "calm": one.is_calm,
        "first_look": one.is_first_look,
    }
    return {
        "key_id": one.key_id,
        "name": key.name if key is not None else None,
        "excess_usd": _usd(one.excess_usd),
        "share": round(one.share, 4),
        "why": _why(reason, report) if reason is not None else None,
        "badges": [name for name, is_so in badges.items() if is_so],
    }


def _why(reason: CostCause, report: Report) -> dict[str, object]:
    return {
        **{f"{part}_usd": _usd(amount) for part, amount in reason.parts.items()},
        "rate_usd": _usd(reason.rate_usd),
        "main": reason.main.value,
        "sentence": why_sentence(reason, report.is_incident),
    }


def _contain(report: Report, snapshot: Snapshot, look: DisplayContext) -> list[dict[str, object]]:
    key = snapshot.key(report.to_contain) if report.to_contain is not None else None
    if key is None:
        return [
            {"key_id": one.id, "action": "disable", "limits": {}, "sentence": contain.disable_sentence(one)}
            for one in many_keys.working(report.to_contain_together, snapshot, look)
        ]
    sentence = contain.disable_sentence(key)
    ways: list[dict[str, object]] = [{"key_id": key.id, "action": "disable", "limits": {}, "sentence": sentence}]
    limit_usd = contain.day_limit_usd(key, report, snapshot)
    if limit_usd is not None:
        sentence, limits = contain.limit_sentence(limit_usd, key, look), {"1d": json_values.number(limit_usd)}
        ways.append({"key_id": key.id, "action": "limit", "limits": limits, "sentence": sentence})
    return ways


def _usd(amount: float) -> Decimal | None:
    return json_values.number(Decimal(str(round(amount, 6))))
