"""What the gateway is asked to sort."""

from datetime import date, timedelta

import pytest

from tests.unit.samples import NOW
from tui.domain.scope import Filters, Window
from tui.monitor.calls.order import AskFirstCalls, first_calls

DAYS = (date(2026, 10, 26), date(2026, 11, 24))
MONTH = Window(NOW - timedelta(days=30), NOW, timedelta(days=1), DAYS)
ONE_DAY = Window(NOW - timedelta(days=1), NOW, timedelta(hours=1), None)
OF_A_KEY = Filters(key_id=7)


@pytest.mark.parametrize(
    ("sort", "asked"),
    [
        (("at", False), AskFirstCalls(DAYS, "created_at", True, OF_A_KEY)),
        (("model", False), AskFirstCalls(DAYS, "model", True, OF_A_KEY)),
        (("model", True), AskFirstCalls(DAYS, "model", False, OF_A_KEY)),
        (("at", True), None),
        (("billed", True), None),
    ],
)
def test_the_gateway_sorts_by_time_and_model(sort: tuple[str, bool], asked: AskFirstCalls | None) -> None:
    assert first_calls(MONTH, OF_A_KEY, sort) == asked


def test_a_sliding_range_is_not_sorted_by_the_gateway_which_would_begin_before_it() -> None:
    assert first_calls(ONE_DAY, OF_A_KEY, ("at", False)) is None
