"""The request budget: aktop's share of the panel's rate limits (contract 1.7), which browser tabs and scripts use too.

The gateway sends no counters, so the client counts. Its windows are fixed and ours slide: a share that holds over every
60 seconds holds over any of its windows. It counts per account, so all aktops of a user share one budget.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

WINDOW_S = 60.0


class Tier(StrEnum):
    """The limiter that a request counts against. HEAVY requests count as GLOBAL too."""

    PUBLIC = "public"
    GLOBAL = "global"
    HEAVY = "heavy"


class BudgetUse(Struct, frozen=True):
    """Requests of the last 60 seconds, and how many aktop allows itself (0: no limit)."""

    heavy_used: int
    heavy_allowed: int
    global_used: int
    global_allowed: int
    blocked_for_s: float


class OtherRequests(Protocol):
    """Requests by other processes for the same account. All moments are on the budget's own clock."""

    def sent(self) -> Mapping[Tier, Sequence[float]]:
        """When others sent requests in the last 60 seconds, oldest first."""

    def blocked_until(self, tier: Tier) -> float:
        """When the wait ends that the gateway asked another process for; in the past if there is none."""

    def tell(self, tier: Tier) -> None:
        """Report a request that is sent here."""

    def tell_refused(self, tier: Tier, retry_after_s: float) -> None:
        """Report a wait that the gateway asked for here."""


class RequestBudget:
    """Counts requests over a sliding 60 seconds. `clock` returns monotonic seconds; a limit of 0 means none."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        share: float = 0.5,
        global_per_min: int = 240,
        heavy_per_min: int = 60,
        others: OtherRequests | None = None,
    ) -> None:
        self._clock = clock
        self._others = others
        self._allowed = {Tier.GLOBAL: _part(global_per_min, share), Tier.HEAVY: _part(heavy_per_min, share)}
        self._sent: dict[Tier, deque[float]] = {Tier.GLOBAL: deque(), Tier.HEAVY: deque()}
        self._blocked_until = dict.fromkeys(Tier, 0.0)

    def wait_s(self, tier: Tier, part: float = 1.0) -> float:
        """Seconds until a request fits into the share, and into `part` of its own tier's share; 0 if it may go now."""
        now = self._clock()
        parts = ((met, part if met is tier else 1.0) for met in _meets(tier))
        return max(self.blocked_s(tier), *(self._full_for(met, most, now) for met, most in parts), 0.0)

    def blocked_s(self, tier: Tier) -> float:
        """Seconds that the gateway itself asked to wait before a request of that tier."""
        now = self._clock()
        blocked_s = max(0.0, *(self._blocked_until[met] - now for met in (tier, *_meets(tier))))
        if self._others is None:
            return blocked_s
        return max(blocked_s, *(self._others.blocked_until(met) - now for met in (tier, *_meets(tier))))

    def lift(self) -> None:
        """Remove all limits, for a gateway that has none."""
        self._allowed = dict.fromkeys(self._allowed, 0)

    def spend(self, tier: Tier) -> None:
        """Count a request that is being sent."""
        for met in _meets(tier):
            self._sent[met].append(self._clock())
        if self._others is not None and tier is not Tier.PUBLIC:
            self._others.tell(tier)

    def refused(self, tier: Tier, retry_after_s: float) -> None:
        """Note a 429: nothing of that tier is sent before `retry_after_s` is over."""
        self._blocked_until[tier] = max(self._blocked_until[tier], self._clock() + retry_after_s)
        if self._others is not None and tier is not Tier.PUBLIC:
            self._others.tell_refused(tier, retry_after_s)

    def used(self) -> BudgetUse:
        """The use of the last 60 seconds."""
        now = self._clock()
        return BudgetUse(
            heavy_used=len(self._recent(Tier.HEAVY, now)),
            heavy_allowed=self._allowed[Tier.HEAVY],
            global_used=len(self._recent(Tier.GLOBAL, now)),
            global_allowed=self._allowed[Tier.GLOBAL],
            blocked_for_s=self.blocked_s(Tier.HEAVY),
        )

    def _full_for(self, tier: Tier, part: float, now: float) -> float:
        recent, allowed = self._recent(tier, now), self._allowed[tier]
        # At least one, so that every permitted request can be sent at some time.
        allowed = max(1, int(allowed * part)) if allowed else 0
        if not allowed or len(recent) < allowed:
            return 0.0
        return recent[len(recent) - allowed] + WINDOW_S - now

    def _recent(self, tier: Tier, now: float) -> Sequence[float]:
        sent = self._sent[tier]
        while sent and sent[0] <= now - WINDOW_S:
            sent.popleft()
        elsewhere = self._others.sent() if self._others is not None else {}
        also = [
            at for met, moments in elsewhere.items() if tier in _meets(met) for at in moments if at > now - WINDOW_S
        ]
        return sorted([*sent, *also]) if also else sent


def _meets(tier: Tier) -> tuple[Tier, ...]:
    """The counted limiters that a request of that tier passes."""
    if tier is Tier.PUBLIC:
        return ()
    return (Tier.GLOBAL, Tier.HEAVY) if tier is Tier.HEAVY else (Tier.GLOBAL,)


def _part(per_minute: int, share: float) -> int:
    return max(1, int(per_minute * share)) if per_minute > 0 else 0
