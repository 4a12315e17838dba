"""Storm: equal errors of a key in quick succession, at least half of its calls."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from msgspec import Struct

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.storms import STORM_CALLS, STORM_SHARE, STORM_SPAN, Storm

COOLS_AFTER = timedelta(minutes=10)


class KeyStorms(Struct, frozen=True):
    """The storms of one key, the one with the latest error first: no burst is an incident of its own."""

    storms: tuple[Storm, ...]

    @property
    def largest(self) -> Storm:
        """The one with the most errors."""
        return max(self.storms, key=lambda one: len(one.calls))


def find(case: Case) -> Iterator[Finding[KeyStorms]]:
    """Errors name their key only: those of a name that no key or several have are of no key."""
    by_key: dict[int | None, list[Storm]] = {}
    for storm in case.storms:
        by_key.setdefault(case.key_ids.get(storm.newest.key_name), []).append(storm)
    for key_id, found in by_key.items():
        yield Finding(
            kind=FindingKind.STORM,
            key_id=key_id,
            severity=max((one.severity for one in found), key=lambda one: one.rank),
            since=min(one.calls[-1].at for one in found),
            hit_at=max(one.newest.at for one in found),
            evidence=KeyStorms(tuple(found)),
            cause=key_id,
            cools_after=COOLS_AFTER,
        )


def explain(found: Finding[KeyStorms]) -> Iterable[Terms]:
    """Of each storm, how many equal errors came close together, and what part of the calls they were."""
    for storm in found.evidence.storms:
        terms = [
            Term("since", storm.calls[-1].at, Unit.TIME),
            Term("until", storm.newest.at, Unit.TIME),
            Term("errors", len(storm.calls), Unit.COUNT),
            Term("peak", storm.peak, Unit.COUNT),
            Term("least", STORM_CALLS, Unit.COUNT),
            Term("span", STORM_SPAN.total_seconds(), Unit.SECONDS),
            Term("least_share", STORM_SHARE, Unit.SHARE),
            Term("loop", "yes" if storm.is_loop else "no", Unit.WORD),
        ]
        if storm.share is not None:
            terms.append(Term("share", storm.share, Unit.SHARE))
        if storm.even_gap_s is not None:
            terms.append(Term("gap", storm.even_gap_s, Unit.SECONDS))
        yield tuple(terms)


RULE = Rule(FindingKind.STORM, KeyStorms, find, explain)
