"""With `--ascii` the screen has no sign that a font may lack, and every letter that it had."""

import os
import unicodedata

import pytest

from tui.terminal.ascii_signs import ASCII
from tui.terminal.line_writer import LineWriter


@pytest.mark.parametrize(
    ("shown", "plain"),
    [
        ("┌─Keys─┐│└┘├┤┬┴┼╭╮╰╯━┃", "+-Keys-+|++++++++++++-|"[:7] + "+|" + "+" * 11 + "-|"),
        ("▁▂▃▄▅▆▇█", "_.:-=+*#"),
        ("● ○ ◌ ✕ ■ ▲ ×16.2 ≈ 22:27 → 100 % …", "* o @ x # ^ x16.2 ~ 22:27 > 100 % ."),
        ("客服机器人 naïve Ω", "客服机器人 naïve Ω"),
        ("\x1b[38;5;1mred\x1b[m\r\n", "\x1b[38;5;1mred\x1b[m\r\n"),
        ("⠀⣿⌘", " :?"),
    ],
)
def test_a_sign_becomes_one_character(shown: str, plain: str) -> None:
    assert shown.translate(ASCII) == plain


def test_no_frame_block_arrow_or_mathematical_sign_is_left_and_none_takes_another_width() -> None:
    for code in (*range(0xA0, 0x100), *range(0x2010, 0x2C00)):
        found = chr(code).translate(ASCII)
        assert len(found) == 1
        assert found.isascii() or unicodedata.category(chr(code))[0] in "LNMZC" or found == chr(code)
    assert all(chr(code).translate(ASCII).isascii() for code in range(0x2500, 0x25FD))


def test_what_goes_to_the_terminal_goes_through_it() -> None:
    reading, writing = os.pipe()
    line = LineWriter(writing, lambda: None, ASCII)
    line.send("─ ● live ×2 客")
    line.stop(5)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        assert file.read().decode() == "- * live x2 客"
