"""Failing: half of a key's calls of the last hour failed, with whatever error."""

from collections.abc import Iterable, Iterator

from tui.triage.case import Case
from tui.triage.failing import FINDING_SHARE, MIN_CALLS, Failing, find_failing
from tui.triage.findings import Finding, FindingKind
from tui.triage.rule import Rule, Term, Terms, Unit


def find(case: Case) -> Iterator[Finding[Failing]]:
    """Those whose errors are a storm are told by the storm."""
    stormy = {one.newest.key_name for one in case.storms}
    for one in find_failing(case.outcomes):
        if case.inputs.key_names.get(one.key_id) not in stormy:
            yield Finding(
                kind=FindingKind.FAILING,
                key_id=one.key_id,
                since=one.since,
                hit_at=case.now,
                evidence=one,
                cause=one.key_id,
            )


def explain(found: Finding[Failing]) -> Iterable[Terms]:
    """How many calls of a key failed in the last hour."""
    one = found.evidence
    yield (
        Term("since", one.since, Unit.TIME),
        Term("errors", one.failed, Unit.COUNT),
        Term("calls", one.calls, Unit.COUNT),
        Term("least_calls", MIN_CALLS, Unit.COUNT),
        Term("share", one.failed / one.calls, Unit.SHARE),
        Term("least_share", FINDING_SHARE, Unit.SHARE),
    )


RULE = Rule(FindingKind.FAILING, Failing, find, explain)
