"""Sign-ins kept between runs: one per gateway and e-mail address, in a file that only its owner can read."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.queries import QueryInstance
from tinydb.table import Document

from tui.account.file_troubles import telling
from tui.config.complaints import file_complaint
from tui.domain.failure import Failure, FailureKind
from tui.gateway.auth.sessions import Session
from tui.gateway.errors import error_of
from tui.locale import _
from tui.store.keyring_box import SecretBox
from tui.store.locks import FileLock, lock_beside
from tui.store.tiny_storage import AtomicStorage

_POLL_S = 0.05
_LONGEST_WAIT_S = 90.0
_RETRY_S = 30.0
_TOKENS = ("access_token", "refresh_token")


class StoredSessions:
    """All kept sign-ins. Other processes use the file too: each change reads it again, under a lock."""

    def __init__(
        self, path: Path, *, report: Callable[[str], None] | None = None, box: SecretBox | None = None
    ) -> None:
        """With a `box` tokens go there; if it fails they go into the file."""
        self._path = path
        self._report = report
        self._box = box

    def for_gateway(self, base_url: str, email: str | None = None) -> "StoredSession":
        """The keeper for one gateway: of that account, or of the one that signed in last."""
        return StoredSession(self, base_url, email)

    def accounts(self, base_url: str) -> tuple[str, ...]:
        """E-mail addresses with a kept sign-in, latest first."""
        rows = self._rows(where("gateway") == base_url)
        return tuple(str(row.get("email") or "") for row in rows)

    def read(self, base_url: str, email: str | None) -> Session | None:
        """The kept session; None if there is none."""
        query = where("gateway") == base_url
        rows = self._rows(query if email is None else query & (where("email") == email))
        return next((session for row in rows if (session := _session_of(self._whole(row))) is not None), None)

    def write(self, base_url: str, session: Session) -> None:
        """Store a session; it is on disk when this returns."""
        document = {
            "gateway": base_url,
            "email": session.email,
            "access_token": session.access_token,
            "refresh_token": session.refresh_token,
            "expires_at": None if session.expires_at is None else session.expires_at.timestamp(),
            "kept_at": time.time(),
            "refresh_sent": session.is_refresh_sent,
        }
        with lock_beside(self._path), self._open() as database:
            database.upsert(self._parted(document), _is(base_url, session.email))

    def remove(self, base_url: str, email: str | None) -> None:
        """Drop a kept session."""
        with lock_beside(self._path), self._open() as database:
            database.remove(_is(base_url, email))
        if self._box is not None:
            self._box.drop(_box_name(base_url, email))

    def tell(self, trouble: OSError) -> None:
        """Report that a session lives in memory only."""
        if self._report is not None:
            text = _("{path} cannot be written ({reason}): this sign-in ends with this aktop")
            self._report(text.format(path=self._path, reason=file_complaint(trouble)))

    def _parted(self, document: dict[str, Any]) -> dict[str, Any]:
        """What goes into the file: everything, but without the tokens if the box has them."""
        document["in_keyring"] = False
        if self._box is None:
            return document
        tokens = {name: document[name] for name in _TOKENS}
        try:
            self._box.put(_box_name(document["gateway"], document["email"]), json.dumps(tokens))
        except OSError:
            return document
        return document | dict.fromkeys(_TOKENS) | {"in_keyring": True}

    def _whole(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A document with its tokens, wherever they are stored."""
        if row.get("in_keyring") is not True or self._box is None:
            return row
        try:
            tokens = json.loads(self._box.get(_box_name(row.get("gateway"), row.get("email"))) or "{}")
        except (OSError, ValueError):
            return row
        return {**row, **tokens} if isinstance(tokens, dict) else row

    def refresh_lock(self) -> FileLock:
        """The lock held while a refresh token is in use; taking it does not wait."""
        return lock_beside(self._path.with_name(f"{self._path.name}.refresh"), wait_s=0)

    def _rows(self, query: QueryInstance) -> list[Document]:
        with self._open() as database:
            return sorted(database.search(query), key=_kept_at, reverse=True)

    def _open(self) -> TinyDB:
        return TinyDB(self._path, storage=AtomicStorage, report=None if self._report is None else telling(self._report))


