"""Results go to standard output, notes to standard error: what is piped on holds nothing but the result."""

import io
import sys
from collections.abc import Iterable

from tui.domain.text import legible
from tui.records.json_values import json_text
from widgets.values import Line


class WrongUse(Exception):
    """The command line asks for something that cannot be; the message says what was expected."""


def say(text: str) -> None:
    """A note for the person."""
    print(legible(text), file=sys.stderr, flush=True)


def tell(text: str) -> None:
    """A line of the result, in words."""
    print(legible(text))


def machine_text(text: str) -> None:
    """A piece of the result for programs: UTF-8 wherever it runs."""
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() not in ("utf-8", "utf8"):
        stream.reconfigure(encoding="utf-8")
    stream.write(text)


def json_object(members: object) -> None:
    """A JSON object as the result, indented."""
    machine_text(json_text(members) + "\n")


def plain_text(line: Line) -> str:
    """A line without what only a screen can show."""
    return "".join(cell.text for cell in line).rstrip()


def say_lines(lines: Iterable[Line]) -> None:
    """Several lines as notes."""
    for line in lines:
        say(plain_text(line))
