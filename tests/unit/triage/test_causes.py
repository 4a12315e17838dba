"""What the parts of an increase rest on: the use now and usually, its models, its pieces."""

from decimal import Decimal

import pytest

from tests.unit.triage.test_exact_split import CALL, PRICES, calls, summed
from tui.domain.usage import PricedSums, Sums
from tui.triage.causes import CausePart, ModelShift, PieceUse, scaled, together, why, without

TEN = Sums(10, 100, 200, 300, 400, Decimal(5), Decimal(4))
FOUR = Sums(4, 10, 20, 30, 40, Decimal(2), Decimal(1))


def many(**requests: int) -> dict[str, Sums]:
    """So many calls of each model, of which each costs a dime."""
    return {model: Sums(requests=count, billed_usd=Decimal(count) / 10) for model, count in requests.items()}


@pytest.mark.parametrize(("now", "hours"), [({}, 2.0), (many(opus=0), 2.0), (many(opus=3), 0.0)])
def test_where_nothing_was_called_there_is_no_cause(now: dict[str, Sums], hours: float) -> None:
    assert why(now, hours, many(opus=9), 9.0) is None


@pytest.mark.parametrize(
    ("usual", "usual_hours", "calls_per_h"),
    [(many(opus=30), 10.0, 3.0), (many(opus=1), 0.5, 2.0), (many(opus=30), 0.0, 0.0), ({}, 10.0, 0.0)],
)
def test_calls_are_told_an_hour(usual: dict[str, Sums], usual_hours: float, calls_per_h: float) -> None:
    found = why(many(opus=12), 2.0, usual, usual_hours)
    assert found is not None
    assert found.calls_per_h == (calls_per_h, 6.0)
    assert found.volume_usd == pytest.approx((6.0 - calls_per_h) * 0.1)
    assert (found.main, found.main_of_call) == (CausePart.VOLUME, CausePart.MIX)


@pytest.mark.parametrize(
    ("now", "usual", "shift"),
    [
        (many(a=9, b=1), many(a=10), ("b", 0.0, 0.1)),
        (many(a=91, b=9), many(a=10), None),
        (many(a=75, b=25), many(a=80, b=20), None),
        (many(a=6, b=4), many(a=8, b=2), ("b", 0.2, 0.4)),
        (many(a=6, b=2, c=2), many(a=9, b=1), ("c", 0.0, 0.2)),
        (many(a=6, b=4), {}, None),
    ],
    ids=["a tenth", "less", "a little more of one", "not the most used one", "the one that grew most", "nothing usual"],
)
def test_the_model_is_told_whose_share_grew_most_if_it_grew_by_a_tenth(
    now: dict[str, Sums], usual: dict[str, Sums], shift: tuple[str, float, float] | None
) -> None:
    found = why(now, 1.0, usual, 1.0)
    assert found is not None
    assert (found.shift is None) is (shift is None)
    if found.shift is not None and shift is not None:
        model, before, after = shift
        assert found.shift == ModelShift(model, before, pytest.approx(after))


def test_where_no_model_was_used_before_rates_are_of_all_calls() -> None:
    dear = calls(10, (1000, 400, 0, 3000), (1e-3, 1e-3, 1e-3, 1e-3), factor=2.0)
    found = why({"new": dear}, 1.0, {"old": summed(calls(10))}, 1.0)
    assert found is not None
    assert found.hit_rate == (pytest.approx(8000 / 9200), 0.75)
    assert found.multiplier == (1.0, 2.0)
    assert (found.context_tokens, found.price_times) == ((0.0, 0.0), None)
    plain = why(many(opus=3), 1.0, many(opus=3), 1.0)
    assert plain is not None
    assert (plain.hit_rate, plain.multiplier) == ((None, None), (None, None))
    one_token = {"m": Sums(1, 1, billed_usd=Decimal(1))}
    tiny = why(one_token, 1.0, one_token, 1.0)
    assert tiny is not None
    assert tiny.hit_rate == (0.0, 0.0)


