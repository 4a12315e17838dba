"""Slow spend: an even cost in every hour that was not there before, without an hour that stands out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR
from tui.triage.find import find
from tui.triage.findings import FindingKind
from tui.triage.inputs import Inputs
from tui.triage.slow_spend import SlowSpend, find_slow_spend, standing_spend
from tui.triage.thresholds import Thresholds

DAY = datetime(2026, 6, 29, tzinfo=UTC)
USUAL = 1.0
NO_KEYS: Mapping[int, HourlyCost] = {}


def series(today: Sequence[float], usual_usd: float = USUAL, days: int = 28) -> HourlyCost:
    """Some even days, and what came after them."""
    return HourlyCost(DAY - days * 24 * HOUR, (usual_usd,) * (days * 24) + tuple(today))


def slow(
    account: HourlyCost, hours: int, keys: Mapping[int, HourlyCost] = NO_KEYS, thresholds: Thresholds | None = None
) -> tuple[SlowSpend, ...]:
    """What is found so many hours after the even days."""
    return find_slow_spend(Memo(), account, keys, DAY + hours * HOUR, thresholds or Thresholds())


def working(after: Sequence[float], usd: float = 3.0) -> HourlyCost:
    """People who work from eight to eight, and what came after four weeks of it."""
    days = tuple(usd if 8 <= hour % 24 < 20 else 0.0 for hour in range(28 * 24))
    return HourlyCost(DAY - 28 * 24 * HOUR, days + tuple(after))


def test_a_trickle_that_doubles_every_hour_is_slow_spend_since_it_began() -> None:
    (one,) = slow(series([2.4] * 26), 26)
    assert (one.key_id, one.since, one.until) == (None, DAY, DAY + 26 * HOUR)
    assert (one.base_usd_per_h, one.usual_usd_per_h, one.highest_usd_per_h, one.days) == (2.4, 1.0, 1.0, 21)
    assert one.times_usual == pytest.approx(2.4)
    assert one.excess_usd == pytest.approx(26 * 1.4)
    assert one.least_usd == pytest.approx(0.06 * 168)


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ([2.4] * 12, False),
        ([2.4] * 16, True),
        ([1.9] * 24, False),
        ([2.4] * 20 + [0.9], True),
        ([2.4] * 20 + [0.9, 0.9], False),
        ([2.4] * 10 + [0.1] + [2.4] * 9, True),
        ([12.0] * 4 + [1.1] * 12, False),
        ([3.0] * 17 + [1.0, 1.0, 0.9], False),
    ],
)
def test_nearly_every_hour_of_sixteen_must_have_it(hours: Sequence[float], found: bool) -> None:
    """Two hours without it in a row are its end, one is a pause; some dear hours alone are none."""
    assert bool(slow(series(hours), len(hours))) is found


def test_hours_that_no_call_was_made_in_since_a_history_was_read_cost_nothing() -> None:
    account, key = series([2.4] * 20), series([2.0] * 19, 0.6)
    assert [one.key_id for one in slow(account, 20, {7: key})] == [None, 7]
    assert slow(account, 20, {7: series([2.0] * 18, 0.6)}) == ()


@pytest.mark.parametrize(
    ("steady_usd", "known", "cause"),
    [(2.4, True, 7), (2.4, False, None), (1.3, True, 7), (1.1, True, "nobody"), (0.0, True, "nobody")],
)
def test_a_long_day_of_many_is_none_where_no_client_goes_on_all_the_time(
    steady_usd: float, known: bool, cause: int | str | None
) -> None:
    """Two keys by turns cost what one that never stops does; what is of no known key counts as one that does not."""
    turns = [[2.4 - steady_usd if hour % 4 // 2 == half else 0.0 for hour in range(20)] for half in (0, 1)]
    keys = {
        8: series(turns[0], 0.0),
        9: series(turns[1], 0.0),
        **({7: series([steady_usd] * 20, 0.0)} if known else {}),
    }
    found = [one for one in slow(series([2.4] * 20, 0.0001), 20, keys) if one.key_id is None]
    assert [one.cause for one in found] == ([] if cause == "nobody" else [cause])


def test_busy_working_days_are_none_and_what_goes_on_under_them_is() -> None:
    """Twice the work of a day is no base; $1.50 that does not stop at night is one."""
    assert not slow(working([0.0] * 8 + [6.0] * 12), 20)
    assert not slow(working([0.0] * 8 + [6.0] * 12 + [0.0] * 10), 30)
    assert not slow(working([3.0] * 2 + [0.0] * 6 + [6.0] * 13), 21)
    (one,) = slow(working([1.5] * 8 + [4.5] * 12 + [1.5] * 2), 22)
    assert (one.since, one.base_usd_per_h, one.usual_usd_per_h) == (DAY, 1.5, 0.0)
    assert one.times_usual is None


def test_what_came_on_another_day_of_three_weeks_is_no_news() -> None:
    """The highest base before counts, not the usual one alone."""
    before = [USUAL] * (18 * 24) + [2.0] * 24 + [USUAL] * (9 * 24)
    account = HourlyCost(DAY - 28 * 24 * HOUR, (*before, *([2.4] * 20)))
    assert not slow(account, 20)
    assert slow(series([2.4] * 20), 20)


@pytest.mark.parametrize(("hours", "found"), [(9 * 24, True), (10 * 24, True), (10 * 24 + 1, False)])
def test_what_has_lasted_nine_days_is_told_since_it_began_and_after_ten_it_is_the_usual(
    hours: int, found: bool
) -> None:
    assert [one.since for one in slow(series([2.4] * hours), hours)] == [DAY] * found


@pytest.mark.parametrize(("days", "found"), [(6, False), (7, True)])
def test_it_takes_a_week_to_know_what_is_usual(days: int, found: bool) -> None:
    assert bool(slow(series([2.4] * 20, days=days), 20)) is found


def test_a_new_key_of_an_account_that_is_known_is_told_though_its_own_days_are_few() -> None:
    account = series([2.4] * 20)
    new = HourlyCost(DAY, (1.4,) * 20)
    (_whole, one) = slow(account, 20, {9: new})
    assert (one.key_id, one.since, one.usual_usd_per_h) == (9, DAY, 0.0)


@pytest.mark.parametrize(
    ("usd", "thresholds", "found"),
    [
        (0.06, Thresholds(), True),
        (0.02, Thresholds(), False),
        (0.06, Thresholds(floor_usd=2.0), False),
        (0.06, Thresholds(least_times=5.9), True),
        (0.06, Thresholds(least_times=6.1), False),
    ],
)
def test_cents_are_nothing_on_any_account_and_a_person_may_ask_for_more(
    usd: float, thresholds: Thresholds, found: bool
) -> None:
    assert bool(slow(series([usd] * 20, 0.01), 20, thresholds=thresholds)) is found


@pytest.mark.parametrize(("usd", "found"), [(1.2, True), (0.7, False)])
def test_of_a_key_it_must_come_to_a_part_of_the_accounts_week(usd: float, found: bool) -> None:
    """Six percent of $168 is $10.08; 20 hours of $0.70 for $0.30 come to eight."""
    assert bool([one for one in slow(series([1.0] * 20), 20, {7: series([usd] * 20, 0.3)}) if one.key_id]) is found


def test_a_key_s_slow_spend_is_told_before_the_account() -> None:
    keys = {1: series([0.5] * 16, 0.5), 2: series([1.6] * 16, 0.5)}
    found = find(Inputs(DAY + 16 * HOUR, series([2.4] * 16), keys))
    assert [one.key_id for one in found.evidence_of(SlowSpend)] == [2, None]
    assert [one.identity for one in found.findings] == [(FindingKind.SLOW_SPEND, 2)]
    assert found.suspects[0].key_id == 2
    assert (found.is_incident, found.has_spike) == (True, False)


def test_a_spike_that_has_just_ended_does_not_come_back_as_slow_spend() -> None:
    """An hour is told once: two hours after it ended, nothing of it goes on."""
    account = series([12.0] * 4 + [1.0] * 12)
    report = find(Inputs(DAY + 16 * HOUR, account, {7: account}))
    assert not report.findings
    assert [one.key_id for one in report.earlier] == [7]


@pytest.mark.parametrize(
    ("after", "stands"),
    [
        ([], True),
        ([0.0] * 6, True),
        ([0.0] * 7, False),
        ([0.1] * 7, False),
        ([0.0] * 6 + [2.4], True),
        ([0.0] * 7 + [2.4], False),
        ([9.0] * 5, True),
        ([2.4] * (10 * 24 - 21), True),
        ([2.4] * (10 * 24 - 20), False),
    ],
)
def test_it_stands_until_its_client_pauses_for_long_or_it_is_the_new_usual(
    after: Sequence[float], stands: bool
) -> None:
    """Whatever else is found meanwhile, and though a spike may hide it."""
    hours = [2.4] * 20 + list(after)
    until = DAY + len(hours) * HOUR
    assert bool(standing_spend(Memo(), series(hours), {7: series(hours)}, until, Thresholds())) is stands
    report = find(Inputs(until, series([*hours, 0.0]), {7: series([*hours, 0.0])}))
    assert ((FindingKind.SLOW_SPEND, 7) in report.standing) is stands


def test_what_is_nearly_all_of_one_key_is_told_with_the_figures_of_that_key() -> None:
    """By its own days it is nothing new, since it has gone on like this once; the account never did."""
    key = HourlyCost(DAY - 28 * 24 * HOUR, (1.0,) * 20 * 24 + (2.0,) * 20 + (1.0,) * (8 * 24 - 20) + (3.0,) * 20)
    account = HourlyCost(key.start, tuple(0.0 if n % 24 < 8 else 1.0 for n in range(28 * 24)) + (3.0,) * 20)
    (one,) = slow(account, 20, {7: key})
    assert (one.key_id, one.cause, one.usual_usd_per_h) == (7, 7, 1.0)
    assert one.excess_usd == pytest.approx(20 * 2.0)
