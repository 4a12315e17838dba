"""The possible outcomes of changing a key."""

from datetime import datetime

from msgspec import Struct

from tui.domain.failure import Failure
from tui.domain.keys import ApiKey


class Applied(Struct, frozen=True):
    """The gateway applied the change; `key` is the key in its answer."""

    key: ApiKey
    at: datetime


class Changed(Struct, frozen=True):
    """Nothing was sent: the key changed since it was shown. `key` is its state now, `seen` what was shown, if known."""

    key: ApiKey
    seen: ApiKey | None = None


class Refused(Struct, frozen=True):
    """The gateway refused the change."""

    failure: Failure


class Unknown(Struct, frozen=True):
    """The answer was lost and the key could not be read again: the change may have happened, or may still happen."""

    failure: Failure
    is_as_before: bool = False
    """Whether the key was read again and is as before: the request may still be under way."""


class Unwritten(Struct, frozen=True):
    """Nothing was sent: the journal could not be written first; `reason` is the disk's."""

    reason: str


Outcome = Applied | Changed | Refused | Unknown | Unwritten
