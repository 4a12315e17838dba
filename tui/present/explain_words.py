"""Why something is a finding: its rule, and the figures that fill it in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tui.locale import _
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.finding_words import words_of
from tui.present.key_names import key_name
from tui.present.reason_words import reason, told_before
from tui.present.term_words import term_words, value_word
from tui.triage.explain import Explained
from tui.triage.findings import FindingKind
from tui.triage.rule import Term, Unit
from tui.triage.thresholds import Thresholds
from widgets.layout import fit
from widgets.values import Align, Cell, Emphasis, Line

NAME_WIDTH = 44


Counted = Callable[[FindingKind, int | None], int]
"""How often a kind was reported for a key in the last four weeks."""


def explain_lines(
    found: tuple[Explained, ...], snapshot: Snapshot, look: DisplayContext, told: Counted | None = None
) -> tuple[Line, ...]:
    """All rules behind a report, one after another: the words, then the rule, then its figures."""
    if not found:
        return ((Cell(_("Nothing was found, so there is nothing to explain."), Emphasis.MUTED),),)
    lines: list[Line] = []
    for one in found:
        whose = f" · {key_name(one.key_id, snapshot, look)}" if one.key_id is not None else ""
        words = words_of(one.kind)
        lines.append((Cell(f"{words.name}{whose}", Emphasis.ACCENT),))
        why = reason(one, look)
        lines += [(Cell(why, Emphasis.STRONG),)] if why else []
        lines += [(Cell(told_before(told(one.kind, one.key_id))),)] if told is not None else []
        lines.append((Cell(words.rule, Emphasis.MUTED),))
        lines += [_figure(term, look) for term in one.terms]
        lines.append(())
    return tuple(lines[:-1])


def threshold_lines(thresholds: Thresholds) -> tuple[Line, ...]:
    """The thresholds that a person set, by their names in the configuration file."""
    quiet = thresholds.quiet
    told = (
        ("floor_usd", fmt.usd_float(thresholds.floor_usd)),
        ("least_times", f"× {thresholds.least_times:g}"),
        ("quiet", f"{quiet.begin:%H:%M}-{quiet.end:%H:%M}" if quiet is not None else fmt.UNKNOWN),
        ("off", ", ".join(sorted(thresholds.off)) or fmt.UNKNOWN),
    )
    head = Cell(_("Your own thresholds, [triage] in the configuration file"), Emphasis.ACCENT)
    return (), (head,), *((Cell(f"  {fit(name, NAME_WIDTH)}", Emphasis.MUTED), Cell(value)) for name, value in told)


def _figure(term: Term, look: DisplayContext) -> Line:
    value = _value(term, look)
    if term.name == "value":
        value = look.ip(value)
    return Cell(f"  {fit(term_words().get(term.name, term.name), NAME_WIDTH)}", Emphasis.MUTED), Cell(
        fit(value, 20, Align.RIGHT)
    )


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
