"""What becomes of an incident: whether it goes on, what is refused, and when the wallet is empty."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.samples import INPUTS
from tests.unit.triage.test_contained import LAST, WILD
from tests.unit.triage.test_prices import before, known, since
from tests.unit.triage.test_rule_findings import case
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_slow_spend import DAY
from tests.unit.triage.test_spike_values import spike
from tests.unit.triage.test_storms import DAY_FULL, NAMES, NO_MONEY, overloaded, refused
from tui.domain.usage import Sums
from tui.triage.baselines import HOUR, Baseline, HistoryDepth
from tui.triage.case import Case
from tui.triage.findings import FindingKind
from tui.triage.forecast import Basis, Forecast
from tui.triage.inputs import Inputs
from tui.triage.spikes import FlaggedHour, RunningHour, Spike

STEADY = series({}, usual_usd=10.0)
"""An account that spends $10 in every hour."""


def forecast(inputs: Inputs) -> Forecast:
    """When the wallet is empty."""
    found = Case(inputs).forecast
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("paces", "key_id", "usd_per_h", "burns"),
    [
        (None, 7, 8.0, True),
        ({7: 2.0}, 7, 8.0, True),
        ({7: 1.99}, 7, 8.0, False),
        ({8: 9.0}, 7, 8.0, False),
        ({8: 9.0}, 7, 0.0, False),
        ({7: 1.0, 8: 1.0}, None, 8.0, True),
        ({7: 1.0, 8: 0.9}, None, 8.0, False),
        ({7: 0.5}, 7, 0.0, True),
        ({7: 0.0}, 7, 0.0, False),
    ],
    ids=[
        "unknown",
        "a quarter",
        "less",
        "another",
        "only another",
        "all together",
        "all, less",
        "any at all",
        "nothing",
    ],
)
def test_it_goes_on_while_a_quarter_of_its_rate_is_spent(
    paces: Mapping[int, float] | None, key_id: int | None, usd_per_h: float, burns: bool
) -> None:
    assert Case(Inputs(NOW, paces=paces)).burns(key_id, usd_per_h) is burns


@pytest.mark.parametrize(
    ("balance_usd", "ago", "is_refilled"),
    [
        (None, timedelta(hours=1), False),
        (0.0, timedelta(hours=1), False),
        (0.5, timedelta(seconds=121), True),
        (0.5, timedelta(seconds=120), False),
    ],
)
def test_a_wallet_with_money_is_refilled_two_minutes_after_it_last_refused(
    balance_usd: float | None, ago: timedelta, is_refilled: bool
) -> None:
    assert Case(Inputs(NOW, balance_usd=balance_usd)).is_refilled(NOW - ago) is is_refilled


@pytest.mark.parametrize(
    ("ago_s", "balance_usd", "wallets", "others"),
    [
        (7100, 0.0, True, True),
        (7200 + 500, 0.0, True, False),
        (7200 + 500, None, False, False),
        (7200 + 500, 0.5, False, False),
        (7100, 0.5, False, True),
    ],
)
def test_errors_of_two_hours_are_current_and_those_of_an_empty_wallet_at_any_age(
    ago_s: float, balance_usd: float | None, wallets: bool, others: bool
) -> None:
    empty = refused(6, 10, NO_MONEY, ago_s=ago_s, status=403, names=["ci"])
    broken = refused(30, 3, "no such tool", ago_s=ago_s, category="invalid_request", status=400)
    for failures, is_storm in ((empty, wallets), (broken, others)):
        inputs = Inputs(NOW, failed=tuple(failures), key_names=NAMES, balance_usd=balance_usd)
        assert bool(Case(inputs).storms) is is_storm


def test_an_error_at_the_very_end_of_two_hours_is_current() -> None:
    errors = tuple(overloaded(40, 180.0))
    at_end = replace(errors[-1], id=99, at=NOW - timedelta(hours=2))
    assert {len(one.calls) for one in Case(Inputs(NOW, failed=(*errors, at_end), key_names=NAMES)).storms} == {41}
    late = replace(at_end, at=at_end.at - timedelta(seconds=1))
    assert {len(one.calls) for one in Case(Inputs(NOW, failed=(*errors, late), key_names=NAMES)).storms} == {40}


def test_a_storm_that_began_within_two_hours_is_counted_whole_though_older_errors_are_left_out() -> None:
    recent, old = refused(12, 5, DAY_FULL), refused(12, 5, DAY_FULL, ago_s=9000, names=["ci"])
    (one,) = Case(Inputs(NOW, failed=(*recent, *old), failed_from=NOW, key_names=NAMES)).storms
    assert (one.names, one.is_at_least) == (("laptop",), False)


@pytest.mark.parametrize("kind", [FindingKind.SLOW_SPEND, FindingKind.GROWTH])
def test_what_stands_of_a_key_does_so_until_it_is_stopped(kind: FindingKind) -> None:
    inputs = INPUTS[kind]
    assert inputs.account is not None
    of_key = replace(inputs, keys={7: inputs.account})
    assert (kind, 7) in Case(of_key).standing
    assert not {(one, key_id) for one, key_id in Case(replace(of_key, stopped={7: DAY})).standing if key_id == 7}
    assert Case(replace(of_key, account=None)).standing == frozenset()


def test_without_a_balance_or_an_account_there_is_no_forecast() -> None:
    assert Case(Inputs(NOW, STEADY)).forecast is None
    assert Case(Inputs(NOW, balance_usd=5.0)).forecast is None
    usual = forecast(Inputs(NOW, STEADY, balance_usd=480.0))
    assert (usual.usual_usd_per_day, usual.extra_usd_per_h, usual.current_empty_at) == (240.0, 0.0, None)
    assert usual.usual_empty_at == NOW + 48 * HOUR
    assert usual.basis is Basis.HOUR_OF_WEEK


@pytest.mark.parametrize(
    ("balance_usd", "rate_usd_per_h", "usual_usd_per_h", "extra_usd_per_h"),
    [
        (17.0, 18.0, 10.0, 8.0),
        (18.0, 18.0, 10.0, 0.0),
        (5.0, 18.0, 18.0, 0.0),
        (5.0, 18.0, 30.0, 0.0),
        (17.0, 18.0, 17.5, 0.5),
    ],
    ids=["less than an hour", "an hour", "the usual rate", "less than usual", "a little above usual"],
)
def test_a_balance_that_lasts_no_hour_at_the_rate_of_now_is_told_by_that_rate(
    balance_usd: float, rate_usd_per_h: float, usual_usd_per_h: float, extra_usd_per_h: float
) -> None:
    running = RunningHour(3.0, rate_usd_per_h / 6, 6.0, ten_before_usd=rate_usd_per_h / 6)
    inputs = Inputs(NOW, series({}, usual_usd=usual_usd_per_h), running=running, balance_usd=balance_usd)
    found = forecast(inputs)
    assert found.extra_usd_per_h == pytest.approx(extra_usd_per_h)
    assert (found.current_empty_at is not None) is (extra_usd_per_h > 0)


def test_that_rate_is_held_against_the_usual_of_this_very_hour() -> None:
    at_five = series(dict.fromkeys(range(24, 28 * 24 + 1, 24), 10.0), usual_usd=2.0)
    running = RunningHour(3.0, 3.0, 6.0, ten_before_usd=3.0)
    assert forecast(Inputs(NOW, at_five, running=running, balance_usd=5.0)).extra_usd_per_h == pytest.approx(8.0)


RUN = spike(FlaggedHour(THIS_HOUR - HOUR, 20.0, Baseline(1.0, 1.0, HistoryDepth.FULL), 4.0))
"""A spike of the last hour."""


@pytest.mark.parametrize(
    ("keys", "account", "stopped", "extra_usd_per_h"),
    [
        ({7: RUN}, None, (), 10.0),
        ({7: RUN, 8: RUN}, None, (), 20.0),
        ({7: RUN, 8: RUN}, None, (8, 99), 10.0),
        ({7: RUN}, RUN, (), 29.0),
        ({7: RUN}, RUN, (8, 99), 18.0),
        ({7: RUN, 8: RUN, 9: RUN}, RUN, (), 30.0),
        ({7: RUN}, replace(RUN, is_confirmed=False), (), 10.0),
    ],
    ids=[
        *("a key's", "two keys'", "without one that was stopped", "the account's, if more", "without what was stopped"),
        *("the keys', if more", "a hit of the account is no spike"),
    ],
)
def test_the_extra_cost_is_that_of_the_spikes_of_keys_or_of_the_account(
    keys: Mapping[int, Spike], account: Spike | None, stopped: tuple[int, ...], extra_usd_per_h: float
) -> None:
    """Each key costs $10 more than its usual $1, the account $29."""
    one = series({1: 11.0})
    known_now = Inputs(
        NOW,
        series({1: 30.0}),
        running=RunningHour(),
        balance_usd=900.0,
        stopped=dict.fromkeys(stopped, LAST),
    )
    found = case(known_now, keys={7: one, 8: series({1: 11.0}, usual_usd=1.0), 9: one}, key_spikes=keys)
    vars(found).update(account_spike=account, contained_at=None)
    assert found.forecast is not None
    assert found.forecast.extra_usd_per_h == pytest.approx(extra_usd_per_h)


@pytest.mark.parametrize(("multiplier", "extra_usd_per_h"), [(1.6, 10.0), (0.4, 0.0)])
def test_a_price_that_rose_empties_the_wallet_sooner(multiplier: float, extra_usd_per_h: float) -> None:
    usual = {7: ({"sonnet": Sums(100, billed_usd=Decimal(10))}, 1.0)}
    prices = known(before(), since(1, multiplier=multiplier))
    found = forecast(Inputs(NOW, STEADY, prices=prices, usual_uses=usual, balance_usd=900.0))
    assert found.extra_usd_per_h == pytest.approx(extra_usd_per_h, rel=0.1)


@pytest.mark.parametrize(
    ("pace_usd_per_h", "extra_usd_per_h"),
    [(None, 19.5), (20.0, 19.5), (5.0, 19.5), (4.9, 4.4), (0.7, 0.2), (0.4, 0.0)],
    ids=["unknown", "it goes on", "at a quarter", "at less", "at a little", "not at all"],
)
def test_a_key_that_has_slowed_down_by_itself_costs_what_it_still_does(
    pace_usd_per_h: float | None, extra_usd_per_h: float
) -> None:
    """Its last two hours cost $20 each, where fifty cents are usual."""
    paces = None if pace_usd_per_h is None else {7: pace_usd_per_h}
    account = series({2: 20.0, 1: 20.0}, usual_usd=0.5)
    found = forecast(Inputs(NOW, account, {7: WILD}, RunningHour(), paces=paces, balance_usd=500.0))
    assert found.extra_usd_per_h == pytest.approx(extra_usd_per_h)


def test_once_it_is_contained_nothing_is_spent_besides_the_usual() -> None:
    account = series({2: 20.0, 1: 20.0}, usual_usd=0.5)
    inputs = Inputs(NOW, account, {7: WILD}, RunningHour(), balance_usd=500.0, stopped={7: LAST, 99: LAST})
    found = forecast(inputs)
    assert (found.extra_usd_per_h, found.current_empty_at) == (0.0, None)
