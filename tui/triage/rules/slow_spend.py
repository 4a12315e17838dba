"""Slow spend: an even cost in every hour that was not there before, though no hour of it stands out."""

from collections.abc import Iterable, Iterator

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.severity import Severity
from tui.triage.slow_spend import TIMES, TIMES_HIGHEST, WEEK_SHARE, SlowSpend


def find(case: Case) -> Iterator[Finding[SlowSpend]]:
    """Report one: a key's rather than the account's, because a key can be acted on."""
    told = next((one for one in case.slow_spend if one.key_id is not None), next(iter(case.slow_spend), None))
    for one in sorted(case.slow_spend, key=lambda one: one is not told):
        yield Finding(
            kind=FindingKind.SLOW_SPEND,
            key_id=one.key_id,
            severity=_severity(case, one),
            since=one.since,
            hit_at=case.now,
            evidence=one,
            cause=one.cause,
            is_told=one is told,
            is_contained=one.key_id is None and case.contained_at is not None,
        )


def _severity(case: Case, one: SlowSpend) -> Severity:
    is_grave = case.is_grave(one.since, one.excess_usd) and case.burns(one.cause, one.base_usd_per_h)
    return Severity.CRITICAL if is_grave else Severity.WARNING


def explain(found: Finding[SlowSpend]) -> Iterable[Terms]:
    """The base of the last hours against that of the days before it began."""
    one = found.evidence
    yield (
        Term("since", one.since, Unit.TIME),
        Term("until", one.until, Unit.TIME),
        Term("base", one.base_usd_per_h, Unit.USD_PER_H),
        Term("usual", one.usual_usd_per_h, Unit.USD_PER_H),
        Term("factor", TIMES, Unit.TIMES),
        Term("highest", one.highest_usd_per_h, Unit.USD_PER_H),
        Term("highest_factor", TIMES_HIGHEST, Unit.TIMES),
        Term("samples", one.days, Unit.DAYS),
        Term("excess", one.excess_usd, Unit.USD),
        Term("least", one.least_usd, Unit.USD),
        Term("least_share", WEEK_SHARE, Unit.SHARE),
    )


RULE = Rule(FindingKind.SLOW_SPEND, SlowSpend, find, explain)
