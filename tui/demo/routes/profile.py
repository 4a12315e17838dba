"""The user's own page: profile, low-balance threshold, password, platform quotas (contract 2.4, 2.5, 3)."""

from typing import Any

from tui.demo.binding import Body, Field
from tui.demo.exchange import Exchange
from tui.demo.money import plain
from tui.demo.wire import Answer, handler_error, internal_error, success

UPDATE = Body(
    "UpdateProfileRequest",
    (
        Field("username", "Username", "string"),
        Field("avatar_url", "AvatarURL", "string"),
        Field("balance_notify_enabled", "BalanceNotifyEnabled", "bool"),
        Field("balance_notify_threshold", "BalanceNotifyThreshold", "float64"),
    ),
)
PLATFORMS = ("gemini", "antigravity", "anthropic", "openai", "grok", "kimi", "zhipu", "deepseek")
LONGEST_NAME = 100
ENROLLED_S = 1_795_470_075


async def me(x: Exchange) -> Answer:
    """The profile and the site's run mode."""
    return success(x.state.views.profile() | {"run_mode": x.state.options.run_mode})


async def profile(x: Exchange) -> Answer:
    """The profile, with the freshest balance."""
    return success(x.state.views.profile())


async def update(x: Exchange) -> Answer:
    """Apply an update; a threshold of zero or less clears it."""
    sent = x.bind(UPDATE)
    user = x.state.world.user
    if sent["username"] is not None and len(sent["username"].encode()) > LONGEST_NAME:
        raise internal_error()
    if sent["username"] is not None:
        user.username = sent["username"]
    if sent["avatar_url"] is not None:
        user.avatar_url = sent["avatar_url"]
    if sent["balance_notify_enabled"] is not None:
        user.notify = sent["balance_notify_enabled"]
    if sent["balance_notify_threshold"] is not None:
        threshold = sent["balance_notify_threshold"]
        user.threshold = plain(threshold) if threshold > 0 else None
    user.updated = x.state.now()
    return success(x.state.views.profile())


async def totp_status(x: Exchange) -> Answer:
    """Whether the account has a second factor, and whether the site offers any."""
    enabled = x.state.options.totp
    found: dict[str, Any] = {"enabled": enabled, "feature_enabled": enabled}
    return success(found | {"enabled_at": ENROLLED_S} if enabled else found)


async def platform_quotas(x: Exchange) -> Answer:
    """A row per platform, all without limits, as for a registered user."""
    return success({"platform_quotas": [_unlimited(platform) for platform in PLATFORMS]})


def _unlimited(platform: str) -> dict[str, Any]:
    found: dict[str, Any] = {"platform": platform}
    for window in ("daily", "weekly", "monthly"):
        found |= {f"{window}_limit_usd": None, f"{window}_usage_usd": 0, f"{window}_window_resets_at": None}
    return found


PASSWORD = Body(
    "ChangePasswordRequest",
    (
        Field("old_password", "OldPassword", "string", ("required",)),
        Field("new_password", "NewPassword", "string", ("required", "min=6")),
    ),
)


async def change_password(x: Exchange) -> Answer:
    """Change the password; all tokens end at once, including the caller's."""
    sent = x.bind(PASSWORD)
    user = x.state.world.user
    if sent["old_password"] != user.password:
        raise handler_error(400, "current password is incorrect", "PASSWORD_INCORRECT")
    user.password = sent["new_password"]
    user.token_version += 1
    return success({"message": "Password changed successfully"})
