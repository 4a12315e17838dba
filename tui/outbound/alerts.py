"""Notices of one account, sent by one aktop at a time: the holder of its lock sends, the others look on."""

import asyncio
import hashlib
import os
from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from tui.account.context import AccountContext
from tui.account.file_troubles import telling
from tui.account.services import Services
from tui.config.complaints import file_complaint
from tui.gateway.auth.sessions import account_of
from tui.locale import _
from tui.outbound.delivery import ChannelInUse, Deliverer
from tui.outbound.episodes import told_of
from tui.outbound.guard_notices import guard_told
from tui.outbound.notice_log import Entries, LoggedNotice, NoticeLog
from tui.outbound.reporter import BLIND_AFTER, Reporter, WordedNotice
from tui.store.atomic import replace_file
from tui.store.files import read_regular, text_of
from tui.store.locks import FileLock

SCREEN, WATCH = "screen", "watch"
"""The roles of an aktop."""
MAX_TELLER_BYTES = 200


class Alerts:
    """Reports what happens to an account, once, whatever else watches it, and shows every aktop of it what was
    reported.

    `role` is this aktop's role, shown by the others; `folder` holds the notices, None to keep none.
    """

    def __init__(
        self,
        account: AccountContext,
        channels: Sequence[ChannelInUse],
        folder: Path | None,
        role: str,
        report: Callable[[str], None],
        blind_after: timedelta = BLIND_AFTER,
    ) -> None:
        self._account = account
        self._channels = channels
        self._folder = folder
        self._role = role
        self._say = report
        self._reporter = Reporter(account, blind_after)
        self._name: str | None = None
        self._log = NoticeLog(None)
        self._lock: FileLock | None = None
        self._is_telling = folder is None
        self._is_refused = False
        """Whether another aktop had the lock at the last try."""
        self._seen = 0
        self._missed = range(0)

    @property
    def is_telling(self) -> bool:
        """Whether this aktop sends the notices."""
        return self._is_telling

    @property
    def teller(self) -> str:
        """The other aktop that sends, for a person; empty if it is this one or unknown."""
        path = self._teller_path
        if self._is_telling or path is None:
            return ""
        try:
            return text_of(read_regular(path, MAX_TELLER_BYTES)).strip()
        except (OSError, UnicodeDecodeError):
            return ""

    @property
    def entries(self) -> Entries:
        """All notices of the account, oldest first; a new value whenever something changes."""
        try:
            return self._log.entries()
        except OSError as error:
            self._lose_disk(error)
            return self._log.entries()

    @property
    def missed(self) -> range:
        """The numbers of notices given while no screen was open."""
        return self._missed

    def hear(self) -> tuple[LoggedNotice, ...]:
        """Report what is due after a judgement, if it is this aktop's turn.

        Returns the new notices, whoever gave them.
        """
        try:
            self._follow_account()
            self._take_turn()
            if self._is_telling:
                self._tell()
        except OSError as error:
            self._lose_disk(error)
            if self._is_telling:
                self._tell()
        return self._news()

    async def run(self) -> None:
        """Deliver notices to their channels until cancelled; returns at once without channels."""
        zone, clock = self._account.services.zone, self._account.services.clock
        async with asyncio.TaskGroup() as group:
            for one in self._channels:
                group.create_task(
                    Deliverer(lambda: self._log, one, clock, zone, lambda: self._is_telling, self._lose_disk).run()
                )

    def leave(self) -> None:
        """Let another aktop send."""
        self._mark_seen()
        lock, self._lock = self._lock, None
        if lock is not None:
            self._is_telling = False
            lock.release()

    def _tell(self) -> None:
        entries = self._log.entries()
        notices = [one.notice for one in entries.values()]
        taken = {one.id for one in notices}
        found = [*self._reporter.told(told_of(notices), taken), *self._acts(taken)]
        if found:
            self._log.add(found, [one.name for one in self._channels], self._role)

    def _acts(self, taken: Container[str]) -> tuple[WordedNotice, ...]:
        """What the guard did; while its record cannot be read, it does nothing and reports that itself."""
        try:
            return tuple(guard_told(self._account, taken))
        except OSError:
            return ()

    def _news(self) -> tuple[LoggedNotice, ...]:
        entries = self.entries
        news = tuple(one for number, one in entries.items() if number > self._seen)
        self._seen = max(entries, default=self._seen)
        return news

    def _follow_account(self) -> None:
        """Use the log of the signed-in account; while that is unknown, the log is named after the settings."""
        if self._folder is None:
            return
        name = _name(self._account.services)
        if name == self._name:
            return
        self.leave()
        self._name = name
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log = NoticeLog(self._folder / f"{name}.json", telling(self._say))
        self._seen = max(self._log.entries(), default=0)
        self._missed = range(self._seen_before() + 1, self._seen + 1)

    @property
    def _teller_path(self) -> Path | None:
        return self._beside("teller")

    def _beside(self, suffix: str) -> Path | None:
        return None if self._folder is None or self._name is None else self._folder / f"{self._name}.{suffix}"

    def _seen_before(self) -> int:
        """The last notice number that a person has seen; the latest if no screen was ever open."""
        path = self._beside("seen")
        try:
            text = text_of(read_regular(path, MAX_TELLER_BYTES)).strip() if path is not None else ""
        except (OSError, UnicodeDecodeError):
            text = ""
        return int(text) if text.isascii() and text.isdigit() else self._seen

    def _mark_seen(self) -> None:
        path = self._beside("seen")
        if path is not None and self._role == SCREEN:
            with suppress(OSError):  # harmless: it is shown as missed once more
                replace_file(path, f"{self._seen}\n".encode(), is_synced=False)

    def _take_turn(self) -> None:
        path = self._teller_path
        if self._is_telling or path is None:
            return
        lock = FileLock(path, wait_s=0)
        try:
            lock.acquire()
        except TimeoutError:
            self._is_refused = True
            return
        self._lock, self._is_telling, self._is_refused = lock, True, False
        with suppress(OSError):
            path.write_text(f"{self._role} {os.getpid()}\n", encoding="utf-8")

    def _lose_disk(self, error: OSError) -> None:
        """Go on without the disk: the next aktop may report the same again.

        An aktop that was refused the lock stays silent: its holder reports.
        """
        text = _("what is told is not kept, and may be told again: {reason}")
        self._say(text.format(reason=file_complaint(error)))
        self._log = NoticeLog(None, known=self._log.known)
        self._folder, self._is_telling = None, not self._is_refused


def notices_folder(services: Services) -> Path | None:
    """The folder of notices; None for a demo account."""
    return None if services.is_demo else services.settings.state_dir / "notices"


def notices_file(services: Services) -> Path | None:
    """The notice file of an account, as far as the account is known."""
    folder = notices_folder(services)
    return None if folder is None else folder / f"{_name(services)}.json"


def _name(services: Services) -> str:
    """A file name that reveals neither the gateway nor the person; the same for anyone signed in to the account."""
    session = services.client.sessions.current()
    who = account_of(session) if session is not None else None
    who = who or services.settings.email or services.settings.profile or ""
    return hashlib.sha256(f"{services.client.base_url}\n{who}".encode()).hexdigest()[:16]
