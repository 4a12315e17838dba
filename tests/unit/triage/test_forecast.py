"""When the wallet is empty: the pace that is usual, by how much is known of it, and the hours that it lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tests.unit.triage.test_spike_values import WILD, spike
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import HOUR
from tui.triage.forecast import Basis, Forecast, basis_of, empty_at, extra_usd, usual_pace
from tui.triage.spikes import RunningHour

HALF_PAST = datetime(2026, 1, 1, 5, 30, tzinfo=UTC)
WEEK, DAY = 168, 24


def pace(usd_by_hour: dict[int, float], usual_usd: float = 0.0) -> tuple[float, ...]:
    """A week's pace from the running hour (0) on."""
    return tuple(usd_by_hour.get(hour, usual_usd) for hour in range(WEEK))


EVEN = pace({}, 1.0)


@pytest.mark.parametrize(
    ("balance_usd", "usual", "extra_usd", "hours"),
    [
        (0.0, EVEN, 0.0, 0.0),
        (-1.0, EVEN, 0.0, 0.0),
        (0.25, EVEN, 0.0, 0.25),
        (0.5, EVEN, 0.0, 0.5),
        (0.5, EVEN, 1.0, 0.25),
        (1.0, pace({0: 1.0, 3: 4.0}), 0.0, 2.5 + 0.5 / 4.0),
        (1.5, pace({0: 1.0}), 0.0, 168.5),
        (1.25, pace({0: 1.0}), 0.0, 167.5 + 0.75),
        (10.0, pace({1: 10.0}), 0.0, 1.5),
        (30.0, pace({1: 10.0}), 0.0, 1.5 + 2 * WEEK),
        (0.3 * 3, pace({1: 0.1, 2: 0.1, 3: 0.1}), 0.0, 3.5 + 2 * WEEK),
        (0.1 + 0.2, pace({0: 0.2, 1: 0.1, 2: 0.1}), 0.0, 2.5),
        (0.5, pace({0: 1.0 - 1e-12, 2: 5.0}), 0.0, 1.5),
        (1439.0, EVEN, 0.0, 1439.0),
        (1440.0, EVEN, 0.0, 1440.0),
        (1440.6, EVEN, 0.0, None),
        (2000.0, EVEN, 0.0, None),
        (2.0, EVEN, 0.5, 1.5 - 1 / 6),
        (1.0, pace({}), 0.0, None),
    ],
    ids=[
        *("empty", "overdrawn", "within the hour", "at its end", "at a higher rate", "in a later hour", "a week later"),
        *(
            "within an hour a week later",
            "at the end of the next",
            "in three weeks",
            "rounded",
            "rounded down",
            "left by rounding",
            "in weeks",
            "in sixty days",
            "a little later",
        ),
        *("far later", "usual and extra", "nothing is spent"),
    ],
)
def test_a_balance_lasts_as_many_hours_as_it_pays_for(
    balance_usd: float, usual: tuple[float, ...], extra_usd: float, hours: float | None
) -> None:
    found = empty_at(balance_usd, usual, extra_usd, HALF_PAST)
    assert (found is None) is (hours is None)
    if found is not None and hours is not None:
        assert (found - HALF_PAST) / HOUR == pytest.approx(hours)


@pytest.mark.parametrize(
    ("hours", "basis"),
    [
        (14 * DAY, Basis.HOUR_OF_WEEK),
        (14 * DAY - 1, Basis.HOUR_OF_DAY),
        (2 * DAY, Basis.HOUR_OF_DAY),
        (2 * DAY - 1, Basis.MEAN),
        (1, Basis.MEAN),
        (0, Basis.NONE),
    ],
)
def test_a_pace_rests_on_as_much_as_is_known(hours: int, basis: Basis) -> None:
    used = series({hours: 1.0} if hours else {}, usual_usd=0.0)
    assert basis_of(used, NOW) is basis


def usual(cost: HourlyCost) -> tuple[float, ...]:
    """The pace of the next week."""
    return usual_pace(Memo(), None, cost, NOW)


