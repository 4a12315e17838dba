"""Errors put together into bursts."""

import itertools
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW, call, failed
from tests.unit.triage.test_rules import series
from tui.domain.usage import Call, FailedCall
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.incidents import Incidents, advance
from tui.triage.inputs import Inputs
from tui.triage.refusals import EMPTY_WALLET, Side
from tui.triage.severity import Severity
from tui.triage.storms import Storm, bursts, is_cut_in_storm, storms

HOUR = timedelta(hours=1)
NAMES = {7: "laptop", 8: "ci", 9: "batch"}
NO_MONEY = "Insufficient account balance"
DAY_FULL = "api key 日限额已用完"


def refused(
    count: int, every_s: float, message: str, *, names: Iterable[str] = ("laptop",), ago_s: float = 0, **more: Any
) -> list[FailedCall]:
    """Refusals of keys by turns, the newest first."""
    order = itertools.cycle(names)
    more = {"category": "other", **more}
    return [failed(n, ago_s=ago_s + n * every_s, message=message, key_name=next(order), **more) for n in range(count)]


def overloaded(count: int, every_s: float, names: Iterable[str] = NAMES.values(), ago_s: float = 0) -> list[FailedCall]:
    """What a provider refuses."""
    return refused(count, every_s, "Overloaded", names=names, ago_s=ago_s, category="upstream", status=529)


def known(failures: Iterable[FailedCall], calls: Iterable[Call] = (), **more: Any) -> Inputs:
    """What is known of the last hour."""
    return Inputs(
        NOW, failed=tuple(failures), recent_calls=tuple(calls), recent_from=NOW - HOUR, key_names=NAMES, **more
    )


def storms_of(failures: Iterable[FailedCall]) -> tuple[Storm, ...]:
    """The storms of some failures of the last hour, in which no call succeeded."""
    return storms(failures, (), NOW - HOUR, None, NOW)


def test_equal_errors_close_in_time_are_one_burst_newest_first() -> None:
    found = bursts([failed(1, ago_s=90), failed(3, ago_s=0), failed(2, ago_s=60)])
    assert [[call.id for call in one.calls] for one in found] == [[3, 2, 1]]
    assert found[0].length == timedelta(seconds=90)


def test_a_gap_of_more_than_two_minutes_begins_another() -> None:
    assert len(bursts([failed(1, ago_s=121), failed(2)])) == 2
    assert len(bursts([failed(1, ago_s=120), failed(2)])) == 1


@pytest.mark.parametrize(
    "other",
    [
        failed(2, status=529),
        failed(2, model="haiku"),
        failed(2, key_name="ci"),
        failed(2, category="other"),
        failed(2, message="something else"),
    ],
)
def test_what_differs_stays_apart(other: object) -> None:
    assert len(bursts([failed(1), other])) == 2  # type: ignore[list-item]


def test_numbers_ids_and_addresses_in_a_message_do_not_count() -> None:
    one = "messages.12: request req_8f3 see https://a.example/x"
    assert (
        len(bursts([failed(1, message=one), failed(2, message="messages.3: request req_1c9 see https://b.example/")]))
        == 1
    )


def test_even_gaps_are_a_loop_and_uneven_ones_are_not() -> None:
    even = bursts([failed(n, ago_s=n * 2) for n in range(6)])[0]
    assert even.even_gap_s == 2
    uneven = bursts([failed(n, ago_s=seconds) for n, seconds in enumerate((0, 1, 2, 60, 61, 119))])[0]
    assert uneven.even_gap_s is None


def _row(call_id: int, ago_s: float, model: str = "opus", key_name: str = "laptop") -> Call:
    """A call of the key that fails in these tests, which succeeded."""
    row = call(call_id, ago_s=ago_s, model=model)
    return Call(row.id, row.at, 7, key_name, model, 1, 1, 0, 0, row.standard_usd, row.billed_usd, 1.0, 0, "stream")


def test_a_storm_is_ten_errors_in_five_minutes() -> None:
    assert not storms([failed(n, ago_s=n * 5) for n in range(9)], (), NOW - timedelta(hours=1))
    assert not storms([failed(n, ago_s=n * 40) for n in range(12)], (), NOW - timedelta(hours=1))
    found = storms([failed(n, ago_s=n * 5) for n in range(10)], (), NOW - timedelta(hours=1))
    assert (found[0].share, found[0].peak, found[0].severity) == (1.0, 10, Severity.WARNING)


