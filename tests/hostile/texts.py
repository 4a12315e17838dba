"""Hostile texts, and what must never come of them."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tui.demo.faults import _FREE_TEXT, HOSTILE

LONG = 600
TEXTS: dict[str, str] = {
    "all kinds": HOSTILE,
    "escapes": "\x1b[2J\x1b[31m\x1b]0;owned\x07\x1b]52;c;eA==\x07\x1bP+q\x1b\\\x1bc\x1b[?1049l\x1b[6n\x08\x7f\x05",
    "C1": "\x9b2J\x9d0;owned\x9c\x90q\x9c\x85\x8d\x9a",
    "bidi": "\u202egnp.exe\u202c \u2066a\u2069 \u200e\u200f \u061c אבג عربي",
    "invisible": "\u200b\u200c\u200d\ufeff\u2060\u00ad\u034f\u115f\u3164\U000e0041\ufe0f",
    "markup": "[red]x[/red] [/] [link=file:///etc/passwd]y[/link] [@click=app.quit]z[/] {0} %s $HOME `id` :smile:",
    "document": "# head\n- item\n](javascript:x) <script>alert(1)</script> ``` |a|b| **b** &lt;b&gt; ![x](http://x.test/x.png)",
    "formula": '=HYPERLINK("http://x.test";"y")',
    "formula behind": " \t\r\n\u200b@SUM(1+1)*cmd|'/c calc'!A1",
    "formula, a sum": "+1+1",
    "formula, a difference": "-1+1",
    "formula, wide": "＝1+1",
    "lines": "a\r\nb\nc\rd\x0be\x0cf\x85g\u2028h\u2029i",
    "wide": "客服机器人" * 3 + "👨‍👩‍👧‍👦🏳️‍🌈👍🏽1️⃣🇨🇳" + "Å" + "각" + "क्षि" + "ﷺ",
    "stacked": "e" + "\u0301" * 120,
    "long": "A" * LONG,
    "long and wide": "客" * LONG,
    "nothing but blanks": " \u3000\u2003\u00a0",
    "half a pair": "\ud83d \udc00 \udfff",
    "CSV": '",";\t"\r\n"""',
    "JSON": '"},{"id":9,"name":"\\u001b[2J',
}
FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_FORBIDDEN = frozenset({"Cc", "Cs", "Cf", "Zl", "Zp"})
_JOINER = "\u200d"
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def harmful(text: str) -> list[str]:
    """Characters of a text that act, hide or break a line; joined emoji may stay joined."""
    return [ascii(char) for char in text if unicodedata.category(char) in _FORBIDDEN and char != _JOINER]


def formulas(cells: Iterable[str]) -> list[str]:
    """Cells that a spreadsheet would compute."""
    return [
        cell
        for cell in cells
        if cell.strip().startswith(FORMULA_STARTS) or cell.startswith(FORMULA_STARTS)
        if not _NUMBER.fullmatch(cell)
    ]


class Mixed:
    """Every text from outside gets one of the hostile ones behind or before it, always the same; members take turns."""

    def __init__(self, first: int, *, is_before: bool = False) -> None:
        self.given: dict[str, str] = {}
        self._is_before = is_before
        self._turns: Counter[str] = Counter(dict.fromkeys(_FREE_TEXT, first))

    def change(self, name: str, value: Any) -> Any:
        """A member as it is sent."""
        if name not in _FREE_TEXT or not isinstance(value, str):
            return value
        if value not in self.given:
            text = tuple(TEXTS.values())[self._turns[name] % len(TEXTS)]
            self.given[value] = f"{text}{value}" if self._is_before else f"{value}{text}"
            self._turns[name] += 1
        return self.given[value]

    def has_given(self, text: str) -> bool:
        """Whether it stood behind or before something."""
        return any(given.startswith(text) or given.endswith(text) for given in self.given.values())


def as_toml(text: str) -> str:
    """A string of a configuration file in which nothing stands as itself; TOML knows no halves of pairs."""
    escaped = (f"\\U{ord(char):08x}" for char in text if unicodedata.category(char) != "Cs")
    return f'"{"".join(escaped)}"'
