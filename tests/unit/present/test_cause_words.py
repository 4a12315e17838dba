"""Why a key costs more, in words that fit what was found."""

import pytest
from msgspec.structs import replace

from tests.unit.triage.test_exact_split import CALL, PRICES, calls, cause
from tui.domain.usage import PricedSums
from tui.present.cause_words import amounts, call_sentence, model_sentence, why_sentence


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (calls(234), "×11.7 calls"),
        (calls(20, (1000, 45 * 400, 200, 8000)), "output ×45.0 a call"),
        (calls(20, (14_000, 400, 2800, 112_000)), "context ×14.0 a call"),
        (calls(20, (1000, 400, 6000, 8000)), "context ×1.6 a call, cache hits 87 % → 53 %"),
        (calls(20, CALL, tuple(3.2 * price for price in PRICES)), "price per token ×3.2"),
        (calls(20, factor=1.5), "multiplier 1.0 → 1.5"),
        (calls(20, pieces=(("image", 214),), piece_usd=0.04), "images: 214 at $0.04"),
        (calls(20, pieces=(("video", 20),), piece_usd=1.5), "videos: 20 at $1.50"),
        (calls(20, pieces=(("request", 20),), piece_usd=0.005), "requests with a price of their own: 20 at $0.005"),
        (calls(20, (8464, 400, 0, 736)), "cache hits 87 % → 8 %"),
    ],
)
def test_the_largest_part_is_said(now: PricedSums, said: str) -> None:
    assert why_sentence(cause(now), True) == said
    assert model_sentence(cause(now), True) == f"model: as usual; {said}"


@pytest.mark.parametrize(
    ("busy_calls_per_h", "said"),
    [
        (None, "×11.7 calls"),
        (60.0, "×3.9 calls"),
        (200.0, "as many calls an hour as when it usually works, but for longer"),
    ],
)
def test_calls_are_compared_with_a_busy_hour(busy_calls_per_h: float | None, said: str) -> None:
    assert why_sentence(replace(cause(calls(234)), busy_calls_per_h=busy_calls_per_h), True) == said


def test_another_model_is_said_as_such() -> None:
    switched = cause(calls(20, CALL, tuple(5 * price for price in PRICES)), model="opus")
    assert model_sentence(switched, True) == "opus 0 % → 100 % of calls"
    busier = cause(calls(234), model="opus")
    assert model_sentence(busier, True) == "×11.7 calls; opus 0 % → 100 % of calls"


def test_why_a_call_is_dearer_is_no_matter_of_how_many() -> None:
    assert call_sentence(cause(calls(200, (1000, 600, 200, 8000)))) == "output ×1.5 a call"


@pytest.mark.parametrize("now", [calls(77, (1111, 777, 333, 5000), factor=1.37), calls(20), calls(3, (9, 9, 9, 9))])
def test_amounts_sum_to_the_cent(now: PricedSums) -> None:
    reason = cause(now)
    assert round(sum(usd for _part, usd in amounts(reason)), 6) == round(reason.total_usd, 2)
