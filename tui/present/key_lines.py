"""What the key table knows of each key: its cost, what is usual, its last hours, its part in an incident."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from statistics import median
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_hour, floor_minute
from tui.domain.keys import ApiKey, KeyCost, KeyStatus
from tui.domain.memo import Memo, memoize_last
from tui.domain.scope import NO_FILTERS, RangeName, window_of
from tui.domain.usage import HourlyCost
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallLog
from tui.monitor.calls.rollups import fold_of
from tui.monitor.questions import AskKeyCosts, AskKeyHistory, AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present import abnormal
from tui.triage.report import Report
from tui.triage.suspects import Suspect
from widgets.values import Emphasis

DAY_HOURS = 24
USUAL_DAYS = 14


class KeyLine(Struct, frozen=True):
    """A key with everything that its row shows and sorts by. `times_usual` is None if it has no usual cost.

    `hours_calls` is set if calls cost nothing: free calls are still use.
    """

    key: ApiKey
    status: KeyStatus
    cost: KeyCost | None
    times_usual: float | None
    hours_usd: tuple[float, ...] | None
    hours_calls: tuple[float, ...] | None = None
    is_used_today: bool = False
    hours_emphases: tuple[Emphasis, ...] = ()
    """How the hours stand out; empty if none does."""
    last_model: str = ""
    excess_share: float | None = None
    """Its share of the excess of an incident."""
    above_usd: float | None = None
    """Cost above usual: since an incident began, else today; None if nothing is usual."""
    times_above: float | None = None
    """The same as a multiple of the usual."""


def key_lines(
    snapshot: Snapshot, now: datetime, report: Report | None = None, *, has_models: bool = False
) -> tuple[KeyLine, ...]:
    """All keys with their figures, abnormal ones as found by a report; with the last model of each, if asked."""
    keys = snapshot.data(AskKeys()) or ()
    costs: Mapping[int, KeyCost] = snapshot.data(AskKeyCosts()) or {}
    recent = _recent_hours(snapshot, now)
    known = {key.id: known for key in keys if (known := snapshot.data(AskKeyHistory(key.id))) is not None}
    histories = tuple((key_id, one.cost) for key_id, one in known.items())
    suspects = {one.key_id: one for one in report.suspects} if report is not None and report.is_incident else {}
    models = _last_models(keys, snapshot) if has_models else {}
    usual = usual_usd(snapshot.memo, histories, floor_minute(now), snapshot.server_zone)
    midnight = now.astimezone(snapshot.server_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for key in keys:
        history, cost = known.get(key.id), costs.get(key.id)
        hours, calls = (
            recent.get(key.id, (_NO_HOURS, None))
            if recent is not None
            else (_hours_of(history.cost if history else None, now), None)
        )
        is_used_today = key.last_used_at is not None and key.last_used_at >= midnight
        usual_usd_now = usual.get(key.id)
        times = float(cost.today_usd) / usual_usd_now if cost and usual_usd_now else None
        emphases = _emphases(abnormal.of_key(key.id, report), now)
        suspect = suspects.get(key.id)
        above_usd, times_above = _above_of(suspect, cost, usual_usd_now)
        line = KeyLine(key, key.status(now), cost, times, hours, calls, is_used_today, emphases)
        share, model = suspect.share if suspect is not None else None, models.get(key.id, "")
        found.append(replace(line, last_model=model, excess_share=share, above_usd=above_usd, times_above=times_above))
    return tuple(found)


def _above_of(
    suspect: Suspect | None, cost: KeyCost | None, usual_usd_now: float | None
) -> tuple[float | None, float | None]:
    """A key's cost above usual, and as a multiple: over the incident that it is suspected of, or today."""
    actual_usd, expected_usd = float(cost.today_usd) if cost else None, usual_usd_now
    if suspect is not None:
        actual_usd, expected_usd = suspect.actual_usd, suspect.expected_usd
    if actual_usd is None or expected_usd is None:
        return None, None
    return actual_usd - expected_usd, actual_usd / expected_usd if expected_usd > 0 else None