def test_errors_of_a_key_that_mostly_succeeds_are_no_storm() -> None:
    errors = [failed(n, ago_s=n * 5) for n in range(12)]
    busy = [_row(n, ago_s=n * 2) for n in range(27)]
    assert not storms(errors, busy, NOW - timedelta(hours=1))
    assert storms(errors, busy[:10], NOW - timedelta(hours=1))[0].share == pytest.approx(12 / 22)
    assert storms(errors, [_row(n, ago_s=n * 2, model="haiku") for n in range(27)], NOW - timedelta(hours=1))


def test_calls_of_other_keys_do_not_count_against_a_storm() -> None:
    errors = [failed(n, ago_s=n * 5) for n in range(12)]
    others = [_row(n, ago_s=n * 2, key_name="ci") for n in range(27)]
    assert storms(errors, others, NOW - timedelta(hours=1))[0].share == 1.0


def test_without_call_records_the_share_is_not_known_and_the_storm_is_told() -> None:
    errors = [failed(n, ago_s=n * 5) for n in range(12)]
    assert storms(errors, None, None)[0].share is None
    assert storms(errors, [_row(n, ago_s=n * 2) for n in range(99)], NOW)[0].share is not None


def test_gaps_that_double_three_times_are_a_loop() -> None:
    backs_off = bursts([failed(n, ago_s=ago) for n, ago in enumerate((62, 60, 56, 48, 32, 0))])[0]
    assert (backs_off.backs_off, backs_off.is_loop) == (True, True)
    twice = bursts([failed(n, ago_s=ago) for n, ago in enumerate((14, 12, 8, 0))])[0]
    assert not twice.backs_off


def test_a_client_that_hammers_cannot_wait() -> None:
    found = storms([failed(n, ago_s=n * 2) for n in range(120)], (), NOW - timedelta(hours=1))
    assert found[0].severity is Severity.CRITICAL
    assert found[0].is_loop


def test_an_outage_of_several_keys_is_one_finding_of_the_account() -> None:
    (one,) = find(known(overloaded(120, 3))).findings
    (storm,) = one.evidence.storms  # type: ignore[union-attr]
    assert (one.identity, one.cause, one.severity) == ((FindingKind.STORM, None), None, Severity.WARNING)
    assert (sorted(storm.names), len(storm.calls)) == (["batch", "ci", "laptop"], 120)
    assert storm.refusal.side is Side.UPSTREAM


@pytest.mark.parametrize(
    ("failures", "calls", "is_told"),
    [
        (overloaded(120, 3), (), True),
        (overloaded(60, 2), (), False),  # two minutes
        (overloaded(60, 2, ago_s=300), (), True),  # many, and nobody has got an answer since
        (overloaded(60, 2, ago_s=300), range(100, 290, 60), False),  # calls went well after it
        (overloaded(12, 100), (), True),  # hardly anybody calls
        ([*overloaded(60, 2), *overloaded(60, 2, ago_s=300)], range(130, 290, 60), False),  # two hiccups
        ([*overloaded(40, 2, ago_s=300), failed(99, ago_s=20, category="upstream")], range(30, 290, 60), False),
        (overloaded(40, 60), range(0, 2400, 2), False),  # now and then, and retried
        (overloaded(120, 3), range(0, 360, 2), False),  # two calls of three are answered
        (overloaded(120, 3), range(0, 360, 6), True),
    ],
)
def test_a_provider_that_hiccups_is_no_outage(failures: list[FailedCall], calls: Iterable[int], is_told: bool) -> None:
    rows = [_row(n, ago_s=ago, key_name=NAMES[7 + n % 3]) for n, ago in enumerate(calls)]
    assert bool(find(known(failures, rows)).findings) is is_told


@pytest.mark.parametrize(
    ("failures", "calls", "severity"),
    [
        (overloaded(300, 3), (), Severity.CRITICAL),
        (overloaded(190, 3), (), Severity.WARNING),  # under ten minutes
        (overloaded(300, 3), range(0, 900, 10), Severity.WARNING),  # a quarter is answered
    ],
)
def test_an_outage_of_all_keys_that_lasts_cannot_wait(
    failures: list[FailedCall], calls: Iterable[int], severity: Severity
) -> None:
    (one,) = find(known(failures, [_row(n, ago_s=ago) for n, ago in enumerate(calls)])).findings
    assert one.severity is severity


def test_what_one_key_meets_while_others_are_answered_is_of_that_key() -> None:
    others = [_row(n, ago_s=n, key_name="ci") for n in range(400)]
    (one,) = find(known(overloaded(120, 3, ["laptop"]), others)).findings
    assert (one.key_id, one.cause) == (7, None)
    (both,) = find(known(overloaded(120, 3, ["laptop", "batch"]), others)).findings
    assert (both.key_id, len(both.evidence.storms)) == (None, 1)  # type: ignore[union-attr]


