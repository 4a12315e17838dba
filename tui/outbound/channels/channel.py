"""What every way out for a notice has in common."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from tui.outbound.notice import Notice


class Undelivered(Exception):
    """A notice did not arrive; the message says why, without secrets.

    `is_final`: another try will not help. `retry_after_s`: when the other side wants to hear of it again.
    """

    def __init__(self, why: str, *, is_final: bool = False, retry_after_s: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.is_final = is_final
        self.retry_after_s = retry_after_s


class Channel(Protocol):
    """A way out. Who calls it limits the time, keeps what did not arrive, and tries again."""

    @property
    def shown(self) -> str:
        """Where it leads, for a person: no secret is in it."""
        ...

    async def send(self, notice: Notice) -> None:
        """Send one notice. Raises Undelivered.

        May be called again with the same notice where it is not known whether it arrived.
        """
        ...

    async def aclose(self) -> None:
        """Let go of what is open."""
        ...


@runtime_checkable
class Refreshed(Protocol):
    """A way out whose other side forgets what is not said again."""

    refresh_s: float
    """How often it has to be."""

    async def refresh(self, open_notices: Iterable[Notice]) -> None:
        """Say again what is open: the last notice of each episode; what else was open is over. Raises Undelivered."""
        ...
