"""The strongest evidence of a report: the first sentence to read, on the banner and in the first line."""

from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.finding_words import in_words
from tui.present.incident_lines import incident_line
from tui.present.signs import signed
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.rules.origin import KeyOrigins
from tui.triage.spikes import Spike
from widgets.values import Cell, Line


def lead_of(report: Report) -> AnyFinding | None:
    """The finding to report first: the worst; among equals a new origin of a key, then the order of the rules.

    A stranger with a key explains its cost, and what to do.
    """
    told = [one for one in report.findings if one.is_sure]
    return min(told, key=lambda one: (-one.severity.rank, not isinstance(one.evidence, KeyOrigins)), default=None)


def lead_line(report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The strongest evidence in a line; nothing if there is none."""
    lead = lead_of(report)
    if lead is None:
        return ()
    if isinstance(lead.evidence, Spike) and report.since is not None:
        return incident_line(report, snapshot, look, lead.severity)
    words = in_words(lead, snapshot, look)
    return signed(lead.severity, f"{words.head}  "), Cell(words.sentence)
