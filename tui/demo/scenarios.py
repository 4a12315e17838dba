"""What goes wrong in the account, and since when."""

from dataclasses import dataclass

from tui.demo.calendar import HOUR, Hours, Moment
from tui.demo.plan import STEADY, Caller, Client, Habit


@dataclass(frozen=True, slots=True)
class Incident:
    """One key's departure from its habits, from some hours before the start of the demo on."""

    key: str
    began_hours: int
    """Full hours before the hour in which the demo starts."""
    habits: tuple[Habit, ...]
    replaces: bool = True
    """Whether the key's usual calls stop meanwhile."""
    doubles_hours: float = 0.0
    """The hours in which calls double; 0 = steady."""
    caller: Caller | None = None
    """The caller, if it is not the usual program."""
    storm: bool = False
    """Whether failed attempts come in bursts meanwhile, about one per second."""

    def growth(self, age: int) -> float:
        """The incident's strength after `age` microseconds, relative to its start; capped at 64."""
        if age < 0:
            return 0.0
        return min(64.0, 2 ** (age / HOUR / self.doubles_hours)) if self.doubles_hours else 1.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named incident and the hour in which it began."""

    name: str
    incident: Incident | None
    begin: Moment
    newcomers: tuple[Client, ...] = ()
    """Keys that the account has had for a few hours only."""


INCIDENTS: dict[str, Incident | None] = {
    "runaway": Incident(
        "batch-nightly", 2, (Habit("claude-opus-4-5", 560, 5_200, 0.06, 330, streamed=0.0),)
    ),
    "retry-storm": Incident(
        "ci & release", 2,
        (Habit("claude-sonnet-4-5", 280, 14_600, 0.0, 420, streamed=0.0, spread=0.0),),
        storm=True,
    ),
    "model-switch": Incident(
        "assistant-backend", 2, (Habit("claude-opus-4-5", 60, 60_000, 0.90, 330, streamed=0.6),)
    ),
    "cache-broken": Incident(
        "assistant-backend", 2, (Habit("claude-haiku-4-5", 60, 60_000, 0.05, 330, streamed=0.6),)
    ),
    "leak": Incident(
        "laptop", 9, (Habit("claude-opus-4-5", 3.5, 9_000, 0.0, 900, streamed=0.0),), replaces=False,
        doubles_hours=1.65, caller=Caller("python-requests/2.31.0", ("45.155.205.99",), "/v1/messages"),
    ),
    "stolen-login": None,
    "quiet": None,
}  # fmt: skip

THIEF = Caller("python-requests/2.32.3", ("45.155.205.99",))
NEWCOMERS: dict[str, tuple[Client, ...]] = {
    "stolen-login": tuple(
        Client(
            f"svc-{number}", 2, THIEF, (Habit("claude-opus-4-5", 80, 9_000, 0.0, 900, streamed=0.0),),
            rhythm=STEADY, created_days=3 / 24,
        )
        for number in range(1, 7)
    ),
}  # fmt: skip
"""Somebody who signed in as the person has made keys of their own."""

SCENARIOS: tuple[str, ...] = tuple(INCIDENTS)


def open_scenario(name: str, hours: Hours) -> Scenario:
    """The scenario with a name. Raises ValueError for an unknown one."""
    if name not in INCIDENTS:
        raise ValueError(f"unknown scenario {name!r}, one of {', '.join(SCENARIOS)}")
    incident = INCIDENTS[name]
    begin = hours.start(len(hours) - 1 - incident.began_hours) if incident else hours.end
    return Scenario(name, incident, begin, NEWCOMERS.get(name, ()))
