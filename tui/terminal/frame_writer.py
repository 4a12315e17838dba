"""Writes the difference between the wanted and the sent screen in the fewest bytes (terminal-facts §2)."""

from functools import lru_cache

from tui.terminal.cell_style import END_LINK, RESET, Cell, CellStyle, CellStyles
from tui.terminal.screen_model import Row, ScreenModel

MAX_OVERLAID = 3
"""How many extra cells a glyph of disputed width may take."""


class FrameWriter:
    """Writes differences; tracks the terminal's cursor and pen.

    Both are relied upon within a difference; between differences only the pen, since a difference begins with an
    address anyway.
    """

    def __init__(self, looks: CellStyles) -> None:
        self._looks = looks
        self._pen: CellStyle | None = None
        self._cursor: tuple[int, int] | None = None
        self._has_linked = False
        self._out: list[str] = []

    def forget_pen(self) -> None:
        """Note that another program may have written: send the complete style of the next glyph."""
        self._pen = None
        self._cursor = None

    def put_down(self) -> str:
        """Return what resets colours and links, and forget the pen."""
        self._pen = None
        return RESET + (END_LINK if self._has_linked else "")

    def difference(self, screen: ScreenModel, cursor: tuple[int, int] | None = None) -> str:
        """Return what makes the terminal show the wanted screen, and take it as sent.

        The cursor is left at the given cell, if any. Without changes, nothing is written.
        """
        rests_at, self._cursor = self._cursor, None
        for y in sorted(screen.changed):
            self._row(y, screen)
        screen.changed.clear()
        if not self._out:
            self._cursor = rests_at
        if cursor is not None and self._cursor != cursor:
            self._out.append(_address(*cursor))
            self._cursor = cursor
        text = "".join(self._out)
        self._out.clear()
        return text

    def _row(self, y: int, screen: ScreenModel) -> None:
        wanted, sent, width = screen.wanted[y], screen.sent[y], screen.width
        if wanted == sent:
            return
        x = 0
        while x < width:
            cell = wanted[x]
            if cell is sent[x] or cell is None or cell == sent[x]:
                x += 1
                continue
            if not cell[0]:
                x = _left_half(wanted, x)
            self._go(x, y, wanted)
            x = self._run(x, y, wanted, sent)

    def _run(self, x: int, y: int, wanted: Row, sent: Row) -> int:
        """Write differing glyphs of one style from a cell on; return the cell after them."""
        start, width = x, len(wanted)
        pen = self._set_pen(x, wanted, sent)
        blank, is_settled = pen.blank, True
        text: list[str] = []
        while x < width:
            cell = wanted[x]
            if cell is None or (cell is sent[x] and cell[0] and x > start):
                break
            glyph, look, is_settled = cell
            if look is not pen and (glyph not in " " or look is not blank) and x > start:
                is_settled = True
                break
            text.append(glyph)
            x += 1
            if not is_settled:
                while x < width and _is_right_half(wanted[x]):
                    x += 1
                # If it is drawn wider than that, it covers what was there.
                over = slice(x, x + MAX_OVERLAID)
                sent[over] = [None] * len(sent[over])
                break
        if x < width and _is_right_half(sent[x]):
            sent[x] = None
        sent[start:x] = wanted[start:x]
        self._out.append("".join(text))
        # In the last column the cursor stays; after a disputed width its place is unknown.
        self._cursor = (x, y) if x < width and is_settled else None
        return x

    def _set_pen(self, x: int, wanted: Row, sent: Row) -> CellStyle:
        cell = wanted[x]
        assert cell is not None, "only known cells are written"
        want = cell[1]
        pen = self._pen
        if pen is None:
            self._out.append(self.put_down())
            pen = self._looks.plain
        if cell[0] == " " and want is not pen:
            want = pen if pen.blank is want else self._for_blanks(x, want, pen, wanted, sent)
        if want is not pen:
            self._out.append(self._looks.way(pen, want))
        self._pen = want
        self._has_linked = self._has_linked or bool(want.link)
        return want

    def _for_blanks(self, x: int, blank: CellStyle, pen: CellStyle, wanted: Row, sent: Row) -> CellStyle:
        """Return the style for some blanks: that of the next glyph, if it fits and will be written."""
        for at in range(x, len(wanted)):
            cell = wanted[at]
            if cell is None or cell is sent[at]:
                break
            if cell[0] != " ":
                if cell[1].blank is blank:
                    return cell[1]
                break
        return self._looks.for_blank(pen, blank)

    def _go(self, x: int, y: int, wanted: Row) -> None:
        cursor = self._cursor
        if cursor == (x, y):
            return
        if cursor is not None and cursor[1] == y and cursor[0] < x:
            # Along a line no address is shorter than a step.
            gap = x - cursor[0]
            move = _step(gap, "C")
            if gap <= len(move):
                move = self._gap(wanted[cursor[0] : x], move)
        else:
            move = _shortest_move(cursor, x, y)
        self._out.append(move)
        self._cursor = (x, y)

    def _gap(self, cells: list[Cell | None], move: str) -> str:
        """Return the unchanged glyphs up to the next change, if rewriting them is no longer than moving."""
        pen = self._pen
        text = ""
        for cell in cells:
            if cell is None or not cell[2] or pen is None:
                return move
            if cell[1] is not pen and not (cell[0] == " " and cell[1] is pen.blank):
                return move
            text += cell[0]
        return text if len(text.encode()) <= len(move) else move


def _address(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


def _shortest_move(cursor: tuple[int, int] | None, x: int, y: int) -> str:
    """Return the shorter of an absolute address and the steps down and along; no step is longer than an address."""
    address = _address(x, y)
    if cursor is None or y < cursor[1]:
        return address
    down, along = y - cursor[1], x - cursor[0]
    steps = _step(down, "B") + (_step(along, "C") if along >= 0 else min(_step(-along, "D"), "\b" * -along, key=len))
    return steps if len(steps) < len(address) else address


@lru_cache(maxsize=2048)
def _step(count: int, letter: str) -> str:
    if count == 0:
        return ""
    return f"\x1b[{letter}" if count == 1 else f"\x1b[{count}{letter}"


def _is_right_half(cell: Cell | None) -> bool:
    return cell is not None and not cell[0]


def _left_half(row: Row, x: int) -> int:
    while x > 0 and _is_right_half(row[x]):
        x -= 1
    return x
