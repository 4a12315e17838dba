"""The rules behind the findings with their figures filled in, as data: the screens word them."""

from datetime import datetime

from msgspec import Struct

from tui.triage.findings import FindingKind
from tui.triage.report import Report
from tui.triage.rule import Terms
from tui.triage.rules import RULES, AnyFinding

_BY_KIND = {rule.kind: rule for rule in RULES}


class Explained(Struct, frozen=True):
    """A rule with its figures and its key (None: the account, or no key of a known id)."""

    kind: FindingKind
    key_id: int | None
    terms: Terms

    def value(self, name: str) -> float | datetime | str | None:
        """The value of a term; None if the rule has no such term."""
        return next((term.value for term in self.terms if term.name == name), None)


def explain(report: Report) -> tuple[Explained, ...]:
    """Explain every finding of a report."""
    return tuple(told for one in (*report.findings, *report.untold) for told in explain_finding(one))


def explain_finding(found: AnyFinding) -> tuple[Explained, ...]:
    """Explain one finding, once for each item of its evidence."""
    return tuple(Explained(found.kind, found.key_id, terms) for terms in _BY_KIND[found.kind].explain(found))
