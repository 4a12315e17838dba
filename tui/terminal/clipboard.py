"""The terminal's clipboard over OSC 52, through tmux and screen; whether it arrived cannot be known."""

import base64
from collections.abc import Mapping

LARGEST = 74_994
"""Bytes that fit the smallest limit among terminals: 100 000 characters, encoded."""
_SCREEN_PIECE = 240
_OSC_52 = "\x1b]52;"


def sequence(text: str, environ: Mapping[str, str]) -> str | None:
    """Return the sequence that puts a text into the clipboard; None if it is too long for terminals.

    >>> sequence("key", {})
    '\\x1b]52;c;a2V5\\x07'
    """
    data = text.encode("utf-8", "replace")
    if len(data) > LARGEST:
        return None
    return wrapped(f"{_OSC_52}c;{base64.b64encode(data).decode()}\a", environ)


def wrapped(data: str, environ: Mapping[str, str]) -> str:
    """Wrap a clipboard sequence for the multiplexer in between; leave all else as it is.

    tmux takes the sequence itself (`set-clipboard on`) or passes it on (`allow-passthrough on`), so it gets both forms;
    setting the same clipboard twice is harmless. screen passes on only pieces of limited length.
    """
    if not data.startswith(_OSC_52):
        return data
    if environ.get("TMUX"):
        return data + "\x1bPtmux;" + data.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        pieces = (data[at : at + _SCREEN_PIECE] for at in range(0, len(data), _SCREEN_PIECE))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return data
