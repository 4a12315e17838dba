"""What a verdict rests on, and which part of that could not be read: "cannot tell" is never "all is well"."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tui.domain.capabilities import Lack
from tui.domain.failure import Failure


class Input(StrEnum):
    """What triage reads, by the names that its feeds have in JSON."""

    PROFILE = "profile"
    KEYS = "keys"
    CALLS = "calls"
    KEY_COSTS = "key_costs"
    HISTORY = "history"
    KEY_HISTORIES = "key_histories"
    ERRORS = "errors"
    PLANS = "plans"


OPTIONAL = frozenset({Input.ERRORS, Input.KEY_HISTORIES, Input.PLANS})
"""What a verdict can do without where a gateway does not offer it."""


class Gap(Struct, frozen=True):
    """An input that is missing, old or not whole."""

    input: Input
    failure: Failure | None = None
    """Why it could not be read; None while it is on its way."""
    as_of: datetime | None = None
    """When what is known of it was read; None where nothing is."""
    done: int | None = None
    """Of what is read piece by piece, how many pieces are here,"""
    total: int | None = None
    """of how many at most."""
    lack: Lack | None = None
    """Why the gateway does not tell it at all; None where it does."""

    @property
    def is_first(self) -> bool:
        """Whether nothing of it is known yet, and the first answer is on its way."""
        return self.failure is None and self.as_of is None and not self.total

    @property
    def is_by_design(self) -> bool:
        """Whether it is the gateway that does not offer it, and the verdict can do without."""
        return self.input in OPTIONAL and self.lack is not None


_HOURS = (Input.HISTORY, Input.CALLS, Input.KEYS, Input.KEY_HISTORIES)
NEEDED_FOR = {
    "spike": _HOURS,
    "key": (*_HOURS, Input.KEY_COSTS, Input.PLANS),
    "model": (Input.CALLS, Input.KEY_HISTORIES),
    "retries": (Input.ERRORS, Input.CALLS),
    "contain": tuple(Input),
}
"""What each step of triage needs."""


def of_step(gaps: Iterable[Gap], step: str) -> tuple[Gap, ...]:
    """The gaps that a step suffers from."""
    return among(gaps, NEEDED_FOR[step])


def among(gaps: Iterable[Gap], inputs: Collection[Input]) -> tuple[Gap, ...]:
    """The gaps in some inputs."""
    return tuple(gap for gap in gaps if gap.input in inputs)


def that_matter(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """The gaps because of which nothing is clear."""
    return tuple(gap for gap in gaps if not gap.is_by_design)
