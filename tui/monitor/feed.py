"""A feed: the last answer to one question, its age, and what went wrong since."""

from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct

from tui.domain.failure import Failure

T = TypeVar("T")


class Feed(Struct, Generic[T], frozen=True):
    """The state of one question to the gateway.

    `data` survives a failure: a failed refresh keeps the last answer. `failures` counts failures in a row, `retry_at`
    is when the next try is due.
    """

    data: T | None = None
    fetched_at: datetime | None = None
    failure: Failure | None = None
    failed_at: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether there is neither an answer nor a failure yet."""
        return self.fetched_at is None and self.failure is None
