"""What an API key by itself can learn of its account: three kinds of answer (contract 6.1), and its price (6.2)."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from tui.domain.keys import KeyStatus, SpendWindow
from tui.domain.usage import DayUsage, Slice, Sums


class WalletTerms(Struct, frozen=True):
    """The key spends from the account's wallet. Whether it has expired is not told; the balance may be negative."""

    balance_usd: Decimal


class PlanUse(Struct, frozen=True):
    """What was used of one span of a plan; `limit_usd` None is no limit, `resets_at` is known for the week alone."""

    name: str
    used_usd: Decimal
    limit_usd: Decimal | None
    resets_at: datetime | None = None

    def used_at(self, now: datetime) -> Decimal:
        """What counts now: a span that has lapsed shows its old use until the next call (contract 6.1)."""
        return Decimal(0) if self.resets_at is not None and now >= self.resets_at else self.used_usd


class PlanTerms(Struct, frozen=True):
    """The key spends from a subscription. `left_usd` None is no limit; `is_running` False is no active subscription."""

    name: str
    is_running: bool
    left_usd: Decimal | None = None
    uses: tuple[PlanUse, ...] = ()
    expires_at: datetime | None = None


class LimitTerms(Struct, frozen=True):
    """The key has limits of its own, and only these are told: neither wallet nor plan.

    `quota_used_usd` and `stored_status` may be 5½ minutes old; `windows` holds those with a limit and is live.
    """

    stored_status: str
    quota_usd: Decimal | None = None
    quota_used_usd: Decimal = Decimal(0)
    windows: tuple[SpendWindow, ...] = ()
    expires_at: datetime | None = None

    def status(self, now: datetime) -> KeyStatus:
        """What calls with this key would meet, as far as its own limits decide (contract 6.1)."""
        if self.stored_status in ("inactive", "disabled"):
            return KeyStatus.INACTIVE
        if self.expires_at is not None and now >= self.expires_at:
            return KeyStatus.EXPIRED
        is_spent = self.quota_usd is not None and self.quota_used_usd >= self.quota_usd
        if self.stored_status == "quota_exhausted" or is_spent:
            return KeyStatus.EXHAUSTED
        return KeyStatus.LIMITED if any(window.is_full(now) for window in self.windows) else KeyStatus.ACTIVE


class ApiKeyTag(Struct, frozen=True):
    """An API key without its secret: its place in the list, its masked form, and what its owner calls it."""

    place: int
    masked: str
    label: str = ""


Terms = WalletTerms | PlanTerms | LimitTerms


class ApiKeyReport(Struct, frozen=True):
    """What `GET /v1/usage` tells a key about itself; None is what this gateway does not tell.

    `today` is since the server's midnight, `total` over all retained calls, `days` and `models` over the days that
    were asked for; `days` are the server's, those without calls missing. `is_old`: a gateway like v0.1.83, which also
    refuses the answer to keys that may not spend. Rates are per minute.
    """

    terms: Terms
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
    def balance_usd(self) -> Decimal | None:
        """The wallet behind the key, where its answer tells it."""
        return self.terms.balance_usd if isinstance(self.terms, WalletTerms) else None


class ApiKeyPrice(Struct, frozen=True):
    """The factors on list prices for a key: `group` by its group, `personal` instead of it, `peak` on top right now."""

    effective: Decimal
    group: Decimal
    personal: Decimal | None = None
    peak: Decimal | None = None
    peak_hours: str = ""
    peak_zone: str = ""
