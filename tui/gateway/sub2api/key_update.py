"""A change of a key as the body of its PUT (contract 4.5, 9.2)."""

from tui.domain.failure import Failure, FailureKind
from tui.gateway.errors import error_of
from tui.gateway.sub2api.values import KeyChange


def key_update_body(change: KeyChange) -> dict[str, object]:
    """Only the members that are set; never the name, which would be escaped again each time it is sent."""
    members: dict[str, object] = {
        "status": change.status,
        "quota": change.quota_usd,
        "rate_limit_5h": change.limit_5h_usd,
        "rate_limit_1d": change.limit_1d_usd,
        "rate_limit_7d": change.limit_7d_usd,
        "reset_quota": change.reset_quota or None,
        "reset_rate_limit_usage": change.reset_usage or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def require_supported(change: KeyChange) -> None:
    """Refuse what an old gateway would accept and ignore: it has no spend windows."""
    limits = (change.limit_5h_usd, change.limit_1d_usd, change.limit_7d_usd)
    if change.reset_usage or any(limit is not None for limit in limits):
        raise error_of(Failure(FailureKind.ENDPOINT_MISSING, "this gateway's keys have no spend windows"))
