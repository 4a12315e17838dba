"""The panes of triage, and what stands above them."""

from collections.abc import Iterable
from pathlib import Path

from tui.domain.keys import ApiKey
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import planned, triage
from tui.present.display_context import DisplayContext
from tui.present.evidence import evidence
from tui.present.incident_history import Known, again_lines
from tui.present.pane import FieldsPane, PaneFrame, TablePane, parts
from tui.present.proof import Proof, proof_lines
from tui.present.toasts import Toast
from tui.triage.incidents import Incident, Phase
from tui.triage.report import Report
from widgets.facts import Part
from widgets.values import Cell, Emphasis, Line


def title_parts(report: Report | None, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """What goes on, and how much history that is judged by."""
    return parts((triage.title(report, snapshot, look),), (triage.history_words(report, look),))


def steps_pane(steps: Iterable[triage.StepLine], note: Line = ()) -> TablePane:
    """The five steps; `note` is what no other pane has the room to tell."""
    return TablePane(PaneFrame(_("Steps"), note=note), triage.step_columns(), triage.step_rows(tuple(steps)))


def again_note(known: Known, snapshot: Snapshot, look: DisplayContext) -> Line:
    """That the worst of what goes on is not the first of its kind."""
    return next(iter(again_lines(known, snapshot, look)), ())


def cause_pane(
    report: Report, incidents: Iterable[Incident], known: Known, snapshot: Snapshot, look: DisplayContext
) -> FieldsPane:
    """Who is suspected and why, whether that is the first time, what else was found, and what is planned."""
    is_planned = [one for one in incidents if one.phase is Phase.PLANNED]
    return FieldsPane(
        PaneFrame(_("Cause")),
        (
            *triage.suspect_lines(report, snapshot, look),
            *again_lines(known, snapshot, look),
            (),
            *triage.why_lines(report, snapshot, look),
            (),
            *triage.also_lines(report, snapshot, look),
            *triage.times_to_empty(report, look),
            *(planned.planned_line(one, snapshot, look) for one in is_planned),
        ),
    )


def evidence_pane(step: triage.StepLine, report: Report, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """What stands behind a step."""
    title, columns, rows = evidence(step.id, report, snapshot, look)
    return TablePane(PaneFrame(title, note=(Cell(step.sentence, Emphasis.MUTED),)), columns, rows)


def contain_pane(
    key: ApiKey | None, report: Report, proof: Proof | None, snapshot: Snapshot, look: DisplayContext
) -> FieldsPane:
    """What came of the last action, and what can be done about a key."""
    title = _("Contain {key}").format(key=look.key_name(key)) if key is not None else _("Contain")
    told = proof_lines(proof, look) if proof is not None else ()
    return FieldsPane(PaneFrame(title), (*told, *triage.contain_lines(key, report, snapshot, look)))


def report_written(path: Path) -> Toast:
    """The incident is in a file."""
    return Toast(_("incident report: {path}").format(path=path))
