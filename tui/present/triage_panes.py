"""The panes and title lines of triage."""

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from tui.domain.keys import ApiKey
from tui.domain.scope import Scope
from tui.locale import _
from tui.monitor.scoped import usage_of
from tui.monitor.snapshot import Snapshot
from tui.present import calls, contain, drill_down, key_actions, many_keys, planned, triage, usage_panes
from tui.present.display_context import DisplayContext
from tui.present.evidence import evidence
from tui.present.incident_history import Known, again_lines
from tui.present.key_names import key_name
from tui.present.pane import ChartPane, FieldsPane, PaneFrame, TablePane, parts
from tui.present.proof import Proof, proof_lines
from tui.present.scope_line import range_word
from tui.present.toasts import Toast
from tui.present.trend import Metric
from tui.triage.incidents import Incident, Phase
from tui.triage.report import Report
from widgets.facts import Part
from widgets.values import Cell, Emphasis, Line
from widgets.wrapping import wrap_line


def title_parts(report: Report | None, snapshot: Snapshot, look: DisplayContext) -> tuple[Part, ...]:
    """What is going on, and how much history the verdict rests on."""
    return parts((triage.title(report, snapshot, look),), (triage.history_words(report, look),))


def steps_pane(steps: Iterable[triage.StepLine], note: Line = ()) -> TablePane:
    """The five steps; `note` is what no other pane has room for."""
    return TablePane(PaneFrame(_("Steps"), note=note), triage.step_columns(), triage.step_rows(tuple(steps)))


def again_note(known: Known, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The worst ongoing incident is not the first of its kind."""
    return next(iter(again_lines(known, snapshot, look)), ())


def cause_pane(
    report: Report, incidents: Iterable[Incident], known: Known, snapshot: Snapshot, look: DisplayContext
) -> FieldsPane:
    """The suspects and why, earlier incidents, other findings, and what is planned."""
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
            *triage.times_to_empty(report, snapshot, look),
            *(planned.planned_line(one, snapshot, look) for one in is_planned),
        ),
    )


def evidence_pane(
    step: triage.StepLine, report: Report, snapshot: Snapshot, look: DisplayContext, room: int
) -> TablePane:
    """The evidence of a step, in this many cells; without any, the result of the step."""
    title, columns, rows = evidence(step.id, report, snapshot, look, room)
    return TablePane(PaneFrame(title), columns, rows, (Cell(step.sentence, Emphasis.MUTED),))


def sentence_lines(step: triage.StepLine, width: int) -> tuple[Line, ...]:
    """The finding of a step, in full."""
    return wrap_line((Cell(step.sentence),), width)


def trend_pane(scope: Scope, report: Report, snapshot: Snapshot, look: DisplayContext, room: int) -> ChartPane:
    """The last day of the key in question, or of all, in this many cells."""
    pane = usage_panes.marked_trend_pane(
        scope, usage_of(scope, snapshot, look.now), Metric.BILLED, report, snapshot, look, room=room
    )
    if scope.filters.key_id is None:
        return replace(pane, frame=replace(pane.frame, hint=""))
    title = f"{key_name(scope.filters.key_id, snapshot, look)} · {_('$ billed')} · {range_word(scope.range, look)}"
    return replace(pane, frame=replace(pane.frame, title=title, hint=""))


def calls_pane(scope: Scope, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """The latest calls of the key in question, or of all with their keys."""
    columns = calls.short_columns(with_key=scope.filters.key_id is None)
    pane = drill_down.calls_pane(scope, columns, snapshot, look)
    title = pane.frame.title
    if scope.filters.key_id is not None:
        title = f"{title} · {key_name(scope.filters.key_id, snapshot, look)}"
    return replace(pane, frame=replace(pane.frame, title=title))


def contain_pane(
    key: ApiKey | None, report: Report, proof: Proof | None, snapshot: Snapshot, look: DisplayContext
) -> FieldsPane:
    """The result of the last action, and what can be done about a key."""
    title = _("Contain {key}").format(key=look.key_name(key)) if key is not None else _("Contain")
    told = proof_lines(proof, look) if proof is not None else ()
    return FieldsPane(PaneFrame(title), (*told, *contain.contain_lines(key, report, snapshot, look)))


def no_key(report: Report | None) -> Toast:
    """Why a change is about no key."""
    return Toast(many_keys.mark_sentence()) if report is not None and report.is_of_many else key_actions.no_key()


def report_written(path: Path) -> Toast:
    """The incident report is written."""
    return Toast(_("incident report: {path}").format(path=path))
