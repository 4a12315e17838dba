"""Thirty days of hourly traffic, drawn at random from the clients' habits and the scenario's incident."""

import random
from dataclasses import dataclass

from tui.demo.blocks import make_block
from tui.demo.calendar import DAY, HOUR, Hours, Moment, instant
from tui.demo.catalogue import GROUPS, MODELS
from tui.demo.clock import Clock
from tui.demo.plan import Caller, Client, Habit, rhythm_factor
from tui.demo.scenarios import Incident, Scenario
from tui.demo.strands import Cell, Strand, Trait

HISTORY_DAYS = 30
MAX_EXTRA = 40
"""Extra input tokens that make the calls of one hour differ from those of another."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A strand with its habit, and the incident that it belongs to, if any."""

    strand: Strand
    habit: Habit
    share: float
    """The share of the habit's calls in this stream: streamed ones, or the others."""
    client: Client
    incident: Incident | None = None

    def calls_per_hour(self, when: Moment, clock: Clock, scenario: Scenario) -> float:
        """The expected calls per hour at a moment, by rhythm and incident."""
        incident = scenario.incident
        if self.incident is not None:
            return self.habit.calls_per_hour * self.share * self.incident.growth(when - scenario.begin)
        if incident is not None and incident.replaces and incident.key == self.client.name and when >= scenario.begin:
            return 0.0
        local = instant(when, clock.zone)
        return self.habit.calls_per_hour * self.share * rhythm_factor(self.client.rhythm, local.hour, local.weekday())


class Past:
    """Draws the past of every stream."""

    def __init__(self, seed: int, clock: Clock, hours: Hours, scenario: Scenario) -> None:
        self.rng = random.Random(f"history/{seed}")
        self.clock = clock
        self.hours = hours
        self.scenario = scenario
        self.noise = [self.rng.lognormvariate(-0.06, 0.35) for _ in range(1021)]
        local = [instant(hours.start(hour), clock.zone) for hour in range(len(hours))]
        self.local = [(when.hour, when.weekday()) for when in local]
        self.streams: list[Stream] = []

    def add_client(self, key_id: int, client: Client) -> None:
        """Draw all streams of a client, including the incident's."""
        incident = self.scenario.incident
        for habit in client.habits:
            self._add_habit(key_id, client, habit, client.caller, None)
        if incident is not None and incident.key == client.name:
            for habit in incident.habits:
                self._add_habit(key_id, client, habit, incident.caller or client.caller, incident)

    def _add_habit(self, key_id: int, client: Client, habit: Habit, caller: Caller, incident: Incident | None) -> None:
        if client.group_id is None:
            return
        group, model = GROUPS[client.group_id], MODELS[habit.model]
        for streamed, share in ((True, habit.streamed), (False, 1 - habit.streamed)):
            if share <= 0:
                continue
            trait = Trait(key_id, group, model, caller, streamed)
            block = make_block(self.rng, habit, model, group, streamed)
            strand = Strand(len(self.streams), trait, block, self.hours)
            stream = Stream(strand, habit, share, client, incident)
            self._draw(stream)
            self.streams.append(stream)

    def _draw(self, stream: Stream) -> None:
        chance, size = self.rng.random, len(stream.strand.block)
        first, last = self._active_hours(stream)
        rates = self._rates(stream)
        cells: list[Cell | None] = [None] * first
        for hour in range(first, last):
            noise = self.noise[int(chance() * len(self.noise))]
            mean = rates[hour] * (noise if stream.incident is None else 0.9 + 0.1 * noise)
            slots = int(mean + chance())
            cells.append(Cell(slots, slots, int(chance() * size), int(chance() * MAX_EXTRA)) if slots else None)
        cells.extend([None] * (len(self.hours) - last))
        stream.strand.cells = cells
        stream.strand.close_past()

    def _active_hours(self, stream: Stream) -> tuple[int, int]:
        """The hours from the key's creation to its last call."""
        end = self.hours.end
        born = self.hours.index(end - round(stream.client.created_days * DAY)) + 1
        first = born if self.hours.end - self.hours.begin > stream.client.created_days * DAY else 0
        if stream.incident is not None:
            return self.hours.index(self.scenario.begin), len(self.hours)
        if stream.client.last_day:
            return first, self.hours.index(end - round(stream.client.last_day * DAY)) + 1
        return first, len(self.hours)

    def _rates(self, stream: Stream) -> list[float]:
        """Expected calls of each hour; the last hour has only begun."""
        if stream.incident is not None:
            rates = [
                stream.calls_per_hour(self.hours.start(h), self.clock, self.scenario) for h in range(len(self.hours))
            ]
        else:
            base = stream.habit.calls_per_hour * stream.share
            table = {key: base * rhythm_factor(stream.client.rhythm, *key) for key in set(self.local)}
            rates = [table[key] for key in self.local]
            if self._replaced(stream):
                begin = self.hours.index(self.scenario.begin)
                rates[begin:] = [0.0] * (len(rates) - begin)
        rates[-1] *= self.hours.span(len(self.hours) - 1) / HOUR
        return rates

    def _replaced(self, stream: Stream) -> bool:
        incident = self.scenario.incident
        return incident is not None and incident.replaces and incident.key == stream.client.name
