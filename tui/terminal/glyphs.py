"""Splits text into glyphs with their own cells: widths, joined characters, and widths that terminals dispute."""

import unicodedata
from collections.abc import Iterator

from rich.cells import get_character_cell_size, split_graphemes

_REGIONAL = range(0x1F1E6, 0x1F200)
_VARIATIONS_AND_KEYCAP = frozenset("\ufe0e\ufe0f\u20e3")
# Where all width tables agree: letters side by side, signs, ideographs, syllables, old emoji. Everything else is
# disputed: scripts that are shaped or reordered, newer letters and emoji.
_SETTLED = (
    *((0x00A0, 0x02FF), (0x0370, 0x0482), (0x048A, 0x058F), (0x10A0, 0x10FF), (0x1E00, 0x1FFF)),
    *((0x2010, 0x2027), (0x2030, 0x205E), (0x2070, 0x20BF), (0x2100, 0x23FF), (0x2460, 0x262F)),
    *((0x2638, 0x2689), (0x2690, 0x2BFF), (0x2E80, 0x303E), (0x3041, 0x3163), (0x3165, 0x4DBF)),
    *((0x4E00, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF01, 0xFF9F)),
    *((0xFFE0, 0xFFE6), (0xFFFD, 0xFFFD), (0x1F300, 0x1F3FA), (0x1F400, 0x1F64F), (0x1F680, 0x1F6C5)),
    *((0x1F900, 0x1F9FF), (0x20000, 0x3FFFD)),
)
_SIGNS = range(0x2010, 0x2C00)
_COMPLICATED = 0


class Kinds(dict[str, int]):
    """The cells that a character takes by itself, or 0 if that depends on its neighbours."""

    def __missing__(self, character: str) -> int:
        """Look a character up once."""
        kind = _COMPLICATED if ord(character) in _REGIONAL else get_character_cell_size(character)
        self[character] = kind
        return kind


def glyphs(text: str, kinds: Kinds) -> Iterator[tuple[str, int]]:
    """Yield glyphs with their width as Textual counts it; 0 for what joins the glyph before.

    >>> [cells for _glyph, cells in glyphs("e\u0301客", Kinds())]
    [1, 2]
    """
    widths = [*map(kinds.__getitem__, text)]
    if _COMPLICATED not in widths:
        yield from zip(text, widths, strict=True)
        return
    first_flag_half = ""
    for start, end, width in split_graphemes(text)[0]:
        glyph = text[start:end]
        if len(glyph) == 1 and ord(glyph) in _REGIONAL:
            if first_flag_half:
                yield first_flag_half + glyph, 2 * width
                first_flag_half = ""
            else:
                first_flag_half = glyph
            continue
        if first_flag_half:
            yield first_flag_half, get_character_cell_size(first_flag_half)
            first_flag_half = ""
        yield glyph, width
    if first_flag_half:
        yield first_flag_half, get_character_cell_size(first_flag_half)


def with_columns(line: str, mark: str) -> str:
    """Return a line in which each glyph of disputed width is followed by the next column, counted from 1.

    >>> with_columns("aक b", "|")
    'aक|3| b'
    """
    parts: list[str] = []
    x = 1
    for glyph, width in glyphs(line.replace(mark, ""), Kinds()):
        x += width
        parts.append(glyph if is_settled(glyph) else f"{glyph}{mark}{x}{mark}")
    return "".join(parts)


def is_settled(glyph: str) -> bool:
    """Whether all terminals agree on the width of a glyph; after a disputed one the cursor may be anywhere.

    >>> is_settled("客"), is_settled("e\\u0301"), is_settled("⚠\\ufe0f"), is_settled("क"), is_settled("⏰")
    (True, True, False, False, False)
    """
    if not glyph:
        return True
    return (glyph[0] < "\x7f" or _is_plain(glyph[0])) and _only_marks(glyph[1:])


def _is_plain(character: str) -> bool:
    code = ord(character)
    if code in _SIGNS and unicodedata.east_asian_width(character) == "W":
        # Signs that became emoji are one or two cells wide, depending on the age of the table.
        return False
    return any(low <= code <= high for low, high in _SETTLED) and unicodedata.category(character)[0] not in "MC"


def _only_marks(rest: str) -> bool:
    return all(char not in _VARIATIONS_AND_KEYCAP and unicodedata.category(char) == "Mn" for char in rest)
