"""The objects of the panel API as JSON, member by member (contract 3.1, 4.1, 5.2, 7.1, 7.5)."""

from typing import Any

from tui.demo.account import Code, User
from tui.demo.calendar import DAY, SECOND, Moment, stamp
from tui.demo.catalogue import Group
from tui.demo.keys import LAST_EXPIRY_YEAR, Key
from tui.demo.money import Number, Units, plain, usd
from tui.demo.profile_view import identities
from tui.demo.subscription import Subscription
from tui.demo.wire import UnencodableError
from tui.demo.world import World

YEAR_10000 = 253_402_300_800 * SECOND
GROUP_FEATURES: dict[str, Any] = {
    "long_context_pricing_enabled": True,
    "allow_image_generation": False,
    "allow_batch_image_generation": False,
    "image_rate_independent": False,
    "image_rate_multiplier": 1,
    "batch_image_discount_multiplier": 0.5,
    "batch_image_hold_multiplier": 0.6,
    "video_rate_independent": False,
    "video_rate_multiplier": 1,
    "peak_rate_enabled": False,
    "peak_start": "",
    "peak_end": "",
    "peak_rate_multiplier": 1,
    "image_price_1k": None,
    "image_price_2k": None,
    "image_price_4k": None,
    "video_price_480p": None,
    "video_price_720p": None,
    "video_price_1080p": None,
    "web_search_price_per_call": None,
    "search_price_per_1k": None,
    "audio_realtime_price_per_min": None,
    "audio_tts_price_per_million_chars": None,
    "audio_stt_price_per_hour": None,
    "claude_code_only": False,
    "fallback_group_id": None,
    "fallback_group_id_on_invalid_request": None,
    "allow_messages_dispatch": False,
    "allow_live": False,
    "require_oauth_only": False,
    "require_privacy_set": False,
    "rpm_limit": 0,
    "max_reasoning_effort": "",
    "reasoning_effort_mappings": [],
}


def eight(amount: Units) -> Number:
    """USD with the eight decimals that balances and counters are stored with."""
    return plain(round(amount / 10**10, 8))


