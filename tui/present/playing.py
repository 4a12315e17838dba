"""How a recording is being shown, in place of how fresh the figures are."""

from msgspec import Struct

from tui.locale import _
from tui.present.display_context import DisplayContext
from widgets.values import Cell, Emphasis


class Playing(Struct, frozen=True):
    """How a recording is being shown: how many times as fast as it was heard, and whether it is over."""

    speed: float = 1.0
    is_over: bool = False


def playing_cell(playing: Playing, look: DisplayContext, *, is_paused: bool) -> Cell:
    """That this is a recording, and at which moment, in place of how fresh it is."""
    sign = "■" if playing.is_over else "‖" if is_paused else "▶"
    at = look.now.astimezone(look.zone)
    speed = f" ×{playing.speed:g}" if playing.speed != 1 else ""
    return Cell(f"{sign} {_('recording')} {at:%m-%d %H:%M:%S}{speed}", Emphasis.WARNING)
