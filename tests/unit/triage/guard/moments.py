"""A moment at which a guard may act, and ways in which it may not be."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tests.unit.samples import NOW, key
from tests.unit.triage.test_incidents import finding, spike
from tui.config.guard import guard_rules
from tui.triage.baselines import HOUR
from tui.triage.findings import FindingKind
from tui.triage.guard.act import Claim, DeedOutcome, GuardAct, Mode, Tick
from tui.triage.guard.decision import Decision, GuardInputs, decide
from tui.triage.guard.rule import Deed, Doing, GuardRule
from tui.triage.incidents import Incidents, advance
from tui.triage.report import Report
from tui.triage.severity import Severity
from tui.triage.suspects import Suspect

WILD = 7
TABLE = {"when": "spike", "keys": ["batch-*", "!prod-*"], "do": "disable", "armed": True}
BATCH = key(WILD, "batch-nightly")
OTHER = key(8, "laptop")
SINCE = NOW - timedelta(minutes=40)


def rule(**members: Any) -> GuardRule:
    """A rule as it would be written."""
    (one,) = guard_rules([TABLE | members])
    return one


def report(now: datetime = NOW, cause: int = WILD, share: float = 0.95, **members: Any) -> Report:
    """A report of an account that a key has made run away."""
    found = replace(finding(spike(6.0), None, cause, now), since=SINCE, hit_at=now)
    suspect = Suspect(cause, 40.0, 2.0, share, pace_usd_per_h=60.0)
    return Report(now, (found,), since=SINCE, suspects=(suspect,), **members)


def incidents(of: Report) -> Incidents:
    """The incidents that such a report makes."""
    return advance(Incidents(), of, of.at, True)


def tick(seconds: float = 0.0, now: datetime = NOW, boot: str = "boot", machine: datetime | None = None) -> Tick:
    """A moment by all clocks."""
    return Tick(now, now if machine is None else machine, boot, 1000.0 + seconds)


def inputs(of: Report | None = None, **members: Any) -> GuardInputs:
    """All that is in favour of acting, but for some members."""
    of = report() if of is None else of
    members = {"tick": tick(), "today_usd": {WILD: 60.0, 8: 1.0}, "burn_usd_per_h": 25.0} | members
    members.setdefault("incidents", incidents(of))
    return GuardInputs(of, keys=members.pop("keys", (BATCH, OTHER)), **members)


def claim(at: Tick | None = None, **members: Any) -> Claim:
    """An act of before, of another key and episode unless it is said otherwise."""
    at = tick() if at is None else at
    values: dict[str, Any] = {
        "id": "a",
        "mode": Mode.ARMED,
        "rule": "",
        "deed": Deed(Doing.DISABLE),
        "episode": "spike-9-20261101T0000",
        "kind": FindingKind.SPIKE,
        "severity": Severity.CRITICAL,
        "since": at.gateway - HOUR,
        "key_id": 9,
        "key_name": "other",
        "share": 1.0,
        "excess_usd": 9.0,
        "at": at.gateway,
        "outcome": DeedOutcome.APPLIED,
        **members,
    }
    return Claim(GuardAct(**values), at)


def decided(given: GuardInputs | None = None, *rules: GuardRule) -> Decision:
    """What one rule makes of one incident."""
    (one,) = decide(rules or (rule(),), given or inputs())
    return one
