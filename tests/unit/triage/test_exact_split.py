"""Whatever happens, the parts of an increase add up to the difference of the hourly cost, and the largest is named."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.domain.usage import PricedSums, Sums
from tui.triage.causes import CausePart, CostCause, why, without

TOKENS = st.integers(0, 100_000)
COST = st.floats(0.0, 3.0)
PLAIN = st.builds(
    lambda calls, each_usd: Sums(requests=calls, billed_usd=Decimal(str(round(calls * each_usd, 8)))),
    st.integers(1, 500),
    st.floats(0.001, 2.0),
)
"""1 to 500 calls of USD 0.001 to 2 each."""
TOLD = st.builds(
    lambda calls, tokens, standard, factor: Sums(
        calls, *tokens, Decimal(str(round(standard, 8))), Decimal(str(round(standard * factor, 8)))
    ),
    st.integers(1, 500),
    st.tuples(TOKENS, TOKENS, TOKENS, TOKENS),
    st.one_of(st.just(0.0), st.floats(0.001, 50.0)),
    st.floats(0.0, 3.0),
)
PRICED = st.builds(
    lambda sums, costs, rest, factor, pieces: PricedSums(
        sums.requests,
        sums.input_tokens,
        sums.output_tokens,
        sums.cache_creation_tokens,
        sums.cache_read_tokens,
        Decimal(str(round(sum(costs) + rest, 8))),
        Decimal(str(round((sum(costs) + rest) * factor, 8))),
        *costs,
        pieces,
    ),
    TOLD,
    st.one_of(st.just((0.0, 0.0, 0.0, 0.0)), st.tuples(COST, COST, COST, COST)),
    st.one_of(st.just(0.0), COST),
    st.floats(0.1, 3.0),
    st.one_of(st.just(()), st.just((("image", 4),))),
)
NAMES = st.sampled_from(("opus", "sonnet", "haiku", "mini"))
NOW = st.dictionaries(NAMES, st.one_of(PLAIN, TOLD, PRICED), min_size=1)
USUAL = st.dictionaries(NAMES, st.one_of(PLAIN, TOLD), min_size=1)


def _hourly_usd(uses: dict[str, Sums], hours: float) -> float:
    return sum(float(sums.billed_usd) for sums in uses.values()) / hours


@settings(max_examples=400)
@given(NOW, st.floats(0.1, 24.0), USUAL, st.floats(1.0, 336.0))
def test_parts_add_up(now: dict[str, Sums], now_hours: float, usual: dict[str, Sums], usual_hours: float) -> None:
    found = why(now, now_hours, usual, usual_hours)
    assert found is not None
    difference = _hourly_usd(now, now_hours) - _hourly_usd(usual, usual_hours)
    scale = _hourly_usd(now, now_hours) + _hourly_usd(usual, usual_hours)
    assert sum(found.parts.values()) == pytest.approx(difference, rel=1e-9, abs=1e-6 * max(1.0, scale))
    assert found.total_usd == pytest.approx(sum(found.parts.values()), abs=1e-9 * max(1.0, scale))
    assert found.parts[found.main] == max(found.parts.values())


def test_a_new_key_is_all_volume() -> None:
    now = {"opus": Sums(requests=20, billed_usd=Decimal(4))}
    found = why(now, 2.0, {}, 0.0)
    assert found is not None
    assert (found.volume_usd, found.mix_usd, found.rate_usd) == (2.0, 0.0, 0.0)


PRICES = (3e-6, 15e-6, 3.75e-6, 0.3e-6)
CALL = (1000, 400, 200, 8000)


def calls(
    count: int,
    tokens: tuple[float, ...] = CALL,
    prices: tuple[float, ...] = PRICES,
    factor: float = 1.0,
    pieces: tuple[tuple[str, int], ...] = (),
    piece_usd: float = 0.0,
) -> PricedSums:
    """Calls that are all alike, as their records tell them."""
    costs = [count * number * price for number, price in zip(tokens, prices, strict=True)]
    standard = sum(costs) + piece_usd * sum(number for _kind, number in pieces)
    money = Decimal(str(round(standard, 10))), Decimal(str(round(standard * factor, 10)))
    return PricedSums(count, *(round(count * number) for number in tokens), *money, *costs, pieces)


def summed(sums: PricedSums) -> Sums:
    """The same as a history tells it."""
    return without(({"m": sums}, 1.0), ({}, 0.0))[0]["m"]


def cause(now: PricedSums, usual: PricedSums | None = None, model: str = "m") -> CostCause:
    """Why twenty calls an hour cost more than usual."""
    found = why({model: now}, 1.0, {"m": summed(usual or calls(20 * 300))}, 300.0)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("part", "now"),
    [
        (CausePart.VOLUME, calls(80)),
        (CausePart.OUTPUT, calls(20, (1000, 45 * 400, 200, 8000))),
        (CausePart.INPUT, calls(20, (14_000, 400, 200, 8000))),
        (CausePart.CACHE_WRITE, calls(20, (1000, 400, 6000, 8000))),
        (CausePart.CACHE_READ, calls(20, (1000, 400, 200, 200_000))),
        (CausePart.PRICE, calls(20, CALL, tuple(3.2 * price for price in PRICES))),
        (CausePart.MULTIPLIER, calls(20, factor=1.5)),
        (CausePart.PIECES, calls(20, pieces=(("image", 40),), piece_usd=0.04)),
        (CausePart.INPUT, calls(20, (9200, 400, 0, 0))),
    ],
)
def test_what_changed_alone_is_all_of_it(part: CausePart, now: PricedSums) -> None:
    found = cause(now)
    assert found.main is part
    assert found.total_usd > 0
    others = {CausePart.CACHE_WRITE, CausePart.CACHE_READ} if now.cache_read_tokens == 0 else set()
    for other, usd in found.parts.items():
        if other is not part and other not in others:
            assert usd == pytest.approx(0.0, abs=1e-9), other


def test_figures_tell_how_much_of_it() -> None:
    assert cause(calls(20, (1000, 45 * 400, 200, 8000))).output_tokens == (400, 18_000)
    assert cause(calls(20, tuple(14 * number for number in CALL))).context_tokens == (9200, 14 * 9200)
    assert cause(calls(20, CALL, tuple(3.2 * price for price in PRICES))).price_times == pytest.approx(3.2)
    assert cause(calls(20, factor=1.5)).multiplier == (1.0, 1.5)
    pieces = cause(calls(20, pieces=(("image", 214),), piece_usd=0.04, factor=0.5)).pieces
    assert pieces is not None
    assert (pieces.kind, pieces.count, pieces.each_usd) == ("image", 214, pytest.approx(0.02))
    broken = cause(calls(20, (9200, 400, 0, 0))).hit_rate
    assert broken == (pytest.approx(8000 / 9200), 0.0)


def test_dearer_images_are_no_dearer_tokens() -> None:
    usual = calls(6000, (0, 0, 0, 0), pieces=(("image", 6000),), piece_usd=0.04)
    found = cause(calls(20, (0, 0, 0, 0), pieces=(("image", 20),), piece_usd=0.12), usual)
    assert found.main is CausePart.PIECES
    assert found.price_usd == pytest.approx(0.0)
    more = cause(calls(200, (0, 0, 0, 0), pieces=(("image", 200),), piece_usd=0.04), usual)
    assert (more.main, more.pieces_usd) == (CausePart.VOLUME, pytest.approx(0.0))


def test_the_price_of_a_kind_that_is_not_used_any_more_is_told_by_the_usual_cost() -> None:
    cheap_reads = (2.5e-6, 10e-6, 2.5e-6, 1.25e-6)
    usual = calls(6000, (1000, 400, 0, 8000), cheap_reads)
    found = cause(calls(20, (9000, 400, 0, 0), cheap_reads), usual)
    assert found.price_usd == pytest.approx(0.0, abs=1e-9)
    assert found.input_usd + found.cache_read_usd == pytest.approx(found.total_usd)


def test_records_that_do_not_tell_costs_by_kind_are_split_by_the_usual_ratio() -> None:
    told = calls(20, (1000, 4000, 200, 8000))
    bare = PricedSums(*(getattr(told, name) for name in Sums.__struct_fields__))
    assert cause(bare).main is CausePart.OUTPUT
    assert cause(bare).pieces is None


def test_a_new_model_is_of_the_mix() -> None:
    found = cause(calls(20, CALL, tuple(5 * price for price in PRICES)), model="opus")
    assert found.main is CausePart.MIX
    assert found.shift is not None
    assert (found.shift.model, found.shift.before, found.shift.after) == ("opus", 0.0, 1.0)
    assert found.rate_usd == 0.0


@pytest.mark.parametrize(
    ("times", "part"), [(0.7, CausePart.INPUT), (1.0, CausePart.INPUT), (1.45, CausePart.INPUT), (1.55, CausePart.MIX)]
)
def test_a_new_model_at_about_the_same_price_is_compared_with_those_it_replaced(times: float, part: CausePart) -> None:
    """A cache that a migration broke is no dearer model."""
    found = cause(calls(20, (9200, 400, 0, 0), tuple(times * price for price in PRICES)), model="new")
    assert found.main is part
    hits = (pytest.approx(8000 / 9200), 0.0)
    assert found.hit_rate == hits
    assert found.context_tokens == ((9200, 9200) if part is CausePart.INPUT else (0, 0))
    assert sum(found.parts.values()) == pytest.approx(found.total_usd)


def test_a_successor_is_compared_at_its_multiplier() -> None:
    found = cause(calls(20, (9200, 400, 0, 0), factor=2.0), calls(6000, factor=2.0), model="new")
    assert found.main is CausePart.INPUT
    assert found.mix_usd == pytest.approx(0.0, abs=1e-9)
    assert found.multiplier_usd == pytest.approx(0.0, abs=1e-9)


def test_a_new_model_beside_the_others_replaces_those_that_are_used_less() -> None:
    usual = {"a": summed(calls(3000)), "b": summed(calls(3000, (500, 4000, 0, 0)))}
    now = {"a": calls(10), "new": calls(10, (500, 12_000, 0, 0))}
    found = why(now, 1.0, usual, 300.0)
    assert found is not None
    assert (found.main, found.output_tokens) == (CausePart.OUTPUT, (2200, 6200))


def test_the_price_of_cache_reads_that_a_dearer_model_does_not_use_is_not_made_to_fit() -> None:
    usual = calls(6000, (100, 40, 0, 100_000))
    dear = tuple(3 * price for price in PRICES)
    assert cause(calls(20, (100_100, 40, 0, 0), dear), usual, model="opus").main is CausePart.MIX


def test_a_model_with_images_is_no_successor_of_one_without() -> None:
    assert cause(calls(20, CALL, pieces=(("image", 20),), piece_usd=0.001), model="new").rate_usd == 0.0


def test_why_a_call_is_dearer_is_told_beside_more_calls() -> None:
    found = cause(calls(200, (1000, 600, 200, 8000)))
    assert (found.main, found.main_of_call) == (CausePart.VOLUME, CausePart.OUTPUT)
