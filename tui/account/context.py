"""What a screen may use: what to watch, what to do, and how things are shown."""

from msgspec import Struct

from tui.account.actions import Actions
from tui.account.guard.guard import Guard
from tui.account.incident_tracker import IncidentTracker
from tui.account.services import Services
from tui.domain.capabilities import Capabilities, Capability
from tui.monitor.heard import RecentlyHeard
from tui.monitor.protocol import AccountMonitor


class AccountContext(Struct, frozen=True):
    """The services of a running aktop for screens; `tracker` follows what triage finds, `guard` acts on it.

    `heard` keeps the latest events, if they can be recorded.
    """

    services: Services
    monitor: AccountMonitor
    actions: Actions
    tracker: IncidentTracker
    guard: Guard | None = None
    heard: RecentlyHeard | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What the account's source can tell and do, as far as is known."""
        return self.monitor.snapshot.capabilities

    def can(self, capability: Capability) -> bool:
        """Whether the source has a capability."""
        return self.capabilities.can(capability)
