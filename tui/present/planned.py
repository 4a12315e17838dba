"""Marking a finding as planned: the question, and what it means."""

from collections.abc import Sequence

from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.dialogs import ChoiceModel, ConfirmModel
from tui.present.display_context import DisplayContext
from tui.present.finding_words import kind_word
from tui.present.key_names import key_name
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from tui.triage.findings import FindingKind
from tui.triage.incident_history import IncidentRecord
from tui.triage.incidents import Incident, Phase
from widgets.dialog_values import Choice
from widgets.values import Cell, Emphasis, Line


def can_be_planned(incident: Incident) -> bool:
    """Whether a person can mark or unmark it as planned: an empty wallet never is."""
    return incident.kind is not FindingKind.LOW_BALANCE and incident.phase in (Phase.FIRING, Phase.PLANNED)


def nothing_fires() -> Toast:
    """Without a firing incident nothing can be planned."""
    return Toast(_("Nothing fires, so there is nothing to plan."))


def choices(found: Sequence[Incident], snapshot: Snapshot, look: DisplayContext) -> ChoiceModel:
    """Ask which incident is planned."""
    offered = tuple(Choice(one.id, choice(one, snapshot, look)) for one in found)
    return ChoiceModel(_("It is planned"), offered)


def question(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> ConfirmModel:
    """Confirm that aktop stays quiet about it."""
    return ConfirmModel(_("It is planned"), question_lines(incident, snapshot, look), _("Stay quiet"))


def choice(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> str:
    """An incident as a choice among others."""
    planned = _(" (planned)") if incident.phase is Phase.PLANNED else ""
    return f"{kind_word(incident.kind)} · {_whose(incident, snapshot, look)}{planned}"


def question_lines(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """What staying quiet means."""
    since = fmt.moment(incident.since, look.now, look.zone)
    return (
        (
            Cell(f"{kind_word(incident.kind)} · {_whose(incident, snapshot, look)} ", Emphasis.STRONG),
            Cell(_("since {time}").format(time=since)),
        ),
        (),
        (Cell(_("aktop stays quiet about it, and for four weeks at these hours of the week.")),),
        (Cell(with_keys(_("It still shows on this screen; n again takes it back."), "planned")),),
    )


def watched_again(incident: Incident | IncidentRecord, snapshot: Snapshot, look: DisplayContext) -> Toast:
    """The mark was removed."""
    told = _("{what} of {key} is watched again.")
    return Toast(told.format(what=kind_word(incident.kind), key=_whose(incident, snapshot, look)))


def planned_line(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> Line:
    """That an incident is planned, for the triage screen."""
    told = _("planned: {what} of {key}")
    text = told.format(what=kind_word(incident.kind), key=_whose(incident, snapshot, look))
    return Cell(f"○ {text}", Emphasis.GOOD), Cell(with_keys(_("   n watch again"), "planned"), Emphasis.MUTED)


def _whose(incident: Incident | IncidentRecord, snapshot: Snapshot, look: DisplayContext) -> str:
    key_id = incident.blamed
    return key_name(key_id, snapshot, look) if key_id is not None else _("the account")
