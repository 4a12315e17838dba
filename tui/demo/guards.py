"""Checks before a handler: access tokens, API keys, request limits (contract 1.7, 1.8, 2.3, 4.6, 6)."""

import asyncio
from typing import Any

from tui.demo import json_body
from tui.demo.calendar import SECOND
from tui.demo.errors import ErrorRow, Failure
from tui.demo.exchange import Exchange
from tui.demo.keys import Key
from tui.demo.refusals import (
    NO_KEY,
    UNKNOWN_KEY,
    Silent,
    address_allowed,
    as_answered,
    billing_refusal,
    status_refusal,
)
from tui.demo.sessions import BadTokenError, fingerprint
from tui.demo.wire import Answer, RefusedError, encode, gateway_error, handler_error, middleware_error, sign_in_limited

BACKEND_MODE = "Backend mode is active. User self-service is disabled."
TOO_MANY = "Too many requests, please slow down and try again later"
UNGROUPED = (
    "API Key is not assigned to any group and cannot be used. Please contact the administrator to assign it to a group."
)
ACTIVE_EVERY = 300 * SECOND


async def open_to_all(x: Exchange) -> None:
    """No credential, no limit."""


async def signing_in(x: Exchange, name: str, limit: int) -> None:
    """The limiter of an auth endpoint: per address, before the body is read."""
    if x.state.options.trouble.redis:
        await asyncio.sleep(x.state.options.trouble.redis_delay_s)
        raise sign_in_limited(60)
    if x.state.options.limits_on:
        wait = x.state.sign_in.over(f"{name}/{x.address}", limit, x.state.now())
        if wait is not None:
            raise sign_in_limited(wait)


async def login_limit(x: Exchange) -> None:
    """Sign-in: 20 a minute."""
    await signing_in(x, "login", x.state.options.limits.login)


async def second_factor_limit(x: Exchange) -> None:
    """The second step: 20 a minute."""
    await signing_in(x, "2fa", x.state.options.limits.second_factor)


async def refresh_limit(x: Exchange) -> None:
    """Refresh: 30 a minute."""
    await signing_in(x, "refresh", x.state.options.limits.refresh)


async def panel(x: Exchange) -> None:
    """A valid access token, and the account's request budget."""
    _check_token(x)
    _check_budget(x, heavy=False)


async def heavy(x: Exchange) -> None:
    """The same, and the smaller budget of heavy requests."""
    _check_token(x)
    _check_budget(x, heavy=True)


def _check_token(x: Exchange) -> None:
    state, user = x.state, x.state.world.user
    claims = _claims(x)
    if int(claims["exp"]) <= state.now() // SECOND:
        raise middleware_error(401, "TOKEN_EXPIRED", "Token has expired")
    if state.options.trouble.database or claims["user_id"] != user.id:
        raise middleware_error(401, "USER_NOT_FOUND", "User not found")
    if user.status != "active":
        raise middleware_error(401, "USER_INACTIVE", "User account is not active")
    if claims["token_version"] != user.token_version:
        raise middleware_error(401, "TOKEN_REVOKED", "Token has been revoked (password changed)")
    if state.options.session_binding and claims["bnd"] != fingerprint(x.address, x.agent):
        state.sessions.revoke_family(claims["sid"])
        message = "Session network fingerprint changed, please login again"
        raise middleware_error(401, "SESSION_BINDING_MISMATCH", message)
    if state.options.backend_mode:
        raise handler_error(403, BACKEND_MODE)
    if user.last_active is None or state.now() - user.last_active > ACTIVE_EVERY:
        user.last_active = user.updated = state.now()


def _claims(x: Exchange) -> dict[str, Any]:
    header = x.headers.get("authorization", "")
    if not header:
        raise middleware_error(401, "UNAUTHORIZED", "Authorization header is required")
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        message = "Authorization header format must be 'Bearer {token}'"
        raise middleware_error(401, "INVALID_AUTH_HEADER", message)
    try:
        return x.state.sessions.claims(token)
    except BadTokenError:
        raise middleware_error(401, "INVALID_TOKEN", "Invalid token") from None


