"""Gateways that answer as told, for tests of the client."""

import base64
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any

import httpx2 as httpx

from tests.transports import answered_by
from tests.unit.samples import ClockAt
from tui.gateway.auth.sessions import MemorySession, Session, SessionKeeper
from tui.gateway.budget import RequestBudget
from tui.gateway.sub2api.client import GatewayClient

URL = "https://gw.example.com"
NOW = 1_795_000_000.0  # 2026-11-18T11:06:40Z
PROFILE: dict[str, Any] = {"id": 2, "email": "lin@example.com", "balance": 23.41}

Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


def ok(data: object) -> httpx.Response:
    return httpx.Response(200, json={"code": 0, "message": "success", "data": data})


def refusal(status: int, code: str, message: str = "no", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message}, headers=headers)


def token(*, issued: float = NOW - 3600, expires: float = NOW + 3600, name: str = "a") -> str:
    claims = json.dumps({"iat": int(issued), "exp": int(expires), "name": name}).encode()
    return f"eyJ0.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.{name}"


def tokens_answer(name: str, *, expires_in: int = 86400) -> dict[str, object]:
    access = token(issued=NOW, expires=NOW + expires_in, name=name)
    return {"access_token": access, "refresh_token": f"rt_{name}", "expires_in": expires_in, "token_type": "Bearer"}


def signed_in(access: str | None = None, refresh: str | None = "rt_old") -> MemorySession:
    return MemorySession(Session(access or token(), refresh, None, "lin@example.com"))


def client_of(
    handler: Handler, *, sessions: SessionKeeper | None = None, budget: RequestBudget | None = None, now: float = NOW
) -> GatewayClient:
    return GatewayClient(
        URL,
        sessions=signed_in() if sessions is None else sessions,
        transport=answered_by(handler),
        budget=budget or RequestBudget(time.monotonic),
        clock=ClockAt(lambda: now),
    )


class Script:
    """Answers requests by path, and remembers them. An answer can be a list: one for each time, the last for ever."""

    def __init__(self, **answers: object) -> None:
        self.answers = {name.replace("__", "/").replace("_", "-"): answer for name, answer in answers.items()}
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        name = request.url.path.removeprefix("/api/v1/")
        answer = self.answers[name]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        return ok(answer)

    @property
    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/api/v1/") for request in self.requests]

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if request.content]
