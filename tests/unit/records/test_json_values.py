"""What is written as JSON is read as the same, digit for digit."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tui.records.json_values import json_line, json_text, number

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=10) | st.integers(-(10**12), 10**12).map(Decimal)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | AMOUNTS.map(number),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(AMOUNTS)
def test_a_number_is_the_amount_in_as_few_digits_as_may_be(amount: Decimal) -> None:
    told = number(amount)
    assert told is not None
    assert told == amount
    digits = json_line(told)
    assert Decimal(digits) == amount
    assert not ("." in digits and digits.endswith("0"))


@given(PLAIN)
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    for text in (json_line(value), json_text(value)):
        assert json.loads(text, parse_float=Decimal) == value
    assert len(json_line(value).split("\n")) == 1
