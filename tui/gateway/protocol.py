"""What the monitor needs from a gateway, whatever its dialect."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from tui.domain.account import Plan, Profile, Site
from tui.domain.capabilities import Capabilities
from tui.domain.keys import ApiKey, Group, KeyCost
from tui.domain.scope import Filters
from tui.domain.usage import Breakdown, Call, DayUsage, FailedCall, FailedCallDetail, Page, Totals
from tui.gateway.budget import RequestBudget

Days = tuple[date, date]


class Source(Protocol):
    """A source of figures about spending: an account, or one API key."""

    base_url: str
    budget: RequestBudget

    @property
    def capabilities(self) -> Capabilities:
        """What this kind of source can tell and do. What its answers reveal is in the Snapshot."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Gateway(Source, Protocol):
    """An account at a gateway, as the monitor's questions use it. Every method raises GatewayError."""

    async def site(self) -> Site:
        """Public facts about the gateway."""
        ...

    async def me(self) -> Profile:
        """The account, with the site's mode."""
        ...

    async def profile(self) -> Profile:
        """The account; its balance is live."""
        ...

    async def plans(self) -> tuple[Plan, ...]:
        """Active subscriptions."""
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
        """Daily usage of a key over the last days."""
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
        """The sums of some days."""
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
