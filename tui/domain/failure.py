"""What can go wrong between aktop and a gateway: a closed set, worded in `present.failures` alone."""

from enum import StrEnum

from msgspec import Struct


class FailureKind(StrEnum):
    """Every way in which a request to the gateway can fail (contract sections 1.3, 1.8, 1.9, 2.2, 2.3)."""

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
"""The origin of a proxy that neither a variable nor a setting of aktop names."""


class ProxyDetail(Struct, frozen=True, tag=True):
    """The proxy in the way, and what is wrong with it."""

    address: str
    """Without its password."""
    origin: str
    """The variable or setting that names it, SYSTEM_SETTINGS, or empty."""
    problem: ProxyProblem
    told: str = ""
    """The message of the system or the proxy, verbatim."""
    code: int | None = None
    """The reply code of a SOCKS proxy that refuses (RFC 1928, section 6)."""


class RedirectDetail(Struct, frozen=True, tag=True):
    """Where a redirect leads."""

    to: str | None
    """The address without its query; empty if there is none, None if it cannot be parsed."""
    gateway_url: str = ""
    """The base URL to try, if the redirect seems to lead to the same gateway elsewhere."""


class ListProblem(StrEnum):
    """How the pages of a list contradict what they promise."""

    TOO_MANY_ROWS = "too_many_rows"
    """`sent` rows on a page where `promised` were requested."""
    ENDLESS = "endless"
    """Its pages repeat."""
    KEYS_MISSING = "keys_missing"
    """`promised` keys by the gateway's count, but only `sent` came."""
    KEYS_ENDLESS = "keys_endless"
    """More than `promised` keys, and no end."""
    RECORDS_MISSING = "records_missing"
    """`promised` records by the gateway's count, but only `sent` came."""


class ListDetail(Struct, frozen=True, tag=True):
    """How a list contradicts itself."""

    problem: ListProblem
    promised: int = 0
    sent: int = 0


Detail = ProxyDetail | RedirectDetail | ListDetail


class Failure(Struct, frozen=True):
    """One failure, as data; `present.failures` words it."""

    kind: FailureKind
    message: str = ""
    """What the gateway or the system said, made inert; not translated."""
    symbol: str = ""
    """The gateway's reason or code, or one of the symbols below."""
    status: int | None = None
    field: str = ""
    """The member of an answer that was missing or mistyped."""
    retry_after_s: float | None = None
    """How long the gateway asked to wait."""
    detail: Detail | None = None
    """What aktop found out itself, instead of a message."""


MAY_BE_DONE = frozenset(
    {
        FailureKind.UNREACHABLE,
        FailureKind.TIMED_OUT,
        FailureKind.NOT_A_GATEWAY,
        FailureKind.BAD_ANSWER,
        FailureKind.EMPTY_ANSWER,
        FailureKind.SERVER_ERROR,
    }
)
"""Failures that do not tell whether a change was carried out: the answer is missing, or somebody else's."""
_GAVE_UP_WAITING = frozenset({504, 524})
"""Statuses of proxies whose gateway did not answer in time: it may still be at it."""
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
"""Failures that a new sign-in fixes."""
RENEWAL_REFUSED = "RENEWAL_REFUSED"
"""The symbol of BACKEND_MODE and ACCOUNT_DISABLED during a renewal: the gateway has used up the refresh token, so the
session will end even if the refusal does not last (contract 2.3).
"""
NO_RENEWAL = "NO_RENEWAL"
"""The symbol of SESSION_EXPIRED if the expired access token has no refresh token."""
NOT_SENT = "NOT_SENT"
"""The symbol of a failure to connect: nothing left this machine."""
PROXY_DOWN = "PROXY_DOWN"
"""Like NOT_SENT: the proxy cannot be reached, so the gateway is not to blame."""
PROXY_REFUSED = "PROXY_REFUSED"
"""Like NOT_SENT: the proxy answers but does not connect to the gateway."""
PROXY_UNUSABLE = "PROXY_UNUSABLE"
"""Like NOT_SENT: the proxy's address is not one that aktop can use."""
UNTRUSTED = "UNTRUSTED"
"""Like NOT_SENT: the gateway's certificate is from an authority that is not trusted here."""
WRONG_CERTIFICATE = "WRONG_CERTIFICATE"
"""Like NOT_SENT: the certificate has expired, or is for another host."""
SPEAKS_HTTP = "SPEAKS_HTTP"
"""Like NOT_SENT: https to a port that speaks http."""
REDIRECTED = "REDIRECTED"
"""The symbol of NOT_A_GATEWAY if the answer is a redirect; the message says where to and what to try."""
CHALLENGED = "CHALLENGED"
"""The symbol of NOT_A_GATEWAY if Cloudflare asks for a browser first."""
SPEAKS_TLS = "SPEAKS_TLS"
"""The symbol of UNREACHABLE for http to a port that speaks https."""
NOTHING_SENT = frozenset(
    {NOT_SENT, PROXY_DOWN, PROXY_REFUSED, PROXY_UNUSABLE, UNTRUSTED, WRONG_CERTIFICATE, SPEAKS_HTTP}
)
"""Symbols of UNREACHABLE which say that the request did not leave this machine."""
TOO_LARGE = "TOO_LARGE"
"""The symbol of BAD_ANSWER if an answer is larger, compressed or not, than any that was requested."""
STACKED_ENCODING = "STACKED_ENCODING"
"""The symbol of BAD_ANSWER if an answer is compressed more than once, as in a decompression bomb."""
DAMAGED_ROWS = "DAMAGED_ROWS"
"""The symbol of BAD_ANSWER if some rows are impossible: they are in no sum; the others are kept."""
UNPROMISED_LIST = "UNPROMISED_LIST"
"""The symbol of BAD_ANSWER if the pages of a list contradict what they promise: its end cannot be known."""


def may_be_under_way(failure: Failure) -> bool:
    """Whether a request that failed so may still be carried out: whoever gave up waiting is not who does it.

    >>> may_be_under_way(Failure(FailureKind.TIMED_OUT))
    True
    """
    is_late = failure.kind is FailureKind.TIMED_OUT and failure.symbol not in NOTHING_SENT
    return is_late or (failure.kind in MAY_BE_DONE and failure.status in _GAVE_UP_WAITING)
