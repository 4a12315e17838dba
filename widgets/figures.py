"""Numbers in too little room: rounded, then in thousands, millions and so on, then left out. Never cut.

Half a number is another number: `$4` of $45.69 reads as four dollars. Pure, and knows no widget.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from rich.cells import cell_len

_FIGURE = re.compile(r"([≈≤≥~<>=×+−-]*\$?)(\d+(?: \d{3})*(?:\.\d+(?: \d{3})*)?)([kMGBTPE]?)((?:[ /%×+][^\d]*)?)")
"""What stands before a number, the number, its unit of size, and what is counted."""
_WORD = re.compile(
    r"[≈≤≥~<>=×+−(-]*\$?\d[\d.,:/-]*(?: \d{3}(?![\d\w]))*(?:\.\d+)?[kMGBTPE%]?(?: %|(?: (?:ms|min|[sdh])\b))?"
)
"""A number where it stands among words, with its unit."""
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-fA-F]{1,4}(?::[\da-fA-F]{0,4}){2,7}|::[\da-fA-F:]+)(?:/\d{1,3})?(?![\w])"
)
"""An address of the internet, or a range of them: part of one is another one."""
_WHOLE = re.compile(f"{_ADDRESS.pattern}|{_WORD.pattern}")
_GROUPED = re.compile(r"\d \d{3}(?!\d)")
_DIGITS_OF_A_NAME = 6
_LONGEST_TIME = len("14:05:09")
_SIZES = {"": 0, "k": 3, "M": 6, "G": 9, "B": 9, "T": 12, "P": 15, "E": 18}
_OF_MONEY, _OF_OTHERS = ("k", "M", "B", "T", "P", "E"), ("k", "M", "G", "T", "P", "E")
_NEXT_SIZE = 1000
_TOLERANCE = Decimal("0.05")
"""How far a rounded number may be off before it counts as another one."""


def scaled(text: str, width: int) -> str | None:
    """Return a number in at most `width` cells, as exact as there is room for; None if it does not fit.

    >>> scaled("$1 234.57", 9), scaled("$1 234.57", 7), scaled("$296 296 296.00", 9), scaled("$45.69", 2)
    ('$1 234.57', '$1 235', '$296.30M', None)
    """
    if _width(text) <= width:
        return text
    found = _FIGURE.fullmatch(text)
    if found is None:
        return None
    lead, digits, unit, tail = found.groups()
    value = Decimal(digits.replace(" ", "")) * 10 ** _SIZES[unit]
    for shown, told in _rounded(value, unit, is_money="$" in lead):
        if len(lead) + len(shown) + _width(tail) <= width and abs(told - value) <= value * _TOLERANCE:
            return f"{lead}{shown}{tail}"
    return None


def _width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


def _rounded(value: Decimal, unit: str, *, is_money: bool) -> Iterator[tuple[str, Decimal]]:
    """Shorter forms of a value with the values that they express, most exact first."""
    if not unit:
        for places in (5, 4, 3, 2, 1, 0):
            # Dollars with one decimal look like a mistake, unless a cent matters.
            if not (is_money and places == 1 and value >= 100):
                told = round(value, places)
                yield f"{told:,.{places}f}".replace(",", " "), told
    for name in _OF_MONEY if is_money else _OF_OTHERS:
        size = 10 ** _SIZES[name]
        if value < size * _TOLERANCE or _SIZES[name] < _SIZES[unit]:
            continue
        for places in (2, 1, 0):
            part = round(value / size, places)
            if part < _NEXT_SIZE:
                yield f"{part:.{places}f}{name}", part * size


def whole_until(text: str, end: int) -> int:
    """Return where to cut a text with room until `end` so that no number is cut, nor an address: before it.

    A text of only many digits counts as a name, and so does a long address that the text begins with.

    >>> text = "quota $45.69 of $100"
    >>> [text[: whole_until(text, end)] for end in (9, 12, 18)]
    ['quota', 'quota $45.69', 'quota $45.69 of']
    """
    if text.isdigit() and len(text) >= _DIGITS_OF_A_NAME:
        return end
    for found in _WHOLE.finditer(text):
        start, stop = found.span()
        if start >= end or (start == 0 and len(found[0]) > _LONGEST_TIME and found[0].count(":") > 1):
            break
        if end < stop and not _goes_on(text[:start]):
            return len(text[:start].rstrip())
    return end


def longest(text: str) -> int:
    """Return how many cells the longest number takes, which must not be broken.

    >>> longest("limit $296 296.00 of 7")
    11
    """
    return max((len(found[0]) for found in _WORD.finditer(text)), default=0)


def is_within(text: str, at: int) -> bool:
    """Return whether a blank at a line break separates thousands."""
    blank = at - 1 if text[at - 1] == " " else at
    return bool(_GROUPED.match(text, max(0, blank - 1)))


def _goes_on(before: str) -> bool:
    """Whether what follows is part of a word, such as the 4 of a model's name."""
    return before[-1:].isalnum() or before[-1:] in ("-", "_", ".", "#")
