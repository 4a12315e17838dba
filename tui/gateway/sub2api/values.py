"""Values of the client beyond the domain: changes of a key, sign-ins, redeemed codes."""

from dataclasses import dataclass, field
from decimal import Decimal

from msgspec import Struct

from tui.domain.account import Profile


class KeyChange(Struct, frozen=True):
    """A change of a key. None leaves a member as it is; an amount of 0 removes that limit."""

    status: str | None = None
    quota_usd: Decimal | None = None
    limit_5h_usd: Decimal | None = None
    limit_1d_usd: Decimal | None = None
    limit_7d_usd: Decimal | None = None
    reset_quota: bool = False
    reset_usage: bool = False


class LoggedIn(Struct, frozen=True):
    """Signed in; the session is already stored."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The password was right; a code is needed within 5 minutes. `masked_email` is as the gateway shows it."""

    temp_token: str = field(repr=False)
    masked_email: str


class Redeemed(Struct, frozen=True):
    """What a code was worth: money at once (`value_usd`), or a subscription to a group for some days."""

    kind: str
    value_usd: Decimal | None
    group_id: int | None = None
    validity_days: int | None = None
