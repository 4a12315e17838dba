"""OSC 52, bare and through what stands in between; refused when too large."""

import base64

from tui.terminal import clipboard


def test_bare() -> None:
    assert clipboard.sequence("key 客", {}) == f"\x1b]52;c;{base64.b64encode('key 客'.encode()).decode()}\a"


def test_tmux_gets_both_forms() -> None:
    sent = clipboard.sequence("k", {"TMUX": "/tmp/tmux", "TERM": "screen-256color"})
    assert sent == "\x1b]52;c;aw==\a\x1bPtmux;\x1b\x1b]52;c;aw==\a\x1b\\"


def test_screen_gets_pieces() -> None:
    sent = clipboard.sequence("x" * 1000, {"TERM": "screen.xterm-256color"})
    assert sent is not None
    pieces = sent.split("\x1b\\")[:-1]
    assert all(piece.startswith("\x1bP") and len(piece) < 256 for piece in pieces)
    assert "".join(piece[2:] for piece in pieces) == clipboard.sequence("x" * 1000, {})


def test_refused_over_the_cap() -> None:
    assert clipboard.sequence("x" * clipboard.LARGEST, {}) is not None
    assert clipboard.sequence("x" * clipboard.LARGEST + "x", {}) is None
    assert clipboard.sequence("客" * clipboard.LARGEST, {}) is None


def test_nothing_else_is_wrapped() -> None:
    assert clipboard.wrapped("\x1b[?1049h", {"TMUX": "x"}) == "\x1b[?1049h"
