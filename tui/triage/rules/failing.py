"""Failing: half of a key's calls in the last hour failed, with any error."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from tui.triage.case import Case
from tui.triage.failing import FINDING_SHARE, MIN_CALLS, Failing, find_failing
from tui.triage.findings import Finding, FindingKind
from tui.triage.refusals import Side
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.severity import Severity

COOLS_AFTER = timedelta(minutes=20)
"""Failing calls may be minutes apart."""


def find(case: Case) -> Iterator[Finding[Failing]]:
    """Find failing keys; errors that are a storm, of the key or the account, are reported by the storm, and those of an
    empty wallet are past once it is refilled.
    """
    stormy = {name for one in case.storms for name in one.names}
    sides = {one.refusal.side for one in case.storms if one.is_shared}
    for one in find_failing(case.outcomes):
        side = one.refusal.side
        if side is Side.WALLET and case.is_refilled(one.last_at):
            continue
        if side in sides or all(case.inputs.key_names.get(key_id) in stormy for key_id in one.keys):
            continue
        yield Finding(
            kind=FindingKind.FAILING,
            key_id=one.key_id,
            severity=Severity.CRITICAL if side is Side.WALLET else Severity.WARNING,
            since=one.since,
            hit_at=one.last_at,
            evidence=one,
            cause=None if side.is_shared or side.is_limit else one.key_id,
            cools_after=COOLS_AFTER,
        )


def explain(found: Finding[Failing]) -> Iterable[Terms]:
    """How many calls of a key failed in the last hour."""
    one = found.evidence
    yield (
        Term("refusal", one.refusal.side.value, Unit.WORD),
        Term("keys", len(one.keys), Unit.COUNT),
        Term("since", one.since, Unit.TIME),
        Term("errors", one.failed, Unit.COUNT),
        Term("calls", one.calls, Unit.COUNT),
        Term("least_calls", MIN_CALLS, Unit.COUNT),
        Term("share", one.failed / one.calls, Unit.SHARE),
        Term("least_share", FINDING_SHARE, Unit.SHARE),
    )


RULE = Rule(FindingKind.FAILING, Failing, find, explain)
