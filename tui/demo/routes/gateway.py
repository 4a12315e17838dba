"""What a program with only an API key sees: its own use, its price, models, and refusals (contract 6)."""

from typing import Any

from tui.demo import params, statistics
from tui.demo.calendar import DAY, FAR, SECOND, UTC_ZONE, Moment, stamp
from tui.demo.catalogue import MODELS, PLATFORM_MODELS, Group, Model
from tui.demo.errors import NO_ACCOUNT
from tui.demo.exchange import Exchange
from tui.demo.guards import list_failure
from tui.demo.keys import TOUCH_EVERY, Key
from tui.demo.ledger import Selection
from tui.demo.listing import Range
from tui.demo.measures import unpack
from tui.demo.money import Units, plain, units
from tui.demo.routes.usage import days_asked
from tui.demo.state import KeyCache, State
from tui.demo.subscription import Subscription
from tui.demo.views import eight
from tui.demo.wire import Answer, RefusedError, bare, encode, gateway_error

CACHED_FOR = 315 * SECOND
"""How far the authentication cache may lag (contract 6.1)."""
WALLET_NAME = "钱包余额"


async def usage(x: Exchange) -> Answer:
    """What the key used and may still use; never refused for lack of money."""
    days = days_asked(x)
    if days is None:
        raise gateway_error(400, "invalid_request_error", "Invalid days, allowed range is 1-90")
    key, world, now = x.used_key(), x.state.world, x.state.now()
    if key.last_used is None or now - key.last_used >= TOUCH_EVERY:
        key.touch(now)
    selection = world.ledger.select(lambda trait: trait.key_id == key.id)
    group = world.group_of[key.group_id or 0]
    if key.limited():
        found = _limited(x.state, key, now)
    elif group.subscription:
        found = _subscribed(x.state, group, now)
    else:
        balance = eight(world.user.balance)
        found = {"mode": "unrestricted", "isValid": True, "planName": WALLET_NAME, "unit": "USD"}
        found |= {"remaining": balance, "balance": balance}
    found["usage"] = _own_usage(x.state, selection, now)
    zone = params.zone_of(x.query, world.clock.zone)
    found["daily_usage"] = statistics.daily(selection, days, zone, world.clock.zone, now)["items"]
    split = statistics.models(selection, _model_range(x, now))
    if split:
        found["model_stats"] = [each | {"account_cost": each["cost"]} for each in split]
    return bare(found)


def _limited(state: State, key: Key, now: Moment) -> dict[str, Any]:
    """A key with limits of its own. Quota and status lag like the authentication cache."""
    cached = _cached(state, key, now)
    found: dict[str, Any] = {"mode": "quota_limited", "isValid": True, "status": cached.status}
    if key.quota > 0:
        left = eight(max(0, units(key.quota) - cached.quota_used))
        used = eight(cached.quota_used)
        found["quota"] = {"limit": plain(float(key.quota)), "used": used, "remaining": left, "unit": "USD"}
        found |= {"remaining": left, "unit": "USD"}
    if key.has_windows():
        found["rate_limits"] = _rate_limits(state, key, now)
    if key.expires is not None:
        found["expires_at"] = state.views.time(key.expires)
        found["days_until_expiry"] = max(0, (key.expires - now) // DAY)
    return found


def _cached(state: State, key: Key, now: Moment) -> KeyCache:
    cached = state.key_caches.get(key.id)
    if cached is None or cached.status != key.status or now - cached.taken >= CACHED_FOR:
        cached = state.key_caches[key.id] = KeyCache(now, key.quota_used, key.status)
    return cached


def _rate_limits(state: State, key: Key, now: Moment) -> list[dict[str, Any]]:
    found = []
    for name, window in key.windows.items():
        if window.limit <= 0:
            continue
        used: Units = window.used_at(now)
        each = {
            "window": name,
            "limit": plain(float(window.limit)),
            "used": eight(used),
            "remaining": eight(max(0, units(window.limit) - used)),
            "window_start": state.views.time(window.start),
        }
        if window.start is not None and window.live(now):
            each["reset_at"] = state.views.time(window.start + window.span)
        found.append(each)
    return found


def _subscribed(state: State, group: Group, now: Moment) -> dict[str, Any]:
    found: dict[str, Any] = {"mode": "unrestricted", "isValid": True, "planName": group.name, "unit": "USD"}
    subscription = state.world.subscription
    if not subscription.active(now):
        return found
    found["remaining"] = _remaining(subscription)
    shown: dict[str, Any] = {"expires_at": state.world.clock.stamp(subscription.expires)}
    for name, window in subscription.windows.items():
        shown[f"{name}_usage_usd"] = eight(window.used)
        shown[f"{name}_limit_usd"] = window.limit_usd
    shown["weekly_window_start"] = state.views.time(subscription.windows["weekly"].start)
    return found | {"subscription": shown}


def _remaining(subscription: Subscription) -> float:
    """The least that any window leaves; -1 without limits."""
    left = [
        max(0, units(window.limit_usd) - window.used)
        for window in subscription.windows.values()
        if window.limit_usd is not None
    ]
    return eight(min(left)) if left else -1


def _own_usage(state: State, selection: Selection, now: Moment) -> dict[str, Any]:
    total = unpack(selection.between(0, FAR))
    today = unpack(selection.between(state.world.clock.today(), FAR))
    rpm, tpm = statistics.recent(selection, now)
    return {
        "today": statistics.sums(today),
        "total": statistics.sums(total),
        "average_duration_ms": statistics.average_ms(total),
        "rpm": rpm,
        "tpm": tpm,
    }


def _model_range(x: Exchange, now: Moment) -> Range:
    """The range of `model_stats`: server zone; bad dates are ignored."""
    zone = x.state.world.clock.zone
    begin, end = statistics.month_ago(now), now + 1
    try:
        first = params.day(x.query, "start_date")
        begin = params.start_of(first, zone) if first else begin
    except RefusedError:
        pass
    try:
        last = params.day(x.query, "end_date")
        end = params.end_of(last, zone) if last else end
    except RefusedError:
        pass
    return Range(begin, end)


async def billing(x: Exchange) -> Answer:
    """The price multipliers of the key."""
    group = x.state.world.group_of[x.used_key().group_id or 0]
    rate, now = plain(group.rate), x.state.now()
    observed = stamp(now, UTC_ZONE)
    return bare(
        {
            "object": "sub2api.key_billing",
            "schema_version": 1,
            "billing_scope": "token",
            "group_rate_multiplier": rate,
            "resolved_rate_multiplier": rate,
            "peak_rate_enabled": False,
            "effective_rate_multiplier": rate,
            "observed_at": observed,
        },
        {"Cache-Control": "no-store"},
    )


async def models(x: Exchange) -> Answer:
    """The models of the key's group."""
    platform = x.state.world.group_of[x.used_key().group_id or 0].platform
    return bare({"data": [_model(MODELS[name], platform) for name in PLATFORM_MODELS[platform]], "object": "list"})


def _model(model: Model, platform: str) -> dict[str, Any]:
    found = {"id": model.name, "type": "model", "display_name": model.title}
    if platform == "openai":
        return found | {"object": "model", "created": 1_764_547_200, "owned_by": "openai"}
    return found | {"created_at": f"{model.released}T00:00:00Z"}


async def model_call(x: Exchange) -> Answer:
    """A call that passed every check: the demo has no provider, which is listed like any other failure."""
    list_failure(x, x.used_key(), NO_ACCOUNT)
    raise RefusedError(Answer(NO_ACCOUNT.status, encode(NO_ACCOUNT.body())))
