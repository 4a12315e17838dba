"""The calls on screen, filtered and sorted, and kept so as more calls arrive."""

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tui.domain.usage import Call
from tui.monitor.calls.log import CallLog, time_order
from tui.monitor.calls.order import NEWEST_FIRST
from tui.present.calls import SORT_KEYS

FEW = 64
"""Up to this many new rows are inserted one by one; more are sorted together with the rest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls of a log to show, and in which order.

    `name` identifies the filter `passes`: two values of equal name and order differ only in their span.
    """

    start: datetime
    end: datetime
    passes: Callable[[Call], bool] | None = field(default=None, compare=False)
    name: Hashable = ""
    sort: tuple[str, bool] = NEWEST_FIRST


class CallList:
    """Some calls of a log. The cost of an update depends on the number of new calls, not of all calls."""

    def __init__(self) -> None:
        self.billed_usd = Decimal(0)
        self.version = 0
        self._log = CallLog()
        self._wanted: Wanted | None = None
        self._seen = 0
        self._calls: list[Call] = []
        self._order: Callable[[Call], Any] = time_order

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, place: int) -> Call:
        """The call at a place of the chosen order."""
        return self._calls[-1 - place if self._is_descending else place]

    def show(self, log: CallLog, wanted: Wanted) -> None:
        """Show the wanted calls of a log; `version` says whether anything changed."""
        before, self._wanted = self._wanted, wanted
        is_same = before is not None and (before.name, before.sort[0]) == (wanted.name, wanted.sort[0])
        if is_same and before is not None and log.follows(self._log):
            self._log = log
            changed = before.sort != wanted.sort
            later = wanted.start >= before.start and wanted.end >= before.end
            changed |= self._drop_before(before.start, wanted.start) if later else self._fill(log)
            changed |= self._take_new()
        else:
            changed = self._fill(log)
        self.version += changed

    def find(self, call_id: object) -> Call | None:
        """The call of that id, if shown."""
        call = self._log.get(call_id)
        return call if call is not None and self.place_of(call) is not None else None

    def place_of(self, call: Call) -> int | None:
        """The place of a call."""
        place = bisect_left(self._calls, self._order(call), key=self._order)
        if place == len(self._calls) or self._calls[place].id != call.id:
            return None
        return len(self._calls) - 1 - place if self._is_descending else place

    def place_of_id(self, call_id: object) -> int | None:
        """The place of the call of that id."""
        call = self._log.get(call_id)
        return None if call is None else self.place_of(call)

    def calls(self) -> list[Call]:
        """All shown calls, in order, as a new list."""
        return self._calls[::-1] if self._is_descending else self._calls[:]

    @property
    def _is_descending(self) -> bool:
        return self._wanted is not None and self._wanted.sort[1]

    def _fill(self, log: CallLog) -> bool:
        assert self._wanted is not None
        self._log, self._seen = log, len(log)
        found = log.between(self._wanted.start, self._wanted.end)
        if self._wanted.passes is not None:
            found = list(filter(self._wanted.passes, found))
        column = self._wanted.sort[0]
        self._order = _order_by(column)
        if column != "at":
            found.sort(key=SORT_KEYS[column])  # calls of equal value stay in time order
        self._calls = found
        self.billed_usd = sum((call.billed_usd for call in found), start=Decimal(0))
        return True

    def _take_new(self) -> bool:
        fresh = [call for call in self._log.heard_after(self._seen) if self._shows(call)]
        self._seen = len(self._log)
        if len(fresh) <= FEW:
            for call in fresh:
                insort(self._calls, call, key=self._order)
        else:
            self._calls = sorted([*self._calls, *fresh], key=self._order)
        self.billed_usd += sum((call.billed_usd for call in fresh), start=Decimal(0))
        return bool(fresh)

    def _shows(self, call: Call) -> bool:
        wanted = self._wanted
        assert wanted is not None
        return wanted.start <= call.at < wanted.end and (wanted.passes is None or wanted.passes(call))

    def _drop_before(self, before: datetime, start: datetime) -> bool:
        """Drop calls that a sliding range has left behind."""
        if not self._log.between(before, start):
            return False
        gone = [call for call in self._calls if call.at < start]
        if not gone:
            return False
        self._calls = [call for call in self._calls if call.at >= start]
        self.billed_usd -= sum((call.billed_usd for call in gone), start=Decimal(0))
        return True


def _order_by(column: str) -> Callable[[Call], Any]:
    """A total order: equal values by time, equal times by id."""
    if column == "at":
        return time_order
    value = SORT_KEYS[column]
    return lambda call: (value(call), call.at, call.id)
