"""Every kind of fault at every verb: a sentence and an exit code that is not "all well", and well again afterwards."""

import re
from collections.abc import Iterator

import pytest

from tests.faults.cases import CASES, Case, Effect
from tests.unit.cli.conftest import Machine
from tui.demo.app import DemoGateway
from tui.demo.faults import FaultKind
from tui.terminal import exit_codes

ACCOUNT = r"^/api/v1/(auth/me|user|keys|usage|groups|subscriptions)"
VERBS = {
    "status": ("status", "--json"),
    "status --check": ("status", "--check"),
    "triage": ("triage", "--json"),
    "triage --check": ("triage", "--check"),
    "calls": ("calls", "--range", "15m", "--format", "csv"),
    "errors": ("errors", "--range", "24h", "--format", "jsonl"),
    "key disable": ("key", "disable", "laptop", "--yes", "--json"),
    "key enable": ("key", "enable", "laptop", "--yes", "--json"),
    "key limit": ("key", "limit", "laptop", "--1d", "+5", "--yes", "--json"),
}
VALUES = {FaultKind.HANG: "0.1", FaultKind.DELAY: "0.01", FaultKind.RATE_LIMIT: "100"}
"""Values that end at once: so long a wait is longer than any verb waits."""
SHARES = {
    "status": CASES[::4],
    "triage --check": CASES[2::4],
    "triage": CASES[1::4],
    "status --check": CASES[3::4],
}
"""Verbs that ask the same through the same hands: each fault meets one of them, and each form of them a quarter."""
_INSIDE = re.compile(r"Traceback|NoneType|\bnan\b|Decimal\(")
_TOLD = frozenset({exit_codes.NOT_SIGNED_IN, exit_codes.UNREACHABLE, exit_codes.NOT_APPLIED, exit_codes.CANNOT_TELL})
_WELL = frozenset({exit_codes.OK, exit_codes.NEEDS_A_PERSON})


@pytest.mark.parametrize("verb", VERBS)
def test_no_fault_ends_a_verb_without_a_word(signed_in: Machine, verb: str) -> None:
    wrong = [told for case in SHARES.get(verb, CASES) for told in _wrong(signed_in, verb, case)]
    assert not wrong
    assert signed_in.run(*VERBS[verb]).code in _WELL


def _wrong(machine: Machine, verb: str, case: Case) -> Iterator[str]:
    """What came of a fault that should not."""
    demo = machine.demo
    before = _limits(demo)
    fault = demo.way.add(case.kind, ACCOUNT, value=VALUES.get(case.kind, case.value))
    result = machine.run(*VERBS[verb])
    demo.way.clear()
    told, text = f"{case.title}: exit {result.code}, {result.err!r}", result.out + result.err
    if not fault.met:
        yield f"{told}: nothing was asked"
    if result.code == exit_codes.BROKEN or _INSIDE.search(text):
        yield f"{told}: broken"
    if case.effect is Effect.BREAKS:
        is_found = result.code == exit_codes.NEEDS_A_PERSON and "not known: " in result.err
        if not is_found and (result.code not in _TOLD or not result.err):
            yield f"{told}: not told"
        if "$0" in result.out or "no incident" in text.lower():
            yield f"{told}: nothing is known, and {result.out!r} is told"
        if case.kind is not FaultKind.LOST and _limits(demo) != before:
            yield f"{told}: and yet a key was changed"
    if case.effect is Effect.HARMLESS and result.code not in _WELL:
        yield f"{told}: no harm was done"


def _limits(demo: DemoGateway) -> list[object]:
    """What the verbs could have changed."""
    keys = demo.world.keys.values()
    return [(key.status, {name: window.limit for name, window in key.windows.items()}) for key in keys]
