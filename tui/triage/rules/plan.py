"""Plan: a subscription's window is used up, or will be before it resets."""

from collections.abc import Iterable, Iterator

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.plans import MIN_SHARE, SOON, ShortPlan, find_short_plans
from tui.triage.rule import Rule, Term, Terms, Unit


def find(case: Case) -> Iterator[Finding[ShortPlan]]:
    """Report the window that fills up first."""
    for place, one in enumerate(find_short_plans(case.inputs.plans, case.now)):
        yield Finding(
            kind=FindingKind.PLAN,
            since=case.now,
            hit_at=case.now,
            evidence=one,
            cause=one.key_id,
            is_told=place == 0,
        )


def explain(found: Finding[ShortPlan]) -> Iterable[Terms]:
    """A window's use, and when the pace of the last hour fills it."""
    one = found.evidence
    terms = [
        Term("actual", one.used_usd, Unit.USD),
        Term("limit", one.limit_usd, Unit.USD),
        Term("pace", one.pace_usd_per_h, Unit.USD_PER_H),
        Term("least_share", MIN_SHARE, Unit.SHARE),
        Term("soon", SOON.total_seconds(), Unit.SECONDS),
    ]
    terms += [Term("full", one.full_at, Unit.TIME)] if one.full_at is not None else []
    terms += [Term("resets", one.resets_at, Unit.TIME)] if one.resets_at is not None else []
    yield tuple(terms)


RULE = Rule(FindingKind.PLAN, ShortPlan, find, explain)
