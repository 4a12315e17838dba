"""Locks beside files that several processes change."""

from pathlib import Path

from filelock import FileLock

WAIT_S = 5.0


def lock_beside(path: Path, wait_s: float = WAIT_S) -> FileLock:
    """The lock of a file, of mode 0600, to be held by `with`; its folder is made where there is none.

    The system frees it when its holder dies. Raises OSError; a `filelock.Timeout` after so long a wait is one too.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileLock(f"{path}.lock", timeout=wait_s, mode=0o600)
