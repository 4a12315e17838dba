"""Paths, methods and redirects, and serving over a socket."""

import http.client
import json
import time
from urllib.parse import urlsplit

import pytest

from tests.unit.demo.site import Site
from tui.demo.app import DemoGateway
from tui.demo.serve import NotLoopbackError, running, serve

TEXT = (404, "text/plain")
HTML = (200, "text/html; charset=utf-8")
MOVED = (301, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/nope", TEXT), ("GET", "/api/", TEXT), ("GET", "/v1/nope", TEXT), ("GET", "/v1beta/x", TEXT),
        ("GET", "/setup/", TEXT), ("GET", "/responses/x", TEXT), ("GET", "/images/", TEXT),
        ("GET", "/alpha/search", TEXT), ("GET", "/backend-api/x", TEXT), ("GET", "/antigravity/x", TEXT),
        ("DELETE", "/api/v1/keys", TEXT), ("PATCH", "/api/v1/keys/1", TEXT), ("POST", "/api/v1/auth/me", TEXT),
        ("HEAD", "/api/v1/keys", TEXT), ("GET", "/api/v1/auth/login", TEXT), ("POST", "/health", TEXT),
        ("GET", "/api//v1/keys", TEXT), ("GET", "/", HTML), ("GET", "/dashboard", HTML),
        ("GET", "/dashboard/api/v1/auth/me", HTML), ("GET", "/api", HTML), ("GET", "/v1", HTML),
        ("GET", "/healthz", HTML), ("GET", "/health/x", HTML), ("GET", "/API/v1/keys", HTML),
        ("GET", "//api/v1/keys", HTML), ("POST", "/dashboard", HTML), ("GET", "/models/x", HTML),
        ("GET", "/images", HTML), ("GET", "/api/v1/keys/", MOVED), ("GET", "/v1/", MOVED), ("GET", "/health/", MOVED),
        ("GET", "/api/v1/keys//", MOVED),
    ],
)  # fmt: skip
def test_paths(quiet: Site, method: str, path: str, expected: tuple[int, str]) -> None:
    reply = quiet.send(method, path)
    assert (reply.status, reply.headers["content-type"]) == expected


def test_a_trailing_slash_is_redirected_with_its_query(quiet: Site) -> None:
    moved = quiet.send("GET", "/api/v1/keys/?page=2")
    assert moved.headers["location"] == "/api/v1/keys?page=2"
    assert moved.raw == b'<a href="/api/v1/keys?page=2">Moved Permanently</a>.\n\n'
    posted = quiet.send("POST", "/api/v1/auth/login/")
    assert (posted.status, posted.headers["location"], posted.raw) == (307, "/api/v1/auth/login", b"")


def test_options_is_forbidden(quiet: Site) -> None:
    reply = quiet.send("OPTIONS", "/api/v1/keys")
    assert (reply.status, reply.raw) == (403, b"")


def test_request_ids_are_echoed_or_made(quiet: Site) -> None:
    assert quiet.send("GET", "/health", headers={"X-Request-ID": "mine"}).headers["x-request-id"] == "mine"
    assert len(quiet.send("GET", "/health").headers["x-request-id"]) == 36


def test_serving_over_a_socket_with_live_traffic() -> None:
    gateway = DemoGateway()
    with running(gateway) as url:
        line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        line.request("POST", "/api/v1/auth/login", json.dumps({"email": gateway.email, "password": gateway.password}))
        token = json.loads(line.getresponse().read())["data"]["access_token"]
        gateway.advance(60)
        began = time.perf_counter()
        line.request("GET", "/api/v1/user/profile", headers={"Authorization": f"Bearer {token}"})
        profile = json.loads(line.getresponse().read())["data"]
        line.close()
    assert profile["email"] == gateway.email
    assert time.perf_counter() - began < 5
    assert len(gateway.world.ledger.live) > 3
    assert gateway.loop is None


def test_it_is_not_served_to_others() -> None:
    with pytest.raises(NotLoopbackError):
        serve("0.0.0.0", 0, DemoGateway())
