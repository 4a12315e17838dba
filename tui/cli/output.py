"""Results go to standard output, notes to standard error, so that pipes get nothing but the result."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tui.domain.text import legible
from tui.records.json_values import json_text
from tui.terminal.streams import OUTPUT, write_nowhere
from widgets.values import Line


class WrongUse(Exception):
    """An invalid command line; the message says what was expected."""


def say(text: str) -> None:
    """Print a note for the person."""
    print(legible(text), file=sys.stderr, flush=True)


def tell(text: str) -> None:
    """Print a line of the result, in words."""
    print(legible(text))


def machine_text(text: str) -> None:
    """Print a piece of the result for programs: UTF-8 everywhere."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
        stream.reconfigure(encoding="utf-8")
    stream.write(text)


def json_object(members: object) -> None:
    """Print an indented JSON object as the result."""
    machine_text(json_text(members) + "\n")


@contextmanager
def read_or_not() -> Iterator[None]:
    """Print a result to its end though its reader may be gone (`| head -1`): the exit code is as if it were read."""
    try:
        yield
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        write_nowhere(OUTPUT)


def plain_text(line: Line) -> str:
    """A line as plain text."""
    return "".join(cell.text for cell in line).rstrip()


def say_lines(lines: Iterable[Line]) -> None:
    """Print several lines as notes."""
    for line in lines:
        say(plain_text(line))
