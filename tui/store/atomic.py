"""The one way in which aktop puts a file in its place: written beside it, and moved there when it is whole.

Whoever reads meanwhile finds the old file or the new one, and a crash leaves one of them.
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
"""What a folder answers that cannot be synced at all, as on some network file systems, or that may not be read."""


class PendingFile:
    """A file beside the one that it is to become, of mode 0600; gone when the block is left before `put`.

    A link in its place is replaced and not followed. Every step raises OSError.
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
        # Closing writes what is buffered, and fails once more on a full disk.
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            os.unlink(self._temporary)

    def sync(self) -> None:
        """Have on the disk what was written so far."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def put(self, *, may_replace: bool = True, is_synced: bool = True) -> None:
        """Put it in its place. Raises FileExistsError where there is something that it may not replace.

        It outlasts a power cut unless `is_synced` is False, which is for those who are in a hurry and can lose it.
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
    """Write a file of aktop's own, in the place of whatever is there. Raises OSError.

    What a killed process left of an earlier attempt is swept away.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(path)
    with PendingFile(path) as pending:
        pending.file.write(raw)
        pending.put(is_synced=is_synced)


def create_file(path: Path, raw: bytes) -> None:
    """Write a file that is not there yet. Raises FileExistsError when there is one, and OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with PendingFile(path) as pending:
        pending.file.write(raw)
        pending.put(may_replace=False)


def refuse_existing(path: Path) -> None:
    """Raise FileExistsError where there is something of that name, be it a link to nothing."""
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
    """Have the new name on the disk as well, where the file system can do that."""
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
    """Remove what a killed process left, but not what another one is writing now."""
    for temporary in path.parent.glob(f"{glob.escape(path.name)}.*{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            if time.time() - temporary.stat().st_mtime > _SWEEP_AFTER_S:
                temporary.unlink()
