"""The guard as JSON: its rules, what they would do now, their doubts, and its acts."""

from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

from tui.records.json_values import Members, number, time
from tui.triage.guard.act import GuardAct, PastAct
from tui.triage.guard.decision import Decision
from tui.triage.guard.rule import GuardRule


def rule_members(place: int, rule: GuardRule) -> Members:
    """A rule as written."""
    return {
        "number": place,
        "when": rule.when,
        "severity": rule.severity.value,
        "keys": [str(one) for one in rule.keys],
        "do": str(rule.deed),
        "armed": rule.is_armed,
        "max_per_hour": rule.max_per_hour,
        "max_per_day": rule.max_per_day,
    }


def decision_members(decision: Decision, zone: ZoneInfo) -> Members:
    """A rule's decision about an incident."""
    return {
        "rule": decision.number,
        "acts": decision.is_on,
        "mode": decision.mode.value,
        "why_not": [why.value for why in decision.doubts],
        "incident": decision.incident.id,
        "kind": decision.incident.kind.value,
        "severity": decision.severity.value,
        "since": time(decision.incident.since, zone),
        "key": decision.key.name if decision.key is not None else None,
        "key_id": decision.key_id,
        "share": None if decision.share is None else round(decision.share, 4),
        "excess_usd": _usd(decision.excess_usd),
    }


def act_members(act: GuardAct, zone: ZoneInfo) -> Members:
    """An act, or one that would have been done."""
    return {
        "id": act.id,
        "at": time(act.at, zone),
        "mode": act.mode.value,
        "rule": act.rule,
        "do": str(act.deed),
        "outcome": act.outcome.value,
        "failure": act.failure.value if act.failure is not None else None,
        "until": time(act.until, zone),
        "incident": act.episode,
        "kind": act.kind.value,
        "severity": act.severity.value,
        "since": time(act.since, zone),
        "key": act.key_name,
        "key_id": act.key_id,
        "share": round(act.share, 4),
        "excess_usd": _usd(act.excess_usd),
    }


def past_members(past: PastAct, zone: ZoneInfo) -> Members:
    """An act that would have been done in the past, and what it would have saved."""
    told = act_members(past.act, zone)
    for member in ("id", "outcome", "failure"):
        del told[member]
    return {"state": "acted", **told, "ended": time(past.ended_at, zone), "saved_usd": _usd(past.saved_usd)}


def rules_members(rules: Iterable[GuardRule]) -> list[Members]:
    """All rules, numbered from 1."""
    return [rule_members(place, rule) for place, rule in enumerate(rules, 1)]


def _usd(amount: float | None) -> Decimal | None:
    return None if amount is None else number(Decimal(str(round(amount, 6))))
