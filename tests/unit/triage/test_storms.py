"""Errors put together into episodes."""

from datetime import timedelta

import pytest

from tests.unit.samples import failed
from tui.triage.storms import episodes


def test_equal_errors_close_in_time_are_one_episode_newest_first() -> None:
    found = episodes([failed(1, ago_s=90), failed(3, ago_s=0), failed(2, ago_s=60)])
    assert [[call.id for call in one.calls] for one in found] == [[3, 2, 1]]
    assert found[0].length == timedelta(seconds=90)


def test_a_gap_of_more_than_two_minutes_begins_another() -> None:
    assert len(episodes([failed(1, ago_s=121), failed(2)])) == 2
    assert len(episodes([failed(1, ago_s=120), failed(2)])) == 1


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
    assert len(episodes([failed(1), other])) == 2  # type: ignore[list-item]


def test_numbers_ids_and_addresses_in_a_message_do_not_count() -> None:
    one = "messages.12: request req_8f3 see https://a.example/x"
    assert (
        len(episodes([failed(1, message=one), failed(2, message="messages.3: request req_1c9 see https://b.example/")]))
        == 1
    )


def test_even_gaps_are_a_loop_and_uneven_ones_are_not() -> None:
    even = episodes([failed(n, ago_s=n * 2) for n in range(6)])[0]
    assert even.even_gap_s == 2
    uneven = episodes([failed(n, ago_s=seconds) for n, seconds in enumerate((0, 1, 2, 60, 61, 119))])[0]
    assert uneven.even_gap_s is None
