"""What the rules of the guard would do now, and why not. Pure: nothing is requested, sent or written here.

Any doubt stops an act. All doubts are reported, so that a person sees what a rule waits for.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from tui.domain.keys import ApiKey, KeyStatus, WindowName
from tui.domain.names import alike
from tui.triage.findings import FindingKind
from tui.triage.guard.act import DAY, HOUR, Claim, GuardAct, Mode, Tick, spent
from tui.triage.guard.rule import Deed, Doing, GuardMeasure, GuardRule, Match
from tui.triage.incidents import Incident, Incidents, Phase
from tui.triage.report import Report
from tui.triage.rules import AnyFinding
from tui.triage.severity import Severity
from tui.triage.suspects import Suspect

LEAST_SHARE = 0.8
"""The least share of the excess that must be the key's."""
FRESH = timedelta(minutes=2)
"""A verdict that is older, or from the future, does not count."""


class Doubt(StrEnum):
    """Why a rule does nothing."""

    NO_KEY = "no_key"
    """No key is to blame, or it no longer exists."""
    NOT_CONFIRMED = "not_confirmed"
    COOLING = "cooling"
    PLANNED = "planned"
    GAPS = "gaps"
    """Some inputs of the verdict are missing."""
    STALE = "stale"
    """The verdict is not current."""
    SEVERITY = "severity"
    CONDITION = "condition"
    CONDITION_UNKNOWN = "condition_unknown"
    SHARE = "share"
    SHARE_UNKNOWN = "share_unknown"
    NOT_TO_BLAME = "not_to_blame"
    """aktop would tell a person to stop another key, or none."""
    NOT_NAMED = "not_named"
    EXCLUDED = "excluded"
    ALIKE = "alike"
    RENAMED = "renamed"
    """Its name or group has changed since the episode began."""
    STOPPED = "stopped"
    """It can no longer call, or already has as tight a limit."""
    TOUCHED = "touched"
    """A person has changed it since the episode began."""
    ACTED = "acted"
    """The guard already acted on the episode."""
    UNSETTLED = "unsettled"
    """The result of an earlier act is still unknown."""
    HOUR_SPENT = "hour_spent"
    DAY_SPENT = "day_spent"
    READ_ONLY = "read_only"
    DISARMED = "disarmed"
    NO_RECORD = "no_record"
    """The record of earlier acts cannot be read or written."""


class GuardInputs(Struct, frozen=True):
    """The inputs of the rules."""

    report: Report
    incidents: Incidents
    keys: tuple[ApiKey, ...]
    tick: Tick
    today_usd: Mapping[int, float]
    """The cost of each key since the gateway's midnight."""
    burn_usd_per_h: float | None = None
    """How fast the wallet drains."""
    claims: tuple[Claim, ...] = ()
    """Earlier acts of the guard, oldest first."""
    renamed_at: Mapping[int, datetime] = {}
    """When a key was first seen with a new name or group."""
    touched_at: Mapping[int, datetime] = {}
    """When a person last changed a key."""
    can_act: bool = True
    is_disarmed: bool = False
    has_record: bool = True


class Decision(Struct, frozen=True):
    """The decision of one rule on one incident."""

    rule: GuardRule
    number: int
    """The number of the rule, from 1."""
    incident: Incident
    severity: Severity
    """The current severity."""
    key_id: int | None
    key: ApiKey | None = None
    share: float | None = None
    excess_usd: float | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def mode(self) -> Mode:
        """How far the rule would go."""
        if self.rule.deed.doing is Doing.TELL:
            return Mode.TELL
        return Mode.ARMED if self.rule.is_armed else Mode.UNARMED

    def act(self, act_id: str, key: ApiKey, now: datetime) -> GuardAct:
        """Make the act for a key as just read; its result is still open."""
        length = self.rule.deed.length
        return GuardAct(
            act_id,
            self.mode,
            str(self.rule),
            self.rule.deed,
            self.incident.id,
            self.incident.kind,
            self.severity,
            self.incident.since,
            key.id,
            key.name,
            self.share or 0.0,
            self.excess_usd or 0.0,
            now,
            now + length if length is not None else None,
        )

    @property
    def is_on(self) -> bool:
        """Whether nothing prevents the act."""
        return not self.doubts


