"""A person's own keys: the table `[keys]` of the configuration file, and its presets."""

from collections.abc import Mapping

from tui.config.tables import BadTable
from tui.domain.key_map import DEFAULTS, FIXED, UNDECIDED, KeyMap, conflicts, read_key, written
from tui.locale import _

PRESET = "preset"
PRESETS: Mapping[str, Mapping[str, str]] = {
    "vim": {
        "page_up": "pageup, ctrl+b",
        "page_down": "pagedown, ctrl+f",
        "find_next": "n, ;",
        "find_previous": "N, comma",
        "planned": "M",
        "notices": "O",
    },
    "emacs": {
        "up": "up, ctrl+p",
        "down": "down, ctrl+n",
        "page_up": "pageup, alt+v",
        "page_down": "pagedown, ctrl+v",
        "first": "home, alt+<",
        "last": "end, alt+>",
        "chart_left": "left, ctrl+b",
        "chart_right": "right, ctrl+f",
        "find": "/, ctrl+s",
        "palette": "alt+x",
        "back": "esc, ctrl+g",
        "copy": "y, alt+w",
    },
    "k9s": {
        "palette": ":, ctrl+p",
        "profiles": "",
        "disable": "D, ctrl+k",
        "calls": "c, l",
        "chart_left": "left",
        "chart_right": "right",
        "clear": "x, 0",
        "refresh": "r, ctrl+r",
        "columns": "C, ctrl+w",
        "page_up": "pageup, ctrl+b",
        "page_down": "pagedown, ctrl+f",
    },
}
"""What users of other programs expect, where that differs from the defaults."""


def key_map(raw: object) -> KeyMap:
    """The table from the file. Raises BadTable."""
    if not isinstance(raw, Mapping):
        raise BadTable(_('expected a table such as [keys] with disable = "Q" in it'))
    members = dict(raw)
    preset = members.pop(PRESET, "")
    if preset and preset not in PRESETS:
        raise BadTable(_("expected one of {names}").format(names=", ".join(PRESETS)), member=PRESET)
    chosen = {name: _keys(name, text) for name, text in members.items()}
    given = {name: _keys(name, text) for name, text in PRESETS.get(preset, {}).items()}
    own = {name: keys for name, keys in {**given, **chosen}.items() if keys != DEFAULTS[name]}
    keys = KeyMap(own, preset)
    _refuse_conflicts(keys, chosen)
    return keys


def _keys(name: str, text: object) -> tuple[str, ...]:
    if name not in DEFAULTS:
        sentence = _("unknown command; expected one of {names}")
        raise BadTable(sentence.format(names=", ".join([PRESET, *DEFAULTS])), member=name)
    if not isinstance(text, str):
        raise BadTable(_('expected keys such as "Q", or several as in "Q, ctrl+k"; "" takes them away'), member=name)
    return tuple(dict.fromkeys(_key(name, part.strip()) for part in text.split(",") if part.strip()))


def _key(name: str, text: str) -> str:
    key = read_key(text)
    if key is None:
        sentence = _("{key} is no key; expected for instance Q, ?, comma, space, f5, ctrl+k, alt+x")
        raise BadTable(sentence.format(key=repr(text)), member=name)
    if key in UNDECIDED:
        sentence = _("a terminal sends {key} as {other}; choose another")
        raise BadTable(sentence.format(key=text, other=UNDECIDED[key]), member=name)
    if key in FIXED:
        raise BadTable(_("{key} always does the same; choose another").format(key=text), member=name)
    return key


def _refuse_conflicts(keys: KeyMap, chosen: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse a key that would do two things in one place: its first meaning would be lost silently."""
    for key, one, other in conflicts(keys):
        name, taken_by = (one, other) if one in chosen else (other, one)
        sentence = _('{key} is the key of {other} already; give {other} another one here too, or "" for none')
        raise BadTable(sentence.format(key=written(key), other=taken_by), member=name)
