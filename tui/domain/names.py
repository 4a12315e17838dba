"""Finds names that look alike, so that an id can be shown beside them."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec.structs import replace

from tui.domain.keys import ApiKey

CUT_AFTER = 13
"""Cells of a name that even the narrowest table shows."""

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("IІΙӀ1|", "l"),
        **dict.fromkeys("0ОΟ", "o"),
        **dict(zip("АВЕЅНЈКМРСТХУ", "ABESHJKMPCTXY", strict=True)),
        **dict(zip("ΑΒΕΖΗΚΜΝΡΤΥΧ", "ABEZHKMNPTYX", strict=True)),
        **dict(zip("аеорсухѕіјһԁԛԝ", "aeopcyxsijhdqw", strict=True)),
        **dict(zip("οανρικτυ", "oavpiktu", strict=True)),
        **dict.fromkeys("‐‑‒–—−", "-"),
    }
)
"""Letters of other scripts shaped like Latin ones, and digits shaped like letters."""


@lru_cache(maxsize=4096)
def seen(name: str) -> str:
    """The visible form of a name: two names with the same form cannot be told apart.

    >>> seen("prod") == seen("pro\\u200bd") == seen("ｐｒｏｄ") == seen("рrоd "), seen("prod") == seen("Prod")
    (True, False)
    >>> seen("\\u3164")
    ''
    """
    shown = "".join(one for one in name if one not in _UNSEEN)
    shown = "".join(one for one in unicodedata.normalize("NFKC", shown) if not _is_unseen(one))
    return " ".join(shown.translate(_LOOK_ALIKES).split())


def _is_unseen(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cf", "Cc")
        or character in _UNSEEN
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def alike(names: Mapping[int, str]) -> frozenset[int]:
    """The ids of names that could be mistaken for one another, ignoring case, or that are invisible.

    >>> sorted(alike({1: "prod", 2: "PROD", 3: "laptop", 4: " "}))
    [1, 2, 4]
    """
    shown = {one: seen(name).casefold() for one, name in names.items()}
    count = Counter(shown.values())
    return frozenset(one for one, name in shown.items() if not name or count[name] > 1)


def told_apart(keys: Iterable[ApiKey]) -> tuple[ApiKey, ...]:
    """The account's keys, marked where their names look alike, whole or cut."""
    keys = tuple(keys)
    whole = alike({key.id: key.name for key in keys})
    cut = alike({key.id: _cut(seen(key.name)) for key in keys})
    return tuple(
        replace(key, is_alike=key.id in whole, is_alike_cut=key.id in cut) if key.id in whole or key.id in cut else key
        for key in keys
    )


def _cut(name: str) -> str:
    taken = 0
    for at, character in enumerate(name):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > CUT_AFTER:
            return name[:at]
    return name
