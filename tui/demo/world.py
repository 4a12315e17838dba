"""Everything the demo gateway knows: one account with its keys, records, failures and subscription."""

import random
from dataclasses import dataclass, field

from tui.demo.account import Code, User
from tui.demo.catalogue import GROUPS, Group
from tui.demo.clock import Clock
from tui.demo.errors import ErrorLog
from tui.demo.history import Stream
from tui.demo.keys import Key
from tui.demo.ledger import Ledger
from tui.demo.options import DemoOptions
from tui.demo.scenarios import Scenario
from tui.demo.subscription import Subscription

FOREIGN_GROUP = Group(6, "staff-only", "anthropic", 10, "")
"""A group of somebody else: it exists, but the user may not bind keys to it."""


@dataclass(slots=True)
class World:
    """The state of the gateway."""

    clock: Clock
    options: DemoOptions
    scenario: Scenario
    user: User
    keys: dict[int, Key]
    """All keys, deleted ones too."""
    ledger: Ledger
    errors: ErrorLog
    subscription: Subscription
    streams: list[Stream]
    unused_codes: dict[str, Code]
    rng: random.Random
    group_of: dict[int, Group] = field(default_factory=lambda: dict(GROUPS))

    def key(self, key_id: int) -> Key | None:
        """A key of the user that was not deleted."""
        key = self.keys.get(key_id)
        return None if key is None or key.deleted else key

    def living_keys(self) -> list[Key]:
        """The keys that were not deleted."""
        return [key for key in self.keys.values() if not key.deleted]

    def key_by_secret(self, secret: str) -> Key | None:
        """The living key with a secret."""
        return next((key for key in self.keys.values() if key.secret == secret and not key.deleted), None)

    def new_secret(self) -> str:
        """A secret as the gateway makes them: `sk-` and 64 hex digits."""
        return f"sk-{self.rng.getrandbits(256):064x}"
