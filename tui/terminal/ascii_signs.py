"""Signs for fonts that have no others: every frame, bar, spark and sign of the screen as one character of ASCII.

It is applied where the screen is written, so that nothing that is drawn can miss it. Letters of any script stay.
"""

from rich.cells import get_character_cell_size

_HORIZONTAL = frozenset("─━┄┅┈┉╌╍═╴╶╸╺╼╾")
_VERTICAL = frozenset("│┃┆┇┊┋╎╏║╵╷╹╻╽╿")
_FRAMES, _BLOCKS, _BRAILLE = range(0x2500, 0x2580), range(0x2580, 0x25A0), range(0x2800, 0x2900)
_SIGNS = range(0x2010, 0x2C00)
_NARROW_FROM = 0xA0
_PAIRS = (
    *zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True),
    *zip("▉▊▋▌▍▎▏▐░▒▓▀▔▕", '###||||#.:%""|', strict=True),
    *zip("■□▲△▼▽▾▴▸▶►◀◂●○◌◉✕✗✓✔‖", "#o^^vvv^>>><<*o@*xx++=", strict=True),
    *zip("×≈≤≥≠→←↑↓↩⏎−–—‐‑…·•±°÷", "x~<>!><^v<<-----..*+o/", strict=True),
    *zip("“”„‘’‚«»‹›", '"""\'\'\'""<>', strict=True),
)


class AsciiSigns(dict[int, str]):
    """For `str.translate`: what stands for a character, itself where that is a letter, wide or no sign."""

    def __missing__(self, code: int) -> str:
        """Work a character out once."""
        self[code] = found = _sign(chr(code))
        return found


def _sign(character: str) -> str:
    code = ord(character)
    if code in _FRAMES:
        return "-" if character in _HORIZONTAL else "|" if character in _VERTICAL else "+"
    if code in _BLOCKS:
        return "#"
    if code in _BRAILLE:
        return " " if code == _BRAILLE.start else ":"
    is_sign = code in _SIGNS or (code >= _NARROW_FROM and not character.isalnum() and not character.isspace())
    return "?" if is_sign and code < _SIGNS.stop and get_character_cell_size(character) == 1 else character


ASCII = AsciiSigns({ord(sign): plain for sign, plain in _PAIRS})
