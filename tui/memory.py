"""What aktop remembers of an account between runs, and when it reads and writes that."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tui.domain.account import Profile
from tui.domain.usage import KeyHistory
from tui.monitor.loop import Clock, Monitor
from tui.monitor.questions import AskKeyHistory, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.store.history import KeptHistory, StoredHistory

Take = Callable[[AskKeyHistory, KeyHistory, datetime], None]
KEEP_EVERY = timedelta(minutes=10)
LOOK_EVERY_S = 2.0


class Memory:
    """The kept histories of one account: read once it is known who that is, written now and then.

    A disk that cannot be read or written is told once to `report`; aktop goes on without.
    """

    def __init__(self, folder: Path | None, gateway_url: str, report: Callable[[str], None]) -> None:
        self._folder = folder
        self._gateway_url = gateway_url
        self._report = report
        self._store: StoredHistory | None = None
        self._kept_at: datetime | None = None

    async def live(self, monitor: Monitor, clock: Clock) -> None:
        """Keep a monitor's memory until cancelled; what is known then is written once more."""
        try:
            while True:
                await self.recall(monitor.snapshot, monitor.recall)
                await self.keep(monitor.snapshot, clock.now())
                await clock.sleep(LOOK_EVERY_S)
        finally:
            self._write(monitor.snapshot)

    async def recall(self, snapshot: Snapshot, take: Take) -> None:
        """Hand over what is kept, once; nothing before the account is known."""
        profile = snapshot.data(AskProfile())
        if self._folder is None or profile is None or self._store is not None:
            return
        self._store = StoredHistory(self._folder / f"{_name(self._gateway_url, profile)}.json", self._report)
        try:
            kept = await asyncio.to_thread(self._store.read)
        except OSError as error:
            self._give_up(error)
            return
        for one in kept:
            take(AskKeyHistory(one.key_id), one.history, one.read_at)

    async def keep(self, snapshot: Snapshot, now: datetime, *, at_once: bool = False) -> None:
        """Write what is known, every ten minutes at most unless it is wanted at once."""
        if self._store is None or (not at_once and self._kept_at is not None and now - self._kept_at < KEEP_EVERY):
            return
        self._kept_at = now
        await asyncio.to_thread(self._write, snapshot)

    def _write(self, snapshot: Snapshot) -> None:
        try:
            if self._store is not None:
                self._store.write(_histories(snapshot))
        except (OSError, TimeoutError) as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self._folder = self._store = None
        self._report(f"the histories of keys are not kept: {error.strerror or error}")


def _histories(snapshot: Snapshot) -> list[KeptHistory]:
    return [
        KeptHistory(question.key_id, feed.data, feed.fetched_at)
        for question, feed in snapshot.feeds.items()
        if isinstance(question, AskKeyHistory) and feed.data is not None and feed.fetched_at is not None
    ]


def _name(gateway_url: str, profile: Profile) -> str:
    """A file name that tells neither the gateway nor the person."""
    return hashlib.sha256(f"{gateway_url}\n{profile.id}".encode()).hexdigest()[:16]
