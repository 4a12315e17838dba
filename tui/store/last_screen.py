"""Keeps the last picture of the overview, which the next start shows until there is a new one."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.store.atomic import replace_file
from tui.terminal import last_screen

MAX_KEPT = 8
"""Pictures, one per size, language and profile."""


def keep(lines: Sequence[str], size: tuple[int, int], arguments: Sequence[str], environ: Mapping[str, str]) -> None:
    """Store a picture for the same start in a terminal of the same size."""
    key = last_screen.key_of(arguments, environ, *size)
    text = last_screen.text_of(key, lines) if key is not None else None
    if key is None or text is None:
        return
    path = Path(last_screen.path_of(key, environ))
    with contextlib.suppress(OSError):  # a full disk costs only the next start's first picture
        # Nobody should wait on exit for a slow disk; losing a picture to a power cut is harmless.
        replace_file(path, text.encode("utf-8", "surrogateescape"), is_synced=False)
        _drop(path.parent, MAX_KEPT)


def forget(environ: Mapping[str, str] = os.environ) -> None:
    """Delete all pictures: the next to sign in may be somebody else."""
    with contextlib.suppress(OSError):
        _drop(Path(last_screen.folder(environ)), 0)


def _drop(folder: Path, kept: int) -> None:
    """Remove all but the newest; leftovers of killed processes count too."""
    found = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in found[kept:]:
        path.unlink(missing_ok=True)
