"""A packed call tells what it was made from, to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.samples import NOW, call
from tui.domain.call import Call, Media
from tui.gateway.sub2api.wire.base import usd

TEXTS = ("key_name", "model", "request_type", "group_name", "billing_mode", "endpoint", "reasoning_effort")
MORE_TEXTS = ("service_tier", "ip", "user_agent", "request_id", "session_id")


def test_everything_that_goes_in_comes_out() -> None:
    given: dict[str, object] = {
        "id": 2**62,
        "at": NOW,
        "key_id": 7,
        "rate_multiplier": 0.8,
        "billing_type": 1,
        "group_id": 4,
        "input_tokens": 2**53,
        "output_tokens": 2,
        "cache_creation_tokens": 3,
        "cache_read_tokens": 0,
        "duration_ms": 61_000,
        "first_token_ms": None,
        "standard_usd": Decimal("0.1004950375"),
        "billed_usd": Decimal("30"),
        "input_cost": 0.1,
        "output_cost": 0.2,
        "cache_creation_cost": 0.3,
        "cache_read_cost": 0.4,
        "cache_creation_1h_tokens": 3,
        "media": Media(2, "1024x1024", "image", 7, 8, 0.5, 0.25),
        **{name: f"a {name}" for name in (*TEXTS, *MORE_TEXTS)},
    }
    made = Call(**given)  # type: ignore[arg-type]
    assert {name: getattr(made, name) for name in given} == given


@settings(max_examples=300)
@given(st.floats(0, 50), st.integers(0, 10))
def test_money_comes_back_as_the_wire_had_it(amount: float, places: int) -> None:
    sent = round(amount, places)
    assert call(1, billed=str(usd(sent))).billed_usd == usd(sent)


def test_an_unknown_duration_is_not_a_number() -> None:
    assert call(1, duration_ms=None).duration_ms is None
    assert call(1, duration_ms=0).duration_ms == 0
    assert call(1, duration_ms=-1).duration_ms == -1


def test_calls_do_not_change() -> None:
    one = call(1)
    with pytest.raises(AttributeError):
        one.model = "other"
    with pytest.raises(AttributeError):
        one.id = 2


def test_equal_calls_are_equal_and_others_are_not() -> None:
    assert call(1) == call(1)
    assert hash(call(1)) == hash(call(1))
    assert call(1) != call(1, duration_ms=5)
    assert call(1) != call(1, ip="192.0.2.1")
    assert call(1) != call(1, media=Media(1))
    assert call(1) != "call"
