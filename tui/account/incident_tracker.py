"""Findings watched over time: what is told, what is meant to be so, and where keys were used so far."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from tui.monitor.burn import BASE_CALLS
from tui.monitor.snapshot import Snapshot
from tui.monitor.triage_inputs import NOWHERE, inputs_of, seen_places
from tui.store.incidents import KeptVigil
from tui.triage.find import find
from tui.triage.findings import Identity
from tui.triage.gaps import Input, among
from tui.triage.incidents import Episode, Episodes, Phase, Planned, advance, plan
from tui.triage.origins import Seen
from tui.triage.report import Report

PLANNED_FOR = timedelta(days=28)
"""For so long a person's "this is planned" holds."""
_FIRST = (Input.PROFILE, Input.HISTORY, Input.CALLS)


class Vigil:
    """Judges Snapshots one after the other; `report` and `episodes` are those of the last."""

    def __init__(self) -> None:
        self.episodes = Episodes()
        self.report: Report | None = None
        self._planned: tuple[Planned, ...] = ()
        self._seen: Mapping[int, Seen] = NOWHERE

    def judge(self, snapshot: Snapshot, now: datetime) -> Report:
        """What is found now. Nothing begins before the first answers are here, nothing ends by what is not whole."""
        if self._seen:
            self._seen = seen_places(snapshot.calls.get(BASE_CALLS), now, self._seen)
        report = self.report = find(inputs_of(snapshot, now, self._seen))
        self._planned = tuple(one for one in self._planned if one.until > now)
        if any(gap.is_first for gap in among(report.gaps, _FIRST)):
            self.episodes = Episodes(self.episodes.open)
        else:
            self.episodes = advance(self.episodes, report, now, report.is_whole, self._planned)
        return report

    def answer_planned(self, episode: Episode, now: datetime) -> None:
        """A person says that this is meant to be so: it stays quiet at these hours of the week."""
        self._planned = (*self._planned, *plan(episode, now, now + PLANNED_FOR))
        self._set_phase(episode.identity, Phase.PLANNED)

    def forget_planned(self, episode: Episode) -> None:
        """It is not planned after all."""
        self._planned = tuple(one for one in self._planned if (one.kind, one.key_id) != episode.identity)
        self._set_phase(episode.identity, Phase.FIRING)

    def recall(self, kept: KeptVigil) -> None:
        """Take up what an earlier run knew; what has been seen since stays."""
        self.episodes = Episodes({**kept.episodes.open, **self.episodes.open})
        self._planned = (*kept.planned, *self._planned)
        self._seen = kept.seen

    def kept(self, snapshot: Snapshot, now: datetime) -> KeptVigil:
        """What the next run should know."""
        seen = seen_places(snapshot.calls.get(BASE_CALLS), now, self._seen)
        return KeptVigil(self.episodes, self._planned, seen)

    def _set_phase(self, identity: Identity, phase: Phase) -> None:
        open_now = dict(self.episodes.open)
        if identity in open_now:
            open_now[identity] = replace(open_now[identity], phase=phase)
            self.episodes = Episodes(open_now)
