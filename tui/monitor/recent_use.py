"""Recent cost of keys as triage judges it: the running hour, the last sixty minutes, and when that cost began."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import itemgetter

from msgspec.structs import replace

from tui.domain.clock import CLOCK_AHEAD, floor_hour, floor_minute
from tui.domain.memo import memoize_last, memoize_recent
from tui.domain.usage import HourlyCost, HourUse
from tui.monitor.calls.hours import HourUses, hours_of
from tui.monitor.calls.log import CallLog, CallView
from tui.triage.spikes import RunningHour

DAY = timedelta(hours=24)
TEN_MINUTES = timedelta(minutes=10)
RECENT_CALLS = timedelta(minutes=60)
SLICE = timedelta(minutes=5)
KEPT_HOURS = 32
BEGAN_WITHIN = timedelta(hours=1)
"""A run begins in its first dear hour, or before that."""
HOURS_BEFORE = (3, 1)
"""How many hours before a spike are searched for its beginning: the most of these that the call records cover."""
WalletRow = tuple[datetime, int, float]
"""When a call was made, the key's id, and its cost in USD."""
Slices = Sequence[tuple[float, datetime | None]]
NO_SLICES: Slices = ((0.0, None),) * (RECENT_CALLS // SLICE)
LASTING = timedelta(minutes=20)
"""Cost that was high twenty minutes ago and still is counts as ongoing."""
_at = itemgetter(0)


def hour_uses(view: CallView | None, now: datetime) -> dict[datetime, HourUses]:
    """What each key did in each hour of the last day that call records cover."""
    if view is None or view.covered_from is None:
        return {}
    first = floor_hour(max(view.covered_from, now - DAY))
    if first < view.covered_from:
        first += timedelta(hours=1)
    return _hour_uses(view.log, len(view.log), first, now) if first <= now else {}


@memoize_last()
def _hour_uses(log: CallLog, _count: int, first: datetime, now: datetime) -> dict[datetime, HourUses]:
    return dict(hours_of(log, first, now))


def is_hour_whole(view: CallView | None, now: datetime) -> bool:
    """Whether call records reach back to the start of the running hour."""
    return view is not None and view.covers(floor_hour(now))


def running_by_key(view: CallView | None, costs: Mapping[int, HourlyCost], now: datetime) -> dict[int, RunningHour]:
    """Wallet cost of the running hour and of the last ten minutes by key.

    A runaway key calls so often that the newest records cover only minutes. Where they do not cover the hour, the
    gateway's own sum of it counts if it is higher: the hour cost at least that much.
    """
    this_hour = floor_hour(now)
    found = _spent_of_late(view, this_hour, now) if view is not None else {}
    if not is_hour_whole(view, now):
        for key_id, cost in costs.items():
            known = found.get(key_id, RunningHour())
            found[key_id] = replace(known, so_far_usd=max(known.so_far_usd, told_of(cost, this_hour)))
    return found


def _spent_of_late(view: CallView, this_hour: datetime, now: datetime) -> dict[int, RunningHour]:
    """The running hour by its calls, and the sixty minutes up to now and up to twenty minutes ago."""
    ten, hour, earlier = now - TEN_MINUTES, now - RECENT_CALLS, now - LASTING - RECENT_CALLS
    rows = _wallet_rows(view.log, earlier, now)

    def since(moment: datetime) -> int:
        return bisect_left(rows, moment, key=_at)

    so_far, of_ten = _sums(rows[since(this_hour) :]), _sums(rows[since(ten) :])
    of_ten_before = _sums(rows[since(ten - TEN_MINUTES) : since(ten)])
    before = _sums(rows[since(earlier) : since(now - LASTING)])
    hours: dict[int, HourUse] = {}
    for _moment, key_id, usd in rows[since(hour) :]:
        use = hours.get(key_id)
        if use is None:
            use = hours[key_id] = HourUse()
        use.add(usd)
    knows_all, none = view.covers(earlier), HourUse()
    found = {}
    for key_id in {**before, **hours, **so_far}:
        so_far_usd, ten_usd = so_far.get(key_id, 0.0), of_ten.get(key_id, 0.0)
        if not knows_all:  # partial records say nothing about a whole hour
            found[key_id] = RunningHour(so_far_usd, ten_usd)
            continue
        use, before_usd, ten_before = hours.get(key_id, none), before.get(key_id, 0.0), of_ten_before.get(key_id, 0.0)
        found[key_id] = RunningHour(
            so_far_usd, ten_usd, use.usd, before_usd, use.calls, use.dearest_usd, use.variation, ten_before
        )
    return found


def _sums(rows: Sequence[WalletRow]) -> dict[int, float]:
    """Cost by key id, in USD."""
    sums: dict[int, float] = {}
    for _moment, key_id, usd in rows:
        sums[key_id] = sums.get(key_id, 0.0) + usd
    return sums


def _wallet_rows(log: CallLog, start: datetime, now: datetime) -> list[WalletRow]:
    """Wallet-paid calls from a moment on; those of full minutes are read once a minute."""
    start, minute = floor_minute(start), floor_minute(now)
    count = log.count_since(start) - log.count_since(minute)
    return [*_settled_rows(log, count, start, minute), *_rows(log, minute, now + CLOCK_AHEAD)]


@memoize_recent(2)
def _settled_rows(log: CallLog, _count: int, start: datetime, end: datetime) -> list[WalletRow]:
    return _rows(log, start, end)


def _rows(log: CallLog, start: datetime, end: datetime) -> list[WalletRow]:
    return [(call.at, call.key_id, call.billed_number) for call in log.between(start, end) if call.is_wallet]


def begin_of(view: CallView | None, key_id: int, since: datetime, now: datetime) -> datetime | None:
    """When a run of a key began, whose first dear hour is known; None if call records do not tell.

    This is where its five-minute slices differ most from those before. Square roots keep a single dear slice from being
    taken for the beginning. The first hours of a run may be too cheap to be reported, so hours before are searched too;
    a run that becomes faster later did not begin then.
    """
    if view is None or now - since > DAY:
        return None
    start = next((one for hours in HOURS_BEFORE if view.covers(one := since - hours * RECENT_CALLS)), None)
    if start is None:
        return None
    until = min(now, since + 2 * BEGAN_WITHIN)
    slices = [one for of_keys in _slices(view.log, start, until) for one in of_keys.get(key_id, NO_SLICES)]
    if until == now:  # a run of less than a minute is in no full minute yet
        slices += NO_SLICES
        for at, of, usd in _rows(view.log, floor_minute(now), now + CLOCK_AHEAD):
            if of == key_id:
                _add(slices, start, at, usd)
    used = [place for place, (usd, _first) in enumerate(slices) if usd > 0]
    if not used:
        return None
    place = change_at([math.sqrt(usd) for usd, _first in slices[: used[-1] + 1]])
    began = next((first for _usd, first in slices[place:] if first is not None), None)
    return began if began is not None and began < since + BEGAN_WITHIN else None


def dear_from(view: CallView | None, key_id: int, hour: datetime, now: datetime) -> datetime | None:
    """When the calls of a key became dearer, near a full hour; None if call records do not reach back that far.

    This is the call from which on the following ones differ most from those before.
    """
    start, end = hour - RECENT_CALLS, min(hour + 2 * RECENT_CALLS, floor_minute(now))
    if view is None or end <= hour or not view.covers(start):
        return None
    return _dear_from(view.log, view.log.count_since(start) - view.log.count_since(end), key_id, start, end)


@memoize_recent(KEPT_HOURS)
def _dear_from(log: CallLog, _count: int, key_id: int, start: datetime, end: datetime) -> datetime | None:
    calls = [(at, usd) for at, of, usd in _rows(log, start, end) if of == key_id]
    place = change_at([math.sqrt(usd) for _at, usd in calls])
    return calls[place][0] if place else None


def _slices(log: CallLog, start: datetime, now: datetime) -> Iterator[Mapping[int, Slices]]:
    """Each key's cost per five-minute slice of each hour, with its first call in each."""
    hour, minute = start, floor_minute(now)
    while hour <= minute:
        end = min(hour + RECENT_CALLS, minute)
        count = log.count_since(hour) - log.count_since(end)
        if end > hour:
            yield _slices_of(log, count, hour, end)
        hour += RECENT_CALLS


@memoize_recent(KEPT_HOURS)
def _slices_of(log: CallLog, _count: int, start: datetime, end: datetime) -> Mapping[int, Slices]:
    found: dict[int, list[tuple[float, datetime | None]]] = {}
    for at, key_id, usd in _rows(log, start, end):
        of_key = found.get(key_id)
        if of_key is None:
            of_key = found[key_id] = list(NO_SLICES)
        _add(of_key, start, at, usd)
    return found


def _add(slices: list[tuple[float, datetime | None]], start: datetime, at: datetime, usd: float) -> None:
    """Count a call in its slice after `start`."""
    place = int((at - start) / SLICE)
    known, first = slices[place]
    slices[place] = known + usd, at if first is None else first


def change_at(values: Sequence[float]) -> int:
    """The index from which values are higher than before, where the two sides differ most.

    >>> change_at([0.1, 0.2, 0.1, 2.0, 3.0, 2.5]), change_at([3.0, 3.0]), change_at([])
    (3, 0, 0)
    """
    whole, before, best, place = sum(values), 0.0, 0.0, 0
    for count in range(1, len(values)):
        before += values[count - 1]
        after = len(values) - count
        gain = ((whole - before) / after - before / count) * math.sqrt(count * after / len(values))
        if gain > best:
            best, place = gain, count
    return place


def running_of_all(by_key: Mapping[int, RunningHour], told_usd: float) -> RunningHour | None:
    """Cost of all keys together, at least what the gateway reports; None if nothing is known of the hour."""
    so_far_usd = max(told_usd, sum(one.so_far_usd for one in by_key.values()))
    counts = [one.calls for one in by_key.values()]
    running = RunningHour(
        so_far_usd,
        sum(one.ten_minutes_usd for one in by_key.values()),
        sum(one.hour_usd for one in by_key.values()),
        sum(one.hour_before_usd for one in by_key.values()),
        None if None in counts else sum(count for count in counts if count is not None),
        max((one.dearest_usd for one in by_key.values()), default=0.0),
        None,
        sum(one.ten_before_usd for one in by_key.values()),
    )
    return running if max(so_far_usd, running.hour_usd) > 0 else None


def told_of(cost: HourlyCost | None, this_hour: datetime) -> float:
    """What a history has of the running hour; 0 if its hours begin at other minutes."""
    if cost is None or (this_hour - cost.start) % timedelta(hours=1):
        return 0.0
    return cost.hours(this_hour, 1)[0]
