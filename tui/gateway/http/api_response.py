"""An answer of the gateway, validated before anything is read from it (contract 1.1 to 1.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec

from tui.domain.failure import CHALLENGED, REDIRECTED, SPEAKS_TLS, Failure, FailureKind, RedirectDetail
from tui.domain.text import inert, without_secrets
from tui.gateway.errors import GatewayError, error_of
from tui.gateway.http.api_request import ApiArea
from tui.gateway.sub2api.error_mapping import ErrorBody, kind_of
from tui.gateway.sub2api.wire.base import Envelope, Misfit

T = TypeVar("T")
R = TypeVar("R")

_MESSAGE_LENGTH = 400
_VALIDATOR = "Error:Field validation for"
"""Marks the text of the server's own validator, which is for programmers (contract 10) and not shown to people."""
_WANTS_TLS = (
    b"plain http request was sent to https port",
    b"http request to an https server",
    b"plain http to an ssl-enabled server",
)
"""The plain-text errors of nginx, Go and Apache for plain http to an https port."""
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(?P<half>u[dD][89a-fA-F][\da-fA-F]{2})|.)", re.DOTALL
)
"""An escape in JSON: a surrogate pair, a lone surrogate, or any other."""
_NO_LETTER = rb"\ufffd"
_MISSING_FIELD = "Object missing required field `"


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """Status, the few headers that matter, and the body, which may hold secrets and is never shown."""

    status: int
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    retry_after_s: float | None = None
    location: str = field(default="", repr=False)
    asked: str = ""
    """The requested address without its query."""
    is_challenge: bool = False
    """Whether it is a Cloudflare challenge, which needs a browser."""

    @property
    def is_json(self) -> bool:
        """Whether its content type is JSON."""
        media = self.content_type.partition(";")[0].strip().lower()
        return media == "application/json" or media.endswith("+json")


def complaint_in(answer: ApiResponse) -> ErrorBody:
    """The content of an error answer, in whichever of the five shapes."""
    try:
        value = _decoded(msgspec.json.decode, answer.body) if answer.is_json else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return ErrorBody(f"HTTP_{answer.status}", "")
    inner = value.get("error")
    if isinstance(inner, dict):
        value = {"reason": inner.get("code") or inner.get("type"), "message": inner.get("message")}
    symbols = (value.get("reason"), value.get("code"))
    symbol = next((each for each in symbols if isinstance(each, str) and each), f"HTTP_{answer.status}")
    message = value.get("message")
    told = inert(message[: 2 * _MESSAGE_LENGTH]) if isinstance(message, str) else ""
    return ErrorBody(inert(symbol)[:80], without_secrets(told)[:_MESSAGE_LENGTH])


def require_success(answer: ApiResponse, place: ApiArea) -> None:
    """Raise the matching GatewayError unless the answer is JSON with content."""
    if answer.status == 200 and answer.is_json:
        if not answer.body.strip():
            raise error_of(Failure(FailureKind.EMPTY_ANSWER, "the answer has no content", status=200))
        return
    if 300 <= answer.status < 400 and not answer.is_challenge:  # whatever its body says
        raise _redirected(answer)
    if answer.is_json:
        complaint = complaint_in(answer)
        kind = kind_of(answer.status, complaint, place)
        message = "" if _VALIDATOR in complaint.message else complaint.message
        raise _error(answer, kind, message, complaint.symbol)
    raise _foreign(answer, place)


def decode(decoder: "msgspec.json.Decoder[Envelope[T]]", answer: ApiResponse) -> T:
    """The data of a successful answer. Raises BAD_ANSWER, naming the member that does not fit."""
    envelope = decode_bare(decoder, answer)
    if envelope.code != 0:
        raise misfit("code", "the answer has a code other than 0")
    return envelope.data


