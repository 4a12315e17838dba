"""The acts of the guard, real or unarmed, and how much of its allowance they used."""

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
    """The act is only reported, not done."""
    TELL = "tell"
    """The rule only notifies."""


class DeedOutcome(StrEnum):
    """The result of an act."""

    ACTING = "acting"
    """In progress, or the result is unknown."""
    APPLIED = "applied"
    CHANGED = "changed"
    """The key had changed by then: nothing was done."""
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    """Cancelled before anything was sent, or could not be recorded."""
    NOT_DONE = "not_done"
    """The response was lost, and the key is unchanged."""
    ENDED = "ended"
    """The pause is over, and the key works again."""
    LEFT = "left"
    """The pause is over, and the key was left as a person had changed it meanwhile."""
    TOLD = "told"


class GuardAct(Struct, frozen=True):
    """An act on a key, done or unarmed."""

    id: str
    """Unique and stable."""
    mode: Mode
    rule: str
    """The rule in one line."""
    deed: Deed
    episode: str
    """The id of the incident that it responds to."""
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
    """When the result became known, if later."""
    failure: FailureKind | None = None
    """Why it was not done."""
    why: str = ""
    """The reason in the words of the gateway or the system."""

    @property
    def is_armed(self) -> bool:
        """Whether it is done for real."""
        return self.mode is Mode.ARMED

    @property
    def is_open(self) -> bool:
        """Whether the result is still unknown."""
        return self.outcome is DeedOutcome.ACTING

    @property
    def news_id(self) -> str:
        """Tells this piece of news apart from every other, even after a restart."""
        return f"guard-{self.id}-{self.outcome}"


class PastAct(Struct, frozen=True):
    """An unarmed act, and how the incident went on without it."""

    act: GuardAct
    number: int
    """The number of the rule, from 1."""
    last_excess_usd: float
    """The key's cost above usual when last seen."""
    ended_at: datetime
    """When it was last seen; for a pause at most its end."""
    is_open: bool = True
    saved_usd: float = 0.0
    """The cost above usual since the act that it would have prevented."""


class Tick(Struct, frozen=True):
    """A moment by three clocks: the gateway's, the machine's, and a steady one that nobody can set."""

    gateway: datetime
    machine: datetime
    boot: str = ""
    """The boot that the steady clock counts from; "" if unknown."""
    steady_s: float = 0.0

    def since(self, earlier: "Tick") -> timedelta:
        """The least time that has passed.

        The steady clock decides. After a reboot both others must agree: setting one of them makes nothing older.
        """
        if self.boot and self.boot == earlier.boot:
            return max(timedelta(0), timedelta(seconds=self.steady_s - earlier.steady_s))
        return max(timedelta(0), min(self.gateway - earlier.gateway, self.machine - earlier.machine))


class Claim(Struct, frozen=True):
    """An act as recorded before it is done: it counts from then on, whatever its result."""

    act: GuardAct
    tick: Tick

    def answers(self, incident: Incident, key_id: int) -> bool:
        """Whether it responds to the same episode of a key, which has another id if it was found anew.

        An incident that began before the claim, or while it could still cool, is no new episode.
        """
        act = self.act
        return act.key_id == key_id and (act.episode == incident.id or incident.since <= act.at + COOLING)


def spent(claims: Iterable[Claim], tick: Tick, span: timedelta) -> int:
    """Count the claims made within a span."""
    return sum(tick.since(one.tick) < span for one in claims)


def acts_of(claims: Sequence[Claim]) -> tuple[GuardAct, ...]:
    """The acts, latest first."""
    return tuple(one.act for one in reversed(claims))
