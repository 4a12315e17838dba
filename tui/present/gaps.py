"""The gaps of a verdict, in words: which inputs, why, and the progress of reading."""

from collections.abc import Mapping, Sequence
from typing import Any

from tui.locale import _
from tui.monitor.question import Question
from tui.monitor.questions import (
    AskAccountHistory,
    AskBreakdown,
    AskCalls,
    AskErrors,
    AskKeyCosts,
    AskKeyHistory,
    AskKeys,
    AskPlans,
    AskProfile,
    AskSite,
    AskTotals,
)
from tui.present import failures
from tui.present import format as fmt
from tui.present.clauses import clauses
from tui.present.display_context import DisplayContext
from tui.triage.gaps import Gap, Input
from widgets.values import Cell, Emphasis, Line

_INPUTS: Mapping[type, Input] = {
    AskProfile: Input.PROFILE,
    AskKeys: Input.KEYS,
    AskCalls: Input.CALLS,
    AskKeyCosts: Input.KEY_COSTS,
    AskAccountHistory: Input.HISTORY,
    AskKeyHistory: Input.KEY_HISTORIES,
    AskErrors: Input.ERRORS,
    AskPlans: Input.PLANS,
}


def input_word(name: Input) -> str:
    """The name of an input."""
    return {
        Input.PROFILE: _("account"),
        Input.KEYS: _("keys"),
        Input.CALLS: _("calls"),
        Input.KEY_COSTS: _("costs of keys"),
        Input.HISTORY: _("history"),
        Input.KEY_HISTORIES: _("histories of keys"),
        Input.ERRORS: _("errors"),
        Input.PLANS: _("plans"),
    }[name]


def question_word(question: Question[Any]) -> str:
    """The name of a question's response."""
    if isinstance(question, AskTotals | AskBreakdown):
        return _("totals")
    if isinstance(question, AskSite):
        return _("settings")
    name = _INPUTS.get(type(question))
    return input_word(name) if name is not None else _("figures")


def lacks(gaps: Sequence[Gap], look: DisplayContext) -> str:
    """All gaps in one text, grouped by failure: unreadable ones first, then those still being read."""
    failed: dict[str, list[Gap]] = {}
    for gap in gaps:
        if gap.failure is not None:
            failed.setdefault(failures.short(gap.failure), []).append(gap)
    told = [
        _("{what}: {why}").format(what=", ".join(_named(gap, look) for gap in several), why=why)
        for why, several in failed.items()
    ]
    waiting = [gap for gap in gaps if gap.failure is None]
    told += [_so_far(gap) for gap in waiting if gap.total]
    rest = [_named(gap, look) for gap in waiting if not gap.total]
    if rest:
        told.append(_("not read yet: {what}").format(what=", ".join(rest)))
    return clauses(told)


def as_of(gaps: Sequence[Gap], look: DisplayContext) -> str:
    """A prefix with the date of old data; nothing if all is current."""
    oldest = min((gap.as_of for gap in gaps if gap.as_of is not None), default=None)
    return "" if oldest is None else _("as of {time} · ").format(time=fmt.clock_time(oldest, look.zone, seconds=False))


def note(gaps: Sequence[Gap], look: DisplayContext) -> Line:
    """The gaps after a title; nothing if all was read."""
    return (Cell(f" · ▲ {lacks(gaps, look)}", Emphasis.WARNING),) if gaps else ()


def _named(gap: Gap, look: DisplayContext) -> str:
    if gap.done and gap.total:
        return _("{what} ({n} of {total})").format(
            what=input_word(gap.input), n=fmt.count(gap.done), total=fmt.count(gap.total)
        )
    if gap.as_of is None:
        return input_word(gap.input)
    return _("{what} as of {time}").format(what=input_word(gap.input), time=fmt.clock_time(gap.as_of, look.zone))


def _so_far(gap: Gap) -> str:
    told = _("so far {n} of {total} histories of keys read")
    if gap.input is Input.CALLS:
        told = _("so far {n} of at most {total} calls read")
    return told.format(n=fmt.count(gap.done or 0), total=fmt.count(gap.total or 0))
