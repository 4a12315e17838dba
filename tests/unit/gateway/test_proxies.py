"""Proxies: which one a request goes through, that it gets there, and who is blamed when it does not."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.unit.gateway.gateways import client_of
from tests.unit.gateway.test_connections import CLOSE, GET, certificate, failure_of, plain, serving
from tui.domain.failure import (
    CHALLENGED,
    NOTHING_SENT,
    PROXY_DOWN,
    PROXY_REFUSED,
    PROXY_UNUSABLE,
    REDIRECTED,
    SPEAKS_HTTP,
    SPEAKS_TLS,
    UNTRUSTED,
    WRONG_CERTIFICATE,
    FailureKind,
)
from tui.gateway.errors import GatewayError
from tui.gateway.http.proxies import Proxy, proxy_of
from tui.gateway.http.transport import Transport
from tui.gateway.sub2api.client import GatewayClient
from tui.present.failures import detail, sentence, short


@pytest.mark.parametrize(
    ("environ", "host", "proxy", "origin"),
    [
        ({}, "gw.example.com", None, ""),
        ({"HTTPS_PROXY": "http://p:3128"}, "gw.example.com", "http://p:3128", "HTTPS_PROXY"),
        ({"https_proxy": "p:3128"}, "gw.example.com", "http://p:3128", "https_proxy"),
        ({"ALL_PROXY": "http://p:3128"}, "gw.example.com", "http://p:3128", "ALL_PROXY"),
        ({"all_proxy": "socks5://p:1080"}, "gw.example.com", "socks5://p:1080", "all_proxy"),
        ({"ALL_PROXY": "socks5h://p:1080"}, "gw.example.com", "socks5h://p:1080", "ALL_PROXY"),
        ({"ALL_PROXY": "socks5://a:1", "HTTPS_PROXY": "http://b:2"}, "gw.example.com", "http://b:2", "HTTPS_PROXY"),
        ({"ALL_PROXY": "http://a:1", "all_proxy": "http://b:2"}, "gw.example.com", "http://b:2", "all_proxy"),
        ({"HTTP_PROXY": "http://p:3128"}, "gw.example.com", None, ""),
        ({"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "example.com"}, "gw.example.com", None, ""),
        ({"HTTPS_PROXY": "http://p:3128", "no_proxy": ".example.com"}, "gw.example.com", None, ""),
        ({"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "gw.example.com:8443"}, "gw.example.com", None, ""),
        ({"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "*"}, "gw.example.com", None, ""),
        ({"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "example.org"}, "gw.example.com", "http://p:3128", "HTTPS_PROXY"),
        ({"ALL_PROXY": "socks5://p:1", "NO_PROXY": "10.0.0.0/8, 192.168.0.0/16"}, "192.168.7.8", None, ""),
        ({"ALL_PROXY": "socks5://p:1", "NO_PROXY": "10.0.0.0/8"}, "11.0.0.1", "socks5://p:1", "ALL_PROXY"),
        ({"ALL_PROXY": "socks5://p:1", "NO_PROXY": "2001:db8::/32"}, "2001:db8::5", None, ""),
        ({"HTTPS_PROXY": "http://p:3128"}, "localhost", None, ""),
        ({"HTTPS_PROXY": "http://p:3128"}, "127.0.0.1", None, ""),
    ],
)
def test_the_environments_proxy(
    environ: dict[str, str], host: str, proxy: str | None, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert proxy_of("https", host, 8443) == (Proxy(proxy, origin) if proxy is not None else None)


@pytest.mark.parametrize(
    ("url", "has_proxy"),
    [
        ("https://gw.example.com", False),
        ("http://gw.example.com:443", False),
        ("http://gw.example.com", True),
        ("https://gw.example.com:8443", True),
    ],
)
async def test_an_exception_of_a_port_is_for_that_port(
    url: str, has_proxy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://p:3128")
    monkeypatch.setenv("NO_PROXY", "gw.example.com:443")
    async with sending(url) as transport:
        assert (transport.proxy is not None) == has_proxy


def test_a_proxy_shows_no_password() -> None:
    proxy = Proxy("socks5h://me:pass%2Fword@127.0.0.1:1080", "ALL_PROXY")
    assert proxy.shown == "socks5h://127.0.0.1:1080"
    assert "pass" not in repr(proxy)
    assert (proxy.address, proxy.credentials, proxy.is_socks) == (("127.0.0.1", 1080), ("me", "pass/word"), True)
    assert Proxy("socks5://p").address == ("p", 1080)


class Socks:
    """A SOCKS5 proxy with one user; it leads every host to the same port of this machine."""

    def __init__(self, to_port: int, *, password: str | None = None, reply: int = 0, bound: int = 1) -> None:
        self.to_port, self.password, self.reply, self.bound = to_port, password, reply, bound
        self.wanted: list[tuple[int, bytes, int]] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.lead(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(1) == b"\x05"
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        method = 0 if self.password is None else 2 if 2 in methods else 255
        writer.write(bytes([5, method]))
        if method == 2:
            _version, length = await reader.readexactly(2)
            await reader.readexactly(length)
            given = await reader.readexactly((await reader.readexactly(1))[0])
            writer.write(bytes([1, given != (self.password or "").encode()]))
        _version, _command, _reserved, kind = await reader.readexactly(4)
        length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        host = await reader.readexactly(length)
        self.wanted.append((kind, host, int.from_bytes(await reader.readexactly(2), "big")))
        address = {1: bytes(4), 3: b"\x04here", 4: bytes(16)}[self.bound]
        for byte in bytes([5, self.reply, 0, self.bound]) + address + b"\0\0":
            writer.write(bytes([byte]))
            await writer.drain()
        if self.reply == 0:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def running(socks: Socks) -> AsyncIterator[Socks]:
    server = await asyncio.start_server(socks.serve, "127.0.0.1", 0)
    socks.port = server.sockets[0].getsockname()[1]
    try:
        yield socks
    finally:
        server.close()


@asynccontextmanager
async def sending(
    url: str, proxy: str | None = None, *, verify: ssl.SSLContext | None = None, timeout_s: float = 20.0
) -> AsyncIterator[Transport]:
    via = Proxy(proxy, "ALL_PROXY") if proxy else None
    transport = Transport(url, transport=None, timeout_s=timeout_s, verify=verify, proxy=via)
    try:
        yield transport
    finally:
        await transport.aclose()


def port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks"])
@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("gw.example.com", (3, b"gw.example.com")),
        ("网关.example", (3, "网关.example".encode("idna"))),
        ("10.1.2.3", (1, bytes([10, 1, 2, 3]))),
        ("[2001:db8::5]", (4, bytes.fromhex("20010db8000000000000000000000005"))),
    ],
)
async def test_a_socks_proxy_leads_to_the_gateway_and_looks_its_name_up(
    scheme: str, host: str, wanted: tuple[int, bytes]
) -> None:
    async with serving([plain()]) as (seen, server), running(Socks(port_of(server))) as socks:
        async with sending(f"http://{host}:81", f"{scheme}://127.0.0.1:{socks.port}") as transport:
            for _ in range(3):
                assert (await transport.send(GET, "s3cret")).body == b"hello"
        assert socks.wanted == [(*wanted, 81)]  # one connection for all
        assert len(seen.requests) == 3


@pytest.mark.parametrize("bound", [1, 3, 4])
async def test_a_socks_proxy_with_a_password(bound: int) -> None:
    async with serving([plain()]) as (_, server), running(Socks(port_of(server), password="p/w", bound=bound)) as socks:
        async with sending("http://gw.example.com", f"socks5://me:p%2Fw@127.0.0.1:{socks.port}") as transport:
            assert (await transport.send(GET, None)).body == b"hello"
        for given, told in (("me:hunter2@", "does not accept"), ("", "wants a user name and password")):
            async with sending("http://gw.example.com", f"socks5://{given}127.0.0.1:{socks.port}") as transport:
                failure = (await failure_of(transport)).failure
            assert failure.symbol == PROXY_REFUSED
            assert told in sentence(failure)
            assert "hunter2" not in sentence(failure)


async def test_tls_goes_through_a_socks_proxy_to_the_gateway_itself(tmp_path: Path) -> None:
    trusted = certificate(tmp_path)
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(trusted)
    verify = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    async with serving([plain()], tls=server_tls) as (seen, server), running(Socks(port_of(server))) as socks:
        through = f"socks5://127.0.0.1:{socks.port}"
        async with sending("https://localhost", through, verify=verify) as transport:
            assert (await transport.send(GET, None)).body == b"hello"
        async with sending("https://gw.example.com", through, verify=verify) as transport:
            assert (await failure_of(transport)).failure.symbol == WRONG_CERTIFICATE
        assert len(seen.requests) == 1


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "http"])
@pytest.mark.parametrize("url", ["http://gw.example.com", "https://gw.example.com"])
async def test_a_dead_proxy_is_blamed_by_its_name(scheme: str, url: str) -> None:
    async with sending(url, f"{scheme}://me:hunter2@127.0.0.1:9") as transport:
        failure = (await failure_of(transport)).failure
    assert (failure.kind, failure.symbol) == (FailureKind.UNREACHABLE, PROXY_DOWN)
    assert failure.symbol in NOTHING_SENT
    assert sentence(failure).startswith(
        f"The proxy cannot be reached ({scheme}://127.0.0.1:9 from ALL_PROXY: Connection refused)."
    )
    assert "proxy" in short(failure)
    assert "hunter2" not in str(failure)


@pytest.mark.parametrize(("reply", "told"), [(2, "rules"), (4, "unreachable"), (5, "refuses"), (77, "code 77")])
async def test_a_socks_proxy_that_does_not_get_there(reply: int, told: str) -> None:
    async with (
        running(Socks(1, reply=reply)) as socks,
        sending("https://gw.example.com", f"socks5://127.0.0.1:{socks.port}") as transport,
    ):
        failure = (await failure_of(transport)).failure
    assert failure.symbol == PROXY_REFUSED
    assert told in sentence(failure)
    assert "ALL_PROXY" in sentence(failure)


@pytest.mark.parametrize("reply", [[CLOSE], [b"HTTP/1.1 400 Bad Request\r\n\r\n", CLOSE]])
async def test_what_is_no_socks_proxy_is_said(reply: list[bytes | str]) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(3)
        writer.writelines([part for part in reply if isinstance(part, bytes)])
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with sending("https://gw.example.com", f"socks5://127.0.0.1:{port_of(server)}") as transport:
        failure = (await failure_of(transport)).failure
    server.close()
    assert failure.symbol == PROXY_REFUSED
    assert "SOCKS5" in sentence(failure)


async def test_a_proxy_that_says_nothing_is_not_waited_for() -> None:
    server = await asyncio.start_server(lambda *_: asyncio.sleep(3600), "127.0.0.1", 0)
    async with sending("http://gw.example.com", f"socks5://127.0.0.1:{port_of(server)}", timeout_s=0.1) as transport:
        assert (await failure_of(transport)).failure.kind is FailureKind.TIMED_OUT
    server.close()


async def test_a_proxy_is_asked_for_the_gateway() -> None:
    async with serving([plain()]) as (seen, server):
        async with sending("http://gw.example.com", f"http://127.0.0.1:{port_of(server)}") as transport:
            assert (await transport.send(GET, None)).body == b"hello"
        assert seen.requests[0].startswith(b"GET http://gw.example.com/x HTTP/1.1\r\n")


class Tunnels:
    """An HTTP proxy that leads every host to the same port of this machine."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.heads: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.mark.parametrize("is_tls", [False, True])
