"""Creating and changing keys: accepted values, and the order in which they are checked and applied (4.4, 4.5)."""

import ipaddress
import re
from typing import Any

from tui.demo.binding import Body, Field, invalid, non_negative
from tui.demo.calendar import DAY, Moment
from tui.demo.gotime import TimeFault, parse_rfc3339
from tui.demo.keys import Key, escaped
from tui.demo.money import Number
from tui.demo.wire import RefusedError, handler_error, internal_error
from tui.demo.world import FOREIGN_GROUP, World

LIMITS = ("quota", "rate_limit_5h", "rate_limit_1d", "rate_limit_7d")
LIMIT_FIELDS = tuple(Field(name, name, "float64") for name in LIMITS)
COMMON = (
    Field("group_id", "GroupID", "int64"),
    Field("ip_whitelist", "IPWhitelist", "[]string"),
    Field("ip_blacklist", "IPBlacklist", "[]string"),
    *LIMIT_FIELDS,
)
CREATE = Body(
    "CreateAPIKeyRequest",
    (
        Field("name", "Name", "string", ("required",)),
        Field("custom_key", "CustomKey", "string"),
        Field("expires_in_days", "ExpiresInDays", "int"),
        *COMMON,
    ),
)
UPDATE = Body(
    "UpdateAPIKeyRequest",
    (
        Field("name", "Name", "string"),
        Field("status", "Status", "string", ("omitempty", "oneof=active inactive")),
        Field("expires_at", "ExpiresAt", "string"),
        Field("reset_quota", "ResetQuota", "bool"),
        Field("reset_rate_limit_usage", "ResetRateLimitUsage", "bool"),
        *COMMON,
    ),
)
LONGEST_NAME = 100
LARGEST_LIMIT = 1e12
"""The database keeps 12 digits before the decimal point."""
SHORTEST_KEY, LONGEST_KEY = 16, 128
NUMERIC = "numeric limits must be finite and non-negative"


def missing() -> RefusedError:
    """No such key."""
    return handler_error(404, "api key not found", "API_KEY_NOT_FOUND")


def create(world: World, sent: dict[str, Any], now: Moment) -> Key:
    """A new key; checks binding (done), numbers, address lists, group, custom secret, in this order."""
    days = sent["expires_in_days"]
    if not non_negative(sent, LIMITS) or (days is not None and days <= 0):
        raise invalid(f"{NUMERIC}, and expires_in_days must be greater than zero")
    _check_addresses(sent)
    _check_group(world, sent["group_id"], now)
    secret = _custom_secret(world, sent["custom_key"]) if sent["custom_key"] else world.new_secret()
    name = _stored_name(sent["name"])
    _check_sizes(sent)
    key = Key(max(world.keys) + 1, secret, name, now, now, sent["group_id"])
    key.allowed, key.denied = sent["ip_whitelist"] or [], sent["ip_blacklist"] or []
    key.quota = sent["quota"] or 0
    if days is not None:
        key.expires = now + days * DAY
    for window in key.windows:
        key.windows[window].limit = sent[f"rate_limit_{window}"] or 0
    world.keys[key.id] = key
    return key


def checked_expiry(sent: dict[str, Any]) -> Moment | None:
    """The expiry of an update, checked before the key is looked up."""
    if not sent["expires_at"]:
        return None
    try:
        return parse_rfc3339(sent["expires_at"])
    except TimeFault as fault:
        raise handler_error(400, f"Invalid expires_at format: {fault}") from None


def check_update(sent: dict[str, Any]) -> Moment | None:
    """Check numbers and expiry before the key is looked up; return the expiry."""
    if not non_negative(sent, LIMITS):
        raise invalid(NUMERIC)
    return checked_expiry(sent)


def update(world: World, key: Key, sent: dict[str, Any], expires: Moment | None, now: Moment) -> None:
    """Apply an update in the gateway's order; None leaves a field as it is (contract 4.5)."""
    _check_addresses(sent)
    if sent["group_id"] is not None:
        _check_group(world, sent["group_id"], now)
    name = _stored_name(sent["name"]) if sent["name"] else key.name
    _check_sizes(sent)
    key.name = name
    if sent["group_id"] is not None:
        key.group_id = sent["group_id"]
    if sent["status"]:
        key.status = sent["status"]
    if sent["quota"] is not None:
        key.set_quota(sent["quota"])
    if sent["reset_quota"]:
        key.reset_quota()
    if sent["expires_at"] is not None:
        key.expires = expires
    _apply_lists(key, sent)
    if any(value not in (None, "") for value in sent.values()):
        key.updated = now


def _apply_lists(key: Key, sent: dict[str, Any]) -> None:
    if sent["ip_whitelist"] is not None:
        key.allowed = sent["ip_whitelist"]
    if sent["ip_blacklist"] is not None:
        key.denied = sent["ip_blacklist"]
    for name, window in key.windows.items():
        limit: Number | None = sent[f"rate_limit_{name}"]
        if limit is not None:
            window.limit = limit
        if sent["reset_rate_limit_usage"]:
            window.reset()


def _stored_name(name: str) -> str:
    stored = escaped(name)
    if len(stored.encode()) > LONGEST_NAME:
        raise internal_error()
    return stored


def _check_sizes(sent: dict[str, Any]) -> None:
    if any((sent[name] or 0) >= LARGEST_LIMIT for name in LIMITS):
        raise internal_error()


def _check_addresses(sent: dict[str, Any]) -> None:
    for entry in (sent["ip_whitelist"] or []) + (sent["ip_blacklist"] or []):
        try:
            if "%" in entry:  # Go's parser accepts no IPv6 zones
                raise ValueError(entry)
            ipaddress.ip_network(entry, strict=False)
        except ValueError:
            raise handler_error(400, "invalid IP or CIDR pattern", "INVALID_IP_PATTERN") from None


def _check_group(world: World, group_id: int | None, now: Moment) -> None:
    if group_id is None:
        return
    group = world.group_of.get(group_id)
    if group is None and group_id != FOREIGN_GROUP.id:
        raise handler_error(404, "group not found", "GROUP_NOT_FOUND")
    subscribed = group is not None and (not group.subscription or world.subscription.active(now))
    if not subscribed:
        raise handler_error(403, "user is not allowed to bind this group", "GROUP_NOT_ALLOWED")


def _custom_secret(world: World, secret: str) -> str:
    if len(secret.encode()) < SHORTEST_KEY:
        raise handler_error(400, f"api key must be at least {SHORTEST_KEY} characters", "API_KEY_TOO_SHORT")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        message = "api key can only contain letters, numbers, underscores, and hyphens"
        raise handler_error(400, message, "API_KEY_INVALID_CHARS")
    if world.key_by_secret(secret) is not None:
        raise handler_error(409, "api key already exists", "API_KEY_EXISTS")
    if len(secret) > LONGEST_KEY:
        raise internal_error()
    return secret
