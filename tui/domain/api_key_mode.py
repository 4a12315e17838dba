"""What an API key alone can learn of its account: three kinds of answer (contract 6.1), and its price (6.2)."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from tui.domain.account import PlanWindow
from tui.domain.keys import ZERO_USD, KeyStatus, SpendWindow, status_of
from tui.domain.usage import DayUsage, Slice, Sums


class WalletTerms(Struct, frozen=True, tag=True):
    """The key spends from the account's wallet. Its expiry is not reported; the balance may be negative."""

    balance_usd: Decimal


class PlanTerms(Struct, frozen=True, tag=True):
    """The key spends from a subscription. `left_usd` None is no limit; `is_running` False is no active subscription.

    A limit of 0 in `windows` is no limit, and only the week's reset is reported.
    """

    name: str
    is_running: bool
    left_usd: Decimal | None = None
    windows: tuple[PlanWindow, ...] = ()
    expires_at: datetime | None = None


class LimitTerms(Struct, frozen=True, tag=True):
    """The key has limits of its own, and only these are reported: neither wallet nor plan.

    `quota_used_usd` and `stored_status` may be 5½ minutes old; `windows` holds those with a limit and is live. A quota
    of 0 is no quota.
    """

    stored_status: str
    quota_usd: Decimal = ZERO_USD
    quota_used_usd: Decimal = ZERO_USD
    windows: tuple[SpendWindow, ...] = ()
    expires_at: datetime | None = None

    def status(self, now: datetime) -> KeyStatus:
        """What calls with this key would meet, as far as its own limits decide (contract 6.1)."""
        return status_of(self, now)


class ApiKeyTag(Struct, frozen=True):
    """An API key without its secret: its index in the list, its masked form, and its owner's label."""

    place: int
    masked: str
    label: str = ""

    @property
    def id(self) -> int:
        """The number shown for it, counted from 1."""
        return self.place + 1


Terms = WalletTerms | PlanTerms | LimitTerms


class ApiKeyReport(Struct, frozen=True):
    """What `GET /v1/usage` reports about a key; None is what this gateway does not report.

    `today` is since the server's midnight, `total` over all retained calls, `days` and `models` over the requested
    days; `days` are the server's, without those that had no calls. `is_old` marks a gateway like v0.1.83, which also
    refuses to answer keys that may not spend. Rates are per minute.
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
        """The balance of the wallet behind the key, if its answer has it."""
        return self.terms.balance_usd if isinstance(self.terms, WalletTerms) else None


class ApiKeyPrice(Struct, frozen=True):
    """A key's multipliers on list prices: `group` of its group, `personal` instead of that, `peak` on top right now."""

    effective: Decimal
    group: Decimal
    personal: Decimal | None = None
    peak: Decimal | None = None
    peak_hours: str = ""
    peak_zone: str = ""
