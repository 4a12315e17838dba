"""A finding of any rule: its kind, key, severity, start and evidence."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from tui.triage.severity import Severity


class FindingKind(StrEnum):
    """The kinds of findings. The values appear in JSON and on disk."""

    SPIKE = "spike"
    SLOW_SPEND = "slow_spend"
    GROWTH = "growth"
    UNIT_COST = "unit_cost"
    PRICE = "price"
    STORM = "storm"
    ORIGIN = "origin"
    FAILING = "failing"
    PLAN = "plan"
    LOW_BALANCE = "low_balance"

    @classmethod
    def _missing_(cls, value: object) -> "FindingKind | None":
        """Map the name of an earlier version to its kind."""
        return {"leak": cls.SLOW_SPEND, "dearer": cls.UNIT_COST, "place": cls.ORIGIN}.get(str(value))


COSTLY = frozenset({FindingKind.SPIKE, FindingKind.SLOW_SPEND, FindingKind.UNIT_COST})
"""Keys, or all of them together, that cost more than usual."""
Identity = tuple[FindingKind, int | None]
"""Tells incidents apart: the kind, and the key (None: the account, or no key of a known id)."""

E_co = TypeVar("E_co", covariant=True)


class Finding(Struct, Generic[E_co], frozen=True, kw_only=True):
    """Something found. No two reported findings of a report have the same identity."""

    kind: FindingKind
    key_id: int | None = None
    severity: Severity = Severity.WARNING
    since: datetime
    hit_at: datetime
    """When it was last hit."""
    evidence: E_co
    """What it rests on; each rule has its own type."""
    cause: int | None = None
    """The key to blame; for the account's spike it may change."""
    is_sure: bool = True
    """Whether it is an incident at once; else it waits for a second hit."""
    is_told: bool = True
    """Whether it is reported by itself; else it is part of another finding, or harmless."""
    comes_first: bool = False
    """Whether it comes before all others: nothing works until it is fixed."""
    is_contained: bool = False
    """Whether its keys can no longer call."""
    cools_after: timedelta | None = None
    """Cools after this time without a hit, even if still seen; None: it is on as long as it is seen."""
    over_after: timedelta | None = None
    """Is over after this time without a hit, once it is not seen; None: after two hours."""

    @property
    def identity(self) -> Identity:
        """Identifies it at the next step."""
        return self.kind, self.key_id

    def is_quiet(self, now: datetime) -> bool:
        """Whether it has not been hit for long enough to cool."""
        return self.cools_after is not None and now - self.hit_at >= self.cools_after
