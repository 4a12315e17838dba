"""A chart laid out as lines: axes, canvas and marks around the raster. Pure, so that a thread may draw."""

from collections.abc import Callable, Sequence
from math import isfinite

from msgspec.structs import replace

from widgets.chart_frame import Axis, ChartPicture, Grid, framed
from widgets.chart_raster import Scale
from widgets.layout import cell_width, fit, plain, spark, truncate
from widgets.values import Cell, Chart, Emphasis, Line

MIN_WIDTH, MIN_HEIGHT = 20, 4
MARK_ROW_HEIGHT = 8
MARK, USUAL, SO_FAR = "▲", "┈", "◌"
STEPS_PER_ROW = 8
"""Twice the resolution of a braille row, which is four dots high."""

Raster = Callable[[Sequence[Sequence[float | None]], Scale], list[list[tuple[str, int]]]]


def has_values(chart: Chart) -> bool:
    """Return whether there is anything to draw."""
    return any(value is not None and isfinite(value) for series in chart.series for value in series.values)


def is_small(width: int, height: int) -> bool:
    """Return whether a chart of this size is a sparkline."""
    return width < MIN_WIDTH or height < MIN_HEIGHT


def as_coarse_as_seen(chart: Chart, height: int) -> Chart:
    """Return the chart with its values as whole steps, several per dot: charts that look the same are equal.

    The running hour grows with every call, mostly by less than a dot.

    >>> from widgets.values import Series
    >>> chart = Chart(series=(Series("cost", (0.0, 4.001, 9.0)),), ticks=((0.0, "$0"), (9.0, "$9")))
    >>> as_coarse_as_seen(chart, 4).series[0].values
    (0.0, 14.0, 32.0)
    """
    low, high = _bounds(chart)
    span, steps = high - low, STEPS_PER_ROW * height

    def step(value: float) -> float:
        # Not the difference over the span, which overflows for the largest numbers.
        return float(round((value / span - low / span) * steps))

    def seen(value: float | None) -> float | None:
        return step(value) if value is not None and isfinite(value) else None

    return replace(
        chart,
        series=tuple(replace(one, values=tuple(map(seen, one.values))) for one in chart.series),
        ticks=tuple((step(value), word) for value, word in chart.ticks),
        usual=seen(chart.usual),
    )


def small_picture(chart: Chart, width: int) -> ChartPicture:
    """Return the first series as a line of blocks."""
    first = chart.series[0]
    return ChartPicture(((Cell(spark(first.values, width, is_open=chart.open_from is not None), first.emphasis),),))


