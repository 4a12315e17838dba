"""The lines around the call list: matches, progress of reading, whether it follows."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from tui.gateway.budget import BudgetUse
from tui.locale import _, plural
from tui.monitor.reconcile import Difference
from tui.present import format as fmt
from tui.present import read_back
from tui.present.display_context import DisplayContext
from tui.present.read_back import ReadPlan
from tui.present.shown_keys import with_keys
from widgets.values import Cell, Emphasis, Line


class ListState(Struct, frozen=True):
    """The contents of the list, and how far back it goes."""

    shown: int
    billed_usd: Decimal
    filter_text: str
    plan: ReadPlan
    covered_from: datetime | None
    is_complete: bool
    is_reading: bool = False
    first: tuple[int, int] | None = None
    """How many calls are read and how many exist, if the gateway sorts them and sent the first ones."""


def filter_line(state: ListState) -> Line:
    """The filter, if there is one."""
    if not state.filter_text:
        return ()
    return Cell("/ ", Emphasis.MUTED), Cell(state.filter_text, Emphasis.ACCENT)


def matches(state: ListState) -> tuple[Line, ...]:
    """How many calls match the filter and their cost, then how to clear it."""
    number = plural("{n} match", "{n} match", state.shown).format(n=fmt.count(state.shown))
    return (
        (Cell(f"{number} · {fmt.usd(state.billed_usd)}", Emphasis.STRONG),),
        (Cell(with_keys(_("esc clears"), "back"), Emphasis.MUTED),),
    )


def totals(state: ListState, look: DisplayContext) -> tuple[Line, ...]:
    """How many calls are read and their cost, then their part of the range."""
    if not state.shown and state.covered_from is None and not state.is_complete:
        return ((Cell(fmt.UNKNOWN, Emphasis.MUTED),),)  # nothing was read yet, which is not the same as no calls
    lines: list[Line] = []
    if not state.filter_text:
        lines.append((Cell(f"{_count(state, state.shown)} · {fmt.usd(state.billed_usd)}", Emphasis.STRONG),))
    if state.first is not None:
        number, total = state.first
        first = with_keys(_("first {n} of {total} in this order; B reads all"), "older")
        return (*lines, (Cell(first.format(n=fmt.count(number), total=fmt.count(total)), Emphasis.WARNING),))
    if state.filter_text:
        lines.append((Cell(_count(state, state.plan.here), Emphasis.NORMAL),))
    if state.is_complete or state.covered_from is None:
        return tuple(lines)
    since = fmt.moment(state.covered_from, look.now, look.zone)
    text = _("read back to {time}") if state.is_reading else with_keys(_("read back to {time}; B reads on"), "older")
    lines.append((Cell(text.format(time=since), Emphasis.WARNING),))
    if state.plan.total is not None and state.plan.total > state.plan.here:
        here = _("{n} of {total} loaded")
        loaded = here.format(n=fmt.count(state.plan.here), total=fmt.count(state.plan.total))
        lines.append((Cell(loaded, Emphasis.MUTED),))
    return tuple(lines)


def _count(state: ListState, number: int) -> str:
    """The number of calls; it says so if older ones of the range are not read."""
    if state.is_complete or state.covered_from is None or state.first is not None:
        text = plural("{n} call", "{n} calls", number)
    else:
        text = plural("newest {n} call", "newest {n} calls", number)
    return text.format(n=fmt.count(number))


def follow_word(pending_new: int, *, is_following: bool) -> str:
    """Whether new calls scroll in, and how many wait."""
    if pending_new:
        return with_keys(_("+{n} new, F follows"), "follow").format(n=pending_new)
    return _("following ●") if is_following else with_keys(_("F follows"), "follow")


def reading(plan: ReadPlan, budget: BudgetUse | None) -> Line:
    """How far reading back has got, and whether it goes on at once."""
    is_spent = budget is not None and 0 < budget.heavy_allowed <= budget.heavy_used
    return read_back.progress(plan, is_waiting=is_spent)


def difference(found: Difference | None) -> Line:
    """How the gateway's count of today's calls differs from those read."""
    if found is None:
        return ()
    number = abs(found.calls)
    if found.calls > 0:
        text = plural(
            "gateway counts {n} more call today than is here",
            "gateway counts {n} more calls today than are here",
            number,
        )
    elif found.calls < 0:
        text = plural(
            "gateway counts {n} call fewer today than are here",
            "gateway counts {n} calls fewer today than are here",
            number,
        )
    else:
        text = _("gateway counts another cost today than the calls here add up to")
    sign = "+" if found.billed_usd > 0 else ""
    amount = f" ({sign}{fmt.usd(found.billed_usd)})" if found.billed_usd else ""  # else it is not known to differ
    return (Cell(f"▲ {text.format(n=fmt.count(number))}{amount}", Emphasis.WARNING),)
