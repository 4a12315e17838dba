"""Results go to standard output, notes to standard error, so that pipes get nothing but the result."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tui.domain.text import legible
from tui.locale import _
from tui.records.json_values import json_text
from tui.terminal.streams import OUTPUT, write_nowhere
from widgets.values import Line


class WrongUse(Exception):
    """An invalid command line; the message says what was expected."""


class Unwritable(Exception):
    """The result cannot be written, for instance to a full disk; the message says why."""


def say(text: str) -> None:
    """Print a note for the person; one that cannot be written ends nothing."""
    try:
        print(legible(text), file=sys.stderr, flush=True)
    except BrokenPipeError:
        raise
    except OSError:
        pass


def tell(text: str) -> None:
    """Print a line of the result, in words."""
    with _writing():
        print(legible(text))


def machine_text(text: str) -> None:
    """Print a piece of the result for programs: UTF-8 everywhere."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
        stream.reconfigure(encoding="utf-8")
    with _writing():
        stream.write(text)


def flush() -> None:
    """Write what was printed of the result so far."""
    with _writing():
        sys.stdout.flush()


@contextmanager
def _writing() -> Iterator[None]:
    """Raises Unwritable, and BrokenPipeError if the reader wants no more."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        text = _("standard output cannot be written: {reason}")
        raise Unwritable(text.format(reason=error.strerror or error)) from None


def json_object(members: object) -> None:
    """Print an indented JSON object as the result."""
    machine_text(json_text(members) + "\n")


@contextmanager
def read_or_not(*, is_outcome: bool = True) -> Iterator[None]:
    """Print a result to its end though its reader may be gone (`| head -1`): the exit code is as if it were read.

    `is_outcome`: the exit code tells what was found or done, even if the result cannot be written. Raises Unwritable
    otherwise.
    """
    try:
        yield
        flush()
    except BrokenPipeError:
        write_nowhere(OUTPUT)
    except Unwritable as error:
        if not is_outcome:
            raise
        write_nowhere(OUTPUT)
        say(f"aktop: {error}")


def plain_text(line: Line) -> str:
    """A line as plain text."""
    return "".join(cell.text for cell in line).rstrip()


def say_lines(lines: Iterable[Line]) -> None:
    """Print several lines as notes."""
    for line in lines:
        say(plain_text(line))
