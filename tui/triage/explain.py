"""The rule behind a finding with its numbers filled in, as data: whoever shows it words it.

Names are those of triage-spec sections 3 to 5; a term's `unit` says how to write its value.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tui.triage.baselines import SAME_HOUR_DAYS, HistoryDepth
from tui.triage.failing import FINDING_SHARE, Failing
from tui.triage.failing import MIN_CALLS as FAILING_CALLS
from tui.triage.findings import FindingKind
from tui.triage.origins import LEARN_CALLS, LEARN_SPAN, NewOrigin
from tui.triage.plans import MIN_SHARE as PLAN_SHARE
from tui.triage.plans import SOON as PLAN_SOON
from tui.triage.plans import ShortPlan
from tui.triage.report import SOON, Report
from tui.triage.slow_spend import LEAK_TIMES, LEAK_WEEK_SHARE, SlowSpend
from tui.triage.spikes import ACCOUNT_RULE, COLD_BALANCE_SHARE, CRITICAL_TIMES, KEY_RULE, Rule, Spike
from tui.triage.storms import STORM_CALLS, STORM_SHARE, STORM_SPAN, Storm
from tui.triage.unit_cost import MIN_CALLS, TIMES, UnitCostRise
from tui.triage.unit_cost import WEEK_SHARE as DEARER_WEEK_SHARE


class Unit(StrEnum):
    """How a value is written."""

    USD = "usd"
    USD_PER_H = "usd/h"
    TIMES = "times"
    SHARE = "share"
    COUNT = "count"
    DAYS = "days"
    SECONDS = "s"
    TIME = "time"
    WORD = "word"


class Term(Struct, frozen=True):
    """One figure of a rule. A `TIME` is an aware datetime, a `WORD` an untranslated name, everything else a number."""

    name: str
    value: float | datetime | str
    unit: Unit


class Explained(Struct, frozen=True):
    """A finding's rule with its figures: what it is about, and the terms in the order in which they are read.

    `key_id` is None for the account, and for errors, which name their key only.
    """

    kind: FindingKind
    key_id: int | None
    terms: tuple[Term, ...]

    def value(self, name: str) -> float | datetime | str | None:
        """The value of a term, None if the rule has none of that name.

        >>> Explained(Kind.LEAK, None, (Term("actual", 3.0, Unit.USD),)).value("actual")
        3.0
        """
        return next((term.value for term in self.terms if term.name == name), None)


def explain(report: Report) -> tuple[Explained, ...]:
    """The rules behind everything that a report found."""
    return tuple(_all(report))


def _all(report: Report) -> Iterator[Explained]:
    if report.spike is not None:
        yield spike_rule(report.spike, ACCOUNT_RULE, None)
    for key_id, spike in (*report.key_spikes.items(), *report.key_hits.items()):
        yield spike_rule(spike, KEY_RULE, key_id)
    yield from (leak_rule(leak) for leak in report.leaks)
    yield from (dearer_rule(one) for one in report.dearer)
    yield from (storm_rule(storm) for storm in report.storms)
    yield from (failing_rule(one) for one in report.failing)
    yield from (plan_rule(one) for one in report.plans[:1])
    yield from (place_rule(one) for one in report.places)
    if report.usual_empty_at is not None or report.current_empty_at is not None:
        yield empty_rule(report)


def spike_rule(spike: Spike, rule: Rule, key_id: int | None) -> Explained:
    """The worst hour against its bound.

    `q`: 90th percentile of the same clock hours; `a`: median of the active hours of a week; `f`: how far above Q it
    must be; `habit`: what three of the last 14 days had; `bound`: the largest of factor × max(Q, A), Q + F and
    habit_factor × habit. In the first day of use the bound is a part of the balance.
    """
    worst = spike.worst
    usual = worst.usual
    terms = [
        Term("hour", worst.start, Unit.TIME),
        Term("actual", worst.actual_usd, Unit.USD_PER_H),
        Term("bound", worst.bound_usd, Unit.USD_PER_H),
        Term("step", usual.step.value, Unit.WORD),
    ]
    if usual.step is HistoryDepth.COLD:
        terms.append(Term("balance_share", COLD_BALANCE_SHARE, Unit.SHARE))
        return Explained(FindingKind.SPIKE, key_id, tuple(terms))
    terms += [
        Term("q", usual.q_usd, Unit.USD_PER_H),
        Term("samples", usual.samples, Unit.COUNT),
        Term("window", SAME_HOUR_DAYS if usual.step is HistoryDepth.FULL else 7, Unit.DAYS),
        Term("a", usual.a_usd, Unit.USD_PER_H),
        Term("factor", rule.times, Unit.TIMES),
        Term("f", worst.floor_usd, Unit.USD_PER_H),
        Term("f_share", rule.week_share, Unit.SHARE),
        Term("f_least", rule.least_usd, Unit.USD_PER_H),
        Term("habit", usual.seen_usd, Unit.USD_PER_H),
        Term("habit_factor", rule.times_seen, Unit.TIMES),
        Term("critical_factor", CRITICAL_TIMES, Unit.TIMES),
        Term("hits", len(spike.hours), Unit.COUNT),
        Term("confirmed", "yes" if spike.is_confirmed else "no", Unit.WORD),
    ]
    if worst.is_running:
        terms.append(Term("ten_minutes", worst.ten_minutes_usd, Unit.USD))
    return Explained(FindingKind.SPIKE, key_id, tuple(terms))


def leak_rule(leak: SlowSpend) -> Explained:
    """The day so far against the median of the same clock time."""
    return Explained(
        FindingKind.LEAK,
        leak.key_id,
        (
            Term("since", leak.since, Unit.TIME),
            Term("until", leak.until, Unit.TIME),
            Term("actual", leak.today_usd, Unit.USD),
            Term("usual", leak.usual_usd, Unit.USD),
            Term("samples", leak.days, Unit.DAYS),
            Term("factor", LEAK_TIMES, Unit.TIMES),
            Term("excess", leak.excess_usd, Unit.USD),
            Term("least", leak.least_usd, Unit.USD),
            Term("least_share", LEAK_WEEK_SHARE, Unit.SHARE),
            Term("habit", leak.seen_usd, Unit.USD),
        ),
    )


def dearer_rule(one: UnitCostRise) -> Explained:
    """The cost of a call against the usual one."""
    return Explained(
        FindingKind.DEARER,
        one.key_id,
        (
            Term("since", one.since, Unit.TIME),
            Term("actual", one.call_usd, Unit.USD),
            Term("usual", one.usual_call_usd, Unit.USD),
            Term("factor", TIMES, Unit.TIMES),
            Term("calls", one.calls, Unit.COUNT),
            Term("least_calls", MIN_CALLS, Unit.COUNT),
            Term("samples", one.usual_calls, Unit.COUNT),
            Term("excess", one.excess_usd_per_h, Unit.USD_PER_H),
            Term("least", one.least_usd, Unit.USD_PER_H),
            Term("least_share", DEARER_WEEK_SHARE, Unit.SHARE),
            Term("cause", one.why.main, Unit.WORD),
        ),
    )


def storm_rule(storm: Storm) -> Explained:
    """How many equal errors came close together, and what part of the calls they were."""
    terms = [
        Term("since", storm.calls[-1].at, Unit.TIME),
        Term("until", storm.newest.at, Unit.TIME),
        Term("errors", len(storm.calls), Unit.COUNT),
        Term("peak", storm.peak, Unit.COUNT),
        Term("least", STORM_CALLS, Unit.COUNT),
        Term("span", STORM_SPAN.total_seconds(), Unit.SECONDS),
        Term("least_share", STORM_SHARE, Unit.SHARE),
        Term("loop", "yes" if storm.is_loop else "no", Unit.WORD),
    ]
    if storm.share is not None:
        terms.append(Term("share", storm.share, Unit.SHARE))
    if storm.even_gap_s is not None:
        terms.append(Term("gap", storm.even_gap_s, Unit.SECONDS))
    return Explained(FindingKind.STORM, None, tuple(terms))


def failing_rule(one: Failing) -> Explained:
    """How many calls of a key failed in the last hour."""
    return Explained(
        FindingKind.FAILING,
        one.key_id,
        (
            Term("since", one.since, Unit.TIME),
            Term("errors", one.failed, Unit.COUNT),
            Term("calls", one.calls, Unit.COUNT),
            Term("least_calls", FAILING_CALLS, Unit.COUNT),
            Term("share", one.failed / one.calls, Unit.SHARE),
            Term("least_share", FINDING_SHARE, Unit.SHARE),
        ),
    )


def plan_rule(one: ShortPlan) -> Explained:
    """A window's use, and when the pace of the last hour fills it."""
    terms = [
        Term("actual", one.used_usd, Unit.USD),
        Term("limit", one.limit_usd, Unit.USD),
        Term("pace", one.pace_usd_per_h, Unit.USD_PER_H),
        Term("least_share", PLAN_SHARE, Unit.SHARE),
        Term("soon", PLAN_SOON.total_seconds(), Unit.SECONDS),
    ]
    terms += [Term("full", one.full_at, Unit.TIME)] if one.full_at is not None else []
    terms += [Term("resets", one.resets_at, Unit.TIME)] if one.resets_at is not None else []
    return Explained(FindingKind.PLAN, None, tuple(terms))


