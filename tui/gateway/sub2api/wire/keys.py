"""API keys and groups (contract 4.1, 5.9, 5.10, 7.1)."""

from datetime import date, datetime
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec.structs import replace

from tui.domain.keys import ApiKey, Group, KeyCost, SpendWindow, WindowName
from tui.domain.text import masked
from tui.domain.usage import DayUsage, Sums
from tui.gateway.sub2api.wire.base import (
    PARTS,
    Amount,
    Count,
    Envelope,
    Id,
    Misfit,
    Moment,
    Num,
    PageOf,
    WireStruct,
    maybe_text,
    maybe_usd,
    maybe_utc,
    name,
    text,
    usd,
)


class GroupRow(WireStruct, frozen=True):
    """The Group object, as far as a monitor needs it."""

    id: Id
    name: str | None = None
    platform: str | None = None
    rate_multiplier: Amount | None = None
    subscription_type: str | None = None
    daily_limit_usd: Num | None = None
    weekly_limit_usd: Num | None = None
    monthly_limit_usd: Num | None = None


class KeyRow(WireStruct, frozen=True):
    """The APIKey object. `key` is the secret in clear text: `key_of` masks it, and it goes no further."""

    id: Id
    key: str
    name: str
    status: str
    quota: Num
    quota_used: Amount
    created_at: Moment
    group_id: Id | None = None
    group: GroupRow | None = None
    expires_at: Moment | None = None
    current_concurrency: Count | None = None
    last_used_at: Moment | None = None
    last_used_ip: str | None = None
    ip_whitelist: list[str] | None = None
    ip_blacklist: list[str] | None = None
    rate_limit_5h: Num | None = None
    rate_limit_1d: Num | None = None
    rate_limit_7d: Num | None = None
    usage_5h: Amount | None = None
    usage_1d: Amount | None = None
    usage_7d: Amount | None = None
    reset_5h_at: Moment | None = None
    reset_1d_at: Moment | None = None
    reset_7d_at: Moment | None = None

    @property
    def is_old(self) -> bool:
        """Whether it comes from a gateway like v0.1.83, whose PUT clears IP lists that are not sent (9.2)."""
        return self.rate_limit_5h is None


class KeyCostRow(WireStruct, frozen=True):
    """The cost of one key."""

    today_actual_cost: Amount | None = None
    total_actual_cost: Amount | None = None


class KeyCosts(WireStruct, frozen=True):
    """`POST /usage/dashboard/api-keys-usage`."""

    stats: dict[str, KeyCostRow]


class DayRow(WireStruct, frozen=True):
    """One day of a key. The cache tokens have a different name here."""

    date: str
    requests: Count
    input_tokens: Count
    output_tokens: Count
    cost: Amount
    actual_cost: Amount
    cache_read_tokens: Count | None = None
    cache_write_tokens: Count | None = None


class KeyDays(WireStruct, frozen=True):
    """`GET /user/api-keys/:id/usage/daily`."""

    items: Annotated[list[DayRow], PARTS]


KEYS = msgspec.json.Decoder(Envelope[PageOf[KeyRow]])
KEY = msgspec.json.Decoder(Envelope[KeyRow])
GROUPS = msgspec.json.Decoder(Envelope[Annotated[list[GroupRow], PARTS] | None])
KEY_COSTS = msgspec.json.Decoder(Envelope[KeyCosts])
KEY_DAYS = msgspec.json.Decoder(Envelope[KeyDays])


@lru_cache(maxsize=256)
def group_of(row: GroupRow) -> Group:
    """A group."""
    return Group(
        id=row.id,
        name=text(row.name),
        platform=text(row.platform),
        rate_multiplier=usd(1.0 if row.rate_multiplier is None else row.rate_multiplier),
        is_subscription=row.subscription_type == "subscription",
        daily_limit_usd=maybe_usd(row.daily_limit_usd),
        weekly_limit_usd=maybe_usd(row.weekly_limit_usd),
        monthly_limit_usd=maybe_usd(row.monthly_limit_usd),
    )


def key_of(row: KeyRow) -> ApiKey:
    """A key without its secret. An embedded group that is not the key's own (4.5) is left out."""
    return ApiKey(
        id=row.id,
        name=name(row.name),
        masked_secret=text(masked(row.key)),
        stored_status=text(row.status),
        quota_usd=usd(row.quota),
        quota_used_usd=usd(row.quota_used),
        windows=(
            _window(WindowName.FIVE_HOURS, row.rate_limit_5h, row.usage_5h, row.reset_5h_at),
            _window(WindowName.ONE_DAY, row.rate_limit_1d, row.usage_1d, row.reset_1d_at),
            _window(WindowName.SEVEN_DAYS, row.rate_limit_7d, row.usage_7d, row.reset_7d_at),
        ),
        group=group_of(row.group) if row.group is not None and row.group.id == row.group_id else None,
        group_id=row.group_id,
        in_flight=row.current_concurrency,
        last_used_at=maybe_utc(row.last_used_at),
        last_used_ip=maybe_text(row.last_used_ip),
        expires_at=maybe_utc(row.expires_at),
        created_at=maybe_utc(row.created_at),
        ip_whitelist=tuple(text(entry) for entry in row.ip_whitelist or ()),
        ip_blacklist=tuple(text(entry) for entry in row.ip_blacklist or ()),
    )


def changed_key_of(row: KeyRow) -> ApiKey:
    """A key from the answer to its change, which always reports no calls in flight."""
    return replace(key_of(row), in_flight=None)


def costs_of(row: KeyCosts) -> dict[int, KeyCost]:
    """Cost by key id; foreign and deleted keys are missing."""
    return {int(key_id): _cost(key_id, cost) for key_id, cost in row.stats.items() if _is_id(key_id)}


def day_of(row: DayRow) -> DayUsage:
    """One day of one key, by the server's calendar."""
    try:
        day = date.fromisoformat(row.date).isoformat()
    except ValueError:
        raise Misfit("date") from None
    sums = Sums(
        requests=row.requests,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cache_creation_tokens=row.cache_write_tokens or 0,
        cache_read_tokens=row.cache_read_tokens or 0,
        standard_usd=usd(row.cost),
        billed_usd=usd(row.actual_cost),
    )
    return DayUsage(day, sums)


@lru_cache(maxsize=1024)
def _window(window: WindowName, limit: float | None, used: float | None, reset: datetime | None) -> SpendWindow:
    return SpendWindow(window, usd(limit or 0.0), usd(used or 0.0), maybe_utc(reset))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _cost(key_id: str, row: KeyCostRow) -> KeyCost:
    if row.today_actual_cost is None or row.total_actual_cost is None:
        raise Misfit(f"data.stats.{key_id}")
    return KeyCost(usd(row.today_actual_cost), usd(row.total_actual_cost))
