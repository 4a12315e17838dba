"""How fast the wallet empties, from the newest call records."""

import itertools
from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from tui.domain.clock import CLOCK_AHEAD, floor_minute
from tui.domain.keys import KeyStatus
from tui.domain.memo import memoize_last
from tui.domain.scope import NO_FILTERS, RangeName
from tui.monitor.calls.log import CallLog
from tui.monitor.calls.rollups import facets_of
from tui.monitor.questions import AskCalls, AskKeys
from tui.monitor.snapshot import Snapshot

BURN_WINDOW = timedelta(minutes=15)
MIN_WINDOW = timedelta(minutes=2)
BASE_CALLS = AskCalls(NO_FILTERS, None, back_to=RangeName.H1)
"""The account's newest calls. Always watched: burn rate, running hour and latest calls come from them."""


class Burn(Struct, frozen=True):
    """Wallet cost per hour over the last `window` by keys that can still call, and when the balance reaches 0 at that
    rate.
    """

    usd_per_h: Decimal
    window: timedelta
    empty_at: datetime | None


@memoize_last()
def burn_of(snapshot: Snapshot, balance_usd: Decimal | None, now: datetime) -> Burn | None:
    """The burn rate; None if too little is known.

    While the records cannot be read, this is the rate at the last reading: stale never passes for calm.
    """
    view = snapshot.calls.get(BASE_CALLS)
    feed = snapshot.feed(BASE_CALLS)
    if view is None or view.covered_from is None or feed.fetched_at is None:
        return None
    now = feed.fetched_at if feed.failure is not None else now
    start = max(view.covered_from, now - BURN_WINDOW)
    if now - start < MIN_WINDOW:
        return None
    spent = _wallet_usd(view.log, start, now, stopped_keys(snapshot, now))
    per_h = spent * Decimal(3600) / Decimal((now - start).total_seconds())
    empty_at = None
    if balance_usd is not None and per_h > 0:
        hours = float(max(balance_usd, Decimal(0)) / per_h)
        empty_at = now + timedelta(hours=hours) if hours < 24 * 365 else None
    return Burn(per_h, now - start, empty_at)


def stopped_keys(snapshot: Snapshot, now: datetime) -> frozenset[int]:
    """Keys that can no longer call: what they cost a moment ago empties no wallet."""
    keys = snapshot.data(AskKeys()) or ()
    return frozenset(key.id for key in keys if key.status(now) is not KeyStatus.ACTIVE and not key.in_flight)


def _wallet_usd(log: CallLog, start: datetime, now: datetime, stopped: Collection[int]) -> Decimal:
    """Wallet cost since a moment, without stopped keys: single calls up to the next full minute, then the minute
    tallies.
    """
    minute = floor_minute(start) + timedelta(minutes=1)
    first = (call.billed_usd for call in log.between(start, minute) if call.is_wallet and call.key_id not in stopped)
    tallies = facets_of(log, minute, now + CLOCK_AHEAD)
    rest = (tally.billed_usd for facet, tally in tallies if facet.is_wallet and facet.key_id not in stopped)
    return sum(itertools.chain(first, rest), start=Decimal(0))
