"""What aktop remembers of an account between runs, and when it is read and written."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from tui.account.file_troubles import telling
from tui.account.incident_tracker import IncidentTracker
from tui.account.kept_incidents import KeptIncidents, StoredIncidents
from tui.account.kept_records import StoredRecords
from tui.config.complaints import file_complaint
from tui.domain.capabilities import Capability
from tui.domain.usage import KeyHistory
from tui.locale import _
from tui.monitor.loop import Clock, Monitor
from tui.monitor.questions import AskKeyHistory, AskProfile
from tui.monitor.snapshot import Snapshot
from tui.store.history import KeptHistory, StoredHistory
from tui.triage.incident_history import Remembered

Take = Callable[[AskKeyHistory, KeyHistory, datetime], None]
KEEP_EVERY = timedelta(minutes=10)
LOOK_EVERY_S = 2.0
"""Until the account is known."""
LATER_LOOK_EVERY_S = 60.0


class AccountCache:
    """Histories of an account's keys, what triage knows of it, and its incidents, kept on disk.

    They are read once the account is known, and written from time to time; incidents soon after they change. A disk
    failure is passed to `report` once, and aktop goes on without the disk.
    """

    def __init__(
        self, folder: Path | None, gateway_url: str, tracker: IncidentTracker, report: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._gateway_url = gateway_url
        self._tracker = tracker
        self._report = report
        self._stores: tuple[StoredHistory, StoredIncidents, StoredRecords] | None = None
        self._written: Remembered = ()
        self._kept_at: datetime | None = None
        self._histories_path: Path | None = None
        self._version: int | None = None
        """When the histories were last read or written here."""

    async def live(self, monitor: Monitor, clock: Clock) -> None:
        """Read and write for a monitor until cancelled, then write once more."""
        try:
            while True:
                await self.recall(monitor.snapshot, monitor.recall)
                await self.keep(monitor.snapshot, clock.now())
                await self._take_newer(monitor)
                await clock.sleep(LOOK_EVERY_S if self._is_awaiting else LATER_LOOK_EVERY_S)
        finally:
            now = clock.now()
            self._write(monitor.snapshot, self._tracker.kept(monitor.snapshot, now))
            self._add(self._tracker.records, now)

    @property
    def _is_awaiting(self) -> bool:
        return self._folder is not None and self._stores is None

    async def recall(self, snapshot: Snapshot, take: Take) -> None:
        """Pass on what is kept, once, as soon as the account is known."""
        profile = snapshot.data(AskProfile())
        if self._folder is None or profile is None or self._stores is not None:
            return
        if not snapshot.capabilities.can(Capability.ACCOUNT):
            return
        name = _name(self._gateway_url, profile.id)
        report = telling(self._report)
        self._histories_path = self._folder / f"{name}.json"
        histories = StoredHistory(self._histories_path, report)
        incidents = StoredIncidents(self._folder / f"{name}-triage.json", report)
        records = stored_records(self._folder, self._gateway_url, profile.id, self._report)
        self._stores = histories, incidents, records
        try:
            kept, known, past = await asyncio.to_thread(lambda: (histories.read(), incidents.read(), records.read()))
        except OSError as error:
            self._give_up(error)
            return
        self._version = self._histories_version()
        for one in kept:
            take(AskKeyHistory(one.key_id), one.history, one.read_at)
        if known is not None:
            self._tracker.recall(known)
        self._written = past
        self._tracker.remember(past)

    async def _take_newer(self, monitor: Monitor) -> None:
        """Take histories that another aktop of this account has read meanwhile: they are expensive to fetch."""
        if self._stores is None or self._histories_version() == self._version:
            return
        histories = self._stores[0]
        self._version = self._histories_version()
        try:
            kept = await asyncio.to_thread(histories.read)
        except OSError as error:
            self._give_up(error)
            return
        for one in kept:
            monitor.recall(AskKeyHistory(one.key_id), one.history, one.read_at)

    def _histories_version(self) -> int | None:
        """Changes with the file."""
        try:
            return None if self._histories_path is None else self._histories_path.stat().st_mtime_ns
        except OSError:
            return None

    async def keep(self, snapshot: Snapshot, now: datetime, *, at_once: bool = False) -> None:
        """Write what is known, at most every ten minutes unless `at_once`; incidents whenever they change."""
        await self._keep_records(now)
        if self._stores is None or (not at_once and self._kept_at is not None and now - self._kept_at < KEEP_EVERY):
            return
        self._kept_at = now
        await asyncio.to_thread(self._write, snapshot, self._tracker.kept(snapshot, now))

    async def _keep_records(self, now: datetime) -> None:
        """Write what is remembered of incidents, and take in what other aktops remember."""
        records = self._tracker.records
        if self._stores is not None and records != self._written:
            self._written = await asyncio.to_thread(self._add, records, now)
            self._tracker.remember(self._written)

    def _add(self, records: Remembered, now: datetime) -> Remembered:
        try:
            return records if self._stores is None else self._stores[2].add(records, now)
        except OSError as error:
            self._give_up(error)
            return records

    def _write(self, snapshot: Snapshot, known: KeptIncidents) -> None:
        try:
            if self._stores is not None:
                histories, incidents, _records = self._stores
                is_own = self._histories_version() == self._version
                histories.write(_histories(snapshot))
                if is_own:  # otherwise another aktop's version is still to be read
                    self._version = self._histories_version()
                incidents.write(known)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self._folder = self._stores = None
        self._report(_("what was learnt of this account is not kept: {reason}").format(reason=file_complaint(error)))


def _histories(snapshot: Snapshot) -> list[KeptHistory]:
    return [
        KeptHistory(question.key_id, feed.data, feed.fetched_at)
        for question, feed in snapshot.feeds.items()
        if isinstance(question, AskKeyHistory) and feed.data is not None and feed.fetched_at is not None
    ]


def stored_records(folder: Path, gateway_url: str, account_id: int, report: Callable[[str], None]) -> StoredRecords:
    """The store of an account's incidents."""
    return StoredRecords(folder / f"{_name(gateway_url, account_id)}-incidents.json", telling(report))


def _name(gateway_url: str, account_id: int) -> str:
    """A file name that reveals neither the gateway nor the person."""
    return hashlib.sha256(f"{gateway_url}\n{account_id}".encode()).hexdigest()[:16]
