"""How a change of a key can end."""

from datetime import datetime

from msgspec import Struct

from tui.domain.failure import Failure
from tui.domain.keys import ApiKey


class Applied(Struct, frozen=True):
    """The gateway did it; `key` is the key as it answered."""

    key: ApiKey
    at: datetime


class Changed(Struct, frozen=True):
    """Nothing was sent: somebody changed the key since it was looked at. `key` is how it is now."""

    key: ApiKey


class Refused(Struct, frozen=True):
    """The gateway did not do it."""

    failure: Failure


class Unknown(Struct, frozen=True):
    """The answer was lost and the key could not be read again: it may have happened."""

    failure: Failure


class Unwritten(Struct, frozen=True):
    """Nothing was sent, since it could not be written down first; `reason` is the disk's."""

    reason: str


Outcome = Applied | Changed | Refused | Unknown | Unwritten
