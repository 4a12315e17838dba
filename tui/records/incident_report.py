"""Writes an incident report to a file: Markdown for people, JSON for programs."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from tui.domain.clock import floor_hour
from tui.domain.intents import KeyState
from tui.monitor.questions import AskAccountHistory
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.incident_history import Known
from tui.present.incident_text import HOUR, incident_text
from tui.records import json_values
from tui.records.export import write_text
from tui.records.json_values import json_line
from tui.records.triage_json import triage_json
from tui.store.journal import Entry
from tui.triage.incidents import Incidents
from tui.triage.report import Report


class ReportFormat(StrEnum):
    """The format of a report."""

    MARKDOWN = "md"
    JSON = "json"


def suggested_path(report: Report, look: DisplayContext, form: ReportFormat = ReportFormat.MARKDOWN) -> str:
    """The default path of a report, named after the beginning of the incident."""
    return f"~/aktop-incident-{(report.since or look.now).astimezone(look.zone):%Y-%m-%d-%H%M}.{form}"


def write_report(
    path: Path,
    report: Report,
    incidents: Incidents,
    known: Known,
    entries: Sequence[Entry],
    snapshot: Snapshot,
    look: DisplayContext,
    *,
    may_replace: bool = False,
) -> None:
    """Write the report, as JSON if the name ends in `.json`; `entries` are the actions since the incident began.

    Raises FileExistsError if the file exists and may not be replaced, and OSError.
    """
    if path.suffix.lower() == f".{ReportFormat.JSON}":
        text = json_line(_members(report, incidents, known, entries, snapshot, look)) + "\n"
    else:
        text = incident_text(report, known, entries, snapshot, look)
    write_text(path, text, may_replace=may_replace)


def entries_since(entries: Sequence[tuple[int, Entry]], since: datetime | None) -> tuple[Entry, ...]:
    """The actions since a moment, first one first; none without an incident."""
    if since is None:
        return ()
    return tuple(entry for _number, entry in reversed(entries) if datetime.fromisoformat(entry.at) >= since)


def _members(
    report: Report,
    incidents: Incidents,
    known: Known,
    entries: Sequence[Entry],
    snapshot: Snapshot,
    look: DisplayContext,
) -> dict[str, object]:
    return {
        **triage_json(report, incidents, known, snapshot, look),
        "hours": _hours(report, snapshot, look),
        "actions": [_action(entry, look) for entry in entries],
    }


def _hours(report: Report, snapshot: Snapshot, look: DisplayContext) -> list[dict[str, object]]:
    """Wallet cost of the full hours since the incident began."""
    history = snapshot.data(AskAccountHistory())
    if history is None or report.since is None:
        return []
    this_hour = floor_hour(look.now)
    count = max(0, round((this_hour - report.since) / HOUR))
    usd = history.hours(report.since, count)
    return [
        {"from": json_values.time(report.since + HOUR * index, look.zone), "wallet_usd": round(amount, 6)}
        for index, amount in enumerate(usd)
    ]


def _action(entry: Entry, look: DisplayContext) -> dict[str, object]:
    return {
        "at": json_values.time(datetime.fromisoformat(entry.at), look.zone),
        "key_id": entry.key_id or None,
        "action": entry.action,
        "before": _state(entry.before),
        "after": _state(entry.wanted),
        "stage": entry.stage.value,
        "undone": entry.undone,
    }


def _state(state: object) -> dict[str, object] | None:
    if not isinstance(state, KeyState):
        return None
    limits = state.limits
    names = ("quota_usd", "limit_5h_usd", "limit_1d_usd", "limit_7d_usd")
    return {"status": state.status} | {name: json_values.number(getattr(limits, name)) for name in names}
