"""What can go wrong between aktop and a gateway: a closed set, worded for people in `present.failures` alone."""

from enum import StrEnum

from msgspec import Struct


class FailureKind(StrEnum):
    """Every way in which asking the gateway can fail (contract sections 1.3, 1.8, 1.9, 2.2, 2.3)."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    NOT_A_GATEWAY = "not_a_gateway"
    ENDPOINT_MISSING = "endpoint_missing"
    BAD_ANSWER = "bad_answer"
    EMPTY_ANSWER = "empty_answer"
    SERVER_ERROR = "server_error"
    DATABASE_DOWN = "database_down"
    RATE_LIMITED = "rate_limited"
    SIGN_IN_LIMITED = "sign_in_limited"
    BUDGET_SPENT = "budget_spent"
    NOT_SIGNED_IN = "not_signed_in"
    SESSION_EXPIRED = "session_expired"
    SESSION_LOST = "session_lost"
    SESSION_REVOKED = "session_revoked"
    SESSION_BOUND_ELSEWHERE = "session_bound_elsewhere"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_GONE = "account_gone"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a kind of failure, not a password
    WRONG_CODE = "wrong_code"
    CAPTCHA = "captcha"
    BACKEND_MODE = "backend_mode"
    ERRORS_HIDDEN = "errors_hidden"
    KEY_INVALID = "key_invalid"
    KEY_DISABLED = "key_disabled"
    KEY_SPENT = "key_spent"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    NOT_RECORDED = "not_recorded"


class ProxyProblem(StrEnum):
    """What is wrong with a proxy."""

    UNUSABLE = "unusable"
    NO_ANSWER = "no_answer"
    UNKNOWN_NAME = "unknown_name"
    NO_CONNECTION = "no_connection"
    NOT_SOCKS5 = "not_socks5"
    BROKE_OFF = "broke_off"
    WANTS_PASSWORD = "wants_password"  # noqa: S105 - what is missing, not a password
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    WANTS_OTHER_SIGN_IN = "wants_other_sign_in"
    REFUSED = "refused"


SYSTEM_SETTINGS = "system settings"
"""The origin of a proxy that no variable and no setting of aktop names."""


class ProxyDetail(Struct, frozen=True, tag=True):
    """Which proxy stands in the way, and how."""

    address: str
    """Without its password."""
    origin: str
    """The variable or setting that names it, SYSTEM_SETTINGS, or nothing."""
    problem: ProxyProblem
    told: str = ""
    """What the system or the proxy said of it, in its own words."""
    code: int | None = None
    """The reply of a SOCKS proxy that refuses (RFC 1928, section 6)."""


class RedirectDetail(Struct, frozen=True, tag=True):
    """Where an answer leads."""

    to: str | None
    """The address without its query; empty where there is none, None where it cannot be read."""
    gateway_url: str = ""
    """The base URL to try, where the redirect looks like one to the same gateway elsewhere."""


class ListProblem(StrEnum):
    """How the pages of a list contradict what they promise."""

    TOO_MANY_ROWS = "too_many_rows"
    """`sent` rows on a page where `promised` were asked for."""
    ENDLESS = "endless"
    """Its pages repeat themselves."""
    KEYS_MISSING = "keys_missing"
    """`promised` keys by its own count, and `sent` of them came."""
    KEYS_ENDLESS = "keys_endless"
    """More than `promised` keys, and no end."""
    RECORDS_MISSING = "records_missing"
    """`promised` records by its own count, and `sent` of them came."""


class ListDetail(Struct, frozen=True, tag=True):
    """How a list contradicts itself."""

    problem: ListProblem
    promised: int = 0
    sent: int = 0


Detail = ProxyDetail | RedirectDetail | ListDetail


class Failure(Struct, frozen=True):
    """One failure: data for people to be told of, worded in `present.failures`."""

    kind: FailureKind
    message: str = ""
    """What the gateway or the system said, made inert; it is not translated."""
    symbol: str = ""
    """The gateway's reason or code, or one of the symbols below."""
    status: int | None = None
    field: str = ""
    """The member of an answer that was missing or mistyped."""
    retry_after_s: float | None = None
    """How long the gateway asked to wait."""
    detail: Detail | None = None
    """What aktop itself found out, instead of a message."""


SIGN_IN_HELPS = frozenset(
    {
        FailureKind.NOT_SIGNED_IN,
        FailureKind.SESSION_EXPIRED,
        FailureKind.SESSION_LOST,
        FailureKind.SESSION_REVOKED,
        FailureKind.SESSION_BOUND_ELSEWHERE,
        FailureKind.ACCOUNT_GONE,
    }
)
"""Failures that end with a new sign-in."""
RENEWAL_REFUSED = "RENEWAL_REFUSED"
"""The symbol of BACKEND_MODE and ACCOUNT_DISABLED when they met a renewal: the gateway has used up its token, and the
session will end even if the refusal does (contract 2.3)."""
NO_RENEWAL = "NO_RENEWAL"
"""The symbol of SESSION_EXPIRED where an access token ended that has no refresh token beside it."""
NOT_SENT = "NOT_SENT"
"""The symbol of a failure to connect: nothing left this machine."""
PROXY_DOWN = "PROXY_DOWN"
"""As NOT_SENT, where the proxy cannot be reached: the gateway is not to blame."""
PROXY_REFUSED = "PROXY_REFUSED"
"""As NOT_SENT, where the proxy answers and does not lead to the gateway."""
PROXY_UNUSABLE = "PROXY_UNUSABLE"
"""As NOT_SENT, where what names the proxy is no address that aktop can use."""
UNTRUSTED = "UNTRUSTED"
"""As NOT_SENT, where the gateway's certificate is of an authority that is not trusted here."""
WRONG_CERTIFICATE = "WRONG_CERTIFICATE"
"""As NOT_SENT, where the certificate is out of date, or of another host."""
SPEAKS_HTTP = "SPEAKS_HTTP"
"""As NOT_SENT, where https was asked of a port that speaks http."""
REDIRECTED = "REDIRECTED"
"""The symbol of NOT_A_GATEWAY where the answer leads elsewhere; the message says where and what to try."""
CHALLENGED = "CHALLENGED"
"""The symbol of NOT_A_GATEWAY where Cloudflare wants to see a browser first."""
SPEAKS_TLS = "SPEAKS_TLS"
"""The symbol of UNREACHABLE where http was asked of a port that speaks https."""
NOTHING_SENT = frozenset(
    {NOT_SENT, PROXY_DOWN, PROXY_REFUSED, PROXY_UNUSABLE, UNTRUSTED, WRONG_CERTIFICATE, SPEAKS_HTTP}
)
"""Symbols of UNREACHABLE that say that the request did not leave this machine."""
TOO_LARGE = "TOO_LARGE"
"""The symbol of BAD_ANSWER where an answer has more bytes, compressed or not, than any that was asked for."""
STACKED_ENCODING = "STACKED_ENCODING"
"""The symbol of BAD_ANSWER where an answer is compressed more than once: what bombs are made of."""
DAMAGED_ROWS = "DAMAGED_ROWS"
"""The symbol of BAD_ANSWER where some rows cannot be what they say: the others are here, and these in no sum."""
UNPROMISED_LIST = "UNPROMISED_LIST"
"""The symbol of BAD_ANSWER where the pages of a list contradict what they promise: its end cannot be known."""