async def test_an_http_proxy_learns_its_own_password_and_nothing_of_what_goes_through(
    is_tls: bool, tmp_path: Path
) -> None:
    trusted = certificate(tmp_path)
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(trusted)
    verify = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    async with serving([plain()], tls=server_tls) as (seen, server):
        tunnels = Tunnels(port_of(server))
        proxy = await asyncio.start_server(tunnels.serve, "127.0.0.1", 0, ssl=server_tls if is_tls else None)
        address = f"{'https' if is_tls else 'http'}://me:p%2Fw@localhost:{port_of(proxy)}"
        async with sending("https://localhost:8443", address, verify=verify) as transport:
            for _ in range(3):
                assert (await transport.send(GET, "s3cret")).body == b"hello"
        if not is_tls or sys.version_info >= (3, 11, 8):  # asyncio could not end TLS within TLS before
            async with sending("https://gw.example.com", address, verify=verify) as transport:
                assert (await failure_of(transport)).failure.symbol == WRONG_CERTIFICATE
        proxy.close()
        assert len(seen.requests) == 3
        assert all(b"Bearer s3cret" in request and b"roxy" not in request for request in seen.requests)
    assert tunnels.heads[0].startswith(b"CONNECT localhost:8443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6cC93\r\n" in tunnels.heads[0]
    assert b"s3cret" not in b"".join(tunnels.heads)


async def test_an_http_proxy_that_refuses_is_blamed() -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"
    async with (
        serving([refusal]) as (_, server),
        sending("https://gw.example.com", f"http://me:hunter2@127.0.0.1:{port_of(server)}") as transport,
    ):
        failure = (await failure_of(transport)).failure
    assert failure.symbol == PROXY_REFUSED
    assert "407" in sentence(failure)
    assert "hunter2" not in sentence(failure)


@pytest.mark.parametrize("proxy", ["ftp://me:hunter2@p:1", "socks4://p:1", "http://", "http://p:99999"])
async def test_a_proxy_that_cannot_be_is_said(proxy: str) -> None:
    async with sending("https://gw.example.com", proxy) as transport:
        failure = (await failure_of(transport)).failure
    assert failure.symbol == PROXY_UNUSABLE
    assert "from ALL_PROXY" in sentence(failure)
    assert "hunter2" not in sentence(failure)


async def test_an_authority_that_is_not_known_here(tmp_path: Path) -> None:
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(certificate(tmp_path))
    async with (
        serving([plain()], tls=server_tls) as (_, server),
        sending(f"https://localhost:{port_of(server)}") as transport,
    ):
        failure = (await failure_of(transport)).failure
    assert failure.symbol == UNTRUSTED
    assert "--ca-bundle" in sentence(failure)


async def test_https_asked_of_a_port_for_http() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with sending(f"https://localhost:{port_of(server)}") as transport:
        failure = (await failure_of(transport)).failure
    server.close()
    assert failure.symbol == SPEAKS_HTTP
    assert "--url http://" in sentence(failure)


@pytest.mark.parametrize(
    "reply",
    [
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
        b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\n\r\n<h1>The plain HTTP request was sent to HTTPS port",
    ],
)
async def test_http_asked_of_a_port_for_https(reply: bytes) -> None:
    async with serving([reply, CLOSE]) as (_, server):
        client = GatewayClient(f"http://localhost:{port_of(server)}", timeout_s=2)
        with pytest.raises(GatewayError) as caught:
            await client.site()
        await client.aclose()
    assert caught.value.failure.symbol == SPEAKS_TLS
    assert "--url https://" in sentence(caught.value.failure)


CHALLENGE = b"<html><title>Just a moment...</title><script src=/cdn-cgi/challenge-platform/h/g></script>"


@pytest.mark.parametrize("head", [{"cf-mitigated": "challenge"}, {"server": "cloudflare"}])
async def test_a_page_of_cloudflare_that_wants_a_browser(head: dict[str, str]) -> None:
    answer = httpx.Response(403, headers={"content-type": "text/html", **head}, content=CHALLENGE)
    with pytest.raises(GatewayError) as caught:
        await client_of(lambda _: answer).profile()
    failure = caught.value.failure
    assert (failure.kind, failure.symbol) == (FailureKind.NOT_A_GATEWAY, CHALLENGED)
    assert "Cloudflare" in sentence(failure)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        (
            "https://new.example.com:8443/ai/api/v1/user/profile?x=s3cret",
            "it redirects to https://new.example.com:8443/ai/api/v1/user/profile; "
            "if that is the gateway, give --url https://new.example.com:8443/ai",
        ),
        ("https://sso.example.com:444/login?next=s3cret", "it redirects to https://sso.example.com:444/login"),
        ("/login", "it redirects to https://gw.example.com/login"),
        ("http://gw.example.com/api/v1/user/profile", "it redirects to http://gw.example.com/api/v1/user/profile"),
        ("https://[2001:db8::5]/x", "it redirects to https://[2001:db8::5]/x"),
        ("", "it redirects to nowhere"),
        ("https://[x", "it redirects to an unreadable address"),
        ("https://me:hunter2@h.example/x", "it redirects to https://h.example/x"),
    ],
)
async def test_a_redirect_says_where_to_and_what_to_give(location: str, told: str) -> None:
    with pytest.raises(GatewayError) as caught:
        await client_of(lambda _: httpx.Response(301, headers={"location": location})).profile()
    failure = caught.value.failure
    assert (failure.kind, failure.symbol, detail(failure)) == (FailureKind.NOT_A_GATEWAY, REDIRECTED, told)
    assert told in sentence(failure)
