"""The account of a recording: it sends no requests, changes nothing, and lives in the recorded time."""

import asyncio
import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Never

from msgspec import Struct
from msgspec.structs import replace

from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.config.settings import Settings
from tui.domain.capabilities import Capability
from tui.domain.clock import GatewayClock
from tui.domain.failure import Failure, FailureKind
from tui.gateway.errors import error_of
from tui.gateway.sub2api.client import GatewayClient
from tui.monitor.feed import Feed
from tui.monitor.moments import Moment, Recording
from tui.monitor.question import Question
from tui.monitor.snapshot import Snapshot
from tui.store.journal import Journal

NOT_RECORDED = Failure(FailureKind.NOT_RECORDED)
JUDGED_EVERY = timedelta(seconds=10)
MAX_JUDGED = 400
"""At most this many moments are judged on the way to a later one."""


class PlayedClock(GatewayClock):
    """The clock of a recording: it stands where it was set."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at

    @property
    def machine_ahead(self) -> timedelta:
        """No other clock can be ahead of it."""
        return timedelta(0)


class _Nobody:
    """Connections to nowhere."""

    async def handle_async_request(self, request: object) -> Never:
        raise error_of(NOT_RECORDED)

    async def aclose(self) -> None:
        """Nothing is open."""


class PlayedMonitor:
    """An `AccountMonitor` of recorded data: a watched question that was never recorded fails as such."""

    is_awaited = False

    def __init__(self, recording: Recording) -> None:
        self.snapshot = recording.first.snapshot
        self.publish: Callable[[Snapshot], None] = lambda _snapshot: None
        self._heard = recording.moments.heard
        self._played = recording.first.snapshot
        self._wishes: dict[str, tuple[Question[Any], ...]] = {}
        self._asked: set[Question[Any]] = set()

    def show(self, snapshot: Snapshot) -> None:
        """Set another moment, without notifying anybody."""
        self._played = self.snapshot = snapshot
        self.snapshot = self._with_failures()

    def watch(self, watcher: str, questions: Iterable[Question[Any]]) -> None:
        self._wishes[watcher] = tuple(questions)
        self._lay_over()

    def unwatch(self, watcher: str) -> None:
        self._wishes.pop(watcher, None)

    @property
    def wanted(self) -> frozenset[Question[Any]]:
        return frozenset(one for wishes in self._wishes.values() for one in wishes)

    def refresh(self, questions: Iterable[Question[Any]] | None = None) -> None:
        """No requests can be sent."""

    def set_interval(self, interval: timedelta) -> None:
        """Nothing is polled."""

    async def ask(self, question: Question[Any]) -> Failure | None:
        self._asked.add(question)
        self._lay_over()
        return self.snapshot.feed(question).failure

    def _lay_over(self) -> None:
        after = self._with_failures()
        if after is not self.snapshot:
            self.snapshot = after
            self.publish(after)

    def _with_failures(self) -> Snapshot:
        unheard = [one for one in (*self.wanted, *self._asked) if one not in self._heard]
        feeds: Mapping[Question[Any], Feed[Any]] = self.snapshot.feeds
        if all(one in feeds for one in unheard):
            return self.snapshot
        told = dict.fromkeys(unheard, Feed[Any](failure=NOT_RECORDED, failures=1))
        return replace(self._played, feeds=MappingProxyType({**self._played.feeds, **told}))


def played_services(recording: Recording, settings: Settings, clock: PlayedClock) -> Services:
    """Services without a network, in recorded time. Raises ConfigError for an invalid address."""
    first = recording.first.snapshot
    client = GatewayClient(first.gateway_url, transport=_Nobody(), allow_http=True, clock=clock)
    journal = Journal(settings.state_dir / "recording-journal.json")  # never written
    return Services(client, journal, clock, first.zone, settings)


class WhatFires(Struct, frozen=True):
    """The triage state of a moment, as far as its change is worth stopping at."""

    firing: frozenset[Any]
    is_contained: bool


class Verdicts:
    """Triage of the moments of a recording. They are judged in time order, each once."""

    def __init__(self, moments: Sequence[Moment], tracker: IncidentTracker) -> None:
        self._moments = moments
        self._places = _judged_places(moments)
        self._unjudged = copy.copy(tracker)
        self._judged: list[IncidentTracker] = []

    def tracker_at(self, place: int) -> IncidentTracker:
        """A tracker that has followed the recording up to a moment, and judged it."""
        before = self.number_of(place)
        known = self._after(before)
        if self._places[before] == place:
            return known
        return _judged(known, self._moments[place])

    def judged_to(self, place: int, known: int = 0) -> Iterator[tuple[Moment, IncidentTracker]]:
        """The moments that are judged on the way to one, without the first `known` of them, as they were judged."""
        for number in range(known, self.number_of(place) + 1):
            yield self._moments[self._places[number]], self._after(number)

    def number_of(self, place: int) -> int:
        """Which of the judged moments is the last up to one."""
        return max(number for number, one in enumerate(self._places) if one <= place)

    async def next_change(self, place: int) -> int | None:
        """The first moment after this one with another triage state."""
        for later in range(self.number_of(place) + 1, len(self._places)):
            await asyncio.sleep(0)
            if self._verdict(later) != self._verdict(later - 1):
                return self._places[later]
        return None

    async def change_before(self, place: int) -> int | None:
        """The last moment before this one at which the triage state changed."""
        number = max((number for number, one in enumerate(self._places) if one < place), default=0)
        for earlier in range(number, 0, -1):
            await asyncio.sleep(0)
            if self._verdict(earlier) != self._verdict(earlier - 1):
                return self._places[earlier]
        return None

    def _verdict(self, number: int) -> WhatFires:
        tracker = self._after(number)
        firing = frozenset((*one.identity, one.severity) for one in tracker.incidents.firing)
        return WhatFires(firing, tracker.report is not None and tracker.report.contained_at is not None)

    def _after(self, number: int) -> IncidentTracker:
        while len(self._judged) <= number:
            known = self._judged[-1] if self._judged else self._unjudged
            self._judged.append(_judged(known, self._moments[self._places[len(self._judged)]]))
        return self._judged[number]


def _judged(known: IncidentTracker, moment: Moment) -> IncidentTracker:
    tracker = copy.copy(known)
    if moment.snapshot.capabilities.can(Capability.CALLS):
        tracker.judge(moment.snapshot, moment.at)
    return tracker


def _judged_places(moments: Sequence[Moment]) -> list[int]:
    every = max(JUDGED_EVERY, (moments[-1].at - moments[0].at) / MAX_JUDGED)
    found = [0]
    for place, moment in enumerate(moments):
        if moment.at - moments[found[-1]].at >= every:
            found.append(place)
    return found if found[-1] == len(moments) - 1 else [*found, len(moments) - 1]
