"""Whatever a terminal thinks of a glyph's width, the cells beside it stand where they belong."""

import random
import unicodedata

import pytest
from wcwidth import wcwidth

from tests.unit.terminal.emulator import Emulator
from tests.unit.terminal.frames import Differ, one_line
from tui.terminal.glyphs import Kinds, glyphs, is_settled

NAMES = (
    "हिन्दी क्षत्रिय",
    "தமிழ் கொள்கை",
    "বাংলা কোম্পানি",
    "မြန်မာ ကောင်း",
    "ភាសាខ្មែរ",
    "ไทย กำลัง",
    "ᬓᬶᬓᬾ",
    "𑀓𑀸",
    "⚠️ ☕ 👍🏽",
    "🇨🇳",
)


class OwnMind(Emulator):
    """A terminal that counts glyphs of disputed width as it likes."""

    counts_as = 1

    def _show(self, text: str) -> None:
        for glyph, width in glyphs(text, self._kinds):
            if is_settled(glyph):
                super()._show(glyph)
                continue
            for _cell in range(min(self.counts_as, self.width - 1 - self._x)):
                self.cells[self._y][self._x] = ("?", self.style)
                self._x += 1
            assert width <= 2


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("counts_as", [0, 1, 2, 3])
def test_a_row_stands_where_it_belongs(name: str, counts_as: int) -> None:
    taken = sum(width for _glyph, width in glyphs(name, Kinds()))
    line = f"│{name}  │ active │ $45.69 │"
    width = 1 + taken + 2 + len("│ active │ $45.69 │")
    terminal, differ = OwnMind(width, 1), Differ(width, 1)
    terminal.counts_as = counts_as
    for shown in (line, line.replace("$45.69", "$45.70"), line.replace(name, " " * taken), line):
        terminal.feed(differ.paint(one_line(shown, 0, 0)))
        wanted = shown[shown.index("  │") :] if name in shown else shown[1 + taken :]
        assert "".join(glyph for glyph, _style in terminal.cells[0])[-len(wanted) + 2 :] == wanted[2:]
        assert terminal.cells[0][0][0] == "│"


@pytest.mark.parametrize("seed", range(20))
def test_a_name_that_changes_leaves_nothing_beside_it(seed: int) -> None:
    lot = random.Random(seed)
    terminal, differ = OwnMind(40, 1), Differ(40, 1)
    terminal.counts_as = lot.randint(0, 3)
    for _frame in range(20):
        name = lot.choice((*NAMES, "laptop", "客服"))
        taken = sum(width for _glyph, width in glyphs(name, Kinds()))
        terminal.feed(differ.paint(one_line(f"{name}{' ' * (18 - taken)}│ active          $1 │", 0, 0)))
        assert "".join(glyph for glyph, _style in terminal.cells[0][18:]) == "│ active          $1 │"


def test_what_is_settled_has_one_width_in_every_table() -> None:
    for code in range(0x20, 0x30000):
        character = chr(code)
        if unicodedata.category(character) in ("Cn", "Cc", "Cs", "Co") or not is_settled(character):
            continue
        widths = {wcwidth(character, unicode_version=version) for version in ("9.0.0", "15.0.0", "auto")}
        assert widths == {Kinds()[character]}, hex(code)


def test_spacing_marks_are_never_settled() -> None:
    for code in range(0x30000):
        if unicodedata.category(chr(code)) in ("Mc", "Cf"):
            assert not is_settled(chr(code)), hex(code)
            assert not is_settled("क" + chr(code)), hex(code)
