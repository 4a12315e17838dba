"""The cost and progress of reading call records back, in words."""

from msgspec import Struct

from tui.locale import _, plural
from tui.present import format as fmt
from tui.present.dialogs import ConfirmModel
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from widgets.values import Cell, Emphasis, Line

PAGE_ROWS = 1000
ROW_KB = 3.5
"""The size of a record on the wire without compression (contract 5.2)."""


class ReadPlan(Struct, frozen=True):
    """The number of calls read, and in the range; None before they are counted."""

    here: int
    total: int | None

    @property
    def missing(self) -> int:
        """How many calls are still to be read."""
        return max(0, (self.total or 0) - self.here)

    @property
    def requests(self) -> int:
        """How many requests are needed.

        >>> ReadPlan(1000, 3500).requests
        3
        """
        return -(-self.missing // PAGE_ROWS)


def cost_words(plan: ReadPlan) -> str:
    """Requests and megabytes.

    >>> cost_words(ReadPlan(1000, 3500))
    '3 requests, 9 MB'
    """
    megabytes = plan.missing * ROW_KB / 1000
    size = f"{megabytes:.0f} MB" if megabytes >= 1 else f"{plan.missing * ROW_KB:.0f} kB"
    requests = plural("{n} request", "{n} requests", plan.requests).format(n=fmt.count(plan.requests))
    return f"{requests}, {size}"


def offer(plan: ReadPlan, most: int, per_minute: int) -> tuple[Line, ...]:
    """What a person should know before it starts; `per_minute` is the request limit, 0 for none."""
    if plan.total is None:
        count = _("How many calls the range has is not known; up to {n} are read.").format(n=fmt.count(most))
        return ((Cell(count),), _can_stop())
    head = plural("{n} of {total} call is here.", "{n} of {total} calls are here.", plan.total)
    head = head.format(n=fmt.count(plan.here), total=fmt.count(plan.total))
    wanted = ReadPlan(plan.here, min(plan.total, most))
    cost = plural(
        "The other {n} takes about {cost} (less where the gateway compresses).",
        "The other {n} take about {cost} (less where the gateway compresses).",
        wanted.missing,
    )
    lines: list[Line] = [
        (Cell(head, Emphasis.STRONG),),
        (Cell(cost.format(n=fmt.count(wanted.missing), cost=cost_words(wanted))),),
    ]
    if per_minute and wanted.requests > per_minute:
        minutes = plural(
            "At {n} request a minute that is {time} min.", "At {n} requests a minute that is {time} min.", per_minute
        )
        lines.append((Cell(minutes.format(n=per_minute, time=-(-wanted.requests // per_minute))),))
    if plan.total > most:
        kept = _("aktop keeps the newest {n}; an export has no such limit.").format(n=fmt.count(most))
        lines.append((Cell(kept, Emphasis.WARNING),))
    return (*lines, _can_stop())


def offer_model(plan: ReadPlan, most: int, per_minute: int) -> ConfirmModel:
    """Confirm before it starts."""
    return ConfirmModel(_("Read the range back"), offer(plan, most, per_minute), _("Read"))


def all_here() -> Toast:
    """Everything is already read."""
    return Toast(_("The whole range is here."))


def ended(count: int) -> Toast:
    """It was read back to the start of the range."""
    return Toast(plural("{n} call is here.", "{n} calls are here.", count).format(n=fmt.count(count)))


def progress(plan: ReadPlan, *, is_waiting: bool = False) -> Line:
    """Progress. How to stop comes first: a narrow terminal cuts the end."""
    if plan.total is None:
        text = plural(
            "reading back, esc stops: {n} call is here", "reading back, esc stops: {n} calls are here", plan.here
        )
        text = with_keys(text, "back").format(n=fmt.count(plan.here))
    else:
        text = plural(
            "reading back, esc stops: {n} of {total} call", "reading back, esc stops: {n} of {total} calls", plan.total
        )
        text = with_keys(text, "back").format(n=fmt.count(plan.here), total=fmt.count(plan.total))
    if is_waiting:
        text += " · " + _("waits: request limit")
    elif plan.total is not None:
        text += " · " + _("{cost} to go").format(cost=cost_words(plan))
    return (Cell(text, Emphasis.ACCENT),)


def _can_stop() -> Line:
    return (
        Cell(with_keys(_("Escape stops it; what was read stays, and B goes on from there."), "older"), Emphasis.MUTED),
    )
