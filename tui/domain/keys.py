"""API keys: their limits and their actual state."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

ZERO_USD = Decimal(0)
OTHER_DAYS = 29
"""The days of `last_30_days_usd` besides today (contract 5.9)."""


class WindowName(StrEnum):
    """The three windows in which a key's spend can be limited."""

    FIVE_HOURS = "5h"
    ONE_DAY = "1d"
    SEVEN_DAYS = "7d"

    @property
    def length(self) -> timedelta:
        """How long a window lasts once it has begun."""
        return {"5h": timedelta(hours=5), "1d": timedelta(days=1), "7d": timedelta(days=7)}[self.value]


class KeyStatus(StrEnum):
    """The derived state of a key; the gateway stores less (contract 4.6)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    LIMITED = "limited"
    ANSWERS = "answers"
    """The gateway answers it; whether it has expired is not reported."""
    REFUSED = "refused"
    """The gateway refuses it, for another reason than its own limits."""
    UNKNOWN = "unknown"
    """It was not read yet."""


_AS_STORED = {
    "inactive": KeyStatus.INACTIVE,
    "disabled": KeyStatus.INACTIVE,
    "answers": KeyStatus.ANSWERS,
    "refused": KeyStatus.REFUSED,
    "unknown": KeyStatus.UNKNOWN,
}
"""What no limit or date overrules; the last three are of keys that report about themselves."""


class SpendWindow(Struct, frozen=True):
    """A spend limit over a window. `limit_usd` 0 is no limit; `resets_at` is None unless the window is live."""

    name: WindowName
    limit_usd: Decimal
    used_usd: Decimal
    resets_at: datetime | None

    def used_at(self, now: datetime) -> Decimal:
        """The spend that counts against the limit now: 0 if the window has lapsed since it was read."""
        return ZERO_USD if self.resets_at is not None and now >= self.resets_at else self.used_usd

    def is_full(self, now: datetime) -> bool:
        """Whether the gateway refuses calls because of this window."""
        return self.limit_usd > 0 and self.used_at(now) >= self.limit_usd

    def share(self, now: datetime) -> float | None:
        """The used share of the limit; None without a limit."""
        return float(self.used_at(now) / self.limit_usd) if self.limit_usd > 0 else None


class Group(Struct, frozen=True):
    """A group of upstream accounts that keys are bound to. The three limits are those of a subscription, in USD."""

    id: int
    name: str
    platform: str = ""
    rate_multiplier: Decimal = Decimal(1)
    is_subscription: bool = False
    daily_limit_usd: Decimal | None = None
    weekly_limit_usd: Decimal | None = None
    monthly_limit_usd: Decimal | None = None


class ApiKey(Struct, frozen=True):
    """One API key of the account, without its secret: only `masked_secret` is kept.

    `quota_usd` 0 is no quota; `in_flight` counts requests being answered right now. `is_alike`: another key's name
    looks the same; `is_alike_cut`: it does when both are cut.
    """

    id: int
    name: str
    masked_secret: str
    stored_status: str
    quota_usd: Decimal
    quota_used_usd: Decimal
    windows: tuple[SpendWindow, ...]
    group: Group | None = None
    group_id: int | None = None
    in_flight: int | None = None
    last_used_at: datetime | None = None
    last_used_ip: str | None = None
    expires_at: datetime | None = None
    created_at: datetime | None = None
    ip_whitelist: tuple[str, ...] = ()
    ip_blacklist: tuple[str, ...] = ()
    is_alike: bool = False
    is_alike_cut: bool = False

    def window(self, name: WindowName) -> SpendWindow:
        """The window with that name."""
        return next(window for window in self.windows if window.name is name)

    def status(self, now: datetime) -> KeyStatus:
        """What calls with this key would meet now (contract 4.6: expired, exhausted and limited must be derived)."""
        if self.stored_status in _AS_STORED:
            return _AS_STORED[self.stored_status]
        if self.expires_at is not None and now >= self.expires_at:
            return KeyStatus.EXPIRED
        if self.stored_status == "quota_exhausted" or 0 < self.quota_usd <= self.quota_used_usd:
            return KeyStatus.EXHAUSTED
        return KeyStatus.LIMITED if any(window.is_full(now) for window in self.windows) else KeyStatus.ACTIVE

    @property
    def bills_wallet(self) -> bool:
        """Whether the wallet pays its calls, rather than a subscription."""
        return self.group is None or not self.group.is_subscription


class KeyCost(Struct, frozen=True):
    """Billed cost of a key in USD: since the server's midnight, and over the last 30 days.

    `last_30_days_usd` is None on older gateways, which report the cost since the key began instead (contract 9.2).
    """

    today_usd: Decimal
    last_30_days_usd: Decimal | None

    @property
    def usual_day_usd(self) -> Decimal | None:
        """The mean of the 29 days before today; None if the key cost nothing then, or that is unknown."""
        if self.last_30_days_usd is None:
            return None
        before = self.last_30_days_usd - self.today_usd
        return before / OTHER_DAYS if before > 0 else None
