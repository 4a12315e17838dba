"""Origin: a key is used from an address, or by a program, that is new to it."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from tui.triage.case import Case
from tui.triage.findings import Finding, FindingKind
from tui.triage.origins import (
    LEARN_CALLS,
    LEARN_CALLS_FOR_STRANGER,
    LEARN_SPAN,
    STRANGERS,
    NewOrigin,
    OriginKind,
    find_origins,
    strangers_before,
)
from tui.triage.rule import Rule, Term, Terms, Unit
from tui.triage.severity import Severity

MANY_ADDRESSES, MANY_PROGRAMS = 10, 3
"""So many at once are no move of one person's."""


class KeyOrigins(Struct, frozen=True):
    """New origins of one key, dearest first: an address and a program that appear together are one intruder, and where
    there is one, what is merely new is left out.
    """

    origins: tuple[NewOrigin, ...]


def find(case: Case) -> Iterator[Finding[KeyOrigins]]:
    """Find new origins, one finding per key.

    People move and try programs. Only a stranger, a new address with a new program, with a notable cost is reported,
    and a new address of a key that costs more than usual.
    """
    by_key: dict[int | None, list[NewOrigin]] = {}
    origins = find_origins(case.inputs.seen, case.now, case.inputs.recent_calls or ())
    for one in origins:
        by_key.setdefault(one.key_id, []).append(one)
    least_usd = case.inputs.thresholds.floor_usd
    is_usual = strangers_before(case.inputs.seen, case.now, least_usd, origins) >= STRANGERS
    slow, dear = (one.key_id for one in case.slow_spend), (one.key_id for one in case.unit_cost)
    costly = {*case.key_spikes, *slow, *dear} - {None}
    for key_id, new in by_key.items():
        strange = [one for one in new if one.is_strange and not is_usual]
        found = strange or new
        spent_usd = max(one.billed_usd for one in found)
        is_strange = bool(strange)
        is_spending = key_id in costly and any(one.kind is OriginKind.IP for one in found)
        is_told = spent_usd >= least_usd and (is_strange or is_spending)
        is_burning = is_strange and is_spending
        yield Finding(
            kind=FindingKind.ORIGIN,
            key_id=key_id,
            severity=_severity(case, key_id, found, is_told=is_told, is_burning=is_burning),
            since=min(one.since for one in found),
            hit_at=case.now,
            evidence=KeyOrigins(tuple(found)),
            cause=key_id,
            is_told=is_told,
        )


def _severity(
    case: Case, key_id: int | None, found: Sequence[NewOrigin], *, is_told: bool, is_burning: bool
) -> Severity:
    """A stranger that spends far above the key's usual is critical; so is one that cost a usual day, and a crowd."""
    if not is_told:
        return Severity.INFO
    dearest = max(found, key=lambda one: one.billed_usd)
    is_grave = case.is_grave(dearest.since, dearest.billed_usd)
    is_critical = (is_burning or is_grave or _is_published(found)) and case.burns(key_id, 0.0)
    return Severity.CRITICAL if is_critical else Severity.WARNING


def _is_published(found: Sequence[NewOrigin]) -> bool:
    """Whether many people have the key: a fleet of machines has one program."""
    most = {kind: max((1 + len(one.others) for one in found if one.kind is kind), default=0) for kind in OriginKind}
    return most[OriginKind.IP] >= MANY_ADDRESSES and most[OriginKind.PROGRAM] >= MANY_PROGRAMS


def explain(found: Finding[KeyOrigins]) -> Iterable[Terms]:
    """The new origins, and how much use without them is known."""
    for one in found.evidence.origins:
        yield (
            Term("what", one.kind.value, Unit.WORD),
            Term("value", one.value, Unit.WORD),
            Term("others", len(one.others), Unit.COUNT),
            Term("since", one.since, Unit.TIME),
            Term("calls", one.calls, Unit.COUNT),
            Term("actual", one.billed_usd, Unit.USD),
            Term("known", len(one.known), Unit.COUNT),
            Term("samples", one.learnt_calls, Unit.COUNT),
            Term("window", one.learnt.total_seconds(), Unit.SECONDS),
            Term("least_samples", LEARN_CALLS_FOR_STRANGER if one.is_strange else LEARN_CALLS, Unit.COUNT),
            Term("least_window", LEARN_SPAN.total_seconds(), Unit.SECONDS),
        )


RULE = Rule(FindingKind.ORIGIN, KeyOrigins, find, explain)
