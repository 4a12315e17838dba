"""What keys do by model: recently, since a moment, and usually."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta

from tui.domain.clock import CLOCK_AHEAD, floor_minute
from tui.domain.memo import memoize_recent
from tui.domain.usage import HourlyCost, KeyHistory, Slice, Sums
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallLog, CallView, UsageSum
from tui.monitor.calls.rollups import facets_of
from tui.monitor.questions import AskKeyHistory
from tui.monitor.snapshot import Snapshot
from tui.triage.causes import Uses

DAY = timedelta(hours=24)
A_MINUTE = timedelta(minutes=1)
RECENT_SPANS = (timedelta(hours=2), timedelta(hours=6))


def recent_uses(view: CallView | None, span: timedelta, now: datetime, *, is_reading: bool) -> dict[int, Uses]:
    """What each key did by model in the last `span`, up to this minute; if no more call records are on their way, at
    most since they begin.
    """
    if view is None or view.covered_from is None or (is_reading and not view.covers(now - span)):
        return {}
    end = floor_minute(now)
    start = min(end, max(end - span, view.covered_from))
    return _recent_uses(view.log, view.log.count_since(start) - view.log.count_since(end), start, end)


@memoize_recent(len(RECENT_SPANS))
def _recent_uses(log: CallLog, _count: int, start: datetime, end: datetime) -> dict[int, Uses]:
    tallies: dict[int, dict[str, UsageSum]] = {}
    for facet, tally in facets_of(log, start, end):
        if facet.is_wallet:
            tallies.setdefault(facet.key_id, {}).setdefault(facet.model, UsageSum()).merge(tally)
    hours = max(end - start, A_MINUTE) / timedelta(hours=1)
    return {key_id: ({name: one.priced() for name, one in models.items()}, hours) for key_id, models in tallies.items()}


def uses_since(
    view: CallView | None, key_ids: Collection[int], since: datetime, now: datetime, *, is_reading: bool
) -> Uses | None:
    """What keys did by model since the incident began, at most a day ago, or since call records begin.

    None while older records are on their way: half of them could suggest another cause.
    """
    start = max(since, floor_minute(now - DAY))
    if view is None or view.covered_from is None or (is_reading and not view.covers(start)):
        return None
    start = max(start, view.covered_from)
    tallies: dict[str, UsageSum] = {}
    for facet, tally in facets_of(view.log, start, now + CLOCK_AHEAD):
        if facet.key_id in key_ids and facet.is_wallet:
            tallies.setdefault(facet.model, UsageSum()).merge(tally)
    hours = (now - start) / timedelta(hours=1)
    return ({model: tally.priced() for model, tally in tallies.items()}, hours) if tallies and hours > 0 else None


class UsualUses(Mapping[int, Uses]):
    """What keys usually do by model, over five weeks up to now, including a current incident; computed on demand.

    A history covers the time up to when it was read and call records the rest, so that the incident is included whole.
    """

    def __init__(self, histories: Mapping[int, KeyHistory], snapshot: Snapshot, now: datetime) -> None:
        self._histories, self._snapshot, self._now = histories, snapshot, now
        self._known: dict[int, Uses] = {}

    def __getitem__(self, key_id: int) -> Uses:
        if key_id not in self._known:
            read_at = self._snapshot.feed(AskKeyHistory(key_id)).fetched_at or self._now
            since = _uses_after(self._snapshot.calls.get(BASE_CALLS), key_id, read_at, self._now)
            self._known[key_id] = _usual(self._histories[key_id], since)
        return self._known[key_id]

    def __contains__(self, key_id: object) -> bool:
        return key_id in self._histories

    def __iter__(self) -> Iterator[int]:
        return iter(self._histories)

    def __len__(self) -> int:
        return len(self._histories)


def _uses_after(view: CallView | None, key_id: int, read_at: datetime, now: datetime) -> dict[str, UsageSum]:
    """What a key did by model after a moment: single calls up to the next full minute, then the minute tallies."""
    found: dict[str, UsageSum] = {}
    if view is None or view.covered_from is None:
        return found
    start = max(view.covered_from, read_at)
    minute = floor_minute(start) + A_MINUTE
    for call in view.log.between(start, min(minute, now + CLOCK_AHEAD)):
        if call.key_id == key_id and call.is_wallet and call.at > read_at:
            found.setdefault(call.model, UsageSum()).add(call)
    for facet, tally in facets_of(view.log, minute, now + CLOCK_AHEAD):
        if facet.key_id == key_id and facet.is_wallet:
            found.setdefault(facet.model, UsageSum()).merge(tally)
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
