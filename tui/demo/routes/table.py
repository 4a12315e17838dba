"""Every path of the gateway: method, pattern, guard, handler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tui.demo import guards
from tui.demo.exchange import Exchange
from tui.demo.routes import auth, errors, gateway, groups, keys, profile, site, usage
from tui.demo.wire import Answer

Guard = Callable[[Exchange], Awaitable[None]]
Handler = Callable[[Exchange], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation. Pattern segments that begin with a colon are arguments."""

    method: str
    pattern: str
    guard: Guard
    handler: Handler


def _panel(prefix: str, guard: Guard, operations: tuple[tuple[str, str, Handler], ...]) -> tuple[Route, ...]:
    return tuple(Route(method, f"/api/v1{prefix}{path}", guard, handler) for method, path, handler in operations)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/health", guards.open_to_all, site.health),
    Route("GET", "/setup/status", guards.open_to_all, site.setup_status),
    Route("GET", "/api/v1/settings/public", guards.open_to_all, site.public_settings),
    Route("POST", "/api/v1/auth/login", guards.login_limit, auth.login),
    Route("POST", "/api/v1/auth/login/2fa", guards.second_factor_limit, auth.second_factor),
    Route("POST", "/api/v1/auth/refresh", guards.refresh_limit, auth.refresh),
    Route("POST", "/api/v1/auth/logout", guards.open_to_all, auth.logout),
    *_panel("", guards.panel, (
        ("GET", "/auth/me", profile.me),
        ("POST", "/auth/revoke-all-sessions", auth.revoke_all),
        ("GET", "/user/profile", profile.profile),
        ("PUT", "/user", profile.update),
        ("PUT", "/user/password", profile.change_password),
        ("GET", "/user/totp/status", profile.totp_status),
        ("GET", "/user/platform-quotas", profile.platform_quotas),
        ("GET", "/keys", keys.listing),
        ("POST", "/keys", keys.create),
        ("GET", "/keys/:id", keys.get),
        ("PUT", "/keys/:id", keys.update),
        ("DELETE", "/keys/:id", keys.delete),
        ("GET", "/groups/available", groups.available),
        ("GET", "/groups/rates", groups.rates),
        ("GET", "/subscriptions", groups.subscriptions),
        ("GET", "/subscriptions/active", groups.active_subscriptions),
        ("GET", "/subscriptions/progress", groups.progress),
        ("GET", "/subscriptions/summary", groups.summary),
        ("POST", "/redeem", groups.redeem),
        ("GET", "/redeem/history", groups.redeem_history),
        ("GET", "/announcements", groups.nothing),
        ("POST", "/announcements/:id/read", groups.no_announcement),
        ("GET", "/channels/available", groups.nothing),
        ("GET", "/channel-monitors", groups.no_monitors),
        ("GET", "/channel-monitors/:id/status", groups.no_monitor),
    )),
    *_panel("", guards.heavy, (
        ("GET", "/usage", usage.rows),
        ("GET", "/usage/stats", usage.stats),
        ("GET", "/usage/dashboard/stats", usage.dashboard),
        ("GET", "/usage/dashboard/trend", usage.trend),
        ("GET", "/usage/dashboard/models", usage.models),
        ("GET", "/usage/dashboard/snapshot-v2", usage.snapshot),
        ("POST", "/usage/dashboard/api-keys-usage", usage.keys_batch),
        ("GET", "/usage/errors", errors.listing),
        ("GET", "/usage/errors/:id", errors.detail),
        ("GET", "/usage/:id", usage.row),
        ("GET", "/user/api-keys/:id/usage/daily", usage.key_daily),
        ("GET", "/channel-monitor-v2/snapshot", groups.no_monitors_v2),
    )),
    Route("GET", "/v1/usage", guards.by_key, gateway.usage),
    Route("GET", "/v1/sub2api/billing", guards.by_key_for_billing, gateway.billing),
    Route("GET", "/v1/models", guards.by_solvent_key, gateway.models),
    Route("POST", "/v1/messages", guards.by_solvent_key, gateway.model_call),
    Route("POST", "/v1/chat/completions", guards.by_solvent_key, gateway.model_call),
    Route("POST", "/v1/messages/count_tokens", guards.by_solvent_key, gateway.model_call),
    Route("POST", "/v1/embeddings", guards.by_solvent_key, gateway.model_call),
    Route("POST", "/v1/images/generations", guards.by_solvent_key, gateway.model_call),
    Route("POST", "/v1/responses", guards.by_solvent_key, gateway.model_call),
    Route("GET", "/models", guards.by_solvent_key, gateway.models),
    Route("GET", "/responses", guards.by_solvent_key, gateway.model_call),
    Route("POST", "/responses", guards.by_solvent_key, gateway.model_call),
)  # fmt: skip
