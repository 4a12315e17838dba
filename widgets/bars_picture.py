"""Stacked bars laid out as lines, in eighths of a cell with two colours per cell. Pure, and too fast to need a thread.

The running bucket is hatched up to its value, and outlined up to its projection; the usual level of each bucket is a
dotted line where no bar covers it.
"""

from collections.abc import Sequence
from math import isfinite

from msgspec import Struct

from widgets.chart_frame import Axis, ChartPicture, Grid, framed
from widgets.layout import SPARKS, cell_width, line_width, spark
from widgets.values import Cell, Emphasis, Line, TrendBars

EIGHTHS = 8
WIDEST = 4
FULL, SO_FAR, HEADING, USUAL, MARK = "█", "▒", "┊", "┈", "▲"
LEGEND_HEIGHT, LEGEND_GAP = 9, 2
"""From this height on there is room for a line that names the signs."""
_ABNORMAL = frozenset({Emphasis.WARNING, Emphasis.CRITICAL})


class Bar(Struct, frozen=True):
    """A bar to draw: the tops of its layers from the bottom up, and its projection, in eighths of a row."""

    tops: tuple[int, ...]
    heading: int = 0
    usual: int | None = None
    is_open: bool = False


class Places(Struct, frozen=True):
    """Positions of bars: one every `step` cells, `bar` of them filled; the first `hidden` ones have no room."""

    step: int
    bar: int
    hidden: int = 0

    def first(self, bucket: int) -> int:
        """Return the first column of a bucket's bar; negative without room."""
        return (bucket - self.hidden) * self.step

    def column(self, bucket: int) -> int:
        """Return the column at which a bucket is pointed: the middle of its bar."""
        return max(0, self.first(bucket) + (self.bar - 1) // 2)


def places_of(buckets: int, width: int) -> Places:
    """Return the positions of bars: up to four cells wide with a gap, as far as there is room.

    >>> places_of(24, 120), places_of(24, 62), places_of(24, 30), places_of(24, 20)
    (Places(step=5, bar=4, hidden=0), Places(step=2, bar=1, hidden=0), Places(step=1, bar=1, hidden=0), Places(step=1, bar=1, hidden=4))
    """  # noqa: E501 - one line to the interpreter
    step = min(WIDEST + 1, max(1, width // max(1, buckets)))
    return Places(step, max(1, step - 1), max(0, buckets - width))


class BarsLayout(Struct, frozen=True):
    """Everything visible in a picture of bars: equal layouts need no redraw, even if the figures differ."""

    drawn: tuple[Bar, ...]
    emphases: tuple[Emphasis, ...]
    """The emphases of the layers."""
    marked: frozenset[int]
    labels: tuple[str, ...]
    ticks: tuple[tuple[int, str], ...]
    """The labels of rows; the first is that of the axis below."""
    signs: tuple[Line, ...]
    """The legend of the bars, if there is room."""
    legend: Line
    places: Places
    margin: int
    columns: int
    rows: int


def bars_layout(bars: TrendBars, width: int, height: int) -> BarsLayout:
    """Return the layout of bars in `width` by `height` cells."""
    margin = min(max((cell_width(word) for _value, word in bars.ticks), default=0), width // 3)
    columns = max(1, width - margin - 1)
    places, signs = places_of(bars.buckets, columns), _signs(bars)
    aside = columns - places.first(bars.buckets) - max(map(line_width, signs), default=columns) - LEGEND_GAP
    is_aside = aside >= 0 and height - 2 > len(signs)
    legend = _in_a_line(signs, columns) if not is_aside and height >= LEGEND_HEIGHT else ()
    rows = max(1, height - 2 - bool(legend))
    # The mark of an abnormal bar is above it, even above the highest.
    room = rows * EIGHTHS - (EIGHTHS if bars.marked and rows > 4 else 0)
    highest = max((value for value, _word in bars.ticks), default=0.0)
    scale = room / highest if highest > 0 else 0.0
    return BarsLayout(
        tuple(_bar(bars, index, scale, rows) for index in range(bars.buckets)),
        tuple(layer.emphasis for layer in bars.layers),
        bars.marked,
        bars.labels,
        tuple(
            (rows - 1 - min(rows - 1, max(0, round(value * scale) - 1) // EIGHTHS), word) for value, word in bars.ticks
        ),
        tuple(signs) if is_aside else (),
        legend,
        places,
        margin,
        columns,
        rows,
    )


def layout_picture(layout: BarsLayout) -> ChartPicture:
    """Return the lines of a layout."""
    grid, places, drawn = [[Cell(" ")] * layout.columns for _row in range(layout.rows)], layout.places, layout.drawn
    _draw_usual(grid, drawn, places)
    for index, bar in enumerate(drawn):
        _draw_bar(grid, bar, layout.emphases, places.first(index), places)
    _draw_marks(grid, drawn, layout.marked, places)
    for row, sign in enumerate(layout.signs):
        _write(grid[row], places.first(len(drawn)) + LEGEND_GAP, sign)
    columns = tuple(places.column(bucket) for bucket in range(len(drawn)))
    axis = Axis(layout.labels, columns, layout.columns, float(places.step))
    lowest = layout.ticks[0][1] if layout.ticks else ""
    return framed(grid, dict(layout.ticks[1:]), lowest, layout.margin, axis, layout.legend)


def bars_picture(bars: TrendBars, width: int, height: int) -> ChartPicture:
    """Return the bars laid out in `width` by `height` cells."""
    return layout_picture(bars_layout(bars, width, height))


def small_bars(bars: TrendBars, width: int) -> ChartPicture:
    """Return the bars as one line of blocks, the abnormal ones in their emphasis."""
    buckets = range(max(0, bars.buckets - width), bars.buckets)
    drawn = spark([bars.total(index) for index in buckets], width, is_open=bars.open_from is not None)
    before = len(drawn) - len(buckets)
    cells = [Cell(glyph, _emphasis(bars, index)) for glyph, index in zip(drawn[before:], buckets, strict=True)]
    return ChartPicture(((Cell(drawn[:before]), *cells),))


def _emphasis(bars: TrendBars, index: int) -> Emphasis:
    worst = (layer.emphasis for layer in bars.layers if layer.emphasis in _ABNORMAL and (layer.values[index] or 0) > 0)
    return next(worst, Emphasis.DATA)


def _bar(bars: TrendBars, index: int, scale: float, rows: int) -> Bar:
    most = rows * EIGHTHS
    tops: list[int] = []
    sum_so_far, seen_from = 0.0, len(bars.layers)
    for place, layer in enumerate(bars.layers):
        value = layer.values[index] if index < len(layer.values) else None
        if value is not None and isfinite(value) and value > 0:
            sum_so_far += value
            seen_from = min(seen_from, place)
        tops.append(min(most, round(sum_so_far * scale)))
    if sum_so_far > 0 and tops[-1] == 0:
        # Anything above zero is visible.
        tops = [int(place >= seen_from) for place in range(len(tops))]
    is_open = bars.open_from is not None and index >= bars.open_from
    usual = bars.usual[index] if index < len(bars.usual) else None
    return Bar(
        tuple(tops),
        min(most, round((bars.heading or 0.0) * scale)) if is_open else 0,
        None if usual is None or not 0 < usual * scale <= most else max(1, round(usual * scale)),
        is_open,
    )


def _draw_bar(grid: Grid, bar: Bar, emphases: Sequence[Emphasis], first: int, places: Places) -> None:
    if first < 0:
        return
    top = bar.tops[-1] if bar.tops else 0
    for row in range(-(-max(top, bar.heading) // EIGHTHS)):
        line = grid[len(grid) - 1 - row]
        cell = _cell(bar, emphases, row)
        if cell is not None:
            line[first : first + places.bar] = [cell] * places.bar
        else:
            line[first] = line[first + places.bar - 1] = Cell(HEADING, Emphasis.MUTED)


def _cell(bar: Bar, emphases: Sequence[Emphasis], row: int) -> Cell | None:
    """Return a cell of a bar: of one layer, or of two with their border in it; None above the bar."""
    low, high = row * EIGHTHS, (row + 1) * EIGHTHS
    shares: list[tuple[int, Emphasis]] = []
    bottom = 0
    for top, emphasis in zip(bar.tops, emphases, strict=True):
        share = min(top, high) - max(bottom, low)
        if share > 0:
            shares.append((share, emphasis))
        bottom = max(bottom, top)
    if not shares:
        return None
    filled = sum(share for share, _emphasis in shares)
    if bar.is_open and filled == EIGHTHS:
        return Cell(SO_FAR, max(shares)[1])
    if filled < EIGHTHS:
        # The top: what of it matters most.
        return Cell(SPARKS[filled - 1], max(shares, key=lambda one: (one[1] in _ABNORMAL, one[0]))[1])
    if len(shares) == 1:
        return Cell(FULL, shares[0][1])
    (below, lower), (_above, upper) = shares[0], shares[-1]
    return Cell(SPARKS[below - 1], lower, under=upper)


def _draw_usual(grid: Grid, drawn: Sequence[Bar], places: Places) -> None:
    """Dot the usual level of each bar, including the gap after it; a bar covers it."""
    for index, bar in enumerate(drawn):
        if bar.usual is None:
            continue
        line = grid[len(grid) - 1 - (bar.usual - 1) // EIGHTHS]
        first = places.first(index)
        end = min(len(line), first + places.step)
        if first >= 0:
            line[first:end] = [Cell(USUAL, Emphasis.MUTED)] * (end - first)


def _draw_marks(grid: Grid, drawn: Sequence[Bar], marked: frozenset[int], places: Places) -> None:
    """Mark each abnormal bar, for people who see no colours."""
    for index in marked:
        if not places.hidden <= index < len(drawn):
            continue
        bar = drawn[index]
        row = -(-max(bar.tops[-1] if bar.tops else 0, bar.heading) // EIGHTHS)
        if row < len(grid):
            grid[len(grid) - 1 - row][places.column(index)] = Cell(MARK, Emphasis.CRITICAL)


def _signs(bars: TrendBars) -> list[Line]:
    """Name the signs that are drawn."""
    signs = [(USUAL, bars.usual_word)] if any(bars.usual) else []
    if bars.open_from is not None:
        signs += [(SO_FAR, bars.open_word)]
        signs += [(HEADING, bars.heading_word)] if bars.heading else []
    return [(Cell(f"{sign} {word}", Emphasis.MUTED),) for sign, word in signs if word]


def _in_a_line(signs: Sequence[Line], width: int) -> Line:
    """Return as many signs as fit on a line."""
    shown: Line = ()
    for sign in signs:
        longer = (*shown, *sign, Cell(" " * LEGEND_GAP))
        if line_width(longer) - LEGEND_GAP > width:
            break
        shown = longer
    return shown


def _write(row: list[Cell], start: int, line: Line) -> None:
    """Write a text into a row of cells, one character each; a wide one also takes the next cell."""
    column = start
    for cell in line:
        for character in cell.text:
            taken = cell_width(character)
            row[column : column + taken] = [Cell(character, cell.emphasis), *[Cell("")] * (taken - 1)]
            column += taken
