"""What a screen may use: what to watch, what to do, and how things are shown. Values and two narrow services."""

from dataclasses import dataclass

from tui.actions import Actions
from tui.monitor.loop import Monitor
from tui.services import Services


@dataclass(frozen=True, slots=True)
class Desk:
    """The services of a running aktop, as screens get them."""

    services: Services
    monitor: Monitor
    actions: Actions
