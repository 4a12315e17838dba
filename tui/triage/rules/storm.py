"""Storm: failures that take over, of one key or of all: the limit behind them decides what can be done."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from msgspec import Struct

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.refusals import Side
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.storms import EMPTY_CALLS, STORM_CALLS, STORM_SHARE, STORM_SPAN, Storm

COOLS_AFTER = timedelta(minutes=10)
REFILLED_FOR = timedelta(minutes=5)
"""A wallet that has been refilled for so long and is empty again is news."""


class KeyStorms(Struct, frozen=True):
    """The storms of one key, or those of the account: a single burst is no incident of its own."""

    storms: tuple[Storm, ...]

    @property
    def worst(self) -> Storm:
        """The worst of them."""
        return max(self.storms, key=lambda one: one.weight)

    @property
    def outlives_key(self) -> bool:
        """Whether it goes on after the key can no longer call: what a limit refuses, or what any key meets."""
        return self.worst.refusal.side.is_limit or self.worst.refusal.side.is_shared


def find(case: Case) -> Iterator[Finding[KeyStorms]]:
    """Find storms. Errors name only their key: if no key or several have the name, the storm has no key.

    No key is to blame for an error that all keys meet, and a key refused by its own limit costs nothing more.
    """
    by_key: dict[int | None, list[Storm]] = {}
    for storm in case.storms:
        by_key.setdefault(_key_of(storm, case), []).append(storm)
    # Not by the latest error: the storm of that one changes with every refresh.
    storms = sorted(((KeyStorms(tuple(found)), key_id) for key_id, found in by_key.items()), key=_weight, reverse=True)
    for evidence, key_id in storms:
        side = evidence.worst.refusal.side
        yield Finding(
            kind=FindingKind.STORM,
            key_id=key_id,
            severity=max((one.severity for one in evidence.storms), key=lambda one: one.rank),
            since=min(one.calls[-1].at for one in evidence.storms),
            hit_at=max(one.newest.at for one in evidence.storms),
            evidence=evidence,
            cause=None if side.is_shared or side.is_limit else key_id,
            comes_first=side is Side.WALLET,
            cools_after=None if side is Side.WALLET and _is_empty(case) else COOLS_AFTER,
            over_after=REFILLED_FOR if side is Side.WALLET else None,
        )


def _weight(found: tuple[KeyStorms, int | None]) -> tuple[bool, int, int]:
    evidence, _key_id = found
    return evidence.worst.weight


def _key_of(storm: Storm, case: Case) -> int | None:
    return None if storm.is_shared else case.key_ids.get(storm.names[0])


def _is_empty(case: Case) -> bool:
    """Whether the wallet is known to be still empty, even if nobody calls."""
    return case.inputs.balance_usd is not None and case.inputs.balance_usd <= 0


def explain(found: Finding[KeyStorms]) -> Iterable[Terms]:
    """For each storm: whose refusal it is, how many errors came close together, and their share of the calls."""
    for storm in found.evidence.storms:
        least = EMPTY_CALLS if storm.refusal.side is Side.WALLET else STORM_CALLS
        terms = [
            Term("refusal", storm.refusal.side.value, Unit.WORD),
            Term("keys", len(storm.names), Unit.COUNT),
            Term("since", storm.calls[-1].at, Unit.TIME),
            Term("until", storm.newest.at, Unit.TIME),
            Term("errors", len(storm.calls), Unit.COUNT),
            Term("peak", storm.peak, Unit.COUNT),
            Term("least", least, Unit.COUNT),
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
