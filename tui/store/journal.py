"""The journal of actions: written before anything is sent, completed after the answer.

A crash in between leaves an entry that is still "sent", which the next start shows. Only ids, amounts and states are
kept: no name, no secret.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, to_builtins
from tinydb import TinyDB

from tui.domain.intents import KeyState, Reminder
from tui.store.kept_file import JournalUnreadable, Report
from tui.store.locks import lock_beside
from tui.store.tiny_storage import AtomicStorage

MAX_ENTRIES = 500
GUARD = "guard"
"""Marks actions of the guard, which follows rules that a person wrote."""
State = KeyState | Reminder


class Stage(StrEnum):
    """How far an action got."""

    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Entry(Struct, frozen=True):
    """One action. Moments are ISO 8601 in UTC."""

    at: str
    gateway_url: str
    key_id: int
    """0 for the account's reminder; the states are then reminders."""
    action: str
    before: State
    wanted: State
    stage: Stage = Stage.SENT
    answer: str = ""
    """The result in a few words."""
    undone: bool = False
    until: str | None = None
    """When a timed pause ends."""
    by: str = ""
    """Who acted if not a person, such as `GUARD`."""
    claim: str = ""
    """The guard's claim behind the action."""
    batch: str | None = None
    """Shared by all actions done at once, which are undone together."""
    account: str = ""
    """The mark of the account at the gateway; empty in entries of earlier versions."""


class Journal:
    """The journal on disk: one small file shared by all aktops of this user. The oldest entries are dropped."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._path = path
        self._report = report
        self._read: tuple[tuple[int, int], list[tuple[int, Entry]]] | None = None
        self._has_complained = False

    def begin(self, entry: Entry) -> int:
        """Record an action before it is sent; returns its number, which completes it later."""
        with self._changing() as database:
            number: int = database.insert(to_builtins(entry))
            numbers = [document.doc_id for document in database]
            if len(numbers) > MAX_ENTRIES:
                database.remove(doc_ids=numbers[: len(numbers) - MAX_ENTRIES])
        return number

    def finish(self, number: int, stage: Stage, answer: str, after: State | None = None) -> None:
        """Record the result; an undo starts from `after`, the state in the gateway's answer."""
        known = {} if after is None else {"wanted": to_builtins(after)}
        with self._changing() as database:
            database.update({"stage": stage.value, "answer": answer, **known}, doc_ids=[number])

    def mark_undone(self, number: int) -> None:
        """Mark an action as undone."""
        with self._changing() as database:
            database.update({"undone": True}, doc_ids=[number])

    def forget_until(self, number: int) -> None:
        """Turn a timed pause into an ordinary disable that nobody ends."""
        with self._changing() as database:
            database.update({"until": None}, doc_ids=[number])

    def entries(self, gateway_url: str, account: str) -> list[tuple[int, Entry]]:
        """All entries of an account at a gateway, newest first; those without an account belong to each.

        The file is read again only after it changed. If it cannot be read, there are no entries, which is reported
        once.
        """
        try:
            status = self._path.stat()
            version = status.st_mtime_ns, status.st_ino
            if self._read is None or self._read[0] != version:
                self._read = version, self._all()
        except FileNotFoundError:
            return []
        except OSError as error:
            self._complain(error)
            return []
        return [
            (number, entry)
            for number, entry in reversed(self._read[1])
            if entry.gateway_url == gateway_url and entry.account in ("", account)
        ]

    def _all(self) -> list[tuple[int, Entry]]:
        with TinyDB(self._path, storage=AtomicStorage, report=self._report) as database:
            found = ((document.doc_id, _entry(document)) for document in database)
            return [(number, entry) for number, entry in found if entry is not None]

    def _complain(self, error: OSError) -> None:
        if self._report is not None and not self._has_complained:
            self._has_complained = True
            self._report(JournalUnreadable(self._path, error))

    def unfinished(self, gateway_url: str, account: str) -> list[tuple[int, Entry]]:
        """Actions that were sent and whose outcome is unknown."""
        entries = self.entries(gateway_url, account)
        return [(number, entry) for number, entry in entries if entry.stage in (Stage.SENT, Stage.UNKNOWN)]

    @contextmanager
    def _changing(self) -> Iterator[TinyDB]:
        with lock_beside(self._path), TinyDB(self._path, storage=AtomicStorage, report=self._report) as database:
            yield database


def _entry(document: Mapping[str, Any]) -> Entry | None:
    """An entry as written; None if another version or a person has changed it beyond recognition."""
    try:
        return Entry(
            at=_moment(document["at"]),
            gateway_url=str(document["gateway_url"]),
            key_id=int(document["key_id"]),
            action=str(document["action"]),
            before=_state(document["before"]),
            wanted=_state(document["wanted"]),
            stage=Stage(document["stage"]),
            answer=str(document["answer"]),
            undone=bool(document["undone"]),
            until=None if (until := document.get("until")) is None else _moment(until),
            by=str(document.get("by", "")),
            claim=str(document.get("claim", "")),
            batch=None if (batch := document.get("batch")) is None else str(batch),
            account=str(document.get("account", "")),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _moment(text: str) -> str:
    """A moment as stored. Raises ValueError or TypeError if it is not one."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(text)
    return text


def _state(plain: Mapping[str, Any]) -> State:
    return convert(plain, Reminder) if "threshold" in plain else convert(plain, KeyState)
