"""People: sessions of one to three hours with a coding agent, several a day, from the office, from home, on the way."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.triage.diary import DAYS, HOUR, Diary, poisson, swings
from tests.triage.rows import LARGE, MEDIUM, Use

MOST_TOKENS = 170_000
"""Where an agent sums its context up and goes on with a short one."""
CACHE_LASTS_S = 300.0
TAIL = 1.7
MOST_LANES, LANES_IN_CALLS = 6.0, 3.0
"""A large task is given to several agents at once: up to three make more calls, what is beyond makes them bigger."""


@dataclass(frozen=True)
class Places:
    """Where somebody works: mostly in the office, else at home; who travels has another address every few days."""

    office: str
    home: str
    at_home: float = 0.25
    roams_from: int | None = None
    """From this day on on the way,"""
    roams: tuple[str, ...] = ()
    """at these addresses in turn, each for two days."""

    def of(self, day: int, hour: float, draw: random.Random) -> str:
        """The address of a session; late ones are from home."""
        if self.roams_from is not None and day >= self.roams_from:
            return self.roams[((day - self.roams_from) // 2) % len(self.roams)]
        return self.home if hour >= 19 or draw.random() < self.at_home else self.office


@dataclass(frozen=True)
class Program:
    """A program that updates itself every week or two."""

    pattern: str
    every_days: float = 9.0
    first_version: int = 30

    def on(self, day: int) -> str:
        """Its name with the version of a day."""
        return self.pattern.format(self.first_version + int(day / self.every_days))


@dataclass(frozen=True)
class Person:
    """Somebody with a key.

    `sessions` on a usual workday, begun between `comes` and `leaves`; owls work at night. Of a `dear` part of the
    sessions all calls go to the dearer model. `away` are days off, first and last.
    """

    key: int
    sessions: float
    places: Places
    program: Program
    comes: float = 9.5
    leaves: float = 18.0
    evening: float = 0.15
    owl: bool = False
    weekend: float = 0.08
    gap_s: float = 65.0
    dear: float = 0.2
    model: str = MEDIUM
    dear_model: str = LARGE
    size: float = 1.0
    since: int = 0
    until: int = DAYS
    away: tuple[int, int] | None = None
    weekly_growth: float = 1.0
    scatter: float = 0.3
    most_lanes: float = MOST_LANES

    def uses(self, diary: Diary, draw: random.Random) -> Iterator[Use]:
        """All calls of five weeks, session by session."""
        own = swings(draw, self.scatter, 0.6)
        for day in range(max(0, self.since), min(DAYS, self.until)):
            if self.away is not None and self.away[0] <= day <= self.away[1]:
                continue
            mean = self.sessions * diary.busy[day] * own[day] * self.weekly_growth ** (day / 7)
            mean *= self.weekend if diary.is_weekend(day) else 1.0
            for _ in range(min(9, poisson(mean, draw))):
                yield from self._session(diary, day, self._begin(draw), draw)

    def _begin(self, draw: random.Random) -> float:
        """The hour a session begins at: morning or afternoon with lunch between, evening, or deep in the night."""
        if self.owl and draw.random() < 0.7:
            return draw.uniform(22.5, 26.5)
        if draw.random() < self.evening:
            return draw.uniform(19.5, 22.0)
        if draw.random() < 0.42:
            return draw.uniform(self.comes, 11.4)
        return draw.uniform(13.0, max(13.5, self.leaves - 1.0))

    def _session(self, diary: Diary, day: int, hour: float, draw: random.Random) -> Iterator[Use]:
        ip, agent = self.places.of(day, hour, draw), self.program.on(day)
        model = self.dear_model if draw.random() < self.dear else self.model
        lanes = min(self.most_lanes, draw.paretovariate(TAIL))
        gap_s = self.gap_s / min(lanes, LANES_IN_CALLS)
        size = self.size * max(1.0, lanes / LANES_IN_CALLS)
        at = diary.at(day, hour)
        end = at + HOUR * min(4.0, draw.lognormvariate(0.4, 0.45))
        context, gap = 0, gap_s
        lognormal, uniform = draw.lognormvariate, draw.random
        while at < end:
            grown = int(lognormal(7.4, 0.8) * size)
            if not context or context > MOST_TOKENS * size:
                grown = int(lognormal(9.9, 0.35) * size)
                write, read = grown, 0
                context = 0
            elif gap > CACHE_LASTS_S:
                write, read = context + grown, 0
            else:
                write, read = grown, context
            context += grown
            output = int(lognormal(5.8, 0.9) * size) + 1
            yield Use(
                at, self.key, model, 3 + int(uniform() * 40), output, write, read, ip, agent,
                ms=int(900 + min(output, 8000) * 16 * (0.7 + 0.6 * uniform())),
            )  # fmt: skip
            gap = lognormal(0.0, 0.5) * gap_s if uniform() > 0.03 else 240 + uniform() * 900
            at += gap
