"""Two pictures of the terminal: the one that Textual wants, and the one that was sent."""

from tui.terminal.cell_style import Cell

Row = list[Cell | None]
"""The cells of a line; None is unknown."""


class ScreenModel:
    """The wanted and the sent screen. Only their difference ever needs to be written."""

    def __init__(self, width: int, height: int, blank: Cell) -> None:
        self.width = width
        self.height = height
        self.wanted: list[Row] = []
        self.sent: list[Row] = []
        self.changed: set[int] = set()
        """Lines on which wanted and sent may differ."""
        self._blank = blank
        self.forget()

    def forget(self) -> None:
        """Forget everything, both what is on the terminal and what should be."""
        self.wanted = self._unknown()
        self.sent = self._unknown()
        self.changed.clear()

    def forget_sent(self) -> None:
        """Note that another program has written on the terminal: everything has to be sent again."""
        self.sent = self._unknown()
        self.changed.update(range(self.height))

    def put(self, x: int, y: int, cells: list[Cell]) -> None:
        """Want a run of cells, which must lie inside the screen."""
        row = self.wanted[y]
        end = x + len(cells)
        if row[x:end] == cells:
            return
        self._mend(row, x, end)
        row[x:end] = cells
        self.changed.add(y)

    def join(self, x: int, y: int, mark: str) -> None:
        """Add a zero-width character to the glyph before a cell."""
        row = self.wanted[y]
        while x > 0:
            x -= 1
            cell = row[x]
            if cell is None:
                return
            if cell[0]:
                row[x] = cell[1].cells[cell[0] + mark]
                self.changed.add(y)
                return

    def _mend(self, row: Row, x: int, end: int) -> None:
        """Put a blank in place of the remaining half of an overwritten wide glyph."""
        if x > 0 and _is_right_half(row[x]):
            row[x - 1] = self._blank
        if end < self.width and _is_right_half(row[end]):
            row[end] = self._blank

    def _unknown(self) -> list[Row]:
        return [[None] * self.width for _ in range(self.height)]


def _is_right_half(cell: Cell | None) -> bool:
    return cell is not None and not cell[0]