def test_an_empty_wallet_is_one_finding_that_comes_first_and_cannot_wait() -> None:
    own = refused(30, 5, DAY_FULL, names=["batch"])
    empty = refused(3, 40, NO_MONEY, names=["laptop", "ci"], status=403)
    report = find(known([*own, *empty], balance_usd=0.0))
    first = report.findings[0]
    assert (first.identity, first.severity, first.comes_first) == ((FindingKind.STORM, None), Severity.CRITICAL, True)
    assert first.evidence.worst.refusal == EMPTY_WALLET  # type: ignore[union-attr]
    assert (report.comes_first, report.to_contain) == (first, None)
    assert [one.key_id for one in report.findings if one.kind is FindingKind.STORM] == [None, 9]


def test_a_low_balance_beside_a_wallet_that_refuses_is_not_told_twice() -> None:
    drained = replace(known([], balance_usd=0.0), account=series({}, days=20))
    assert [one.kind for one in find(drained).findings] == [FindingKind.LOW_BALANCE]
    refusing = replace(drained, failed=tuple(refused(3, 40, NO_MONEY, names=["laptop", "ci"], status=403)))
    report = find(refusing)
    assert [one.kind for one in report.findings] == [FindingKind.STORM]
    assert [one.kind for one in report.untold] == [FindingKind.LOW_BALANCE]
    assert report.usual_empty_at is not None


@pytest.mark.parametrize(
    ("calls", "balance_usd", "is_told"),
    [
        ((), None, True),
        ((), -0.02, True),
        ((), 25.0, False),
        ((10, 20), None, True),
        ((10, 20, 30), None, False),
    ],
)
def test_a_wallet_that_has_money_again_is_not_empty(
    calls: Iterable[int], balance_usd: float | None, is_told: bool
) -> None:
    empty = refused(6, 10, NO_MONEY, ago_s=200, status=403)
    rows = [_row(n, ago_s=ago) for n, ago in enumerate(calls)]
    assert (find(known(empty, rows, balance_usd=balance_usd)).comes_first is not None) is is_told


@pytest.mark.parametrize(("balance_usd", "is_told"), [(25.0, False), (-0.02, True), (None, True)])
def test_what_an_empty_wallet_refused_before_it_was_refilled_is_past(balance_usd: float | None, is_told: bool) -> None:
    """Neither a storm nor, of a key that has hardly called since, half of an hour's calls that failed."""
    empty = refused(40, 30, NO_MONEY, names=["batch"], ago_s=200, status=403)
    kinds = {one.kind for one in find(known(empty, [_row(1, ago_s=60)], balance_usd=balance_usd)).findings}
    assert bool(kinds & {FindingKind.STORM, FindingKind.FAILING}) is is_told


def test_of_a_wallet_that_is_empty_again_only_what_it_refuses_now_is_told() -> None:
    """It refused the key ten minutes ago, which has not called since; then it paid for others."""
    before = refused(12, 10, NO_MONEY, names=["ci"], ago_s=600, status=403)
    paid = [_row(n, ago_s=300 - n) for n in range(12)]
    assert find(known(before, paid, balance_usd=-0.02)).comes_first is None
    (first,) = (one for one in [find(known([*before, *refused(6, 2, NO_MONEY, status=403)], paid)).comes_first] if one)
    assert [(len(storm.calls), storm.names) for storm in first.evidence.storms] == [(6, ("laptop",))]  # type: ignore[union-attr]


def test_a_wallet_that_is_empty_again_soon_after_it_was_refilled_is_told_again() -> None:
    """Empty until twenty minutes ago, and again since a minute ago; a key's own limit would be the same trouble."""

    def told(failures: list[FailedCall], balances_usd: Mapping[int, float]) -> list[tuple[str, int]]:
        incidents, notices = Incidents(), []
        for ago in range(25, -1, -1):
            now = NOW - timedelta(minutes=ago)
            until_now = tuple(one for one in failures if one.at <= now)
            money = next(usd for since, usd in balances_usd.items() if ago >= since)
            seen = replace(known(until_now, balance_usd=money), now=now, recent_from=now - HOUR)
            incidents = advance(incidents, find(seen), now, True)
            notices += [(str(one.told), ago) for one in incidents.notices if one.incident.kind is FindingKind.STORM]
        return notices

    twice = {"ago_s": 1200, "names": ["laptop", "ci"]}, {"ago_s": 0, "names": ["laptop", "ci"]}
    empty = [one for more in twice for one in refused(12, 10, NO_MONEY, status=403, **more)]
    (began, _at), (over, over_ago), (again, _later) = told(empty, {19: -0.02, 2: 25.0, 0: -0.02})
    assert (began, over, again) == ("began", "over", "began")
    assert 13 <= over_ago <= 15
    full = [one for ago_s in (1200, 0) for one in refused(12, 10, DAY_FULL, ago_s=ago_s)]
    assert [state for state, _ago in told(full, {0: 25.0})] == ["began"]


