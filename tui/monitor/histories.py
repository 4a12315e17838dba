"""Which hourly histories of keys may be judged: those that say what happened until the running hour."""

from datetime import datetime, timedelta

from tui.domain.usage import HourlyCost, KeyHistory
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls import CallView
from tui.monitor.questions import AskKeyHistory, AskKeys
from tui.monitor.snapshot import Snapshot

HOUR = timedelta(hours=1)


def current_histories(snapshot: Snapshot, now: datetime) -> dict[int, KeyHistory]:
    """The histories of keys that the wallet pays, complete up to the running hour.

    What was read hours ago holds for a key that was not used since; else the call records fill the hours between, and
    where they do not reach back so far the history is left out rather than taken for a pause.
    """
    found = {}
    view = snapshot.calls.get(BASE_CALLS)
    for key in snapshot.data(AskKeys()) or ():
        feed = snapshot.feed(AskKeyHistory(key.id))
        if feed.data is None or feed.fetched_at is None or not key.bills_wallet:
            continue
        if not snapshot.was_used_since(key.id, feed.fetched_at):
            found[key.id] = feed.data
            continue
        cost = _filled(feed.data.cost, feed.fetched_at, key.id, view, now)
        if cost is not None:
            found[key.id] = KeyHistory(cost, feed.data.models)
    return found


def _filled(
    cost: HourlyCost, read_at: datetime, key_id: int, view: CallView | None, now: datetime
) -> HourlyCost | None:
    """The history with the full hours since it was read, from the call records; None where those are not here."""
    first, this_hour = _hour_of(read_at), _hour_of(now)
    if first >= this_hour:
        return cost
    if view is None or not view.covers(first):
        return None
    between = tuple(_wallet_usd(view, key_id, hour) for hour in _hours(first, this_hour))
    known = round((first - cost.start) / HOUR)
    return HourlyCost(cost.start, (*cost.hours(cost.start, known), *between))


def _wallet_usd(view: CallView, key_id: int, hour: datetime) -> float:
    return sum(
        float(tally.billed_usd)
        for _minute, facets in view.log.minutes(hour, hour + HOUR)
        for facet, tally in facets.items()
        if facet.key_id == key_id and facet.is_wallet
    )


def _hours(first: datetime, end: datetime) -> list[datetime]:
    return [first + HOUR * back for back in range(round((end - first) / HOUR))]


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