def decide(rules: Sequence[GuardRule], inputs: GuardInputs) -> tuple[Decision, ...]:
    """Apply each rule to each incident of its kinds, in the order of the rules.

    One act at a time: later rules take earlier ones into account, and the next step decides on the rest.
    """
    decisions: list[Decision] = []
    taken: list[Mode] = []
    for number, rule in enumerate(rules, 1):
        for incident in inputs.incidents.open.values():
            if incident.kind in rule.kinds:
                decision = _decision(rule, number, incident, inputs)
                if decision.is_on and _is_taken(decision, taken):
                    decision = replace(decision, doubts=(Doubt.ACTED,))
                if decision.is_on:
                    taken.append(decision.mode)
                decisions.append(decision)
    return tuple(decisions)


def _is_taken(decision: Decision, taken: Sequence[Mode]) -> bool:
    """Whether an earlier rule leaves nothing to this one: an unarmed act leaves everything to an armed one."""
    modes = {mode for mode in taken if mode is not Mode.TELL}
    return bool(modes) if decision.mode is Mode.UNARMED else decision.mode is Mode.ARMED and Mode.ARMED in modes


def _decision(rule: GuardRule, number: int, incident: Incident, inputs: GuardInputs) -> Decision:
    found = _findings(incident, inputs.report)
    key_id = incident.key_id if incident.key_id is not None else _cause(found)
    key = next((one for one in inputs.keys if one.id == key_id), None)
    suspect = next((one for one in inputs.report.suspects if one.key_id == key_id), None)
    severity = max((one.severity for one in found), key=lambda one: one.rank, default=incident.severity)
    known = suspect if suspect is not None and inputs.report.is_incident and not suspect.is_first_look else None
    decision = Decision(
        rule,
        number,
        incident,
        severity,
        key_id,
        key,
        known.share if known is not None else None,
        known.excess_usd if known is not None else None,
    )
    doubts = (
        *_doubts_of_finding(decision, found, inputs),
        *_unmet(decision, inputs),
        *_doubts_of_key(decision, known, inputs),
        *_spent(decision, inputs),
    )
    return replace(decision, doubts=tuple(dict.fromkeys(doubts)))


def _findings(incident: Incident, report: Report) -> tuple[AnyFinding, ...]:
    """The findings of an incident; a key's spike may turn into the account's in a report, and back."""
    shown = [one for one in report.findings if one.kind is incident.kind]
    if incident.kind is not FindingKind.SPIKE:
        return tuple(one for one in shown if one.key_id == incident.key_id)
    whose = incident.blamed
    return tuple(one for one in shown if one.key_id == incident.key_id or (whose is not None and one.cause == whose))


def _cause(found: Sequence[AnyFinding]) -> int | None:
    """The key that all findings blame; None if they disagree."""
    causes = {one.cause for one in found}
    return next(iter(causes)) if len(causes) == 1 else None


def _doubts_of_finding(decision: Decision, found: Sequence[AnyFinding], inputs: GuardInputs) -> Iterator[Doubt]:
    phase, report = decision.incident.phase, inputs.report
    if phase is Phase.PENDING or not any(one.is_sure for one in found):
        yield Doubt.NOT_CONFIRMED
    if phase is Phase.PLANNED:
        yield Doubt.PLANNED
    if phase is Phase.COOLING or any(one.is_contained for one in found):
        yield Doubt.COOLING
    if not report.is_whole:
        yield Doubt.GAPS
    if abs(inputs.tick.gateway - report.at) > FRESH or decision.incident.since > inputs.tick.gateway:
        # An incident that begins later than the clock now would pass for another episode.
        yield Doubt.STALE
    if decision.severity.rank < decision.rule.severity.rank:
        yield Doubt.SEVERITY


