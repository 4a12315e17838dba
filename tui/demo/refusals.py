"""Why the gateway refuses a call, how it answers, and what it records (contract 4.6)."""

import ipaddress
from dataclasses import dataclass, replace

from tui.demo.account import User
from tui.demo.calendar import SECOND, Moment
from tui.demo.catalogue import Group
from tui.demo.errors import Failure
from tui.demo.keys import ACTIVE, EXHAUSTED, Key
from tui.demo.subscription import Subscription

EXPIRED = Failure(403, "auth", "API_KEY_EXPIRED", "API key 已过期", shape="B", named=False)
OUT_OF_QUOTA = Failure(429, "other", "API_KEY_QUOTA_EXHAUSTED", "API key 额度已用完", shape="B", named=False)
OUT_OF_QUOTA_OPENAI = replace(OUT_OF_QUOTA, kind="insufficient_quota", shape="E")
NO_BALANCE = Failure(403, "other", "INSUFFICIENT_BALANCE", "Insufficient account balance", shape="B", named=False)
OVERDRAWN = Failure(403, "quota", "billing_error", "insufficient balance")
NO_SUBSCRIPTION = Failure(
    403, "other", "SUBSCRIPTION_NOT_FOUND", "No active subscription found for this group", shape="B", named=False
)
WINDOW_FULL = {
    name: Failure(429, "other", "rate_limit_exceeded", f"api key {words}限额已用完")
    for name, words in (("5h", "5小时"), ("1d", "日"), ("7d", "7天"))
}
SUBSCRIPTION_FULL = {
    name: Failure(
        429,
        "other",
        "USAGE_LIMIT_EXCEEDED",
        f'error: code=429 reason="{name.upper()}_LIMIT_EXCEEDED" message="{name} usage limit exceeded" metadata=map[]',
        shape="B",
        named=False,
    )
    for name in ("daily", "weekly", "monthly")
}
OVERDRAWN_FOR = 15 * SECOND
"""How long after an overdraft the cached account still looks solvent to the first check."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A refusal without a row: the client sees it, the error list does not."""

    status: int
    code: str
    message: str


NO_KEY = Silent(
    401,
    "API_KEY_REQUIRED",
    "API key is required in Authorization header (Bearer scheme), x-api-key header, or x-goog-api-key header",
)
UNKNOWN_KEY = Silent(401, "INVALID_API_KEY", "Invalid API key")
DISABLED = Silent(401, "API_KEY_DISABLED", "API key is disabled")


def as_answered(failure: Failure, endpoint: str) -> Failure:
    """The failure as answered: OpenAI's responses endpoint words a spent quota its own way (shape E)."""
    return OUT_OF_QUOTA_OPENAI if failure is OUT_OF_QUOTA and endpoint.endswith("/responses") else failure


def status_refusal(key: Key) -> Silent | None:
    """The refusal of a disabled key, which applies everywhere on `/v1`."""
    return None if key.status in (ACTIVE, EXHAUSTED) else DISABLED


def address_allowed(key: Key, address: str) -> bool:
    """Whether the key's lists let an address pass."""
    if not key.allowed and not key.denied:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    listed = [
        any(caller in ipaddress.ip_network(each, strict=False) for each in ips) for ips in (key.allowed, key.denied)
    ]
    return (not key.allowed or listed[0]) and not listed[1]


def billing_refusal(
    key: Key, user: User, group: Group | None, subscription: Subscription, now: Moment
) -> Failure | None:  # fmt: skip
    """The first limit that a call of a usable key hits. Without a group, the wallet is checked too."""
    if key.expired(now):
        return EXPIRED
    if key.status == EXHAUSTED or key.out_of_quota():
        return OUT_OF_QUOTA
    if group is not None and group.subscription:
        if not subscription.active(now) or subscription.group.id != group.id:
            return NO_SUBSCRIPTION
        full = subscription.full_window(now)
        if full is not None:
            return SUBSCRIPTION_FULL[full]
    elif user.balance <= 0:
        fresh = user.overdrawn is not None and now - user.overdrawn < OVERDRAWN_FOR
        return OVERDRAWN if fresh else NO_BALANCE
    full = key.full_window(now)
    return WINDOW_FULL[full] if full is not None else None
