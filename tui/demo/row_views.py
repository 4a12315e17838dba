"""Call records as JSON: alone, and with the objects that they belong to (contract 5.2)."""

from typing import Any

import msgspec

from tui.demo.calendar import HOUR
from tui.demo.catalogue import Group
from tui.demo.money import plain, usd
from tui.demo.strands import Call
from tui.demo.views import Views
from tui.demo.wire import encode
from tui.demo.world import World

ACCOUNT_ID = 1
SESSION_SPAN = 2 * HOUR
"""How often a program's session ids change."""
ROW_WITHOUT_IMAGES: dict[str, Any] = {
    "image_count": 0,
    "image_size": None,
    "image_input_size": None,
    "image_output_size": None,
    "image_input_tokens": 0,
    "image_input_cost": 0,
    "image_output_tokens": 0,
    "image_output_cost": 0,
    "image_size_source": None,
    "image_size_breakdown": None,
    "media_type": None,
}


def row_view(world: World, call: Call) -> dict[str, Any]:
    """A call record without nested objects."""
    trait, model = call.trait, call.trait.model
    found: dict[str, Any] = {
        "id": call.id,
        "user_id": world.user.id,
        "api_key_id": trait.key_id,
        "account_id": ACCOUNT_ID,
        "request_id": f"req_{call.salt[4:].hex()}",
        "model": model.name,
        "inbound_endpoint": trait.caller.endpoint,
        "group_id": trait.group.id,
        "subscription_id": world.subscription.id if trait.group.subscription else None,
        "input_tokens": call.input_tokens,
        "output_tokens": call.output_tokens,
        "cache_creation_tokens": call.cache_creation_tokens,
        "cache_read_tokens": call.cache_read_tokens,
        "cache_creation_5m_tokens": call.cache_creation_tokens,
        "cache_creation_1h_tokens": 0,
        "input_cost": usd(call.input_tokens * model.input_price),
        "output_cost": usd(call.output_tokens * model.output_price),
        "cache_creation_cost": usd(call.cache_creation_tokens * model.cache_creation_price),
        "cache_read_cost": usd(call.cache_read_tokens * model.cache_read_price),
        "total_cost": usd(call.cost),
        "actual_cost": usd(call.actual),
        "rate_multiplier": plain(trait.group.rate),
        "long_context_billing_applied": False,
        "billing_type": trait.billing_type,
        "request_type": trait.request_type,
        "stream": trait.streamed,
        "openai_ws_mode": False,
        "duration_ms": call.duration_ms,
        "first_token_ms": call.first_token_ms,
        **ROW_WITHOUT_IMAGES,
        "user_agent": trait.caller.agent,
        "ip_address": call.address,
        "cache_ttl_overridden": False,
        "billing_mode": "token",
        "created_at": world.clock.stamp(call.created),
    }
    if trait.caller.sessions:
        found["session_id"] = f"{trait.caller.sessions}-{call.created // SESSION_SPAN:x}"
    return found


class RowPage:
    """Listed call records: each with today's key, user and group, which are encoded once per page."""

    def __init__(self, views: Views) -> None:
        self.views = views
        self.user = msgspec.Raw(encode(views.user()))
        self.keys: dict[int, msgspec.Raw | None] = {}
        self.groups: dict[int, msgspec.Raw] = {}

    def row(self, call: Call) -> dict[str, Any]:
        """A call record with its nested objects; rows of deleted keys have no key."""
        found = row_view(self.views.world, call)
        found["user"] = self.user
        key = self._key(call.trait.key_id)
        if key is not None:
            found["api_key"] = key
        found["group"] = self._group(call.trait.group)
        if call.trait.group.subscription:
            found["subscription"] = self._subscription()
        return found

    def _key(self, key_id: int) -> msgspec.Raw | None:
        if key_id not in self.keys:
            key = self.views.world.key(key_id)
            self.keys[key_id] = None if key is None else msgspec.Raw(encode(self.views.key(key, current_concurrency=0)))
        return self.keys[key_id]

    def _group(self, group: Group) -> msgspec.Raw:
        if group.id not in self.groups:
            self.groups[group.id] = msgspec.Raw(encode(self.views.group(group)))
        return self.groups[group.id]

    def _subscription(self) -> dict[str, Any]:
        found = self.views.subscription(self.views.world.subscription)
        del found["group"]
        return found
