"""The rule behind each finding, with the numbers that made it."""

import pytest

from tests.unit.samples import NOW, failed
from tests.unit.triage.test_origins import FOREIGN, STOLEN
from tests.unit.triage.test_prices import before, known, since
from tests.unit.triage.test_rules import series
from tests.unit.triage.test_slow_spend import DAY
from tests.unit.triage.test_slow_spend import series as days
from tests.unit.triage.test_unit_cost import KEY, USUAL, uses
from tui.triage.baselines import HOUR
from tui.triage.explain import Explained, explain
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.origins import learn
from tui.triage.spikes import RunningHour


def only(found: tuple[Explained, ...], kind: FindingKind) -> Explained:
    """The one of a kind."""
    return next(one for one in found if one.kind is kind)


def test_the_bound_of_a_spike_follows_from_its_terms() -> None:
    account = series({2: 9.0, 1: 12.0})
    rule = only(explain(find(Inputs(NOW, account, running=RunningHour()))), FindingKind.SPIKE)
    q, a, f, habit = (float(str(rule.value(name))) for name in ("q", "a", "f", "habit"))
    factor, habit_factor = float(str(rule.value("factor"))), float(str(rule.value("habit_factor")))
    assert rule.value("bound") == pytest.approx(max(factor * max(q, a), q + f, habit_factor * habit))
    assert (rule.value("actual"), rule.value("step"), rule.value("hits")) == (12.0, "full", 2)
    assert rule.value("samples") == 42
    assert (rule.value("raised"), rule.value("bar")) == (1.0, rule.value("bound"))


def test_what_came_before_raises_the_bar_that_is_explained() -> None:
    account = series({2: 30.0, 1: 30.0, 200: 9.0, 201: 9.0, 300: 9.0, 301: 9.0})
    rule = only(explain(find(Inputs(NOW, account, running=RunningHour()))), FindingKind.SPIKE)
    bound, raised, bar = (float(str(rule.value(name))) for name in ("bound", "raised", "bar"))
    assert raised > 1.5
    assert bar == pytest.approx(bound * raised)


def test_with_hardly_any_history_the_bound_is_a_part_of_the_balance() -> None:
    young = series({1: 12.0}, usual_usd=0.0)
    rule = only(explain(find(Inputs(NOW, young, running=RunningHour(), balance_usd=100.0))), FindingKind.SPIKE)
    assert (rule.value("bound"), rule.value("balance_share"), rule.value("q")) == (10.0, 0.1, None)


@pytest.mark.parametrize(("now", "multipliers"), [({"multiplier": 1.6}, (0.8, 1.6)), ({"times": 2.0}, (None, None))])
def test_another_price_has_multipliers_only_if_it_is_one_of_them(
    now: dict[str, float], multipliers: tuple[float | None, ...]
) -> None:
    """A list price is told by how many times it is the one before."""
    (rule,) = explain(find(Inputs(NOW, prices=known(before(), since(20, **now)))))
    assert (rule.value("before_multiplier"), rule.value("multiplier")) == multipliers
    assert rule.value("price") == pytest.approx(2.0, abs=0.02)


def test_every_finding_has_its_rule() -> None:
    errors = tuple(failed(n, ago_s=n * 2) for n in range(12))
    seen = learn({}, STOLEN)
    uses_now = {7: uses(2, 120, 8.0, "opus")}
    report = find(
        Inputs(
            NOW,
            series({1: 4.9, 2: 4.8}, usual_usd=2.4),
            {7: KEY},
            failed=errors,
            balance_usd=50.0,
            recent_uses=(uses_now,),
            usual_uses={7: USUAL},
            seen=seen,
        )
    )
    found = explain(report)
    assert {one.kind for one in found} == {
        FindingKind.UNIT_COST,
        FindingKind.STORM,
        FindingKind.ORIGIN,
        FindingKind.LOW_BALANCE,
    }
    assert only(found, FindingKind.UNIT_COST).value("cause") == "mix"
    assert only(found, FindingKind.ORIGIN).value("value") == FOREIGN
    assert only(found, FindingKind.LOW_BALANCE).value("basis") == "hour_of_week"
    assert only(found, FindingKind.STORM).value("share") is None
    days_found = explain(find(Inputs(DAY + 16 * HOUR, days([2.4] * 16), {})))
    slow = only(days_found, FindingKind.SLOW_SPEND)
    assert (slow.value("base"), slow.value("usual"), slow.value("highest")) == (2.4, 1.0, 1.0)
    assert slow.value("excess") == pytest.approx(16 * 1.4)
    assert slow.value("least") == pytest.approx(0.06 * 168)
