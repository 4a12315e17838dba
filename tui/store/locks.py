"""Locks beside files that several processes change."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

WAIT_S = 5.0
_LOOK_EVERY_S = 0.05


class FileLock:
    """A lock between processes of this machine; the system frees it when its holder dies.

    The file stays: deleting it would let in a third process beside one that has it open and waits.
    """

    def __init__(self, path: Path, wait_s: float = WAIT_S) -> None:
        self._path = path
        self._wait_s = wait_s
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises OSError; TimeoutError if another process holds it for longer than `wait_s`."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        until = time.monotonic() + self._wait_s
        try:
            while not _is_locked(handle):
                if time.monotonic() >= until:
                    raise TimeoutError(f"another program keeps {self._path} locked")
                time.sleep(_LOOK_EVERY_S)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle

    def release(self) -> None:
        """Release the lock."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_beside(path: Path, wait_s: float = WAIT_S) -> FileLock:
    """The lock of a file, of mode 0600, to be held with `with`; creates its folder.

    Raises OSError, including TimeoutError after `wait_s`.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileLock(Path(f"{path}.lock"), wait_s)