def _unmet(decision: Decision, inputs: GuardInputs) -> Iterator[Doubt]:
    for condition in decision.rule.conditions:
        value = _measured(condition.measure, decision, inputs)
        if value is None:
            yield Doubt.CONDITION_UNKNOWN
        elif not condition.holds(value):
            yield Doubt.CONDITION


def _measured(measure: GuardMeasure, decision: Decision, inputs: GuardInputs) -> float | None:
    """The current figure; None if unknown, which meets no condition."""
    match measure:
        case GuardMeasure.BURN:
            return inputs.burn_usd_per_h
        case GuardMeasure.TODAY:
            return inputs.today_usd.get(decision.key_id) if decision.key_id is not None else None
        case GuardMeasure.EMPTY:
            if not inputs.report.knows_pace:
                return None
            at = inputs.report.first_empty_at
            return float("inf") if at is None else (at - inputs.tick.gateway) / HOUR


def _doubts_of_key(decision: Decision, suspect: Suspect | None, inputs: GuardInputs) -> Iterator[Doubt]:
    if suspect is None:
        yield Doubt.SHARE_UNKNOWN
    elif not suspect.share >= LEAST_SHARE:
        yield Doubt.SHARE
    first = next((one.key_id for one in inputs.report.suspects), None)
    if decision.key_id is None or {inputs.report.to_contain, first} != {decision.key_id}:
        yield Doubt.NOT_TO_BLAME
    key, since = decision.key, decision.incident.since
    if key is None:
        yield Doubt.NO_KEY
        return
    match decision.rule.matches(key):
        case Match.NOT_NAMED:
            yield Doubt.NOT_NAMED
        case Match.EXCLUDED:
            yield Doubt.EXCLUDED
        case Match.BY_NAME if key.id in alike({one.id: one.name for one in inputs.keys}):
            yield Doubt.ALIKE
        case _:
            pass
    renamed_at, touched_at = inputs.renamed_at.get(key.id), inputs.touched_at.get(key.id)
    if renamed_at is not None and renamed_at >= since:
        yield Doubt.RENAMED
    if touched_at is not None and touched_at >= since:
        yield Doubt.TOUCHED
    if is_held(key, decision.rule.deed, inputs.tick.gateway):
        yield Doubt.STOPPED


def is_held(key: ApiKey, deed: Deed, now: datetime) -> bool:
    """Whether there is nothing left to do: the key can no longer call, or has a limit as tight as the rule's."""
    if deed.limit_usd is not None and (limit := _day_limit(key)) is not None and 0 < limit <= float(deed.limit_usd):
        return True
    return key.stored_status != "active" or key.status(now) is not KeyStatus.ACTIVE


def _day_limit(key: ApiKey) -> float | None:
    found = next((one for one in key.windows if one.name is WindowName.ONE_DAY), None)
    return None if found is None else float(found.limit_usd)


def _spent(decision: Decision, inputs: GuardInputs) -> Iterator[Doubt]:
    """Doubts from earlier acts, and from what the guard may do at all."""
    mode, rule, key_id, claims = decision.mode, decision.rule, decision.key_id, inputs.claims
    if not inputs.has_record:
        yield Doubt.NO_RECORD
    if mode is Mode.TELL:
        same = [one for one in claims if one.act.mode is Mode.TELL and one.act.rule == str(rule)]
    elif mode is Mode.UNARMED:
        same = [one for one in claims if one.act.mode is not Mode.TELL]
    else:
        same = [one for one in claims if one.act.mode is Mode.ARMED]
    if key_id is not None and any(one.answers(decision.incident, key_id) for one in same):
        yield Doubt.ACTED
    if mode is Mode.TELL:
        return
    if spent(same, inputs.tick, HOUR) >= rule.max_per_hour:
        yield Doubt.HOUR_SPENT
    if spent(same, inputs.tick, DAY) >= rule.max_per_day:
        yield Doubt.DAY_SPENT
    if mode is Mode.UNARMED:
        return
    if any(one.act.is_open for one in same):
        yield Doubt.UNSETTLED
    if not inputs.can_act:
        yield Doubt.READ_ONLY
    if inputs.is_disarmed:
        yield Doubt.DISARMED
