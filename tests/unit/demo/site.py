"""A demo gateway at a fixed time, asked in process: no socket, no thread, no sleep."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.types import Message

from tui.demo.app import DemoGateway
from tui.demo.calendar import Moment
from tui.demo.keys import Key
from tui.demo.options import DemoOptions

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
"""Half past two in the afternoon in Shanghai, on a Tuesday."""


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.raw)

    @property
    def data(self) -> Any:
        """The data of a success."""
        assert self.status == 200, self.raw[:300]
        return self.json["data"]


@dataclass
class Site:
    """A gateway with somebody signed in."""

    gateway: DemoGateway
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Reply:
        """Any request; a body that is not bytes is sent as JSON."""
        sent = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return asyncio.run(self._ask(method, path, sent, {**self.headers, **(headers or {})}))

    def panel(self, method: str, path: str, body: Any = None, **query: Any) -> Reply:
        """A signed-in request to the panel API."""
        asked = f"?{urlencode(query)}" if query else ""
        return self.send(method, f"/api/v1{path}{asked}", body, headers={"Authorization": f"Bearer {self.token}"})

    def get(self, path: str, **query: Any) -> Any:
        """The data of a signed-in GET."""
        return self.panel("GET", path, **query).data

    def by_key(self, method: str, path: str, key: Key, body: Any = None) -> Reply:
        """A request with an API key."""
        return self.send(method, path, body, headers={"Authorization": f"Bearer {key.secret}"})

    @property
    def state_now(self) -> Moment:
        """The gateway's time."""
        return self.gateway.world.clock.now()

    def key(self, name: str) -> Key:
        """A key by its stored name."""
        return next(key for key in self.gateway.world.keys.values() if key.name == name)

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        target, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": target,
            "raw_path": quote(target).encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 40000),
            "server": ("127.0.0.1", 80),
        }
        parts: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            parts.append(message)

        await self.gateway.asgi(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in parts[0]["headers"]}
        return Reply(parts[0]["status"], found, b"".join(part.get("body", b"") for part in parts[1:]))


def open_site(
    scenario: str = "quiet", *, seed: int = 1, now: datetime = NOW, zone: str = "Asia/Shanghai", **options: Any
) -> Site:
    """A gateway without request limits, signed in."""
    chosen = DemoOptions(**({"limits_on": False} | options))
    site = Site(DemoGateway(seed=seed, scenario=scenario, now=lambda: now, zone=zone, options=chosen))
    if not (chosen.captcha or chosen.totp or chosen.backend_mode):
        site.token = sign_in(site)["access_token"]
    return site


def sign_in(site: Site, **changes: Any) -> Any:
    """The data of a sign-in."""
    body = {"email": site.gateway.email, "password": site.gateway.password} | changes
    return site.send("POST", "/api/v1/auth/login", body).data
