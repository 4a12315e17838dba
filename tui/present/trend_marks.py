"""What stands out in a trend of cost: the usual level, and the hours of a spike."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from tui.domain.scope import Scope
from tui.domain.usage import Bucket, HourlyCost
from tui.monitor.questions import AskAccountHistory, AskKeyHistory
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.triage.baselines import usual_at
from tui.triage.report import Report
from tui.triage.spikes import Spike

HOUR = timedelta(hours=1)


class Marks(Struct, frozen=True):
    """The usual cost of an hour now, in USD, and the buckets that are out of the usual."""

    usual_usd: float | None = None
    spiked: frozenset[int] = frozenset()


def marks(
    scope: Scope,
    trend: Sequence[Bucket],
    step: timedelta,
    report: Report | None,
    snapshot: Snapshot,
    look: DisplayContext,
) -> Marks:
    """The marks of a trend by the hour, of the whole account or of one key; no other history is known by the hour."""
    history = _history(scope, snapshot)
    if history is None or step != HOUR or report is None:
        return Marks()
    spike = _spike(scope, report)
    level_usd = usual_at(history, look.now, spike.since if spike else None).level_usd
    flagged = {hour.start for hour in spike.hours} if spike else frozenset()
    spiked = frozenset(index for index, bucket in enumerate(trend) if bucket.start in flagged)
    return Marks(level_usd or None, spiked)


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
