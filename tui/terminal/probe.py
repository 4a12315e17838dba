"""Queries the terminal about itself, and measures how wide it draws aktop's signs."""

import os
import re
import select
import termios
import time
import tty
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec import Struct

DRAWN = "─│╭┏━╮├┢█▏▌░▁▇⣿⡰■▲●◌▾▸…·×≈≥↑–"
"""Signs that must each take one cell: frames, bars, curves and marks."""
WIDE = "客ｗ한"
"""Signs that must each take two."""
BRACKETED_PASTE, SGR_MOUSE, SYNCHRONISED = 2004, 1006, 2026
"""Modes that aktop uses, by number."""
PATIENCE_S = 2.0
_TTY = "/dev/tty"
_AT = re.compile(rb"\x1b\[\d+;(\d+)R")
_ATTRIBUTES = re.compile(rb"\x1b\[\?([\d;]*)c")
_MODE = re.compile(rb"\x1b\[\?(\d+);(\d)\$y")
_KITTY_KEYS = re.compile(rb"\x1b\[\?\d+u")
_NAME = re.compile(rb"\x1bP>\|([^\x1b]{0,200})\x1b\\")
_UNKNOWN_MODE = 0


class Answers(Struct, frozen=True):
    """The answers. A terminal does not answer questions that it does not know."""

    has_answered: bool
    """Whether it answered the question that all terminals know."""
    name: str = ""
    widths: Mapping[str, int] = {}
    """Measured cells per sign."""
    modes: Mapping[int, bool] = {}
    """Whether it knows a mode, as far as it said so."""
    has_kitty_keys: bool = False
    takes_clipboard: bool = False
    """Whether it says that its clipboard can be written. Most that can do not say so."""


def ask(environ: Mapping[str, str], patience_s: float = PATIENCE_S) -> Answers | None:
    """Query the terminal of this process; None if there is none, or if this process must not write on it."""
    try:
        handle = os.open(_TTY, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if os.tcgetpgrp(handle) != os.getpgrp():
            return None  # in the background, where a query would stop the whole job
        with _listening(handle):
            _write_all(handle, _questions(environ))
            return understood(_heard(handle, patience_s), DRAWN + WIDE)
    except (OSError, termios.error):
        return None
    finally:
        os.close(handle)


def understood(heard: bytes, asked: Sequence[str]) -> Answers:
    """The parsed answers; measurements come in the order of the signs.

    >>> understood(b"\\x1b[1;2R\\x1b[1;3R\\x1b[?62;52c", "x客").widths
    {'x': 1, '客': 2}
    """
    columns = [int(column) for column in _AT.findall(heard)]
    attributes = _ATTRIBUTES.search(heard)
    name = _NAME.search(heard)
    is_measured = len(columns) == len(asked)
    return Answers(
        attributes is not None,
        name[1].decode("utf-8", "replace") if name else "",
        dict(zip(asked, (column - 1 for column in columns), strict=True)) if is_measured else {},
        {int(number): int(state) != _UNKNOWN_MODE for number, state in _MODE.findall(heard)},
        _KITTY_KEYS.search(heard) is not None,
        attributes is not None and b"52" in attributes[1].split(b";"),
    )


def misdrawn(answers: Answers) -> str:
    """Signs that do not take the cells that aktop counts for them."""
    return "".join(sign for sign, cells in answers.widths.items() if cells != (2 if sign in WIDE else 1))


def _questions(environ: Mapping[str, str]) -> bytes:
    """All questions; every terminal knows the last one, so its answer ends the others."""
    text = "".join(f"\r{sign}\x1b[6n" for sign in DRAWN + WIDE) + "\r\x1b[K"
    if environ.get("TERM_PROGRAM") != "Apple_Terminal":  # it prints unknown sequences
        text += "".join(f"\x1b[?{mode}$p" for mode in (BRACKETED_PASTE, SGR_MOUSE, SYNCHRONISED))
        text += "\x1b[>0q\x1b[?u"
    return f"{text}\x1b[c".encode()


@contextmanager
def _listening(handle: int) -> Iterator[None]:
    """Disable echo and line mode in the block, and restore both afterwards."""
    before = termios.tcgetattr(handle)
    tty.setcbreak(handle, termios.TCSAFLUSH)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSAFLUSH, before)


def _heard(handle: int, patience_s: float) -> bytes:
    heard, until = b"", time.monotonic() + patience_s
    while _ATTRIBUTES.search(heard) is None and (left_s := until - time.monotonic()) > 0:
        if not select.select([handle], [], [], left_s)[0]:
            break
        piece = os.read(handle, 4096)
        if not piece:
            break
        heard += piece
    return heard


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
