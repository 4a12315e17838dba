"""The trend as stacked bars: abnormal cost on top in its colour, the rest by the parts of a split."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.clock import floor_hour, floor_minute
from tui.domain.memo import memoize_last
from tui.domain.scope import Scope
from tui.domain.usage import Bucket
from tui.monitor.burn import stopped_keys
from tui.monitor.calls.log import UsageSum
from tui.monitor.calls.rollups import Rollup, fold_of
from tui.monitor.questions import AskKeyHistory
from tui.monitor.scoped import calls_question
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import ScopedUsage
from tui.present import abnormal
from tui.present.breakdown import By, Measure
from tui.present.display_context import DisplayContext
from tui.triage.report import Report
from widgets.values import Emphasis, Series

HOUR = timedelta(hours=1)
PACE = timedelta(minutes=15)
"""The pace of the last minutes projects the running bucket."""
TONES = (Emphasis.DATA, Emphasis.ACCENT, Emphasis.NORMAL)
"""The tones of the largest parts; all others are muted. Keys share one tone: only the culprit differs."""
REST = ""
NOBODY = 0
"""Instead of a key id, while the culprit is unknown."""
WORDS = 8
"""The cells for the labels of the value axis."""
Tones = Mapping[str, Emphasis]


class Stack(Struct, frozen=True):
    """The layers of the bars from the bottom up, and the emphasis of each part by its id."""

    layers: tuple[Series, ...] = ()
    tones: Tones = {}
    marked: frozenset[int] = frozenset()
    """The buckets with abnormal cost."""
    heading: float | None = None
    """The projected value of the running bucket."""


class Culprit(NamedTuple):
    """A key with abnormal cost, and in which hours."""

    key_id: int
    found: abnormal.Abnormal


@memoize_last(of=5)
def stack(
    scope: Scope,
    usage: ScopedUsage,
    by: By,
    measure: Measure,
    report: Report | None,
    snapshot: Snapshot,
    look: DisplayContext,
) -> Stack:
    """How the bars of a scope are stacked."""
    trend = usage.trend or ()
    folds = usage.folds or (None,) * len(trend)
    unknown = sum(usage.trend_from is not None and bucket.end <= usage.trend_from for bucket in trend)
    totals = [_of_sums(bucket, measure) for bucket in trend]
    culprits = _culprits(scope, report)
    red = [0.0] * len(trend)
    red_parts: list[dict[str, float]] = [{} for _bucket in trend]
    for culprit in culprits:
        for at, bucket in enumerate(trend):
            if not _is_abnormal(bucket, culprit):
                continue
            usd, parts = _culprit_in(bucket, folds[at], culprit.key_id, scope, by, measure, usage, snapshot, look)
            red[at] = min(totals[at], red[at] + usd)
            for part, value in parts.items():
                red_parts[at][part] = red_parts[at].get(part, 0.0) + value
    whole = abnormal.of_account(report)
    if not culprits and scope.filters.is_empty and whole.hours:
        culprits = [Culprit(NOBODY, whole)]
        red = [total if _is_abnormal(bucket, culprits[0]) else 0.0 for bucket, total in zip(trend, totals, strict=True)]
    emphasis = next((one.found.emphasis for one in culprits), Emphasis.CRITICAL)
    neutral, tones = _neutral(totals, red, folds, red_parts, by, measure)
    if by is By.KEY:
        tones = {str(one.key_id): one.found.emphasis for one in culprits}
    layers = (*neutral, Series("", tuple(red), emphasis)) if any(red) else neutral
    return Stack(
        tuple(Series(one.name, (*(None,) * unknown, *one.values[unknown:]), one.emphasis) for one in layers),
        tones,
        frozenset(at for at, value in enumerate(red) if value > 0),
        _heading(scope, usage, measure, snapshot, look),
    )


def plain(usage: ScopedUsage, measure: Measure) -> Stack:
    """TrendBars of one layer, where nothing more is known or found."""
    trend = usage.trend or ()
    values = tuple(
        None if usage.trend_from is not None and bucket.end <= usage.trend_from else _of_sums(bucket, measure)
        for bucket in trend
    )
    return Stack((Series("", values, Emphasis.DATA),))


def _culprits(scope: Scope, report: Report | None) -> list[Culprit]:
    if report is None:
        return []
    only = scope.filters.key_id
    ids = dict.fromkeys((*report.at_fault, *report.key_spikes))
    found = [Culprit(key_id, abnormal.of_key(key_id, report)) for key_id in ids if only in (None, key_id)]
    return [one for one in found if one.found.hours]


def _is_abnormal(bucket: Bucket, culprit: Culprit) -> bool:
    if bucket.end - bucket.start <= HOUR:
        return floor_hour(bucket.start) in culprit.found.hours
    return any(bucket.start <= hour < bucket.end for hour in culprit.found.hours)


def _culprit_in(
    bucket: Bucket,
    fold: Rollup | None,
    key_id: int,
    scope: Scope,
    by: By,
    measure: Measure,
    usage: ScopedUsage,
    snapshot: Snapshot,
    look: DisplayContext,
) -> tuple[float, dict[str, float]]:
    """A key's part of a bucket, also by part; from its history if its calls are not read."""
    if fold is None:
        history = snapshot.data(AskKeyHistory(key_id))
        if history is None or measure is not Measure.BILLED:
            return 0.0, {}
        count = max(1, round((bucket.end - bucket.start) / HOUR))
        return sum(history.cost.hours(bucket.start, count)), {}
    if key_id not in fold.keys:
        return 0.0, {}
    value = _of_tally(fold.keys[key_id], measure)
    if by is By.KEY:
        return value, {str(key_id): value}
    view = snapshot.calls.get(calls_question(scope, snapshot, look.now))
    if view is None:
        return value, {}
    start, end = max(bucket.start, usage.window.start), min(bucket.end, floor_minute(look.now) + timedelta(minutes=1))
    own = fold_of(view.log, floor_minute(start), end, scope.narrowed(key_id=key_id).filters)
    return value, {part: _of_tally(tally, measure) for part, tally in _tallies(own, by).items()}


