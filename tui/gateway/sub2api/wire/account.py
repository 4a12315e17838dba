"""The account and its subscriptions (contract 2.2, 2.3, 3.1, 7.5, 7.6)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from tui.domain.account import Plan, PlanWindow, Profile
from tui.gateway.sub2api.values import Redeemed
from tui.gateway.sub2api.wire.base import (
    PARTS,
    Amount,
    Envelope,
    Id,
    Int,
    Moment,
    Num,
    WireStruct,
    maybe_usd,
    maybe_utc,
    text,
    usd,
    utc,
)
from tui.gateway.sub2api.wire.keys import GroupRow


class ProfileRow(WireStruct, frozen=True):
    """The User object, with `run_mode` from `/auth/me`."""

    id: Id
    email: str
    balance: Num
    username: str | None = None
    frozen_balance: Amount | None = None
    concurrency: Int | None = None
    status: str | None = None
    balance_notify_enabled: bool | None = None
    balance_notify_threshold_type: str | None = None
    balance_notify_threshold: Num | None = None
    total_recharged: Num | None = None
    updated_at: Moment | None = None
    run_mode: str | None = None


class SignInRow(WireStruct, frozen=True):
    """The answer to a sign-in: tokens and user, or the demand for a second factor."""

    access_token: str = ""
    refresh_token: str | None = None
    expires_in: Num | None = None
    user: ProfileRow | None = None
    requires_2fa: bool | None = None
    temp_token: str = ""
    user_email_masked: str | None = None


class TokensRow(WireStruct, frozen=True):
    """The answer to a refresh."""

    access_token: str
    refresh_token: str | None = None
    expires_in: Num | None = None


class RedeemRow(WireStruct, frozen=True):
    """A redeemed code."""

    id: Id
    code: str = ""
    type: str = ""
    value: Num | None = None
    status: str | None = None
    group_id: Id | None = None
    validity_days: Int | None = None


class WindowRow(WireStruct, frozen=True):
    """One window of a subscription's progress."""

    limit_usd: Num | None = None
    used_usd: Amount | None = None
    resets_at: Moment | None = None
    resets_in_seconds: Num | None = None


class ProgressRow(WireStruct, frozen=True):
    """How much of a subscription is used."""

    group_name: str | None = None
    expires_at: Moment | None = None
    daily: WindowRow | None = None
    weekly: WindowRow | None = None
    monthly: WindowRow | None = None


class SubscriptionRow(WireStruct, frozen=True):
    """The subscription itself, with the use of each window."""

    id: Id
    expires_at: Moment | None = None
    group: GroupRow | None = None
    daily_usage_usd: Amount | None = None
    weekly_usage_usd: Amount | None = None
    monthly_usage_usd: Amount | None = None


class PlanRow(WireStruct, frozen=True):
    """An item of `/subscriptions/progress`."""

    subscription: SubscriptionRow
    progress: ProgressRow | None = None


PROFILE = msgspec.json.Decoder(Envelope[ProfileRow])
SIGN_IN = msgspec.json.Decoder(Envelope[SignInRow])
TOKENS = msgspec.json.Decoder(Envelope[TokensRow])
REDEEMED = msgspec.json.Decoder(Envelope[RedeemRow])
REDEEMED_CODES = msgspec.json.Decoder(Envelope[Annotated[list[RedeemRow], PARTS] | None])
PLANS = msgspec.json.Decoder(Envelope[Annotated[list[PlanRow], PARTS] | None])


def profile_of(row: ProfileRow) -> Profile:
    """The account and its wallet."""
    return Profile(
        id=row.id,
        email=text(row.email),
        username=text(row.username),
        balance_usd=usd(row.balance),
        frozen_usd=usd(row.frozen_balance or 0.0),
        concurrency=row.concurrency,
        status=text(row.status) or "active",
        notify_enabled=row.balance_notify_enabled is not False,
        threshold_type=text(row.balance_notify_threshold_type) or "fixed",
        threshold=maybe_usd(row.balance_notify_threshold),
        total_recharged_usd=None if row.total_recharged is None else usd(row.total_recharged),
        updated_at=maybe_utc(row.updated_at),
        run_mode=text(row.run_mode) or None,
        server_offset=row.updated_at.utcoffset() if row.updated_at else None,
    )


def masked_email_of(row: SignInRow) -> str:
    """The e-mail address as the gateway masks it, if a second factor is needed."""
    return text(row.user_email_masked)


def redeemed_of(row: RedeemRow) -> Redeemed:
    """The value of a code. Only codes that add money have one in USD."""
    is_money = row.type in ("balance", "admin_balance", "affiliate_balance")
    return Redeemed(
        kind=text(row.type),
        value_usd=maybe_usd(row.value) if is_money else None,
        group_id=row.group_id,
        validity_days=row.validity_days,
    )


def plan_of(row: PlanRow, now: datetime) -> Plan:
    """An active subscription. `now` decides which windows have lapsed: those still report their old use."""
    progress = row.progress or ProgressRow()
    subscription, group = row.subscription, row.subscription.group or GroupRow(id=0)
    spans = (
        ("daily", progress.daily, group.daily_limit_usd, subscription.daily_usage_usd),
        ("weekly", progress.weekly, group.weekly_limit_usd, subscription.weekly_usage_usd),
        ("monthly", progress.monthly, group.monthly_limit_usd, subscription.monthly_usage_usd),
    )
    windows = (_window(span, seen, limit, used, now) for span, seen, limit, used in spans)
    return Plan(
        id=row.subscription.id,
        group_name=text(progress.group_name) or text(group.name),
        expires_at=maybe_utc(progress.expires_at or row.subscription.expires_at),
        windows=tuple(window for window in windows if window is not None),
    )


def _window(
    span: str, seen: WindowRow | None, limit: float | None, used: float | None, now: datetime
) -> PlanWindow | None:
    """A window with a limit, whether it has begun or not; None without a limit.

    For a window that has not begun, the progress is empty, but the subscription still has its use.
    """
    limit = seen.limit_usd if seen is not None and seen.limit_usd is not None else limit
    if not limit or limit < 0:
        return None
    if seen is None:
        return PlanWindow(span, usd(limit), usd(used or 0.0), None)
    if _has_lapsed(seen, now):
        return PlanWindow(span, usd(limit), Decimal(0), None)
    return PlanWindow(span, usd(limit), usd(seen.used_usd or 0.0), maybe_utc(seen.resets_at))


def _has_lapsed(window: WindowRow, now: datetime) -> bool:
    over = window.resets_at is not None and utc(window.resets_at) <= now
    return over or window.resets_in_seconds == 0
