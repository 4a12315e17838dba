"""Which hourly histories may be judged: those complete up to the running hour."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache

from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost, KeyHistory
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.by_key import last_calls
from tui.monitor.calls.hours import hours_of
from tui.monitor.calls.log import CallView
from tui.monitor.questions import AskAccountHistory, AskKeyHistory, AskKeys
from tui.monitor.snapshot import Snapshot, used_since

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ACCOUNT = None
Spent = Mapping[tuple[int | None, datetime], tuple[float, int]]
"""Wallet cost in USD and calls, by key id (None: all keys) and full hour."""


def current_histories(snapshot: Snapshot, now: datetime) -> dict[int, KeyHistory]:
    """The histories of wallet-paid keys, complete up to the running hour.

    An old history still holds for a key not used since. Otherwise call records fill the hours between, and if they do
    not reach back that far, the history is left out rather than read as a pause.
    """
    found = {}
    view = snapshot.calls.get(BASE_CALLS)
    spent_since = cache(lambda first: _spent(view, first, floor_hour(now)))
    for key in snapshot.data(AskKeys()) or ():
        feed = snapshot.feed(AskKeyHistory(key.id))
        if feed.data is None or feed.fetched_at is None or not key.bills_wallet:
            continue
        if not used_since(key, feed.fetched_at):
            found[key.id] = feed.data
            continue
        cost = _filled(feed.data.cost, feed.fetched_at, key.id, spent_since, now)
        if cost is not None:
            found[key.id] = KeyHistory(cost, feed.data.models)
    for key_id in deleted_keys(snapshot, now):
        history = _of_deleted(key_id, snapshot, view, now)
        if history is not None:
            found[key_id] = history
    return found


def deleted_keys(snapshot: Snapshot, now: datetime) -> dict[int, datetime]:
    """Keys seen in the last day's call records that the account no longer has, with their last calls."""
    keys, view = snapshot.data(AskKeys()), snapshot.calls.get(BASE_CALLS)
    if keys is None or view is None or snapshot.feed(AskKeys()).failure is not None:
        return {}
    there = {key.id for key in keys}
    return {key_id: at for key_id, at in last_calls(view.log).items() if key_id not in there and at >= now - DAY}


def _of_deleted(key_id: int, snapshot: Snapshot, view: CallView | None, now: datetime) -> KeyHistory | None:
    """What is known of a deleted key: its history from before it was deleted, otherwise the last day's calls."""
    feed = snapshot.feed(AskKeyHistory(key_id))
    if view is None or view.covered_from is None:
        return None
    if feed.data is not None and feed.fetched_at is not None:
        cost = _filled(feed.data.cost, feed.fetched_at, key_id, lambda first: _spent(view, first, floor_hour(now)), now)
        return KeyHistory(cost, feed.data.models) if cost is not None else None
    first = floor_hour(max(view.covered_from, now - DAY)) + HOUR
    spent = _spent(view, first, floor_hour(now)) or {}
    told = [spent.get((key_id, hour), (0.0, 0)) for hour in _hours(first, floor_hour(now))]
    return KeyHistory(HourlyCost(first, tuple(usd for usd, _ in told), tuple(calls for _, calls in told)), ())


def current_account(snapshot: Snapshot, now: datetime) -> HourlyCost | None:
    """The account's history, extended by the full hours since it was read if call records cover them."""
    feed = snapshot.feed(AskAccountHistory())
    if feed.data is None or feed.fetched_at is None:
        return feed.data
    view = snapshot.calls.get(BASE_CALLS)
    filled = _filled(feed.data, feed.fetched_at, ACCOUNT, lambda first: _spent(view, first, floor_hour(now)), now)
    return filled or feed.data


def is_account_current(snapshot: Snapshot, now: datetime) -> bool:
    """Whether the account's history is complete up to the running hour."""
    feed, view = snapshot.feed(AskAccountHistory()), snapshot.calls.get(BASE_CALLS)
    if feed.data is None or feed.fetched_at is None:
        return False
    read_in = floor_hour(feed.fetched_at)
    return read_in >= floor_hour(now) or (view is not None and view.covers(read_in))


def _filled(
    cost: HourlyCost,
    read_at: datetime,
    key_id: int | None,
    spent_since: Callable[[datetime], Spent | None],
    now: datetime,
) -> HourlyCost | None:
    """The history extended by the full hours since it was read, from call records; None if those are not here."""
    first, this_hour = floor_hour(read_at), floor_hour(now)
    if first >= this_hour:
        return cost
    spent = spent_since(first)
    if spent is None:
        return None
    between = [spent.get((key_id, hour), (0.0, 0)) for hour in _hours(first, this_hour)]
    known = round((first - cost.start) / HOUR)
    requests: tuple[int, ...] = ()
    if cost.requests:
        requests = (*cost.requests[:known], *(0,) * (known - len(cost.requests)), *(calls for _usd, calls in between))
    return HourlyCost(cost.start, (*cost.hours(cost.start, known), *(usd for usd, _calls in between)), requests)


def _spent(view: CallView | None, first: datetime, end: datetime) -> Spent | None:
    """What each key spent in each full hour; None if the calls are not here."""
    if view is None or not view.covers(first):
        return None
    spent: dict[tuple[int | None, datetime], tuple[float, int]] = {}
    for hour, uses in hours_of(view.log, first, end):
        for key_id, use in uses.items():
            spent[key_id, hour] = use.usd, use.calls
            usd, calls = spent.get((ACCOUNT, hour), (0.0, 0))
            spent[ACCOUNT, hour] = usd + use.usd, calls + use.calls
    return spent


def _hours(first: datetime, end: datetime) -> list[datetime]:
    return [first + HOUR * back for back in range(round((end - first) / HOUR))]
