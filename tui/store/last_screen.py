"""Keeping the last picture of the overview: the next start shows it until there is a new one."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.store.atomic import replace_file
from tui.terminal import last_screen

MAX_KEPT = 8
"""Pictures, one for each size, language and profile."""


def keep(lines: Sequence[str], size: tuple[int, int], arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Write a picture down for the same start in a terminal of the same size."""
    key = last_screen.key_of(arguments, environ, *size)
    text = last_screen.text_of(key, lines) if key is not None else None
    if key is None or text is None:
        return
    path = Path(last_screen.path_of(key, environ))
    with contextlib.suppress(OSError):  # a full disk takes nothing but the next start's first picture
        # Nobody waits at the end for a slow disk: a picture that a power cut takes is no loss.
        replace_file(path, text.encode("utf-8", "surrogateescape"), is_synced=False)
        _drop(path.parent, MAX_KEPT)


def forget(environ: Mapping[str, str] = os.environ) -> None:
    """Drop all pictures: who signs in or out next may be somebody else."""
    with contextlib.suppress(OSError):
        _drop(Path(last_screen.folder(environ)), 0)


def _drop(folder: Path, kept: int) -> None:
    """Remove all but the newest. A temporary file that a killed process left counts as one."""
    found = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in found[kept:]:
        path.unlink(missing_ok=True)
