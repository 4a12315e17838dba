"""Pages of call records: a selection's calls within a range, in an order, from an offset on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tui.demo.calendar import FAR, Moment
from tui.demo.ledger import Ledger, Selection
from tui.demo.measures import calls_of
from tui.demo.strands import Call


@dataclass(frozen=True, slots=True)
class Range:
    """From `begin` until before `end`."""

    begin: Moment = 0
    end: Moment = FAR


def count(selection: Selection, span: Range) -> int:
    """The number of calls."""
    return calls_of(selection.between(span.begin, span.end))


class Run:
    """A selection's calls within a range, oldest first, counted without being created."""

    def __init__(self, ledger: Ledger, selection: Selection, span: Range, *, by_id: bool) -> None:
        self.ledger = ledger
        self.selection = selection
        self.skipped = calls_of(selection.past_upto(span.begin))
        self.past = max(0, calls_of(selection.past_upto(span.end)) - self.skipped)
        ids = self._live_ids(span)
        self.live = sorted(ids) if by_id else ids

    def __len__(self) -> int:
        return self.past + len(self.live)

    def part(self, begin: int, end: int) -> list[Call]:
        """The calls from index `begin` until before `end`."""
        past = list(islice(self._past_from(begin), max(0, min(end, self.past) - begin)))
        first_live = self.ledger.first_live_id
        ids = self.live[max(0, begin - self.past) : max(0, end - self.past)]
        return past + [self.ledger.live[call_id - first_live] for call_id in ids]

    def _live_ids(self, span: Range) -> list[int]:
        order = self.ledger.live_order
        chosen = order[bisect_left(order, (span.begin, 0)) : bisect_left(order, (span.end, 0))]
        if len(self.selection.strands) == len(self.ledger.strands):
            return [call_id for _, call_id in chosen]
        first, live = self.ledger.first_live_id, self.ledger.live
        return [call_id for _, call_id in chosen if self.selection.has(live[call_id - first])]

    def _past_from(self, place: int) -> Iterator[Call]:
        wanted = self.skipped + place
        hour = bisect_right(self.selection.sums, wanted, key=calls_of) - 1
        passed = wanted - calls_of(self.selection.sums[hour])
        while hour < len(self.ledger.hours):
            calls = [call for call in self.ledger.hour_calls(hour) if self.selection.has(call)]
            yield from islice(calls, passed, None)
            passed = 0
            hour += 1


def page(runs: list[Run], offset: int, limit: int, *, falling: bool) -> list[Call]:
    """A page across consecutive runs; `falling` reads them from the far end."""
    total = sum(map(len, runs))
    begin, end = offset, min(total, offset + limit)
    if begin >= end:
        return []
    if falling:
        begin, end = total - end, total - begin
    calls: list[Call] = []
    passed = 0
    for run in runs:
        low, high = max(begin, passed) - passed, min(end, passed + len(run)) - passed
        if low < high:
            calls += run.part(low, high)
        passed += len(run)
    return calls[::-1] if falling else calls


def runs_by_model(ledger: Ledger, selection: Selection, span: Range) -> list[Run]:
    """One run per model in order of name, each in order of id."""
    names = sorted({strand.trait.model.name for strand in selection.strands})
    return [
        Run(
            ledger,
            ledger.selection(strand for strand in selection.strands if strand.trait.model.name == name),
            span,
            by_id=True,
        )
        for name in names
    ]
