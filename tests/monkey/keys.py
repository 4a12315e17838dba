"""What a monkey types, as a terminal sends it: packets of keys, at times with a purpose."""

import random
from collections.abc import Iterator

from msgspec import Struct

from tui.domain.commands import COMMANDS

ESCAPE, ENTER, TAB, BACK_TAB = "\x1b", "\r", "\t", "\x1b[Z"
_NAMED = {
    "enter": ENTER,
    "escape": ESCAPE,
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "plus": "+",
    "minus": "-",
    "ctrl+l": "\x0c",
    "ctrl+z": "\x1a",
    "ctrl+p": "\x10",
    "space": " ",
    "asterisk": "*",
    "semicolon": ";",
    "comma": ",",
    "apostrophe": "'",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "shift+up": "\x1b[1;2A",
    "shift+down": "\x1b[1;2B",
}
BOUND = tuple(
    command.keys if len(command.keys) == 1 else _NAMED[command.keys]
    for command in COMMANDS
    if command.keys and command.id != "quit"
)
ARROWS = ("\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D")
MOVES = (*ARROWS, *ARROWS, "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "j", "k", "h", "l", "g", "G")
CONTROLS = tuple(chr(code) for code in range(1, 27) if chr(code) not in "\t\r\x03\x11\x1a")
TEXTS = ("prod", "1", "0", "+5", "x2", "12.5", "status:429 cost>0.1", "客服", "a b", "~/out.csv", "zz=", "\x7f\x7f")
AMOUNTS = ("0", "1", "7.5", "+5", "x2", "120", "-3", "abc", "99999999999")
PAUSE_S = 0.35
"""Longer than a dialog is deaf after something was typed too early."""
AT_ONCE = (2, 8)


class Packet(Struct, frozen=True):
    """Keys that come in one piece, and how long a hand then rests."""

    keys: tuple[str, ...]
    rest_s: float = 0.0

    @property
    def text(self) -> str:
        """What the terminal sends; an escape stands last, or it would be half of another key."""
        return "".join(sorted(self.keys, key=lambda key: key == ESCAPE))


def packets(rng: random.Random) -> Iterator[Packet]:
    """Packets without an end: one key or several at random, and now and then what a person does on purpose."""
    while True:
        drawn = rng.random()
        if drawn < 0.2:
            yield from _purpose(rng)
        elif drawn < 0.21:
            yield Packet(("q",))
        elif drawn < 0.75:
            yield Packet((_key(rng),))
        else:
            yield Packet(tuple(_key(rng) for _ in range(rng.randint(*AT_ONCE))))


def _key(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.38:
        return rng.choice(BOUND)
    if kind < 0.62:
        return rng.choice(MOVES)
    if kind < 0.68:
        return rng.choice("123456789")
    if kind < 0.90:
        return rng.choice((ENTER, ENTER, ESCAPE, ESCAPE, ESCAPE, TAB, BACK_TAB))
    if kind < 0.96:
        return rng.choice(TEXTS)
    return rng.choice(CONTROLS)


def _purpose(rng: random.Random) -> Iterator[Packet]:
    """Get to a list of keys, choose one, and change it, waiting for each dialog."""
    for _ in range(rng.randint(0, 4)):
        yield Packet((ESCAPE,))
    yield Packet((rng.choice("3T333"),))
    yield Packet(tuple(rng.choice(("j", "k", "g", "G", "\x1b[B")) for _ in range(rng.randint(0, 4))), PAUSE_S / 3)
    what = rng.choice("DDDLLLZuuuW$")
    if what == "$":
        yield Packet(("w",), PAUSE_S / 3)
        yield Packet(("R",), PAUSE_S / 3)
        yield Packet((rng.choice(("DEMO-TOPUP-20", "DEMO-TOPUP-50", "nonsense")), ENTER), PAUSE_S)
    else:
        yield Packet((what,), PAUSE_S)
    if what == "L":
        for _ in range(rng.randint(0, 4)):
            yield Packet((rng.choice((TAB, "\x1b[B")),))
        yield Packet((rng.choice(AMOUNTS),))
        if rng.random() < 0.3:
            yield Packet((TAB, rng.choice(AMOUNTS)))
    elif what == "Z":
        yield Packet(("\x7f" * 2 + rng.choice(("1", "30", "600")),))
    elif what == "W":
        yield Packet((rng.choice(AMOUNTS),))
    # Enter leads from a field to the verb; where a button has the focus another way leads there.
    way = {"L": (ENTER,), "Z": (ENTER,), "W": (ENTER,)}.get(what, (TAB,))
    yield Packet(way, rng.choice((0.0, PAUSE_S)))
    yield Packet((ENTER,), rng.choice((0.0, PAUSE_S)))
    if rng.random() < 0.6:
        yield Packet((), PAUSE_S)
        yield Packet((rng.choice((ENTER, ESCAPE)),))
