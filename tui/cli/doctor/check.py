"""One thing that was looked at."""

import os
from enum import StrEnum
from pathlib import Path

from msgspec import Struct


class Health(StrEnum):
    """How it is with it."""

    FINE = "fine"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It could not be looked at."""
    NOTE = "note"
    """Good to know, and neither."""


class Check(Struct, frozen=True):
    """What was looked at, how it is, and what mends it. Nothing in it is secret or tells who it is."""

    name: str
    """The same in every language; it is translated when it is shown."""
    text: str
    state: Health = Health.NOTE
    mend: str = ""
    """A command, or what to do."""


def fine_if(is_fine: bool) -> Health:
    """FINE or WRONG."""
    return Health.FINE if is_fine else Health.WRONG


def shown_path(path: Path | str) -> str:
    """A path without the name of the person in whose home it lies.

    >>> shown_path("/etc/hosts"), shown_path(f"{Path.home()}/x") if Path.home() != Path("/") else "~/x"
    ('/etc/hosts', '~/x')
    """
    return without_home(str(path))


def without_home(text: str) -> str:
    """A text with `~` for the home in it."""
    home = os.path.expanduser("~").rstrip("/")
    return text.replace(f"{home}/", "~/") if home and home != "~" else text