def picture_of(chart: Chart, width: int, height: int, usual_word: str, raster: Raster) -> ChartPicture:
    """Return the chart laid out in `width` by `height` cells."""
    words = [word for _value, word in chart.ticks] + ([usual_word] if chart.usual is not None else [])
    margin = min(max((cell_width(word) for word in words), default=0), width // 3)
    legend = _legend(chart, width - margin - 1)
    # In a low chart the mark stands on its peak instead of above it.
    mark_rows = 1 if chart.marked and height >= MARK_ROW_HEIGHT else 0
    above = (1 if legend else 0) + mark_rows
    scale = _scale(chart, width - margin - 1, height - 2 - above)
    canvas = _canvas(chart, scale, raster)
    canvas = [[Cell(" ")] * scale.width for _row in range(mark_rows)] + canvas
    _draw_open(canvas, chart, scale)
    _draw_marks(canvas, chart, scale)
    ticks = _tick_rows(chart, scale, len(canvas) - scale.height)
    _draw_usual(canvas, ticks, chart, scale, usual_word)
    _name_open(canvas, plain(chart.open_word))
    columns = tuple(scale.column(bucket) for bucket in range(scale.buckets))
    axis = Axis(chart.labels, columns, scale.width, scale.width / max(1, scale.buckets))
    return framed(canvas, ticks, chart.ticks[0][1] if chart.ticks else "", margin, axis, legend)


def _bounds(chart: Chart) -> tuple[float, float]:
    values = [v for series in chart.series for v in series.values if v is not None and isfinite(v)]
    values += [value for value, _word in chart.ticks]
    low = min(values, default=0.0) if chart.ticks else min(0.0, *values)
    high = max(values, default=1.0)
    return low, high if high > low else low + 1


def _scale(chart: Chart, width: int, height: int) -> Scale:
    low, high = _bounds(chart)
    buckets = max(len(chart.labels), *(len(series.values) for series in chart.series))
    return Scale(buckets, low, high, max(1, width), max(1, height))


def _canvas(chart: Chart, scale: Scale, raster: Raster) -> Grid:
    # Drawn last means on top; the first series matters most.
    shown = chart.series[::-1]
    closed = scale.buckets if chart.open_from is None else chart.open_from
    padded = [
        ((*series.values, *(None,) * scale.buckets)[:closed] + (None,) * (scale.buckets - closed)) for series in shown
    ]
    rows = raster(padded, scale)
    return [
        [Cell(glyph, shown[number].emphasis if number >= 0 else Emphasis.NORMAL) for glyph, number in row]
        for row in rows
    ]


def _draw_open(canvas: Grid, chart: Chart, scale: Scale) -> None:
    """Mark the running bucket's value so far."""
    if chart.open_from is None:
        return
    for series in reversed(chart.series):
        for bucket, value in enumerate(series.values[chart.open_from :], chart.open_from):
            if value is not None and isfinite(value):
                row = scale.row(value) + len(canvas) - scale.height
                canvas[row][scale.column(bucket)] = Cell(SO_FAR, series.emphasis)


def _name_open(canvas: Grid, word: str) -> None:
    """Put the word beside the mark, or above or below it if a line is in the way."""
    marks = [(y, x) for y, row in enumerate(canvas) for x, cell in enumerate(row) if cell.text == SO_FAR]
    if not marks or not word or len(word) != cell_width(word):
        return
    mark_y, end = marks[0]
    start = end - len(word)
    for y in (mark_y, mark_y - 1, mark_y + 1, mark_y - 2):
        row = canvas[y] if 0 <= y < len(canvas) else []
        if row and start > 0 and all(cell.text in (" ", USUAL) for cell in row[start - 1 : end]):
            row[start:end] = [Cell(letter, Emphasis.MUTED) for letter in word]
            return


def _draw_marks(canvas: Grid, chart: Chart, scale: Scale) -> None:
    """Put a mark just above the drawing in the column of each abnormal bucket."""
    for bucket in chart.marked:
        if not 0 <= bucket < scale.buckets:
            continue
        column = scale.column(bucket)
        drawn = [y for y, row in enumerate(canvas) if row[column].text != " "]
        y = (drawn[0] if drawn else len(canvas)) - 1
        canvas[max(0, y)][column] = Cell(MARK, Emphasis.CRITICAL)


def _tick_rows(chart: Chart, scale: Scale, above: int) -> dict[int, str]:
    """Return the words beside the canvas; the lowest stands at the axis below it."""
    rows: dict[int, str] = {}
    for value, word in reversed(chart.ticks[1:]):
        rows.setdefault(scale.row(value) + above, word)
    return rows


def _draw_usual(canvas: Grid, ticks: dict[int, str], chart: Chart, scale: Scale, word: str) -> None:
    """Dot the usual level where nothing is drawn, with its word in the margin or, when that is taken, on the line."""
    if chart.usual is None or not scale.low <= chart.usual <= scale.high:
        return
    y = scale.row(chart.usual) + len(canvas) - scale.height
    row = canvas[y]
    dots = USUAL * scale.width
    if y in ticks:
        dots = fit(f"{truncate(word, scale.width // 2)} ", scale.width).replace("  ", " ").rstrip() + " "
        dots += USUAL * (scale.width - cell_width(dots))
    else:
        ticks[y] = word
    # A word with wide characters would shift the line, and is left out.
    glyphs = dots if len(dots) == scale.width else USUAL * scale.width
    canvas[y] = [Cell(dot, Emphasis.MUTED) if cell.text == " " else cell for cell, dot in zip(row, glyphs, strict=True)]


def _legend(chart: Chart, width: int) -> Line:
    """Name the series where there are several, in the colours of their lines."""
    if len(chart.series) < 2:
        return ()
    cells: list[Cell] = []
    for series in chart.series:
        cells += [Cell("━ ", series.emphasis), Cell(f"{truncate(series.name, width // 3)}  ", Emphasis.MUTED)]
    return tuple(cells)
