"""A rule of the guard: which incidents and keys it acts on, what it does, and how often at most."""

import re
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from tui.domain.keys import ApiKey
from tui.domain.names import seen
from tui.triage.findings import FindingKind
from tui.triage.incidents import COSTING
from tui.triage.severity import Severity

OF_A_KEY = (*COSTING, FindingKind.ORIGIN, FindingKind.STORM, FindingKind.FAILING)
"""Kinds that can name a key to blame."""


class GuardMeasure(StrEnum):
    """The figure of a condition, as written in a rule."""

    BURN = "burn_usd_per_h"
    TODAY = "key_today_usd"
    EMPTY = "empty_in_h"

    @property
    def sign(self) -> str:
        """The only allowed comparison: the other one would act on harmless values."""
        return "<" if self is GuardMeasure.EMPTY else ">"


class Condition(Struct, frozen=True):
    """A bound that must be passed."""

    measure: GuardMeasure
    bound: Decimal

    def __str__(self) -> str:
        return f"{self.measure} {self.measure.sign} {self.bound:f}"

    def holds(self, value: float) -> bool:
        """Whether a value is beyond the bound."""
        return value < self.bound if self.measure is GuardMeasure.EMPTY else value > self.bound


class Doing(StrEnum):
    """What a rule does."""

    DISABLE = "disable"
    PAUSE = "pause"
    LIMIT_1D = "limit-1d"
    TELL = "tell"


class Deed(Struct, frozen=True):
    """The action on a key, with its figure."""

    doing: Doing
    minutes: int | None = None
    """The length of a pause."""
    limit_usd: Decimal | None = None
    """The daily limit that is set."""

    @property
    def length(self) -> timedelta | None:
        """How long a pause lasts."""
        return None if self.minutes is None else timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        if self.minutes is not None:
            return f"{self.doing} {self.minutes}m"
        return self.doing.value if self.limit_usd is None else f"{self.doing} {self.limit_usd:f}"


class Match(StrEnum):
    """How a rule relates to a key."""

    BY_ID = "by_id"
    BY_NAME = "by_name"
    NOT_NAMED = "not_named"
    EXCLUDED = "excluded"


class KeyPattern(Struct, frozen=True):
    """A name with the wildcards `*` and `?`, or an id."""

    glob: str = ""
    key_id: int | None = None
    is_excluding: bool = False

    def __str__(self) -> str:
        return f"{'!' if self.is_excluding else ''}{self.glob if self.key_id is None else f'#{self.key_id}'}"

    def covers(self, key: ApiKey) -> bool:
        """Whether it covers a key.

        A pattern that names a key must match its name exactly; one that excludes a key also matches look-alike names.
        """
        if self.key_id is not None:
            return key.id == self.key_id
        if not self.is_excluding:
            return _fits(self.glob, key.name)
        return _fits(self.glob, key.name) or _fits(seen(self.glob).casefold(), seen(key.name).casefold())


def _fits(glob: str, name: str) -> bool:
    parts = ({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in glob)
    return re.fullmatch("".join(parts), name, re.DOTALL) is not None


class GuardRule(Struct, frozen=True):
    """A rule as a person wrote it."""

    keys: tuple[KeyPattern, ...]
    deed: Deed
    kind: FindingKind | None = None
    """The kind of finding that it acts on; None: any with a cost above usual, which alone gives a key a share."""
    conditions: tuple[Condition, ...] = ()
    severity: Severity = Severity.CRITICAL
    """The least severity."""
    is_armed: bool = False
    max_per_hour: int = 1
    max_per_day: int = 3

    @property
    def when(self) -> str:
        """What it acts on, as written."""
        kind = [] if self.kind is None else [self.kind.value]
        return " and ".join((*kind, *map(str, self.conditions)))

    @property
    def whose(self) -> str:
        """Which keys it names, as written."""
        return ", ".join(map(str, self.keys))

    @property
    def kinds(self) -> tuple[FindingKind, ...]:
        """The kinds of findings that it acts on."""
        return COSTING if self.kind is None else (self.kind,)

    def __str__(self) -> str:
        """The rule in one line: two rules with the same line are the same rule."""
        armed = "armed" if self.is_armed else "not armed"
        return f"{self.when} ({self.severity}): {self.deed} {self.whose} ({armed})"

    def matches(self, key: ApiKey) -> Match:
        """How it relates to a key by its current name; an excluded key is never named."""
        if any(one.covers(key) for one in self.keys if one.is_excluding):
            return Match.EXCLUDED
        naming = [one for one in self.keys if not one.is_excluding and one.covers(key)]
        if any(one.key_id is not None for one in naming):
            return Match.BY_ID
        return Match.BY_NAME if naming else Match.NOT_NAMED
