"""A line of a page: a name, its value, and a gauge if it has a limit."""

from tui.present import format as fmt
from tui.present.key_state import share_severity
from widgets.layout import fit, gauge
from widgets.values import Align, Cell, Emphasis, Line

NAME_WIDTH = 12


def named(name: str, *cells: Cell, width: int = NAME_WIDTH) -> Line:
    """A value with its name."""
    return Cell(fit(name, width, Align.LEFT), Emphasis.MUTED), *cells


def gauge_line(name: str, share: float, figures: str, note: str = "", *, width: int = NAME_WIDTH) -> Line:
    """How much of a limit is used."""
    bar = Cell(f"{gauge(min(share, 1.0))} {fmt.percent(share):>6}  ", share_severity(share))
    return named(name, bar, Cell(f"{figures}   "), Cell(note, Emphasis.MUTED), width=width)