def _check_budget(x: Exchange, *, heavy: bool) -> None:
    options, now, user = x.state.options, x.state.now(), x.state.world.user.id
    if options.trouble.redis or not options.limits_on:
        return
    wait = x.state.panel.over(f"global/{user}", options.limits.panel, now)
    if wait is None and heavy:
        wait = x.state.panel.over(f"heavy/{user}", options.limits.heavy, now)
    if wait is not None:
        raise middleware_error(429, "RATE_LIMITED", TOO_MANY, wait)


async def by_key(x: Exchange) -> None:
    """A usable API key with a group, whatever its funds."""
    x.key = _find_key(x)
    if x.key.group_id is None:
        raise gateway_error(403, "permission_error", UNGROUPED)


async def by_key_for_billing(x: Exchange) -> None:
    """The same, with the billing endpoint's messages."""
    x.key = _find_key(x)
    if x.key.group_id is None:
        raise gateway_error(403, "permission_error", "API key is not assigned to a group")


async def by_solvent_key(x: Exchange) -> None:
    """A usable API key that may spend; refusals are listed as failed requests."""
    key = x.key = _find_key(x)
    world, now = x.state.world, x.state.now()
    group = world.group_of.get(key.group_id or 0)
    failure = billing_refusal(key, world.user, group, world.subscription, now)
    if group is None and (failure is None or failure.named):  # the group is checked before the body is read
        raise gateway_error(403, "permission_error", UNGROUPED)
    if failure is not None:
        failure = as_answered(failure, x.path)
        list_failure(x, key, failure)
        raise RefusedError(Answer(failure.status, encode(failure.body())))


def _model_asked(x: Exchange) -> str:
    """The model in the body, if any."""
    try:
        body = json_body.parse(x.body)
    except json_body.SyntaxFault:
        return ""
    model = body.get("model", "") if isinstance(body, dict) else ""
    return model if type(model) is str else ""


def list_failure(x: Exchange, key: Key, failure: Failure) -> None:
    """Record a failed request of a key."""
    world = x.state.world
    group = world.group_of.get(key.group_id or 0)
    model = _model_asked(x) if failure.named else ""
    world.errors.add(
        lambda row_id: ErrorRow(
            row_id,
            x.state.now(),
            key.id,
            failure,
            model,
            x.path,
            group.platform if group else "",
            group.name if group else "",
            x.address,
            x.agent,
            False,
        )
    )


def _find_key(x: Exchange) -> Key:
    state = x.state
    if x.query.get("key") or x.query.get("api_key"):
        message = "API key in query parameter is deprecated. Please use Authorization header instead."
        raise middleware_error(400, "api_key_in_query_deprecated", message)
    secret = _secret(x)
    limit = state.options.limits.invalid_keys if state.options.limits_on else 0
    if state.bad_keys.full(x.address, limit, state.now()) is not None:
        message = "Too many invalid authentication attempts; retry later"
        raise middleware_error(429, "INVALID_AUTH_RATE_LIMITED", message, 60)
    if not secret:
        raise _silent(NO_KEY)
    if state.options.trouble.database:
        raise middleware_error(500, "INTERNAL_ERROR", "Failed to validate API key")
    key = state.world.key_by_secret(secret)
    if key is None:
        state.bad_keys.over(x.address, limit, state.now())
        raise _silent(UNKNOWN_KEY)
    refusal = status_refusal(key)
    if refusal is not None:
        raise _silent(refusal)
    if not address_allowed(key, x.address):
        raise middleware_error(403, "ACCESS_DENIED", f"Access denied. Your IP is {x.address}")
    return key


def _silent(refusal: Silent) -> RefusedError:
    return middleware_error(refusal.status, refusal.code, refusal.message)


def _secret(x: Exchange) -> str:
    scheme, _, token = x.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return (x.headers.get("x-api-key") or x.headers.get("x-goog-api-key") or "").strip()
