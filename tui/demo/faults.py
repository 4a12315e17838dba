"""Faults on the way to the demo gateway, for tests: answers that are late, cut, spoilt or never come."""

import asyncio
import gzip
import json
import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Any

from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON_TYPE = "application/json; charset=utf-8"
HOSTILE = "\x1b[2J\x1b]52;c;eA==\x07[red]x[/red] \u202etxt\u2066\u200b\x00\r\n\t=1+1 客\ud83d" + "\u0301" * 40
"""Text that would clear a screen, write a clipboard, be markup, reverse text, be a formula, or stack accents."""


class FaultKind(StrEnum):
    """Kinds of faults; the comments say what `Fault.value` means (with its default)."""

    STATUS = "status"  # answered with that status (500) in the gateway's own envelope
    RATE_LIMIT = "rate-limit"  # 429, to be retried after that many seconds (5)
    EXPIRED = "expired"
    REVOKED = "revoked"
    NO_USER = "no-user"  # what a gateway says whose database is down
    HTML = "html"  # a web page with status 200
    EMPTY = "empty"
    GARBAGE = "garbage"  # JSON by its content type only
    MISTYPED = "mistyped"  # every number is a string
    MISSING = "missing"  # the member of that name is left out, at every depth
    UNKNOWN = "unknown"  # every object has extra members
    NULL = "null"  # every member that is a number or a text is null
    NEGATIVE = "negative"  # every number that is not an id is below 0
    HUGE = "huge"  # every amount and count is enormous
    HOSTILE = "hostile"  # every name, message and address is hostile text
    ENDLESS = "endless"  # every list promises a billion rows, and every page is the first
    NO_TOTAL = "no-total"  # every list says that it is empty
    BOMB = "bomb"  # a small answer that expands to that many MB (256)
    PACKED_TWICE = "packed-twice"  # compressed in two layers
    TRUNCATE = "truncate"  # half of the answer, then the connection is closed
    RESET = "reset"  # the connection is closed without an answer
    HANG = "hang"  # no answer for that many seconds (120), then closed
    DELAY = "delay"  # the answer, that many seconds (3) later
    LOST = "lost"  # the gateway does what it is asked, but the answer is lost


class Fault(Struct):
    """A fault for requests whose path and query match `path`; `times` of them (-1: all), counted in `met`."""

    kind: FaultKind
    path: str = ""
    times: int = -1
    value: str = ""
    met: int = 0

    def takes(self, target: str) -> bool:
        """Whether a request meets the fault; counts it if so."""
        if self.met == self.times or not re.search(self.path, target):
            return False
        self.met += 1
        return True

    def number(self, default: float) -> float:
        """Its value as a number."""
        return float(self.value) if self.value else default


class FaultyWay:
    """An ASGI app behind faults; the newest one that matches a request counts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.faults: list[Fault] = []

    def add(self, kind: FaultKind | str, path: str = "", *, times: int = -1, value: str = "") -> Fault:
        """Add a fault; returns it, since it counts the requests that it meets."""
        fault = Fault(FaultKind(kind), path, times, value)
        self.faults.insert(0, fault)
        return fault

    def clear(self) -> None:
        """Remove all faults."""
        self.faults.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = scope.get("query_string", b"").decode("latin-1")
        target = scope.get("path", "") + (f"?{query}" if query else "")
        fault = next((fault for fault in tuple(self.faults) if fault.takes(target)), None)
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault.kind is FaultKind.ENDLESS:
            first = re.sub(r"\bpage=\d+", "page=1", query).encode("latin-1")
            scope = {**scope, "query_string": first}
        await self._fail(fault, scope, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        kind = fault.kind
        if kind is FaultKind.RESET:
            _cut(send)
        elif kind is FaultKind.HANG:
            await asyncio.sleep(fault.number(120))
            _cut(send)
        elif (made := _made(fault)) is not None:
            await _answer(send, *made)
        else:
            status, headers, body = await self._real(scope, receive)
            if kind is FaultKind.LOST:
                _cut(send)
            elif kind is FaultKind.TRUNCATE:
                await _start(send, status, {**headers, "content-length": str(len(body))})
                await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
                _cut(send)
            elif kind is FaultKind.DELAY:
                await asyncio.sleep(fault.number(3))
                await _answer(send, status, headers, body)
            else:
                await _answer(send, status, *_spoilt(fault, headers, body))

    async def _real(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, str], bytes]:
        """The app's answer."""
        status, headers, parts = 500, {}, []

        async def take(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, take)
        headers.pop("content-length", None)
        return status, headers, b"".join(parts)


