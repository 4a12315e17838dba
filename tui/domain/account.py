"""The account, its wallet, its plans, and the gateway site behind it."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct


class ThresholdSource(StrEnum):
    """Who set the low-balance threshold in force."""

    ACCOUNT = "account"
    SITE = "site"
    AKTOP = "aktop"


class Threshold(Struct, frozen=True):
    """The balance in USD below which to warn, and who set it."""

    usd: Decimal
    source: ThresholdSource


class Site(Struct, frozen=True):
    """Public facts about a gateway (contract 2.1). None means that this gateway does not report it."""

    name: str = ""
    version: str = ""
    time_zone: str | None = None
    captcha: str | None = None
    totp_enabled: bool = False
    backend_mode: bool = False
    shares_errors: bool | None = None
    low_balance_enabled: bool = False
    low_balance_threshold_usd: Decimal = Decimal(0)
    recharge_url: str = ""

    def zone(self) -> ZoneInfo | None:
        """The server's time zone, in which its days begin and its buckets are labelled."""
        try:
            return ZoneInfo(self.time_zone) if self.time_zone else None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None


class Profile(Struct, frozen=True):
    """The account and its wallet. `balance_usd` may be negative; `frozen_usd` is already deducted from it."""

    id: int
    email: str
    username: str
    balance_usd: Decimal
    frozen_usd: Decimal = Decimal(0)
    concurrency: int | None = None
    status: str = "active"
    notify_enabled: bool = True
    threshold_type: str = "fixed"
    threshold: Decimal | None = None
    total_recharged_usd: Decimal | None = None
    updated_at: datetime | None = None
    run_mode: str | None = None
    server_offset: timedelta | None = None

    def server_zone(self) -> ZoneInfo | None:
        """The server's UTC offset as a zone, for gateways that do not name theirs: all their times use it (1.6)."""
        hours, rest = divmod(self.server_offset or timedelta(), timedelta(hours=1))
        if self.server_offset is None or rest or not -12 <= hours <= 14:
            return None
        return ZoneInfo(f"Etc/GMT{-hours:+d}" if hours else "UTC")


class PlanWindow(Struct, frozen=True):
    """One window of a subscription: limit and use in USD, and when it resets."""

    name: str
    limit_usd: Decimal
    used_usd: Decimal
    resets_at: datetime | None

    def used_at(self, now: datetime) -> Decimal:
        """The use that counts now: 0 once the reset has passed (contract 7.5)."""
        return Decimal(0) if self.resets_at is not None and now >= self.resets_at else self.used_usd


class Plan(Struct, frozen=True):
    """An active subscription."""

    id: int
    group_name: str
    expires_at: datetime | None
    windows: tuple[PlanWindow, ...]


def low_balance_threshold(site: Site, profile: Profile, own_usd: Decimal | None = None) -> Threshold | None:
    """The threshold in force (contract 3.3); `own_usd`, set in aktop, takes precedence over the gateway's.

    None if neither is set, or if reminders are switched off at the site or by the account.
    """
    if own_usd is not None:
        return Threshold(own_usd, ThresholdSource.AKTOP) if own_usd > 0 else None
    if not (site.low_balance_enabled and profile.notify_enabled):
        return None
    source = ThresholdSource.SITE if profile.threshold is None else ThresholdSource.ACCOUNT
    value = site.low_balance_threshold_usd if profile.threshold is None else profile.threshold
    if value <= 0:
        return None
    if profile.threshold_type == "percentage" and profile.total_recharged_usd:
        value = profile.total_recharged_usd * value / 100
    return Threshold(value, source)
