"""What the monitor needs of a gateway, whatever its dialect, and what a source can tell and do at all."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import Struct

from tui.domain.account import Plan, Profile, Site
from tui.domain.keys import ApiKey, Group, KeyCost
from tui.domain.scope import Filters
from tui.domain.usage import Breakdown, Call, DayUsage, FailedCall, FailedCallDetail, Page, Totals
from tui.gateway.budget import RequestBudget

Days = tuple[date, date]


class Capability(StrEnum):
    """What a source may be able to tell or do."""

    ACCOUNT = "account"
    """Whose account it is."""
    BALANCE = "balance"
    PLANS = "plans"
    KEYS = "keys"
    """The list of the account's keys."""
    CALLS = "calls"
    """Single calls, and figures of any range by model, group and key."""
    FILTERS = "filters"
    """Figures narrowed by model, group, type or billing."""
    ERRORS = "errors"
    LIMITS = "limits"
    """What a key may spend in five hours, a day and a week."""
    ACTIONS = "actions"
    """Changes of keys and of the account."""


class Lack(StrEnum):
    """Why a source cannot tell or do something."""

    API_KEY_ONLY = "api_key_only"
    """There is no account, only API keys: each tells of itself."""
    OLD_GATEWAY = "old_gateway"
    ERRORS_HIDDEN = "errors_hidden"
    """The operator shows users no errors."""
    SIMPLE_MODE = "simple_mode"
    """The site bills nobody."""
    READ_ONLY = "read_only"
    """aktop was told to change nothing."""


class Capabilities(Struct, frozen=True):
    """What a source can tell and do; all of it, but for what it lacks."""

    lacks: tuple[tuple[Capability, Lack], ...] = ()

    def can(self, capability: Capability) -> bool:
        """Whether it can."""
        return self.why_not(capability) is None

    def why_not(self, capability: Capability) -> Lack | None:
        """Why it cannot; None where it can."""
        return next((lack for lacked, lack in self.lacks if lacked is capability), None)

    def without(self, lack: Lack, *capabilities: Capability) -> "Capabilities":
        """The same without some more, for one reason; what was lacking before keeps its own.

        >>> Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS).why_not(Capability.ACTIONS)
        <Lack.READ_ONLY: 'read_only'>
        """
        more = tuple((capability, lack) for capability in capabilities if self.can(capability))
        return Capabilities(self.lacks + more) if more else self


class Source(Protocol):
    """Something that tells about spending: an account, or one API key."""

    base_url: str
    budget: RequestBudget

    @property
    def capabilities(self) -> Capabilities:
        """What it can tell and do, as far as is known by now."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Gateway(Source, Protocol):
    """An account at a gateway, as the monitor's questions ask it. Every method raises GatewayError."""

    async def site(self) -> Site:
        """What the gateway says about itself."""
        ...

    async def me(self) -> Profile:
        """The account, with the site's mode."""
        ...

    async def profile(self) -> Profile:
        """The account; its balance is live."""
        ...

    async def plans(self) -> tuple[Plan, ...]:
        """Running subscriptions."""
        ...

    async def keys(self) -> tuple[ApiKey, ...]:
        """All keys, oldest first."""
        ...

    async def groups(self) -> tuple[Group, ...]:
        """The groups that keys can be bound to."""
        ...

    async def key_costs(self, key_ids: Sequence[int]) -> dict[int, KeyCost]:
        """The cost of each key."""
        ...

    async def key_days(self, key_id: int, days: int) -> tuple[DayUsage, ...]:
        """The last days of a key."""
        ...

    async def calls(
        self,
        days: Days | None,
        filters: Filters,
        *,
        zone: str | None,
        page: int = 1,
        page_size: int = 20,
        sort_by: str = "created_at",
        ascending: bool = False,
    ) -> Page[Call]:
        """A page of call records."""
        ...

    async def totals(self, days: Days, filters: Filters, *, zone: str | None) -> Totals:
        """What the calls of some days add up to."""
        ...

    async def breakdown(
        self,
        days: Days,
        filters: Filters,
        *,
        zone: str | None,
        hourly: bool,
        server_zone: ZoneInfo,
        trend: bool = True,
        models: bool = True,
        groups: bool = True,
    ) -> Breakdown:
        """The calls of some days by time, model and group."""
        ...

    async def errors(
        self,
        days: Days | None,
        *,
        zone: str | None,
        filters: Filters,
        category: str | None = None,
        status_code: int | None = None,
        page: int = 1,
        page_size: int = 20,
    ) -> Page[FailedCall]:
        """A page of failed calls."""
        ...

    async def error(self, error_id: int) -> FailedCallDetail:
        """One failed call."""
        ...
