"""The interface of all channels."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from tui.outbound.notice import Notice


class Undelivered(Exception):
    """A notice did not arrive; the message says why, without secrets.

    `is_final`: a retry will not help. `retry_after_s`: when the other side wants the retry.
    """

    def __init__(self, why: str, *, is_final: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.is_final = is_final
        self.retry_after_s = retry_after_s


class Channel(Protocol):
    """A channel for notices. Its caller limits the time, keeps what did not arrive, and retries."""

    @property
    def shown(self) -> str:
        """Where it leads, for a person; never a secret."""
        ...

    async def send(self, notice: Notice) -> None:
        """Send one notice. Raises Undelivered.

        May be called again with the same notice if it is unknown whether that arrived.
        """
        ...

    async def aclose(self) -> None:
        """Close what is open."""
        ...


@runtime_checkable
class Refreshed(Protocol):
    """A channel whose other side forgets what is not repeated."""

    refresh_s: float
    """How often to repeat."""

    async def refresh(self, open_notices: Iterable[Notice]) -> None:
        """Repeat the last notice of each open episode; all else is over. Raises Undelivered."""
        ...
