"""A key used from somewhere, or by something, that is new to it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.samples import NOW, call
from tests.unit.triage.test_rules import series
from tui.domain.usage import Call
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.origins import OriginKind, find_origins, has_own_addresses, learn
from tui.triage.report import Report
from tui.triage.rules.origin import KeyOrigins
from tui.triage.severity import Severity
from tui.triage.spikes import RunningHour

OFFICE, HOME, FOREIGN = "203.0.113.9", "203.0.113.77", "45.155.205.99"


def rows(first: int, count: int, from_h: float, to_h: float, ip: str, agent: str = "claude-cli/2.0.61") -> list[Call]:
    """Calls spread evenly over some hours before now."""
    step = (from_h - to_h) * 3600 / count
    return [call(first + n, ago_s=from_h * 3600 - n * step, ip=ip, user_agent=agent) for n in range(count)]


def by_time(*parts: Iterable[Call]) -> list[Call]:
    """All of them in order of time."""
    return sorted((one for part in parts for one in part), key=lambda one: one.at)


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


@pytest.mark.parametrize(
    ("calls_before", "agent", "is_found"),
    [(10, "python-requests/2.31.0", True), (9, "python-requests/2.31.0", False), (29, "claude-cli/2.0.61", False)],
    ids=["a stranger", "too few calls", "who may have moved"],
)
def test_a_stranger_needs_less_to_compare_with_than_who_may_have_moved(
    calls_before: int, agent: str, is_found: bool
) -> None:
    """A key that is used now and then is stolen as well."""
    found = told([*rows(0, calls_before, 30, 3, OFFICE), *rows(100, 5, 1, 0, FOREIGN, agent)])
    assert (FOREIGN in {value for _kind, value, _calls in found}) is is_found


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


def test_keys_that_come_up_one_after_the_other_came_up_when_the_first_did() -> None:
    calls = [
        one
        for key_id, begins_h in ((1, 3.0), (2, 2.0), (3, 1.0))
        for one in of_key(key_id, [*rows(0, 60, 30, 4, OFFICE), *rows(100, 5, begins_h, 0, OFFICE, "tool/1")])
    ]
    (found,) = find_origins(learn({}, sorted(calls, key=lambda one: one.at)), NOW)
    assert (found.keys, found.since) == (3, NOW - timedelta(hours=3))


@pytest.mark.parametrize(
    ("addresses", "is_own"),
    [
        ({}, False),
        ({7: []}, False),
        ({7: [OFFICE]}, True),
        ({7: [OFFICE], 8: [HOME]}, True),
        ({7: [OFFICE, HOME], 8: [HOME]}, False),
        ({8: [HOME]}, False),
    ],
)
def test_addresses_are_a_keys_own_if_no_other_key_is_used_from_them(
    addresses: dict[int, list[str | None]], is_own: bool
) -> None:
    calls = [
        call(10 * key_id + number, key_id=key_id, ip=ip)
        for key_id, ips in addresses.items()
        for number, ip in enumerate(ips or [None])
    ]
    assert has_own_addresses(learn({}, calls), 7) is is_own


def test_one_program_from_an_address_for_each_of_several_keys_is_told_once() -> None:
    usual = rows(0, 60, 30, 3, OFFICE)
    thief = rows(100, 5, 1, 0, FOREIGN, "python-requests/2.31.0")
    stolen = [
        one
        for key_id in (1, 2, 3)
        for one in (*of_key(key_id, usual), *of_key(key_id, thief, ip=f"45.155.205.{key_id}"))
    ]
    elsewhere = [*of_key(3, rows(200, 5, 6, 5, HOME)), *stolen]
    found = find_origins(learn({}, sorted(elsewhere, key=lambda one: one.at)), NOW)
    assert {(one.key_id, one.value, one.keys) for one in found} == {(None, "python-requests", 3), (3, HOME, 1)}


def test_after_a_day_it_is_known() -> None:
    assert told([*rows(0, 60, 80, 40, OFFICE), *rows(100, 30, 30, 1, FOREIGN)]) == []


def test_what_was_learnt_counts_once() -> None:
    calls = rows(0, 60, 30, 3, OFFICE)
    seen = learn({}, calls)
    assert learn(seen, calls) == seen
    grown = learn(seen, rows(100, 5, 1, 0, FOREIGN))
    assert (grown[7].calls, grown[7].ips[FOREIGN].calls_before) == (65, 60)
    assert grown == learn({}, [*calls, *rows(100, 5, 1, 0, FOREIGN)])


STOLEN = [*rows(0, 60, 30, 3, OFFICE), *rows(100, 6, 1, 0, FOREIGN, "python-requests/2.31.0")]
"""A key used from its office, and for sixty cents from elsewhere by something else."""
SPENDING = {7: series({2: 9.0, 1: 12.0}, usual_usd=0.5)}


def report_of(calls: Iterable[Call], **more: Any) -> Report:
    """What is found by these calls alone."""
    return find(Inputs(NOW, seen=learn({}, sorted(calls, key=lambda one: one.at)), **more))


def of_key(key_id: int, calls: Iterable[Call], **changes: Any) -> list[Call]:
    """The same calls by another key."""
    return [
        call(
            key_id * 1000 + one.id,
            ago_s=(NOW - one.at).total_seconds(),
            key_id=key_id,
            billed=str(one.billed_usd),
            **{"ip": one.ip, "user_agent": one.user_agent, **changes},
        )
        for one in calls
    ]


def test_a_stranger_s_address_and_program_are_one_finding_that_is_told() -> None:
    report = report_of(STOLEN)
    (found,) = report.findings
    assert (found.identity, found.severity) == ((FindingKind.ORIGIN, 7), Severity.WARNING)
    (evidence,) = report.evidence_of(KeyOrigins)
    assert {(one.value, one.is_strange) for one in evidence.origins} == {(FOREIGN, True), ("python-requests", True)}
    assert report.to_contain == 7


@pytest.mark.parametrize(
    ("calls", "is_told"),
    [
        (rows(100, 5, 1, 0, FOREIGN, "python-requests/2.31.0"), True),
        (rows(100, 4, 1, 0, FOREIGN, "python-requests/2.31.0"), False),
        (rows(100, 5, 1, 0, FOREIGN), False),
        (rows(100, 5, 1, 0, OFFICE, "python-requests/2.31.0"), False),
        ([*rows(100, 5, 3, 2, FOREIGN), *rows(110, 5, 0.5, 0, FOREIGN, "python-requests/2.31.0")], False),
    ],
)
def test_a_stranger_is_told_from_the_floor_on_and_who_moves_or_tries_a_program_is_none(
    calls: list[Call], is_told: bool
) -> None:
    """Fifty cents: five calls. An address and a program that come up hours apart are two harmless things."""
    report = report_of([*rows(0, 60, 30, 4, OFFICE), *calls])
    assert [one.kind for one in report.findings] == [FindingKind.ORIGIN] * is_told
    assert [one.kind for one in report.untold] == [FindingKind.ORIGIN] * (not is_told)
    assert report.to_contain == (7 if is_told else None)


def test_an_address_that_another_key_is_used_from_is_of_the_house() -> None:
    colleague = of_key(8, rows(0, 60, 30, 1, FOREIGN))
    assert not report_of([*STOLEN, *colleague]).findings
    assert report_of([*STOLEN, *of_key(8, rows(0, 60, 30, 1, HOME))]).findings


def test_the_new_address_of_a_key_that_spends_far_above_its_usual_is_told_without_a_new_program() -> None:
    moved = [*rows(0, 60, 30, 3, OFFICE), *rows(100, 6, 1, 0, FOREIGN)]
    known = {"account": series({2: 9.5, 1: 12.5}), "keys": SPENDING, "running": RunningHour()}
    assert FindingKind.ORIGIN in {one.kind for one in report_of(moved, **known).findings}
    tried = [*rows(0, 60, 30, 3, OFFICE), *rows(100, 6, 1, 0, OFFICE, "curl/8.4.0")]
    assert FindingKind.ORIGIN not in {one.kind for one in report_of(tried, **known).findings}


def test_a_stranger_who_spends_far_above_the_usual_cannot_wait() -> None:
    known = {"account": series({2: 9.5, 1: 12.5}), "keys": SPENDING, "running": RunningHour()}
    (found,) = (one for one in report_of(STOLEN, **known).findings if one.kind is FindingKind.ORIGIN)
    assert found.severity is Severity.CRITICAL


def test_a_key_that_roams_has_no_strangers() -> None:
    """By the same program from a new place each day."""
    roams = [*rows(0, 40, 40, 20, OFFICE), *rows(50, 5, 12, 11, "192.0.2.1"), *rows(60, 5, 9, 8, "192.0.2.2")]
    assert not report_of([*roams, *rows(100, 9, 1, 0, FOREIGN)]).findings


def earlier_stranger(key_id: int, days: float, count: int = 6) -> list[Call]:
    """A key used from its own place, and days ago by a stranger."""
    usual = rows(0, 60, 24 * days + 30, 24 * days + 3, f"192.0.2.{key_id}")
    return of_key(
        key_id, [*usual, *rows(100, count, 24 * days + 1, 24 * days, f"198.51.100.{key_id}", f"tool{key_id}")]
    )


def gone_round(key_id: int, days: float, *, apart_h: float) -> list[Call]:
    """A key that was used by two strangers, one so long after the other."""
    first = earlier_stranger(key_id, days + apart_h / 24)
    return [*first, *of_key(key_id, rows(200, 6, 24 * days + 1, 24 * days, "198.51.100.99", "other/1"))]


@pytest.mark.parametrize(
    ("before", "is_told"),
    [
        ([], True),
        (earlier_stranger(8, 5), True),
        ([*earlier_stranger(8, 5), *earlier_stranger(9, 12)], False),
        ([*earlier_stranger(8, 5), *earlier_stranger(9, 22)], True),
        ([*earlier_stranger(8, 5), *earlier_stranger(9, 12, count=4)], True),
        ([*earlier_stranger(8, 5), *earlier_stranger(9, 0.5)], True),
        (gone_round(8, 5, apart_h=24), True),
        (gone_round(8, 5, apart_h=25), False),
    ],
)
def test_where_strangers_come_often_they_are_none(before: list[Call], is_told: bool) -> None:
    """Two in the three weeks before that cost something; those of today do not make each other usual, nor do those
    that came to one key within a day.
    """
    told = {one.key_id for one in report_of([*before, *STOLEN]).findings}
    assert (7 in told) is is_told


THIEF = "python-requests/2.31.0"


@pytest.mark.parametrize(
    ("calls", "is_recent", "is_found"),
    [
        (rows(100, 60, 20, 0, FOREIGN, THIEF), False, True),
        (rows(100, 60, 40, 0, FOREIGN, THIEF), True, True),
        (rows(100, 60, 40, 0, FOREIGN, THIEF), False, False),
        (rows(100, 60, 8 * 24, 0, FOREIGN, THIEF), True, False),
    ],
    ids=["of today", "still calling", "silent", "for longer than a week"],
)
def test_a_stranger_is_found_for_as_long_as_it_calls(calls: list[Call], is_recent: bool, is_found: bool) -> None:
    """With all that it has spent, and it is not the one that makes strangers usual."""
    seen = learn({}, [*rows(0, 60, 300, 250, OFFICE), *calls])
    found = find(Inputs(NOW, seen=seen, recent_calls=tuple(calls[-2:]) if is_recent else ())).findings
    assert bool(found) is is_found
    for one in found:
        assert isinstance(one.evidence, KeyOrigins)
        assert one.evidence.origins[0].calls == 60


@pytest.mark.parametrize(("usd", "severity"), [(0.1, Severity.WARNING), (2.0, Severity.CRITICAL)])
def test_a_stranger_that_has_spent_a_day_of_the_account_is_critical(usd: float, severity: Severity) -> None:
    stolen = [call(100 + n, ago_s=3600 - n * 60, ip=FOREIGN, user_agent=THIEF, billed=str(usd)) for n in range(15)]
    report = report_of([*rows(0, 60, 30, 3, OFFICE), *stolen], account=series({}, usual_usd=1.0))
    (found,) = (one for one in report.findings if one.kind is FindingKind.ORIGIN)
    assert found.severity is severity


CROWD = [
    row
    for number in range(12)
    for row in rows(100 + 10 * number, 2, 2 - number / 10, 0, f"198.51.100.{number}", f"tool{number % 3}/1")
]
"""A key that was published: used from twelve addresses by three programs, one after the other."""


def test_all_that_came_up_since_the_first_stranger_is_one_origin_of_each_kind() -> None:
    """Each costs little, and a key that roams has no news; what was merely new before is not part of it."""
    merely_new = rows(90, 20, 3.5, 3.2, HOME)
    found = find_origins(learn({}, by_time(rows(0, 60, 30, 3, OFFICE), merely_new, CROWD)), NOW)
    told = {(one.kind, 1 + len(one.others), one.calls, round(one.billed_usd, 2)) for one in found if one.is_strange}
    assert told == {(OriginKind.IP, 12, 24, 2.4), (OriginKind.PROGRAM, 3, 24, 2.4)}
    assert {one.value for one in found if not one.is_strange} == {HOME}
    assert {one.since for one in found if one.is_strange} == {CROWD[0].at}


def test_of_several_the_dearest_comes_first() -> None:
    dear = [call(900, ago_s=60, billed="5", ip="198.51.100.7", user_agent="tool1/1")]
    found = find_origins(learn({}, by_time(rows(0, 60, 30, 3, OFFICE), CROWD, dear)), NOW)
    assert [(one.value, len(one.others)) for one in found] == [("198.51.100.7", 11), ("tool1", 2)]


def test_what_is_merely_new_does_not_stand_beside_a_stranger() -> None:
    moved = rows(90, 40, 2.5, 0, HOME)
    report = report_of([*rows(0, 60, 30, 3, OFFICE), *moved, *STOLEN[60:]])
    (evidence,) = report.evidence_of(KeyOrigins)
    assert {one.value for one in evidence.origins} == {FOREIGN, "python-requests"}


@pytest.mark.parametrize(
    ("addresses", "programs", "severity"),
    [(10, 3, Severity.CRITICAL), (9, 3, Severity.WARNING), (10, 2, Severity.WARNING)],
)
def test_a_key_that_many_people_have_cannot_wait(addresses: int, programs: int, severity: Severity) -> None:
    crowd = [
        call(100 + n, ago_s=600 - n, ip=f"198.51.100.{n}", user_agent=f"tool{n % programs}/1") for n in range(addresses)
    ]
    report = report_of([*rows(0, 60, 30, 3, OFFICE), *crowd], recent_calls=tuple(crowd))
    (found,) = (one for one in report.findings if one.kind is FindingKind.ORIGIN)
    assert found.severity is severity
