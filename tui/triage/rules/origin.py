"""Origin: a key is used from an address, or by a program, that it was never used from before."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.origins import LEARN_CALLS, LEARN_SPAN, NewOrigin, find_origins
from tui.triage.rule import Rule, Term, Terms, Unit


class KeyOrigins(Struct, frozen=True):
    """What is new of one key, the dearest first: an address and a program that come up at once are one intruder."""

    origins: tuple[NewOrigin, ...]


def find(case: Case) -> Iterator[Finding[KeyOrigins]]:
    """The new origins, those of one key together."""
    by_key: dict[int | None, list[NewOrigin]] = {}
    for one in find_origins(case.inputs.seen, case.now):
        by_key.setdefault(one.key_id, []).append(one)
    for key_id, found in by_key.items():
        yield Finding(
            kind=FindingKind.ORIGIN,
            key_id=key_id,
            since=min(one.since for one in found),
            hit_at=case.now,
            evidence=KeyOrigins(tuple(found)),
            cause=key_id,
        )


def explain(found: Finding[KeyOrigins]) -> Iterable[Terms]:
    """What is new, and how much use without it is known."""
    for one in found.evidence.origins:
        yield (
            Term("what", one.kind.value, Unit.WORD),
            Term("value", one.value, Unit.WORD),
            Term("since", one.since, Unit.TIME),
            Term("calls", one.calls, Unit.COUNT),
            Term("actual", one.billed_usd, Unit.USD),
            Term("known", len(one.known), Unit.COUNT),
            Term("samples", one.learnt_calls, Unit.COUNT),
            Term("window", one.learnt.total_seconds(), Unit.SECONDS),
            Term("least_samples", LEARN_CALLS, Unit.COUNT),
            Term("least_window", LEARN_SPAN.total_seconds(), Unit.SECONDS),
        )


RULE = Rule(FindingKind.ORIGIN, KeyOrigins, find, explain)
