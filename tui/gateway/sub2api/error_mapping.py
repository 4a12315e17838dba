"""Maps a refusal of the gateway to a failure: by symbol, by message if it has none, and last by status."""

from msgspec import Struct

from tui.domain.failure import FailureKind
from tui.gateway.http.api_request import ApiArea


class ErrorBody(Struct, frozen=True):
    """The canonical symbol (reason, otherwise a code in words, otherwise `HTTP_<status>`) and the message."""

    symbol: str
    message: str


_SYMBOLS = {
    "UNAUTHORIZED": FailureKind.NOT_SIGNED_IN,
    "INVALID_AUTH_HEADER": FailureKind.NOT_SIGNED_IN,
    "EMPTY_TOKEN": FailureKind.NOT_SIGNED_IN,
    "INVALID_TOKEN": FailureKind.NOT_SIGNED_IN,
    "TOKEN_EXPIRED": FailureKind.SESSION_EXPIRED,
    "REFRESH_TOKEN_INVALID": FailureKind.SESSION_EXPIRED,
    "REFRESH_TOKEN_EXPIRED": FailureKind.SESSION_EXPIRED,
    "TOKEN_REVOKED": FailureKind.SESSION_REVOKED,
    "SESSION_BINDING_MISMATCH": FailureKind.SESSION_BOUND_ELSEWHERE,
    "USER_NOT_FOUND": FailureKind.ACCOUNT_GONE,
    "TOTP_TOO_MANY_ATTEMPTS": FailureKind.SIGN_IN_LIMITED,
    "USER_INACTIVE": FailureKind.ACCOUNT_DISABLED,
    "USER_NOT_ACTIVE": FailureKind.ACCOUNT_DISABLED,
    "BACKEND_MODE_ADMIN_ONLY": FailureKind.BACKEND_MODE,
    "INVALID_CREDENTIALS": FailureKind.WRONG_PASSWORD,
    "TOTP_INVALID_CODE": FailureKind.WRONG_CODE,
    "CAPTCHA_PROVIDER_CONFLICT": FailureKind.CAPTCHA,
    "RATE_LIMITED": FailureKind.RATE_LIMITED,
}
_KEY_SYMBOLS = {
    "API_KEY_REQUIRED": FailureKind.KEY_INVALID,
    "INVALID_API_KEY": FailureKind.KEY_INVALID,
    "API_KEY_DISABLED": FailureKind.KEY_DISABLED,
    # An older gateway reports nothing to a key that may not spend (contract 9.2).
    "API_KEY_EXPIRED": FailureKind.KEY_SPENT,
    "API_KEY_QUOTA_EXHAUSTED": FailureKind.KEY_SPENT,
    "INSUFFICIENT_BALANCE": FailureKind.KEY_SPENT,
    "SUBSCRIPTION_NOT_FOUND": FailureKind.KEY_SPENT,
    "SUBSCRIPTION_INVALID": FailureKind.KEY_SPENT,
    "USAGE_LIMIT_EXCEEDED": FailureKind.KEY_SPENT,
}
_STATUSES = {
    401: FailureKind.NOT_SIGNED_IN,
    403: FailureKind.FORBIDDEN,
    404: FailureKind.NOT_FOUND,
    405: FailureKind.ENDPOINT_MISSING,
    429: FailureKind.RATE_LIMITED,
}
_CAPTCHA_ENDINGS = ("_VERIFICATION_FAILED", "_NOT_CONFIGURED")


def kind_of(status: int, complaint: ErrorBody, place: ApiArea) -> FailureKind:
    """The kind of failure that a JSON refusal means in that part of the API."""
    if (kind := _SYMBOLS.get(complaint.symbol)) is not None:
        return kind
    if status == 403 and complaint.message.startswith("Backend mode is active"):
        return FailureKind.BACKEND_MODE
    if (kind := _at(place, status, complaint)) is not None:
        return kind
    if status >= 500:
        return FailureKind.SERVER_ERROR
    if status < 400:
        return FailureKind.BAD_ANSWER
    return _STATUSES.get(status, FailureKind.INVALID)


def _at(place: ApiArea, status: int, complaint: ErrorBody) -> FailureKind | None:
    match place:
        case ApiArea.ERRORS:
            return _among_errors(status, complaint)
        case ApiArea.SIGN_IN:
            return _signing_in(status, complaint)
        case ApiArea.KEY:
            return _KEY_SYMBOLS.get(complaint.symbol, FailureKind.KEY_INVALID if status == 401 else None)
        case ApiArea.SITE if status == 500:
            return FailureKind.DATABASE_DOWN
        case ApiArea.SITE if status in (401, 403, 404):
            return FailureKind.NOT_A_GATEWAY
        case _:
            return None


def _among_errors(status: int, complaint: ErrorBody) -> FailureKind | None:
    if status == 403:
        return FailureKind.ERRORS_HIDDEN
    # An old gateway parses `/usage/errors` as the id of a call record.
    is_missing = status == 400 and complaint.message == "Invalid usage ID"
    return FailureKind.ENDPOINT_MISSING if is_missing or status == 503 else None


def _signing_in(status: int, complaint: ErrorBody) -> FailureKind | None:
    if complaint.symbol.endswith(_CAPTCHA_ENDINGS):
        return FailureKind.CAPTCHA
    if status == 503:
        return FailureKind.DATABASE_DOWN
    if status == 429:
        return FailureKind.SIGN_IN_LIMITED
    if status == 400 and "LoginRequest.Email" in complaint.message:
        return FailureKind.WRONG_PASSWORD
    if complaint.message == "Invalid or expired 2FA session":
        return FailureKind.SESSION_EXPIRED
    return FailureKind.WRONG_CODE if status == 400 and "TotpCode" in complaint.message else None
