"""Plans that run out: a subscription's window that is used up, or will be before it resets.

Calls paid by a plan cost the wallet nothing, so no spike shows them; its keys are refused all the same.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

SOON = timedelta(hours=3)
MIN_SHARE = 0.5
"""A window with less use is not judged by the pace of one hour."""


class PlanUsage(Struct, frozen=True):
    """One window of a plan."""

    plan: str
    window: str
    used_usd: float
    limit_usd: float
    resets_at: datetime | None
    hour_usd: Mapping[int, float]
    """The use of each of its keys in the last hour."""


class ShortPlan(Struct, frozen=True):
    """A window that runs out."""

    plan: str
    window: str
    used_usd: float
    limit_usd: float
    full_at: datetime | None
    """None: it is already full."""
    resets_at: datetime | None
    pace_usd_per_h: float
    """The pace of the last hour."""
    key_id: int | None
    """The key that currently uses most of it."""
    key_share: float
    """This key's share of the pace."""


def find_short_plans(uses: Iterable[PlanUsage], now: datetime) -> tuple[ShortPlan, ...]:
    """The windows that are full, or will be within three hours and before they reset, the first to fill up first."""
    found = [short for use in uses if (short := _short(use, now)) is not None]
    return tuple(sorted(found, key=lambda one: one.full_at or now))


def _short(use: PlanUsage, now: datetime) -> ShortPlan | None:
    if use.limit_usd <= 0 or (use.resets_at is not None and use.resets_at <= now):
        return None
    pace = sum(use.hour_usd.values())
    left = use.limit_usd - use.used_usd
    full_at = None
    if left > 0:
        if use.used_usd < MIN_SHARE * use.limit_usd or pace * (SOON / timedelta(hours=1)) < left:
            return None
        full_at = now + timedelta(hours=left / pace)
        if use.resets_at is not None and full_at >= use.resets_at:
            return None
    key_id = max(use.hour_usd, key=use.hour_usd.__getitem__, default=None) if pace > 0 else None
    share = use.hour_usd[key_id] / pace if key_id is not None else 0.0
    return ShortPlan(use.plan, use.window, use.used_usd, use.limit_usd, full_at, use.resets_at, pace, key_id, share)
