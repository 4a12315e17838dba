"""Findings followed over time: an incident is told once, once more when it gets worse, and when it is over.

    ok → pending (a hit) → firing (confirmed) → cooling (two hours without a hit) → ok

A pure reducer: what was known before and a report make what is known now. What it returns can be kept on disk.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from tui.triage.findings import FindingKind, Identity
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.severity import Severity
from tui.triage.thresholds import DEFAULTS, Thresholds

COOLING = timedelta(hours=2)
HOURS_A_WEEK = 7 * 24


class Phase(StrEnum):
    """Where an incident stands. Planned: somebody said that it is meant to be so, and it stays quiet."""

    PENDING = "pending"
    FIRING = "firing"
    COOLING = "cooling"
    PLANNED = "planned"


class NoticeKind(StrEnum):
    """Why a notice is given."""

    BEGAN = "began"
    WORSE = "worse"
    CAUSE = "cause"
    OVER = "over"


class Planned(Struct, frozen=True):
    """What a person said is meant to be so."""

    key_id: int | None
    """Whose; None: the account's."""
    kind: FindingKind
    hour_of_week: int | None
    """From Monday 00:00 UTC, 0 to 167; None: at any hour."""
    until: datetime

    def covers(self, identity: Identity, now: datetime) -> bool:
        """Whether an incident is planned now."""
        is_hour = self.hour_of_week is None or self.hour_of_week == hour_of_week(now)
        return identity == (self.kind, self.key_id) and is_hour and now < self.until


class Incident(Struct, frozen=True):
    """A finding from its first hit on, until two hours passed without one."""

    kind: FindingKind
    key_id: int | None
    phase: Phase
    severity: Severity
    """The worst so far."""
    since: datetime
    last_hit_at: datetime
    cause: int | None = None
    """The key to blame."""
    was_told: bool = False
    """Whether a notice of its beginning was given: without one there is none of its end."""
    told_causes: frozenset[int] = frozenset()
    """The keys that notices named: each is named once, however the ranking goes to and fro."""

    @property
    def identity(self) -> Identity:
        """What tells it apart from others."""
        return self.kind, self.key_id

    @property
    def id(self) -> str:
        """A name for it that stays: another incident of the same kind and key has another."""
        return f"{self.kind}-{self.key_id if self.key_id is not None else 'account'}-{self.since:%Y%m%dT%H%M}"


class IncidentNotice(Struct, frozen=True):
    """Something to tell a person once."""

    told: NoticeKind
    incident: Incident


class Incidents(Struct, frozen=True):
    """All incidents that are not over, and the notices that the last step gave."""

    open: Mapping[Identity, Incident] = field(default_factory=dict)
    notices: tuple[IncidentNotice, ...] = ()

    def of(self, kind: FindingKind, key_id: int | None = None) -> Incident | None:
        """The incident of a kind and key, if one is open."""
        return self.open.get((kind, key_id))

    @property
    def firing(self) -> tuple[Incident, ...]:
        """Those that need a person now, the worst first."""
        loud = [one for one in self.open.values() if one.phase is Phase.FIRING]
        return tuple(sorted(loud, key=lambda one: (-one.severity.rank, one.since)))


def hour_of_week(moment: datetime) -> int:
    """The hour of the week, from Monday 00:00 UTC: 0 to 167."""
    moment = moment.astimezone(UTC)
    return moment.weekday() * 24 + moment.hour


def plan(incident: Incident, now: datetime, until: datetime) -> tuple[Planned, ...]:
    """The answer "this is planned" to an incident: quiet at the hours of the week that it took so far, until then."""
    count = min(HOURS_A_WEEK, int((now - incident.since) / timedelta(hours=1)) + 2)
    hours = {hour_of_week(incident.since + timedelta(hours=back)) for back in range(count)}
    return tuple(Planned(incident.key_id, incident.kind, hour, until) for hour in sorted(hours))


def advance(
    before: Incidents,
    report: Report,
    now: datetime,
    is_fresh: bool,
    planned: Iterable[Planned] = (),
    thresholds: Thresholds = DEFAULTS,
    zone: tzinfo = UTC,
) -> Incidents:
    """What is known after a report. One that is not fresh tells what it finds and ends nothing: a failed refresh is not
    a recovery.

    A hit that needs a second one fires when a report confirms it. An incident of which nothing is seen cools for two
    hours after its last hit, and is then over; those two hours without a hit are its recovery.

    What `thresholds` leave out is not followed; what begins in quiet hours of `zone` is pending until they end.
    """
    plans = tuple(planned)
    found = _as_known((one for one in report.findings if not _is_left_out(one, thresholds)), before.open)
    is_quiet = thresholds.quiet is not None and thresholds.quiet.covers(now, zone)
    open_now: dict[Identity, Incident] = {}
    notices: list[IncidentNotice] = []
    for identity in (*found, *(one for one in before.open if one not in found)):
        known, seen = before.open.get(identity), found.get(identity)
        is_planned = any(plan.covers(identity, now) for plan in plans)
        incident, told = _step(known, seen, now, is_planned, is_quiet)
        if not is_fresh and known is not None and incident.phase is Phase.COOLING:
            open_now[identity] = known
            continue
        if incident.phase is Phase.COOLING and now - incident.last_hit_at >= COOLING:
            if incident.was_told:
                notices.append(IncidentNotice(NoticeKind.OVER, incident))
            continue
        if told is not None:
            notices.append(IncidentNotice(told, incident))
        open_now[identity] = incident
    return Incidents(open_now, tuple(notices))


