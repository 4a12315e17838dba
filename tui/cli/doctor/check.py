"""The result of one check."""

import os
from enum import StrEnum
from pathlib import Path

from msgspec import Struct


class Health(StrEnum):
    """The result in a word."""

    FINE = "fine"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It could not be checked."""
    NOTE = "note"
    """Good to know, neither right nor wrong."""


class Check(Struct, frozen=True):
    """What was checked, the result, and how to fix it. Nothing in it is secret or identifies a person."""

    name: str
    """The same in every language; translated when shown."""
    text: str
    state: Health = Health.NOTE
    mend: str = ""
    """A command, or what to do."""


def fine_if(is_fine: bool) -> Health:
    """FINE or WRONG."""
    return Health.FINE if is_fine else Health.WRONG


def shown_path(path: Path | str) -> str:
    """A path without the user name in its home directory.

    >>> shown_path("/etc/hosts"), shown_path(f"{Path.home()}/x") if Path.home() != Path("/") else "~/x"
    ('/etc/hosts', '~/x')
    """
    return without_home(str(path))


def without_home(text: str) -> str:
    """A text with `~` for the home directory."""
    home = os.path.expanduser("~").rstrip("/")
    return text.replace(f"{home}/", "~/") if home and home != "~" else text
