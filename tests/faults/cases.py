"""Every kind of fault, and what may come of it."""

from enum import StrEnum

from msgspec import Struct

from tui.demo.faults import FaultKind


class Effect(StrEnum):
    """What a fault does to what is shown."""

    BREAKS = "breaks"  # nothing can be read: nothing may be shown as live
    SPOILS = "spoils"  # some of it can be read, or what is read is odd: a person must be able to read on
    HARMLESS = "harmless"  # all is as live as ever


class Case(Struct, frozen=True):
    """A fault to be set, and what it does. What `stays` is in call records, which are read only once."""

    kind: FaultKind
    effect: Effect
    value: str = ""
    stays: bool = False

    @property
    def title(self) -> str:
        """How it is told."""
        return f"{self.kind} {self.value}".strip()


CASES = (
    Case(FaultKind.STATUS, Effect.BREAKS, "500"),
    Case(FaultKind.STATUS, Effect.BREAKS, "503"),
    Case(FaultKind.RATE_LIMIT, Effect.BREAKS, "1"),
    Case(FaultKind.EXPIRED, Effect.BREAKS),
    Case(FaultKind.REVOKED, Effect.BREAKS),
    Case(FaultKind.NO_USER, Effect.BREAKS),
    Case(FaultKind.HTML, Effect.BREAKS),
    Case(FaultKind.EMPTY, Effect.BREAKS),
    Case(FaultKind.GARBAGE, Effect.BREAKS),
    Case(FaultKind.MISTYPED, Effect.BREAKS),
    Case(FaultKind.MISSING, Effect.BREAKS, "data"),
    Case(FaultKind.MISSING, Effect.BREAKS, "items"),
    Case(FaultKind.MISSING, Effect.BREAKS, "total"),
    Case(FaultKind.MISSING, Effect.SPOILS, "actual_cost"),
    Case(FaultKind.UNKNOWN, Effect.HARMLESS),
    Case(FaultKind.NULL, Effect.BREAKS),
    Case(FaultKind.NEGATIVE, Effect.BREAKS),
    Case(FaultKind.HOSTILE, Effect.SPOILS, stays=True),
    Case(FaultKind.ENDLESS, Effect.SPOILS),
    Case(FaultKind.NO_TOTAL, Effect.SPOILS),
    Case(FaultKind.BOMB, Effect.BREAKS, "33"),
    Case(FaultKind.PACKED_TWICE, Effect.BREAKS),
    Case(FaultKind.TRUNCATE, Effect.BREAKS),
    Case(FaultKind.RESET, Effect.BREAKS),
    Case(FaultKind.HANG, Effect.BREAKS, "600"),
    Case(FaultKind.DELAY, Effect.HARMLESS, "0.2"),
    Case(FaultKind.LOST, Effect.BREAKS),
    Case(FaultKind.HUGE, Effect.SPOILS, stays=True),
)
