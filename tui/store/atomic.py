"""Replaces files atomically: each is written beside its target and moved there when complete.

A concurrent reader finds the old file or the new one, and a crash leaves one of them.
"""

import contextlib
import errno
import glob
import os
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_TEMPORARY = ".tmp"
_SWEEP_AFTER_S = 60.0
_UNSYNCABLE = frozenset({errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.ENOSYS, errno.EACCES, errno.EPERM})
"""Errors of folders that cannot be synced, as on some network file systems, or may not be read."""


class PendingFile:
    """A file of mode 0600 beside its target; deleted if the block ends before `put`.

    A link at the target is replaced, not followed. Every step raises OSError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        handle, self._temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=_TEMPORARY, dir=path.parent)
        self.file = open(handle, "wb")  # noqa: SIM115 - closed when the block is left

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # Closing flushes the buffer, and fails again on a full disk.
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            os.unlink(self._temporary)

    def sync(self) -> None:
        """Flush to disk what was written so far."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def put(self, *, may_replace: bool = True, is_synced: bool = True) -> None:
        """Move the file to its target. Raises FileExistsError if something is there that it may not replace.

        The file survives a power cut unless `is_synced` is False, for callers that are in a hurry and can lose it.
        """
        if is_synced:
            self.sync()
        self.file.close()
        if may_replace:
            os.replace(self._temporary, self._path)
        else:
            _move_where_nothing_is(self._temporary, self._path)
        if is_synced:
            _sync_folder(self._path.parent)


def replace_file(path: Path, raw: bytes, *, is_synced: bool = True) -> None:
    """Write a file of aktop's own, replacing whatever is there. Raises OSError.

    Leftovers of an earlier attempt whose process was killed are removed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(path)
    with PendingFile(path) as pending:
        pending.file.write(raw)
        pending.put(is_synced=is_synced)


def create_file(path: Path, raw: bytes) -> None:
    """Write a new file. Raises FileExistsError if there is one, and OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with PendingFile(path) as pending:
        pending.file.write(raw)
        pending.put(may_replace=False)


def refuse_existing(path: Path) -> None:
    """Raise FileExistsError if something has that name, even a dangling link."""
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _move_where_nothing_is(temporary: str, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        refuse_existing(path)
        raise
    except OSError:  # a file system without hard links
        refuse_existing(path)
        os.replace(temporary, path)


def _sync_folder(folder: Path) -> None:
    """Flush the new name to disk too, if the file system can."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in _UNSYNCABLE:
            raise


def _sweep(path: Path) -> None:
    """Remove leftovers of killed processes, but not what another process is writing now."""
    for temporary in path.parent.glob(f"{glob.escape(path.name)}.*{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            if time.time() - temporary.stat().st_mtime > _SWEEP_AFTER_S:
                temporary.unlink()