def place_rule(one: NewOrigin) -> Explained:
    """What is new, and how much use without it is known."""
    return Explained(
        FindingKind.PLACE,
        one.key_id,
        (
            Term("what", one.kind.value, Unit.WORD),
            Term("value", one.value, Unit.WORD),
            Term("since", one.since, Unit.TIME),
            Term("calls", one.calls, Unit.COUNT),
            Term("actual", one.billed_usd, Unit.USD),
            Term("known", len(one.known), Unit.COUNT),
            Term("samples", one.learnt_calls, Unit.COUNT),
            Term("window", one.learnt.total_seconds(), Unit.SECONDS),
            Term("least_samples", LEARN_CALLS, Unit.COUNT),
            Term("least_window", LEARN_SPAN.total_seconds(), Unit.SECONDS),
        ),
    )


def empty_rule(report: Report) -> Explained:
    """What the two times to empty rest on."""
    terms = [
        Term("usual_per_day", report.usual_usd_per_day, Unit.USD),
        Term("basis", report.pace_basis.value, Unit.WORD),
        Term("extra", report.extra_usd_per_h, Unit.USD_PER_H),
        Term("soon", SOON.total_seconds(), Unit.SECONDS),
    ]
    for name, at in (("usual_empty", report.usual_empty_at), ("current_empty", report.current_empty_at)):
        if at is not None:
            terms.append(Term(name, at, Unit.TIME))
    return Explained(FindingKind.LOW_BALANCE, None, tuple(terms))
