"""What needs a person, for `status --check`."""

from decimal import Decimal

from tui.cli.output import plain_text
from tui.domain.capabilities import Capability
from tui.domain.keys import KeyStatus
from tui.locale import _
from tui.monitor.questions import AskKeys, AskProfile, AskSite
from tui.monitor.snapshot import Snapshot
from tui.present import api_key_mode, low_balance
from tui.present.display_context import DisplayContext
from tui.present.finding_words import plan_sentence
from tui.present.incident_lines import firing_line
from tui.present.key_state import status_word
from tui.triage.findings import FindingKind
from tui.triage.incident_figures import reported_first
from tui.triage.incidents import Incidents
from tui.triage.plans import ShortPlan
from tui.triage.report import Report

_TOLD_BELOW = frozenset({FindingKind.LOW_BALANCE, FindingKind.PLAN})
"""Kinds that the balance and the plans say themselves, by a person's own threshold."""
_REFUSING = frozenset({KeyStatus.EXHAUSTED, KeyStatus.LIMITED})


def is_low(snapshot: Snapshot, look: DisplayContext, report: Report | None, own_usd: Decimal | None) -> bool | None:
    """Whether the screen would show its low-balance banner; None if the threshold is unknown.

    In API-key mode only the site's threshold is known, and the account may have another.
    """
    profile = snapshot.data(AskProfile())
    if profile is None:
        return None
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, report, own_usd)
    is_known = low_balance.threshold_of(snapshot, profile, own_usd) is not None
    if snapshot.capabilities.can(Capability.ACCOUNT):
        is_known = own_usd is not None or snapshot.data(AskSite()) is not None
    return alarm.is_on if alarm.is_on or is_known else None


def reasons(
    snapshot: Snapshot,
    look: DisplayContext,
    report: Report | None,
    incidents: Incidents,
    own_usd: Decimal | None,
) -> list[str]:
    """Why a person is needed, one sentence each; none if all is well as far as is known."""
    found = []
    if report is not None:
        firing = (one for one in reported_first(incidents.firing, report) if one.kind not in _TOLD_BELOW)
        found += [plain_text(firing_line(one, report, snapshot, look)) for one in firing]
    alarm = low_balance.step(low_balance.Alarm(), snapshot, look, report, own_usd)
    told = low_balance.news(alarm, snapshot, look, report, own_usd)
    if told:
        found.append("".join(cell.text for cell in told))
    keys = ((key, key.status(look.now)) for key in snapshot.data(AskKeys()) or ())
    refused = [
        (look.key_name(key), api_key_mode.state_word(key) or status_word(status))
        for key, status in keys
        if status in _REFUSING or (status is KeyStatus.REFUSED and api_key_mode.is_spent(key))
    ]
    found += [_("Key {name} is {status}.").format(name=name, status=status) for name, status in refused]
    plans = report.evidence_of(ShortPlan) if report is not None else ()
    return [*found, *(_("Plan {what}.").format(what=plan_sentence(one, snapshot, look)) for one in plans)]
