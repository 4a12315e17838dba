"""The result of triage at one moment: the value that screens, verbs and files read."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from tui.triage.baselines import HistoryDepth
from tui.triage.causes import CostCause
from tui.triage.findings import COSTLY, FindingKind, Identity
from tui.triage.forecast import Forecast
from tui.triage.gaps import Gap, that_matter
from tui.triage.joint_keys import JointKeys
from tui.triage.past_incidents import PastIncident
from tui.triage.repeats import Repeats
from tui.triage.rules import AnyFinding
from tui.triage.rules.storm import KeyStorms
from tui.triage.severity import Severity
from tui.triage.spikes import Spike
from tui.triage.storms import Storm
from tui.triage.suspects import MIN_SHARE, Suspect
from tui.triage.takeovers import Takeover

_SLOW = (FindingKind.SLOW_SPEND, FindingKind.UNIT_COST)
_WITHOUT_EXCESS = (FindingKind.ORIGIN, FindingKind.PLAN, FindingKind.STORM, FindingKind.FAILING)
"""Findings that name a key to act on without any excess, worst first."""

T = TypeVar("T")


class State(StrEnum):
    """The result of a step of triage."""

    FOUND = "found"
    CLEAR = "clear"
    CANNOT_TELL = "cannot_tell"


class Report(Struct, frozen=True, dict=True):
    """The result of triage. Derived values are cached, because every frame reads them."""

    at: datetime
    findings: tuple[AnyFinding, ...] = ()
    """Reported findings, in the order of the rules."""
    untold: tuple[AnyFinding, ...] = ()
    """Findings that are part of a reported one, or harmless: still worth explaining."""
    since: datetime | None = None
    """When the incident began; None without one."""
    suspects: tuple[Suspect, ...] = ()
    """The keys by their share of the excess."""
    joint: JointKeys | None = None
    """Several keys behind the incident that have one thing in common."""
    behind: tuple[int, ...] = ()
    """The keys that the cause is about."""
    why: CostCause | None = None
    """Why they cost more together."""
    contained_at: datetime | None = None
    """When the last call of the keys behind the incident ended, once none of them can call."""
    repeats: tuple[Repeats, ...] = ()
    """Possible paid repeats: worth knowing, but not a finding."""
    earlier: tuple[PastIncident, ...] = ()
    """The incidents of the last day that are over."""
    takeovers: tuple[Takeover, ...] = ()
    """Keys that go on where others stopped: worth knowing, but not a finding."""
    forecast: Forecast | None = None
    """When the wallet runs empty; None if that is unknown."""
    spike_state: State = State.CANNOT_TELL
    why_state: State = State.CANNOT_TELL
    retry_state: State = State.CANNOT_TELL
    step: HistoryDepth = HistoryDepth.COLD
    """How much history the report rests on."""
    history_days: int = 0
    """The same in days."""
    gaps: tuple[Gap, ...] = ()
    """The inputs that are missing, old or incomplete."""
    awaited: tuple[int, ...] = ()
    """The keys whose histories are still to come."""
    standing: frozenset[Identity] = frozenset()
    """What has not ended, though there may be nothing to find at the moment: a pause is no recovery."""

    def evidence_of(self, sort: type[T]) -> tuple[T, ...]:
        """The evidence of one type behind all findings, reported ones first."""
        return tuple(one.evidence for one in (*self.findings, *self.untold) if isinstance(one.evidence, sort))

    @cached_property
    def spike(self) -> Spike | None:
        """The account's spike, confirmed or not."""
        return next((spike for key_id, spike in self._spikes if key_id is None), None)

    @cached_property
    def key_spikes(self) -> Mapping[int, Spike]:
        """The confirmed spikes of keys."""
        return {key_id: spike for key_id, spike in self._spikes if key_id is not None and spike.is_confirmed}

    @cached_property
    def key_hits(self) -> Mapping[int, Spike]:
        """Hits of keys that wait for a second one."""
        return {key_id: spike for key_id, spike in self._spikes if key_id is not None and not spike.is_confirmed}

    @cached_property
    def storms(self) -> tuple[Storm, ...]:
        """All storms, the one with the latest error first."""
        found = (storm for of_key in self.evidence_of(KeyStorms) for storm in of_key.storms)
        return tuple(sorted(found, key=lambda one: one.newest.at, reverse=True))

    @property
    def comes_first(self) -> AnyFinding | None:
        """The finding to fix before anything else, if any."""
        return next((one for one in self.findings if one.comes_first), None)

    @property
    def _spikes(self) -> list[tuple[int | None, Spike]]:
        found = (*self.findings, *self.untold)
        return [(one.key_id, one.evidence) for one in found if isinstance(one.evidence, Spike)]

    @cached_property
    def is_whole(self) -> bool:
        """Whether all that this gateway offers was read: only then does "nothing found" mean that nothing is wrong."""
        return not that_matter(self.gaps)

    @cached_property
    def has_spike(self) -> bool:
        """Whether a spike of the account or of a key is an incident; one that waits for a second hit is not."""
        return any(isinstance(one.evidence, Spike) and one.is_sure for one in self.findings)

    @cached_property
    def began(self) -> datetime | None:
        """When the incident began, to the minute if its calls say so; None without one."""
        begins = [one.since for one in self.findings if one.kind in COSTLY and one.is_sure]
        return min(begins, default=self.since) if self.since is not None else None

    @property
    def is_account_sure(self) -> bool:
        """Whether the account's spike is an incident."""
        return any(one.key_id is None and isinstance(one.evidence, Spike) and one.is_sure for one in self.findings)

    @property
    def unexplained_share(self) -> float:
        """The part of the excess that no key accounts for."""
        return max(0.0, 1.0 - sum(one.share for one in self.suspects))

    @property
    def is_incident(self) -> bool:
        """Whether anything is out of the usual now."""
        return self.since is not None

    @property
    def is_first_look(self) -> bool:
        """Whether the first responses are still to come, or the likely cause rests on them alone."""
        if not self.is_incident:
            return self.spike_state is State.CANNOT_TELL
        return not self.suspects or self.suspects[0].is_first_look

    @cached_property
    def likely(self) -> Suspect | None:
        """The key to blame in an incident; None if it is many keys' together, or not known yet."""
        if not self.is_incident or not self.suspects:
            return None
        costly = [one for one in self.findings if one.is_sure and one.kind in COSTLY]
        of_all = [one for one in costly if one.key_id is None and one.kind is FindingKind.SPIKE]
        blamed = {one.cause for one in of_all or costly}
        return next((one for one in self.suspects if one.key_id in blamed), None)

    @cached_property
    def at_fault(self) -> tuple[int, ...]:
        """The key to blame, or the joint keys if it is theirs together."""
        if self.likely is not None:
            return (self.likely.key_id,)
        return self.joint.key_ids if self.is_incident and self.joint is not None else ()

    @cached_property
    def to_contain(self) -> int | None:
        """The key to act on: the likely cause while it burns, else the key of a reported finding without excess; none
        while several are to be stopped at once.

        A finding that is not reported is no reason to stop a key, nor are possible paid repeats.
        """
        if self.comes_first is not None or self.to_contain_together:
            return None
        if self.likely is not None:
            return self.likely.key_id if not (self.likely.is_calm or self.likely.is_deleted) else None
        acts = [
            one for one in self.findings if one.cause is not None and not one.is_contained and not one.is_quiet(self.at)
        ]
        found = [one for one in acts if one.kind in _WITHOUT_EXCESS]
        return min(found, key=lambda one: _WITHOUT_EXCESS.index(one.kind)).cause if found else None

    @cached_property
    def to_contain_together(self) -> tuple[int, ...]:
        """The keys to stop at once: while joint keys burn, the ones of them that can still call."""
        joint = self.joint
        if joint is None or joint.is_calm or self.comes_first is not None or not self.is_of_many:
            return ()
        stopped = {one.key_id for one in self.suspects if one.is_stopped or one.is_deleted}
        return tuple(key_id for key_id in joint.key_ids if key_id not in stopped)

    @property
    def is_of_many(self) -> bool:
        """Whether an incident is of many keys that are known, none of them to blame."""
        return self.is_incident and self.likely is None and bool(self.suspects)

    @property
    def goes_on_with_many(self) -> bool:
        """Whether such an incident still costs more than usual."""
        return self.is_of_many and self.contained_at is None and any(one.burns for one in self.suspects)

    @cached_property
    def subject(self) -> int | None:
        """The key that actions are about: the one to act on, or the stopped one, which may be released again."""
        is_held = self.contained_at is not None and self.likely is not None and not self.likely.is_deleted
        return self.likely.key_id if is_held and self.likely is not None else self.to_contain

    @property
    def involved(self) -> frozenset[int]:
        """The keys that have a part in the incident, stopped or not."""
        costly = (one.key_id for one in self.suspects if one.share >= MIN_SHARE)
        found = {*self.at_fault, *self.behind, *costly, self.subject}
        return frozenset(key_id for key_id in found if key_id is not None)

    @property
    def is_alarm(self) -> bool:
        """Whether an incident is worth a notice and not yet contained.

        An unconfirmed hit is shown but is no alarm: most of them are normal for bursty spend.
        """
        return self.contained_at is None and (self.has_spike or any(one.kind in _SLOW for one in self.findings))

    @property
    def is_critical(self) -> bool:
        """Whether a critical spike is not yet contained."""
        critical = (one for one in self.findings if one.is_sure and one.severity is Severity.CRITICAL)
        return self.contained_at is None and any(one.kind is FindingKind.SPIKE for one in critical)

    @property
    def knows_pace(self) -> bool:
        """Whether it is known when the wallet runs empty."""
        return self.forecast is not None

    @property
    def usual_empty_at(self) -> datetime | None:
        """When the wallet runs empty at the usual pace; None: not within 60 days, or unknown."""
        return self.forecast.usual_empty_at if self.forecast is not None else None

    @property
    def current_empty_at(self) -> datetime | None:
        """When it runs empty at the current rate, while an incident adds to the usual pace."""
        return self.forecast.current_empty_at if self.forecast is not None else None

    @property
    def first_empty_at(self) -> datetime | None:
        """When it runs empty at the current rate if there is one, else at the usual pace."""
        return self.forecast.first_empty_at if self.forecast is not None else None

    @property
    def empties_soon(self) -> bool:
        """Whether the wallet runs empty within six hours at the current rate."""
        return self.forecast is not None and self.forecast.empties_soon(self.at)
