"""The log of call records: each row once, in every order, however it arrives."""

import random
from datetime import timedelta

import pytest

from tests.unit.samples import NOW, call
from tui.domain.usage import Call
from tui.monitor.calls.log import CallLog, time_order


def shuffled(count: int, seed: int) -> list[Call]:
    """Calls in the order of chance, several at the same moment."""
    rows = [call(number, ago_s=number // 3) for number in range(count)]
    random.Random(seed).shuffle(rows)
    return rows


@pytest.mark.parametrize("step", [1, 7, 50, 400])
def test_rows_are_ordered_by_time_however_they_arrive(step: int) -> None:
    rows, log = shuffled(400, step), CallLog()
    for first in range(0, len(rows), step):
        log = log.with_rows(rows[first : first + step])
        log = log.with_rows(rows[:step])
    expected = sorted(rows, key=time_order)
    assert log.newest_first() == expected[::-1]
    assert log.between(NOW - timedelta(days=1), NOW + timedelta(days=1)) == expected
    assert log.heard_after(0) == rows
    assert log.newest == expected[-1]


def test_a_span_has_its_beginning_and_not_its_end() -> None:
    log = CallLog()
    log = log.with_rows(call(number, ago_s=number) for number in range(10))
    found = log.between(NOW - timedelta(seconds=6), NOW - timedelta(seconds=3))
    assert [row.id for row in found] == [6, 5, 4]
    assert log.count_since(NOW - timedelta(seconds=6)) == 7


def test_lists_that_were_handed_out_do_not_change() -> None:
    log = CallLog()
    log = log.with_rows([call(1, ago_s=5)])
    before = log.newest_first()
    log = log.with_rows([call(2, ago_s=1), call(3, ago_s=9)])
    assert [row.id for row in before] == [1]


def test_minutes_are_in_order_and_add_up() -> None:
    rows, log = shuffled(400, 5), CallLog()
    for row in rows:
        log = log.with_rows([row])
    minutes = list(log.minutes(NOW - timedelta(hours=1), NOW + timedelta(minutes=1)))
    assert [minute for minute, _ in minutes] == sorted({int(row.at.timestamp()) // 60 for row in rows})
    assert sum(tally.requests for _, facets in minutes for tally in facets.values()) == 400


def test_a_row_is_found_by_its_id() -> None:
    log = CallLog()
    log = log.with_rows([call(4)])
    assert 4 in log
    assert 5 not in log
    found = log.get(4)
    assert found is not None
    assert found.id == 4
    assert log.get(None) is None