def decode_bare(decoder: "msgspec.json.Decoder[T]", answer: ApiResponse) -> T:
    """A successful answer without an envelope, as `/v1` paths send it. Raises like `decode`."""
    try:
        return _decoded(decoder.decode, answer.body)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise misfit(_field(path.rstrip("`").lstrip("."), reason), reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise misfit("", "the answer is no JSON") from None


def _decoded(decode: Callable[[bytes], T], body: bytes) -> T:
    """The decoded answer; a lone surrogate in one of its texts does not spoil the rest."""
    try:
        return decode(body)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        whole = _ESCAPE.sub(_whole, body.decode("utf-8", "replace").encode())
        if whole == body:
            raise
        return decode(whole)


def _whole(escape: re.Match[bytes]) -> bytes:
    return _NO_LETTER if escape["half"] else escape[0]


def fitting(data: T, convert: Callable[[T], R]) -> R:
    """The converted data of an answer. Raises BAD_ANSWER, naming the member that makes no sense."""
    try:
        return convert(data)
    except Misfit as error:
        raise misfit(error.field, "the value makes no sense") from None


def misfit(field_name: str, message: str) -> GatewayError:
    """The error for an impossible member."""
    return error_of(Failure(FailureKind.BAD_ANSWER, inert(message), status=200, field=inert(field_name)))


def _field(path: str, reason: str) -> str:
    if not reason.startswith(_MISSING_FIELD):
        return path
    missing = reason.removeprefix(_MISSING_FIELD).rstrip("`")
    return f"{path}.{missing}" if path else missing


def _foreign(answer: ApiResponse, place: ApiArea) -> GatewayError:
    """The error for an answer that is not the API's: a web page, a proxy's error, a missing endpoint."""
    media = inert(answer.content_type.partition(";")[0].strip()[:60]) or "no content type"
    if answer.is_challenge:
        return _error(answer, FailureKind.NOT_A_GATEWAY, "", CHALLENGED)
    if answer.status == 400 and any(word in answer.body[:4096].lower() for word in _WANTS_TLS):
        return _error(answer, FailureKind.UNREACHABLE, urlsplit(answer.asked).netloc, SPEAKS_TLS)
    if answer.status == 404 and media == "text/plain" and place is not ApiArea.SITE:
        return _error(answer, FailureKind.ENDPOINT_MISSING, "")
    if answer.status == 429:
        return _error(answer, FailureKind.RATE_LIMITED, "")
    if answer.status >= 500:
        return _error(answer, FailureKind.SERVER_ERROR, f"answered {media}")
    if answer.status == 200 and not answer.body and not answer.content_type:
        return _error(answer, FailureKind.EMPTY_ANSWER, "the answer has no content")
    return _error(answer, FailureKind.NOT_A_GATEWAY, f"answered {media}, not JSON")


def _redirected(answer: ApiResponse) -> GatewayError:
    kind = FailureKind.NOT_A_GATEWAY
    return error_of(Failure(kind, "", REDIRECTED, answer.status, detail=_redirect(answer)))


def _error(answer: ApiResponse, kind: FailureKind, message: str, symbol: str = "") -> GatewayError:
    return error_of(Failure(kind, message, symbol, answer.status, retry_after_s=answer.retry_after_s))


def _redirect(answer: ApiResponse) -> RedirectDetail:
    """Where a redirect leads, without its query, which may be secret, and the base URL there if it looks like a
    gateway.
    """
    try:
        parts = urlsplit(urljoin(answer.asked, answer.location))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return RedirectDetail(None)
    if not answer.location or not host:
        return RedirectDetail("")
    netloc = f"[{host}]" if ":" in host else host
    where = inert(f"{parts.scheme}://{netloc}{'' if port is None else f':{port}'}{parts.path}")[:200]
    asked = urlsplit(answer.asked)
    is_same = parts.path.rstrip("/").endswith(_api_path(asked.path)) and where != answer.asked
    if not is_same or parts.scheme not in ("https", asked.scheme):
        return RedirectDetail(where)  # a sign-in page, or a downgrade to clear text: not to be suggested
    base = where.rstrip("/").removesuffix(_api_path(asked.path))
    return RedirectDetail(where, base)


def _api_path(path: str) -> str:
    """The API path of an address that may have a prefix."""
    at = max(path.find("/api/v1/"), path.find("/v1/") if "/api/v1/" not in path else -1)
    return path[at:] if at >= 0 else path