class StoredSession:
    """The session at one gateway (a `SessionKeeper`).

    If the disk fails, the session lives on in memory, and `trouble` says why it ends with the process. Writing is
    tried again: the refresh token on disk is used up, and other aktops would be signed out by it.
    """

    def __init__(self, store: StoredSessions, base_url: str, email: str | None) -> None:
        self.trouble: OSError | None = None
        self._is_unsaved = False
        self._retry_at_s = 0.0
        self._stored: Session | None = None
        """The session on disk, as last read or written."""
        self._store = store
        self._base_url = base_url
        self._email = email
        self._session: Session | None = None
        self.reload()

    def current(self) -> Session | None:
        """The session to use now."""
        if self._is_unsaved and self._session is not None and time.monotonic() >= self._retry_at_s:
            self._save_again(self._session)
        return self._session

    def reload(self) -> Session | None:
        """The session as stored on disk."""
        if not self._is_unsaved:
            known = self._session.email if self._session is not None else self._email
            with self._noting_trouble():
                self._session = self._stored = self._store.read(self._base_url, known)
        return self._session

    def replace(self, session: Session) -> None:
        """Store a new session, on disk first."""
        was_unsaved, self._session = self._is_unsaved, session
        self._write(session)
        if self.trouble is not None and not was_unsaved:
            self._store.tell(self.trouble)

    def _write(self, session: Session) -> None:
        with self._noting_trouble():
            self._store.write(self._base_url, session)
            self._stored = session
        self._is_unsaved = self.trouble is not None
        self._retry_at_s = time.monotonic() + _RETRY_S

    def _save_again(self, session: Session) -> None:
        """Store what could not be stored, unless somebody signed in or out meanwhile."""
        self._retry_at_s = time.monotonic() + _RETRY_S
        with self._noting_trouble():
            found = self._store.read(self._base_url, session.email)
        if self.trouble is not None:
            return
        if self._stored is None or (found is not None and _has_same_tokens(found, self._stored)):
            self._write(session)
        else:
            self._session, self._stored, self._is_unsaved = found, found, False

    def forget(self) -> None:
        """Drop the session here and on disk."""
        session, self._session, self._is_unsaved = self._session, None, False
        if session is not None:
            with self._noting_trouble():
                self._store.remove(self._base_url, session.email)

    @contextlib.contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.trouble = error
        else:
            self.trouble = None

    @contextlib.asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Keep other processes from refreshing meanwhile. Raises GatewayError (TIMED_OUT) if one does not finish."""
        lock = await self._locked()
        try:
            yield
        finally:
            if lock is not None:
                lock.release()

    async def _locked(self) -> FileLock | None:
        """The lock, held; None if no lock file can be created, so that no other process holds one either."""
        for _attempt in range(int(_LONGEST_WAIT_S / _POLL_S)):
            try:
                lock = self._store.refresh_lock()
                lock.acquire()
                return lock
            except TimeoutError:
                await asyncio.sleep(_POLL_S)
            except OSError:
                return None
        raise error_of(Failure(FailureKind.TIMED_OUT, "another aktop is still refreshing the session"))


def _has_same_tokens(one: Session, other: Session) -> bool:
    return (one.access_token, one.refresh_token) == (other.access_token, other.refresh_token)


def _box_name(base_url: object, email: object) -> str:
    return f"{email or ''} {base_url}".strip()


def _is(base_url: str, email: str | None) -> QueryInstance:
    both: QueryInstance = (where("gateway") == base_url) & (where("email") == email)
    return both


def _kept_at(row: Document) -> float:
    value = row.get("kept_at")
    return float(value) if isinstance(value, int | float) else 0.0


def _session_of(row: Mapping[str, Any]) -> Session | None:
    """A session from its document; None if it was edited beyond use."""
    access, refresh, email = row.get("access_token"), row.get("refresh_token"), row.get("email")
    if not isinstance(access, str) or not access:
        return None
    return Session(
        access_token=access,
        refresh_token=refresh if isinstance(refresh, str) and refresh else None,
        expires_at=_moment(row.get("expires_at")),
        email=email if isinstance(email, str) else None,
        is_refresh_sent=row.get("refresh_sent") is True,
    )


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None
