"""The strongest evidence of a report: the first sentence to read, on the banner and in the first line."""

from collections.abc import Iterable

from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.incident_lines import contained_line, line_of
from tui.triage.findings import FindingKind
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.rules.origin import KeyOrigins
from widgets.values import Line


def lead_of(report: Report) -> AnyFinding | None:
    """The finding to report first: the worst; among equals a new origin of a key, then the order of the rules.

    A stranger with a key explains its cost, and what to do. What is contained needs nobody.
    """
    return _first(one for one in report.findings if one.is_sure and not one.is_contained)


def going_on(report: Report) -> AnyFinding | None:
    """The same besides the balance, which is no incident."""
    told = (one for one in report.findings if one.is_sure and not one.is_contained)
    return _first(one for one in told if one.kind is not FindingKind.LOW_BALANCE)


def _first(told: Iterable[AnyFinding]) -> AnyFinding | None:
    return min(told, key=lambda one: (-one.severity.rank, not isinstance(one.evidence, KeyOrigins)), default=None)


def lead_line(report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The strongest evidence in a line; without any, what is contained; else nothing."""
    lead = lead_of(report)
    return line_of(lead, report, snapshot, look) if lead is not None else contained_line(report, snapshot, look)
