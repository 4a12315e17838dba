"""Series drawn as braille lines by plotext, on a canvas without axes or colours.

Plotext is imported when the first chart is drawn, in its thread: this takes 60 ms, which the first frame must not wait
for.
"""

import re
from collections.abc import Sequence
from importlib import import_module
from math import floor, isfinite
from threading import Lock
from typing import Any, cast

from msgspec import Struct

Point = tuple[int, float]

# The lines are told apart by palette numbers, which plotext writes as `38;5;n`.
_SGR = re.compile(r"\x1b\[([\d;]*)m")
_COLOR = re.compile(r"38;5;(\d+)")
_BLANK = (" ", -1)
# Plotext has one figure, and tables of colours and markers.
_PLOTEXT = Lock()


class Scale(Struct, frozen=True):
    """Positions of buckets and values on a canvas of `width` by `height` cells, as plotext places them."""

    buckets: int
    low: float
    high: float
    width: int
    height: int

    def column(self, bucket: int) -> int:
        """Return the column of a bucket; two dots make a column."""
        if self.buckets < 2:
            return self.width // 2
        return floor(0.5 + (2 * self.width - 1) * bucket / (self.buckets - 1)) // 2

    def row(self, value: float) -> int:
        """Return the row of a value, counted from the top; four dots make a row."""
        dot = floor(0.5 + (4 * self.height - 1) * (value - self.low) / (self.high - self.low))
        return self.height - 1 - min(self.height - 1, max(0, dot // 4))


def runs_of(values: Sequence[float | None], points: int) -> list[list[Point]]:
    """Return the known values as unbroken runs of points: the lowest and highest of each part of the whole.

    >>> runs_of([1, 2, None, 3], 8)
    [[(0, 1), (1, 2)], [(3, 3)]]
    >>> runs_of([5, 1, 9, 2, 4, 4, 4, 4], 4)
    [[(1, 1), (2, 9), (4, 4)]]
    """
    part = max(1, -(-len(values) // max(1, points // 2))) if len(values) > points else 1
    runs: list[list[Point]] = []
    previous = -2
    for start in range(0, len(values), part):
        known = [
            (index, value)
            for index, value in enumerate(values[start : start + part], start)
            if value is not None and isfinite(value)
        ]
        if not known:
            continue
        extremes = {min(known, key=lambda point: point[1]), max(known, key=lambda point: point[1])}
        if not runs or (start // part) - previous > 1:
            runs.append([])
        runs[-1].extend(sorted(extremes))
        previous = start // part
    return runs


def draw(series: Sequence[Sequence[float | None]], scale: Scale) -> list[list[tuple[str, int]]]:
    """Return the canvas as rows of glyphs, each with the number of its series, or -1."""
    with _PLOTEXT:
        return _rows(_build(series, scale), scale)


def _build(series: Sequence[Sequence[float | None]], scale: Scale) -> str:
    # Deferred: see above.
    plotext = cast("Any", import_module("textual_plotext.plotext"))

    plotext.clear_figure()
    # A figure is otherwise limited to the terminal size that plotext assumes.
    plotext.limit_size(False, False)
    plotext.plotsize(scale.width, scale.height)
    plotext.xaxes(False, False)
    plotext.yaxes(False, False)
    plotext.xticks([])
    plotext.yticks([])
    if scale.buckets > 1:
        plotext.xlim(0, scale.buckets - 1)
    else:
        plotext.xlim(-0.5, 0.5)
    plotext.ylim(scale.low, scale.high)
    for number, values in enumerate(series):
        for run in runs_of(values, 2 * scale.width):
            xs, ys = [x for x, _y in run], [y for _x, y in run]
            plotext.plot(xs, ys, marker="braille", color=number + 1)
    return str(plotext.build())


def _rows(text: str, scale: Scale) -> list[list[tuple[str, int]]]:
    rows = [_cells(line) for line in text.split("\n")[: scale.height]]
    return [(row + [_BLANK] * scale.width)[: scale.width] for row in rows]


def _cells(line: str) -> list[tuple[str, int]]:
    cells: list[tuple[str, int]] = []
    number = -1
    # Splitting on a group gives text and codes in turn.
    for place, part in enumerate(_SGR.split(line)):
        if place % 2:
            color = _COLOR.search(part)
            number = int(color.group(1)) - 1 if color else -1
        else:
            cells.extend(_BLANK if glyph == " " else (glyph, number) for glyph in part)
    return cells
