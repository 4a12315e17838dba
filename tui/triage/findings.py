"""What is found, whatever the rule: of which kind, about which key, how bad, since when, on what evidence."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from tui.triage.severity import Severity


class FindingKind(StrEnum):
    """What can be found. The values stand in JSON and on disk."""

    SPIKE = "spike"
    SLOW_SPEND = "slow_spend"
    UNIT_COST = "unit_cost"
    PRICE = "price"
    STORM = "storm"
    ORIGIN = "origin"
    FAILING = "failing"
    PLAN = "plan"
    LOW_BALANCE = "low_balance"

    @classmethod
    def _missing_(cls, value: object) -> "FindingKind | None":
        """The kind that an earlier version kept under another name."""
        return {"leak": cls.SLOW_SPEND, "dearer": cls.UNIT_COST, "place": cls.ORIGIN}.get(str(value))


Identity = tuple[FindingKind, int | None]
"""What tells incidents apart: the kind, and the key it is about (None: the account, or no key of a known id)."""

E_co = TypeVar("E_co", covariant=True)


class Finding(Struct, Generic[E_co], frozen=True, kw_only=True):
    """Something found. In a report no two that are told have the same identity."""

    kind: FindingKind
    key_id: int | None = None
    severity: Severity = Severity.WARNING
    since: datetime
    hit_at: datetime
    """The last moment that it was seen at."""
    evidence: E_co
    """What it rests on; each rule has its own type."""
    cause: int | None = None
    """The key to blame; of the account's spike it may change."""
    is_sure: bool = True
    """Whether it is an incident at once; else it waits for a second hit."""
    is_told: bool = True
    """Whether it is told by itself; else it is part of another finding, or no trouble."""
    comes_first: bool = False
    """Whether it stands before all others: nothing works before it is mended."""
    is_contained: bool = False
    """Whether what it is of can call no more."""
    cools_after: timedelta | None = None
    """After so long without a hit it cools though it is still seen; None: as long as it is seen it is on."""

    @property
    def identity(self) -> Identity:
        """What it is the same as at the next look."""
        return self.kind, self.key_id

    def is_quiet(self, now: datetime) -> bool:
        """Whether it has not been hit for so long that it cools."""
        return self.cools_after is not None and now - self.hit_at >= self.cools_after
