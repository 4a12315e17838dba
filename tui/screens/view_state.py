"""How the person wants to see things, for all screens alike."""

from msgspec import Struct
from msgspec.structs import replace

from tui.present.playing import Playing

INTERVALS_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class ViewState(Struct, frozen=True):
    """Paused, private, how often to refresh, and which notices were seen."""

    is_paused: bool = False
    privacy: bool = False
    interval_s: float = 5.0
    acknowledged: frozenset[str] = frozenset()
    playing: Playing | None = None
    """How a recording is shown, where it is one."""

    def faster(self) -> "ViewState":
        """Refresh more often, if there is such a step."""
        return replace(self, interval_s=max((s for s in INTERVALS_S if s < self.interval_s), default=self.interval_s))

    def slower(self) -> "ViewState":
        """Refresh less often, if there is such a step."""
        return replace(self, interval_s=min((s for s in INTERVALS_S if s > self.interval_s), default=self.interval_s))
