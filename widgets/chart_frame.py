"""Everything around a chart's canvas: the labels of both axes, and a legend. Pure, so that a thread may draw."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from widgets.layout import cell_width, fit, plain
from widgets.values import Align, Cell, Emphasis, Line

NICE_STEPS = (1, 2, 3, 4, 6, 7, 8, 12, 14, 24, 28, 48, 72, 96, 168)
LABEL_GAP = 3

Grid = list[list[Cell]]


class ChartPicture(Struct, frozen=True):
    """A drawn chart: its lines, and the columns of its buckets for the cursor. A sparkline has no columns."""

    lines: tuple[Line, ...] = ()
    columns: tuple[int, ...] = ()
    canvas_rows: range = range(0)
    label_row: int = 0


class Axis(Struct, frozen=True):
    """The lower axis: names of buckets, and the column of each on the canvas."""

    labels: tuple[str, ...]
    columns: tuple[int, ...]
    width: int
    per_bucket: float
    """The cells from one bucket to the next."""


def framed(canvas: Grid, words: Mapping[int, str], lowest: str, margin: int, axis: Axis, legend: Line) -> ChartPicture:
    """Return a canvas with labels beside its rows, those of the axis below, and the legend above."""
    lines = [_margin(words.get(y, ""), margin) + _runs(row) for y, row in enumerate(canvas)]
    places = _label_places(axis)
    ticked = {column for column, _start, _name in places}
    drawn = "".join("┬" if column in ticked else "─" for column in range(axis.width))
    left = margin + 1
    lines.append((Cell(fit(lowest, margin, Align.RIGHT) + "┼" + drawn, Emphasis.MUTED),))
    lines.append((Cell(" " * left + _names(places, axis.width), Emphasis.MUTED),))
    if legend:
        lines.insert(0, (Cell(" " * left), *legend))
    columns = tuple(left + column for column in axis.columns)
    return ChartPicture(tuple(lines), columns, range(1 if legend else 0, len(lines) - 2), len(lines) - 1)


def _margin(word: str, width: int) -> Line:
    return (Cell(fit(word, width, Align.RIGHT) + ("┤" if word else "│"), Emphasis.MUTED),)


def _runs(row: Sequence[Cell]) -> Line:
    return tuple(
        Cell("".join(cell.text for cell in run), emphasis, under=under)
        for (emphasis, under), run in groupby(row, lambda cell: (cell.emphasis, cell.under))
    )


def _label_places(axis: Axis) -> list[tuple[int, int, str]]:
    """Choose which buckets are labelled; return the column of the tick, where the label begins, and the label."""
    names = [plain(label) for label in axis.labels]
    widest = max((cell_width(name) for name in names), default=0)
    if not widest or widest > axis.width:
        return []
    step = next((step for step in NICE_STEPS if step * axis.per_bucket >= widest + LABEL_GAP), len(names))
    # A presenter may name only some buckets; those are used as far as they fit.
    chosen = range(len(names)) if "" in names else range(0, len(names), step)
    places: list[tuple[int, int, str]] = []
    free = 0
    for bucket in chosen:
        name, column = names[bucket], axis.columns[bucket]
        start = min(max(0, column - cell_width(name) // 2), axis.width - cell_width(name))
        if name and start >= free:
            places.append((column, start, name))
            free = start + cell_width(name) + 1
    return places


def _names(places: Sequence[tuple[int, int, str]], width: int) -> str:
    named = ""
    for _column, start, name in places:
        named += " " * (start - cell_width(named)) + name
    return fit(named, width)
