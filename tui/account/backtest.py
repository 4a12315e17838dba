"""Judges the past as if it had been watched: every notice that the live rules would have given."""

from bisect import bisect_right
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tui.account.incident_tracker import IncidentTracker
from tui.account.judging_processes import looks
from tui.monitor.calls.log import time_order
from tui.monitor.questions import KEPT_HISTORY_HOURS
from tui.monitor.replay import Records, Replay
from tui.monitor.snapshot import Snapshot
from tui.triage.findings import FindingKind
from tui.triage.incident_figures import IncidentFigures, figures_of
from tui.triage.incidents import Incident, IncidentNotice, NoticeKind
from tui.triage.report import Report
from tui.triage.severity import Severity

STEP = timedelta(minutes=10)
SILENCE = timedelta(hours=KEPT_HISTORY_HOURS + 24)


class JudgedMoment(Struct, frozen=True):
    """One moment of the past: what was known, what was found, and what there was to tell."""

    at: datetime
    snapshot: Snapshot
    report: Report
    notices: tuple[IncidentNotice, ...]
    incidents: tuple[Incident, ...] = ()
    """Those that are not over."""


class Told(Struct, frozen=True):
    """A notice that would have been given."""

    at: datetime
    kind: FindingKind
    severity: Severity
    state: NoticeKind
    key: str | None
    """The key to blame, by its latest name."""
    key_id: int | None
    share: float | None
    """Its share of the excess."""
    since: datetime
    excess_usd: float | None


def judged(
    records: Records,
    begin: datetime,
    end: datetime,
    step: timedelta = STEP,
    tracker: IncidentTracker | None = None,
    *,
    processes: int = 1,
) -> Generator[JudgedMoment, None, None]:
    """Every step between two moments, both included; `tracker` must not have judged anything yet.

    What came before `begin` is known but not stepped through. Several processes find the same, sooner. Moments without
    any call within the span of histories are skipped, since there is nothing to judge.
    """
    replay, tracker = Replay(records), tracker or IncidentTracker()
    tracker.learn(sorted((call for call in records.calls if call.at < begin), key=time_order))
    moments = list(_moments(records, begin.astimezone(UTC), end.astimezone(UTC), step))
    with looks(records, moments, tracker, processes) as found:
        for now in moments:
            snapshot = replay.at(now)
            report = tracker.look(snapshot, now) if found is None else next(found)
            tracker.hear(report, snapshot, now)
            yield JudgedMoment(now, snapshot, report, tracker.incidents.notices, tuple(tracker.incidents.open.values()))


def _moments(records: Records, begin: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    active = sorted([*(call.at for call in records.calls), *(call.at for call in records.failed)])
    for number in range((end - begin) // step + 1):
        now = begin + step * number
        before = bisect_right(active, now)
        if before and now - active[before - 1] < SILENCE:
            yield now


def backtest(
    records: Records, begin: datetime, end: datetime, step: timedelta = STEP, tracker: IncidentTracker | None = None
) -> Iterator[Told]:
    """The notices between two moments."""
    figures = NoticeFigures(records)
    for moment in judged(records, begin, end, step, tracker):
        yield from (told for _notice, told in figures.of(moment))


def _how_far(figures: IncidentFigures) -> tuple[float, bool]:
    """How far an incident had come; a share is known only while it is on."""
    return figures.excess_usd or 0.0, figures.share is not None


class NoticeFigures:
    """Adds figures to each notice; for incidents that are over, the highest ones."""

    def __init__(self, records: Records) -> None:
        self._names = {call.key_id: call.key_name for call in sorted(records.calls, key=time_order)}
        self._names.update((key.id, key.name) for key in records.keys)
        self._most: dict[str, IncidentFigures] = {}

    def of(self, moment: JudgedMoment) -> Iterator[tuple[IncidentNotice, Told]]:
        """The notices of a moment with their figures; moments must come in order."""
        for incident in moment.incidents:
            figures, most = figures_of(incident, moment.report), self._most.get(incident.id)
            if most is None or _how_far(figures) >= _how_far(most):
                self._most[incident.id] = figures
        for notice in moment.notices:
            yield notice, self._told(notice, moment)

    def _told(self, notice: IncidentNotice, moment: JudgedMoment) -> Told:
        incident = notice.incident
        figures = figures_of(incident, moment.report)
        if notice.told is NoticeKind.OVER:
            figures = self._most.get(incident.id, figures)
        return Told(
            moment.at,
            incident.kind,
            incident.severity,
            notice.told,
            self._names.get(incident.blamed) if incident.blamed is not None else None,
            incident.blamed,
            figures.share,
            figures.since,
            figures.excess_usd,
        )
