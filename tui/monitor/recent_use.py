"""What keys cost of late, as triage judges it: the running hour, the last sixty minutes, and when that began."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from tui.domain.clock import CLOCK_AHEAD, floor_hour
from tui.domain.memo import memoize_last
from tui.domain.usage import HourlyCost, HourUse
from tui.monitor.calls.hours import HourUses, hours_of
from tui.monitor.calls.log import CallLog, CallView
from tui.triage.spikes import RunningHour

DAY = timedelta(hours=24)
TEN_MINUTES = timedelta(minutes=10)
RECENT_CALLS = timedelta(minutes=60)
SLICE = timedelta(minutes=5)
LASTING = timedelta(minutes=20)
"""What was so twenty minutes ago and still is goes on."""


def hour_uses(view: CallView | None, now: datetime) -> dict[datetime, HourUses]:
    """What each key did in each hour of the last day that is known call by call."""
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
    """Whether the call records reach back to the beginning of the running hour."""
    return view is not None and view.covers(floor_hour(now))


def running_by_key(view: CallView | None, costs: Mapping[int, HourlyCost], now: datetime) -> dict[int, RunningHour]:
    """Wallet cost of the running hour and of the last ten minutes by key.

    A key that runs away calls so often that the newest records tell of minutes only. Where they do not make the hour
    whole, what the gateway summed up when it told of the hours counts if it is more: so much it cost at least.
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
    spans: dict[int, _Recent] = {}
    for call in view.log.between(earlier, now + CLOCK_AHEAD):
        if call.is_wallet:
            at, usd, one = call.at, call.billed_number, spans.setdefault(call.key_id, _Recent())
            one.so_far_usd += usd if at >= this_hour else 0.0
            one.ten_usd += usd if at >= ten else 0.0
            one.ten_before_usd += usd if ten - TEN_MINUTES <= at < ten else 0.0
            one.before_usd += usd if at < now - LASTING else 0.0
            if at >= hour:
                one.hour.add(usd)
    knows_all = view.covers(earlier)
    return {key_id: one.told(knows_all) for key_id, one in spans.items()}


def begin_of(view: CallView | None, key_id: int, since: datetime, now: datetime) -> datetime | None:
    """When a key began to cost what it costs, near a full hour; None where the call records do not reach back so far.

    It is where its slices of five minutes differ most from those before: by their roots, so that one dear slice is not
    taken for the beginning.
    """
    start = since - RECENT_CALLS
    if view is None or now - since > DAY or not view.covers(start):
        return None
    firsts: dict[int, datetime] = {}
    costs = [0.0] * (int((now + CLOCK_AHEAD - start) / SLICE) + 1)
    for call in view.log.between(start, now + CLOCK_AHEAD):
        if call.key_id == key_id and call.is_wallet:
            place = int((call.at - start) / SLICE)
            firsts.setdefault(place, call.at)
            costs[place] += call.billed_number
    if not firsts:
        return None
    place = change_at([math.sqrt(usd) for usd in costs[: max(firsts) + 1]])
    return next((firsts[one] for one in range(place, len(costs)) if one in firsts), None)


def change_at(values: Sequence[float]) -> int:
    """The place from which on values are higher than before, where both sides differ most.

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


class _Recent(Struct):
    """What one key did of late, as it is counted."""

    so_far_usd: float = 0.0
    ten_usd: float = 0.0
    ten_before_usd: float = 0.0
    before_usd: float = 0.0
    hour: HourUse = field(default_factory=HourUse)

    def told(self, knows_all: bool) -> RunningHour:
        """The same as a value; what is known in part tells of no whole hour."""
        if not knows_all:
            return RunningHour(self.so_far_usd, self.ten_usd)
        hour = self.hour
        return RunningHour(
            self.so_far_usd,
            self.ten_usd,
            hour.usd,
            self.before_usd,
            hour.calls,
            hour.dearest_usd,
            hour.variation,
            self.ten_before_usd,
        )


def running_of_all(by_key: Mapping[int, RunningHour], told_usd: float) -> RunningHour | None:
    """What all cost together, at least what the gateway told of it; None where nothing is known of the hour."""
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
    """What a history has of the running hour; nothing where its hours begin at other minutes."""
    if cost is None or (this_hour - cost.start) % timedelta(hours=1):
        return 0.0
    return cost.hours(this_hour, 1)[0]
