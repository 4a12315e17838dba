"""Made-up accounts: keys with habits, drawn by lot and the same for the same seed.

Spend is sparse, bursty and follows clock and weekday. An hour's cost is a number of calls (Poisson, its mean scattered
log-normally: people and jobs come in bursts) times what calls cost. None of it is fitted to the rules.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache

from tui.domain.usage import HourlyCost, Sums
from tui.triage.causes import Uses

HOUR = timedelta(hours=1)
START = datetime(2026, 6, 1, tzinfo=UTC)
KNOWN_DAYS, JUDGED_DAYS, AFTER_DAYS = 28, 7, 8
DAYS = KNOWN_DAYS + JUDGED_DAYS + AFTER_DAYS
JUDGED = range(KNOWN_DAYS * 24, (KNOWN_DAYS + JUDGED_DAYS) * 24)
CHINA, NEW_YORK = timezone(timedelta(hours=8)), timezone(timedelta(hours=-5))


class Rhythm(Enum):
    """When a key is busy, by the local clock."""

    SERVER = "server"
    OFFICE = "office"
    NIGHT = "night"
    BURSTS = "bursts"


@dataclass(frozen=True)
class Habit:
    """How a key spends: USD in a busy hour, calls in it, when, and how much hours scatter.

    `dear_share` of its hours are of a task whose calls cost three times as much.
    """

    level_usd: float
    calls: float
    rhythm: Rhythm
    scatter: float
    dear_share: float = 0.0


@dataclass(frozen=True)
class Kind:
    """A kind of account."""

    name: str
    zone: tzinfo
    habits: tuple[Habit, ...]


def _many(count: int, level_usd: float) -> tuple[Habit, ...]:
    rhythms = (Rhythm.OFFICE, Rhythm.BURSTS, Rhythm.OFFICE, Rhythm.SERVER)
    return tuple(Habit(level_usd / (1 + i / 3), 12, rhythms[i % 4], 0.6) for i in range(count))


KINDS = (
    Kind("few keys", CHINA, (
        Habit(3.0, 25, Rhythm.OFFICE, 0.6, 0.03), Habit(1.0, 10, Rhythm.OFFICE, 0.6), Habit(0.4, 8, Rhythm.NIGHT, 0.4),
    )),
    Kind("many keys", NEW_YORK, _many(16, 1.5)),
    Kind("server", CHINA, (
        Habit(2.5, 120, Rhythm.SERVER, 0.25), Habit(0.8, 60, Rhythm.SERVER, 0.3, 0.02),
        Habit(0.3, 6, Rhythm.OFFICE, 0.6),
    )),
    Kind("office", NEW_YORK, (
        Habit(2.0, 20, Rhythm.OFFICE, 0.5), Habit(2.0, 20, Rhythm.OFFICE, 0.5), Habit(0.5, 5, Rhythm.OFFICE, 0.7),
        Habit(0.1, 4, Rhythm.NIGHT, 0.4),
    )),
    Kind("bursty", CHINA, (
        Habit(6.0, 30, Rhythm.BURSTS, 0.9), Habit(1.5, 12, Rhythm.OFFICE, 0.9), Habit(0.5, 8, Rhythm.SERVER, 0.6),
    )),
    Kind("small", NEW_YORK, (
        Habit(0.25, 5, Rhythm.OFFICE, 0.7), Habit(0.1, 3, Rhythm.BURSTS, 0.7),
    )),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Account:
    """An account over six weeks: four that are known, one that is judged, and what would come after.

    Cost and calls by key and hour; an incident that does not say otherwise has as many calls as its hours had before.
    """

    kind: Kind
    keys: dict[int, list[float]]
    calls: dict[int, list[int]]

    @cached_property
    def whole(self) -> list[float]:
        """The cost of all keys together."""
        return [sum(hour) for hour in zip(*self.keys.values(), strict=True)]

    def level_usd(self) -> float:
        """What a busy hour of the whole account costs: the mean of its busier half."""
        busy = sorted(usd for usd in self.whole[: KNOWN_DAYS * 24] if usd > 0) or [0.0]
        busy = busy[len(busy) // 2 :]
        return sum(busy) / len(busy)

    def uses(self, key_id: int, first: int, count: int, more: tuple[float, float] = (0.0, 0.0)) -> Uses:
        """What a key did in some hours and a part of one more, given as its cost and its length."""
        usd = sum(self.keys[key_id][first : first + count]) + more[0]
        calls = self.calls.get(key_id, [])[first : first + count + 1]
        requests = sum(calls[:count]) + (int(calls[count] * more[1]) if len(calls) > count else 0)
        return {"model": Sums(requests, billed_usd=Decimal(usd))}, count + more[1]

    def known(self, index: int, so_far: dict[int, float]) -> tuple[HourlyCost, dict[int, HourlyCost]]:
        """The series as they are read within the hour of that index: 28 days of the account, 15 of each key used."""
        account = _series(self.whole, index, 28, sum(so_far.values()))
        keys = {key_id: _series(usd, index, 15, so_far.get(key_id, 0.0)) for key_id, usd in self.keys.items()}
        return account, {key_id: one for key_id, one in keys.items() if any(one.usd)}


def _series(usd: Sequence[float], index: int, days: int, so_far_usd: float) -> HourlyCost:
    first = max(0, index - days * 24)
    return HourlyCost(START + HOUR * first, (*usd[first:index], so_far_usd))


@lru_cache(maxsize=256)
def account(seed: int) -> Account:
    """An account; kinds take turns."""
    draw = random.Random(f"account/{seed}")
    kind = KINDS[seed % len(KINDS)]
    drawn = {i: _spend(habit, kind.zone, draw) for i, habit in enumerate(kind.habits, 1)}
    return Account(kind, {i: hours for i, (hours, _) in drawn.items()}, {i: calls for i, (_, calls) in drawn.items()})


def _spend(habit: Habit, zone: tzinfo, draw: random.Random) -> tuple[list[float], list[int]]:
    a_call = habit.level_usd / habit.calls
    hours: list[float] = []
    counts: list[int] = []
    is_bursting = False
    for index in range(DAYS * 24):
        local = (START + HOUR * index).astimezone(zone)
        if habit.rhythm is Rhythm.BURSTS:
            is_bursting = draw.random() < (0.6 if is_bursting else 0.04)
        mean = habit.calls * _busy(habit.rhythm, local, is_bursting)
        calls = _poisson(mean * draw.lognormvariate(-(habit.scatter**2) / 2, habit.scatter), draw)
        spread = 0.5 / math.sqrt(calls) if calls else 0.0
        task = 3.0 if draw.random() < habit.dear_share else 1.0
        hours.append(calls * a_call * task * draw.lognormvariate(0.0, spread) if calls else 0.0)
        counts.append(calls)
    return hours, counts


def _busy(rhythm: Rhythm, local: datetime, is_bursting: bool) -> float:
    """How busy a key is at an hour, 1 being busy."""
    is_weekend = local.weekday() >= 5
    if rhythm is Rhythm.OFFICE:
        inside = 1.0 if 9 <= local.hour < 19 else 0.3 if 19 <= local.hour < 23 else 0.01
        return inside * (0.15 if is_weekend else 1.0)
    if rhythm is Rhythm.NIGHT:
        return 1.0 if 1 <= local.hour < 5 else 0.02
    if rhythm is Rhythm.BURSTS:
        return 1.0 if is_bursting else 0.02
    return (0.8 + 0.2 * math.sin(local.hour / 24 * 2 * math.pi)) * (0.85 if is_weekend else 1.0)


def _poisson(mean: float, draw: random.Random) -> int:
    if mean > 30:
        return max(0, round(draw.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, draw.random()
    while product > limit:
        count += 1
        product *= draw.random()
    return count


def parts_of(usd: float, draw: random.Random) -> list[float]:
    """An hour split into six times ten minutes, unevenly: calls of a key come together."""
    weights = [draw.gammavariate(0.7, 1.0) + 1e-9 for _ in range(6)]
    whole = sum(weights)
    return [usd * weight / whole for weight in weights]
