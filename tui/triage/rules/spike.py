"""Spike: an hour of the account or of a key costs far more than is usual at that hour."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tui.triage.baselines import HOUR, SAME_HOUR_DAYS, HistoryDepth
from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.severity import Severity
from tui.triage.spike_judge import COLD_BALANCE_SHARE
from tui.triage.spikes import ACCOUNT_BOUNDS, CRITICAL_TIMES, KEY_BOUNDS, Spike

GRAVE_DAYS = 3.0
"""A spike cannot wait once it has cost so many usual days: more than other findings, as it may be heavy work."""


def find(case: Case) -> Iterator[Finding[Spike]]:
    """The account's spike, then those of keys, then hits of keys that wait for a second one.

    Of a spike of the whole account, only the keys behind it are reported: the others had a busy day as well.
    """
    blamed, is_of_all = case.blamed, case.is_account_sure and bool(case.suspects)
    if case.account_spike is not None:
        found = _finding(case, case.account_spike, None, next(iter(blamed), None), is_sure=case.is_account_sure)
        yield replace(found, is_contained=case.contained_at is not None)
    confirmed_first = sorted(case.key_hits.items(), key=lambda item: not item[1].is_confirmed)
    for key_id, spike in confirmed_first:
        is_told = not is_of_all or key_id in blamed or spike.is_critical
        found = _finding(case, spike, key_id, key_id, is_sure=spike.is_confirmed)
        yield replace(found, is_told=is_told)


def _finding(case: Case, spike: Spike, key_id: int | None, cause: int | None, *, is_sure: bool) -> Finding[Spike]:
    """A hit that is not confirmed waits for a second one, however far above usual: its usual may be small.

    Nothing becomes critical once its calls have stopped.
    """
    last = spike.hours[-1]
    is_dear = spike.is_critical or case.empties_soon or case.is_grave(spike.since, spike.excess_usd, GRAVE_DAYS)
    is_critical = is_sure and is_dear and case.burns(cause, spike.worst.actual_usd)
    return Finding(
        kind=FindingKind.SPIKE,
        key_id=key_id,
        severity=Severity.CRITICAL if is_critical else Severity.WARNING,
        since=case.minute_of(cause, spike.since),
        hit_at=case.now if last.is_running else last.start + HOUR,
        evidence=spike,
        cause=cause,
        is_sure=is_sure,
        cools_after=HOUR,
    )


def explain(found: Finding[Spike]) -> Iterable[Terms]:
    """The worst hour against its bound.

    `q`: 90th percentile of the same clock hours; `a`: median of the active hours of a week; `f`: how far above Q it
    must be; `habit`: what three of the last 14 days had; `bound`: the largest of factor × max(Q, A), Q + F and
    habit_factor × habit. In the first day of use the bound is a part of the balance.
    """
    spike, bounds = found.evidence, ACCOUNT_BOUNDS if found.key_id is None else KEY_BOUNDS
    worst = spike.worst
    usual = worst.usual
    terms = [
        Term("hour", worst.start, Unit.TIME),
        Term("actual", worst.actual_usd, Unit.USD_PER_H),
        Term("bound", worst.bound_usd, Unit.USD_PER_H),
        Term("raised", worst.raised, Unit.TIMES),
        Term("bar", worst.bar_usd, Unit.USD_PER_H),
        Term("step", usual.step.value, Unit.WORD),
    ]
    if usual.step is HistoryDepth.COLD:
        yield (*terms, Term("balance_share", COLD_BALANCE_SHARE, Unit.SHARE))
        return
    terms += [
        Term("q", usual.q_usd, Unit.USD_PER_H),
        Term("samples", usual.samples, Unit.COUNT),
        Term("window", SAME_HOUR_DAYS if usual.step is HistoryDepth.FULL else 7, Unit.DAYS),
        Term("a", usual.a_usd, Unit.USD_PER_H),
        Term("factor", bounds.times, Unit.TIMES),
        Term("f", worst.floor_usd, Unit.USD_PER_H),
        Term("f_share", bounds.week_share, Unit.SHARE),
        Term("habit", usual.seen_usd, Unit.USD_PER_H),
        Term("habit_factor", bounds.times_seen, Unit.TIMES),
        Term("critical_factor", CRITICAL_TIMES, Unit.TIMES),
        Term("before", spike.before, Unit.COUNT),
        Term("dearest_before", spike.dearest_before_usd, Unit.USD),
        Term("excess", spike.excess_usd, Unit.USD),
        Term("hits", len(spike.hours), Unit.COUNT),
        Term("confirmed", "yes" if spike.is_confirmed else "no", Unit.WORD),
        Term("alike", "yes" if spike.is_loop else "no", Unit.WORD),
    ]
    if worst.is_running:
        terms.append(Term("ten_minutes", worst.ten_minutes_usd, Unit.USD))
    yield tuple(terms)


RULE = Rule(FindingKind.SPIKE, Spike, find, explain)
