"""Unit cost: each call of a key costs far more than it used to."""

from collections.abc import Iterable, Iterator

from tui.triage.case import Case
from tui.triage.dear_spells import MIN_CALLS, WEEK_SHARE
from tui.triage.findings import Finding, FindingKind
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.severity import Severity
from tui.triage.unit_cost import UnitCostRise


def find(case: Case) -> Iterator[Finding[UnitCostRise]]:
    """Find dearer calls; for keys with a spike the spike reports them."""
    for one in case.unit_cost:
        yield Finding(
            kind=FindingKind.UNIT_COST,
            key_id=one.key_id,
            severity=_severity(case, one),
            since=one.since,
            hit_at=case.now,
            evidence=one,
            cause=one.key_id,
            is_told=one.key_id not in case.key_spikes,
        )


def _severity(case: Case, one: UnitCostRise) -> Severity:
    is_grave = case.is_grave(one.since, one.excess_usd + one.others_usd) and case.burns(
        one.key_id, one.excess_usd_per_h
    )
    return Severity.CRITICAL if is_grave else Severity.WARNING


def explain(found: Finding[UnitCostRise]) -> Iterable[Terms]:
    """The cost of a call against the usual one."""
    one = found.evidence
    yield (
        Term("since", one.since, Unit.TIME),
        Term("actual", one.call_usd, Unit.USD),
        Term("usual", one.usual_call_usd, Unit.USD),
        Term("factor", one.least_times, Unit.TIMES),
        Term("raised", one.raised, Unit.TIMES),
        Term("calls", one.calls, Unit.COUNT),
        Term("least_calls", MIN_CALLS, Unit.COUNT),
        Term("samples", one.usual_calls, Unit.COUNT),
        Term("excess", one.excess_usd_per_h, Unit.USD_PER_H),
        Term("least", one.least_usd, Unit.USD_PER_H),
        Term("least_share", WEEK_SHARE, Unit.SHARE),
        Term("cause", one.why.main_of_call.value, Unit.WORD),
    )


RULE = Rule(FindingKind.UNIT_COST, UnitCostRise, find, explain)
