"""All call records of the account: found by id, listed in pages, summed for a selection of strands.

Past calls are not objects; the hours of a page are created on request. Past ids follow `created_at`; live calls get
theirs when they are inserted, a little later than `created_at` (contract 8.1).
"""

from bisect import bisect_right, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import accumulate

from tui.demo.calendar import Hours, Moment
from tui.demo.measures import Packed, calls_of
from tui.demo.strands import Call, Strand, Trait

KEPT_HOURS = 96
KEPT_SELECTIONS = 64


class Selection:
    """Some strands, and the sums over all of them."""

    def __init__(self, strands: tuple[Strand, ...], hours: Hours) -> None:
        self.strands = strands
        self.hours = hours
        self.traits = frozenset(id(strand.trait) for strand in strands)
        past = [strand.sums for strand in strands if strand.sums]
        self.sums: list[Packed] = [sum(column) for column in zip(*past, strict=True)] or [0] * (len(hours) + 1)

    def past_upto(self, when: Moment) -> Packed:
        """The sums of past calls before a moment."""
        hour = self.hours.index(when)
        if hour >= len(self.hours):
            return self.sums[-1]
        base = self.sums[hour]
        if when <= self.hours.start(hour):
            return base
        return base + sum(strand.within(hour, when) for strand in self.strands if strand.cells)

    def upto(self, when: Moment) -> Packed:
        """The sums of all calls before a moment."""
        return self.past_upto(when) + sum(strand.live_upto(when) for strand in self.strands if strand.live)

    def between(self, begin: Moment, end: Moment) -> Packed:
        """The sums of calls from `begin` until before `end`; 0 if they are reversed."""
        return self.upto(end) - self.upto(begin) if end > begin else 0

    def has(self, call: Call) -> bool:
        """Whether a call belongs to one of the strands."""
        return id(call.trait) in self.traits


class Ledger:
    """The call records."""

    def __init__(self, hours: Hours, strands: list[Strand], first_id: int) -> None:
        self.hours = hours
        self.strands = strands
        self.first_id = first_id
        self.live: list[Call] = []
        """Live calls in order of id: the first has the id `first_live_id`."""
        self.live_order: list[tuple[Moment, int]] = []
        self._hour_calls: OrderedDict[int, list[Call]] = OrderedDict()
        self._selections: OrderedDict[tuple[int, ...], Selection] = OrderedDict()
        counts = (
            sum(calls_of(s.sums[hour + 1]) - calls_of(s.sums[hour]) for s in strands) for hour in range(len(hours))
        )
        self.hour_firsts = list(accumulate(counts, initial=0))

    @property
    def past_calls(self) -> int:
        """The number of calls in history."""
        return self.hour_firsts[-1]

    @property
    def first_live_id(self) -> int:
        """The id of the first live call."""
        return self.first_id + self.past_calls

    def open_strand(self, trait: Trait, make: Callable[[int], Strand]) -> Strand:
        """The strand of a trait, created if there is none."""
        for strand in self.strands:
            if strand.trait == trait:
                return strand
        strand = make(len(self.strands))
        self.strands.append(strand)
        return strand

    def insert(self, call: Call, strand: Strand) -> None:
        """Record a live call under the next id."""
        call.id = self.first_live_id + len(self.live)
        call.trait = strand.trait
        self.live.append(call)
        insort(self.live_order, (call.created, call.id))
        strand.add(call)

    def find(self, call_id: int) -> Call | None:
        """The call with an id."""
        place = call_id - self.first_id
        if not 0 <= place < self.past_calls + len(self.live):
            return None
        if place >= self.past_calls:
            return self.live[place - self.past_calls]
        hour = bisect_right(self.hour_firsts, place) - 1
        return self.hour_calls(hour)[place - self.hour_firsts[hour]]

    def select(self, wanted: Callable[[Trait], bool]) -> Selection:
        """The strands with a wanted trait."""
        return self.selection(strand for strand in self.strands if wanted(strand.trait))

    def selection(self, strands: Iterable[Strand]) -> Selection:
        """A selection of strands, cached with its sums."""
        chosen = tuple(strands)
        name = tuple(strand.index for strand in chosen)
        found = self._selections.get(name)
        if found is None:
            found = self._selections[name] = Selection(chosen, self.hours)
            if len(self._selections) > KEPT_SELECTIONS:
                self._selections.popitem(last=False)
        return found

    def hour_calls(self, hour: int) -> list[Call]:
        """All past calls of an hour in order of id."""
        found = self._hour_calls.get(hour)
        if found is None:
            found = self._hour_calls[hour] = self._make_hour(hour)
            if len(self._hour_calls) > KEPT_HOURS:
                self._hour_calls.popitem(last=False)
        return found

    def _make_hour(self, hour: int) -> list[Call]:
        order = sorted(
            (when, strand.index, place)
            for strand in self.strands
            if strand.cells
            for place, when in enumerate(strand.hour_moments(hour))
        )
        first = self.first_id + self.hour_firsts[hour]
        return [
            self.strands[index].past_call(first + rank, hour, place, when)
            for rank, (when, index, place) in enumerate(order)
        ]
