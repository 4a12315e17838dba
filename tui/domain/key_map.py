"""The keys of each command, from the registry unless a person chose others, and how keys are written.

Keys have the framework's names, such as `question_mark` and `ctrl+k`; a person writes and reads `?`.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from tui.domain.commands import COMMANDS, MOTIONS, OPENS, ScreenKind

NAMED = frozenset(
    (
        *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"),
        *("up", "down", "left", "right"),
        *(f"f{number}" for number in range(1, 13)),
    )
)
MODIFIERS = ("ctrl", "alt", "shift")
_WRITTEN = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "return": "enter", "del": "delete", "ins": "insert"}
_SHOWN = {"escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "up": "↑", "down": "↓", "left": "←", "right": "→"}
_FRIENDLY = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
UNDECIDED = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+j": "enter"}
"""Keys that terminals send as other keys."""
FIXED = frozenset({"tab", "shift+tab", "1", "2", "3", "4", "ctrl+c", "ctrl+q"})
"""Keys that switch panes or end the program."""
NO_KEY = "–"


def _name_of(sign: str) -> str:
    name = unicodedata.name(sign).lower().replace("-", "_").replace(" ", "_")
    return _FRIENDLY.get(name, name)


_SIGN_NAMES = {sign: _name_of(sign) for sign in _SIGNS}
_SIGNS_BY_NAME = {name: sign for sign, name in _SIGN_NAMES.items()}


def read_key(text: str) -> str | None:
    """The name of a key as a person writes it; None if it is not a key.

    >>> [read_key(text) for text in ("X", "?", "ctrl+K", "esc", "comma", "alt+<", "nokey")]
    ['X', 'question_mark', 'ctrl+k', 'escape', 'comma', 'alt+less_than_sign', None]
    """
    *modifiers, last = text.split("+") if text != "+" else ["+"]
    if not last and modifiers and not modifiers[-1]:  # ctrl++
        last, modifiers = "+", modifiers[:-1]
    if any(one not in MODIFIERS for one in modifiers):
        return None
    name = _key_name(last.lower() if modifiers and len(last) == 1 else last)
    return "+".join([*modifiers, name]) if name is not None else None


def _key_name(text: str) -> str | None:
    if len(text) == 1:
        return text if text.isalnum() else _SIGN_NAMES.get(text)
    lower = _WRITTEN.get(text.lower(), text.lower())
    return lower if lower in NAMED or lower in _SIGNS_BY_NAME else None


def written(name: str) -> str:
    """A key as a person reads it.

    >>> written("question_mark"), written("ctrl+k"), written("escape"), written("X")
    ('?', 'ctrl+k', 'esc', 'X')
    """
    *modifiers, last = name.split("+")
    return "+".join([*modifiers, _SHOWN.get(last) or _SIGNS_BY_NAME.get(last, last)])


class KeyMap(Struct, frozen=True):
    """The keys of each command and motion. `own` holds those that differ from the registry; empty means unbound.

    `preset` is the set of keys that they are based on.
    """

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    preset: str = ""

    def keys_of(self, command_id: str) -> tuple[str, ...]:
        """The names of a command's keys."""
        own = self.own.get(command_id)
        return DEFAULTS[command_id] if own is None else own

    def shown(self, command_id: str) -> str:
        """A command's first key, as a person reads it."""
        keys = self.keys_of(command_id)
        return written(keys[0]) if keys else NO_KEY

    def bound(self) -> dict[str, str]:
        """The changed bindings by ids of widgets and screens: comma-separated keys, or a key that does not exist."""
        found: dict[str, str] = {}
        for name, keys in self.own.items():
            text = ",".join(keys) or f"none_{name}"
            for binding in _BINDINGS.get(name, (name,)):
                found[binding] = text
        return found


_KEYS = ((one.id, one.keys) for one in COMMANDS), ((one.id, one.keys) for one in MOTIONS)
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    name: tuple(key for key in keys.split(",") if key) for part in _KEYS for name, keys in part
}
_BINDINGS = {**{motion.id: motion.bindings for motion in MOTIONS}, "open": OPENS}
_PLACES: Mapping[str, frozenset[ScreenKind]] = {command.id: command.places for command in COMMANDS}
_CHARTS = frozenset(motion.id for motion in MOTIONS if motion.id.startswith("chart_"))


def conflicts(keys: KeyMap) -> list[tuple[str, str, str]]:
    """Keys that would do two things in one place: the key and the two."""
    names, found = list(DEFAULTS), []
    by_key: dict[str, list[str]] = {}
    for name in names:
        for key in keys.keys_of(name):
            found += [(key, other, name) for other in by_key.get(key, ()) if _meet(other, name)]
            by_key.setdefault(key, []).append(name)
    return found


def _meet(one: str, other: str) -> bool:
    """Whether two clash: commands in the same place, or motions of widgets that can have the focus."""
    if one in _PLACES and other in _PLACES:
        return bool(_PLACES[one] & _PLACES[other])
    if one in _PLACES or other in _PLACES:
        return True
    return (one in _CHARTS) == (other in _CHARTS)


def differing(keys: KeyMap) -> Sequence[tuple[str, str]]:
    """What a person changed: command and keys as written, in registry order."""
    return [
        (name, ", ".join(written(key) if key != "comma" else key for key in keys.own[name]))
        for name in DEFAULTS
        if name in keys.own
    ]
