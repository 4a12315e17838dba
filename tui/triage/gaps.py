"""The inputs of a verdict, and which of them could not be read: "cannot tell" is never "all is well"."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tui.domain.capabilities import Lack
from tui.domain.failure import Failure


class Input(StrEnum):
    """The inputs of triage, by the names of their feeds in JSON."""

    PROFILE = "profile"
    KEYS = "keys"
    CALLS = "calls"
    KEY_COSTS = "key_costs"
    HISTORY = "history"
    KEY_HISTORIES = "key_histories"
    ERRORS = "errors"
    PLANS = "plans"


OPTIONAL = frozenset({Input.ERRORS, Input.KEY_HISTORIES, Input.PLANS})
"""Inputs that a verdict can do without if a gateway does not offer them."""


class Gap(Struct, frozen=True):
    """An input that is missing, old or incomplete."""

    input: Input
    failure: Failure | None = None
    """Why it could not be read; None while it is still to come."""
    as_of: datetime | None = None
    """When the known part was read; None if nothing is known."""
    done: int | None = None
    """Of an input read in pieces, how many are here."""
    total: int | None = None
    """The total number of pieces, at most."""
    lack: Lack | None = None
    """Why the gateway does not offer it at all; None if it does."""

    @property
    def is_first(self) -> bool:
        """Whether nothing is known yet, and the first response is still to come."""
        return self.failure is None and self.as_of is None and not self.total

    @property
    def is_by_design(self) -> bool:
        """Whether the gateway does not offer it, and the verdict can do without."""
        return self.input in OPTIONAL and self.lack is not None


_HOURS = (Input.HISTORY, Input.CALLS, Input.KEYS, Input.KEY_HISTORIES)
NEEDED_FOR = {
    "spike": _HOURS,
    "key": (*_HOURS, Input.KEY_COSTS, Input.PLANS),
    "model": (Input.CALLS, Input.KEY_HISTORIES),
    "retries": (Input.ERRORS, Input.CALLS),
    "contain": tuple(Input),
}
"""The inputs that each step of triage needs."""


def of_step(gaps: Iterable[Gap], step: str) -> tuple[Gap, ...]:
    """The gaps that affect a step."""
    return among(gaps, NEEDED_FOR[step])


def among(gaps: Iterable[Gap], inputs: Collection[Input]) -> tuple[Gap, ...]:
    """The gaps in some inputs."""
    return tuple(gap for gap in gaps if gap.input in inputs)


def that_matter(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """The gaps that keep a step from being clear."""
    return tuple(gap for gap in gaps if not gap.is_by_design)
