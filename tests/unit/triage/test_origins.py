"""A key used from somewhere, or by something, that is new to it."""

from collections.abc import Iterable

from tests.unit.samples import NOW, call
from tui.domain.usage import Call
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.origins import OriginKind, find_origins, learn
from tui.triage.rules.origin import KeyOrigins

OFFICE, HOME, FOREIGN = "203.0.113.9", "203.0.113.77", "45.155.205.99"


def rows(first: int, count: int, from_h: float, to_h: float, ip: str, agent: str = "claude-cli/2.0.61") -> list[Call]:
    """Calls spread evenly over some hours before now."""
    step = (from_h - to_h) * 3600 / count
    return [call(first + n, ago_s=from_h * 3600 - n * step, ip=ip, user_agent=agent) for n in range(count)]


def told(calls: Iterable[Call]) -> list[tuple[OriginKind, str, int]]:
    """What is told of them."""
    return [(new.kind, new.value, new.calls) for new in find_origins(learn({}, calls), NOW)]


def test_an_address_and_a_program_that_are_new_to_a_key_are_told() -> None:
    usual = rows(0, 60, 30, 3, OFFICE)
    assert told(usual) == []
    found = find_origins(learn({}, [*usual, *rows(100, 5, 1, 0, FOREIGN, "python-requests/2.31.0")]), NOW)
    assert {(new.kind.value, new.value) for new in found} == {("ip", FOREIGN), ("program", "python-requests")}
    assert (found[0].calls, found[0].known, found[0].learnt_calls) == (5, (OFFICE,), 60)


def test_a_new_version_of_the_same_program_is_the_same_program() -> None:
    assert told([*rows(0, 60, 30, 3, OFFICE), *rows(100, 5, 1, 0, OFFICE, "claude-cli/3.1.0")]) == []


def test_too_few_calls_or_hours_tell_nothing() -> None:
    assert told([*rows(0, 20, 30, 3, OFFICE), *rows(100, 5, 1, 0, FOREIGN)]) == []
    assert told([*rows(0, 60, 9, 3, OFFICE), *rows(100, 5, 1, 0, FOREIGN)]) == []


def test_a_key_that_roams_is_not_told_each_time() -> None:
    roams = [*rows(0, 40, 40, 20, OFFICE), *rows(50, 5, 12, 11, "192.0.2.1"), *rows(60, 5, 9, 8, "192.0.2.2")]
    assert all(value != FOREIGN for _kind, value, _calls in told([*roams, *rows(100, 5, 1, 0, FOREIGN)]))


def test_where_several_keys_come_up_together_is_told_once() -> None:
    calls = [
        call(key_id * 1000 + number, ago_s=(NOW - row.at).total_seconds(), key_id=key_id, ip=row.ip)
        for key_id in (1, 2, 3)
        for number, row in enumerate([*rows(0, 60, 30, 3, OFFICE), *rows(100, 5, 1, 0, FOREIGN)])
    ]
    (found,) = find_origins(learn({}, sorted(calls, key=lambda one: one.at)), NOW)
    assert (found.key_id, found.keys, found.value, found.calls) == (None, 3, FOREIGN, 15)


def test_after_a_day_it_is_known() -> None:
    assert told([*rows(0, 60, 80, 40, OFFICE), *rows(100, 30, 30, 1, FOREIGN)]) == []


def test_what_was_learnt_counts_once() -> None:
    calls = rows(0, 60, 30, 3, OFFICE)
    seen = learn({}, calls)
    assert learn(seen, calls) == seen
    grown = learn(seen, rows(100, 5, 1, 0, FOREIGN))
    assert (grown[7].calls, grown[7].ips[FOREIGN].calls_before) == (65, 60)
    assert grown == learn({}, [*calls, *rows(100, 5, 1, 0, FOREIGN)])


def test_an_address_and_a_program_of_one_key_are_one_finding() -> None:
    seen = learn({}, [*rows(0, 60, 30, 3, OFFICE), *rows(100, 5, 1, 0, FOREIGN, "python-requests/2.31.0")])
    report = find(Inputs(NOW, seen=seen))
    (found,) = report.findings
    assert (found.identity, len(report.evidence_of(KeyOrigins)[0].origins)) == ((FindingKind.ORIGIN, 7), 2)
    assert report.to_contain == 7
