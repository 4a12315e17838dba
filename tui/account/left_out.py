"""Keys that a person wants kept quiet: from names and ids as written to ids."""

from collections.abc import Callable, Sequence

from tui.domain.keys import ApiKey
from tui.domain.names import seen
from tui.locale import _


def keys_meant(text: str, keys: Sequence[ApiKey]) -> tuple[ApiKey, ...]:
    """The keys that a name or an id could mean; with a leading `#` it is an id."""
    number = text.removeprefix("#")
    same_id = [key for key in keys if number.isascii() and number.isdigit() and key.id == int(number)]
    if text.startswith("#") and same_id:
        return tuple(same_id)
    return (*same_id, *(key for key in keys if key not in same_id and seen(key.name) == seen(text)))


class LeftOut:
    """The ids of those keys, where it is clear which are meant; each unclear name is warned about once."""

    def __init__(self, names: Sequence[str], warn: Callable[[str], None]) -> None:
        self._names = tuple(names)
        self._warn = warn
        self._keys: Sequence[ApiKey] | None = None
        self._ids: frozenset[int] = frozenset()
        self._warned: set[str] = set()

    def ids(self, keys: Sequence[ApiKey] | None) -> frozenset[int]:
        """The ids among the account's keys; none while the keys are unknown."""
        if self._names and keys is not None and keys is not self._keys:
            self._keys = keys
            self._ids = frozenset(key.id for name in self._names for key in self._only(name, keys))
        return self._ids

    def _only(self, name: str, keys: Sequence[ApiKey]) -> tuple[ApiKey, ...]:
        meant = keys_meant(name, keys)
        if len(meant) == 1:
            return meant
        if name not in self._warned:
            self._warned.add(name)
            told = _("triage.leave_out: no key is called '{name}': nothing is left out by it")
            if meant:
                told = _("triage.leave_out: several keys are called '{name}', or look so: give an id")
            self._warn(told.format(name=name))
        return ()
