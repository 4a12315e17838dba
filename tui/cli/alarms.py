"""What needs a person, for `status --check`."""

from decimal import Decimal

from tui.domain.keys import KeyStatus
from tui.locale import _
from tui.monitor.questions import AskKeys, AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance
from tui.present.display_context import DisplayContext
from tui.present.finding_words import plan_sentence
from tui.present.keys import status_word
from tui.triage.plans import ShortPlan
from tui.triage.report import Report

_REFUSING = frozenset({KeyStatus.EXHAUSTED, KeyStatus.LIMITED})


def is_low(snapshot: Snapshot, look: DisplayContext, report: Report, own_usd: Decimal | None) -> bool | None:
    """Whether the screen would show its low-balance banner; None when the threshold is not known."""
    profile = snapshot.data(AskProfile())
    if profile is None:
        return None
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, report, own_usd)
    threshold_known = own_usd is not None or snapshot.data(AskSite()) is not None
    return alarm.is_on if alarm.is_on or threshold_known else None


def reasons(snapshot: Snapshot, look: DisplayContext, report: Report, own_usd: Decimal | None) -> list[str]:
    """Why a person is needed, one sentence each; none when all is well as far as is known."""
    found = []
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, report, own_usd)
    told = low_balance.news(alarm, snapshot, look, report, own_usd)
    if told:
        found.append("".join(cell.text for cell in told))
    for key in snapshot.data(AskKeys()) or ():
        status = key.status(look.now)
        if status in _REFUSING:
            found.append(_("Key {name} is {status}.").format(name=look.key_name(key), status=status_word(status)))
    found += [
        _("Plan {what}.").format(what=plan_sentence(one, snapshot, look)) for one in report.evidence_of(ShortPlan)
    ]
    return found