@pytest.mark.parametrize("ago_s", [3000, 9 * 3600])
def test_an_empty_wallet_stays_so_while_nobody_calls(ago_s: float) -> None:
    empty = known(refused(6, 10, NO_MONEY, ago_s=ago_s, status=403), balance_usd=-0.02)
    (incident,) = (one for one in advance(Incidents(), find(empty), NOW, True).firing if one.kind is FindingKind.STORM)
    assert incident.severity is Severity.CRITICAL


def test_a_limit_refuses_whatever_is_asked_and_its_key_is_not_contained_by_it() -> None:
    mixed = [replace(one, model=("opus", "", "haiku")[one.id % 3]) for one in refused(12, 5, DAY_FULL)]
    (one,) = find(known(mixed, stopped={7: NOW - HOUR})).findings
    assert (one.identity, one.cause, one.is_contained) == ((FindingKind.STORM, 7), None, False)
    assert len(one.evidence.storms) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("newest", ["laptop", "ci"])
def test_the_larger_of_two_storms_comes_first_whichever_failed_last(newest: str) -> None:
    ago_s = {"laptop": 5.0, "ci": 5.0, newest: 0.0}
    failures = [
        *refused(80, 0.5, DAY_FULL, names=["ci"], ago_s=ago_s["ci"]),
        *refused(12, 3.0, DAY_FULL, names=["laptop"], ago_s=ago_s["laptop"]),
    ]
    assert [one.key_id for one in find(known(failures)).findings] == [8, 7]


def test_a_storm_that_may_go_on_before_what_was_read_is_counted_at_least() -> None:
    errors = refused(100, 2, DAY_FULL)
    (cut,) = find(known(errors, failed_from=errors[-1].at)).storms
    (whole,) = find(known(errors, failed_from=errors[-1].at - HOUR)).storms
    (all_read,) = find(known(errors)).storms
    assert (cut.is_at_least, whole.is_at_least, all_read.is_at_least) == (True, False, False)
    older = [*errors, *refused(1, 0, DAY_FULL, ago_s=3 * 3600)]
    (long,) = find(known([*older, *refused(1000, 7, DAY_FULL, ago_s=200)])).storms
    assert long.is_at_least, "of more than two hours"


@pytest.mark.parametrize(
    ("errors", "is_cut"),
    [
        (refused(100, 2, DAY_FULL), True),
        (refused(100, 40, DAY_FULL), False),
        (refused(100, 2, DAY_FULL, ago_s=9000), False),
        (refused(9, 2, DAY_FULL), False),
        ([], False),
    ],
)
def test_where_errors_come_close_at_the_end_of_what_was_read_a_storm_may_go_on(
    errors: list[FailedCall], is_cut: bool
) -> None:
    assert is_cut_in_storm(errors, NOW) is is_cut


@pytest.mark.parametrize(
    ("passed_ago_s", "is_told"),
    [((), True), ((100, 110), True), ((100, 110, 111), False), ((130, 131, 132), True)],
    ids=["nothing since", "calls in flight", "raised", "before the last refusal"],
)
def test_a_limit_that_lets_calls_pass_again_refuses_no_more(passed_ago_s: tuple[int, ...], is_told: bool) -> None:
    """Though its last refusals are young: "raise it, or stop the client" would be said of a limit that was raised."""
    rows = [_row(n, ago_s=ago_s) for n, ago_s in enumerate(passed_ago_s)]
    found = find(known(refused(30, 1, DAY_FULL, ago_s=120), rows)).findings
    assert [one.kind for one in found] == ([FindingKind.STORM] if is_told else [])


@pytest.mark.parametrize(
    ("failures", "is_contained"),
    [
        (refused(40, 8, "messages.3: ids must be unique", category="invalid_request", status=400), True),
        (overloaded(70, 5, ["laptop"]), False),
        (refused(40, 5, "api key 日限额已用完"), False),
    ],
    ids=["the client's own", "the provider's", "a limit's"],
)
def test_stopping_a_key_contains_only_what_its_client_does(failures: list[FailedCall], is_contained: bool) -> None:
    stopped = {key_id: NOW for key_id, name in NAMES.items() if name == "laptop"}
    (found,) = find(known(failures, stopped=stopped)).findings
    assert found.is_contained is is_contained
