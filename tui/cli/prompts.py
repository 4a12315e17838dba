"""Questions to a person at the terminal."""

import getpass
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tui.cli.output import say
from tui.domain.text import legible


def has_person() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def ask(question: str) -> str:
    """A line, as typed. Raises KeyboardInterrupt, also at the end of input."""
    with _interruptible():
        sys.stderr.write(legible(question))
        sys.stderr.flush()
        line = sys.stdin.readline()
    if not line:
        say("")
        raise KeyboardInterrupt
    return line.strip()


def ask_secret(question: str) -> str:
    """A line that does not show while it is typed. Raises KeyboardInterrupt, also at the end of input."""
    with _interruptible():
        try:
            return getpass.getpass(legible(question), stream=sys.stderr)
        except EOFError:
            raise KeyboardInterrupt from None


def agrees(question: str) -> bool:
    """Whether the answer is yes; enter alone is no."""
    return ask(question).casefold() in ("y", "yes", "是")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Under asyncio the first ctrl+c only cancels a task, which cannot end while a read is waiting."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
