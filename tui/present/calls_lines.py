"""The lines around the call list: what matches, how far it was read, whether it follows."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from tui.locale import _, plural
from tui.monitor.reconcile import Difference
from tui.present import format as fmt
from tui.present import read_back
from tui.present.look import Look
from tui.present.read_back import ReadPlan
from widgets.values import Cell, Line, Severity


class ListState(Struct, frozen=True):
    """What the list shows and how far it goes back."""

    shown: int
    billed_usd: Decimal
    filter_text: str
    plan: ReadPlan
    covered_from: datetime | None
    is_complete: bool


def filter_line(state: ListState) -> tuple[Line, ...]:
    """The filter, if there is one."""
    if not state.filter_text:
        return ()
    return ((Cell("/ ", Severity.MUTED), Cell(state.filter_text, Severity.ACCENT)),)


def totals(state: ListState, look: Look) -> tuple[Line, ...]:
    """How many calls match and what they cost, then how much of the range is here."""
    if not state.shown and state.covered_from is None and not state.is_complete:
        return ((Cell(fmt.UNKNOWN, Severity.MUTED),),)  # nothing was heard yet, which is not the same as no call
    if state.filter_text:
        number = plural("{n} match", "{n} match", state.shown)
    else:
        number = plural("{n} call", "{n} calls", state.shown)
    count = number.format(n=fmt.count(state.shown))
    lines: list[Line] = [(Cell(f"{count} · {fmt.usd(state.billed_usd)}", Severity.STRONG),)]
    if state.is_complete or state.covered_from is None:
        return tuple(lines)
    since = fmt.moment(state.covered_from, look.now, look.zone)
    lines.append((Cell(_("read back to {time}; B reads on").format(time=since), Severity.WARNING),))
    if state.plan.total is not None and state.plan.total > state.plan.here:
        here = _("{n} of {total} loaded")
        loaded = here.format(n=fmt.count(state.plan.here), total=fmt.count(state.plan.total))
        lines.append((Cell(loaded, Severity.MUTED),))
    return tuple(lines)


def follow_word(pending_new: int, *, is_following: bool) -> str:
    """Whether new calls move in, and how many wait."""
    if pending_new:
        return _("+{n} new, F follows").format(n=pending_new)
    return _("following ●") if is_following else _("F follows")


def reading(plan: ReadPlan) -> Line:
    """How far reading back got."""
    return read_back.progress(plan)


def difference(found: Difference | None) -> Line:
    """What the gateway counts today beyond what is here."""
    if found is None:
        return ()
    number = abs(found.calls)
    if found.calls > 0:
        text = plural("gateway counts {n} more call today", "gateway counts {n} more calls today", number)
    elif found.calls < 0:
        text = plural("gateway counts {n} call fewer today", "gateway counts {n} calls fewer today", number)
    else:
        text = _("gateway counts another cost today")
    sign = "+" if found.billed_usd > 0 else ""
    words = f"▲ {text.format(n=fmt.count(number))} ({sign}{fmt.usd(found.billed_usd)})"
    return (Cell(words, Severity.WARNING),)
