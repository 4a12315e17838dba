"""What the guard did, or would have done, and how much of its allowance that took."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from tui.domain.failure import FailureKind
from tui.triage.findings import FindingKind
from tui.triage.guard.rule import Deed
from tui.triage.incidents import COOLING, Incident
from tui.triage.severity import Severity

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Mode(StrEnum):
    """How far an act goes."""

    ARMED = "armed"
    UNARMED = "unarmed"
    """It is only said that it would have been done."""
    TELL = "tell"
    """The rule wants nothing done."""


class DeedOutcome(StrEnum):
    """What came of an act."""

    ACTING = "acting"
    """It is being done, or nobody knows yet whether it was."""
    APPLIED = "applied"
    CHANGED = "changed"
    """The key was another one by then: nothing was done."""
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    """It was broken off before anything was sent, or could not be written down."""
    NOT_DONE = "not_done"
    """The answer was lost, and the key is as it was."""
    ENDED = "ended"
    """Its pause is over, and the key works again."""
    LEFT = "left"
    """Its pause is over, and the key was left as somebody made it meanwhile."""
    TOLD = "told"


class GuardAct(Struct, frozen=True):
    """Something that the guard did to a key, or would have done."""

    id: str
    """No other act has it, and it stays."""
    mode: Mode
    rule: str
    """The rule in one line."""
    deed: Deed
    episode: str
    """The incident that it answers."""
    kind: FindingKind
    severity: Severity
    since: datetime
    key_id: int
    key_name: str
    share: float
    excess_usd: float
    at: datetime
    until: datetime | None = None
    """When a pause ends."""
    outcome: DeedOutcome = DeedOutcome.ACTING
    settled_at: datetime | None = None
    """When it was known what came of it, where that was later."""
    failure: FailureKind | None = None
    """Why it was not done,"""
    why: str = ""
    """in the gateway's own words or the system's."""

    @property
    def is_armed(self) -> bool:
        """Whether it was meant in earnest."""
        return self.mode is Mode.ARMED

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what came of it."""
        return self.outcome is DeedOutcome.ACTING

    @property
    def news_id(self) -> str:
        """What tells this piece of news apart from every other, also after a restart."""
        return f"guard-{self.id}-{self.outcome}"


class PastAct(Struct, frozen=True):
    """An act that would have been done, and how the incident went on without it."""

    act: GuardAct
    number: int
    """Which rule it is, from 1."""
    last_excess_usd: float
    """What the key had cost above usual when it was seen last,"""
    ended_at: datetime
    """and when that was; of a pause at most when it would have ended."""
    is_open: bool = True
    saved_usd: float = 0.0
    """What it cost above usual from the act on, as far as the act would have kept it from that."""


class Tick(Struct, frozen=True):
    """A moment by three clocks: the gateway's, the machine's, and one that nobody can set while the machine is on."""

    gateway: datetime
    machine: datetime
    boot: str = ""
    """Since which start of the machine the third one counts; "" where that is not known."""
    steady_s: float = 0.0

    def since(self, earlier: "Tick") -> timedelta:
        """How much time has passed at least.

        The clock that nobody sets decides. Where the machine was started in between, both others must say so: one that
        was set, forwards or back, makes nothing older.
        """
        if self.boot and self.boot == earlier.boot:
            return max(timedelta(0), timedelta(seconds=self.steady_s - earlier.steady_s))
        return max(timedelta(0), min(self.gateway - earlier.gateway, self.machine - earlier.machine))


class Claim(Struct, frozen=True):
    """An act as it is written down before it is done: it counts from then on, whatever comes of it."""

    act: GuardAct
    tick: Tick

    def answers(self, incident: Incident, key_id: int) -> bool:
        """Whether it was made in the same episode of a key: that may have another id where it was found anew.

        What began before the claim, or while that could still cool, is no new episode.
        """
        act = self.act
        return act.key_id == key_id and (act.episode == incident.id or incident.since <= act.at + COOLING)


def spent(claims: Iterable[Claim], tick: Tick, span: timedelta) -> int:
    """How many of some claims were made within a span."""
    return sum(tick.since(one.tick) < span for one in claims)


def acts_of(claims: Sequence[Claim]) -> tuple[GuardAct, ...]:
    """The acts, the latest first."""
    return tuple(one.act for one in reversed(claims))
