"""The panes of the journal: changes with their time, old and new state, and result."""

from collections.abc import Sequence
from datetime import datetime

from tui.domain.intents import KeyState, Reminder
from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.incident_history import action_word
from tui.present.key_actions import changes, state_changes
from tui.present.key_names import key_name
from tui.present.pane import FieldsPane, PaneFrame, TablePane, parts
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from tui.store.journal import GUARD, Entry, Stage
from widgets.facts import Part
from widgets.values import Cell, Column, Emphasis, Line, Row

Written = Sequence[tuple[int, Entry]]


def columns() -> tuple[Column, ...]:
    """Time, key, action, old and new state, result."""
    return (
        Column("at", _("TIME"), 15, sortable=False),
        Column("key", _("KEY"), 18, flex=1, sortable=False),
        Column("action", _("WHAT"), 20, priority=2, sortable=False),
        Column("change", _("CHANGE"), 22, flex=2, priority=1, sortable=False),
        Column("outcome", _("OUTCOME"), 17, sortable=False),
    )


def title_parts(written: Written) -> tuple[Part, ...]:
    """The number of changes."""
    told = _(" · changes sent from this machine: {n}").format(n=fmt.count(len(written)))
    return parts(((Cell(_("Journal"), Emphasis.STRONG), Cell(told, Emphasis.MUTED)),))


def list_pane(written: Written, snapshot: Snapshot, look: DisplayContext) -> TablePane:
    """All changes, latest first."""
    frame = PaneFrame(_("Journal"), with_keys(_("u undo this one  enter key"), "undo", "open"))
    rows = tuple(Row(number, _cells(entry, snapshot, look)) for number, entry in written)
    empty: Line = (Cell(_("Nothing was changed from here yet."), Emphasis.MUTED),)
    return TablePane(frame, columns(), rows, empty)


def _cells(entry: Entry, snapshot: Snapshot, look: DisplayContext) -> tuple[Cell, ...]:
    changed = ", ".join(f"{name} {before} → {after}" for name, before, after in _changes(entry))
    return (
        Cell(fmt.moment(datetime.fromisoformat(entry.at), look.now, look.zone)),
        Cell(_whose(entry, snapshot, look), Emphasis.STRONG),
        Cell(_action(entry)),
        Cell(changed),
        outcome(entry),
    )


def _whose(entry: Entry, snapshot: Snapshot, look: DisplayContext) -> str:
    return key_name(entry.key_id, snapshot, look) if entry.key_id else _("account")


def _action(entry: Entry) -> str:
    return _("reminder") if isinstance(entry.before, Reminder) else action_word(entry)


def _changes(entry: Entry) -> list[tuple[str, str, str]]:
    match entry.before, entry.wanted:
        case KeyState() as before, KeyState() as after:
            return state_changes(before, after)
        case Reminder() as before, Reminder() as after:
            return [(_("reminder"), f"{before.threshold.normalize():f}", f"{after.threshold.normalize():f}")]
    return []


def outcome(entry: Entry) -> Cell:
    """The result, in a word."""
    match entry.stage:
        case Stage.DONE if entry.undone and entry.action != "undo":
            return Cell(_("✓ taken back"), Emphasis.MUTED)
        case Stage.DONE:
            return Cell(_("✓ done"), Emphasis.GOOD)
        case Stage.FAILED:
            return Cell(_("✕ not applied"), Emphasis.WARNING)
    return Cell(_("▲ not known"), Emphasis.CRITICAL)


def detail_pane(found: tuple[int, Entry] | None, snapshot: Snapshot, look: DisplayContext) -> FieldsPane:
    """All of the change under the cursor."""
    frame = PaneFrame(_("Change"))
    return FieldsPane(frame, () if found is None else _detail(found[1], snapshot, look))


def _detail(entry: Entry, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    at = fmt.moment(datetime.fromisoformat(entry.at), look.now, look.zone)
    by = (_("by the guard, {time}") if entry.by == GUARD else _("by you, {time}")).format(time=at)
    lines: list[Line] = [
        (
            Cell(f"{_whose(entry, snapshot, look)} · {_action(entry)} ", Emphasis.STRONG),
            Cell(f"#{entry.key_id}  {by}" if entry.key_id else by, Emphasis.MUTED),
        ),
        *changes(_changes(entry)),
    ]
    if entry.until is not None:
        until = fmt.moment(datetime.fromisoformat(entry.until), look.now, look.zone)
        lines.append((Cell(_("until {time}").format(time=until)),))
    if entry.batch is not None:
        lines.append((Cell(_("done together with others"), Emphasis.MUTED),))
    answer = _("the gateway answered: {answer}").format(answer=entry.answer) if entry.answer else ""
    lines.append((outcome(entry), Cell(f"   {answer}" if answer else "", Emphasis.MUTED)))
    if can_be_undone(entry):
        lines.append((Cell(with_keys(_("u takes it back"), "undo"), Emphasis.ACCENT),))
    return tuple(lines)


def can_be_undone(entry: Entry) -> bool:
    """Whether it was done and not undone yet."""
    return entry.stage is Stage.DONE and not entry.undone


def cannot_be_undone() -> Toast:
    """It was not done, or was already undone."""
    return Toast(_("There is nothing to take back here."), timeout_s=4)
