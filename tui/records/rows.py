"""Call records and error requests as rows for CSV and JSON Lines, with every column of the gateway's own page."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from tui.domain.usage import Call, FailedCall
from tui.monitor.snapshot import Snapshot
from tui.records.json_values import exact_time, number

Members = dict[str, object]

CALL_COLUMNS: Mapping[str, Callable[[Call], object]] = {
    "id": lambda call: call.id,
    "key_id": lambda call: call.key_id,
    "model": lambda call: call.model,
    "reasoning_effort": lambda call: call.reasoning_effort,
    "endpoint": lambda call: call.endpoint,
    "ip": lambda call: call.ip,
    "group_id": lambda call: call.group_id,
    "group": lambda call: call.group_name,
    "request_type": lambda call: call.request_type,
    "billing_type": lambda call: call.billing_type,
    "billing_mode": lambda call: call.billing_mode,
    "service_tier": lambda call: call.service_tier,
    "input_tokens": lambda call: call.input_tokens,
    "output_tokens": lambda call: call.output_tokens,
    "cache_creation_tokens": lambda call: call.cache_creation_tokens,
    "cache_creation_1h_tokens": lambda call: call.cache_creation_1h_tokens,
    "cache_read_tokens": lambda call: call.cache_read_tokens,
    "tokens": lambda call: call.tokens,
    "input_usd": lambda call: _short(call.input_cost),
    "output_usd": lambda call: _short(call.output_cost),
    "cache_creation_usd": lambda call: _short(call.cache_creation_cost),
    "cache_read_usd": lambda call: _short(call.cache_read_cost),
    "media_type": lambda call: call.media.kind,
    "image_count": lambda call: call.media.count,
    "image_size": lambda call: call.media.size,
    "image_input_tokens": lambda call: call.media.input_tokens,
    "image_output_tokens": lambda call: call.media.output_tokens,
    "image_input_usd": lambda call: _short(call.media.input_cost),
    "image_output_usd": lambda call: _short(call.media.output_cost),
    "standard_usd": lambda call: number(call.standard_usd),
    "rate_multiplier": lambda call: _short(call.rate_multiplier),
    "billed_usd": lambda call: number(call.billed_usd),
    "first_token_ms": lambda call: call.first_token_ms,
    "duration_ms": lambda call: call.duration_ms,
    "user_agent": lambda call: call.user_agent,
    "request_id": lambda call: call.request_id or None,
    "session_id": lambda call: call.session_id,
}
ERROR_COLUMNS: Mapping[str, Callable[[FailedCall], object]] = {
    "id": lambda call: call.id,
    "key": lambda call: call.key_name or None,
    "key_deleted": lambda call: call.key_deleted,
    "model": lambda call: call.model or None,
    "endpoint": lambda call: call.endpoint or None,
    "ip": lambda call: call.ip,
    "group": lambda call: call.group_name,
    "request_type": lambda call: call.request_type,
    "stream": lambda call: call.is_stream,
    "platform": lambda call: call.platform or None,
    "category": lambda call: call.category,
    "status_code": lambda call: call.status_code,
    "message": lambda call: call.message,
    "user_agent": lambda call: call.user_agent,
}
CALL_NAMES = ("at", "id", "key", *list(CALL_COLUMNS)[1:])
ERROR_NAMES = ("at", *ERROR_COLUMNS)


def _short(value: float) -> Decimal | None:
    """A number without a trailing `.0`."""
    return number(Decimal(str(value)))


def call_members(call: Call, snapshot: Snapshot, zone: ZoneInfo) -> Members:
    """A call record; its key by its current name, or the last one for a deleted key."""
    key = snapshot.key(call.key_id)
    told = {name: value(call) for name, value in CALL_COLUMNS.items()}
    told |= {"at": exact_time(call.at, zone), "key": key.name if key else call.key_name}
    return {name: told[name] for name in CALL_NAMES}


def error_members(call: FailedCall, zone: ZoneInfo) -> Members:
    """An error request."""
    return {"at": exact_time(call.at, zone)} | {name: value(call) for name, value in ERROR_COLUMNS.items()}
