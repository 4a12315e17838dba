"""Why something is a finding: its rule, and the figures that fill it in."""

from datetime import datetime, timedelta

from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.finding_words import key_name, kind_word
from tui.triage.explain import Explained, Term, Unit
from tui.triage.findings import FindingKind
from widgets.layout import fit
from widgets.values import Align, Cell, Emphasis, Line

NAME_WIDTH = 44


def explain_lines(found: tuple[Explained, ...], snapshot: Snapshot, look: DisplayContext) -> tuple[Line, ...]:
    """All rules behind a report, one after the other."""
    if not found:
        return ((Cell(_("Nothing was found, so there is nothing to explain."), Emphasis.MUTED),),)
    lines: list[Line] = []
    for one in found:
        whose = f" · {key_name(one.key_id, snapshot, look)}" if one.key_id is not None else ""
        lines += [(Cell(f"{kind_word(one.kind)}{whose}", Emphasis.ACCENT),), (Cell(rule_words(one.kind)),)]
        lines += [_figure(term, look) for term in one.terms]
        lines.append(())
    return tuple(lines[:-1])


def rule_words(kind: FindingKind) -> str:
    """The rule, in a sentence whose words the figures below it name."""
    return {
        FindingKind.SPIKE: _(
            "An hour at or above its bound: the largest of factor × max(Q, A), Q + F, and habit factor × habit. "
            "It is an alarm at the second hit within three hours, or at once when it is far above."
        ),
        FindingKind.LEAK: _(
            "The day so far, or the last 24 hours, costs factor times the median of the days before by the same clock "
            "time, at least so much more, two hours running, and the gap still grows."
        ),
        FindingKind.DEARER: _("A call costs factor times the usual or more, over enough calls, and that costs enough."),
        FindingKind.FAILING: _(
            "Of enough calls in the last hour, at least so large a part failed, with whatever error."
        ),
        FindingKind.STORM: _("Enough equal errors within the span, and at least so large a part of that key's calls."),
        FindingKind.PLAN: _(
            "A plan's window is used up, or more than its least part is and the pace of the last hour fills it soon, "
            "before it starts anew."
        ),
        FindingKind.PLACE: _("The key was never used from there in all the calls that were learnt from."),
        FindingKind.LOW_BALANCE: _("The first moment at which usual and extra cost together have used the balance up."),
    }[kind]


def term_word(name: str) -> str:
    """What a figure is called."""
    words = {
        "hour": _("hour"),
        "actual": _("actual"),
        "bound": _("bound"),
        "step": _("history"),
        "balance_share": _("part of the balance that one hour may take"),
        "q": _("Q, 90th percentile of the same clock hours"),
        "samples": _("samples"),
        "window": _("looked back"),
        "a": _("A, median of the active hours of a week"),
        "factor": _("factor"),
        "f": _("F, how far above Q it must be"),
        "f_share": _("F as a part of the week's cost"),
        "f_least": _("F at least"),
        "habit": _("habit, what days before had"),
        "habit_factor": _("habit factor"),
        "critical_factor": _("factor from which it is critical"),
        "hits": _("hours over their bound"),
        "confirmed": _("confirmed"),
        "ten_minutes": _("the last ten minutes"),
        "since": _("since"),
        "until": _("until"),
        "usual": _("usual"),
        "excess": _("more than usual"),
        "least": _("counts from"),
        "least_share": _("counts from, as a part"),
        "calls": _("calls"),
        "least_calls": _("calls needed"),
        "cause": _("largest part of the increase"),
        "errors": _("errors"),
        "peak": _("most within the span"),
        "span": _("span"),
        "loop": _("evenly spaced, or doubling"),
        "share": _("part of the calls"),
        "gap": _("gap"),
        "what": _("what is new"),
        "value": _("new"),
        "known": _("known before"),
        "least_samples": _("calls to learn from at least"),
        "least_window": _("time to learn at least"),
        "usual_per_day": _("usual cost of a day"),
        "basis": _("taken from"),
        "extra": _("extra while it lasts"),
        "soon": _("counts when within"),
        "limit": _("limit"),
        "pace": _("pace of the last hour"),
        "full": _("full"),
        "resets": _("starts anew"),
        "usual_empty": _("empty at the usual pace"),
        "current_empty": _("empty at this rate"),
    }
    return words.get(name, name)


def value_word(value: str) -> str:
    """What a value that is a word is called."""
    words = {
        "yes": _("yes"),
        "no": _("no"),
        "full": _("four weeks"),
        "trailing": _("the last days"),
        "cold": _("hardly any"),
        "hour_of_week": _("hour of the week"),
        "hour_of_day": _("hour of the day"),
        "mean": _("the mean"),
        "none": fmt.UNKNOWN,
        "volume": _("volume"),
        "mix": _("mix"),
        "rate": _("rate"),
        "ip": _("address"),
        "program": _("program"),
    }
    return words.get(value, value)


def _figure(term: Term, look: DisplayContext) -> Line:
    value = _value(term, look)
    if term.name == "value":
        value = look.ip(value)
    return Cell(f"  {fit(term_word(term.name), NAME_WIDTH)}", Emphasis.MUTED), Cell(fit(value, 20, Align.RIGHT))


def _value(term: Term, look: DisplayContext) -> str:
    value = term.value
    if isinstance(value, datetime):
        return fmt.moment(value, look.now, look.zone)
    if isinstance(value, str):
        return value if term.name == "value" else value_word(value)
    match term.unit:
        case Unit.USD:
            return f"${fmt.usd_exact(value)}" if abs(value) < 1 else fmt.usd_float(value)
        case Unit.USD_PER_H:
            return f"{fmt.usd_float(value)}/h"
        case Unit.SHARE:
            return f"{value * 100:.3g} %"
        case Unit.TIMES:
            return f"× {value:g}"
        case Unit.DAYS:
            return f"{value:g} d"
        case Unit.SECONDS:
            return fmt.span(timedelta(seconds=value))
        case _:
            return fmt.count(int(value))
