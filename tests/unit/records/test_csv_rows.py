"""A row of CSV reads as it was written, and holds nothing that a spreadsheet would compute."""

import csv
import io
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tui.records.csv_rows import csv_line

TEXTS = st.one_of(st.text(), st.text("=+-@＝＋－＠\t\r\n \"',;a"))
MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=10)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), MONEY, FLOATS)


def read(line: str) -> list[str]:
    """The one row of a text."""
    [row] = csv.reader(io.StringIO(line, newline=""))
    return row


@given(st.lists(VALUES, min_size=1))
def test_a_row_reads_as_it_was_written(values: list[object]) -> None:
    row = read(csv_line(values))
    assert len(row) == len(values)
    for cell, value in zip(row, values, strict=True):
        match value:
            case None:
                assert cell == ""
            case bool():
                assert cell == str(value).lower()
            case int() | Decimal():
                assert Decimal(cell) == value
            case float():
                assert float(cell) == value
            case _:
                assert cell in (value, f"'{value}")


@given(st.lists(TEXTS, min_size=1))
def test_no_text_is_a_formula(texts: list[str]) -> None:
    for cell in read(csv_line(texts)):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(st.lists(st.text("abc ,;\"'\r\n=", min_size=1).map("a".__add__), min_size=1))
def test_text_that_computes_nothing_is_left_alone(texts: list[str]) -> None:
    assert read(csv_line(texts)) == texts
