"""The banner's text: the worst problem that needs a person and was not acknowledged yet."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from tui.locale import _
from tui.monitor.questions import AskProfile
from tui.monitor.scoped import draws_on_wallet
from tui.monitor.snapshot import Snapshot
from tui.present import low_balance, sign_in
from tui.present.display_context import DisplayContext
from tui.present.incident_lines import contained_line, finding_line
from tui.present.shown_keys import with_keys
from tui.triage.findings import FindingKind
from tui.triage.incident_figures import reported_first
from tui.triage.incidents import Incident, Incidents
from tui.triage.report import Report
from widgets.values import Cell, Emphasis, Line


class News(Struct, frozen=True):
    """Something that needs a person."""

    id: str
    """Tells incidents apart, so that each is shown once."""
    line: Line
    severity: Emphasis
    hint: Line = ()
    """The keys that help; dropped if there is no room for all of it."""


def news(
    report: Report | None,
    incidents: Incidents,
    alarm: low_balance.Alarm,
    snapshot: Snapshot,
    look: DisplayContext,
    own_usd: Decimal | None,
) -> Iterator[News]:
    """All that needs a person, worst first: no session, an empty wallet, firing incidents, then a low balance.

    For an empty wallet, refused calls say more than the balance, and are shown instead of it.

    A contained incident needs nobody, but comes before a low balance that is no emergency, until acknowledged.
    """
    trouble = sign_in.trouble(snapshot, look)
    if trouble is not None:
        yield News(*trouble)
    low = low_balance.banner(alarm, snapshot, look, report, own_usd)
    balance = News(low.started, low.line, low.emphasis, low.hint) if low is not None else None
    profile = snapshot.data(AskProfile())
    is_empty = profile is not None and profile.balance_usd <= 0 and draws_on_wallet(snapshot, look.now)
    first = report.comes_first if report is not None else None
    is_refused = first is not None and incidents.of(*first.identity) in incidents.firing
    if balance is not None and is_empty and not is_refused:
        yield balance
    for incident in reported_first(incidents.firing, report):
        is_told_below = incident.kind is FindingKind.LOW_BALANCE
        line = finding_line(incident, report, snapshot, look) if report is not None and not is_told_below else ()
        if line:
            hint = Cell(with_keys(_("   T triage  a seen"), "triage", "acknowledge"), Emphasis.MUTED)
            yield News(_identity(incident), line, line[0].emphasis, (hint,))
    is_urgent = balance is not None and balance.severity is Emphasis.CRITICAL
    if report is not None and report.contained_at is not None and not is_urgent:
        yield News(f"contained-{report.since:%Y%m%dT%H%M}", contained_line(report, snapshot, look), Emphasis.GOOD)
    if balance is not None and not (is_empty or is_refused):
        yield balance


def _identity(incident: Incident) -> str:
    """Changes when it gets worse or another key is to blame: then it is shown again, even if acknowledged."""
    return f"{incident.id}-{incident.severity}-{len(incident.told_causes)}"
