"""Growth: a key costs more from day to day, though no hour of it stands out."""

from collections.abc import Iterable, Iterator

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.growth import TIMES, TIMES_HIGHEST, WEEK_SHARE, Growth
from tui.triage.rule import Rule, Term, Terms, Unit


def find(case: Case) -> Iterator[Finding[Growth]]:
    """Find what grows; a key with a spike, slow spend or dearer calls is told by that."""
    others = {*case.key_hits, *(one.cause for one in case.slow_spend), *(one.key_id for one in case.unit_cost)}
    for one in case.growth:
        if one.is_hit:
            yield Finding(
                kind=FindingKind.GROWTH,
                key_id=one.key_id,
                since=one.since,
                hit_at=case.now,
                evidence=one,
                cause=one.key_id,
                is_told=one.key_id not in others,
            )


def explain(found: Finding[Growth]) -> Iterable[Terms]:
    """The cost of the last two days against that of any two days before."""
    one = found.evidence
    yield (
        Term("since", one.since, Unit.TIME),
        Term("two_days", one.usd, Unit.USD),
        Term("usual", one.usual_usd, Unit.USD),
        Term("factor", TIMES, Unit.TIMES),
        Term("highest_two_days", one.highest_usd, Unit.USD),
        Term("highest_factor", TIMES_HIGHEST, Unit.TIMES),
        Term("bar", one.told_from_usd, Unit.USD),
        Term("samples", one.days, Unit.DAYS),
        Term("excess", one.excess_usd, Unit.USD),
        Term("least_share", WEEK_SHARE, Unit.SHARE),
    )


RULE = Rule(FindingKind.GROWTH, Growth, find, explain)
