"""Another multiplier, another list price, a key in another group: told once, and nothing that only looks like it."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import series
from tui.domain.usage import Call, PricedSums, Sums
from tui.triage.baselines import HOUR, Baseline, HistoryDepth
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.price_share import PriceShare
from tui.triage.prices import KnownPrices, PriceLedger, learn_prices, price_parts
from tui.triage.rules.price import PriceChanges
from tui.triage.severity import Severity
from tui.triage.spikes import FlaggedHour, Spike

PRICES = (3e-6, 15e-6, 3.75e-6, 0.3e-6)


def a_call(
    number: int,
    ago_h: float,
    *,
    key_id: int = 7,
    group: int | None = 3,
    multiplier: float = 0.8,
    times: float = 1.0,
    tokens: tuple[int, int, int, int] = (1000, 400, 0, 8000),
    **changes: Any,
) -> Call:
    """A call by the list, or so many times its prices."""
    costs = [count * price * times for count, price in zip(tokens, PRICES, strict=True)]
    values: dict[str, Any] = {"billing_type": 0, "billing_mode": "token", "model": "sonnet", **changes}
    return Call(
        number,
        NOW - ago_h * HOUR,
        key_id,
        f"key-{key_id}",
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        cache_creation_tokens=tokens[2],
        cache_read_tokens=tokens[3],
        standard_usd=Decimal(str(sum(costs))),
        billed_usd=Decimal(str(sum(costs) * multiplier)),
        rate_multiplier=multiplier,
        request_type="stream",
        input_cost=costs[0],
        output_cost=costs[1],
        cache_creation_cost=costs[2],
        cache_read_cost=costs[3],
        group_id=group,
        group_name=f"group-{group}" if group is not None else None,
        **values,
    )


def before(count: int = 40, key_ids: tuple[int, ...] = (7, 8), **changes: Any) -> list[Call]:
    """Calls of a day up to two hours ago."""
    return [a_call(n, 23 - n * 20 / count, key_id=key_ids[n % len(key_ids)], **changes) for n in range(count)]


def since(count: int, key_ids: tuple[int, ...] = (7, 8), **changes: Any) -> list[Call]:
    """Calls of the last hour."""
    return [a_call(500 + n, 1 - n / count, key_id=key_ids[n % len(key_ids)], **changes) for n in range(count)]


def known(*calls: Iterable[Call]) -> KnownPrices:
    """What calls tell."""
    ledger = PriceLedger()
    ledger.take(call for some in calls for call in some)
    return ledger.known(KnownPrices(), NOW)


def told(prices: KnownPrices) -> list[tuple[str | None, float]]:
    """What is in force: of which model, and how many times the price before."""
    return [(one.model, round(one.times, 1)) for one in prices.in_force]


def test_one_row_with_another_multiplier_is_proof_and_it_is_of_the_group() -> None:
    (change,) = known(before(), since(1, multiplier=1.6)).in_force
    assert (change.group_name, change.before, change.after, change.since) == ("group-3", 0.8, 1.6, NOW - HOUR)
    assert change.keys == {7, 8}
    assert told(known(before(), before(group=4, multiplier=1.2), since(3, multiplier=1.6))) == [(None, 2.0)]


@pytest.mark.parametrize(
    "calls",
    [
        [*before(), *since(20)],
        [*before(multiplier=1.6), *before(), *since(5, multiplier=1.6)],
        [*before(), *before(key_ids=(9,), group=4, multiplier=1.6), *since(5, group=4, multiplier=1.6, key_ids=(9,))],
        [*before(), *since(5, multiplier=1.6, billing_type=1)],
        [*before(), *since(5, group=None, multiplier=1.0)],
        [*before(), *since(5, multiplier=1.6, billing_mode="image")],
        [*before(), *since(4, times=2.0)],
        [*before(key_ids=(7,)), *since(7, (7,), times=2.0)],
        [*before(), *since(20, times=2.0, tokens=(300_000, 400, 0, 0))],
        [*before(), *since(20, times=2.0, tokens=(300_000, 400, 0, 0)), *since(20, (9,))],
        [*before(), *since(20, times=2.0, service_tier="priority")],
        [*before(times=2.0), *before(), *since(20, times=2.0)],
    ],
)
def test_what_is_no_other_price(calls: list[Call]) -> None:
    assert known(calls).in_force == ()


def test_a_list_price_is_told_from_some_calls_of_two_keys_or_many_of_one() -> None:
    assert told(known(before(), since(6, times=2.0))) == [("sonnet", 2.0)]
    assert told(known(before(key_ids=(7,)), since(20, (7,), times=2.0))) == [("sonnet", 2.0)]
    others = [*before(model="opus"), *since(20, model="opus")]
    assert told(known(before(), since(20, times=3.2), others)) == [("sonnet", 3.2)]


def test_of_several_groups_a_list_price_is_one() -> None:
    calls = [*before(), *before(group=4, key_ids=(9,)), *since(20, times=2.0), *since(20, (9,), group=4, times=2.0)]
    (change,) = known(calls).in_force
    assert change.keys == {7, 8, 9}
    assert 30 < change.calls <= 40


def test_the_order_of_rows_does_not_matter() -> None:
    calls = [*before(), *since(20, multiplier=1.6, times=2.0)]
    ledger = PriceLedger()
    ledger.take(reversed(calls))
    assert [replace(one, calls=0, billed_usd=0.0) for one in ledger.known(KnownPrices(), NOW).in_force] == [
        replace(one, calls=0, billed_usd=0.0) for one in known(calls).in_force
    ]


def test_a_group_that_rested_longer_than_calls_are_kept_is_remembered() -> None:
    friday = learn_prices(KnownPrices(), before())
    monday = since(3, multiplier=1.6)
    ledger = PriceLedger()
    ledger.take(monday)
    assert ledger.known(KnownPrices(), NOW).in_force == ()
    found = ledger.known(friday, NOW)
    assert told(found) == [(None, 2.0)]
    assert told(ledger.known(found, NOW + HOUR)) == [(None, 2.0)]
    assert ledger.known(found, NOW + 30 * HOUR).in_force == ()
    assert ledger.known(found, NOW + 30 * HOUR).changes == found.changes


def test_a_price_that_was_taken_back_is_told_no_more() -> None:
    raised = known(before(), since(3, multiplier=1.6))
    ledger = PriceLedger()
    ledger.take([*before(), *since(3, multiplier=1.6), a_call(900, 0.0)])
    assert ledger.known(raised, NOW).in_force == ()


def test_a_key_in_another_group_is_a_note_of_that_key() -> None:
    calls = [*before(), *before(key_ids=(9,), group=4, multiplier=1.2), *since(3, (7,), group=4, multiplier=1.2)]
    found = known(calls)
    assert found.in_force == ()
    (move,) = found.moves
    assert (move.key_id, move.before, move.after, move.group_after) == (7, 0.8, 1.2, "group-4")
    report = find(Inputs(NOW, prices=found))
    assert not report.findings
    (note,) = report.untold
    assert (note.kind, note.key_id, note.severity) == (FindingKind.PRICE, 7, Severity.INFO)


def test_a_rise_is_one_finding_and_what_was_lowered_none() -> None:
    used = {key: ({"sonnet": Sums(100, billed_usd=Decimal(10))}, 10.0) for key in (7, 8)}
    report = find(Inputs(NOW, prices=known(before(), since(1, multiplier=1.6)), usual_uses=used))
    (found,) = report.findings
    assert isinstance(found.evidence, PriceChanges)
    assert (found.kind, found.key_id, found.evidence.changes[0].usd_per_h) == (FindingKind.PRICE, None, 2.0)
    lowered = find(Inputs(NOW, prices=known(before(), since(1, multiplier=0.4)), usual_uses=used))
    assert not lowered.findings
    assert [one.severity for one in lowered.untold] == [Severity.INFO]
    cents = find(Inputs(NOW, prices=known(before(), since(1, multiplier=1.6))))
    assert not cents.findings


def test_the_part_of_a_cost_that_is_because_prices_rose() -> None:
    prices = known(before(), since(20, multiplier=1.6), before(model="opus"), since(20, model="opus", multiplier=1.6))
    uses = {
        7: ({"sonnet": PricedSums(10, billed_usd=Decimal(3)), "opus": PricedSums(1, billed_usd=Decimal(1))}, 2.0),
        99: ({"sonnet": PricedSums(10, billed_usd=Decimal(3))}, 2.0),
    }
    assert price_parts(prices.changes, uses) == {7: 0.5}
    listed = known(before(), since(20, times=4.0))
    assert price_parts(listed.changes, uses)[7] == pytest.approx(0.75 * 3 / 4, rel=0.02)


def test_the_minutes_in_which_a_change_spreads_are_none_of_both() -> None:
    late = [a_call(900, 1 - 1 / 10), a_call(901, 0.95)]
    assert told(known(before(), since(30, multiplier=1.6), late)) == [(None, 2.0)]
    later = [a_call(902, 0.5)]
    assert known(before(), since(30, multiplier=1.6), later).in_force == ()


def test_what_nobody_looked_at_is_learnt_as_if_somebody_had() -> None:
    calls = sorted([*before(), *since(20, multiplier=1.6, times=2.0)], key=lambda call: call.at)
    found = learn_prices(learn_prices(KnownPrices(), calls[:30]), calls[30:])
    assert [(one.multiplier, one.at) for one in found.rates] == [(1.6, calls[-1].at)]
    whole = learn_prices(KnownPrices(), calls)
    assert {(one.model, one.since) for one in whole.changes} == {(one.model, one.since) for one in known(calls).changes}


def test_what_is_kept_is_let_go_after_four_weeks() -> None:
    found = known(before(), since(1, multiplier=1.6))
    assert PriceLedger().known(found, NOW + timedelta(days=29)).changes == ()


def test_a_key_whose_calls_are_dearer_by_another_price_alone_is_not_told_beside_it() -> None:
    key = series({1: 3.3, 2: 3.2}, usual_usd=0.8, days=15)
    usual, slow = {7: haiku(360, 21600, 288.0)}, {7: haiku(6, 480, 26.0)}
    inputs = Inputs(NOW, series({1: 4.9, 2: 4.8}, usual_usd=2.4), {7: key}, recent_uses=({}, slow), usual_uses=usual)
    told_alone = [one.kind for one in find(inputs).findings]
    assert FindingKind.UNIT_COST in told_alone
    prices = known(before(model="haiku"), since(20, model="haiku", times=4.0))
    report = find(replace(inputs, prices=prices))
    assert [one.kind for one in report.findings] == [FindingKind.PRICE]
    assert not report.is_incident
    other = known(before(model="opus"), since(20, model="opus", times=4.0))
    assert FindingKind.UNIT_COST in [one.kind for one in find(replace(inputs, prices=other)).findings]


@pytest.mark.parametrize(("bar_usd", "is_of_price"), [(2.6, True), (2.0, False)])
def test_what_would_be_no_spike_at_the_prices_before_is_none(bar_usd: float, is_of_price: bool) -> None:
    """An hour of $3.00 of which a quarter more is another multiplier: at the old one it had cost $2.40."""
    prices = known(before(), since(20, multiplier=1.0))
    recent = {7: ({"sonnet": PricedSums(10, billed_usd=Decimal(3))}, 2.0)}
    usual = Baseline(0.5, 0.5, HistoryDepth.FULL)
    hour = FlaggedHour(NOW.replace(minute=0, second=0), 3.0, usual, bar_usd)
    spike = Spike(hour.start, (hour,), True, HistoryDepth.FULL)
    share = PriceShare(Inputs(NOW, recent_uses=(recent,), prices=prices))
    assert share.makes_spike(7, spike) is is_of_price
    assert not share.makes_spike(99, spike)


def haiku(hours: float, calls: int, usd: float) -> tuple[dict[str, Sums], float]:
    """What a key did by one model."""
    return {"haiku": Sums(calls, 1000 * calls, standard_usd=Decimal(str(usd)), billed_usd=Decimal(str(usd)))}, hours
