"""A terminal small enough to be trusted: cells with glyph and look, and only what a driver may send."""

import re
from dataclasses import dataclass, field

from tui.terminal.glyphs import Kinds, glyphs

_TOKENS = re.compile(
    r"\x1b\[([\d;]*)([A-Za-z])"
    r"|\x1b\]8;([^\x1b]*)\x1b\\"
    r"|([\b\r\n])"
    r"|([^\x00-\x1f\x7f]+)"
    r"|(\x1b\[[<>?=][\d;]*\$?[a-z]|\x1b\][^\x07\x1b]*\x07)"
    r"|([\x00-\xff])"
)
_SEEN_ON_BLANKS = {"4", "21", "7", "9", "53"}


@dataclass(frozen=True)
class Style:
    """What SGR and OSC 8 said last."""

    attributes: frozenset[str] = frozenset()
    foreground: str = ""
    background: str = ""
    link: str = ""


@dataclass
class Emulator:
    """Obeys bytes, and shows the screen that a person would see."""

    width: int
    height: int
    cells: list[list[tuple[str, Style]]] = field(init=False)
    foreign: list[str] = field(default_factory=list)
    """What was sent besides addresses, SGR, links and text."""

    def __post_init__(self) -> None:
        self.resize(self.width, self.height)

    def resize(self, width: int, height: int) -> None:
        """Become another size; what was shown is lost."""
        self.width, self.height = width, height
        self.cells = [[("?", Style())] * width for _ in range(height)]
        self._x = self._y = 0
        self.style = Style()
        self._kinds = Kinds()

    def feed(self, text: str) -> None:
        """Obey a text."""
        for numbers, letter, link, control, shown, mode, other in _TOKENS.findall(text):
            if shown:
                self._show(shown)
            elif letter == "m":
                self.style = styled(self.style, numbers)
            elif letter:
                self._move(letter, [int(number) for number in numbers.split(";") if number])
            elif control:
                self._x = {"\b": max(0, self._x - 1)}.get(control, 0)
                self._y += control == "\n"
            elif mode:
                continue
            elif other:
                self.foreign.append(other)
            else:
                own = self.style
                self.style = Style(own.attributes, own.foreground, own.background, link.removesuffix(";") and link)

    def _move(self, letter: str, numbers: list[int]) -> None:
        count = numbers[0] if numbers else 1
        if letter == "H":
            row, column = (*numbers, 1, 1)[:2]
            self._x, self._y = column - 1, row - 1
        elif letter in "BCD":
            self._y += count if letter == "B" else 0
            self._x += {"C": count, "D": -count}.get(letter, 0)
        else:
            self.foreign.append(letter)
        assert 0 <= self._x < self.width, "the cursor stays on the screen"
        assert 0 <= self._y < self.height, "the cursor stays on the screen"

    def _show(self, text: str) -> None:
        while self._y >= self.height:
            self.cells = [*self.cells[1:], [(" ", Style())] * self.width]
            self._y -= 1
        row = self.cells[self._y]
        for glyph, width in glyphs(text, self._kinds):
            if not width:
                self._join(row, glyph)
                continue
            if self._x + width > self.width:
                continue  # half a glyph has no place; foreign output may have moved the cursor
            for offset in range(width):
                self._erase(row, self._x + offset)
            for offset in range(width):
                row[self._x + offset] = (glyph if not offset else "", self.style)
            self._x = min(self._x + width, self.width - 1)

    def _join(self, row: list[tuple[str, Style]], mark: str) -> None:
        x = self._x - 1
        while x > 0 and not row[x][0]:
            x -= 1
        row[x] = (row[x][0] + mark, row[x][1])

    def _erase(self, row: list[tuple[str, Style]], x: int) -> None:
        """Both halves of a wide glyph go when one goes."""
        left = x
        while left > 0 and not row[left][0]:
            left -= 1
        right = x + 1
        while right < self.width and not row[right][0]:
            right += 1
        if right - left > 1:
            row[left:right] = [(" ", Style())] * (right - left)

    def picture(self) -> list[list[tuple[str, Style]]]:
        """What can be seen: the foreground of a blank cannot."""
        return [[seen(glyph, style) for glyph, style in row] for row in self.cells]

    def text(self) -> list[str]:
        """The lines as plain text."""
        return ["".join(glyph for glyph, _ in row) for row in self.cells]


def seen(glyph: str, style: Style) -> tuple[str, Style]:
    """Return what can be seen of a cell."""
    if glyph == " " and not style.attributes & _SEEN_ON_BLANKS:
        return glyph, Style(background=style.background, link=style.link)
    return glyph, style


def styled(style: Style, codes: str) -> Style:
    """Return the style after an SGR sequence."""
    attributes, foreground, background = set(style.attributes), style.foreground, style.background
    rest = iter(codes.split(";"))
    gone = {"22": "1 2", "23": "3", "24": "4 21", "25": "5 6", "27": "7", "28": "8", "29": "9", "55": "53"}
    for code in rest:
        if code in ("", "0"):
            attributes, foreground, background = set(), "", ""
        elif code in gone:
            attributes -= set(gone[code].split())
        elif code in ("38", "48"):
            kind = next(rest)
            colour = ";".join([kind, *(next(rest) for _ in range(3 if kind == "2" else 1))])
            foreground, background = (colour, background) if code == "38" else (foreground, colour)
        elif code == "39" or (len(code) == 2 and code[0] in "39"):
            foreground = "" if code == "39" else code
        elif code == "49" or (len(code) == 2 and code[0] == "4") or len(code) == 3:
            background = "" if code == "49" else code
        else:
            attributes.add(code)
    return Style(frozenset(attributes), foreground, background, style.link)
