"""Parses Textual's frames into the screen model.

Their shape is that of Textual 8.2.8 (`CompositorUpdate.render_segments`, `App._display`), which is private:
`tests/unit/terminal/test_frame_shape.py` fails if it changes.
"""

import re

from tui.terminal.cell_style import Cell, CellStyle, CellStyles, NotUnderstood
from tui.terminal.glyphs import Kinds, glyphs
from tui.terminal.screen_model import ScreenModel

# Excludes controls and bidirectional marks, which no frame may contain.
_TEXT = "[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+"
_TOKENS = re.compile(
    rf"\x1b\[([\d;]+)m({_TEXT})\x1b\[0m"
    rf"|({_TEXT})"
    r"|\x1b\[(\d+);(\d+)H"
    r"|\x1b\[([\d;]+)m"
    r"|(\n)"
    r"|\x1b\]8;([^;\x00-\x1f\x7f-\x9f]*;[^\x00-\x1f\x7f-\x9f]*)\x1b\\"
)
_FRAME = re.compile(r"\n*\x1b\[\d+;\d+H")
_WIDEST_ADDRESS = 5


def is_frame(data: str) -> bool:
    """Whether Textual paints here; anything that does not begin with a cursor address is a mode, a title, a bell."""
    return _FRAME.match(data) is not None


def harmless(frame: str) -> str:
    """Return the frame with only cursor addresses, SGR, links and text: escapes inside text never pass."""
    return "".join(token.group() for token in _TOKENS.finditer(frame))


class FrameParser:
    """Parses frames. Anything but addresses, SGR, links and text is skipped, so that it cannot pass."""

    def __init__(self, looks: CellStyles) -> None:
        self._looks = looks
        self._kinds = Kinds()

    def read(self, frame: str, screen: ScreenModel) -> tuple[int, int] | None:
        """Apply a frame to the wanted screen, and return the cell where it leaves the cursor. Raises NotUnderstood."""
        looks, width = self._looks, screen.width
        look, x, y, is_addressed = looks.plain, 0, 0, False
        for styled_codes, styled, text, row, column, codes, newline, link in _TOKENS.findall(frame):
            if styled or text:
                own = looks.applied(look, styled_codes) if styled else look
                x = self._put(styled or text, own, x, y, screen)
                look, is_addressed = (looks.linked(looks.plain, look.link) if styled else look), False
            elif row:
                x, y, is_addressed = _number(column), _number(row), True
            elif codes:
                look = looks.applied(look, codes)
            elif newline:
                x, y = 0, y + 1
            else:
                look = looks.linked(look, "" if link == ";" else link)
        return (x, y) if is_addressed and x < width and y < screen.height else None

    def _put(self, text: str, look: CellStyle, x: int, y: int, screen: ScreenModel) -> int:
        cells = [*map(look.cells.__getitem__, text)] if text.isascii() else self._cells(text, look, x, y, screen)
        end = x + len(cells)
        if end > screen.width or y >= screen.height:
            raise NotUnderstood(f"text at {x},{y} on {screen.width}x{screen.height}")
        screen.put(x, y, cells)
        return end

    def _cells(self, text: str, look: CellStyle, x: int, y: int, screen: ScreenModel) -> list[Cell]:
        known = look.cells
        cells: list[Cell] = []
        for glyph, width in glyphs(text, self._kinds):
            if width == 1:
                cells.append(known[glyph])
            elif width:
                cells.append(known[glyph])
                cells += [known[""]] * (width - 1)
            elif y < screen.height and not cells:
                screen.join(min(x, screen.width), y, glyph)
        return cells


def _number(digits: str) -> int:
    """Return a row or column counted from 0. Raises NotUnderstood."""
    if len(digits) > _WIDEST_ADDRESS or digits == "0":
        raise NotUnderstood(f"address {digits[:8]}")
    return int(digits) - 1
