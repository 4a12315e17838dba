"""The panes of the incidents, and the columns that the verb shares."""

from datetime import datetime

from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.clauses import clauses
from tui.present.display_context import DisplayContext
from tui.present.finding_words import kind_word
from tui.present.incident_history import (
    Known,
    KnownIncident,
    action_word,
    again_words,
    cost_words,
    done_words,
    lasted,
    like,
    seen_words,
    state_cell,
    whose,
)
from tui.present.key_names import key_name
from tui.present.pane import FieldsPane, PaneFrame, TablePane, parts
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from tui.store.journal import GUARD, Entry, Stage
from tui.triage.incident_history import KEPT_FOR, IncidentRecord
from widgets.facts import Part
from widgets.values import Align, Cell, Column, Emphasis, Line, Row


def columns() -> tuple[Column, ...]:
    """The columns of the incidents."""
    return (
        Column("began", _("BEGAN"), 11, sortable=False),
        Column("state", _("STATE"), 9, sortable=False),
        Column("lasted", _("LASTED"), 10, Align.RIGHT, priority=2, sortable=False),
        Column("what", _("WHAT"), 13, sortable=False, priority=1),
        Column("key", _("KEY"), 14, flex=1, sortable=False),
        Column("cost", _("COST"), 9, Align.RIGHT, sortable=False),
        Column("done", _("DONE"), 22, flex=1, priority=3, sortable=False),
    )


def rows(known: Known, snapshot: Snapshot, look: DisplayContext) -> tuple[Row, ...]:
    """The incidents, a row each."""
    return tuple(_row(one, snapshot, look) for one in known)


def _row(one: KnownIncident, snapshot: Snapshot, look: DisplayContext) -> Row:
    record = one.record
    cost = fmt.UNKNOWN if record.excess_usd is None else fmt.usd_float(record.excess_usd)
    return Row(
        record.id,
        (
            Cell(fmt.moment(record.since, look.now, look.zone)),
            state_cell(record, look.now),
            Cell(fmt.span(lasted(record, look.now)), Emphasis.MUTED),
            Cell(kind_word(record.kind)),
            Cell(whose(record, snapshot, look)),
            Cell(cost),
            Cell(done_words(one), Emphasis.MUTED),
        ),
    )


def title_parts(known: Known) -> tuple[Part, ...]:
    """The number of incidents."""
    going_on = sum(one.record.phase is not None for one in known)
    told = _(" · {n} now · {past} over in {span}")
    text = told.format(n=going_on, past=len(known) - going_on, span=fmt.span(KEPT_FOR))
    return parts(((Cell(_("Incidents"), Emphasis.STRONG), Cell(text, Emphasis.MUTED)),))


def list_pane(known: Known, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """All incidents."""
    empty: Line = (Cell(_("No incident is remembered: aktop keeps those that it tells, for 90 days."), Emphasis.MUTED),)
    frame = PaneFrame(_("Incidents"), with_keys(_("enter calls  i why"), "open", "explain"))
    return TablePane(frame, columns(), rows(known, snapshot, look), empty)


def detail_pane(one: KnownIncident | None, known: Known, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
    """The incident under the cursor."""
    frame = PaneFrame(_("Incident"))
    return FieldsPane(frame, () if one is None else detail_lines(one, known, snapshot, look))


def detail_lines(one: KnownIncident, known: Known, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """Everything stored about an incident."""
    record = one.record
    since = fmt.moment(record.since, look.now, look.zone)
    span = _("since {time}").format(time=since)
    if record.until is not None:
        until = fmt.moment(record.until, look.now, look.zone)
        span = _("{start} to {end}").format(start=since, end=until)
    facts = [text for text in (seen_words(record, look), cost_words(record)) if text]
    lines: list[Line] = [
        (
            Cell(f"{kind_word(record.kind)} · {whose(record, snapshot, look)} ", Emphasis.STRONG),
            Cell(f"{span} ({fmt.span(lasted(record, look.now))})"),
        )
    ]
    lines += [(Cell(clauses(facts)),)] if facts else []
    if record.is_looked_back:
        lines.append((Cell(_("Nobody watched: found afterwards in what each hour had cost."), Emphasis.MUTED),))
    again = again_words(record, like(one, known), look)
    lines += [(Cell(again, Emphasis.ACCENT),)] if again else []
    lines += [_action_line(entry, record, snapshot, look) for entry in one.done]
    if record.contained_at is not None:
        at = fmt.moment(record.contained_at, look.now, look.zone)
        lines.append((Cell(_("✓ contained {time}").format(time=at), Emphasis.GOOD),))
    lines += [_planned_line(record, look)] if record.planned_at is not None else []
    return tuple(lines)


def _action_line(entry: Entry, record: IncidentRecord, snapshot: Snapshot, look: DisplayContext) -> Line:
    at = fmt.moment(datetime.fromisoformat(entry.at), look.now, look.zone)
    told = _("{time} {key} {action} by the guard") if entry.by == GUARD else _("{time} {key} {action} by you")
    told = told.format(time=at, key=key_name(entry.key_id, snapshot, look, record.key_name), action=action_word(entry))
    if entry.stage is Stage.FAILED:
        return Cell(told), Cell(_(": not applied"), Emphasis.WARNING)
    if entry.stage is not Stage.DONE:
        return Cell(told), Cell(_(": outcome not known"), Emphasis.WARNING)
    is_undone = entry.undone and entry.action != "undo"
    return Cell(told), Cell(_(" (taken back)") if is_undone else "", Emphasis.MUTED)


def _planned_line(record: IncidentRecord, look: DisplayContext) -> Line:
    assert record.planned_at is not None
    assert record.planned_until is not None
    at, until = (fmt.moment(one, look.now, look.zone) for one in (record.planned_at, record.planned_until))
    if record.is_planned(look.now):
        told = _("planned by you {time}, holds until {until}").format(time=at, until=until)
        return Cell(told, Emphasis.GOOD), Cell(with_keys(_("   n watch again"), "planned"), Emphasis.MUTED)
    return (Cell(_("planned by you {time}, held until {until}").format(time=at, until=until), Emphasis.MUTED),)


def no_figures() -> tuple[Line, ...]:
    """There are no figures to explain an incident."""
    return ((Cell(_("Its figures were not kept."), Emphasis.MUTED),),)


def not_planned() -> Toast:
    """The incident under the cursor can be neither marked as planned nor unmarked."""
    return Toast(_("This neither fires nor is it planned."))
