"""Errors put together into bursts."""

from datetime import timedelta

import pytest

from tests.unit.samples import NOW, call, failed
from tui.domain.usage import Call
from tui.triage.severity import Severity
from tui.triage.storms import bursts, storms


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
