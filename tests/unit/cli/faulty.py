"""A gateway some of whose answers are bad on purpose: refused, broken, or of another shape than agreed."""

import json
import re
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Spoil = Callable[[bytes], bytes]
BROKEN = b'{"code":0,"data":{"items":[\xff\xfe,,,'


def without(name: str) -> Spoil:
    """The real answer without the members of that name, at every depth."""

    def spoil(raw: bytes) -> bytes:
        return json.dumps(_rebuilt(json.loads(raw), name)).encode()

    return spoil


def _rebuilt(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _rebuilt(one, name) for key, one in value.items() if key != name}
    return [_rebuilt(one, name) for one in value] if isinstance(value, list) else value


def garbage(_raw: bytes) -> bytes:
    """No JSON at all."""
    return BROKEN


class Faulty:
    """Stands before a gateway: while it is on, matching paths get a status, or the real answer spoiled."""

    def __init__(self, app: ASGIApp, path: str, *, status: int = 200, spoil: Spoil = garbage) -> None:
        self.app = app
        self._path = re.compile(path)
        self._status = status
        self._spoil = spoil
        self.is_on = True
        self.met = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.is_on or scope["type"] != "http" or not self._path.search(scope["path"]):
            await self.app(scope, receive, send)
            return
        self.met += 1
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            parts.append(message.get("body", b""))

        await self.app(scope, receive, keep)
        refusal = json.dumps({"code": self._status, "message": "internal error"}).encode()
        body = self._spoil(b"".join(parts)) if self._status == 200 else refusal
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
