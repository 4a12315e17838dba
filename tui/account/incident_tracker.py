"""Follows findings over time: what is reported, what is planned, and where keys were used so far."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from msgspec.structs import replace

from tui.account.kept_incidents import KeptIncidents
from tui.account.left_out import LeftOut
from tui.config.settings import Settings
from tui.domain.usage import Call
from tui.monitor.burn import BASE_CALLS
from tui.monitor.questions import AskCalls, AskKeys
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import (
    NO_PRICES,
    NOWHERE,
    TRIAGE_CALLS,
    inputs_of,
    known_prices,
    seen_origins,
)
from tui.triage.find import find
from tui.triage.findings import Identity
from tui.triage.gaps import Input, among
from tui.triage.incident_history import Remembered, answered, as_first_told, follow, merged, taken_back
from tui.triage.incidents import Incident, Incidents, Phase, Planned, advance, plan
from tui.triage.origins import SeenOrigins, learn
from tui.triage.prices import learn_prices
from tui.triage.report import Report
from tui.triage.thresholds import DEFAULTS, Thresholds

PLANNED_FOR = timedelta(days=28)
"""How long a person's "this is planned" holds."""
_FIRST = (Input.PROFILE, Input.HISTORY, Input.CALLS)


class IncidentTracker:
    """Judges Snapshots in order; `report` and `incidents` are the latest.

    `leave_out` names keys to keep quiet about, by name or id; `warn` is called for names that match no key or several.
    """

    def __init__(
        self,
        thresholds: Thresholds = DEFAULTS,
        leave_out: Sequence[str] = (),
        warn: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._thresholds = thresholds
        self._left_out = LeftOut(leave_out, warn)
        self.incidents = Incidents()
        self.report: Report | None = None
        self.records: Remembered = ()
        """What is remembered of incidents, including current ones."""
        self._planned: tuple[Planned, ...] = ()
        self._seen: Mapping[int, SeenOrigins] = NOWHERE
        self._prices = NO_PRICES

    @classmethod
    def of(cls, settings: Settings, warn: Callable[[str], None]) -> Self:
        """The tracker for these settings."""
        return cls(settings.thresholds, settings.triage_leave_out, warn)

    @property
    def thresholds(self) -> Thresholds:
        """The person's thresholds."""
        return self._thresholds

    def become(self, other: "IncidentTracker") -> None:
        """Know what another one knows, and nothing else."""
        vars(self).update(vars(other))

    def judge(self, snapshot: Snapshot, now: datetime) -> Report:
        """Judge a Snapshot. Nothing begins before the first answers are here; nothing ends on incomplete inputs."""
        report = self.look(snapshot, now)
        self.hear(report, snapshot, now)
        return report

    def look(self, snapshot: Snapshot, now: datetime, calls: AskCalls = TRIAGE_CALLS) -> Report:
        """What is found now, without following it, with call records as deep as `calls` wants them."""
        known = inputs_of(snapshot, now, self._seen, self._prices, calls=calls)
        inputs = replace(known, thresholds=self._thresholds_of(snapshot))
        self._seen, self._prices = inputs.seen, inputs.prices
        return find(inputs)

    def hear(self, report: Report, snapshot: Snapshot, now: datetime) -> None:
        """Follow a report; of the Snapshot only the zone and the names of keys matter."""
        self.report = report
        self._planned = tuple(one for one in self._planned if one.until > now)
        if any(gap.is_first for gap in among(report.gaps, _FIRST)):
            self.incidents = Incidents(self.incidents.open)
        else:
            thresholds, whole = self._thresholds_of(snapshot), report.is_whole
            names = {key.id: key.name for key in snapshot.data(AskKeys()) or ()}
            stepped = advance(self.incidents, report, now, whole, self._planned, thresholds, snapshot.zone)
            self.incidents = as_first_told(stepped, self.records)
            self.records = follow(self.records, self.incidents, report, names, now, is_whole=whole)

    def _thresholds_of(self, snapshot: Snapshot) -> Thresholds:
        return replace(self._thresholds, left_out=self._left_out.ids(snapshot.data(AskKeys())))

    def answer_planned(self, incident: Incident, now: datetime) -> None:
        """A person marks this as planned: it stays quiet at these hours of the week."""
        until = now + PLANNED_FOR
        self._planned = (*self._planned, *plan(incident, now, until))
        self.records = answered(self.records, incident, now, until)
        self._set_phase(incident.identity, Phase.PLANNED)

    def forget_planned(self, identity: Identity, now: datetime) -> None:
        """Take back that findings of this kind and key are planned."""
        self._planned = tuple(one for one in self._planned if (one.kind, one.key_id) != identity)
        self.records = taken_back(self.records, identity, now)
        incident = self.incidents.of(*identity)
        if incident is not None and incident.phase is Phase.PLANNED:
            self._set_phase(identity, Phase.FIRING)

    def recall(self, kept: KeptIncidents) -> None:
        """Take in what an earlier run knew; what has been seen since stays."""
        self.incidents = Incidents({**kept.incidents.open, **self.incidents.open})
        self._planned = (*kept.planned, *self._planned)
        self._seen = kept.seen
        self._prices = kept.prices

    def remember(self, records: Remembered) -> None:
        """Take in what earlier runs and other aktops remember of incidents."""
        self.records = merged(self.records, records)

    def learn(self, calls: Iterable[Call]) -> None:
        """Learn from calls that nobody judged where keys were used and at what prices; in order of time."""
        known = tuple(calls)
        self._seen = learn(self._seen, known)
        self._prices = learn_prices(self._prices, known)

    def kept(self, snapshot: Snapshot, now: datetime) -> KeptIncidents:
        """What the next run should know."""
        seen = seen_origins(snapshot.calls.get(BASE_CALLS), now, self._seen)
        prices = known_prices(snapshot.calls.get(BASE_CALLS), now, self._prices)
        return KeptIncidents(self.incidents, self._planned, seen, prices)

    def _set_phase(self, identity: Identity, phase: Phase) -> None:
        open_now = dict(self.incidents.open)
        if identity in open_now:
            open_now[identity] = replace(open_now[identity], phase=phase)
            self.incidents = Incidents(open_now)
