"""The object of `aktop incidents --json` (schema aktop.incidents/1): unknown is null, never 0."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from tui.domain.scope import Scope, range_text
from tui.monitor.snapshot import Snapshot
from tui.present import incident_history
from tui.present.display_context import DisplayContext
from tui.present.incident_history import KnownIncident
from tui.records import json_values
from tui.store.journal import Entry
from tui.triage.incident_history import IncidentRecord


def incidents_json(
    found: Iterable[KnownIncident], scope: Scope, snapshot: Snapshot, look: DisplayContext
) -> dict[str, object]:
    """The whole object."""
    return {
        "schema": "aktop.incidents/1",
        "at": json_values.time(look.now, look.zone),
        "range": range_text(scope.range),
        "incidents": [incident_members(one, snapshot, look) for one in found],
    }


def incident_members(one: KnownIncident, snapshot: Snapshot, look: DisplayContext) -> dict[str, object]:
    """An incident as remembered."""
    record = one.record
    return {
        "id": record.id,
        "kind": record.kind.value,
        "state": record.phase.value if record.phase is not None else "over",
        "severity": record.severity.value if record.severity is not None else None,
        "since": json_values.time(record.since, look.zone),
        "until": json_values.time(record.until, look.zone),
        "as_of": json_values.time(record.as_of, look.zone),
        "lasted_s": round(incident_history.lasted(record, look.now).total_seconds()),
        "key_id": record.blamed,
        "key": record.key_name,
        "excess_usd": _usd(record.excess_usd),
        "sentence": incident_history.seen_words(record, look) or None,
        "figures": {term.name: _term(term.value, look) for term in record.terms},
        "contained_at": json_values.time(record.contained_at, look.zone),
        "planned": _planned(record, look),
        "done": [_action(entry, record, look) for entry in one.done],
        "is_looked_back": record.is_looked_back,
    }


def _planned(record: IncidentRecord, look: DisplayContext) -> dict[str, object] | None:
    if record.planned_at is None:
        return None
    members = {"at": record.planned_at, "until": record.planned_until}
    return {name: json_values.time(at, look.zone) for name, at in members.items()}


def _action(entry: Entry, record: IncidentRecord, look: DisplayContext) -> dict[str, object]:
    return {
        "at": json_values.time(datetime.fromisoformat(entry.at), look.zone),
        "after_s": round(incident_history.after(entry, record).total_seconds()),
        "key_id": entry.key_id,
        "action": entry.action,
        "by": entry.by or "person",
        "stage": entry.stage.value,
        "undone": entry.undone,
    }


def _term(value: float | datetime | str, look: DisplayContext) -> object:
    if isinstance(value, datetime):
        return json_values.time(value, look.zone)
    return round(value, 6) if isinstance(value, float) else value


def _usd(amount: float | None) -> Decimal | None:
    return None if amount is None else json_values.number(Decimal(str(round(amount, 6))))
