"""What a screen may use: what to watch, what to do, and how things are shown. Values and two narrow services."""

from msgspec import Struct

from tui.account.actions import Actions
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.domain.capabilities import Capability
from tui.monitor.loop import Monitor


class AccountContext(Struct, frozen=True):
    """The services of a running aktop, as screens get them; `tracker` follows what triage finds."""

    services: Services
    monitor: Monitor
    actions: Actions
    tracker: IncidentTracker

    def can(self, capability: Capability) -> bool:
        """Whether the account's source can tell or do something, as far as is known by now."""
        return self.monitor.snapshot.capabilities.can(capability)
