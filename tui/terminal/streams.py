"""The streams that a screen needs: keys come from standard input, and the picture goes to a terminal.

Needs only `sys` and `os`: the first picture is painted before anything else is imported.
"""

import os
import sys

INPUT, OUTPUT, ERROR = 0, 1, 2


def open_closed() -> None:
    """Open the null device in place of standard streams that are closed, as some service managers leave them.

    Otherwise the next file that is opened takes the place, and what is meant for a person goes into it, or into the
    result. On a terminal notes are shown with the result.
    """
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # Both take the lowest free descriptor, which is the one that is closed.
            is_shown = fd == ERROR and os.isatty(OUTPUT)
            opened = os.dup(OUTPUT) if is_shown else os.open(os.devnull, os.O_RDONLY if fd == INPUT else os.O_WRONLY)
            setattr(sys, name, open(opened, "r" if fd == INPUT else "w", encoding="utf-8"))  # noqa: SIM115


def without_terminal() -> int | None:
    """Return the first of the three standard streams that is not a terminal; None if a screen can be shown.

    All three must be: Textual paints on standard error, and whoever redirects a stream wants no screen in it.
    """
    streams = sys.__stdin__, sys.__stdout__, sys.__stderr__
    return next((fd for fd, stream in enumerate(streams) if stream is None or not os.isatty(fd)), None)


def has_vanished() -> bool:
    """Return whether a stream is a terminal that is gone; a pipe is not a terminal, such a stream fails."""
    from errno import EIO

    for fd in (INPUT, OUTPUT, ERROR):
        try:
            os.get_terminal_size(fd)
        except OSError as error:
            if error.errno == EIO:
                return True
    return False


def write_nowhere(*streams: int) -> None:
    """Discard further output: nobody is there any more, and a last flush must not fail because of that."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for fd in streams:
        os.dup2(nowhere, fd)
    os.close(nowhere)
