"""Turns lines of runs into strips, the form in which Textual paints a line."""

from collections.abc import Iterable

from rich.segment import Segment
from textual.strip import Strip

from widgets.layout import fit_line
from widgets.palette import Palette
from widgets.values import Cell, Line


def line_strip(line: Line, width: int, palette: Palette) -> Strip:
    """Return the line cut or padded to `width` as a strip."""
    return runs_strip(fit_line(line, width), width, palette)


def runs_strip(
    runs: Iterable[Cell], width: int, palette: Palette, *, under_cursor: bool = False, is_reversed: bool = False
) -> Strip:
    """Return runs that already take `width` cells as a strip; neighbours that look the same become one segment."""
    style_of = palette.cursor_style if under_cursor else palette.reversed_style if is_reversed else palette.style
    segments: list[Segment] = []
    text, emphasis = "", None
    for run in runs:
        if run.under is not None:
            if emphasis is not None and text:
                segments.append(Segment(text, style_of(emphasis)))
            segments.append(Segment(run.text, palette.style_over(run.emphasis, run.under)))
            text, emphasis = "", None
            continue
        # A blank looks the same in any emphasis, so that it can join what stands before it.
        if emphasis is None or run.emphasis == emphasis or run.text.isspace():
            emphasis = run.emphasis if emphasis is None else emphasis
            text += run.text
            continue
        segments.append(Segment(text, style_of(emphasis)))
        text, emphasis = run.text, run.emphasis
    if emphasis is not None and text:
        segments.append(Segment(text, style_of(emphasis)))
    return Strip(segments, width)
