"""Findings followed over time: an incident is reported once, again when it gets worse, and when it is over.

ok → pending (a hit) → firing (confirmed) → cooling (no hit) → ok, after two hours without a hit, or sooner if its rule
says so. What the report says to stand, such as dear calls of a key that pauses, is not over in a pause: it ends when
its calls show the opposite.

A pure reducer: the old state and a report give the new state, which can be stored on disk.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import reduce

from msgspec import Struct, field
from msgspec.structs import replace

from tui.triage.causes import CausePart
from tui.triage.findings import FindingKind, Identity
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.rules.storm import KeyStorms
from tui.triage.severity import Severity
from tui.triage.thresholds import DEFAULTS, Thresholds
from tui.triage.unit_cost import UnitCostRise

COOLING = timedelta(hours=2)
COSTING = (FindingKind.SPIKE, FindingKind.UNIT_COST, FindingKind.SLOW_SPEND)
"""What a key costs more shows in these ways, and is one incident: followed as the first of them that was reported."""
HOURS_A_WEEK = 7 * 24


class Phase(StrEnum):
    """The phase of an incident. Planned: a person said that it is intended, so it stays quiet."""

    PENDING = "pending"
    FIRING = "firing"
    COOLING = "cooling"
    PLANNED = "planned"


class NoticeKind(StrEnum):
    """The reason for a notice."""

    BEGAN = "began"
    WORSE = "worse"
    CAUSE = "cause"
    OVER = "over"


class Planned(Struct, frozen=True):
    """What a person marked as planned."""

    key_id: int | None
    """The key; None: the account."""
    kind: FindingKind
    hour_of_week: int | None
    """From Monday 00:00 UTC, 0 to 167; None: at any hour."""
    until: datetime

    def covers(self, identity: Identity, now: datetime) -> bool:
        """Whether an incident is planned now."""
        is_hour = self.hour_of_week is None or self.hour_of_week == hour_of_week(now)
        return identity == (self.kind, self.key_id) and is_hour and now < self.until


class Incident(Struct, frozen=True):
    """A finding from its first hit until two hours have passed without one and nothing of it stands."""

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
    """Whether its beginning was reported: if not, neither is its end."""
    told_causes: frozenset[int] = frozenset()
    """The keys named in notices: each is named once, however often the ranking changes."""
    kinds: frozenset[FindingKind] = frozenset()
    """The kinds of the findings that were part of it, if not only its own."""
    part: CausePart | None = None
    """What of a call became dearer, if that is what it is."""
    over_after: timedelta | None = None
    """After what time without a hit it is over, if not after two hours."""

    @property
    def identity(self) -> Identity:
        """Tells it apart from others."""
        return self.kind, self.key_id

    @property
    def blamed(self) -> int | None:
        """Its own key, else the one to blame."""
        return self.key_id if self.key_id is not None else self.cause

    @property
    def id(self) -> str:
        """A stable name: another incident of the same kind and key has another one."""
        return f"{self.kind}-{self.key_id if self.key_id is not None else 'account'}-{self.since:%Y%m%dT%H%M}"


class IncidentNotice(Struct, frozen=True):
    """Something to notify a person of, once."""

    told: NoticeKind
    incident: Incident


class Incidents(Struct, frozen=True):
    """All incidents that are not over, and the notices of the last step."""

    open: Mapping[Identity, Incident] = field(default_factory=dict)
    notices: tuple[IncidentNotice, ...] = ()

    def of(self, kind: FindingKind, key_id: int | None = None) -> Incident | None:
        """The incident of a kind and key, if one is open."""
        return self.open.get((kind, key_id))

    @property
    def firing(self) -> tuple[Incident, ...]:
        """Those that need a person now, worst first."""
        loud = [one for one in self.open.values() if one.phase is Phase.FIRING]
        return tuple(sorted(loud, key=lambda one: (-one.severity.rank, one.since)))


def hour_of_week(moment: datetime) -> int:
    """The hour of the week, from Monday 00:00 UTC: 0 to 167."""
    moment = moment.astimezone(UTC)
    return moment.weekday() * 24 + moment.hour


def plan(incident: Incident, now: datetime, until: datetime) -> tuple[Planned, ...]:
    """Mark an incident as planned: quiet until then, at the hours of the week that it has covered so far."""
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
    """Apply a report. One that is not fresh adds findings but ends nothing: a failed refresh is not a recovery.

    A hit that needs a second one fires when a report confirms it. An incident that is no longer seen cools for two
    hours after its last hit, and is then over; those two hours without a hit are its recovery, unless the report says
    that it still stands.

    Findings excluded by `thresholds` are not followed; those that begin in quiet hours of `zone` wait for their end.
    """
    plans, open_before = tuple(planned), _one_per_key(before.open)
    followed = (*report.findings, *_goes_on(report, open_before))
    found = _as_known((one for one in followed if not _is_left_out(one, thresholds)), open_before)
    found = _without_same_cause(_as_known_outages(found, open_before), open_before)
    is_quiet = thresholds.quiet is not None and thresholds.quiet.covers(now, zone)
    open_now: dict[Identity, Incident] = {}
    notices: list[IncidentNotice] = []
    for identity in (*found, *(one for one in open_before if one not in found)):
        known, seen = open_before.get(identity), found.get(identity)
        is_planned = any(plan.covers(identity, now) for plan in plans)
        incident, told = _step(known, seen, now, is_planned, is_quiet)
        incident = _with_kinds(incident, (*report.findings, *report.untold))
        if not is_fresh and known is not None and incident.phase is Phase.COOLING:
            open_now[identity] = known
            continue
        is_calm = incident.phase is Phase.COOLING and now - incident.last_hit_at >= (incident.over_after or COOLING)
        if is_calm and not _stands(incident, report):
            if incident.was_told:
                notices.append(IncidentNotice(NoticeKind.OVER, incident))
            continue
        if told is not None:
            notices.append(IncidentNotice(told, incident))
        open_now[identity] = incident
    return Incidents(open_now, tuple(notices))


def _one_per_key(known: Mapping[Identity, Incident]) -> dict[Identity, Incident]:
    """Open incidents, one of what a key costs more: several aktops of an account may have begun one each."""
    costing = [one for one in known.values() if one.kind in COSTING and one.blamed is not None]
    kept = {one.blamed: one.identity for one in sorted(costing, key=_seniority, reverse=True)}
    left_out = {one.identity for one in costing} - set(kept.values())
    return {identity: one for identity, one in known.items() if identity not in left_out}


def _seniority(one: Incident) -> tuple[bool, bool, datetime]:
    return not one.was_told, one.key_id is None, one.since


def _goes_on(report: Report, known: Mapping[Identity, Incident]) -> Iterable[AnyFinding]:
    """What is not worth reporting, but goes on of what was reported: it makes nothing worse."""
    told = {one.blamed for one in known.values() if one.kind in COSTING and one.was_told}
    costing = (one for one in report.untold if one.kind in COSTING and one.is_sure)
    return (replace(one, severity=Severity.INFO) for one in costing if one.cause in told)


def _is_left_out(found: AnyFinding, thresholds: Thresholds) -> bool:
    """Whether a person turned off its kind or its key."""
    whose = found.key_id if found.key_id is not None else found.cause
    return found.kind in thresholds.off or whose in thresholds.left_out


def _stands(incident: Incident, report: Report) -> bool:
    """Whether something that was part of it has not ended."""
    kinds = {incident.kind, *incident.kinds}
    return any((kind, key_id) in report.standing for kind in kinds for key_id in {incident.key_id, incident.blamed})


def _without_same_cause(
    found: Mapping[Identity, AnyFinding], known: Mapping[Identity, Incident]
) -> dict[Identity, AnyFinding]:
    """What is to be followed, without keys whose calls became dearer for the cause of a reported one."""
    told = [(one.since, one.part) for one in known.values() if one.was_told and one.part is not None]
    followed = {}
    for identity, one in found.items():
        rise = one.evidence
        if isinstance(rise, UnitCostRise) and identity not in known:
            if any(rise.has_cause(*cause) for cause in told):
                continue
            told.append((rise.since, rise.part))
        followed[identity] = one
    return followed


def _with_kinds(incident: Incident, found: Iterable[AnyFinding]) -> Incident:
    """An incident with the other kinds of findings of its key, reported or not."""
    if incident.kind not in COSTING or incident.phase is not Phase.FIRING:
        return incident
    kinds = {one.kind for one in found if one.kind in COSTING and one.is_sure and _blamed(one) == incident.blamed}
    more = kinds - {incident.kind} - incident.kinds
    return replace(incident, kinds=incident.kinds | more) if more else incident


def _blamed(one: AnyFinding) -> int | None:
    return one.key_id if one.key_id is not None else one.cause


def _as_known(found: Iterable[AnyFinding], known: Mapping[Identity, Incident]) -> dict[Identity, AnyFinding]:
    """Map findings to the identities that they are followed by.

    A key that runs wild often causes a spike of its own and one of the account, and its calls became dearer: that is
    one incident, followed as what was reported first, and for the key rather than the account if nothing was.
    """
    by_identity = {one.identity: one for one in found}
    known = {identity: one for identity, one in known.items() if one.kind in COSTING}
    of_keys: dict[int, list[Identity]] = {}
    for one in by_identity.values():
        blamed, is_open = _blamed(one), known.get(one.identity)
        blamed = is_open.blamed if blamed is None and is_open is not None else blamed
        if one.kind in COSTING and blamed is not None:
            of_keys.setdefault(blamed, []).append(one.identity)
    homes = {
        key_id: _home(key_id, [by_identity[one] for one in identities], known) for key_id, identities in of_keys.items()
    }
    for key_id, identities in of_keys.items():
        home_first = sorted(identities, key=lambda one: one != homes[key_id])
        merged = reduce(_merged, (by_identity.pop(identity) for identity in home_first))
        home_kind, home_key = homes[key_id]
        by_identity[homes[key_id]] = replace(merged, kind=home_kind, key_id=home_key)
    return by_identity


def is_same_outage(incident: Incident, found: AnyFinding) -> bool:
    """Whether an incident is this outage, met by one key then and by several now, or the reverse."""
    evidence = found.evidence
    is_outage = isinstance(evidence, KeyStorms) and evidence.worst.refusal.side.is_shared
    is_storm = is_outage and incident.kind is FindingKind.STORM and found.since <= incident.last_hit_at
    return is_storm and None in (incident.key_id, found.key_id)


def _as_known_outages(
    found: Mapping[Identity, AnyFinding], known: Mapping[Identity, Incident]
) -> dict[Identity, AnyFinding]:
    """What is to be followed, with an outage as what it was reported as: how many keys meet it changes all the time."""
    followed: dict[Identity, AnyFinding] = {}
    for identity, one in found.items():
        free = (other for other in known.values() if other.identity not in found and other.identity not in followed)
        home = next((other for other in free if is_same_outage(other, one)), None) if identity not in known else None
        followed[identity if home is None else home.identity] = one
    return followed


def _home(key_id: int, found: Sequence[AnyFinding], known: Mapping[Identity, Incident]) -> Identity:
    """What the findings of a key are followed as. The account's incident is its own once it is to blame for that."""
    identities = {one.identity for one in found}
    is_open = [
        one for one in known.values() if one.blamed == key_id or (one.blamed is None and one.identity in identities)
    ]
    if is_open:
        return min(is_open, key=_seniority).identity
    return min(found, key=lambda one: (one.key_id is None, not one.is_sure, COSTING.index(one.kind))).identity


