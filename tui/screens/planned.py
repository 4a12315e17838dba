"""The answer "this is planned" to an incident, and taking it back: the same wherever incidents are shown."""

from datetime import datetime

from tui.account.context import AccountContext
from tui.present import planned
from tui.present.toasts import Toast
from tui.screens.dialogs import Ask, Next, yes_no_dialog
from tui.screens.messages import AnswerPlanned
from tui.screens.picture import Picture
from tui.triage.incidents import Incident, Phase


def ask(incident: Incident, picture: Picture, now: datetime) -> Next:
    """Ask whether an incident is planned; watching a planned one again needs no question."""
    if incident.phase is Phase.PLANNED:
        return AnswerPlanned(incident)
    question = yes_no_dialog(planned.question(incident, picture.snapshot, picture.look_at(now)))
    return Ask(question, lambda yes: AnswerPlanned(incident) if yes else None)


def take(incident: Incident, account: AccountContext, picture: Picture | None) -> Toast | None:
    """Stay quiet about an incident, or watch it again and say so."""
    now = account.services.clock.now()
    if incident.phase is not Phase.PLANNED:
        account.tracker.answer_planned(incident, now)
        return None
    account.tracker.forget_planned(incident.identity, now)
    return None if picture is None else planned.watched_again(incident, picture.snapshot, picture.look_at(now))
