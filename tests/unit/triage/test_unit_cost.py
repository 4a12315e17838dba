"""Calls that became dearer, though no hour passes a bound."""

from decimal import Decimal

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import series
from tui.domain.usage import Sums
from tui.triage.causes import Uses
from tui.triage.find import find
from tui.triage.inputs import Inputs
from tui.triage.unit_cost import UnitCostRise, find_unit_cost

KEY = series({1: 3.3, 2: 3.2}, usual_usd=0.8, days=15)


def uses(hours: float, calls: int, usd: float, model: str = "haiku", *, read: int = 90, plain: int = 10) -> Uses:
    """What a key did by one model."""
    money = Decimal(str(usd))
    return {model: Sums(calls, plain * calls, 0, 0, read * calls, money, money)}, hours


USUAL = uses(360, 21600, 288.0)


def found(recent: Uses, usual: Uses = USUAL) -> tuple[UnitCostRise, ...]:
    """What is found of one key of an account that costs 400 USD a week."""
    return find_unit_cost([{7: recent}], {7: usual}, {7: KEY}, 400.0, NOW)


def test_the_same_calls_at_four_times_the_cost_are_told_with_the_cause() -> None:
    switched = found(uses(2, 120, 6.5, "opus"))[0]
    assert (switched.key_id, switched.why.main, round(switched.times_usual)) == (7, "mix", 4)
    broken = found(uses(2, 120, 6.5, read=5, plain=95))[0]
    assert broken.why.main == "rate"
    assert broken.why.hit_rate[1] == 0.05
    assert broken.excess_usd_per_h > 2


def test_less_than_twice_or_a_few_calls_or_cents_are_not_told() -> None:
    assert not found(uses(2, 120, 3.0))
    assert not found(uses(2, 14, 6.5))
    assert not found(uses(2, 120, 3.4), uses(360, 21600, 280.0))


def test_a_dear_task_that_comes_again_is_a_habit() -> None:
    again = series({1: 3.3, 2: 3.2, 30: 3.4, 60: 3.4, 90: 3.4}, usual_usd=0.8, days=15)
    assert not find_unit_cost([{7: uses(2, 120, 6.5)}], {7: USUAL}, {7: again}, 400.0, NOW)


def test_a_report_has_them_and_ranks_the_keys_since_then() -> None:
    account = series({1: 4.9, 2: 4.8}, usual_usd=2.4)
    report = find(Inputs(NOW, account, {7: KEY}, recent_uses=({7: uses(2, 120, 6.5, "opus")},), usual_uses={7: USUAL}))
    assert (report.is_incident, report.findings[0].key_id, report.suspects[0].key_id) == (True, 7, 7)


def test_a_slow_key_tells_over_six_hours_what_a_busy_one_tells_in_two() -> None:
    key = series(dict.fromkeys(range(1, 6), 4.0), usual_usd=0.8, days=15)
    few, enough, usual = {7: uses(2, 8, 8.0)}, {7: uses(6, 20, 20.0)}, {7: uses(360, 1080, 288.0)}
    assert not find_unit_cost([few], usual, {7: key}, 400.0, NOW)
    assert find_unit_cost([few, enough], usual, {7: key}, 400.0, NOW)[0].hours == 6
