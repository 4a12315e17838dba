"""Triage in words: the five steps with their findings, the suspects, and why they cost more."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from tui.locale import _, plural
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present import gaps, many_keys
from tui.present.cause_words import amounts, model_sentence, part_text, part_word
from tui.present.clauses import clauses
from tui.present.contain import contain_sentence, is_due
from tui.present.display_context import DisplayContext
from tui.present.finding_words import (
    earlier_sentence,
    in_words,
    kind_word,
    origins_sentence,
    repeat_sentence,
    spike_text,
    takeover_sentence,
)
from tui.present.header import current_empty_at, when_empty
from tui.present.incident_lines import stranger
from tui.present.key_names import key_name
from tui.present.lead import going_on
from tui.present.proof import Proof, Verdict, mark
from tui.present.proof import sentence as proof_sentence
from tui.present.refusal_words import goes_on, storm_sentence
from tui.present.signs import signed
from tui.triage.findings import FindingKind
from tui.triage.gaps import Input, among, of_step, that_matter
from tui.triage.joint_keys import JointKeys
from tui.triage.report import Report, State
from tui.triage.rules import AnyFinding
from tui.triage.spikes import Spike
from tui.triage.suspects import Suspect, is_single_cause
from widgets.layout import fit
from widgets.values import Align, Cell, Column, Emphasis, Line, Row

SHOWN_SUSPECTS = 3
SHOWN_FINDINGS, SHOWN_NOTES = 4, 2
UNEXPLAINED = 0.5
_OF_A_KEY = (FindingKind.ORIGIN, FindingKind.PLAN, FindingKind.GROWTH)
"""Findings of a key without an incident, the one to tell first."""
"""From this share of the excess on the text says that no key explains it."""


class StepLine(Struct, frozen=True):
    """One step of triage: its name, its result, and the finding in a sentence."""

    id: str
    title: str
    state: State
    sentence: str
    verdict: Cell | None = None
    """Replaces the state: the proof of an action, or that it may be nothing."""


def beside(step: str) -> str:
    """The step with the evidence beside a step's own: which keys did it, and for those when."""
    return "spike" if step in ("key", "contain") else "key"


def step_columns() -> tuple[Column, ...]:
    """The columns of the steps."""
    return (
        Column("step", _("STEP"), 10, sortable=False),
        Column("state", _("STATE"), 13, sortable=False),
        Column("finding", _("FINDING"), 30, flex=1, sortable=False),
    )


def steps(report: Report, snapshot: Snapshot, look: DisplayContext, proof: Proof | None = None) -> tuple[StepLine, ...]:
    """The five steps of triage, each with its finding; the last with the proof of an action."""
    lines = (
        StepLine("spike", _("1 Spike"), report.spike_state, spike_sentence(report, snapshot, look)),
        StepLine("key", _("2 Key"), _key_state(report), key_sentence(report, snapshot, look)),
        StepLine("model", _("3 Model"), report.why_state, _model_sentence(report, snapshot, look)),
        _retry_step(report, snapshot, look),
    )
    return (*(_with_gaps(line, report, look) for line in lines), _contain_step(report, snapshot, look, proof))


def _with_gaps(line: StepLine, report: Report, look: DisplayContext) -> StepLine:
    """A step with its gaps: instead of a finding if it cannot tell, else after it."""
    lacking = of_step(report.gaps, line.id)
    if not lacking or line.state is State.CLEAR:
        return line
    told = gaps.lacks(lacking, look)
    if line.state is State.FOUND:
        told = f"{gaps.as_of(lacking, look)}{line.sentence} – {told}"
    return replace(line, sentence=told)


def step_rows(lines: Sequence[StepLine]) -> tuple[Row, ...]:
    """The steps as rows."""
    return tuple(Row(line.id, (Cell(line.title), _state_cell(line), Cell(line.sentence))) for line in lines)


def spike_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """The finding of the first step; a stranger with the key to blame comes first."""
    whose = report.likely.key_id if report.likely is not None else None
    strange = stranger(report, whose)
    told = _spike_sentence(report, snapshot, look)
    return told if strange is None else clauses((origins_sentence(strange.origins, snapshot, look), told))


