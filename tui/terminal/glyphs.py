"""Text cut into what takes cells of its own: widths, joined characters, and the widths that terminals dispute."""

import unicodedata
from collections.abc import Iterator

from rich.cells import get_character_cell_size, split_graphemes

_REGIONAL = range(0x1F1E6, 0x1F200)
_VARIATIONS_AND_KEYCAP = frozenset("\ufe0e\ufe0f\u20e3")
# Scripts that are shaped or reordered, and emoji younger than many terminals (terminal-facts §8).
_DISPUTED = ((0x0590, 0x109F), (0x1780, 0x17FF), (0x1F1E6, 0x1F1FF), (0x1F3FB, 0x1F3FF), (0x1FA70, 0x1FBFF))
_COMPLICATED = 0


class Kinds(dict[str, int]):
    """The cells that a character takes on its own, or 0 where that depends on its neighbours."""

    def __missing__(self, character: str) -> int:
        """Look a character up once."""
        kind = _COMPLICATED if ord(character) in _REGIONAL else get_character_cell_size(character)
        self[character] = kind
        return kind


def glyphs(text: str, kinds: Kinds) -> Iterator[tuple[str, int]]:
    """Yield what takes cells of its own, with its width as Textual counts it; 0 for what joins what stood before.

    >>> list(glyphs("e\\u0301客", Kinds()))
    [('é', 1), ('客', 2)]
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


def is_settled(glyph: str) -> bool:
    """Whether all terminals agree on the width of a glyph; after one that they dispute the cursor may be anywhere.

    >>> is_settled("客"), is_settled("e\\u0301"), is_settled("⚠\\ufe0f"), is_settled("क")
    (True, True, False, False)
    """
    if not glyph or glyph[0] < "\u0300":
        return len(glyph) < 2 or _only_marks(glyph[1:])
    code = ord(glyph[0])
    return not any(low <= code <= high for low, high in _DISPUTED) and _only_marks(glyph[1:])


def _only_marks(rest: str) -> bool:
    return all(char not in _VARIATIONS_AND_KEYCAP and unicodedata.category(char) == "Mn" for char in rest)
