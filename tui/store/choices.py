"""A person's latest choices, kept between runs: the palette offers them first."""

from pathlib import Path

from msgspec import Struct

from tui.store.json_file import JsonFile
from tui.store.kept_file import Report

MOST_KEPT = 30
_WAIT_S = 2.0
"""For another aktop's lock: a person is waiting."""


class _Choice(Struct, frozen=True):
    """A choice, by its id."""

    id: str


class RecentChoices:
    """One small file, shared by every aktop of this user. Every method raises OSError."""

    def __init__(self, path: Path, report: Report | None = None) -> None:
        self._file = JsonFile(path, _Choice, report, wait_s=_WAIT_S)

    def newest_first(self) -> tuple[str, ...]:
        """The choices, latest first, each once."""
        found = self._file.read()
        return tuple(dict.fromkeys(found[number].id for number in sorted(found, reverse=True)))

    def add(self, choice: str) -> None:
        """Add the latest choice."""
        with self._file.changing() as choices:
            kept = [one for _number, one in sorted(choices.items()) if one.id != choice][1 - MOST_KEPT :]
            choices.clear()
            choices.update(enumerate([*kept, _Choice(choice)], 1))
