"""Text measured and laid out in terminal cells: fitting, columns, sparklines, bars.

Everything that is aligned goes through here, because a character is not a cell: Han takes two, combining marks none.
Nothing here knows a widget, so presenters may use it too.
"""

from collections.abc import Sequence
from itertools import groupby, pairwise, zip_longest
from operator import itemgetter

from rich.cells import cell_len, split_graphemes

from widgets.figures import scaled, whole_until
from widgets.values import Align, Cell, Emphasis, Line

ELLIPSIS = "…"
TAB_WIDTH = 4
SPARKS = "▁▂▃▄▅▆▇█"
OPEN = "░"
"""Stands for a running bucket whose height would look like a fall."""
EIGHTHS = "▏▎▍▌▋▊▉"
GAUGE_WIDTH = 8

# Terminals disagree on the width of emoji variations, keycaps, skin tones, joined characters, tags and what has no
# width; without these marks they agree.
_PLAIN: dict[int, str | None] = dict.fromkeys(
    (
        *(0xAD, *range(0x200B, 0x200E), *range(0x2060, 0x2066), 0x20E3, 0xFE0E, 0xFE0F, 0xFEFF),
        *(*range(0x1F3FB, 0x1F400), *range(0xE0000, 0xE0080)),
    )
)
# Controls and direction marks would act on the terminal instead of being shown; halves of a pair cannot be written.
_PLAIN |= dict.fromkeys(
    (
        *(*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, 0x2028, 0x2029),
        *(*range(0x202A, 0x202F), *range(0x2066, 0x2070), *range(0xD800, 0xE000)),
    ),
    "\N{REPLACEMENT CHARACTER}",
)
_PLAIN |= {0x0A: " ", 0x0D: " "}


def plain(text: str) -> str:
    """Return the text as it can be aligned on any terminal: one line, tabs expanded, disputed marks dropped.

    >>> plain("a\\tb")
    'a   b'
    """
    if text.isascii() and text.isprintable():
        return text
    return text.expandtabs(TAB_WIDTH).translate(_PLAIN)


def typable(text: str) -> str:
    """Return the text without what would hide, act or take other cells than it seems to: what is typed is what shows.

    >>> typable("gw\\u200b.example\\x1b[2J")
    'gw.example[2J'
    """
    return plain(text).replace("\N{REPLACEMENT CHARACTER}", "")


def cell_width(text: str) -> int:
    """Return how many terminal cells the text takes.

    >>> cell_width("key"), cell_width("客服")
    (3, 4)
    """
    text = plain(text)
    return len(text) if text.isascii() else cell_len(text)


def truncate(text: str, width: int) -> str:
    """Return the text in at most `width` cells, with an ellipsis where something was cut, which no figure is.

    >>> truncate("batch-nightly", 6), truncate("客服机器人", 6), truncate("limit $45.69", 9)
    ('batch…', '客服…', 'limit…')
    """
    text = plain(text)
    if cell_width(text) <= width:
        return text
    if width <= 0:
        return ""
    if "$" in text and (money := scaled(text, width)):
        return money
    return text[: whole_until(text, len(beginning(text, width - 1)))] + ELLIPSIS


def beginning(text: str, width: int) -> str:
    """Return the longest beginning of the text that takes at most `width` cells, whole characters only."""
    if text.isascii():
        return text[: max(0, width)]
    spans, _ = split_graphemes(text)
    taken = 0
    for start, _end, cells in spans:
        if taken + cells > width:
            return text[:start]
        taken += cells
    return text


def fit(text: str, width: int, align: Align = Align.LEFT) -> str:
    """Return the text in exactly `width` cells, cut or padded; right-aligned numbers are scaled instead.

    >>> fit("$3", 5, Align.RIGHT), fit("客服机", 4), fit("$296 296.00", 8, Align.RIGHT)
    ('   $3', '客… ', '$296 296')
    """
    if len(text) <= width and text.isascii() and text.isprintable():
        return text.rjust(width) if align is Align.RIGHT else text.ljust(width)
    if align is Align.RIGHT and cell_width(text) > width:
        text = scaled(plain(text), width) or _left_out(text, width)
    text = truncate(text, width)
    blanks = " " * (width - cell_width(text))
    return blanks + text if align is Align.RIGHT else text + blanks


def _left_out(text: str, width: int) -> str:
    """Cut words; replace text with digits by a sign that there is something."""
    return ELLIPSIS[:width] if any(character.isdecimal() for character in text) else text


def line_width(line: Line) -> int:
    """Return how many cells a line takes."""
    return sum(cell_width(cell.text) for cell in line)


def fit_line(line: Line, width: int) -> Line:
    """Return the line cut or padded to exactly `width` cells; the padding has no emphasis."""
    left = width
    cells: list[Cell] = []
    for cell in line:
        text = truncate(cell.text, left)
        if text:
            cells.append(Cell(text, cell.emphasis, under=cell.under))
        left -= cell_width(text)
        if left <= 0 or text != plain(cell.text):
            break
    return (*cells, Cell(" " * left)) if left > 0 else tuple(cells)