def _cut(send: Send) -> None:
    """Close the connection: uvicorn's `send` belongs to the transport. Without a network there is only the error."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError
    transport.abort()


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    await _start(send, status, {**headers, "content-length": str(len(body))})
    await send({"type": "http.response.body", "body": body})


def _made(fault: Fault) -> tuple[int, dict[str, str], bytes] | None:
    """An answer that is not the gateway's; None if the real one is needed."""
    as_json = {"content-type": JSON_TYPE}
    match fault.kind:
        case FaultKind.STATUS:
            status = int(fault.number(500))
            return status, as_json, _json({"code": status, "message": "internal error"})
        case FaultKind.RATE_LIMIT:
            refused = {"code": "RATE_LIMITED", "message": "Too many requests, please slow down and try again later"}
            return 429, {**as_json, "retry-after": str(int(fault.number(5)))}, _json(refused)
        case FaultKind.EXPIRED:
            return 401, as_json, _json({"code": "TOKEN_EXPIRED", "message": "Token has expired"})
        case FaultKind.REVOKED:
            refused = {"code": "TOKEN_REVOKED", "message": "Token has been revoked (password changed)"}
            return 401, as_json, _json(refused)
        case FaultKind.NO_USER:
            return 401, as_json, _json({"code": "USER_NOT_FOUND", "message": "User not found"})
        case FaultKind.HTML:
            return 200, {"content-type": "text/html; charset=utf-8"}, b"<!doctype html><html><body></body></html>"
        case FaultKind.EMPTY:
            return 200, as_json, b""
        case FaultKind.GARBAGE:
            return 200, as_json, b'{"code":0,"data":{"items":[\xff\xfe,,,'
        case FaultKind.BOMB:
            return 200, {**as_json, "content-encoding": "gzip"}, _bomb(int(fault.number(256)))
    return None


def _spoilt(fault: Fault, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """The real answer, changed; unchanged if it is not JSON."""
    if fault.kind is FaultKind.PACKED_TWICE:
        return {**headers, "content-encoding": "gzip, gzip"}, gzip.compress(gzip.compress(body))
    try:
        value = json.loads(body)
    except ValueError:
        return headers, body
    return headers, _json(_rebuilt(value, "", _change(fault)))


Change = Callable[[str, Any], Any]
"""From a member's name ("" for an item of a list) and its value to another value."""


def _rebuilt(value: Any, name: str, change: Change) -> Any:
    if isinstance(value, dict):
        return change(name, {own: _rebuilt(inner, own, change) for own, inner in value.items()})
    if isinstance(value, list):
        return change(name, [_rebuilt(inner, "", change) for inner in value])
    return change(name, value)


def _change(fault: Fault) -> Change:
    match fault.kind:
        case FaultKind.MISTYPED:
            return lambda _name, value: str(value) if _is_number(value) else value
        case FaultKind.MISSING:
            return lambda _name, value: _without(value, fault.value)
        case FaultKind.UNKNOWN:
            return lambda _name, value: {**value, "zz_new": {"deep": [1, None]}} if isinstance(value, dict) else value
        case FaultKind.NULL:
            return lambda name, value: (
                None if name and name != "code" and isinstance(value, int | float | str) else value
            )
        case FaultKind.NEGATIVE:
            return lambda name, value: -abs(value) - 1 if _is_figure(name, value) else value
        case FaultKind.HUGE:
            return lambda name, value: value * 10**9 + 10**9 if _is_figure(name, value) else value
        case FaultKind.HOSTILE:
            return lambda name, value: f"{value}{HOSTILE}" if name in _FREE_TEXT and isinstance(value, str) else value
        case FaultKind.ENDLESS:
            return lambda _name, value: _endless(value)
        case FaultKind.NO_TOTAL:
            return lambda name, value: 0 if name in ("total", "pages") else value
    return lambda _name, value: value


_FREE_TEXT = frozenset(
    (
        *("name", "key_name", "group_name", "site_name", "username", "email", "model", "requested_model", "platform"),
        *("message", "error_body", "error_message", "title", "content", "description"),
        *("endpoint", "inbound_endpoint", "user_agent", "ip", "ip_address", "last_used_ip"),
    )
)
_NO_FIGURES = frozenset(
    ("code", "id", "page", "page_size", "pages", "total", "status_code", "http_status", "upstream_status_code")
)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_figure(name: str, value: object) -> bool:
    return _is_number(value) and name not in _NO_FIGURES and not name.endswith("_id")


def _without(value: Any, name: str) -> Any:
    return {own: inner for own, inner in value.items() if own != name} if isinstance(value, dict) else value


def _endless(value: Any) -> Any:
    return {**value, "total": 10**9, "pages": 10**8} if isinstance(value, dict) and "total" in value else value


@lru_cache(maxsize=2)
def _bomb(megabytes: int) -> bytes:
    """That many MB of blanks, compressed to a thousandth."""
    return gzip.compress(b'{"code":0,"data":"' + b" " * (megabytes << 20) + b'"}')


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
