"""Incidents, a line each: firing, contained, over, or out of sight."""

from tui.locale import _
from tui.monitor.burn import BURN_WINDOW
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.cause_words import why_sentence
from tui.present.display_context import DisplayContext
from tui.present.finding_words import in_words, kind_word
from tui.present.key_names import key_name
from tui.present.signs import signed
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incident
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.severity import Severity
from widgets.values import Cell, Emphasis, Line

NEARLY_ALL = 0.8
"""From this share on the line says why the key costs more, instead of its share of the excess."""


def finding_line(incident: Incident, report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """An incident in one line, if the report still shows it; else nothing."""
    if incident.kind is FindingKind.SPIKE:
        return incident_line(report, snapshot, look, incident.severity) if report.has_spike else ()
    shown = (*report.findings, *report.untold)
    found = next((one for one in shown if one.identity == incident.identity), None)
    if found is None:
        return ()
    words = in_words(found, snapshot, look)
    return signed(incident.severity, f"{words.head}  "), Cell(words.sentence)


def incident_line(report: Report, snapshot: Snapshot, look: DisplayContext, severity: Severity | None = None) -> Line:
    """The incident in one line, with its worst severity if known."""
    since = report.began
    assert since is not None
    if severity is None:
        severity = Severity.CRITICAL if report.is_critical else Severity.WARNING
    head = _("SPIKE since {time}").format(time=fmt.moment(since, look.now, look.zone))
    words = [signed(severity, f"{head}  ")]
    if report.likely is not None:
        words.extend(culprit(report, snapshot, look))
    strange = next((one for one in report.findings if is_stranger(one, report)), None)
    if report.likely is not None and (report.likely.share < NEARLY_ALL or (strange is None and report.why is None)):
        words.append(Cell(_(", {share} of the excess").format(share=fmt.percent(report.likely.share))))
    if strange is not None:
        words.append(Cell(f": {in_words(strange, snapshot, look).sentence}"))
    elif report.why is not None:
        words.append(Cell(f": {why_sentence(report.why, True)}"))
    return tuple(words)


def is_stranger(found: AnyFinding, report: Report) -> bool:
    """Whether the key to blame is used from a new origin: that explains all its cost."""
    return found.kind is FindingKind.ORIGIN and report.likely is not None and found.key_id == report.likely.key_id


def contained_line(report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The contained incident and its key; nothing if it is not contained."""
    if report.contained_at is None:
        return ()
    head = _("✓ contained {time}").format(time=fmt.moment(report.contained_at, look.now, look.zone))
    words = [Cell(f"{head}  ", Emphasis.GOOD), *culprit(report, snapshot, look)]
    if look.now - report.contained_at < BURN_WINDOW:
        words.append(Cell(_(", burn falling")))
    return tuple(words)


def culprit(report: Report | None, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The likely cause and its cost above usual; nothing without an incident."""
    if report is None or report.likely is None:
        return ()
    above = _("{amount} above usual").format(amount=fmt.usd_float(report.likely.excess_usd))
    return Cell(f"{key_name(report.likely.key_id, snapshot, look)} ", Emphasis.STRONG), Cell(above)


def unseen_line(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> Line:
    """An incident that cannot be watched now: whether it has ended is unknown."""
    whose = incident.key_id if incident.key_id is not None else incident.cause
    told = _("{what} of {key} since {time}, last seen {last}")
    if whose is None:
        told = _("{what} since {time}, last seen {last}")
    since, last = (fmt.moment(at, look.now, look.zone) for at in (incident.since, incident.last_hit_at))
    key = key_name(whose, snapshot, look) if whose is not None else ""
    return (signed(incident.severity, told.format(what=kind_word(incident.kind), key=key, time=since, last=last)),)


def over_words(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> str:
    """An incident is over; a price change is no longer news."""
    if incident.kind is FindingKind.PRICE:
        told = _("✓ price of {time}: the usual one by now, or taken back")
        return told.format(time=fmt.moment(incident.since, look.now, look.zone))
    whose = incident.key_id if incident.key_id is not None else incident.cause
    told = _("✓ over: {what} of {key}, since {time}") if whose is not None else _("✓ over: {what}, since {time}")
    key = key_name(whose, snapshot, look) if whose is not None else ""
    return told.format(what=kind_word(incident.kind), key=key, time=fmt.moment(incident.since, look.now, look.zone))
