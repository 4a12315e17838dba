"""Live calls: they start, run, are charged, and leave a row a moment later (contract 4.6, 8.1).

A queue of events determines when everything happens, so that the same seed and clock give the same calls whether time
passes by itself or is skipped.
"""

import heapq
import itertools
import random
from collections.abc import Callable

from tui.demo.blocks import Prototype
from tui.demo.calendar import HOUR, SECOND, Moment
from tui.demo.errors import CONCURRENCY, STORM, USUAL, Failure
from tui.demo.history import Stream
from tui.demo.keys import Key
from tui.demo.past_errors import BURST_S, PAUSE_S, error_row, pick
from tui.demo.refusals import address_allowed, billing_refusal, status_refusal
from tui.demo.strands import Call, Strand, Trait, make_call
from tui.demo.world import World

LOOK_AGAIN = 600 * SECOND
"""A stream whose next call is further away asks for its rate again after this time."""
CHARGED_AFTER = (11_000, 33_000)
RECORDED_AFTER = (47_000, 66_000)
"""Microseconds after the last byte of the answer; rows follow charges by about 35 ms."""
FAILS_AFTER = (300_000, 2_500_000)
RETRY_GAP = (900_000, 1_200_000)

Action = Callable[[Moment], None]


class Traffic:
    """The programs behind the keys, and what the gateway does with their calls."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.rng = random.Random(f"traffic/{seed}")
        self.queue: list[tuple[Moment, int, Action]] = []
        self.numbers = itertools.count()
        begin = world.ledger.hours.end
        for stream in world.streams:
            if not stream.client.deleted and not stream.client.last_day:
                self._wait_for_call(stream, begin)
        incident = world.scenario.incident
        if incident is not None and incident.storm:
            stream = next(stream for stream in world.streams if stream.incident is incident)
            self._at(begin + SECOND, lambda when: self._storm(stream, when, when + 40 * SECOND))

    def work(self, now: Moment, most: int) -> bool:
        """Do up to `most` due things; return whether any are left."""
        for _ in range(most):
            if not self.queue or self.queue[0][0] > now:
                return False
            when, _, action = heapq.heappop(self.queue)
            action(when)
        return bool(self.queue) and self.queue[0][0] <= now

    def idle_s(self, now: Moment) -> float:
        """Seconds until something is due."""
        return max(0.0, (self.queue[0][0] - now) / SECOND) if self.queue else 60.0

    def _at(self, when: Moment, action: Action) -> None:
        heapq.heappush(self.queue, (when, next(self.numbers), action))

    def _between(self, span: tuple[int, int]) -> int:
        return self.rng.randrange(*span)

    def _wait_for_call(self, stream: Stream, now: Moment) -> None:
        rate = stream.calls_per_hour(now, self.world.clock, self.world.scenario)
        gap = self.rng.expovariate(rate / HOUR) if rate > 0 else LOOK_AGAIN + 1
        if gap > LOOK_AGAIN:
            self._at(now + LOOK_AGAIN, lambda when: self._wait_for_call(stream, when))
        else:
            self._at(now + int(gap), lambda when: self._arrive(stream, when))

    def _arrive(self, stream: Stream, now: Moment) -> None:
        self._wait_for_call(stream, now)
        key = self.world.keys[stream.strand.trait.key_id]
        trait = self._admitted(key, stream, now)
        if trait is None:
            return
        failure = self._refusal(key, trait, now)
        if failure is not None:
            if not (stream.client.fills == "quota" and key.out_of_quota()):  # that program gave up long ago
                self._fail(trait, failure, now)
        elif self.rng.random() < stream.client.error_share:
            self._begin(key, now)
            self._at(
                now + self._between(FAILS_AFTER), lambda when: self._break(key, trait, pick(self.rng, USUAL), when)
            )
        else:
            self._begin(key, now)
            prototype = self.rng.choice(stream.strand.block.prototypes)
            ends = now + prototype.duration_ms * 1000
            self._at(ends, lambda when: self._finish(key, stream, trait, prototype, when))

    def _admitted(self, key: Key, stream: Stream, now: Moment) -> Trait | None:
        """The trait of the call's rows; None if it is refused without a trace."""
        old = stream.strand.trait
        if key.deleted or key.group_id is None or status_refusal(key) is not None:
            return None
        if not address_allowed(key, old.caller.addresses[0]):
            return None
        group = self.world.group_of[key.group_id]
        return old if group is old.group else Trait(old.key_id, group, old.model, old.caller, old.streamed)

    def _refusal(self, key: Key, trait: Trait, now: Moment) -> Failure | None:
        world = self.world
        failure = billing_refusal(key, world.user, trait.group, world.subscription, now)
        if failure is not None:
            return failure
        running = sum(each.running for each in world.keys.values())
        return CONCURRENCY if 0 < world.user.concurrency <= running else None

    def _begin(self, key: Key, now: Moment) -> None:
        key.running += 1
        key.touch(now)

    def _break(self, key: Key, trait: Trait, failure: Failure, now: Moment) -> None:
        key.running -= 1
        self._fail(trait, failure, now)

    def _fail(self, trait: Trait, failure: Failure, now: Moment) -> None:
        self.world.errors.add(lambda row_id: error_row(row_id, now, trait, failure, self.rng))

    def _finish(self, key: Key, stream: Stream, trait: Trait, prototype: Prototype, now: Moment) -> None:
        """The answer is complete: a running call is charged even if its key was disabled meanwhile (contract 8.4)."""
        key.running -= 1
        call = make_call(0, trait, now, prototype, self._extra(stream), self.rng.randbytes(16))
        self._at(now + self._between(CHARGED_AFTER), lambda when: self._charge(key, call, when))
        self._at(now + self._between(RECORDED_AFTER), lambda _: self._record(stream, trait, call))

    def _extra(self, stream: Stream) -> int:
        return self.rng.randrange(40) if stream.habit.spread else 0

    def _charge(self, key: Key, call: Call, now: Moment) -> None:
        world, amount = self.world, call.actual
        if call.trait.group.subscription:
            world.subscription.charge(amount, now, world.clock.zone)
        else:
            world.user.charge(amount, now)
        key.charge(amount, now, world.clock.zone)

    def _record(self, stream: Stream, trait: Trait, call: Call) -> None:
        strand = stream.strand if trait is stream.strand.trait else self._moved_strand(stream, trait)
        self.world.ledger.insert(call, strand)
        key = self.world.keys[trait.key_id]
        key.last_address = call.address

    def _moved_strand(self, stream: Stream, trait: Trait) -> Strand:
        """The strand of a key that was moved to another group after the start."""

        def make(index: int) -> Strand:
            hours = self.world.ledger.hours
            strand = Strand(index, trait, stream.strand.block, hours, [None] * len(hours))
            strand.close_past()
            return strand

        return self.world.ledger.open_strand(trait, make)

    def _storm(self, stream: Stream, now: Moment, burst_end: Moment) -> None:
        """One failed attempt of a burst, and the next; a pause after the last."""
        if now >= burst_end:
            pause, burst = self.rng.randint(*PAUSE_S) * SECOND, self.rng.randint(*BURST_S) * SECOND
            self._at(now + pause, lambda when: self._storm(stream, when, when + burst))
            return
        self._at(now + self._between(RETRY_GAP), lambda when: self._storm(stream, when, burst_end))
        key = self.world.keys[stream.strand.trait.key_id]
        trait = self._admitted(key, stream, now)
        if trait is None:
            return
        failure = self._refusal(key, trait, now)
        if failure is not None:
            self._fail(trait, failure, now)
        else:
            self._begin(key, now)
            failing = pick(self.rng, STORM)
            self._at(now + self._between((150_000, 600_000)), lambda when: self._break(key, trait, failing, when))
