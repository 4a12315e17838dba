"""What an API key alone can learn of its account (contract 6.1), and its price (6.2)."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from tui.domain.account import PlanWindow
from tui.domain.failure import Failure
from tui.domain.keys import ZERO_USD, ApiKey, SpendWindow
from tui.domain.usage import DayUsage, Slice, Sums


class OwnPlan(Struct, frozen=True):
    """The subscription that a key spends from. `left_usd` None is no limit; without `is_running` there is none.

    A limit of 0 in `windows` is no limit, and only the week's reset is reported.
    """

    name: str
    is_running: bool = False
    left_usd: Decimal | None = None
    windows: tuple[PlanWindow, ...] = ()
    expires_at: datetime | None = None


class OwnLimits(Struct, frozen=True):
    """The limits of a key. Quota and status may be 5½ minutes old; `windows` are those with a limit, and live."""

    stored_status: str
    quota_usd: Decimal = ZERO_USD
    quota_used_usd: Decimal = ZERO_USD
    windows: tuple[SpendWindow, ...] = ()
    expires_at: datetime | None = None


class ApiKeyReport(Struct, frozen=True):
    """What `GET /v1/usage` reports about a key; None is what this gateway does not report.

    It has one of three: its own limits, the balance of the account's wallet (which may be negative), or a plan. Only
    with limits is its expiry known. `today` is since the server's midnight, `total` over all retained calls, `days` and
    `models` over the requested days of the server; days without calls are missing. `is_old` marks a gateway like
    v0.1.83, which also refuses to answer keys that may not spend. Rates are per minute.
    """

    limits: OwnLimits | None = None
    balance_usd: Decimal | None = None
    plan: OwnPlan | None = None
    is_valid: bool = True
    today: Sums | None = None
    total: Sums | None = None
    average_duration_ms: float | None = None
    rpm: int | None = None
    tpm: int | None = None
    days: tuple[DayUsage, ...] | None = None
    models: tuple[Slice, ...] | None = None
    is_old: bool = False

    @property
    def left_usd(self) -> Decimal | None:
        """What is left of its wallet, plan or quota; None without a limit."""
        if self.limits is not None:
            quota_usd = self.limits.quota_usd
            return max(ZERO_USD, quota_usd - self.limits.quota_used_usd) if quota_usd else None
        return self.plan.left_usd if self.plan is not None else self.balance_usd

    @property
    def total_usd(self) -> Decimal | None:
        """The cost of all its calls on record."""
        return self.total.billed_usd if self.total is not None else None

    @property
    def days_usd(self) -> Decimal | None:
        """Its cost over the requested days."""
        return None if self.days is None else sum((day.sums.billed_usd for day in self.days), ZERO_USD)


class ApiKeyPrice(Struct, frozen=True):
    """A key's multipliers on list prices: `group` of its group, `personal` instead of that, `peak` on top right now."""

    effective: Decimal
    group: Decimal
    personal: Decimal | None = None
    peak: Decimal | None = None
    peak_hours: str = ""
    peak_zone: str = ""


class ApiKeyTag(Struct, frozen=True):
    """An API key without its secret: its index in the list, its masked form, and its owner's label."""

    place: int
    masked: str
    label: str = ""

    @property
    def id(self) -> int:
        """The number shown for it, counted from 1."""
        return self.place + 1


class OwnApiKey(ApiKey, frozen=True):
    """A key that reports about itself: what an account's key has, as far as it is known, and what only it reports.

    A failure is of the last request; the report is the one before, unless the gateway refuses the key.
    """

    report: ApiKeyReport | None = None
    failure: Failure | None = None
    price: ApiKeyPrice | None = None
    price_failure: Failure | None = None