def _spike_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    if report.spike is not None and report.is_account_sure:
        return spike_text(report.spike, look)
    for key_id, spike in report.key_spikes.items():
        return _("{key}: {what}").format(key=key_name(key_id, snapshot, look), what=spike_text(spike, look))
    slow = _first(report, FindingKind.SLOW_SPEND, FindingKind.UNIT_COST)
    if slow is not None:
        return in_words(slow, snapshot, look).sentence
    if report.spike_state is State.CANNOT_TELL:
        return _("more calls than are read: the running hour is not known whole")
    if report.spike is not None:
        return _waiting(spike_text(report.spike, look), report.spike)
    for key_id, spike in report.key_hits.items():
        told = _("{key}: {what}").format(key=key_name(key_id, snapshot, look), what=spike_text(spike, look))
        return _waiting(told, spike)
    if report.earlier:
        return _("over: {what}").format(what=earlier_sentence(report.earlier[0], snapshot, look))
    return _("no hour is far above its usual cost")


def _waiting(told: str, spike: Spike) -> str:
    """A hit that is no incident yet, and what it waits for."""
    if spike.is_confirmed:
        return _("{what} – a busy day: no key is far above its own usual").format(what=told)
    if spike.is_thin:
        return _("{what} – hardly more than one call; told when more come").format(what=told)
    return _("{what} – once; told when it comes again within 3 h").format(what=told)


def key_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """The key with the excess; without one, the key with a new origin, or the one that uses up a plan."""
    other = _first(report, *_OF_A_KEY)
    if not report.is_incident and other is not None:
        return in_words(other, snapshot, look).sentence
    if not report.suspects:
        return _("no key stands out")
    first = report.suspects[0]
    share = fmt.percent(first.share)
    name = key_name(first.key_id, snapshot, look)
    joint = report.joint
    if not report.is_incident:
        return _("most above usual today: {key}, {amount}").format(key=name, amount=fmt.usd_float(first.excess_usd))
    calm = next(
        (one for one in report.suspects[1:] if one.is_calm and not first.is_calm and one.share > first.share), None
    )
    if calm is not None and not report.to_contain_together:
        told = _("{key} now, {share} of the excess; {other} is calm again")
        return told.format(key=name, share=share, other=key_name(calm.key_id, snapshot, look))
    if joint is not None and joint.is_calm and report.likely is not None and not first.is_calm:
        return many_keys.calm_beside(name, share, joint, look)
    if report.unexplained_share > UNEXPLAINED and not report.to_contain_together:
        told = _("{share} of the excess is not explained by these keys; most: {key}, {own}")
        return told.format(share=fmt.percent(report.unexplained_share), key=name, own=share)
    if report.likely is None:
        return many_keys.many_keys_sentence(report, snapshot, look)
    also = f"; {many_keys.joint_sentence(joint, look)}" if joint is not None else ""
    if not is_single_cause(report.suspects):
        return _("no single cause; most: {key}, {share} of the excess").format(key=name, share=share) + also
    looked = _(" (first look)") if first.is_first_look else ""
    return _("{key}, {share} of the excess").format(key=name, share=share) + looked + also


def _model_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """Changes of models and prices; a price rise comes before why the first key costs more."""
    told = model_sentence(report.why, report.is_incident)
    price = _first(report, FindingKind.PRICE)
    if price is None:
        return told
    sentence = in_words(price, snapshot, look).sentence
    return clauses((sentence, told)) if report.why is not None else sentence


def retry_sentence(report: Report, snapshot: Snapshot, look: DisplayContext) -> str:
    """Storms and possible paid repeats."""
    parts = []
    if report.storms:
        worst = max(report.storms, key=lambda one: (goes_on(one, look), one.weight))
        parts.append(storm_sentence(worst, snapshot, look))
    failing = _first(report, FindingKind.FAILING)
    if failing is not None:
        parts.append(in_words(failing, snapshot, look).sentence)
    if report.repeats:
        parts.append(repeat_sentence(report.repeats[0], snapshot, look))
    if parts:
        return clauses(parts)
    if report.retry_state is State.CLEAR:
        return _("no storm of errors, no repeats")
    return _("no repeats among the calls that are known")


