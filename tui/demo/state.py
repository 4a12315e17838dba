"""State that lives as long as the gateway: the world, its views, sessions and request counters."""

import random
from dataclasses import dataclass, field

from tui.demo.calendar import Moment
from tui.demo.options import DemoOptions
from tui.demo.sessions import Sessions
from tui.demo.views import Views
from tui.demo.windows import Counter
from tui.demo.world import World


@dataclass
class SecondStep:
    """A sign-in that waits for its second factor."""

    expires: Moment


@dataclass
class State:
    """Shared by all requests."""

    world: World
    views: Views
    sessions: Sessions
    panel: Counter = field(default_factory=Counter)
    sign_in: Counter = field(default_factory=Counter)
    bad_keys: Counter = field(default_factory=Counter)
    second_steps: dict[str, SecondStep] = field(default_factory=dict)
    wrong_codes: int = 0
    replays: dict[str, "Replay"] = field(default_factory=dict)
    key_caches: dict[int, "KeyCache"] = field(default_factory=dict)

    @property
    def options(self) -> DemoOptions:
        """The site's switches."""
        return self.world.options

    @classmethod
    def of(cls, world: World, seed: int) -> "State":
        """A fresh state around a world."""
        return cls(world, Views(world), Sessions(random.Random(f"sessions/{seed}"), world.options))

    def now(self) -> Moment:
        """The current moment."""
        return self.world.clock.now()


@dataclass
class Replay:
    """What an idempotency key was used for: the request's body, and its answer, or how long a retry must wait."""

    body: bytes
    answer: bytes | None
    retry_from: Moment = 0


@dataclass(frozen=True, slots=True)
class KeyCache:
    """What the authentication cache holds of a key, as shown by `/v1/usage`, minutes old (contract 6.1)."""

    taken: Moment
    quota_used: int
    status: str
