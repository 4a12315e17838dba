"""Price: a group's multiplier or a model's token price was raised: one finding, whoever pays it."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.prices import KeyMove, PriceChange
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.severity import Severity

DAY_HOURS = 24
WEEK_SHARE = 0.006
"""The least extra cost of a day, as a share of a week."""


class CostlyChange(Struct, frozen=True):
    """A price change and its cost."""

    change: PriceChange
    usd_per_h: float
    """The extra cost of an hour, averaged over a day; negative for a lower price."""


class PriceChanges(Struct, frozen=True):
    """Price changes, dearest first; or a key that moved to a group with other prices."""

    changes: tuple[CostlyChange, ...] = ()
    move: KeyMove | None = None


def find(case: Case) -> Iterator[Finding[PriceChanges]]:
    """Report all rises together if a day of them has a notable cost; lower prices and moved keys are no trouble."""
    costly = [CostlyChange(one, case.price_extra_usd_per_h(one)) for one in case.inputs.prices.in_force]
    costly.sort(key=lambda one: -one.usd_per_h)
    rises = tuple(one for one in costly if one.change.is_rise)
    falls = tuple(one for one in costly if not one.change.is_rise)
    if rises:
        week = case.full_hours.week_usd(case.full_hours.until) if case.full_hours is not None else 0.0
        least_usd = max(case.inputs.thresholds.floor_usd, WEEK_SHARE * week)
        is_told = sum(one.usd_per_h for one in rises) * DAY_HOURS >= least_usd
        yield _finding(case, PriceChanges(rises), is_told=is_told)
    if falls:
        yield _finding(case, PriceChanges(falls), is_told=False)
    for move in case.inputs.prices.moves:
        yield _finding(case, PriceChanges(move=move), is_told=False)


def _finding(case: Case, evidence: PriceChanges, *, is_told: bool) -> Finding[PriceChanges]:
    move = evidence.move
    return Finding(
        kind=FindingKind.PRICE,
        key_id=move.key_id if move is not None else None,
        severity=Severity.WARNING if is_told else Severity.INFO,
        since=move.since if move is not None else min(one.change.since for one in evidence.changes),
        hit_at=case.now,
        evidence=evidence,
        is_told=is_told,
    )


def explain(found: Finding[PriceChanges]) -> Iterable[Terms]:
    """Each price before and now, the number of calls, and the cost."""
    move = found.evidence.move
    if move is not None:
        yield (
            Term("since", move.since, Unit.TIME),
            Term("before_multiplier", move.before, Unit.TIMES),
            Term("multiplier", move.after, Unit.TIMES),
        )
    for one in found.evidence.changes:
        change = one.change
        terms = [Term("since", change.since, Unit.TIME)]
        if change.model is None:
            terms.append(Term("before_multiplier", change.before, Unit.TIMES))
            terms.append(Term("multiplier", change.after, Unit.TIMES))
        yield (
            *terms,
            Term("price", round(change.times, 3), Unit.TIMES),
            Term("calls", change.calls, Unit.COUNT),
            Term("keys", len(change.keys), Unit.COUNT),
            Term("excess", one.usd_per_h, Unit.USD_PER_H),
        )


RULE = Rule(FindingKind.PRICE, PriceChanges, find, explain)
