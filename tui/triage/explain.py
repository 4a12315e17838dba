"""The rules behind what was found with their figures filled in, as data: whoever shows them words them."""

from datetime import datetime

from msgspec import Struct

from tui.triage.findings import FindingKind
from tui.triage.report import Report
from tui.triage.rule import Terms
from tui.triage.rules import RULES, AnyFinding

_BY_KIND = {rule.kind: rule for rule in RULES}


class Explained(Struct, frozen=True):
    """A rule with its figures, and the key it is about (None: the account, or no key of a known id)."""

    kind: FindingKind
    key_id: int | None
    terms: Terms

    def value(self, name: str) -> float | datetime | str | None:
        """The value of a term, None if the rule has none of that name."""
        return next((term.value for term in self.terms if term.name == name), None)


def explain(report: Report) -> tuple[Explained, ...]:
    """The rules behind everything that a report found."""
    return tuple(told for one in (*report.findings, *report.untold) for told in explain_finding(one))


def explain_finding(found: AnyFinding) -> tuple[Explained, ...]:
    """The rule behind a finding, for each thing that its evidence holds."""
    return tuple(Explained(found.kind, found.key_id, terms) for terms in _BY_KIND[found.kind].explain(found))
