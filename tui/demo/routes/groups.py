"""Groups, subscriptions, top-ups, and pages that are empty for this account (contract 7)."""

import math
from typing import Any

from tui.demo.binding import Body, Field
from tui.demo.calendar import DAY, SECOND
from tui.demo.exchange import Exchange
from tui.demo.money import plain, units
from tui.demo.subscription import Allowance, Subscription
from tui.demo.views import eight
from tui.demo.wire import Answer, handler_error, success

REDEEM = Body("RedeemRequest", (Field("code", "Code", "string", ("required",)),))
LATEST_CODES = 25


async def available(x: Exchange) -> Answer:
    """The groups that keys may be bound to."""
    world = x.state.world
    subscribed = world.subscription.active(x.state.now())
    shown = [group for group in world.group_of.values() if subscribed or not group.subscription]
    return success([x.state.views.group(group) for group in shown])


async def rates(x: Exchange) -> Answer:
    """No personal multipliers."""
    return success({})


async def subscriptions(x: Exchange) -> Answer:
    """All subscriptions."""
    return success([x.state.views.subscription(x.state.world.subscription)])


async def active_subscriptions(x: Exchange) -> Answer:
    """Active subscriptions."""
    return success([x.state.views.subscription(each) for each in _active(x)])


async def progress(x: Exchange) -> Answer:
    """The use of each active subscription's windows."""
    return success(
        [{"subscription": x.state.views.subscription(each), "progress": _progress(x, each)} for each in _active(x)]
    )


async def summary(x: Exchange) -> Answer:
    """A summary of active subscriptions, without zeros."""
    active = _active(x)
    used = sum(each.windows["monthly"].used for each in active)
    return success(
        {
            "active_count": len(active),
            "total_used_usd": eight(used),
            "subscriptions": [_short(x, each) for each in active],
        }
    )


def _active(x: Exchange) -> list[Subscription]:
    subscription = x.state.world.subscription
    return [subscription] if subscription.active(x.state.now()) else []


def _progress(x: Exchange, subscription: Subscription) -> dict[str, Any]:
    left = subscription.expires - x.state.now()
    found: dict[str, Any] = {
        "id": subscription.id,
        "group_name": subscription.group.name,
        "expires_at": x.state.world.clock.stamp(subscription.expires),
        "expires_in_days": max(0, math.ceil(left / DAY)),
    }
    for name, window in subscription.windows.items():
        if window.limit_usd is not None and window.start is not None:
            found[name] = _window(x, window, window.limit_usd, window.start)
    return found


def _window(x: Exchange, window: Allowance, limit_usd: int, start: int) -> dict[str, Any]:
    """A window as last written: a lapsed one still shows its old use (contract 7.5)."""
    clock, ends = x.state.world.clock, start + window.span
    return {
        "limit_usd": limit_usd,
        "used_usd": eight(window.used),
        "remaining_usd": eight(max(0, units(limit_usd) - window.used)),
        "percentage": plain(min(100.0, window.used * 100 / units(limit_usd))),
        "window_start": clock.stamp(start),
        "resets_at": clock.stamp(ends),
        "resets_in_seconds": max(0, (ends - x.state.now()) // SECOND),
    }


def _short(x: Exchange, subscription: Subscription) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": subscription.id,
        "group_id": subscription.group.id,
        "group_name": subscription.group.name,
        "status": "active",
    }
    for name, window in subscription.windows.items():
        used = 0 if window.lapsed(x.state.now()) else window.used
        if used:
            found[f"{name}_used_usd"] = eight(used)
        if window.limit_usd:
            found[f"{name}_limit_usd"] = window.limit_usd
    found["expires_at"] = x.state.world.clock.stamp(subscription.expires // SECOND * SECOND)
    return found


async def redeem(x: Exchange) -> Answer:
    """Add a code's money to the wallet, once."""
    world, name = x.state.world, x.bind(REDEEM)["code"].strip()
    if any(code.code == name for code in world.user.codes):
        raise handler_error(409, "redeem code already used", "REDEEM_CODE_USED")
    code = world.unused_codes.pop(name, None)
    if code is None:
        raise handler_error(404, "redeem code not found", "REDEEM_CODE_NOT_FOUND")
    world.user.codes.append(code)
    world.user.redeem(code, x.state.now())
    return success(x.state.views.code(code))


async def redeem_history(x: Exchange) -> Answer:
    """The latest top-ups, newest first."""
    codes = sorted(x.state.world.user.codes, key=lambda code: -(code.used or 0))
    return success([x.state.views.code(code) for code in codes[:LATEST_CODES]])


async def nothing(x: Exchange) -> Answer:
    """An empty list: the site has no announcements, and available channels are switched off."""
    return success([])


async def no_monitors(x: Exchange) -> Answer:
    """The site monitors no channels."""
    return success({"items": []})


async def no_announcement(x: Exchange) -> Answer:
    """There is no such announcement."""
    if (x.number("id") or 0) <= 0:
        raise handler_error(400, "Invalid announcement ID")
    raise handler_error(404, "announcement not found", "ANNOUNCEMENT_NOT_FOUND")


async def no_monitor(x: Exchange) -> Answer:
    """There is no such monitor."""
    number = x.number("id")
    if number is None or number <= 0:
        raise handler_error(400, "invalid monitor id", "INVALID_MONITOR_ID")
    raise handler_error(404, "channel monitor not found", "CHANNEL_MONITOR_NOT_FOUND")


async def no_monitors_v2(x: Exchange) -> Answer:
    """The site uses the first version of monitors."""
    message = "channel monitor mode does not allow this operation"
    raise handler_error(403, message, "CHANNEL_MONITOR_MODE_MISMATCH")
