"""The notices of an account and their deliveries, kept on disk so that no restart forgets them."""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from tui.outbound.episodes import told_of
from tui.outbound.notice import Notice
from tui.store.json_file import JsonFile
from tui.store.kept_file import Report

MAX_ENTRIES = 300
"""Open and undelivered ones are kept beyond that."""


class DeliveryState(StrEnum):
    """The state of a notice at a channel."""

    WAITING = "waiting"
    SENT = "sent"
    DIGEST = "digest"
    """It was sent in one line with others."""
    WITHHELD = "withheld"
    """The channel does not want it."""
    FAILED = "failed"


class Delivery(Struct, frozen=True, omit_defaults=True):
    """How far a notice got at a channel."""

    state: DeliveryState = DeliveryState.WAITING
    at: datetime | None = None
    """When it was last tried, or decided."""
    tries: int = 0
    not_before: datetime | None = None
    why: str = ""
    """Why it did not arrive."""


class LoggedNotice(Struct, frozen=True, omit_defaults=True):
    """A notice, its private version without names and addresses, and its deliveries by channel name."""

    notice: Notice
    private: Notice
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)
    told_by: str = ""
    """The role of the aktop that gave it: `watch` or `screen`."""

    @property
    def is_on_its_way(self) -> bool:
        """Whether a delivery is still waiting."""
        return any(one.state is DeliveryState.WAITING for one in self.deliveries.values())


Entries = Mapping[int, LoggedNotice]
"""The log by number; higher is later."""


class NoticeLog:
    """The log of one account, in a file of mode 0600, or in memory without a path.

    Entries are cached until the file changes. Every method raises OSError.
    """

    def __init__(self, path: Path | None, report: Report | None = None, *, known: Entries | None = None) -> None:
        self._path = path
        self._file = JsonFile(path, LoggedNotice, report) if path is not None else None
        self._known = dict(known or {})
        self._version: tuple[int, int, int] | None = None

    @property
    def known(self) -> Entries:
        """The entries read last."""
        return self._known

    def entries(self) -> Entries:
        """All notices, oldest first."""
        if self._file is not None and self._path is not None:
            version = _version(self._path)
            if version != self._version:
                self._known = dict(sorted(self._file.read().items()))
                self._version = version
        return self._known

    def add(self, notices: Iterable[tuple[Notice, Notice]], channels: Iterable[str], told_by: str) -> None:
        """Record notices before they are sent, each with its private version."""
        waiting = {name: Delivery() for name in channels}
        added = [LoggedNotice(notice, private, waiting, told_by) for notice, private in notices]

        def change(entries: dict[int, LoggedNotice]) -> None:
            known = {one.notice.id for one in entries.values()}
            new = (one for one in added if one.notice.id not in known)
            entries.update(enumerate(new, start=max(entries, default=0) + 1))
            _forget_old(entries)

        self._change(change)

    def mark(self, deliveries: Mapping[int, Delivery], channel: str) -> None:
        """Record deliveries at a channel."""

        def change(entries: dict[int, LoggedNotice]) -> None:
            for number, delivery in deliveries.items():
                if number in entries:
                    known = entries[number]
                    entries[number] = replace(known, deliveries={**known.deliveries, channel: delivery})

        self._change(change)

    def _change(self, change: Callable[[dict[int, LoggedNotice]], None]) -> None:
        if self._file is None or self._path is None:
            entries = dict(self._known)
            change(entries)
            self._known = entries
            return
        with self._file.changing() as entries:
            change(entries)
        self._known = dict(sorted(entries.items()))
        self._version = _version(self._path)


def _forget_old(entries: dict[int, LoggedNotice]) -> None:
    told = told_of(entries[number].notice for number in sorted(entries))
    surplus = len(entries) - MAX_ENTRIES
    for number in sorted(entries):
        if surplus <= 0:
            return
        one = entries[number]
        episode = told.get(one.notice.episode)
        if not one.is_on_its_way and (episode is None or not episode.is_open):
            del entries[number]
            surplus -= 1


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
