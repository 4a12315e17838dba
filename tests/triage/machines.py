"""Machines: servers that follow their customers' day, jobs that keep an appointment, CI that comes in bursts."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.triage.diary import DAYS, HOUR, Diary, poisson, swings
from tests.triage.rows import SMALL, Use

Every = Literal["hour", "night", "week", "month"]


@dataclass(frozen=True)
class Prompt:
    """What a machine sends: the medians of its tokens, and how much they scatter."""

    input: int
    output: int
    read: int = 0
    scatter: float = 0.5

    def use(self, at: float, key: int, model: str, ip: str, agent: str, draw: random.Random, size: float = 1.0) -> Use:
        """A call of it."""
        mine = size * draw.lognormvariate(0.0, self.scatter)
        output = int(self.output * mine) + 1
        is_missed = self.read > 0 and draw.random() < 0.02
        return Use(
            at,
            key,
            model,
            int(self.input * mine) + 1,
            output,
            self.read if is_missed else 0,
            0 if is_missed else self.read,
            ip,
            agent,
            ms=int(700 + min(output, 9000) * 15 * (0.7 + 0.6 * draw.random())),
            is_stream=False,
        )


@dataclass(frozen=True)
class Server:
    """A product whose customers sleep at night: calls an hour at noon, and how deep the night is (0: as the day)."""

    key: int
    calls: float
    prompt: Prompt
    ips: tuple[str, ...]
    agent: str
    model: str = SMALL
    night: float = 0.75
    weekend: float = 0.75
    scatter: float = 0.15
    weekly_growth: float = 1.0
    since: int = 0

    def uses(self, diary: Diary, draw: random.Random) -> Iterator[Use]:
        """All calls of five weeks, hour by hour."""
        own = swings(draw, self.scatter, 0.7)
        for day in range(self.since, DAYS):
            rate = self.calls * own[day] * self.weekly_growth ** (day / 7)
            rate *= self.weekend if diary.is_weekend(day) else 1.0
            for hour in range(24):
                light = 0.5 + 0.5 * math.cos((hour - 15) / 24 * 2 * math.pi)
                mean = rate * (1 - self.night * (1 - light)) * draw.lognormvariate(-0.02, 0.2)
                begin = diary.at(day, hour)
                for _ in range(poisson(mean, draw)):
                    at, ip = begin + draw.random() * HOUR, draw.choice(self.ips)
                    yield self.prompt.use(at, self.key, self.model, ip, self.agent, draw)


@dataclass(frozen=True)
class Job:
    """Work that is done at an hour of each day, of a weekday, or of a day of the month; or in each hour.

    How much there is to do scatters, now and then there is much more of it.
    """

    key: int
    every: Every
    calls: float
    prompt: Prompt
    ip: str
    agent: str
    hour: float = 2.0
    weekday: int = 0
    day: int = 1
    model: str = SMALL
    scatter: float = 0.3
    gap_s: float = 6.0
    skips: float = 0.02

    def uses(self, diary: Diary, draw: random.Random) -> Iterator[Use]:
        """All calls of five weeks, run by run."""
        for begin in self._runs(diary):
            if draw.random() < self.skips:
                continue
            size = draw.lognormvariate(0.0, self.scatter) * min(4.0, draw.paretovariate(4.0))
            at = begin + draw.uniform(5, 240)
            for _ in range(max(1, poisson(self.calls * size, draw))):
                yield self.prompt.use(at, self.key, self.model, self.ip, self.agent, draw)
                at += draw.expovariate(1.0) * self.gap_s

    def _runs(self, diary: Diary) -> Iterator[float]:
        for day in range(DAYS):
            that = diary.date(day)
            if self.every == "hour":
                yield from (diary.at(day, hour) for hour in range(24))
            elif (
                self.every == "night"
                or (self.every == "week" and that.weekday() == self.weekday)
                or (self.every == "month" and that.day == self.day)
            ):
                yield diary.at(day, self.hour)


@dataclass(frozen=True)
class Ci:
    """Reviews and tests of what people push: bursts while they work, some of them large."""

    key: int
    pushes: float
    prompt: Prompt
    ips: tuple[str, ...]
    agent: str
    model: str = SMALL
    most_calls: int = 60

    def uses(self, diary: Diary, draw: random.Random) -> Iterator[Use]:
        """All calls of five weeks, push by push."""
        for day in range(DAYS):
            mean = self.pushes * diary.busy[day] * (0.06 if diary.is_weekend(day) else 1.0)
            for _ in range(poisson(mean, draw)):
                at, ip = diary.at(day, draw.triangular(9, 21, 16)), draw.choice(self.ips)
                for _ in range(min(self.most_calls, int(4 * draw.paretovariate(1.7)))):
                    yield self.prompt.use(at, self.key, self.model, ip, self.agent, draw)
                    at += draw.expovariate(0.2)
