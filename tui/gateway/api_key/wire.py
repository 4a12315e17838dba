"""What a key learns about itself: `GET /v1/usage` and `GET /v1/sub2api/billing` (contract 6.1, 6.2). No envelope."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from tui.domain.account import PlanWindow
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport, OwnLimits, OwnPlan
from tui.domain.keys import SpendWindow, WindowName
from tui.domain.usage import Sums
from tui.gateway.sub2api.wire.base import (
    PARTS,
    Amount,
    Count,
    Misfit,
    Moment,
    Num,
    WireStruct,
    each,
    maybe_usd,
    maybe_utc,
    text,
    usd,
)
from tui.gateway.sub2api.wire.keys import DayRow, day_of
from tui.gateway.sub2api.wire.sums import ModelRow, model_of

_WEEK = timedelta(days=7)


class SumsRow(WireStruct, frozen=True):
    """Sums of calls."""

    requests: Count
    input_tokens: Count
    output_tokens: Count
    cost: Amount
    actual_cost: Amount
    cache_creation_tokens: Count | None = None
    cache_read_tokens: Count | None = None


class OwnUsageRow(WireStruct, frozen=True):
    """The key's usage."""

    today: SumsRow | None = None
    total: SumsRow | None = None
    average_duration_ms: Amount | None = None
    rpm: Count | None = None
    tpm: Count | None = None


class QuotaRow(WireStruct, frozen=True):
    """The quota of the key; `used` may be 5½ minutes old."""

    limit: Num
    used: Amount


class KeyWindowRow(WireStruct, frozen=True):
    """A spend window of the key; `reset_at` is sent while the window is live."""

    window: str
    limit: Num
    used: Amount
    reset_at: Moment | None = None


class KeySubscriptionRow(WireStruct, frozen=True):
    """The subscription that the key spends from."""

    daily_usage_usd: Amount | None = None
    weekly_usage_usd: Amount | None = None
    monthly_usage_usd: Amount | None = None
    daily_limit_usd: Num | None = None
    weekly_limit_usd: Num | None = None
    monthly_limit_usd: Num | None = None
    weekly_window_start: Moment | None = None
    expires_at: Moment | None = None


class UsageRow(WireStruct, frozen=True):
    """The answer in all its variants. Only an older gateway omits the mode."""

    is_valid: bool = msgspec.field(name="isValid")
    mode: str | None = None
    status: str | None = None
    plan_name: str | None = msgspec.field(name="planName", default=None)
    remaining: Num | None = None
    balance: Num | None = None
    quota: QuotaRow | None = None
    rate_limits: list[KeyWindowRow] | None = None
    subscription: KeySubscriptionRow | None = None
    expires_at: Moment | None = None
    usage: OwnUsageRow | None = None
    daily_usage: Annotated[list[DayRow], PARTS] | None = None
    model_stats: Annotated[list[ModelRow], PARTS] | None = None


class BillingRow(WireStruct, frozen=True):
    """The price multipliers of a key; the peak members are sent if peak pricing is on."""

    group_rate_multiplier: Amount
    effective_rate_multiplier: Amount
    user_rate_multiplier: Amount | None = None
    peak_rate_enabled: bool | None = None
    peak_start: str | None = None
    peak_end: str | None = None
    applied_peak_multiplier: Amount | None = None
    timezone: str | None = None


USAGE = msgspec.json.Decoder(UsageRow)
BILLING = msgspec.json.Decoder(BillingRow)


def report_of(row: UsageRow) -> ApiKeyReport:
    """The key's report. Absent models mean none, unless days are absent too (contract 6.1)."""
    usage, is_limited = row.usage or OwnUsageRow(), row.mode == "quota_limited"
    has_models = row.model_stats is not None or row.daily_usage is not None
    return ApiKeyReport(
        limits=_limits(row) if is_limited else None,
        balance_usd=None if is_limited else maybe_usd(row.balance),
        plan=_plan(row) if not is_limited and row.balance is None else None,
        is_valid=row.is_valid,
        today=_maybe_sums(usage.today),
        total=_maybe_sums(usage.total),
        average_duration_ms=usage.average_duration_ms or None,
        rpm=usage.rpm,
        tpm=usage.tpm,
        days=None if row.daily_usage is None else each("daily_usage", row.daily_usage, day_of),
        models=tuple(map(model_of, row.model_stats or ())) if has_models else None,
        is_old=row.mode is None,
    )


def price_of(row: BillingRow) -> ApiKeyPrice:
    """The price of a key."""
    has_peak = bool(row.peak_rate_enabled)
    return ApiKeyPrice(
        effective=usd(row.effective_rate_multiplier),
        group=usd(row.group_rate_multiplier),
        personal=maybe_usd(row.user_rate_multiplier),
        peak=maybe_usd(row.applied_peak_multiplier) if has_peak else None,
        peak_hours=f"{text(row.peak_start)}–{text(row.peak_end)}" if has_peak else "",
        peak_zone=text(row.timezone) if has_peak else "",
    )


def _limits(row: UsageRow) -> OwnLimits:
    return OwnLimits(
        stored_status=text(row.status),
        quota_usd=usd(row.quota.limit if row.quota else 0.0),
        quota_used_usd=usd(row.quota.used if row.quota else 0.0),
        windows=each("rate_limits", row.rate_limits or (), _window),
        expires_at=maybe_utc(row.expires_at),
    )


def _plan(row: UsageRow) -> OwnPlan:
    name, plan = text(row.plan_name), row.subscription
    if plan is None:
        return OwnPlan(name)
    left = None if row.remaining is None or row.remaining == -1 else usd(row.remaining)
    uses = (
        _use("1d", plan.daily_usage_usd, plan.daily_limit_usd, None),
        _use("7d", plan.weekly_usage_usd, plan.weekly_limit_usd, plan.weekly_window_start),
        _use("30d", plan.monthly_usage_usd, plan.monthly_limit_usd, None),
    )
    return OwnPlan(name, True, left, uses, maybe_utc(plan.expires_at))


def _use(name: str, used: float | None, limit: float | None, week: datetime | None) -> PlanWindow:
    began = maybe_utc(week)
    # `utc` keeps the last days of the calendar clear of overflow; a week later would pass them.
    resets_at = None if began is None or began.year >= 9999 else began + _WEEK
    return PlanWindow(name, usd(max(0.0, limit or 0.0)), usd(used or 0.0), resets_at)


def _window(row: KeyWindowRow) -> SpendWindow:
    try:
        name = WindowName(row.window)
    except ValueError:
        raise Misfit("window") from None
    return SpendWindow(name, usd(row.limit), usd(row.used), maybe_utc(row.reset_at))


def _maybe_sums(row: SumsRow | None) -> Sums | None:
    if row is None:
        return None
    created, read = row.cache_creation_tokens or 0, row.cache_read_tokens or 0
    standard, billed = usd(row.cost), usd(row.actual_cost)
    return Sums(row.requests, row.input_tokens, row.output_tokens, created, read, standard, billed)
