"""The last gate: what text from outside may carry never reaches the terminal as more than text."""

import pytest

from tests.unit.terminal.emulator import Emulator
from tests.unit.terminal.frames import Differ, one_line
from tui.terminal.frame_parser import harmless, is_frame

HOSTILE = (
    *("\x1b]52;c;AAAA\x07", "\x1b[2J", "\x1b[?1049l", "\x1bc", "\x9b31m", "\x1bP+q\x1b\\", "\x07\x08\x0e"),
    *("\x1b]0;title\x07", "\u202eabc\u202c", "\u2066x\u2069", "\x85", "a\rb", "\x1b[4:3mx", "\x1b(0x"),
)


@pytest.mark.parametrize("text", HOSTILE)
def test_escapes_inside_text_never_pass(text: str) -> None:
    differ, screen = Differ(40, 1), Emulator(40, 1)
    sent = differ.paint(one_line(f"a{text}b", 0, 0))
    screen.feed(sent)
    assert not screen.foreign
    shown = sent.replace("\x1b[", "")
    assert not [char for char in shown if char < " " or "\x7f" <= char <= "\x9f" or char in "\u202e\u202c\u2066\u2069"]


@pytest.mark.parametrize("text", HOSTILE)
def test_nor_when_the_frame_is_not_understood(text: str) -> None:
    frame = one_line(f"a{text}b", 0, 0)
    assert text not in harmless(frame)
    # Text outside of the screen is not understood.
    sent = Differ(40, 1).paint(one_line(f"{text}", 0, 7) + "x" * 50)
    assert text not in sent


def test_frames_are_told_from_modes() -> None:
    assert is_frame("\x1b[1;1Hkey")
    assert is_frame("\n\x1b[5;1Hkey")
    for other in ("\x1b[?1049h", "\x1b]52;c;AA\x07", "\x07", "\x1b[?2026h", "\x1b[6n", ""):
        assert not is_frame(other)


def test_what_is_not_understood_is_sent_whole_and_forgotten() -> None:
    differ, screen = Differ(10, 2), Emulator(10, 2)
    screen.feed(differ.paint(one_line("key", 0, 0, "bold red")))
    assert differ.paint("\x1b[1;1H\x1b[58;5;1mabc\x1b[0m") == "\x1b[m\x1b[1;1H\x1b[58;5;1mabc\x1b[0m"
    assert differ.misunderstood == 1
    # Nothing is known of the screen any more: an equal text is sent again.
    assert "abc" in differ.paint(one_line("abc", 0, 0))
