"""Reads aktop's own files. Starting over beats not starting: a file that cannot be parsed is moved aside."""

import contextlib
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from tui.store.files import read_regular

MAX_BYTES = 1 << 26
"""Several times the largest file that aktop writes."""
V = TypeVar("V")


class MovedAside(Struct, frozen=True):
    """A file could not be parsed: it is now at `aside`, and a new one begins."""

    path: Path
    aside: Path


class JournalUnreadable(Struct, frozen=True):
    """The journal cannot be read: earlier changes are unknown, and nothing can be changed."""

    path: Path
    error: OSError


Trouble = MovedAside | JournalUnreadable
"""What went wrong with a kept file, as a value to be worded where it is shown."""
Report = Callable[[Trouble], None]


def read_kept(path: Path, parse: Callable[[bytes], V], report: Report | None) -> V | None:
    """The parsed file; None if it is missing, or if `parse` raises ValueError.

    Raises OSError from the disk.
    """
    try:
        raw = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
    else:
        if not raw.strip():
            return None
        with contextlib.suppress(ValueError, RecursionError):
            return parse(raw)
    _move_aside(path, report)
    return None


def _move_aside(path: Path, report: Report | None) -> None:
    aside = path.with_name(f"{path.name}.unreadable-{time.time_ns()}")
    try:
        os.replace(path, aside)
    except FileNotFoundError:
        return
    if report is not None:
        report(MovedAside(path, aside))
