"""The shown calls: the same whether they were gathered at once or as they came."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.samples import NOW, call
from tui.domain.usage import Call
from tui.monitor.calls.log import CallLog
from tui.present.call_list import CallList, Wanted
from tui.present.calls import SORT_KEYS

START, END = NOW - timedelta(minutes=5), NOW + timedelta(hours=1)


def is_dear(call: Call) -> bool:
    """A filter."""
    return call.billed_usd > Decimal("0.04")


def chance_calls(count: int, seed: int) -> list[Call]:
    """Calls in the order of chance."""
    chance = random.Random(seed)
    return [
        call(n, ago_s=chance.randrange(400), billed=f"0.{chance.randrange(1, 9):02}", duration_ms=chance.randrange(9))
        for n in range(count)
    ]


@pytest.mark.parametrize("column", ["at", "billed", "whole", "model"])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("step", [3, 200])
def test_calls_that_come_in_end_up_where_they_belong(column: str, descending: bool, step: int) -> None:
    rows, log, growing = chance_calls(600, step), CallLog(), CallList()
    for first in range(0, len(rows), step):
        log = log.with_rows(rows[first : first + step])
        moved = START + timedelta(seconds=first / 10)
        growing.show(log, Wanted(moved, END, is_dear, "dear", (column, descending)))
    at_once = CallList()
    at_once.show(log, Wanted(moved, END, is_dear, "dear", (column, descending)))
    expected = [row for row in rows if is_dear(row) and moved <= row.at]
    expected.sort(key=lambda row: (SORT_KEYS[column](row), row.at, row.id), reverse=descending)
    assert growing.calls() == at_once.calls() == expected
    assert growing.billed_usd == at_once.billed_usd == sum(row.billed_usd for row in expected)
    assert [growing[place] for place in range(len(growing))] == expected
    assert [growing.place_of(row) for row in expected] == list(range(len(expected)))


def test_nothing_new_changes_nothing() -> None:
    log, shown = CallLog(), CallList()
    log = log.with_rows(chance_calls(10, 1))
    shown.show(log, Wanted(START, END))
    before = shown.version
    shown.show(log, Wanted(START, END + timedelta(seconds=2)))
    assert shown.version == before
    log = log.with_rows([call(99)])
    shown.show(log, Wanted(START, END))
    assert shown.version > before


def test_turning_round_is_a_change_of_order_alone() -> None:
    log, shown = CallLog(), CallList()
    log = log.with_rows(chance_calls(50, 2))
    shown.show(log, Wanted(START, END, sort=("billed", True)))
    dear_first = shown.calls()
    shown.show(log, Wanted(START, END, sort=("billed", False)))
    assert shown.calls() == dear_first[::-1]


def test_a_call_that_the_filter_leaves_out_is_not_found() -> None:
    log, shown = CallLog(), CallList()
    log = log.with_rows([call(1, billed="0.01"), call(2, billed="0.09")])
    shown.show(log, Wanted(START, END, is_dear, "dear"))
    assert shown.find(1) is None
    assert shown.find(2) is not None
    assert shown.place_of_id(None) is None
