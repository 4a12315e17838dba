"""Incidents, a line each: firing, contained, over, or out of sight."""

from msgspec.structs import replace

from tui.locale import _
from tui.monitor.burn import BURN_WINDOW
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.cause_words import why_sentence
from tui.present.clauses import because, clauses
from tui.present.display_context import DisplayContext
from tui.present.finding_words import in_words, kind_word, origin_words
from tui.present.key_names import key_name
from tui.present.many_keys import many_keys_sentence
from tui.present.signs import signed
from tui.triage.findings import COSTLY, FindingKind
from tui.triage.incident_figures import IncidentFigures, figures_of, finding_of, of_finding
from tui.triage.incidents import Incident
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.rules.origin import KeyOrigins
from tui.triage.severity import Severity
from widgets.values import Cell, Emphasis, Line

NEARLY_ALL = 0.8
"""From this share on the line says why the key costs more, instead of its share of the excess."""


def finding_line(incident: Incident, report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """An incident in one line, if the report still shows it; else nothing."""
    found = finding_of(incident, report)
    if found is None:
        return ()
    if found.kind is FindingKind.SPIKE:
        return _spike_line(figures_of(incident, report), incident.severity, report, snapshot, look)
    return _in_line(found, incident.severity, report, snapshot, look)


def firing_line(incident: Incident, report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """An incident in one line; if only an earlier run saw it, the line says that it has not ended."""
    return finding_line(incident, report, snapshot, look) or unseen_line(incident, snapshot, look)


def incident_line(report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The incident of a report in one line; nothing without one."""
    costly = [one for one in report.findings if one.kind in COSTLY and one.is_sure]
    whose = report.likely.key_id if report.likely is not None else None
    found = next((one for one in costly if one.cause == whose), costly[0] if costly else None)
    severity = Severity.CRITICAL if report.is_critical else Severity.WARNING
    return line_of(replace(found, severity=severity), report, snapshot, look) if found is not None else ()


def line_of(found: AnyFinding, report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    """A finding in one line."""
    if found.kind is FindingKind.SPIKE:
        return _spike_line(of_finding(found, report), found.severity, report, snapshot, look)
    return _in_line(found, found.severity, report, snapshot, look)


def _in_line(found: AnyFinding, severity: Severity, report: Report, snapshot: Snapshot, look: DisplayContext) -> Line:
    words = in_words(found, snapshot, look)
    told = words.sentence
    if found.kind in COSTLY:
        strange = stranger(report, found.key_id)
        more = (_use_before(report, found.key_id), origin_words(strange.origins, look) if strange is not None else "")
        told = clauses((told, *more))
    return signed(severity, f"{words.head}  "), Cell(told)


def _use_before(report: Report, key_id: int | None) -> str:
    """What is to be said of the time in which a key was not in use."""
    one = next((one for one in report.suspects if one.key_id == key_id), None)
    if one is None or not (one.is_new or one.is_dormant):
        return ""
    return _("newly used") if one.is_new else _("unused for a week before")


def _spike_line(
    figures: IncidentFigures, severity: Severity, report: Report, snapshot: Snapshot, look: DisplayContext
) -> Line:
    """Whose spike it is, since when, how much, and why: only the likely cause of the whole has a known reason."""
    head = _("SPIKE since {time}").format(time=fmt.moment(figures.since, look.now, look.zone))
    words = [signed(severity, f"{head}  ")]
    if figures.excess_usd is not None:
        words.extend(_culprit(figures.key_id, figures.excess_usd, snapshot, look))
    if figures.key_id is None and report.suspects:
        words.append(Cell(because(many_keys_sentence(report, snapshot, look))))
    is_likely = report.likely is not None and figures.key_id == report.likely.key_id
    why = report.why if is_likely else None
    strange = stranger(report, figures.key_id)
    if figures.share is not None and (figures.share < NEARLY_ALL or (strange is None and why is None)):
        words.append(Cell(_(", {share} of the excess").format(share=fmt.percent(figures.share))))
    before = _use_before(report, figures.key_id)
    if before:
        words.append(Cell(f", {before}"))
    if strange is not None:
        words.append(Cell(because(origin_words(strange.origins, look))))
    elif why is not None:
        words.append(Cell(because(why_sentence(why, True))))
    return tuple(words)


def stranger(report: Report, key_id: int | None) -> KeyOrigins | None:
    """The new origins of a key, if it is reported to have any: they explain all its cost."""
    found = (one for one in report.findings if key_id is not None and one.key_id == key_id)
    return next((one.evidence for one in found if isinstance(one.evidence, KeyOrigins)), None)


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
    return _culprit(report.likely.key_id, report.likely.excess_usd, snapshot, look)


def _culprit(key_id: int | None, excess_usd: float, snapshot: Snapshot, look: DisplayContext) -> Line:
    whose = key_name(key_id, snapshot, look) if key_id is not None else _("the account")
    above = _("{amount} above usual").format(amount=fmt.usd_float(excess_usd))
    return Cell(f"{whose} ", Emphasis.STRONG), Cell(above)


def unseen_line(incident: Incident, snapshot: Snapshot, look: DisplayContext) -> Line:
    """An incident that cannot be watched now: whether it has ended is unknown."""
    whose = incident.blamed
    told = _("{what} of {key} since {time}, last seen {last}")
    if whose is None:
        told = _("{what} since {time}, last seen {last}")
    since, last = (fmt.moment(at, look.now, look.zone) for at in (incident.since, incident.last_hit_at))
    key = key_name(whose, snapshot, look) if whose is not None else ""
    return (signed(incident.severity, told.format(what=kind_word(incident.kind), key=key, time=since, last=last)),)


def over_words(incident: Incident, snapshot: Snapshot, look: DisplayContext, excess_usd: float | None = None) -> str:
    """An incident is over, with its cost if known; a price change is no longer news."""
    if incident.kind is FindingKind.PRICE:
        told = _("✓ price of {time}: the usual one by now, or taken back")
        return told.format(time=fmt.moment(incident.since, look.now, look.zone))
    whose = incident.blamed
    told = _("✓ over: {what} of {key}, since {time}") if whose is not None else _("✓ over: {what}, since {time}")
    key = key_name(whose, snapshot, look) if whose is not None else ""
    words = told.format(what=kind_word(incident.kind), key=key, time=fmt.moment(incident.since, look.now, look.zone))
    return words + cost_words(incident.kind, excess_usd)


def cost_words(kind: FindingKind, excess_usd: float | None) -> str:
    """The cost of an incident, as the end of a sentence; nothing if it is not known."""
    if excess_usd is None or excess_usd <= 0:
        return ""
    told = _(", {amount} from there") if kind is FindingKind.ORIGIN else _(", {amount} above usual")
    return told.format(amount=fmt.usd_float(excess_usd))
