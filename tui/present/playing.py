"""The state of playback, shown instead of the freshness."""

from msgspec import Struct

from tui.locale import _
from tui.present.display_context import DisplayContext
from widgets.values import Cell, Emphasis


class Playing(Struct, frozen=True):
    """The state of playback: its speed, and whether it is at the end."""

    speed: float = 1.0
    is_over: bool = False


def playing_cell(playing: Playing, look: DisplayContext, *, is_paused: bool, is_short: bool = False) -> Cell:
    """Marks a recording and, where there is room, its moment, instead of the freshness."""
    sign = "■" if playing.is_over else "‖" if is_paused else "▶"
    if is_short:
        return Cell(f"{sign} {_('recording')}", Emphasis.WARNING)
    at = look.now.astimezone(look.zone)
    speed = f" ×{playing.speed:g}" if playing.speed != 1 else ""
    return Cell(f"{sign} {_('recording')} {at:%m-%d %H:%M:%S}{speed}", Emphasis.WARNING)
