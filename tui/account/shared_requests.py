"""Requests of all aktops of a user on one account, so that together they keep to one share of the rate limit.

A small file: senders append a line per request, readers read the new lines, and whoever finds it long rewrites it under
a lock. It covers one minute: losing it in a power cut is harmless, lines that cannot be parsed do not count, and a
process that dies or hangs blocks nobody.
"""

import contextlib
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from tui.gateway.budget import WINDOW_S, Tier
from tui.store.atomic import replace_file
from tui.store.locks import lock_beside

LOOK_EVERY_S = 0.05
"""The budget is checked before every request, but the file is read no more often than this."""
_LONG_BYTES = 8 * 1024
_MAX_BYTES = 256 * 1024
_LONGEST_WAIT_S = 3600.0
_AHEAD_S = 1.0
"""How far ahead of our clock a line may be; all use the same machine's clock."""
_WAIT = "wait-"
_TIERS = {tier.value: tier for tier in Tier}
_OPEN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class _Entry(Struct, frozen=True):
    """A request that was sent, or a wait that the gateway asked for."""

    at: float
    """When it was sent, or when the wait ends, by the wall clock."""
    what: str
    by: str

    @property
    def line(self) -> bytes:
        """The entry as written: on its own line, whatever precedes it."""
        return f"\n{self.at:.3f} {self.what} {self.by}\n".encode()


class StoredRequests:
    """Requests of other processes for an account. While `account` returns None, nothing is shared."""

    def __init__(
        self,
        folder: Path,
        account: Callable[[], str | None],
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._folder = folder
        self._account = account
        self._clock = clock
        self._wall = wall
        self._me = secrets.token_hex(4)
        self._named: tuple[str | None, Path | None] = None, None
        self._looked_at = float("-inf")
        self._read: tuple[Path | None, int, int] = None, 0, 0
        """The file read last, its inode, and how far."""
        self._sent: dict[Tier, list[float]] = {}
        self._blocked_until: dict[Tier, float] = {}

    def sent(self) -> Mapping[Tier, Sequence[float]]:
        """When others sent requests in the last minute, oldest first."""
        self._look()
        return self._sent

    def blocked_until(self, tier: Tier) -> float:
        """When the wait ends that the gateway asked another process for."""
        self._look()
        return self._blocked_until.get(tier, 0.0)

    def tell(self, tier: Tier) -> None:
        """Report a request that is sent here."""
        self._add(_Entry(self._wall(), tier.value, self._me))

    def tell_refused(self, tier: Tier, retry_after_s: float) -> None:
        """Report a wait that the gateway asked for here."""
        self._add(_Entry(self._wall() + min(retry_after_s, _LONGEST_WAIT_S), _WAIT + tier.value, self._me))

    @property
    def _path(self) -> Path | None:
        account = self._account()
        if account != self._named[0]:
            name = None if account is None else hashlib.sha256(account.encode()).hexdigest()[:16]
            self._named = account, None if name is None else self._folder / f"{name}.txt"
        return self._named[1]

    def _look(self) -> None:
        """Read what is new, if it is time to look again."""
        now, path = self._clock(), self._path
        if now - self._looked_at < LOOK_EVERY_S and path == self._read[0]:
            return
        self._looked_at = now
        inode = size = 0
        with contextlib.suppress(OSError):
            if path is not None:
                status = os.stat(path, follow_symlinks=False)
                inode, size = status.st_ino, status.st_size
        offset = self._read[2]
        is_same = (path, inode) == self._read[:2] and size >= offset
        if is_same and size == offset:
            return
        if not is_same:
            self._sent, self._blocked_until, offset = {}, {}, 0
        content = _content(path, offset) if path is not None else b""
        self._read = path, inode, offset + len(content)
        self._take(_entries(content), now)

    def _take(self, entries: Iterable[_Entry], now: float) -> None:
        wall = self._wall()
        for moments in self._sent.values():
            moments[:] = [moment for moment in moments if moment > now - WINDOW_S]
        for entry in entries:
            tier = _TIERS.get(entry.what.removeprefix(_WAIT))
            if entry.by == self._me or tier is None or not _counts(entry, wall):
                continue
            # From here on by our own clock, which nobody sets.
            moment = now + (entry.at - wall)
            if entry.what.startswith(_WAIT):
                self._blocked_until[tier] = moment
            else:
                self._sent.setdefault(tier, []).append(min(now, moment))

    def _add(self, entry: _Entry) -> None:
        path = self._path
        if path is None:
            return
        try:
            try:
                size = _append(path, entry.line)
            except FileNotFoundError:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                size = _append(path, entry.line)
            if size > _LONG_BYTES:
                self._shorten(path)
        except OSError:
            return  # counted here in any case

    def _shorten(self, path: Path) -> None:
        """Drop entries that no longer count. If the lock is taken, another process is doing the same."""
        with lock_beside(path, wait_s=0), _opened(path) as before:
            wall, content = self._wall(), _read(before, 0)
            kept = [entry.line for entry in _entries(content) if _counts(entry, wall)]
            # Others keep writing, and nothing here outlives a minute: do not wait for the disk.
            replace_file(path, b"".join(kept), is_synced=False)
            if late := _read(before, len(content)):
                _append(path, late)


def _counts(entry: _Entry, wall: float) -> bool:
    """Whether it is from this minute, or a wait still running. Entries far ahead come from a clock that was set."""
    if entry.what.startswith(_WAIT):
        return 0 < entry.at - wall <= _LONGEST_WAIT_S
    return -_AHEAD_S <= wall - entry.at < WINDOW_S


def _entries(content: bytes) -> Iterable[_Entry]:
    for line in content.decode("ascii", "replace").splitlines():
        parts = line.split(" ")
        if len(parts) == 3:
            with contextlib.suppress(ValueError):
                yield _Entry(float(parts[0]), parts[1], parts[2])


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    """The file, open for reading. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | _OPEN)
    try:
        yield handle
    finally:
        os.close(handle)


def _read(handle: int, offset: int) -> bytes:
    """The bytes after an offset; none unless it is a regular file. Lines are written atomically, so none is cut."""
    return os.pread(handle, _MAX_BYTES, offset) if stat.S_ISREG(os.fstat(handle).st_mode) else b""


def _content(path: Path, offset: int) -> bytes:
    """The bytes after an offset in a file; none if it cannot be read."""
    try:
        with _opened(path) as handle:
            return _read(handle, offset)
    except OSError:
        return b""


def _append(path: Path, line: bytes) -> int:
    """Append a line and return the file's size. Raises OSError.

    If the file was rewritten meanwhile, the line is appended again, since the rewriter may have missed it: counting it
    twice is better than not at all.
    """
    while True:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _OPEN, 0o600)
        try:
            os.write(handle, line)
            written = os.fstat(handle)
        finally:
            os.close(handle)
        if os.stat(path, follow_symlinks=False).st_ino == written.st_ino:
            return written.st_size
