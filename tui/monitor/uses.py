"""What keys do by model: of late, since a moment, and usually."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tui.domain.clock import CLOCK_AHEAD, floor_minute
from tui.domain.usage import HourlyCost, KeyHistory, Slice, Sums
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallView, UsageSum
from tui.monitor.calls.rollups import facets_of
from tui.monitor.questions import AskKeyHistory
from tui.monitor.snapshot import Snapshot
from tui.triage.causes import Uses

DAY = timedelta(hours=24)
RECENT_SPANS = (timedelta(hours=2), timedelta(hours=6))


def recent_uses(view: CallView | None, span: timedelta, now: datetime, *, is_reading: bool) -> dict[int, Uses]:
    """What each key did by model in the last hours, or since the call records begin once no more are on their way."""
    if view is None or view.covered_from is None or (is_reading and not view.covers(now - span)):
        return {}
    start = max(now - span, view.covered_from)
    tallies: dict[int, dict[str, UsageSum]] = {}
    for facet, tally in facets_of(view.log, start, now + CLOCK_AHEAD):
        if facet.is_wallet:
            tallies.setdefault(facet.key_id, {}).setdefault(facet.model, UsageSum()).merge(tally)
    hours = (now - start) / timedelta(hours=1)
    return {key_id: ({name: one.priced() for name, one in models.items()}, hours) for key_id, models in tallies.items()}


def uses_since(view: CallView | None, key_id: int, since: datetime, now: datetime, *, is_reading: bool) -> Uses | None:
    """What a key did by model since the incident began, at most a day ago, or since the call records begin.

    None while older records are on their way: half of them would name another cause than all.
    """
    start = max(since, floor_minute(now - DAY))
    if view is None or view.covered_from is None or (is_reading and not view.covers(start)):
        return None
    start = max(start, view.covered_from)
    tallies: dict[str, UsageSum] = {}
    for facet, tally in facets_of(view.log, start, now + CLOCK_AHEAD):
        if facet.key_id == key_id and facet.is_wallet:
            tallies.setdefault(facet.model, UsageSum()).merge(tally)
    hours = (now - start) / timedelta(hours=1)
    return ({model: tally.priced() for model, tally in tallies.items()}, hours) if tallies and hours > 0 else None


def usual_uses(histories: Mapping[int, KeyHistory], snapshot: Snapshot, now: datetime) -> dict[int, Uses]:
    """What keys used to do by model over two weeks up to now, an incident that is on included.

    A history tells it up to when it was read; from there on the call records do, so that the incident is in it whole.
    """
    read_at = {key_id: snapshot.feed(AskKeyHistory(key_id)).fetched_at or now for key_id in histories}
    since = _uses_after(snapshot.calls.get(BASE_CALLS), read_at, now)
    return {key_id: _usual(history, since.get(key_id, {})) for key_id, history in histories.items()}


def _uses_after(
    view: CallView | None, read_at: Mapping[int, datetime], now: datetime
) -> dict[int, dict[str, UsageSum]]:
    found: dict[int, dict[str, UsageSum]] = {}
    if view is None or view.covered_from is None or not read_at:
        return found
    for call in view.log.between(max(view.covered_from, min(read_at.values())), now + CLOCK_AHEAD):
        if call.is_wallet and call.key_id in read_at and call.at > read_at[call.key_id]:
            found.setdefault(call.key_id, {}).setdefault(call.model, UsageSum()).add(call)
    return found


def _usual(history: KeyHistory, since: Mapping[str, UsageSum]) -> Uses:
    models = {one.name: one.sums or _plain(one) for one in history.models}
    for model, tally in since.items():
        models[model] = models.get(model, Sums()) + tally.sums()
    return models, _known_hours(history.cost)


def _known_hours(cost: HourlyCost) -> float:
    first = next(filter(cost.usd.__getitem__, range(len(cost.usd))), len(cost.usd))
    return float(len(cost.usd) - first)


def _plain(one: Slice) -> Sums:
    return Sums(one.requests, one.tokens, standard_usd=one.standard_usd, billed_usd=one.billed_usd)