class Views:
    """Makes JSON of what the world holds."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clock = world.clock

    def time(self, when: Moment | None) -> str | None:
        """A time or null; a year of five digits cannot be written."""
        if when is None:
            return None
        if when >= YEAR_10000 - DAY and self._year(when) > LAST_EXPIRY_YEAR:
            raise UnencodableError
        return self.clock.stamp(when)

    def precise(self, when: Moment) -> str:
        """A time as the answer to a write echoes it, with nanoseconds; read again, it is cut to microseconds."""
        self.time(when)
        return stamp(when, self.clock.zone, when % 499 + 1)

    def _year(self, when: Moment) -> int:
        offset = self.clock.local().utcoffset()
        shifted = when + (int(offset.total_seconds()) * SECOND if offset else 0)
        return LAST_EXPIRY_YEAR + 1 if shifted >= YEAR_10000 else LAST_EXPIRY_YEAR

    def group(self, group: Group) -> dict[str, Any]:
        """A group, as it is embedded everywhere."""
        created = self.clock.stamp(self.world.user.created)
        return {
            "id": group.id,
            "name": group.name,
            "description": group.description,
            "platform": group.platform,
            "rate_multiplier": plain(group.rate),
            "is_exclusive": False,
            "status": "active",
            "subscription_type": "subscription" if group.subscription else "standard",
            "daily_limit_usd": group.daily_limit_usd,
            "weekly_limit_usd": group.weekly_limit_usd,
            "monthly_limit_usd": group.monthly_limit_usd,
            **GROUP_FEATURES,
            "created_at": created,
            "updated_at": created,
        }

    def user(self) -> dict[str, Any]:
        """The user without the profile's extras."""
        user = self.world.user
        found: dict[str, Any] = {
            "id": user.id,
            "email": user.email,
            "username": user.username,
            "role": "user",
            "balance": eight(user.balance),
            "frozen_balance": 0,
            "concurrency": user.concurrency,
            "status": user.status,
            "allowed_groups": None,
            "last_active_at": self.time(user.last_active),
            "created_at": self.clock.stamp(user.created),
            "updated_at": self.clock.stamp(user.updated),
            "balance_notify_enabled": user.notify,
            "balance_notify_threshold_type": "fixed",
            "balance_notify_threshold": user.threshold,
            "balance_notify_extra_emails": None,
            "total_recharged": eight(user.recharged),
            "rpm_limit": 0,
        }
        if user.last_active is None:
            del found["last_active_at"]
        return found

    def profile(self) -> dict[str, Any]:
        """The user with the profile's extras."""
        user: User = self.world.user
        extras = identities(user.email, self.clock.stamp(user.created))
        avatar = {"avatar_url": user.avatar_url} if user.avatar_url else {}
        return {**self.user(), **avatar, **extras}

    def key(self, key: Key, **changes: Any) -> dict[str, Any]:
        """A key as list and GET show it, without nested objects."""
        now = self.clock.now()
        found: dict[str, Any] = {
            "id": key.id,
            "user_id": self.world.user.id,
            "key": key.secret,
            "name": key.name,
            "group_id": key.group_id,
            "status": key.status,
            "ip_whitelist": key.allowed or None,
            "ip_blacklist": key.denied or None,
            "last_used_at": self.time(key.last_used),
            "last_used_ip": None,
            "quota": plain(float(key.quota)),
            "quota_used": eight(key.quota_used),
            "expires_at": self.time(key.expires),
            "created_at": self.clock.stamp(key.created),
            "updated_at": self.clock.stamp(key.updated),
            "current_concurrency": 0 if self.world.options.trouble.redis else key.running,
        }
        for name, window in key.windows.items():
            found[f"rate_limit_{name}"] = plain(float(window.limit))
        for name, window in key.windows.items():
            found[f"usage_{name}"] = eight(window.used_at(now))
        for name, window in key.windows.items():
            found[f"window_{name}_start"] = self.time(window.start)
        for name, window in key.windows.items():
            if window.start is not None and window.live(now):
                found[f"reset_{name}_at"] = self.time(window.start + window.span)
        return found | changes

    def key_group(self, key: Key) -> dict[str, Any]:
        """The `group` member of a key, if it has a group."""
        group = self.world.group_of.get(key.group_id) if key.group_id is not None else None
        return {} if group is None else {"group": self.group(group)}

    def subscription(self, subscription: Subscription) -> dict[str, Any]:
        """A subscription; lapsed windows read 0 and null."""
        now = self.clock.now()
        found: dict[str, Any] = {
            "id": subscription.id,
            "user_id": self.world.user.id,
            "group_id": subscription.group.id,
            "starts_at": self.clock.stamp(subscription.starts),
            "expires_at": self.clock.stamp(subscription.expires),
            "status": "active" if subscription.active(now) else "expired",
        }
        for name, window in subscription.windows.items():
            found[f"{name}_window_start"] = None if window.lapsed(now) else self.time(window.start)
        for name, window in subscription.windows.items():
            found[f"{name}_usage_usd"] = 0 if window.lapsed(now) else eight(window.used)
        found["created_at"] = self.clock.stamp(subscription.starts)
        found["updated_at"] = self.clock.stamp(subscription.updated)
        found["group"] = self.group(subscription.group)
        return found

    def code(self, code: Code) -> dict[str, Any]:
        """A redeemed code."""
        return {
            "id": code.id,
            "code": code.code,
            "type": "balance",
            "value": usd(code.value),
            "status": "used" if code.used is not None else "unused",
            "used_by": self.world.user.id,
            "used_at": self.time(code.used),
            "created_at": self.clock.stamp(code.created),
            "group_id": None,
            "validity_days": 30,
        }