def suspect_lines(report: Report, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """The first three suspects with excess and share; without an incident those of the last day."""
    if not report.is_incident:
        told = _("No extra cost now.") if going_on(report) is not None else _("No incident now.")
        told = told if report.is_whole else _("No incident in what was read; not all was.")
        return ((Cell(told, Emphasis.MUTED),), *earlier_lines(report, snapshot, look))
    head: Line = (
        Cell(fit(_("Likely cause"), 26), Emphasis.ACCENT),
        Cell(fit(_("excess"), 10, Align.RIGHT) + fit(_("share"), 8, Align.RIGHT), Emphasis.MUTED),
    )
    joint = report.joint
    if joint is None:
        return (head, *(_suspect_line(one, snapshot, look) for one in _shown(report.suspects)))
    group, others = _joint_line(joint, look), many_keys.others(report)[: SHOWN_SUSPECTS - 1]
    alone = [_suspect_line(one, snapshot, look) for one in others]
    return (head, *alone[:1], group, *alone[1:]) if report.likely is not None else (head, group, *alone)


def _shown(suspects: Sequence[Suspect]) -> list[Suspect]:
    """The first few, among them the one with the largest share, though it may have stopped."""
    shown = list(suspects[:SHOWN_SUSPECTS])
    largest = max(suspects, key=lambda one: one.share, default=None)
    return shown if largest is None or largest in shown else [*shown[:-1], largest]


def earlier_lines(report: Report, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """Incidents of the last day that are over."""
    if not report.earlier:
        return ()
    told = ((Cell(f" {earlier_sentence(one, snapshot, look)}"),) for one in report.earlier[:SHOWN_SUSPECTS])
    return ((), (Cell(_("Over, in the last 24 h"), Emphasis.ACCENT),), *told)


def why_lines(report: Report, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """The exact split of the increase, per hour."""
    reason = report.why
    if reason is None or not report.behind:
        return ()
    title = _("Why {key} costs more, an hour").format(key=key_name(report.behind[0], snapshot, look))
    if len(report.behind) > 1:
        told = plural(
            "Why this {n} key costs more, an hour", "Why these {n} keys cost more, an hour", len(report.behind)
        )
        title = told.format(n=fmt.count(len(report.behind)))
    return (
        (Cell(title, Emphasis.ACCENT),),
        *(_part(part_word(part), part_text(part, reason) if usd > 0 else "", usd) for part, usd in amounts(reason)),
        _part("", "", reason.total_usd, Emphasis.STRONG),
    )


def title(report: Report | None, snapshot: Snapshot, look: DisplayContext) -> Line:
    """The second line of the triage screen."""
    lacking = gaps.note(that_matter(report.gaps), look) if report is not None else ()
    lead = going_on(report) if report is not None and report.since is None else None
    if lead is not None:
        began, span = fmt.moment(lead.since, look.now, look.zone), fmt.span(look.now - lead.since)
        told = _(" · {what} since {time} ({span})").format(what=kind_word(lead.kind), time=began, span=span)
        return Cell(_("Triage"), Emphasis.STRONG), Cell(told), *lacking
    if report is None or report.since is None:
        is_known = report is not None and report.is_whole and report.spike_state is not State.CANNOT_TELL
        told = _(" · no incident now") if is_known else _(" · cannot tell")
        return Cell(_("Triage"), Emphasis.STRONG), Cell(told, Emphasis.MUTED), *lacking
    since = report.began or report.since
    began = fmt.moment(since, look.now, look.zone)
    told = _(" · incident since {time} ({span})").format(time=began, span=fmt.span(look.now - since))
    if not report.suspects:
        return Cell(_("Triage"), Emphasis.STRONG), Cell(told), *lacking
    spent = sum(one.actual_usd for one in report.suspects)
    usual = sum(one.expected_usd for one in report.suspects)
    money = _(" · {spent} so far, usual {usual}").format(spent=fmt.usd_float(spent), usual=fmt.usd_float(usual))
    return Cell(_("Triage"), Emphasis.STRONG), Cell(told), Cell(money, Emphasis.MUTED), *lacking


def history_words(report: Report | None, look: DisplayContext) -> Line:
    """How much history the verdict rests on, and the zone of the hours."""
    if report is None or any(gap.as_of is None for gap in among(report.gaps, (Input.HISTORY,))):
        return (Cell(_("history not known · {zone}").format(zone=look.zone.key), Emphasis.MUTED),)
    days = report.history_days
    text = plural("history {n} day · {zone}", "history {n} days · {zone}", days).format(n=days, zone=look.zone.key)
    return (Cell(text, Emphasis.MUTED),)


def also_lines(report: Report, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """Findings besides abnormal hours, a sentence each, and facts that are no findings but worth knowing."""
    told = [
        (signed(one.severity, in_words(one, snapshot, look).sentence),)
        for one in report.findings
        if one.kind not in (FindingKind.SPIKE, FindingKind.LOW_BALANCE)
    ]
    notes = [(Cell(takeover_sentence(one, snapshot, look), Emphasis.MUTED),) for one in report.takeovers]
    return (*told[:SHOWN_FINDINGS], *notes[:SHOWN_NOTES], ()) if told or notes else ()


def times_to_empty(report: Report, snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """The two times to empty, each with its basis."""
    if not report.knows_pace:
        return ()
    usual = when_empty(report.usual_empty_at, look)
    lines: list[Line] = [(Cell(fit(_("empty at the usual pace"), 26), Emphasis.MUTED), Cell(usual))]
    at = current_empty_at(snapshot, look, report)
    if at is not None:
        current = when_empty(at, look)
        lines.append((Cell(fit(_("empty at this rate"), 26), Emphasis.MUTED), Cell(current)))
    return tuple(lines)


def _first(report: Report, *kinds: FindingKind) -> AnyFinding | None:
    """The first finding of some kinds, in the order of the kinds."""
    found = [one for one in report.findings if one.kind in kinds]
    return min(found, key=lambda one: kinds.index(one.kind), default=None)


def _key_state(report: Report) -> State:
    if report.is_incident:
        return State.FOUND if report.suspects else State.CANNOT_TELL
    if _first(report, *_OF_A_KEY) is not None:
        return State.FOUND
    return report.spike_state if not that_matter(of_step(report.gaps, "key")) else State.CANNOT_TELL


def _retry_step(report: Report, snapshot: Snapshot, look: DisplayContext) -> StepLine:
    """Repeats alone are no alarm: prompts of the same size look alike (triage-spec section 5)."""
    has_errors = _first(report, FindingKind.STORM, FindingKind.FAILING) is not None
    only_repeats = bool(report.repeats) and not has_errors
    verdict = Cell(_("▲ possible"), Emphasis.WARNING) if only_repeats else None
    sentence = retry_sentence(report, snapshot, look)
    return StepLine("retries", _("4 Retries"), report.retry_state, sentence, verdict)


def _contain_step(report: Report, snapshot: Snapshot, look: DisplayContext, proof: Proof | None) -> StepLine:
    title = _("5 Contain")
    # What was stopped is not all of an incident that goes on.
    is_rest_due = report.contained_at is None and is_due(report, look)
    if proof is not None and not (proof.verdict is Verdict.CONTAINED and is_rest_due):
        return StepLine("contain", title, State.FOUND, proof_sentence(proof, look), mark(proof))
    if report.contained_at is not None:
        told = _("its keys can call no more; the last call ended {time}")
        sentence = told.format(time=fmt.moment(report.contained_at, look.now, look.zone))
        return StepLine("contain", title, State.FOUND, sentence, Cell(_("✓ contained"), Emphasis.GOOD))
    state = State.FOUND if is_due(report, look) else State.CLEAR if report.is_whole else State.CANNOT_TELL
    return StepLine("contain", title, state, contain_sentence(report, snapshot, look))


def _state_cell(line: StepLine) -> Cell:
    if line.verdict is not None:
        return line.verdict
    if line.id == "contain" and line.state is not State.CANNOT_TELL:
        return Cell(_("→ do"), Emphasis.STRONG) if line.state is State.FOUND else Cell(_("○ clear"), Emphasis.MUTED)
    words = {
        State.FOUND: Cell(_("■ found"), Emphasis.CRITICAL),
        State.CLEAR: Cell(_("○ clear"), Emphasis.GOOD),
        State.CANNOT_TELL: Cell(_("? cannot tell"), Emphasis.WARNING),
    }
    return words[line.state]


def _suspect_line(one: Suspect, snapshot: Snapshot, look: DisplayContext) -> Line:
    marks = (
        (_("calm again"), one.is_calm and not one.is_deleted),
        (_("newly used"), one.is_new),
        (_("dormant before"), one.is_dormant),
        (_("errors"), one.is_failing),
    )
    badges = [word for word, is_so in marks if is_so]
    return _cause_line(key_name(one.key_id, snapshot, look), one.excess_usd, one.share, badges)


def _joint_line(joint: JointKeys, look: DisplayContext) -> Line:
    """Joint keys as one."""
    return _cause_line(many_keys.joint_name(joint, look), joint.excess_usd, joint.share, [many_keys.joint_badge(joint)])


def _cause_line(name: str, excess_usd: float, share: float, badges: Sequence[str]) -> Line:
    figures = fit(fmt.usd_float(excess_usd), 10, Align.RIGHT) + fit(fmt.percent(share), 8, Align.RIGHT)
    return Cell(f" {fit(name, 25)}"), Cell(figures), Cell(f"  {', '.join(badges)}", Emphasis.WARNING)


def _part(name: str, text: str, usd: float, severity: Emphasis = Emphasis.NORMAL) -> Line:
    amount = f"{'+' if usd >= 0 else '−'}{fmt.usd_float(abs(usd))}"
    return (
        Cell(f" {fit(name, 12)}", Emphasis.MUTED),
        Cell(fit(amount, 10, Align.RIGHT), severity),
        Cell(f"  {text}".rstrip()),
    )