def _merged(one: AnyFinding, other: AnyFinding) -> AnyFinding:
    """Merge two findings of the same incident under the identity of the first."""
    return replace(
        one,
        severity=max(one.severity, other.severity, key=lambda severity: severity.rank),
        since=min(one.since, other.since),
        hit_at=max(one.hit_at, other.hit_at),
        is_sure=one.is_sure or other.is_sure,
    )


def _step(
    known: Incident | None, seen: AnyFinding | None, now: datetime, is_planned: bool, is_quiet: bool
) -> tuple[Incident, NoticeKind | None]:
    """Advance one incident by a report, with the notice to give."""
    if seen is None:
        assert known is not None
        return replace(known, phase=Phase.COOLING), None
    waits = is_quiet and seen.severity is not Severity.CRITICAL
    phase = _phase(known, seen, now, is_planned, waits)
    if waits and known is not None and known.was_told:
        # Changes are reported later, by comparison with what was reported.
        return replace(known, phase=phase, last_hit_at=max(known.last_hit_at, seen.hit_at)), None
    if known is None:
        known = Incident(seen.kind, seen.key_id, phase, seen.severity, seen.since, seen.hit_at, seen.cause)
        part = seen.evidence.part if isinstance(seen.evidence, UnitCostRise) else None
        known = replace(known, part=part, over_after=seen.over_after)
        if phase is not Phase.FIRING:
            return known, None
        return replace(known, was_told=True, told_causes=_with(frozenset(), seen.cause)), NoticeKind.BEGAN
    told = None
    if phase is Phase.FIRING:
        if not known.was_told:
            told = NoticeKind.BEGAN
        elif seen.severity.rank > known.severity.rank:
            told = NoticeKind.WORSE
        elif seen.kind in COSTING and seen.cause is not None and seen.cause not in known.told_causes:
            told = NoticeKind.CAUSE
    grown = replace(
        known,
        phase=phase,
        severity=max(known.severity, seen.severity, key=lambda one: one.rank),
        last_hit_at=max(known.last_hit_at, seen.hit_at),
        cause=seen.cause if seen.cause is not None or not known.was_told else known.cause,
        was_told=known.was_told or phase is Phase.FIRING,
        told_causes=_with(known.told_causes, seen.cause) if phase is Phase.FIRING else known.told_causes,
        over_after=seen.over_after,
    )
    return grown, told


def _with(causes: frozenset[int], cause: int | None) -> frozenset[int]:
    return causes if cause is None else causes | {cause}


def _phase(known: Incident | None, seen: AnyFinding, now: datetime, is_planned: bool, waits: bool) -> Phase:
    """The phase of a finding that is seen: a spike is still seen while it cools, by its recent hours."""
    if is_planned:
        return Phase.PLANNED
    was_firing = known is not None and known.was_told
    if not was_firing and (waits or not seen.is_sure):
        return Phase.PENDING
    return Phase.COOLING if seen.is_contained or seen.is_quiet(now) else Phase.FIRING
