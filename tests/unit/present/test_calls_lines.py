"""The lines around the call list say how much of the range is here."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.gateway.budget import BudgetUse
from tui.monitor.reconcile import Difference
from tui.present.calls_lines import ListState, difference, filter_line, matches, reading, totals
from tui.present.display_context import DisplayContext
from tui.present.read_back import ReadPlan
from widgets.layout import line_width
from widgets.values import Line

LOOK = DisplayContext(NOW, ZoneInfo("UTC"))


def text_of(line: Line) -> str:
    return "".join(cell.text for cell in line)


def told(**changes: Any) -> list[str]:
    """The totals of a list of which 3 000 of 55 038 calls are here."""
    values: dict[str, Any] = {
        "shown": 3000,
        "billed_usd": Decimal("91.27"),
        "filter_text": "",
        "plan": ReadPlan(3000, 55_038),
        "covered_from": NOW,
        "is_complete": False,
        **changes,
    }
    return [text_of(line) for line in totals(ListState(**values), LOOK)]


def test_a_part_of_the_range_never_looks_like_the_whole() -> None:
    # What comes first is what stays on a narrow terminal.
    assert told()[0] == "newest 3 000 calls · $91.27"
    assert told()[1].endswith("B reads on")
    assert told(is_complete=True) == ["3 000 calls · $91.27"]


def test_while_it_is_read_back_nothing_asks_for_the_key_that_reads_on() -> None:
    assert told(is_reading=True)[1].startswith("read back to")
    assert "B" not in told(is_reading=True)[1]


def test_an_order_of_the_gateway_says_of_how_many_calls_it_has_the_first() -> None:
    assert told(shown=1000, first=(1000, 55_038)) == [
        "1 000 calls · $91.27",
        "first 1 000 of 55 038 in this order; B reads all",
    ]


def test_a_filter_has_its_own_line_with_what_passes_it() -> None:
    state = ListState(259, Decimal("27.75"), "key:batch", ReadPlan(3000, None), NOW, is_complete=False)
    assert text_of(filter_line(state)) == "/ key:batch"
    assert [text_of(line) for line in matches(state)] == ["259 match · $27.75", "esc clears"]
    assert told(shown=259, filter_text="key:batch")[0] == "newest 3 000 calls"


@pytest.mark.parametrize(
    ("used", "allowed", "end"),
    [
        (12, 30, "25 requests, 84 MB to go"),
        (30, 30, "waits: request limit"),
        (99, 0, "25 requests, 84 MB to go"),
    ],
)
def test_reading_back_says_how_to_stop_it_first_and_why_it_stands_still(used: int, allowed: int, end: str) -> None:
    line = reading(ReadPlan(31_000, 55_038), BudgetUse(used, allowed, 0, 0, 0.0))
    assert text_of(line).startswith("reading back, esc stops: 31 000 of 55 038 calls · ")
    assert text_of(line).endswith(end)
    assert line_width(line) <= 76, "the edge of 80 columns has room for it"


@pytest.mark.parametrize(
    ("calls", "billed", "words"),
    [
        (1, "0.1", "▲ gateway counts 1 more call today than is here (+$0.10)"),
        (40, "4.67", "▲ gateway counts 40 more calls today than are here (+$4.67)"),
        # The cost may lie within what the last seconds leave open: then nothing is said of it.
        (40, "0", "▲ gateway counts 40 more calls today than are here"),
        (-2, "-0.3", "▲ gateway counts 2 calls fewer today than are here (−$0.30)"),
        (0, "0.06", "▲ gateway counts another cost today than the calls here add up to (+$0.06)"),
    ],
)
def test_a_difference_says_which_way_it_goes(calls: int, billed: str, words: str) -> None:
    line = difference(Difference(calls, Decimal(billed)))
    assert text_of(line) == words
    assert line_width(line) <= 76, "the edge of 80 columns has room for it"


def test_without_a_difference_nothing_is_said() -> None:
    assert difference(None) == ()
