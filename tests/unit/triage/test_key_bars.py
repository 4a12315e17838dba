"""How a key is judged: by its own hours or by those of others, and over bars that a busy day of all raises."""

import pytest

from tests.unit.samples import NOW
from tests.unit.triage.test_rules import THIS_HOUR, series
from tui.domain.memo import Memo
from tui.domain.usage import HourlyCost
from tui.triage.baselines import before, full_hours
from tui.triage.key_bars import key_bars, key_judges, on_now, spikes_over
from tui.triage.spike_judge import Judge
from tui.triage.spikes import KEY_BOUNDS, Bars

DAY = 24
TWO_WEEKS = 14 * DAY


def full(hours: dict[int, float], usual_usd: float = 0.0, days: int = 28) -> HourlyCost:
    """The hours of a key that are over."""
    return before(series(hours, usual_usd, days), THIS_HOUR)


ACCOUNT = Judge(KEY_BOUNDS, full_hours(series({}), NOW))


@pytest.mark.parametrize(
    ("own_hours", "peer_usd"),
    [
        (range(1, 9), 0.0),
        (range(1, 8), 4.0),
        (range(TWO_WEEKS - 7, TWO_WEEKS + 1), 0.0),
        (range(TWO_WEEKS - 6, TWO_WEEKS + 9), 4.0),
    ],
    ids=["eight hours", "seven", "two weeks ago", "mostly earlier"],
)
def test_a_key_that_was_used_in_few_hours_of_two_weeks_is_judged_by_the_busy_hours_of_others(
    own_hours: range, peer_usd: float
) -> None:
    others = {key_id: full({}, float(key_id)) for key_id in (1, 2, 3, 4, 5)}
    keys = {**others, 9: full(dict.fromkeys(own_hours, 0.5))}
    judges = key_judges(Memo(), keys, ACCOUNT)
    assert judges[9].peer_usd == peer_usd
    assert {judges[key_id].peer_usd for key_id in others} == {0.0}


def test_a_busy_hour_is_the_median_of_a_key_that_is_dear_among_those_with_enough_hours() -> None:
    uneven = full({back + 1: usd for back, usd in enumerate((1.0, 1.0, 1.0, 1.0, 5.0, 9.0, 9.0, 9.0))})
    few = full(dict.fromkeys(range(1, 8), 99.0))
    new = full({1: 1.0})
    assert key_judges(Memo(), {7: uneven, 8: few, 9: new}, ACCOUNT)[9].peer_usd == 5.0
    assert key_judges(Memo(), {8: few, 9: new}, ACCOUNT)[9].peer_usd == 0.0


def raised(account: HourlyCost, mine: HourlyCost, bars: Bars | None = None) -> float:
    """How much the bar of a key is raised by what the others do."""
    judge = Judge(KEY_BOUNDS, full_hours(account, NOW))
    return key_bars(Memo(), {7: mine}, {7: judge}, bars or Bars())[7].raised


LAST_SIX = range(1, 7)


@pytest.mark.parametrize(
    ("of_others", "times"),
    [(0.4, 1.0), (0.8, 1.0), (1.2, 1.5), (2.4, 3.0), (4.0, 3.0)],
    ids=["quieter", "as ever", "busier", "three times", "at most three times"],
)
def test_a_busy_day_of_the_others_raises_the_bar(of_others: float, times: float) -> None:
    """Usually they spend 80 cents an hour, and the key 20."""
    account = series(dict.fromkeys(LAST_SIX, of_others + 0.2))
    assert raised(account, full({}, 0.2)) == pytest.approx(times)
    earlier = series({7: 9.0, **dict.fromkeys(LAST_SIX, of_others + 0.2)})
    assert raised(earlier, full({}, 0.2)) == pytest.approx(times), "only the last six hours count"


def test_what_the_key_itself_does_is_no_busy_day_of_others() -> None:
    account, mine = series(dict.fromkeys(LAST_SIX, 2.0)), full(dict.fromkeys(LAST_SIX, 1.2), 0.2)
    assert raised(account, mine) == pytest.approx(1.0)


@pytest.mark.parametrize(("busy_days", "times"), [(range(1, 4), 3.0), (range(1, 7), 1.5), (range(15, 22), 3.0)])
def test_the_same_hours_of_two_weeks_days_tell_how_busy_others_are(busy_days: range, times: float) -> None:
    """What a third of the days had is usual, what fewer had is not."""
    hours = {day * DAY + back: 1.8 for day in busy_days for back in LAST_SIX}
    account = series({**hours, **dict.fromkeys(LAST_SIX, 2.6)})
    assert raised(account, full({}, 0.2)) == pytest.approx(times)


@pytest.mark.parametrize(("days", "times"), [(4, 1.0), (5, 2.0)])
def test_with_fewer_than_five_days_nothing_is_usual_for_others(days: int, times: float) -> None:
    account = series(dict.fromkeys(LAST_SIX, 1.8), days=days)
    assert raised(account, full({}, 0.2, days)) == pytest.approx(times)


def test_others_that_never_work_at_this_time_raise_nothing() -> None:
    account = series(dict.fromkeys(LAST_SIX, 0.3), usual_usd=0.2)
    assert raised(account, full({}, 0.2)) == pytest.approx(1.0)


def test_a_raised_bar_is_raised_further_on_a_busy_day() -> None:
    """The key is nearly all of the account, so that the bar of the account is its own."""
    account = series(dict.fromkeys(LAST_SIX, 0.95 + 0.1), usual_usd=1.0)
    assert raised(account, full({}, 0.95), Bars(2.0)) == pytest.approx(2.0 * 2.0)
    assert raised(account, full({}, 0.5), Bars(2.0)) == pytest.approx(1.1)


def test_a_spike_that_is_on_is_not_among_those_that_are_over() -> None:
    spikes, quiet = full({200: 9.0, 199: 9.0, 2: 9.0, 1: 9.0}, 0.4), full({}, 0.4)
    over = spikes_over(Memo(), 7, spikes, ACCOUNT)
    assert [len(hours) for hours in over] == [2]
    assert over[0][-1].start < THIS_HOUR - (THIS_HOUR - spikes.start) / 10
    judges = {7: ACCOUNT, 8: ACCOUNT}
    assert on_now(Memo(), {7: spikes, 8: quiet}, judges) == {7}
    assert len(spikes_over(Memo(), 7, full({200: 9.0, 199: 9.0, 80: 9.0}, 0.4), ACCOUNT)) == 2
