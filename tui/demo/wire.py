"""Answers as bytes: envelopes, the error shapes, and JSON the way Go writes it (contract 1.2, 1.3, 1.5)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"
TEXT_TYPE = "text/plain"
GO_ESCAPES = (
    (b"&", rb"\u0026"),
    (b"<", rb"\u003c"),
    (b">", rb"\u003e"),
    ("\u2028".encode(), rb"\u2028"),
    ("\u2029".encode(), rb"\u2029"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client."""

    status: int
    body: bytes = b""
    content_type: str | None = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """The request ends here, with an answer that says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, answer.body)
        self.answer = answer


class UnencodableError(Exception):
    """The answer holds a time that JSON cannot carry: the gateway sends 200 without a body (contract 1.2)."""


def encode(value: Any) -> bytes:
    """JSON with the characters escaped that Go escapes."""
    raw = msgspec.json.encode(value)
    for plain, escaped in GO_ESCAPES:
        if plain in raw:
            raw = raw.replace(plain, escaped)
    return raw


def success(data: Any) -> Answer:
    """A panel handler's success."""
    return Answer(200, encode({"code": 0, "message": "success", "data": data}))


def bare(value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """A success of `/v1`, which has no envelope."""
    return Answer(200, encode(value), headers=headers or {})


def page_data(items: list[Any], total: int, page: int, size: int) -> dict[str, Any]:
    """A page's data (contract 1.4)."""
    pages = max(1, math.ceil(total / size))
    return {"items": items, "total": total, "page": page, "page_size": size, "pages": pages}


def handler_error(
    status: int,
    message: str,
    reason: str = "",
    metadata: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> RefusedError:
    """Shape A: a panel handler refuses."""
    body: dict[str, Any] = {"code": status, "message": message}
    if reason:
        body["reason"] = reason
    if metadata:
        body["metadata"] = metadata
    return RefusedError(Answer(status, encode(body), headers=headers or {}))


def middleware_error(status: int, code: str, message: str, retry_after: int | None = None) -> RefusedError:
    """Shape B: refused before the handler."""
    return RefusedError(Answer(status, encode({"code": code, "message": message}), headers=_retry(retry_after)))


def sign_in_limited(retry_after: int) -> RefusedError:
    """Shape C: the limiter of the auth endpoints, which also speaks when Redis is down."""
    body = {"error": "rate limit exceeded", "message": "Too many requests, please try again later"}
    return RefusedError(Answer(429, encode(body), headers=_retry(retry_after)))


def gateway_error(status: int, kind: str, message: str, retry_after: int | None = None) -> RefusedError:
    """Shape D: a handler of `/v1` refuses."""
    body = {"error": {"message": message, "type": kind}, "type": "error"}
    return RefusedError(Answer(status, encode(body), headers=_retry(retry_after)))


def internal_error() -> RefusedError:
    """What the server did not classify."""
    return handler_error(500, "internal error")


NOT_FOUND = Answer(404, b"404 page not found", TEXT_TYPE)


def _retry(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(seconds)}
