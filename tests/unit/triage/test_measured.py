"""The rules held against made-up accounts: how often they cry wolf, and what they find.

Spend is bursty: an hour is quiet or busy by the clock and the weekday, and busy hours scatter by a heavy tail; one
account has eight keys alike with so much scatter that a fivefold run of one of them often hides.
`python -m tests.unit.triage.test_measured` prints the figures.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tui.domain.usage import HourlyCost
from tui.triage.history import HOUR
from tui.triage.spikes import ACCOUNT_RULE, KEY_RULE, Running, find_spike
from tui.triage.suspects import rank

START = datetime(2026, 6, 1, tzinfo=UTC)
DAYS, JUDGED_DAYS = 28, 7
RUN_HOURS = 4


@dataclass(frozen=True)
class Habit:
    """How a key spends: a level in USD an hour, by office hours or at night, and how much busy hours scatter."""

    level_usd: float
    office: bool = True
    scatter: float = 0.6


ACCOUNTS = (
    (Habit(3.0), Habit(1.0), Habit(0.4, office=False)),
    tuple(Habit(0.5, scatter=0.9) for _ in range(8)),
    (Habit(6.0, office=False, scatter=0.3), Habit(0.3)),
    (Habit(2.0, scatter=0.4), Habit(2.0, scatter=0.4), Habit(0.2), Habit(0.1, office=False)),
)


def spend(habit: Habit, draw: random.Random) -> list[float]:
    """Four weeks of a key's hours."""
    hours = []
    for hour in range(DAYS * 24):
        at = START + HOUR * hour
        is_busy = (9 <= at.hour < 20 and at.weekday() < 5) if habit.office else 1 <= at.hour < 5
        level = habit.level_usd if is_busy else habit.level_usd * 0.05
        hours.append(level * draw.lognormvariate(0.0, habit.scatter) if draw.random() < 0.9 else 0.0)
    return hours


def account(seed: int) -> list[list[float]]:
    """The keys of a made-up account."""
    draw = random.Random(seed)
    return [spend(habit, draw) for habit in ACCOUNTS[seed % len(ACCOUNTS)]]


def summed(keys: list[list[float]]) -> HourlyCost:
    """The account's own series."""
    return HourlyCost(START, tuple(map(sum, zip(*keys, strict=True))))


def judged_hours() -> Iterator[int]:
    """The hours of the last week."""
    yield from range((DAYS - JUDGED_DAYS) * 24, DAYS * 24 - 1)


def false_alarms(seed: int) -> int:
    """How many episodes are told in a week in which nothing happened: two hours over the bound, or a critical one."""
    cost, episodes, was_on = summed(account(seed)), 0, False
    for hour in judged_hours():
        now = START + HOUR * (hour + 1)
        known = HourlyCost(START, (*cost.usd[: hour + 1], 0.0))
        spike = find_spike(known, ACCOUNT_RULE, known, now, Running())
        is_on = spike is not None and (spike.is_critical or len(spike.hours) > 1)
        episodes += is_on and not was_on
        was_on = is_on
    return episodes


def run_away(seed: int, times: float) -> tuple[bool, bool]:
    """One of the larger keys costs many times its busy level for four hours, at any time of day: found, and first?

    A small key's run is below the bounds on purpose: a few cents an hour more are no incident.
    """
    draw = random.Random(seed * 7 + 1)
    keys = account(seed)
    habits = ACCOUNTS[seed % len(ACCOUNTS)]
    large = [i for i, habit in enumerate(habits) if habit.level_usd >= max(one.level_usd for one in habits) / 2]
    guilty = draw.choice(large)
    level = habits[guilty].level_usd
    begin = draw.choice(list(judged_hours())[:-RUN_HOURS])
    for hour in range(begin, begin + RUN_HOURS):
        keys[guilty][hour] = max(keys[guilty][hour], level * times)
    now = START + HOUR * (begin + RUN_HOURS)
    histories = {i: HourlyCost(START, (*usd[: begin + RUN_HOURS], 0.0)) for i, usd in enumerate(keys)}
    whole = summed([list(one.usd) for one in histories.values()])
    spike = find_spike(whole, ACCOUNT_RULE, whole, now, Running())
    own = find_spike(histories[guilty], KEY_RULE, whole, now, Running())
    found = spike if spike is not None else own if own is not None and own.is_confirmed else None
    if found is None:
        return False, False
    return True, rank(histories, found.since, now, {})[0].key_id == guilty


def measured() -> dict[str, float]:
    """All figures: false alarms a week, and what share of runs is found and ranked first."""
    weeks = [false_alarms(seed) for seed in range(16)]
    figures = {"false alarms a week": sum(weeks) / len(weeks)}
    for times in (5.0, 10.0):
        runs = [run_away(seed, times) for seed in range(60)]
        found = [first for is_found, first in runs if is_found]
        figures[f"×{times:.0f} found"] = len(found) / len(runs)
        figures[f"×{times:.0f} in first place"] = sum(found) / len(found)
    return figures


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    """Measured once."""
    return measured()


def test_quiet_weeks_stay_quiet(figures: dict[str, float]) -> None:
    assert figures["false alarms a week"] <= 0.8


@pytest.mark.parametrize(("times", "share"), [(5, 0.8), (10, 0.95)])
def test_runs_are_found_and_their_key_comes_first(figures: dict[str, float], times: int, share: float) -> None:
    assert figures[f"×{times} found"] >= share
    assert figures[f"×{times} in first place"] >= 0.95


if __name__ == "__main__":
    for name, value in measured().items():
        print(f"{name:<24} {value:.2f}")
