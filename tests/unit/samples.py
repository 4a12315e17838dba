"""Values to test with: as short to write as what matters about them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tui.domain.clock import GatewayClock
from tui.domain.keys import ApiKey, Group, SpendWindow, WindowName
from tui.domain.usage import Call, FailedCall

NOW = datetime(2026, 11, 24, 5, 31, 2, tzinfo=UTC)
NO_WINDOWS: Mapping[str, tuple[Any, Any, datetime | None]] = {}
PLAN = Group(4, "claude-max", is_subscription=True)


class ClockAt(GatewayClock):
    """A gateway's clock that tells what a test wants; answers do not set it."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        super().__init__()
        self._seconds = seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._seconds(), UTC)


def window(limit_usd: float, used_usd: float, resets_at: datetime | None = None) -> tuple[Any, Any, datetime | None]:
    """Limit, use and reset of a window."""
    return limit_usd, used_usd, resets_at


def key(key_id: int = 7, name: str = "laptop", *, windows: Mapping[str, Any] = NO_WINDOWS, **changes: Any) -> ApiKey:
    """A key; amounts may be given as plain numbers."""
    for amount in ("quota_usd", "quota_used_usd"):
        changes[amount] = Decimal(str(changes.get(amount, 0)))
    found = []
    for window_name in WindowName:
        limit, used, resets_at = windows.get(window_name.value, (0, 0, None))
        found.append(SpendWindow(window_name, Decimal(str(limit)), Decimal(str(used)), resets_at))
    changes.setdefault("stored_status", "active")
    return ApiKey(key_id, name, "sk-000…0000", windows=tuple(found), **changes)


def call(
    call_id: int, *, ago_s: float = 0, billed: str = "0.1", key_id: int = 7, model: str = "opus", **changes: Any
) -> Call:
    """A call that ended some seconds before NOW."""
    values: dict[str, Any] = {
        "input_tokens": 100,
        "output_tokens": 10,
        "cache_creation_tokens": 0,
        "cache_read_tokens": 300,
        "standard_usd": Decimal(billed) * 2,
        "billed_usd": Decimal(billed),
        "rate_multiplier": 0.5,
        "billing_type": 0,
        "request_type": "stream",
        "duration_ms": 1000,
        "key_name": f"key-{key_id}",
        **changes,
    }
    return Call(call_id, NOW - timedelta(seconds=ago_s), key_id, model=model, **values)


def failed(
    error_id: int, *, ago_s: float = 0, status: int = 429, message: str = "slow down", **changes: Any
) -> FailedCall:
    """An error request some seconds before NOW."""
    values: dict[str, Any] = {
        "model": "opus",
        "endpoint": "/v1/messages",
        "category": "rate_limit",
        "key_name": "laptop",
        **changes,
    }
    return FailedCall(error_id, NOW - timedelta(seconds=ago_s), status_code=status, message=message, **values)