def test_the_pace_of_an_hour_of_the_week_is_that_of_four_weeks() -> None:
    mondays = {WEEK * week: float(week) for week in range(1, 6)}
    found = usual(series(mondays, usual_usd=0.25, days=40))
    assert (found[0], set(found[1:])) == ((1 + 2 + 3 + 4) / 4, {0.25})
    half = usual(series({WEEK: 1.0, 2 * WEEK: 2.0}, usual_usd=0.25, days=15))
    assert half[0] == 1.5


def test_before_two_weeks_it_is_that_of_the_hour_of_the_day() -> None:
    """Of the last seven days at most."""
    at_five = {DAY * day: float(day) / 10 for day in range(1, 11)}
    found = usual(series(at_five, usual_usd=0.25, days=10))
    assert found[0] == found[DAY] == pytest.approx(sum(range(1, 8)) / 70)
    assert set(found[1:DAY]) == {0.25}
    short = usual(series({DAY: 0.1, 2 * DAY: 0.3, 3 * DAY: 0.2}, usual_usd=0.25, days=3))
    assert short[0] == pytest.approx(0.2)


def test_before_two_days_it_is_that_of_all_hours_since_the_first() -> None:
    assert set(usual(series({10: 1.0, 3: 2.0}, usual_usd=0.0, days=20))) == {0.3}
    assert set(usual(series({1: 2.0}, usual_usd=0.0))) == {2.0}
    assert set(usual(series({}, usual_usd=0.0))) == {0.0}


ENDED = spike(replace(WILD, start=THIS_HOUR - 2 * HOUR))


@pytest.mark.parametrize(
    ("hours", "running", "extra"),
    [
        ({2: 9.0, 1: 9.0}, RunningHour(), 8.0),
        ({2: 9.0, 1: 0.2}, RunningHour(), 0.0),
        ({2: 9.0, 1: 9.0}, RunningHour(16.0), 15.0),
        ({2: 9.0, 1: 9.0}, RunningHour(0.5, 0.1, 17.0), 16.0),
        ({2: 9.0, 1: 9.0}, RunningHour(0.5, 4.0, 1.0, ten_before_usd=3.0), 17.0),
        ({2: 9.0, 1: 9.0}, RunningHour(0.5), 8.0),
    ],
    ids=["its last hour", "below the usual", "so far", "sixty minutes", "twenty minutes", "less so far"],
)
def test_what_a_spike_adds_is_that_of_its_full_hours_or_of_now(
    hours: dict[int, float], running: RunningHour, extra: float
) -> None:
    cost = series(hours)
    assert extra_usd(Memo(), None, cost, ENDED, NOW, running) == pytest.approx(extra)


def test_a_spike_of_the_running_hour_adds_what_that_has_cost() -> None:
    begun = spike(replace(WILD, start=THIS_HOUR))
    assert extra_usd(Memo(), None, series({1: 9.0}), begun, NOW, RunningHour(6.0)) == pytest.approx(5.0)
    assert extra_usd(Memo(), None, series({1: 9.0}), begun, NOW, RunningHour(0.2)) == 0.0


def test_a_wallet_is_empty_first_at_the_rate_of_now_and_soon_within_six_hours_of_it() -> None:
    at = NOW + timedelta(hours=6)
    assert Forecast(at, None).first_empty_at == at
    assert Forecast(at, NOW).first_empty_at == NOW
    assert not Forecast(NOW, at).empties_soon(NOW)
    assert Forecast(None, at - timedelta(seconds=1)).empties_soon(NOW)
    assert not Forecast(NOW).empties_soon(NOW)


def test_heavy_work_that_no_alarm_told_is_part_of_the_pace() -> None:
    """A single hit waits for a second one: one hour of $4.5 is none, two together are an incident."""
    work = usual(series({DAY: 4.5}))
    assert max(work) == pytest.approx((4.5 + 3) / 4)
    incident = usual(series({DAY: 4.5, DAY + 1: 4.5}))
    assert max(incident) == pytest.approx(1.0)
