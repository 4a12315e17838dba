"""Keys in words: texts name the keys of the current keymap, like footer and help."""

import re

from tui.domain.key_map import KeyMap

_AT_FIRST = KeyMap()
_in_use = _AT_FIRST


def use(keys: KeyMap) -> None:
    """Use these keys from now on."""
    global _in_use
    _in_use = keys


def shown(command_id: str) -> str:
    """The current key of a command."""
    return _in_use.shown(command_id)


def in_use() -> KeyMap:
    """The current keymap."""
    return _in_use


def with_keys(text: str, *command_ids: str) -> str:
    """A text that names the keys of some commands, with the current ones.

    >>> with_keys("s sort  / filter", "sort", "find")
    's sort  / filter'
    """
    for command_id in command_ids:
        usual, now = _AT_FIRST.shown(command_id), _in_use.shown(command_id)
        place = re.search(rf"(?<![A-Za-z0-9]){re.escape(usual)}(?![A-Za-z0-9])", text) if now != usual else None
        if place is not None:
            text = text[: place.start()] + now + text[place.end() :]
    return text