def _is_left_out(found: AnyFinding, thresholds: Thresholds) -> bool:
    """Whether a person wants to hear nothing of it: of its kind, or of the key that it is of."""
    whose = found.key_id if found.key_id is not None else found.cause
    return found.kind in thresholds.off or whose in thresholds.left_out


def _as_known(found: Iterable[AnyFinding], known: Mapping[Identity, Incident]) -> dict[Identity, AnyFinding]:
    """What was found, under the name that it is followed by.

    A key that runs wild often makes a spike of its own and one of the account: that is one incident, told of the key
    unless it was told of the account first.
    """
    by_identity = {one.identity: one for one in found}
    whole = FindingKind.SPIKE, None
    for identity in [one for one in by_identity if one[0] is FindingKind.SPIKE and one[1] is not None]:
        key_id, own, account = identity[1], by_identity[identity], by_identity.get(whole)
        told = known.get(whole)
        if told is not None and told.cause == key_id and identity not in known:
            by_identity[whole] = _merged(account, replace(own, key_id=None))
            del by_identity[identity]
        elif account is not None and account.cause == key_id:
            by_identity[identity] = _merged(account, own)
            del by_identity[whole]
    return by_identity


def _merged(one: AnyFinding | None, other: AnyFinding) -> AnyFinding:
    """Two findings of the same incident, under the second one's name."""
    if one is None:
        return other
    return replace(
        other,
        severity=max(one.severity, other.severity, key=lambda severity: severity.rank),
        since=min(one.since, other.since),
        hit_at=max(one.hit_at, other.hit_at),
        is_sure=one.is_sure or other.is_sure,
    )


def _step(
    known: Incident | None, seen: AnyFinding | None, now: datetime, is_planned: bool, is_quiet: bool
) -> tuple[Incident, NoticeKind | None]:
    """One incident after a look, and what there is to tell of it."""
    if seen is None:
        assert known is not None
        return replace(known, phase=Phase.COOLING), None
    waits = is_quiet and seen.severity is not Severity.CRITICAL
    phase = _phase(known, seen, now, is_planned, waits)
    if waits and known is not None and known.was_told:
        # What is new of it is told later, when it is compared with what was told.
        return replace(known, phase=phase, last_hit_at=max(known.last_hit_at, seen.hit_at)), None
    if known is None:
        known = Incident(seen.kind, seen.key_id, phase, seen.severity, seen.since, seen.hit_at, seen.cause)
        if phase is not Phase.FIRING:
            return known, None
        return replace(known, was_told=True, told_causes=_with(frozenset(), seen.cause)), NoticeKind.BEGAN
    told = None
    if phase is Phase.FIRING:
        if not known.was_told:
            told = NoticeKind.BEGAN
        elif seen.severity.rank > known.severity.rank:
            told = NoticeKind.WORSE
        elif known.told_causes and seen.cause is not None and seen.cause not in known.told_causes:
            told = NoticeKind.CAUSE
    grown = replace(
        known,
        phase=phase,
        severity=max(known.severity, seen.severity, key=lambda one: one.rank),
        last_hit_at=max(known.last_hit_at, seen.hit_at),
        cause=seen.cause if seen.cause is not None else known.cause,
        was_told=known.was_told or phase is Phase.FIRING,
        told_causes=_with(known.told_causes, seen.cause) if phase is Phase.FIRING else known.told_causes,
    )
    return grown, told


def _with(causes: frozenset[int], cause: int | None) -> frozenset[int]:
    return causes if cause is None else causes | {cause}


def _phase(known: Incident | None, seen: AnyFinding, now: datetime, is_planned: bool, waits: bool) -> Phase:
    """Where something that is seen stands: a spike is still seen while it cools, by the hours that it rests on."""
    if is_planned:
        return Phase.PLANNED
    was_firing = known is not None and known.was_told
    if not was_firing and (waits or not seen.is_sure):
        return Phase.PENDING
    return Phase.COOLING if seen.is_contained or seen.is_quiet(now) else Phase.FIRING