def split_line(line: Line, width: int) -> tuple[Line, Line]:
    """Cut a line in two after `width` cells; a wide character on the cut becomes blanks."""
    head: list[Cell] = []
    left = width
    for place, cell in enumerate(line):
        text = plain(cell.text)
        taken = beginning(text, left)
        left -= cell_width(taken)
        if taken == text:
            head.append(Cell(text, cell.emphasis, under=cell.under))
            continue
        tail = text[len(taken) :]
        if left > 0:
            half = beginning(tail, 2)
            taken, tail = taken + " " * left, " " * (cell_width(half) - left) + tail[len(half) :]
        head.append(Cell(taken, cell.emphasis, under=cell.under))
        return tuple(head), (Cell(tail, cell.emphasis, under=cell.under), *line[place + 1 :])
    return tuple(head), ()


def overlay(line: Line, x: int, cell: Cell) -> Line:
    """Return the line with a run laid over it from cell `x` on."""
    head, rest = split_line(line, x)
    _covered, tail = split_line(rest, cell_width(cell.text))
    return (*head, cell, *tail)


def columns_of(rows: Sequence[Sequence[Cell]], gap: int = 2, aligns: Sequence[Align] = ()) -> tuple[Line, ...]:
    """Lay rows of cells out in columns, each as wide as its widest cell.

    >>> [line[0].text for line in columns_of([[Cell("a"), Cell("1")], [Cell("quota"), Cell("2")]])]
    ['a      ', 'quota  ']
    """
    widths = [max(cell_width(cell.text) for cell in column) for column in zip_longest(*rows, fillvalue=Cell())]
    return tuple(_columns(row, widths, gap, aligns) for row in rows)


def _columns(row: Sequence[Cell], widths: Sequence[int], gap: int, aligns: Sequence[Align]) -> Line:
    cells: list[Cell] = []
    for index, (cell, width) in enumerate(zip(row, widths, strict=False)):
        align = aligns[index] if index < len(aligns) else Align.LEFT
        last = index == len(row) - 1
        text = plain(cell.text) if last and align is Align.LEFT else fit(cell.text, width, align)
        cells.append(Cell(text if last else text + " " * gap, cell.emphasis))
    return tuple(cells)


def spark(values: Sequence[float | None], width: int, *, is_open: bool = False) -> str:
    """Draw values as a line of blocks `width` cells wide, newest at the right; each cell keeps its peak.

    The last value `is_open` while it still grows: unless it exceeds the one before, it is hatched rather than a fall.

    >>> spark([0, 1, 2, 4], 4), spark([1, None, 9], 3), spark([1, 8, 3], 3, is_open=True)
    ('▁▂▄█', '▁ █', '▁█░')
    """
    if width <= 0 or not values:
        return " " * max(0, width)
    shown = [_peak(part) for part in _parts(values, width)]
    top = max((value for value in shown if value is not None), default=0)
    drawn = "".join(_spark_of(value, top) for value in shown)
    if is_open and len(values) > 1 and (values[-1] or 0) < (values[-2] or 0):
        drawn = drawn[:-1] + OPEN
    return drawn.rjust(width)


def spark_cell(
    values: Sequence[float | None], width: int, emphases: Sequence[Emphasis], *, is_open: bool = False
) -> Cell:
    """Draw values like `spark`, each in its emphasis; they need at most a cell each."""
    drawn = spark(values, width, is_open=is_open)
    each = [Emphasis.DATA] * (width - len(emphases)) + list(emphases)
    runs = [
        (emphasis, "".join(glyph for glyph, _ in run))
        for emphasis, run in groupby(zip(drawn, each, strict=True), itemgetter(1))
    ]
    if len(runs) == 1:
        return Cell(drawn, runs[0][0])
    return Cell(drawn, Emphasis.DATA, parts=tuple(Cell(text, emphasis) for emphasis, text in runs))


def _parts(values: Sequence[float | None], count: int) -> list[Sequence[float | None]]:
    if len(values) <= count:
        return [(value,) for value in values]
    edges = [index * len(values) // count for index in range(count + 1)]
    return [values[start:end] for start, end in pairwise(edges)]


def _peak(part: Sequence[float | None]) -> float | None:
    return max((value for value in part if value is not None), default=None)


def _spark_of(value: float | None, top: float) -> str:
    if value is None:
        return " "
    if top <= 0 or value <= 0:
        return SPARKS[0]
    return SPARKS[max(1, round(value / top * 8)) - 1]


def bar(share: float, width: int) -> str:
    """Draw a share as a bar of eighths of a cell, padded to `width`; anything above zero is visible.

    >>> bar(0.5, 4), bar(0.001, 4)
    ('██  ', '▏   ')
    """
    share = min(1.0, max(0.0, share))
    eighths = round(share * width * 8)
    if share > 0 and width > 0:
        eighths = max(1, eighths)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (EIGHTHS[rest - 1] if rest else "")).ljust(max(0, width))


def gauge(share: float, width: int = GAUGE_WIDTH) -> str:
    """Draw a share of a limit as full and light cells; full only when the limit is reached.

    >>> gauge(0.44), gauge(0.999), gauge(1.2)
    ('▓▓▓▓░░░░', '▓▓▓▓▓▓▓░', '▓▓▓▓▓▓▓▓')
    """
    if share >= 1:
        return "▓" * width
    full = min(width - 1, max(0, round(share * width)))
    return "▓" * full + "░" * (width - full)


def plain_line(text: str, emphasis: Emphasis = Emphasis.NORMAL) -> Line:
    """Return a line of one run."""
    return (Cell(text, emphasis),)
