"""What may be used of a monitor by whoever shows an account, be it live or recorded."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Protocol

from tui.domain.failure import Failure
from tui.monitor.question import Question
from tui.monitor.snapshot import Snapshot


class AccountMonitor(Protocol):
    """Keeps the Snapshot of one account for its watchers."""

    @property
    def snapshot(self) -> Snapshot:
        """All that is known now."""
        ...

    @property
    def wanted(self) -> frozenset[Question[Any]]:
        """The questions that are watched now."""
        ...

    @property
    def is_awaited(self) -> bool:
        """Whether a watched question awaits its first answer or one requested out of turn."""
        ...

    def watch(self, watcher: str, questions: Iterable[Question[Any]]) -> None:
        """Want answers to these from now on, most important first, until the same watcher passes others."""
        ...

    def unwatch(self, watcher: str) -> None:
        """Remove a watcher."""
        ...

    def refresh(self, questions: Iterable[Question[Any]] | None = None) -> None:
        """Get newer answers to these, or to all that are shown, as soon as possible."""
        ...

    def set_interval(self, interval: timedelta) -> None:
        """Change the refresh interval."""
        ...

    async def ask(self, question: Question[Any]) -> Failure | None:
        """Get one answer now; the Snapshot holds it afterwards. Returns the failure."""
        ...
