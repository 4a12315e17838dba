"""The usual cost of each hour of a trend."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tui.domain.memo import Memo, memoize_last
from tui.domain.scope import Scope
from tui.domain.usage import Bucket, HourlyCost
from tui.monitor.questions import AskAccountHistory, AskKeyHistory
from tui.monitor.snapshot import Snapshot
from tui.triage.baselines import usual_at
from tui.triage.report import Report
from tui.triage.spikes import Spike

HOUR = timedelta(hours=1)


def usual_usd(
    scope: Scope, trend: Sequence[Bucket], step: timedelta, report: Report | None, snapshot: Snapshot
) -> tuple[float | None, ...]:
    """The usual cost of hours of the account or of one key; no other history is known by the hour."""
    history = _history(scope, snapshot)
    if history is None or step != HOUR or report is None or not trend:
        return ()
    spike = _spike(scope, report)
    return _levels(snapshot.memo, history, trend[0].start, len(trend), spike.since if spike else None)


@memoize_last()
def _levels(
    _memo: Memo, history: HourlyCost, first: datetime, count: int, frozen_at: datetime | None
) -> tuple[float | None, ...]:
    return tuple(usual_at(history, first + HOUR * at, frozen_at).level_usd or None for at in range(count))


def _history(scope: Scope, snapshot: Snapshot) -> HourlyCost | None:
    filters = scope.filters
    if filters == Scope().filters:
        return snapshot.data(AskAccountHistory())
    if filters.key_id is None or filters != Scope().narrowed(key_id=filters.key_id).filters:
        return None
    kept = snapshot.data(AskKeyHistory(filters.key_id))
    return kept.cost if kept is not None else None


def _spike(scope: Scope, report: Report) -> Spike | None:
    key_id = scope.filters.key_id
    return report.spike if key_id is None else report.key_spikes.get(key_id)
