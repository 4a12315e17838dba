"""Triage in words: the five steps with their findings, the suspects, and why the first of them costs more."""

from collections.abc import Sequence
from dataclasses import dataclass

from tui.locale import _
from tui.monitor.questions import AskAccountHistory
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.finding_words import (
    dearer_sentence,
    key_name,
    leak_sentence,
    place_sentence,
    rate_text,
    repeat_sentence,
    spike_text,
    storm_sentence,
    volume_text,
    why_sentence,
)
from tui.present.header import when_empty
from tui.present.look import Look
from tui.triage.report import Report, State
from tui.triage.suspects import Suspect, is_single_cause
from widgets.layout import fit
from widgets.values import Align, Cell, Column, Line, Row, Severity

STEPS = ("spike", "key", "model", "retries", "contain")
SHOWN_SUSPECTS = 3
SHOWN_PLACES = 2
WORTH_SAYING_USD = 0.01


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of triage: what it is called, what it came to, and the finding in a sentence."""

    id: str
    title: str
    state: State
    sentence: str


def step_columns() -> tuple[Column, ...]:
    """The columns of the steps."""
    return (
        Column("step", _("STEP"), 10, sortable=False),
        Column("state", _("STATE"), 13, sortable=False),
        Column("finding", _("FINDING"), 30, flex=1, sortable=False),
    )


def steps(report: Report, snapshot: Snapshot, look: Look) -> tuple[StepLine, ...]:
    """The five steps of a triage, each with its finding."""
    return (
        StepLine("spike", _("1 Spike"), report.spike_state, spike_sentence(report, snapshot, look)),
        StepLine("key", _("2 Key"), _key_state(report), key_sentence(report, snapshot, look)),
        StepLine("model", _("3 Model"), report.why_state, why_sentence(report.why, report.is_incident)),
        StepLine("retries", _("4 Retries"), report.retry_state, retry_sentence(report, snapshot, look)),
        StepLine("contain", _("5 Contain"), State.FOUND if report.likely else State.CLEAR, contain_sentence(report)),
    )


def step_rows(lines: Sequence[StepLine]) -> tuple[Row, ...]:
    """The steps as rows."""
    return tuple(Row(line.id, (Cell(line.title), _state_cell(line), Cell(line.sentence))) for line in lines)


def spike_sentence(report: Report, snapshot: Snapshot, look: Look) -> str:
    """What the first step found."""
    if report.spike is not None:
        return spike_text(report.spike, look)
    for key_id, spike in report.key_spikes.items():
        return _("{key}: {what}").format(key=key_name(key_id, snapshot, look), what=spike_text(spike, look))
    if report.leak is not None:
        return leak_sentence(report.leak, snapshot, look)
    if report.dearer:
        return dearer_sentence(report.dearer[0], snapshot, look)
    if report.spike_state is State.CANNOT_TELL:
        failure = snapshot.feed(AskAccountHistory()).failure
        return failures.sentence(failure) if failure is not None else _("not yet: the history is being read")
    return _("no hour is far above its usual cost")


def key_sentence(report: Report, snapshot: Snapshot, look: Look) -> str:
    """Which key has the excess."""
    if not report.suspects:
        return _("not yet: costs are being read") if report.spike_state is State.CANNOT_TELL else _("no key stands out")
    first = report.suspects[0]
    share = fmt.percent(first.share)
    name = key_name(first.key_id, snapshot, look)
    if not report.is_incident:
        return _("most above usual today: {key}, {amount}").format(key=name, amount=fmt.usd_float(first.excess_usd))
    if not is_single_cause(report.suspects):
        return _("no single cause; most: {key}, {share} of the excess").format(key=name, share=share)
    looked = _(" (first look)") if first.is_first_look else ""
    return _("{key}, {share} of the excess").format(key=name, share=share) + looked


def retry_sentence(report: Report, snapshot: Snapshot, look: Look) -> str:
    """Storms and possible paid repeats."""
    parts = []
    if report.storms:
        parts.append(storm_sentence(max(report.storms, key=lambda one: len(one.calls)), look))
    if report.repeats:
        parts.append(repeat_sentence(report.repeats[0], snapshot, look))
    if parts:
        return "; ".join(parts)
    if report.retry_state is State.CLEAR:
        return _("no storm of errors, no repeats")
    return _("the error list cannot be seen; no repeats among the calls")


def disable_sentence(likely: Suspect, snapshot: Snapshot) -> str:
    """What disabling the likely cause means."""
    key = snapshot.key(likely.key_id)
    if key is None or key.in_flight is None:
        return _("stops new calls; those in flight still bill")
    return _("stops new calls; {n} in flight still bill").format(n=key.in_flight)


def limit_sentence(limit_usd: float) -> str:
    """What a limit for the day means."""
    return _("1 d limit at twice a usual day: {amount}").format(amount=fmt.usd_float(limit_usd))


def contain_sentence(report: Report) -> str:
    """What can be done."""
    return _("disable, or a limit for the day") if report.likely else _("nothing to contain")


def suspect_lines(report: Report, snapshot: Snapshot, look: Look) -> tuple[Line, ...]:
    """The first three suspects with excess and share."""
    if not report.is_incident:
        return ((Cell(_("No incident now."), Severity.MUTED),),)
    head: Line = (
        Cell(fit(_("Likely cause"), 26), Severity.ACCENT),
        Cell(fit(_("excess"), 10, Align.RIGHT) + fit(_("share"), 8, Align.RIGHT), Severity.MUTED),
    )
    return (head, *(_suspect_line(one, snapshot, look) for one in report.suspects[:SHOWN_SUSPECTS]))


def why_lines(report: Report, snapshot: Snapshot, look: Look) -> tuple[Line, ...]:
    """The exact split of the increase, an hour."""
    reason, likely = report.why, report.likely
    if reason is None or likely is None:
        return ()
    title = _("Why {key} costs more, an hour").format(key=key_name(likely.key_id, snapshot, look))
    shift = reason.shift
    mix = _("{model} instead").format(model=shift.model) if shift else _("the same models")
    return (
        (Cell(title, Severity.ACCENT),),
        _part(_("volume"), volume_text(reason), reason.volume_usd),
        _part(_("mix"), mix, reason.mix_usd),
        _part(_("rate"), rate_text(reason) if abs(reason.rate_usd) >= WORTH_SAYING_USD else "", reason.rate_usd),
        _part("", "", reason.total_usd, Severity.STRONG),
    )


def contain_lines(report: Report, snapshot: Snapshot, look: Look, usual_day_usd: float | None) -> tuple[Line, ...]:
    """What can be done about the likely cause, and what each would mean."""
    likely = report.likely
    key = snapshot.key(likely.key_id) if likely else None
    if likely is None or key is None:
        return ((Cell(_("Nothing to contain."), Severity.MUTED),),)
    lines: list[Line] = [_choice("D", _("Disable"), disable_sentence(likely, snapshot))]
    if usual_day_usd:
        lines.append(_choice("L", _("Limit the day"), limit_sentence(2 * usual_day_usd)))
    else:
        lines.append(_choice("L", _("Limit"), _("spend limits for 5 h, 1 d, 7 d")))
    lines.append(_choice("Z", _("Disable for a time"), _("aktop enables it again, and must be open then")))
    lines.append(_choice("n", _("It is planned"), _("stay quiet for this key and these hours of the week")))
    return tuple(lines)


def title(report: Report | None, snapshot: Snapshot, look: Look) -> Line:
    """The second line of the triage screen."""
    if report is None or report.since is None:
        return Cell(_("Triage"), Severity.STRONG), Cell(_(" · no incident now"), Severity.MUTED)
    began = fmt.moment(report.since, look.now, look.zone)
    told = _(" · incident since {time} ({span})").format(time=began, span=fmt.span(look.now - report.since))
    spent = sum(one.actual_usd for one in report.suspects[:SHOWN_SUSPECTS])
    usual = sum(one.expected_usd for one in report.suspects[:SHOWN_SUSPECTS])
    money = _(" · {spent} so far, usual {usual}").format(spent=fmt.usd_float(spent), usual=fmt.usd_float(usual))
    return Cell(_("Triage"), Severity.STRONG), Cell(told), Cell(money, Severity.MUTED)


def history_words(report: Report | None, look: Look) -> Line:
    """How much history stands behind the judgement, and in which zone hours are told."""
    days = report.history_days if report else 0
    return (Cell(_("history {n} days · {zone}").format(n=days, zone=look.zone.key), Severity.MUTED),)


def place_lines(report: Report, snapshot: Snapshot, look: Look) -> tuple[Line, ...]:
    """Keys that are used from where they never were before."""
    if not report.places:
        return ()
    told = (
        (Cell(f"▲ {place_sentence(one, snapshot, look)}", Severity.WARNING),) for one in report.places[:SHOWN_PLACES]
    )
    return (*told, ())


def times_to_empty(report: Report, look: Look) -> tuple[Line, ...]:
    """The two times to empty, each with its basis."""
    if not report.knows_pace:
        return ()
    usual = when_empty(report.usual_empty_at, look)
    lines: list[Line] = [(Cell(fit(_("empty at the usual pace"), 26), Severity.MUTED), Cell(usual))]
    if report.current_empty_at is not None:
        current = when_empty(report.current_empty_at, look)
        lines.append((Cell(fit(_("empty at this rate"), 26), Severity.MUTED), Cell(current)))
    return tuple(lines)


def _key_state(report: Report) -> State:
    if report.is_incident:
        return State.FOUND if report.suspects else State.CANNOT_TELL
    return report.spike_state


def _state_cell(line: StepLine) -> Cell:
    if line.id == "contain":
        return Cell(_("→ do"), Severity.STRONG) if line.state is State.FOUND else Cell(_("○ clear"), Severity.MUTED)
    words = {
        State.FOUND: Cell(_("■ found"), Severity.CRITICAL),
        State.CLEAR: Cell(_("○ clear"), Severity.GOOD),
        State.CANNOT_TELL: Cell(_("? cannot tell"), Severity.WARNING),
    }
    return words[line.state]


def _suspect_line(one: Suspect, snapshot: Snapshot, look: Look) -> Line:
    marks = ((_("new"), one.is_new), (_("dormant before"), one.is_dormant), (_("errors"), one.is_failing))
    badges = [word for word, is_so in marks if is_so]
    name = fit(key_name(one.key_id, snapshot, look), 25)
    figures = fit(fmt.usd_float(one.excess_usd), 10, Align.RIGHT) + fit(fmt.percent(one.share), 8, Align.RIGHT)
    return Cell(f" {name}"), Cell(figures), Cell(f"  {', '.join(badges)}", Severity.WARNING)


def _part(name: str, text: str, usd: float, severity: Severity = Severity.NORMAL) -> Line:
    amount = f"{'+' if usd >= 0 else '−'}{fmt.usd_float(abs(usd))}"
    return (
        Cell(f" {fit(name, 8)}", Severity.MUTED),
        Cell(fit(text, 34)),
        Cell(fit(amount, 10, Align.RIGHT), severity),
    )


def _choice(key: str, name: str, text: str) -> Line:
    return Cell(f"{key}  ", Severity.STRONG), Cell(f"{name}: "), Cell(text, Severity.MUTED)
