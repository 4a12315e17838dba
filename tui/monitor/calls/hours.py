"""Wallet cost of each key in each hour, from call records: cost, calls, and the dearest call."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from tui.domain.clock import CLOCK_AHEAD, floor_hour
from tui.domain.memo import memoize_recent
from tui.domain.usage import HourUse
from tui.monitor.calls.log import CallLog

HOUR = timedelta(hours=1)
KEPT_HOURS = 32


HourUses = Mapping[int, HourUse]
"""By key id."""


def hours_of(log: CallLog, first: datetime, now: datetime) -> Iterator[tuple[datetime, HourUses]]:
    """The hours from `first` to the running one, which includes calls dated ahead by the gateway's clock.

    A past hour is counted once, and again only if another call turns up in it.
    """
    hour, last = first, floor_hour(now)
    while hour < last:
        count = log.count_since(hour) - log.count_since(hour + HOUR)
        yield hour, _settled_uses(log, count, hour)
        hour += HOUR
    yield last, _uses(log, last, now + CLOCK_AHEAD)


@memoize_recent(KEPT_HOURS)
def _settled_uses(log: CallLog, _count: int, start: datetime) -> HourUses:
    return _uses(log, start, start + HOUR)


def _uses(log: CallLog, start: datetime, end: datetime) -> HourUses:
    uses: dict[int, HourUse] = {}
    for call in log.between(start, end):
        if call.is_wallet:
            use = uses.get(call.key_id)
            if use is None:
                use = uses[call.key_id] = HourUse()
            use.add(call.billed_number)
    return uses
