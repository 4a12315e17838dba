"""What stands out of the usual: which of it is no news, because a price, a spike or a single call explains it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.samples import finding_of
from tests.unit.triage.test_many_keys import OFFICE, THIEF, used_from
from tests.unit.triage.test_rule_findings import HOURS, OF_KEY, SLOW, case
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_spike_values import WILD, spike
from tests.unit.triage.test_spikes import NOTHING_NOW
from tui.domain.usage import HourUse, Sums
from tui.triage import abnormal_hours
from tui.triage.baselines import HOUR, full_hours
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.judged_hours import GRAVE_USD, JudgedHours
from tui.triage.slow_spend import SlowSpend
from tui.triage.spike_judge import Judge
from tui.triage.spikes import KEY_BOUNDS, Bars, RunningHour, Spike
from tui.triage.takeovers import Takeover
from tui.triage.unit_cost import UnitCostRise


class Prices:
    """Prices that explain everything, or nothing."""

    def __init__(self, explains: bool) -> None:
        self.makes_slow_spend = self.makes_growth = self.makes_unit_cost = lambda *_: explains
        self.makes_spike = lambda _key_id, one: explains and bool(one.hours)


GROWN, DEAR = finding_of(FindingKind.GROWTH).evidence, finding_of(FindingKind.UNIT_COST).evidence
SAME_PRICES, DEARER = Prices(False), Prices(True)


@pytest.mark.parametrize(
    ("usual_usd", "since", "excess_usd", "days", "is_grave"),
    [
        (1.0, NOW, 24.0, 1.0, True),
        (1.0, NOW, 23.9, 1.0, False),
        (1.0, NOW, 12.0, 0.5, True),
        (1.0, NOW, 11.9, 0.5, False),
        (0.1, NOW, GRAVE_USD, 1.0, True),
        (0.1, NOW, GRAVE_USD - 0.1, 1.0, False),
        (1.0, THIS_HOUR - 27 * 24 * HOUR + timedelta(minutes=59), 24.0, 1.0, True),
    ],
    ids=[
        "a usual day",
        "less",
        "half of one",
        "less of that",
        "ten dollars",
        "less of those",
        "a day at its beginning",
    ],
)
def test_what_has_cost_a_usual_day_of_the_account_is_grave(
    usual_usd: float, since: Any, excess_usd: float, days: float, is_grave: bool
) -> None:
    judged = case(full_hours=full_hours(series({}, usual_usd=usual_usd), NOW))
    assert judged.is_grave(since, excess_usd, days) is is_grave


def test_of_an_unknown_account_nothing_stands_out() -> None:
    nobody = case(Inputs(NOW), full_hours=None)
    assert (nobody.account_spike, nobody.key_hits, nobody.slow_spend, nobody.growth) == (None, {}, (), ())
    assert (nobody.unit_cost, nobody.is_grave(NOW, 1e6), nobody.usual_day_usd(NOW)) == ((), False, 0.0)
    assert JudgedHours(Inputs(NOW)).full_hours is None


def test_a_spike_that_prices_explain_is_none() -> None:
    cost = series({2: 12.0, 1: 12.0}, usual_usd=0.4)
    found = {}
    for prices in (SAME_PRICES, DEARER):
        one = case(Inputs(NOW, cost, {7: cost}, NOTHING_NOW), price_share=prices, full_hours=full_hours(cost, NOW))
        found[prices] = one.account_spike is not None, list(one.key_hits), list(one.key_spikes)
    assert found == {SAME_PRICES: (True, [7], [7]), DEARER: (False, [], [])}


@pytest.mark.parametrize(("usd", "keys"), [(9.0, [7]), (0.4, [])])
def test_the_running_hour_alone_may_stand_out(usd: float, keys: list[int]) -> None:
    cost, running = series({}, usual_usd=0.4), RunningHour(usd, usd / 6)
    known = Inputs(NOW, cost, {7: cost}, running, {7: running})
    for prices in (SAME_PRICES, DEARER):
        judged = case(known, price_share=prices, full_hours=full_hours(cost, NOW))
        found = keys if prices is SAME_PRICES else []
        assert (judged.account_spike is not None, list(judged.key_hits)) == (bool(found), found)


@pytest.mark.parametrize(("first_back", "is_hit"), [(10, True), (40, False)], ids=["a newcomer", "an old key"])
def test_past_spikes_of_others_raise_no_bar_of_a_dear_newcomer(first_back: int, is_hit: bool) -> None:
    key = series({first_back: 0.1, 2: 30.0, 1: 30.0}, usual_usd=0.0)
    judged = case(Inputs(NOW, series({}), {7: key}), keys={7: key}, _key_bars={7: Bars(99.0)}, price_share=SAME_PRICES)
    assert (list(judged.key_hits) == [7]) is is_hit


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, [None, 7]),
        ({"account_spike": spike(WILD)}, []),
        ({"account_spike": spike(WILD, is_confirmed=False)}, [None, 7]),
        ({"key_hits": {7: spike(WILD)}}, [None]),
        ({"key_hits": {7: spike(WILD)}, "key_spikes": {7: spike(WILD)}}, []),
        ({"key_hits": {8: spike(WILD)}, "key_spikes": {8: spike(WILD)}}, [7]),
        ({"price_share": DEARER}, []),
    ],
    ids=[
        *("alone", "a spike of the account", "a hit of it", "a hit of its key", "a spike of its key"),
        *("a spike of another key", "prices"),
    ],
)
def test_slow_spend_is_none_where_a_spike_or_a_price_explains_it(
    monkeypatch: pytest.MonkeyPatch, facts: Mapping[str, Any], told: list[int | None]
) -> None:
    found: tuple[SlowSpend, ...] = (SLOW, OF_KEY)
    monkeypatch.setattr(abnormal_hours, "find_slow_spend", lambda *_: found)
    none: dict[str, Any] = {"account_spike": None, "key_hits": {}, "key_spikes": {}, "price_share": SAME_PRICES}
    judged = case(Inputs(NOW, series({})), **{**none, **facts})
    assert [one.key_id for one in judged.slow_spend] == told


@pytest.mark.parametrize(("prices", "count"), [(SAME_PRICES, 1), (DEARER, 0)])
def test_growth_and_dearer_calls_are_none_where_prices_explain_them(
    monkeypatch: pytest.MonkeyPatch, prices: Prices, count: int
) -> None:
    monkeypatch.setattr(abnormal_hours, "find_growth", lambda *_: (GROWN,))
    monkeypatch.setattr(abnormal_hours, "find_unit_cost", lambda *_: [DEAR])
    judged = case(Inputs(NOW, series({})), price_share=prices, key_judges={}, keys={})
    assert (len(judged.growth), len(judged.unit_cost)) == (count, count)


@pytest.mark.parametrize(
    ("back", "key_id", "dearest_usd", "is_told"),
    [(1, 7, 4.0, True), (1, 7, 4.1, False), (2, 7, 4.1, False), (3, 7, 4.1, True), (1, 8, 9.0, True)],
    ids=["half", "more than half", "in its first hour", "before it", "of another key"],
)
def test_dearer_calls_of_which_one_makes_most_are_no_evidence(
    monkeypatch: pytest.MonkeyPatch, back: int, key_id: int, dearest_usd: float, is_told: bool
) -> None:
    """Two hours of them cost $8 more than usual."""
    assert isinstance(DEAR, UnitCostRise)
    dear = replace(DEAR, hours=2.0, excess_usd_per_h=4.0)
    monkeypatch.setattr(abnormal_hours, "find_unit_cost", lambda *_: [dear])
    uses = {THIS_HOUR - back * HOUR: {key_id: HourUse(20.0, 9, dearest_usd)}, THIS_HOUR: {7: HourUse(1.0, 9, 0.2)}}
    judged = case(Inputs(NOW, series({}), hour_uses=uses), price_share=SAME_PRICES, keys={})
    assert bool(judged.unit_cost) is is_told
    cheap = replace(dear, excess_usd_per_h=0.1)
    monkeypatch.setattr(abnormal_hours, "find_unit_cost", lambda *_: [cheap])
    assert case(Inputs(NOW, series({})), price_share=SAME_PRICES, keys={}).unit_cost, "of calls that are not known"


def test_the_past_is_judged_without_the_balance_unless_hardly_anything_is_known() -> None:
    for cost, balance_usd in ((series({}), None), (series({1: 1.0}, usual_usd=0.0), 50.0)):
        judged = case(Inputs(NOW, cost, balance_usd=50.0), full_hours=full_hours(cost, NOW))
        assert (judged.past_judge.balance_usd, judged.account_judge.balance_usd) == (balance_usd, 50.0)


@pytest.mark.parametrize(("account_usd", "keys_usd"), [(3.0, 5.0), (5.0, 3.0)])
def test_the_account_s_dearest_past_spike_may_be_a_key_s(
    monkeypatch: pytest.MonkeyPatch, account_usd: float, keys_usd: float
) -> None:
    monkeypatch.setattr(abnormal_hours, "bars_of", lambda *_: Bars(2.0, excess_usd=account_usd))
    monkeypatch.setattr(abnormal_hours, "bars_of_all", lambda *_: Bars(9.0, excess_usd=keys_usd))
    judged = case(Inputs(NOW, series({})), keys={}, key_judges={})
    assert judged._account_bars == Bars(2.0, excess_usd=5.0)


def test_what_all_keys_used_in_an_hour_is_told_as_one() -> None:
    uses = {THIS_HOUR: {7: HourUse(3.0, 4, 2.0, 5.0), 8: HourUse(1.0, 2, 0.5, 0.5)}}
    judged = case(Inputs(NOW, hour_uses=uses))
    assert judged._use_of_all(THIS_HOUR) == HourUse(4.0, 6, 2.0, 5.5)
    assert judged._use_of_all(THIS_HOUR - HOUR) is None
    assert (judged._use_of(8, THIS_HOUR), judged._use_of(9, THIS_HOUR)) == (HourUse(1.0, 2, 0.5, 0.5), None)


@pytest.mark.parametrize(
    ("hours", "own_address", "so_far_usd", "is_one"),
    [
        ({1: 24.0}, False, 0.0, True),
        ({1: 20.0}, False, 4.0, True),
        ({1: 20.0}, False, 3.9, False),
        ({1: 12.0}, True, 0.0, True),
        ({1: 11.9}, True, 0.0, False),
        ({24: 0.1, 1: 24.0}, False, 0.0, True),
        ({25: 0.1, 1: 24.0}, False, 0.0, False),
        ({}, False, 24.0, True),
    ],
    ids=[
        *("a usual day of all", "with the running hour", "less", "half a day from elsewhere", "less of that"),
        *("in its first day", "after it", "in its first hour"),
    ],
)
def test_a_new_key_is_dear_once_it_has_cost_a_day_of_the_account(
    hours: dict[int, float], own_address: bool, so_far_usd: float, is_one: bool
) -> None:
    key = series(hours, usual_usd=0.0)
    seen = {7: used_from(THIEF), 8: used_from(OFFICE if own_address else THIEF)}
    judged = case(Inputs(NOW, series({}), {7: key}, seen=seen), keys={7: key})
    judge = Judge(KEY_BOUNDS, HOURS)
    assert judged._is_dear_newcomer(7, judge, RunningHour(so_far_usd)) is is_one


@pytest.mark.parametrize(("days", "is_one"), [(7, True), (6, False)])
def test_in_the_first_week_of_an_account_no_key_is_a_dear_newcomer(days: int, is_one: bool) -> None:
    account, key = series({}, days=days), series({}, usual_usd=0.0, days=days)
    judged = case(Inputs(NOW, account, {7: key}), keys={7: key}, full_hours=full_hours(account, NOW))
    judge = Judge(KEY_BOUNDS, full_hours(account, NOW))
    assert judged._is_dear_newcomer(7, judge, RunningHour(99.0)) is is_one


TOOK_OVER = Takeover(8, 7, THIS_HOUR - 30 * HOUR, THIS_HOUR - 31 * HOUR)


def test_a_key_that_took_over_is_judged_with_the_hours_of_the_former_one() -> None:
    old, new = series(dict.fromkeys(range(1, 31), 0.0)), series({30: 2.0}, usual_usd=0.0)
    judged = case(Inputs(NOW, keys={7: old, 8: new, 9: old}), takeovers=(TOOK_OVER,))
    assert list(judged.keys) == [8, 9]
    assert judged.keys[8].usd[-32:-28] == (1.0, 1.0, 2.0, 0.0)


@pytest.mark.parametrize("known", [(7, 8), (7,), (8,)], ids=str)
def test_what_is_usual_of_a_key_that_took_over_is_what_both_did(known: tuple[int, ...]) -> None:
    own = {7: ({"a": Sums(10), "b": Sums(3)}, 100.0), 8: ({"a": Sums(2), "c": Sums(1)}, 30.0), 9: ({}, 1.0)}
    uses = {key_id: own[key_id] for key_id in (*known, 9)}
    usual = case(Inputs(NOW, usual_uses=uses), takeovers=(TOOK_OVER,)).usual_uses
    both = {"a": Sums(12), "b": Sums(3), "c": Sums(1)}, 100.0
    assert {key_id: usual[key_id] for key_id in usual} == ({**uses, 8: both} if len(known) == 2 else uses)


def test_spikes_of_keys_are_those_that_are_confirmed() -> None:
    hits: dict[int, Spike] = {7: spike(WILD), 8: spike(WILD, is_confirmed=False)}
    assert list(case(key_hits=hits).key_spikes) == [7]