def _neutral(
    totals: Sequence[float],
    red: Sequence[float],
    folds: Sequence[Rollup | None],
    red_parts: Sequence[Mapping[str, float]],
    by: By,
    measure: Measure,
) -> tuple[tuple[Series, ...], dict[str, Emphasis]]:
    """The layers of usual cost: all keys as one, else the largest parts, each in its tone."""
    rest = [max(0.0, total - abnormal_part) for total, abnormal_part in zip(totals, red, strict=True)]
    if by is By.KEY or not any(folds):
        return (Series("", tuple(rest), Emphasis.DATA),), {}
    whole: dict[str, float] = {}
    for fold in folds:
        for part, one in _tallies(fold, by).items() if fold is not None else ():
            whole[part] = whole.get(part, 0.0) + _of_tally(one, measure)
    largest = sorted(whole, key=lambda part: whole[part], reverse=True)[: len(TONES)]
    layers = []
    for part, tone in zip(largest, TONES, strict=False):
        values = []
        for at, fold in enumerate(folds):
            tally = _tallies(fold, by).get(part) if fold is not None else None
            own = _of_tally(tally, measure) - red_parts[at].get(part, 0.0) if tally is not None else 0.0
            values.append(min(rest[at], max(0.0, own)))
            rest[at] -= values[-1]
        layers.append(Series(part, tuple(values), tone))
    tones = dict.fromkeys(whole, Emphasis.MUTED) | dict(zip(largest, TONES, strict=False))
    return (*layers, Series(REST, tuple(rest), Emphasis.MUTED)), tones


def _tallies(fold: Rollup, by: By) -> Mapping[str, UsageSum]:
    """The parts of a bucket by the ids of a breakdown."""
    match by:
        case By.MODEL:
            return fold.models
        case By.GROUP:
            return {str(group_id or 0): tally for group_id, tally in fold.groups.items()}
        case By.ENDPOINT:
            return {endpoint or "unknown": tally for endpoint, tally in fold.endpoints.items()}
        case By.KEY:
            return {str(key_id): tally for key_id, tally in fold.keys.items()}


def _of_tally(tally: UsageSum, measure: Measure) -> float:
    return float(tally.billed_usd) if measure is Measure.BILLED else float(tally.requests)


def _of_sums(bucket: Bucket, measure: Measure) -> float:
    return float(bucket.sums.billed_usd) if measure is Measure.BILLED else float(bucket.sums.requests)


def _heading(
    scope: Scope, usage: ScopedUsage, measure: Measure, snapshot: Snapshot, look: DisplayContext
) -> float | None:
    """Project the running bucket from the pace of the last minutes, without keys that can no longer call; a day is too
    long for that.
    """
    running = next((bucket for bucket in (usage.trend or ())[-2:] if bucket.end > look.now), None)
    if running is None or not timedelta(minutes=5) < running.end - running.start <= HOUR or not usage.folds:
        return None
    view = snapshot.calls.get(calls_question(scope, snapshot, look.now))
    now = floor_minute(look.now)
    span = min(PACE, running.end - running.start)
    if view is None or not view.covers(now - span):
        return None
    filters = scope.filters if calls_question(scope, snapshot, look.now).filters != scope.filters else Scope().filters
    keys, stopped = fold_of(view.log, now - span, now, filters).keys, stopped_keys(snapshot, look.now)
    pace = sum(_of_tally(tally, measure) for key_id, tally in keys.items() if key_id not in stopped) / (span / HOUR)
    left = max(timedelta(0), running.end - look.now)
    return _of_sums(running, measure) + pace * (left / HOUR)


def merged(usage: ScopedUsage, count: int) -> ScopedUsage:
    """Merge this many neighbouring buckets into one, the newest one full, to save room."""
    trend = usage.trend
    if count < 2 or not trend:
        return usage
    spans = [range(max(0, end - count), end) for end in range(len(trend), 0, -count)][::-1]
    folds, window = usage.folds, usage.window
    return replace(
        usage,
        window=replace(window, step=window.step * count),
        trend=tuple(
            Bucket(
                trend[span[0]].start, trend[span[-1]].end, sum((trend[at].sums for at in span[1:]), trend[span[0]].sums)
            )
            for span in spans
        ),
        folds=tuple(_merged_fold([folds[at] for at in span]) for span in spans) if folds else (),
    )


def _merged_fold(folds: Sequence[Rollup | None]) -> Rollup | None:
    known = [fold for fold in folds if fold is not None]
    return Rollup.of(known) if len(known) == len(folds) else None


def fitted(usage: ScopedUsage, room: int) -> ScopedUsage:
    """Merge buckets to fit a chart of this many cells; 0 is a chart that is not laid out yet."""
    return merged(usage, -(-len(usage.trend or ()) // max(1, room - WORDS))) if room > WORDS else usage
