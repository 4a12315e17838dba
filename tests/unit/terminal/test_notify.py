"""What a terminal is told besides its screen, by the terminal."""

import base64
import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.notify import (
    BELL,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Dialect,
    TerminalVoice,
    desktop,
    dialect_of,
    keep_title,
    restore_title,
    through,
    title,
)

XTERM = {"TERM": "xterm-256color"}
GHOSTTY = {"TERM": "xterm-ghostty"}
KITTY = {"TERM": "xterm-kitty"}
ITERM = {"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}


@pytest.mark.parametrize(
    ("environ", "dialect"),
    [
        ({}, Dialect.NONE),
        (XTERM, Dialect.NONE),
        (KITTY, Dialect.OSC_99),
        (GHOSTTY, Dialect.OSC_777),
        ({"TERM": "foot-extra"}, Dialect.OSC_777),
        ({"TERM": "rxvt-unicode-256color"}, Dialect.OSC_777),
        (XTERM | {"TERM_PROGRAM": "iTerm.app"}, Dialect.OSC_9),
        (ITERM, Dialect.OSC_9),
        (XTERM | {"TERM_PROGRAM": "WezTerm"}, Dialect.OSC_777),
        (XTERM | {"TERM_PROGRAM": "Apple_Terminal"}, Dialect.NONE),
        (XTERM | {"TERM_PROGRAM": "vscode", "KITTY_WINDOW_ID": "1"}, Dialect.NONE),
        (XTERM | {"WT_SESSION": "1"}, Dialect.NONE),
        (XTERM | {"VTE_VERSION": "7600"}, Dialect.OSC_777),
        (XTERM | {"VTE_VERSION": "4200"}, Dialect.NONE),
        (XTERM | {"VTE_VERSION": "new"}, Dialect.NONE),
        (XTERM | {"KONSOLE_VERSION": "230800"}, Dialect.OSC_777),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "KITTY_WINDOW_ID": "3"}, Dialect.OSC_99),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "LC_TERMINAL": "iTerm2"}, Dialect.OSC_9),
        ({"TERM": "linux", "KITTY_WINDOW_ID": "3"}, Dialect.NONE),
        ({"TERM": "dumb", "VTE_VERSION": "7600"}, Dialect.NONE),
    ],
)
def test_a_terminal_is_known_by_what_it_says_of_itself(environ: Mapping[str, str], dialect: Dialect) -> None:
    assert dialect_of(environ) is dialect


def test_each_dialect() -> None:
    assert desktop("aktop", "a; b", ITERM) == "\x1b]9;aktop: a; b\a"
    assert desktop("4;1", "x", ITERM) == "\x1b]9; 4;1: x\a"
    assert desktop("ak;top", "a; b", GHOSTTY) == "\x1b]777;notify;ak,top;a; b\a"
    heading, text = (base64.b64encode(one.encode()).decode() for one in ("aktop", "余额"))
    assert (
        desktop("aktop", "余额", KITTY, is_urgent=True)
        == f"\x1b]99;i=aktop:d=0:u=2:e=1;{heading}\a\x1b]99;i=aktop:d=1:p=body:e=1;{text}\a"
    )
    assert desktop("aktop", "x", XTERM) == ""


def test_tmux_and_screen_hand_it_on() -> None:
    assert desktop("a", "b", ITERM | {"TMUX": "/tmp/x"}) == "\x1bPtmux;\x1b\x1b]9;a: b\a\x1b\\"
    assert desktop("a", "b", {"TERM": "screen", "LC_TERMINAL": "iTerm2"}) == "\x1bP\x1b]9;a: b\a\x1b\\"
    pieces = through("x" * 300, {"TERM": "screen"}).split("\x1b\\")
    assert [len(piece) for piece in pieces] == [242, 62, 0]


def test_the_title_is_kept_and_brought_back() -> None:
    assert title("■ $23/h · aktop", XTERM) == "\x1b]2;■ $23/h · aktop\x1b\\"
    assert (keep_title(XTERM), restore_title(XTERM)) == ("\x1b[22;0t", "\x1b[23;0t")


@pytest.mark.parametrize("term", ["", "dumb", "linux", "vt100", "VT220", "cons25"])
def test_a_terminal_without_title_is_sent_none(term: str) -> None:
    environ = {"TERM": term}
    assert title("x", environ) + keep_title(environ) + restore_title(environ) == ""


@given(st.text(max_size=600), st.text(max_size=600), st.sampled_from([ITERM, GHOSTTY, KITTY]))
def test_no_text_is_obeyed(heading: str, text: str, environ: Mapping[str, str]) -> None:
    sequence = desktop(heading, text, environ)
    inside = sequence.replace("\x1b]", "").replace("\a", "")
    assert not [char for char in inside if unicodedata.category(char) == "Cc"]
    assert sequence.count("\a") == sequence.count("\x1b]") == (2 if environ is KITTY else 1)
    named = title(heading, XTERM).removeprefix("\x1b]2;").removesuffix("\x1b\\")
    assert not [char for char in named if unicodedata.category(char) in ("Cc", "Cs")]
    assert len(named) <= TITLE_LENGTH


def test_a_long_text_is_cut() -> None:
    assert len(desktop("a", "x" * 5000, GHOSTTY)) < TEXT_LENGTH + 30


def test_a_voice_sets_a_title_once_and_brings_the_former_back_once() -> None:
    sent: list[str] = []
    voice = TerminalVoice(sent.append, XTERM)
    voice.restore_title()
    for text in ("a", "a", "b"):
        voice.show_title(text)
    voice.restore_title()
    voice.restore_title()
    assert sent == ["\x1b[22;0t\x1b]2;a\x1b\\", "\x1b]2;b\x1b\\", "\x1b[23;0t"]


def test_a_voice_says_whether_the_terminal_is_known() -> None:
    sent: list[str] = []
    assert not TerminalVoice(sent.append, XTERM).notify("a", "b")
    assert TerminalVoice(sent.append, ITERM).notify("a", "b")
    TerminalVoice(sent.append, XTERM).ring()
    assert sent == ["\x1b]9;a: b\a", BELL]
