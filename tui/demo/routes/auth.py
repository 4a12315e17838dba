"""Signing in, refreshing, signing out (contract 2.2, 2.3)."""

from typing import Any

from tui.demo.binding import Body, Field
from tui.demo.calendar import SECOND
from tui.demo.exchange import Exchange
from tui.demo.profile_view import masked
from tui.demo.sessions import Session, fingerprint
from tui.demo.state import SecondStep
from tui.demo.wire import Answer, RefusedError, handler_error, success

LOGIN = Body(
    "LoginRequest",
    (
        Field("email", "Email", "string", ("required", "email")),
        Field("password", "Password", "string", ("required",)),
        Field("turnstile_token", "TurnstileToken", "string"),
        Field("tencent_captcha_ticket", "TencentCaptchaTicket", "string"),
        Field("tencent_captcha_randstr", "TencentCaptchaRandstr", "string"),
    ),
)
SECOND_FACTOR = Body(
    "Login2FARequest",
    (
        Field("temp_token", "TempToken", "string", ("required",)),
        Field("totp_code", "TotpCode", "string", ("required", "len=6")),
    ),
)
REFRESH = Body("RefreshTokenRequest", (Field("refresh_token", "RefreshToken", "string", ("required",)),))
ADMIN_ONLY = "Backend mode is active. Only admin login is allowed."
SECOND_STEP_LIFETIME = 300 * SECOND
MAX_WRONG_CODES = 5


async def login(x: Exchange) -> Answer:
    """Sign in: a session, or the demand for a second factor."""
    sent = x.bind(LOGIN)
    state, options, user = x.state, x.state.options, x.state.world.user
    _check_captcha(sent, options.captcha)
    _check_database(x)
    if sent["email"].lower() != user.email or sent["password"] != user.password:
        raise handler_error(401, "invalid email or password", "INVALID_CREDENTIALS")
    if user.status != "active":
        raise handler_error(403, "user is not active", "USER_NOT_ACTIVE")
    if options.backend_mode:
        raise handler_error(403, ADMIN_ONLY, "BACKEND_MODE_ADMIN_ONLY")
    if options.totp:
        token = f"{state.sessions.rng.getrandbits(256):064x}"
        state.second_steps[token] = SecondStep(state.now() + SECOND_STEP_LIFETIME)
        return success({"requires_2fa": True, "temp_token": token, "user_email_masked": masked(user.email)})
    return _signed_in(x)


async def second_factor(x: Exchange) -> Answer:
    """The second step of a sign-in; its token may be retried until it succeeds."""
    sent = x.bind(SECOND_FACTOR)
    state = x.state
    step = state.second_steps.get(sent["temp_token"])
    if step is None or state.now() >= step.expires:
        raise handler_error(400, "Invalid or expired 2FA session")
    if state.wrong_codes >= MAX_WRONG_CODES:
        message = "too many verification attempts, please try again later"
        raise handler_error(429, message, "TOTP_TOO_MANY_ATTEMPTS")
    if sent["totp_code"] != state.options.totp_code:
        state.wrong_codes += 1
        raise handler_error(400, "invalid totp code", "TOTP_INVALID_CODE")
    del state.second_steps[sent["temp_token"]]
    state.wrong_codes = 0
    return _signed_in(x)


async def refresh(x: Exchange) -> Answer:
    """A new pair of tokens; the old refresh token is consumed, even if the answer is a refusal."""
    token = x.bind(REFRESH)["refresh_token"]
    if not token.startswith("rt_"):
        raise _invalid_refresh()
    _check_database(x)
    session = x.state.sessions.take(token)
    if session is None:
        raise _invalid_refresh()
    _check_session(x, session)
    return success(x.state.sessions.renew(x.state.world.user, session, x.state.now()))


async def logout(x: Exchange) -> Answer:
    """Delete a refresh token, if one was sent; access tokens live on."""
    try:
        token = x.bind(REFRESH)["refresh_token"]
    except RefusedError:
        token = ""
    x.state.sessions.take(token)
    return success({"message": "Logged out successfully"})


async def revoke_all(x: Exchange) -> Answer:
    """Delete all refresh tokens of the user."""
    x.state.sessions.open.clear()
    return success({"message": "All sessions have been revoked. Please log in again."})


def _signed_in(x: Exchange) -> Answer:
    state = x.state
    tokens = state.sessions.start(state.world.user, fingerprint(x.address, x.agent), state.now())
    return success(tokens | {"user": state.views.user()})


def _check_database(x: Exchange) -> None:
    if x.state.options.trouble.database:
        raise handler_error(503, "service temporarily unavailable", "SERVICE_UNAVAILABLE")


def _check_captcha(sent: dict[str, Any], captcha: str) -> None:
    """Refuse everything a terminal can send: a missing proof is refused, any other cannot be verified."""
    if not captcha:
        return
    proof = sent["tencent_captcha_ticket"] if captcha == "tencent" else sent["turnstile_token"]
    if proof:
        raise handler_error(500, "internal error")
    title = {"turnstile": "turnstile", "tencent": "tencent captcha", "aliyun": "aliyun captcha"}[captcha]
    symbol = f"{title.replace(' ', '_').upper()}_VERIFICATION_FAILED"
    raise handler_error(400, f"{title} verification failed", symbol)


def _check_session(x: Exchange, session: Session) -> None:
    """Check that a consumed refresh token may be exchanged."""
    state, user = x.state, x.state.world.user
    if state.now() >= session.expires:
        raise handler_error(401, "refresh token has expired", "REFRESH_TOKEN_EXPIRED")
    if user.status != "active":
        raise handler_error(403, "user is not active", "USER_NOT_ACTIVE")
    if session.version != user.token_version:
        raise handler_error(401, "token has been revoked", "TOKEN_REVOKED")
    if state.options.session_binding and session.binding != fingerprint(x.address, x.agent):
        state.sessions.revoke_family(session.family)
        message = "session network fingerprint changed, please login again"
        raise handler_error(401, message, "SESSION_BINDING_MISMATCH")
    if state.options.backend_mode:
        raise handler_error(403, ADMIN_ONLY)


def _invalid_refresh() -> RefusedError:
    return handler_error(401, "invalid refresh token", "REFRESH_TOKEN_INVALID")
