"""Questions to a person at the terminal."""

import getpass
import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

from tui.cli.output import say
from tui.domain.text import legible
from tui.store.files import MAX_BYTES

_END_OF_INPUT = b"\x04"


def has_person() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def ask(question: str) -> str:
    """A typed line. Raises KeyboardInterrupt, also at the end of input."""
    with _interruptible():
        sys.stderr.write(legible(question))
        sys.stderr.flush()
        line = sys.stdin.readline()
    if not line:
        say("")
        raise KeyboardInterrupt
    return line.strip()


def ask_secret(question: str) -> str:
    """A line typed without echo. Raises KeyboardInterrupt, also at the end of input."""
    with _interruptible():
        try:
            return getpass.getpass(legible(question), stream=sys.stderr)
        except EOFError:
            raise KeyboardInterrupt from None


def ask_long_secret(question: str) -> str:
    """A line typed without echo, possibly longer than the 1024 to 4096 bytes of a terminal's line.

    Raises KeyboardInterrupt, also at the end of input.
    """
    handle = sys.stdin.fileno()
    with _interruptible():
        before = termios.tcgetattr(handle)
        now = termios.tcgetattr(handle)
        now[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(handle, termios.TCSADRAIN, now)
        try:
            # Only now is echo off: a paste right after the question must not show.
            sys.stderr.write(legible(question))
            sys.stderr.flush()
            line = _raw_line(handle)
        finally:
            termios.tcsetattr(handle, termios.TCSADRAIN, before)
            say("")
    return line.decode("utf-8", "replace")


def _raw_line(handle: int) -> bytes:
    line = b""
    while len(line) < MAX_BYTES:
        piece = os.read(handle, 4096)
        if not piece or _END_OF_INPUT in piece:
            raise KeyboardInterrupt
        begin, is_whole, _rest = piece.replace(b"\r", b"\n").partition(b"\n")
        line += begin
        if is_whole:
            break
    return line


def agrees(question: str) -> bool:
    """Whether the answer is yes; enter alone is no."""
    return ask(question).casefold() in ("y", "yes", "是")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let ctrl+c interrupt a read: under asyncio the first one only cancels a task, which cannot end meanwhile."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