def test_what_a_call_reads_is_told_of_the_models_that_were_used_before() -> None:
    same, dear = (1000, 400, 0, 8000), tuple(9 * price for price in PRICES)
    now = {"m": calls(10, same), "opus": calls(10, (9000, 400, 0, 0), dear)}
    found = why(now, 1.0, {"m": summed(calls(10, same))}, 1.0)
    assert found is not None
    assert found.hit_rate == (pytest.approx(8 / 9), pytest.approx(8 / 9))
    writes = why({"m": calls(10, (0, 800, 0, 0))}, 1.0, {"m": summed(calls(10, (0, 400, 0, 0)))}, 1.0)
    assert writes is not None
    assert (writes.hit_rate, writes.context_tokens, writes.output_tokens) == ((None, None), (0.0, 0.0), (400.0, 800.0))


def with_pieces(requests: int, *pieces: tuple[str, int], each_usd: str = "0.5") -> PricedSums:
    """Calls without tokens that cost half as much as their price."""
    usd = Decimal(each_usd) * (sum(count for _kind, count in pieces) or requests)
    return PricedSums(requests, standard_usd=2 * usd, billed_usd=usd, pieces=pieces)


@pytest.mark.parametrize(
    ("now", "pieces"),
    [
        ({"m": with_pieces(4, ("image", 8))}, PieceUse("image", 8, 0.5)),
        ({"m": with_pieces(4, ("image", 3), ("video", 5))}, PieceUse("video", 5, 0.5)),
        (
            {"m": with_pieces(4, ("image", 3)), "n": with_pieces(4, ("image", 2), ("video", 4))},
            PieceUse("image", 5, 0.5),
        ),
        ({"m": with_pieces(4)}, PieceUse("", 4, 0.5)),
        ({"m": with_pieces(4, ("image", 8)), "unused": with_pieces(0)}, PieceUse("image", 8, 0.5)),
        ({"m": with_pieces(4, ("image", 8)), "told": TEN}, PieceUse("image", 8, 0.5)),
        ({"m": with_pieces(4, ("image", 8), each_usd="0")}, None),
        ({"m": calls(20, CALL)}, None),
    ],
    ids=[
        *("images", "the kind with most", "the kind with most of all models", "records that do not say", "no calls"),
        *("sums that tell no prices", "free", "tokens alone"),
    ],
)
def test_pieces_are_told_by_the_kind_with_most_of_them(now: dict[str, Sums], pieces: PieceUse | None) -> None:
    found = why(now, 1.0, {}, 0.0)
    assert found is not None
    assert found.pieces == pieces


def test_what_is_usual_is_left_without_the_incident_and_never_below_nothing() -> None:
    rest = Sums(6, 90, 180, 270, 360, Decimal(3), Decimal(3))
    assert without(({"a": TEN, "b": FOUR}, 50.0), ({"a": FOUR}, 2.0)) == ({"a": rest, "b": FOUR}, 48.0)
    more = Sums(9, 200, 300, 400, 500, Decimal(7), Decimal(7))
    assert without(({"a": TEN}, 1.0), ({"a": more}, 2.0)) == ({"a": Sums(requests=1)}, 0.0)
    assert without(({"a": FOUR}, 1.0), ({"a": TEN}, 1.0)) == ({}, 0.0)


def test_the_use_of_several_keys_is_that_of_the_longest_known() -> None:
    assert together([]) == ({}, 0.0)
    both = Sums(14, 110, 220, 330, 440, Decimal(7), Decimal(5))
    assert together([({"a": TEN}, 0.5), ({"a": FOUR, "b": TEN}, 0.25)]) == ({"a": both, "b": TEN}, 0.5)


def test_a_part_of_the_use_stands_for_all_of_it() -> None:
    whole = Sums(10, 25, 50, 75, 100, Decimal(5), Decimal("2.5"))
    assert scaled(({"a": FOUR}, 3.0), 2.5, 7.0) == ({"a": whole}, 7.0)
