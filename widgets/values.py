"""What widgets show: runs of text with an emphasis, rows with an identity, series of numbers.

These values are all that presenters and widgets share. Importing them loads no widget and no framework, so that
pure code can make them.
"""

from collections.abc import Hashable
from enum import StrEnum

from msgspec import Struct


class Emphasis(StrEnum):
    """How a piece of text stands out. Colour only repeats what glyph and word already say.

    What is drawn of figures is `DATA`; `WARNING` and `CRITICAL` are for the part of it that is out of the usual.
    Nothing but the focus is `FOCUS`; `ACCENT` is for headings and for what a person has set or may type.
    """

    NORMAL = "normal"
    MUTED = "muted"
    STRONG = "strong"
    ACCENT = "accent"
    FOCUS = "focus"
    DATA = "data"
    GOOD = "good"
    WARNING = "warning"
    CRITICAL = "critical"


class Cell(Struct, frozen=True):
    """A run of text of one emphasis; in a bar or gauge column also the share (0 to 1) that is drawn before the text.

    In a table `parts` are the text once more, as runs of an emphasis each.
    """

    text: str = ""
    emphasis: Emphasis = Emphasis.NORMAL
    share: float | None = None
    parts: tuple["Cell", ...] = ()
    under: Emphasis | None = None
    """The emphasis whose colour lies behind the text, where a cell has two."""


Line = tuple[Cell, ...]
"""A line of text, made of runs."""


class Align(StrEnum):
    """Where a column puts text that is shorter than the column."""

    LEFT = "left"
    RIGHT = "right"


class Draw(StrEnum):
    """How a column draws a cell that has a share."""

    TEXT = "text"
    BAR = "bar"
    GAUGE = "gauge"


class Column(Struct, frozen=True):
    """One column of a table, declared as data.

    `width` is in terminal cells. A column with `flex` > 0 also takes its part of what is left over. When the table is
    too narrow for all, columns leave whole, those of the highest `priority` number first; priority 0 never leaves.
    """

    id: str
    title: str
    width: int
    align: Align = Align.LEFT
    flex: int = 0
    priority: int = 0
    draw: Draw = Draw.TEXT
    sortable: bool = True


class Row(Struct, frozen=True):
    """One row of a table: who it is, and a cell for each column, in their order; a single one takes all the width."""

    id: Hashable
    cells: tuple[Cell, ...]


class Series(Struct, frozen=True):
    """One line of a chart: a value for each bucket, None where nothing is known."""

    name: str
    values: tuple[float | None, ...]
    emphasis: Emphasis = Emphasis.DATA


class Chart(Struct, frozen=True):
    """What a trend chart draws: buckets along x, series over them, and the words of the value axis.

    `labels` names each bucket for the x axis, `ticks` the values of the y axis with their words, lowest first.
    `usual` is a level drawn as a dotted line, `marked` the buckets that stand out (a spike). `open_from` is the bucket
    that still runs, and all behind it: what they have so far is marked, named by `open_word`, and joined to nothing.
    """

    labels: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    usual: float | None = None
    marked: frozenset[int] = frozenset()
    open_from: int | None = None
    open_word: str = ""


class TrendBars(Struct, frozen=True):
    """What a trend chart draws as stacked bars: layers from the bottom up, and the words of the value axis.

    `usual` is the level of each bucket that is dotted behind the bars, `marked` the buckets that stand out. `open_from`
    is the bucket that still runs: it is hatched, and outlined up to what it is `heading` for. The words name the signs.
    """

    labels: tuple[str, ...] = ()
    layers: tuple[Series, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    usual: tuple[float | None, ...] = ()
    marked: frozenset[int] = frozenset()
    open_from: int | None = None
    heading: float | None = None
    usual_word: str = ""
    open_word: str = ""
    heading_word: str = ""

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return max(len(self.labels), *(len(layer.values) for layer in self.layers), 0)

    @property
    def has_values(self) -> bool:
        """Whether anything is known."""
        return any(value is not None for layer in self.layers for value in layer.values)

    def total(self, bucket: int) -> float | None:
        """What all layers of a bucket are together; None where nothing is known."""
        known = [layer.values[bucket] for layer in self.layers if bucket < len(layer.values)]
        return sum(value for value in known if value is not None) if any(one is not None for one in known) else None
