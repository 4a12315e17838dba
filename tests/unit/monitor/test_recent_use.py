"""What keys cost of late, and to the minute since when."""

from datetime import timedelta

import pytest

from tests.unit.samples import NOW, call
from tui.monitor.calls.log import CallLog, CallView
from tui.monitor.recent_use import begin_of, dear_from

HOUR = timedelta(hours=1)
THIS_HOUR = NOW.replace(minute=0, second=0, microsecond=0)


def view(*costs: tuple[int, float]) -> CallView:
    """Calls of key 7 so many minutes ago, with what each cost; beside it another key that is dear all the time."""
    mine = [call(n, ago_s=minutes * 60, billed=str(usd), key_id=7) for n, (minutes, usd) in enumerate(costs)]
    others = [call(1000 + n, ago_s=n * 300, billed="9", key_id=8) for n in range(40)]
    return CallView(CallLog([*mine, *others]), len(mine) + len(others), NOW - 6 * HOUR)


def minutes_ago(*costs: tuple[int, float]) -> int:
    """Since how many minutes key 7 costs what it does, near the hour before."""
    began = begin_of(view(*costs), 7, THIS_HOUR - HOUR, NOW)
    assert began is not None
    return round((NOW - began) / timedelta(minutes=1))


CALM = tuple((minutes, 0.1) for minutes in range(110, 42, -6))


@pytest.mark.parametrize("dearest", [1.0, 30.0])
def test_it_began_where_cost_changed_and_not_at_its_dearest(dearest: float) -> None:
    """One slice of five minutes costs thirty times the others, twenty minutes after the beginning."""
    run = tuple((minutes, dearest if minutes == 20 else 1.0) for minutes in range(40, 0, -2))
    assert minutes_ago(*CALM, *run) == 40


def test_the_hours_in_which_it_cost_too_little_to_be_told_are_part_of_it() -> None:
    calm = tuple((minutes, 0.1) for minutes in range(230, 180, -6))
    run = tuple((minutes, 1.0 if minutes > 60 else 2.0) for minutes in range(180, 0, -2))
    assert minutes_ago(*calm, *run) == 180


@pytest.mark.parametrize("minute", [17, 0])
def test_a_run_of_less_than_a_minute_began_with_its_first_call(minute: int) -> None:
    """Not with the key's last work an hour ago, though no full minute knows of the run."""
    now = THIS_HOUR + timedelta(minutes=minute, seconds=20)
    since_s = (NOW - now).total_seconds()
    run = [call(n, ago_s=since_s + 15 - n, key_id=7) for n in range(15)]
    work = [call(100 + n, ago_s=since_s + 60 * (68 - 2 * n), key_id=7) for n in range(3)]
    calls = CallView(CallLog([*run, *work]), 18, now - 6 * HOUR)
    assert begin_of(calls, 7, THIS_HOUR, now) == now - timedelta(seconds=15)


def test_nothing_is_said_of_a_time_that_the_records_do_not_reach() -> None:
    assert begin_of(view(*CALM), 7, NOW - 12 * HOUR, NOW) is None
    assert begin_of(None, 7, THIS_HOUR, NOW) is None
    assert begin_of(view(), 7, THIS_HOUR - HOUR, NOW) is None


@pytest.mark.parametrize(
    ("costs", "minutes"),
    [
        ([0.01] * 60 + [0.05] * 60, 60),
        ([0.01, 0.03] * 40 + [0.06, 0.05] * 20, 40),
        ([0.01] * 120, None),
        ([0.05], None),
    ],
)
def test_calls_became_dearer_with_the_one_from_which_on_they_differ_most(
    costs: list[float], minutes: int | None
) -> None:
    calls = tuple((len(costs) - n, usd) for n, usd in enumerate(costs))
    found = dear_from(view(*calls), 7, THIS_HOUR - HOUR, NOW)
    assert found == (None if minutes is None else NOW - minutes * timedelta(minutes=1))
    assert dear_from(None, 7, THIS_HOUR, NOW) is None


def test_a_run_that_becomes_faster_began_before() -> None:
    """A dollar every two minutes for three hours, then five: what was told as begun at 02:00 did not begin at 04:40."""
    calm = tuple((minutes, 0.1) for minutes in range(330, 220, -6))
    run = tuple((minutes, 1.0) for minutes in range(210, 50, -2))
    faster = tuple((minutes, 5.0) for minutes in range(50, 0, -1))
    began = begin_of(view(*calm, *run, *faster), 7, THIS_HOUR - 3 * HOUR, NOW)
    assert began is not None
    assert round((NOW - began) / timedelta(minutes=1)) == 210


def test_what_changed_only_later_says_nothing_of_the_beginning() -> None:
    run = tuple((minutes, 1.0) for minutes in range(340, 100, -2))
    faster = tuple((minutes, 30.0) for minutes in range(100, 0, -1))
    assert begin_of(view(*run, *faster), 7, THIS_HOUR - 3 * HOUR, NOW) is None