@memoize_last()
def usual_usd(
    _memo: Memo, histories: tuple[tuple[int, HourlyCost], ...], moment: datetime, server_zone: ZoneInfo
) -> dict[int, float]:
    """The usual cost of each key since the server's midnight at this time of day: the median of the days before."""
    hour = floor_hour(moment.astimezone(server_zone))
    part_of_hour = (moment - hour) / timedelta(hours=1)
    return {
        key_id: median(before + running * part_of_hour for before, running in _days_before(history, hour, server_zone))
        for key_id, history in histories
    }


@lru_cache(maxsize=256)
def _days_before(history: HourlyCost, hour: datetime, _zone: ZoneInfo) -> tuple[tuple[float, float], ...]:
    """The cost of each earlier day up to this hour, and in this hour.

    The zone is part of the cache key: for a cache the same moment is the same hour in any zone.
    """
    midnight = hour.replace(hour=0)
    days = []
    for back in range(1, USUAL_DAYS + 1):
        *before, running = history.hours((midnight - timedelta(days=back)).astimezone(UTC), hour.hour + 1)
        days.append((sum(before), running))
    return tuple(days)


_NO_HOURS = (0.0,) * DAY_HOURS


Hours = tuple[tuple[float, ...], tuple[float, ...] | None]
"""Cost by hour, and calls by hour if all cost is zero."""


def _recent_hours(snapshot: Snapshot, now: datetime) -> dict[int, Hours] | None:
    """The cost of every key in the last hours, from call records if they reach back far enough."""
    view = snapshot.calls.get(BASE_CALLS)
    start = floor_hour(now) - timedelta(hours=DAY_HOURS - 1)
    if view is None or not view.covers(max(start, window_of(RangeName.H24, now, snapshot.zone).start)):
        return None
    return _hours_by_key(view.log, start)


@memoize_last()
def _hours_by_key(log: CallLog, start: datetime) -> dict[int, Hours]:
    """Cost by key and hour; calls after the last hour, by a fast clock, count to it."""
    hours: dict[int, list[float]] = {}
    calls: dict[int, list[float]] = {}
    for index in range(DAY_HOURS):
        first = start + timedelta(hours=index)
        end = first + timedelta(hours=2 if index == DAY_HOURS - 1 else 1)
        for key_id, tally in fold_of(log, first, end, NO_FILTERS).keys.items():
            hours.setdefault(key_id, [0.0] * DAY_HOURS)[index] = float(tally.billed_usd)
            calls.setdefault(key_id, [0.0] * DAY_HOURS)[index] = float(tally.requests)
    return {key_id: (tuple(usd), None if any(usd) else tuple(calls[key_id])) for key_id, usd in hours.items()}


def _hours_of(history: HourlyCost | None, now: datetime) -> tuple[float, ...] | None:
    if history is None:
        return None
    start = floor_hour(now) - timedelta(hours=DAY_HOURS - 1)
    return history.hours(start, DAY_HOURS)


def _last_models(keys: Sequence[ApiKey], snapshot: Snapshot) -> dict[int, str]:
    """The last model of each key, as far back as the call records go."""
    view = snapshot.calls.get(BASE_CALLS)
    if view is None:
        return {}
    used = frozenset(key.id for key in keys if key.last_used_at is not None and view.covers(key.last_used_at))
    return _newest_models(view.log, len(view.log), used)


@memoize_last()
def _newest_models(log: CallLog, _count: int, used: frozenset[int]) -> dict[int, str]:
    """The newest call of each key; stops once all keys known to have calls are found."""
    found: dict[int, str] = {}
    for call in log.newest_first():
        found.setdefault(call.key_id, call.model)
        if len(found) >= len(used) and used <= found.keys():
            break
    return found


def _emphases(found: abnormal.Abnormal, now: datetime) -> tuple[Emphasis, ...]:
    if not found.hours:
        return ()
    this_hour = floor_hour(now)
    return tuple(found.emphasis_at(this_hour - timedelta(hours=back)) for back in range(DAY_HOURS - 1, -1, -1))
