"""One HTTP client per gateway: kept-alive connections, with time and size limits on everything."""

import asyncio
import ssl
from collections.abc import AsyncIterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

import httpcore2
from msgspec import Struct

from tui.domain.clock import GatewayClock
from tui.domain.failure import (
    NOT_SENT,
    PROXY_DOWN,
    PROXY_REFUSED,
    PROXY_UNUSABLE,
    SPEAKS_HTTP,
    SPEAKS_TLS,
    UNTRUSTED,
    WRONG_CERTIFICATE,
    Failure,
    FailureKind,
    ProxyDetail,
    ProxyProblem,
)
from tui.domain.text import inert
from tui.gateway.errors import GatewayError, error_of
from tui.gateway.http.api_request import ApiRequest
from tui.gateway.http.api_response import ApiResponse
from tui.gateway.http.decoding import ACCEPTED, Undecodable, content_of
from tui.gateway.http.faults import ProxyFault, TlsAlert
from tui.gateway.http.proxies import Proxy, proxy_of

USER_AGENT = "aktop"
"""Sites may bind a session to it (contract 2.3): no version, so that an upgrade of aktop does not end the session."""
CONNECTING = "connection.connect_tcp.started"
"""What httpcore's `trace` extension reports before a new connection."""
MAX_KEPT = 4
"""Idle connections that are kept open."""
_CONNECT_S = 5.0
_PORTS = {"http": 80, "https": 443}
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})
"""OpenSSL's codes for a chain without a trusted root; the others are about the certificate itself."""
_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL"})
_WHOLE_ANSWER = 3  # times the read timeout, for an answer that trickles in
_MAX_BYTES = 32 * 1024 * 1024
"""A thousand call records, the most requested at once, are 3.5 MB (contract 5.2)."""
_LONGEST_WAIT_S = 3600.0
_YEARS = range(2020, 2100)
"""A date in any other year is not trusted."""
_IN_PATH = "/%:@!$&'()*+,;=~"
_IN_QUERY = f"{_IN_PATH}?"
_HEADERS = {
    "user-agent": USER_AGENT,
    "accept": "application/json",
    "accept-encoding": ACCEPTED,
}


class Tls(Struct, frozen=True):
    """TLS details of a connection."""

    version: str
    """Such as TLSv1.3."""
    until: datetime | None
    """When the gateway's certificate expires."""


class Connections(Protocol):
    """What sends requests: httpcore's pool, or in tests a fake that answers itself."""

    async def handle_async_request(self, request: httpcore2.Request) -> httpcore2.Response:
        """The head of the answer, with its body still to be read."""
        ...

    async def aclose(self) -> None:
        """Close open connections."""
        ...


class Transport:
    """Sends requests to one base URL. Raises Unreachable, or BAD_ANSWER for an answer that cannot be read."""

    def __init__(
        self,
        base_url: str,
        *,
        transport: Connections | None,
        timeout_s: float,
        verify: ssl.SSLContext | None,
        proxy: Proxy | None = None,
        clock: GatewayClock | None = None,
        max_bytes: int | None = None,
    ) -> None:
        self._max_bytes = max_bytes
        self._base_url = base_url
        self._clock = clock or GatewayClock()
        self._given = transport
        self._timeout_s = timeout_s
        self._limits = dict.fromkeys(("read", "write", "pool"), timeout_s) | {"connect": min(_CONNECT_S, timeout_s)}
        self._verify = verify
        parts = urlsplit(base_url)
        self._parts = parts
        self._proxy = proxy or proxy_of(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])
        self.tls: Tls | None = None
        """TLS of the last new connection; None without TLS, or before any connection."""
        self._opened: Connections | None = None
        self._opening = asyncio.Lock()

    async def send(self, ask: ApiRequest, access_token: str | None) -> ApiResponse:
        """The answer, whatever its status. A GET is retried while kept connections turn out to be closed."""
        try:
            async with asyncio.timeout(self._timeout_s * _WHOLE_ANSWER):
                return await self._sent(ask, access_token)
        except (TimeoutError, httpcore2.TimeoutException):
            raise error_of(Failure(FailureKind.TIMED_OUT, f"no answer from {self._host}")) from None
        except httpcore2.ConnectError as error:
            raise self._unconnected(error) from None
        except ProxyFault as fault:
            raise self._blaming_proxy(fault) from None
        except httpcore2.ProxyError as error:
            raise self._blaming_proxy(ProxyFault(ProxyProblem.REFUSED, str(error))) from None
        except TlsAlert:
            raise error_of(Failure(FailureKind.UNREACHABLE, self._host, SPEAKS_TLS)) from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError):
            # These messages can quote headers, and so the token: they are not passed on.
            raise error_of(Failure(FailureKind.UNREACHABLE, f"{self._host} broke the connection")) from None

    async def load(self) -> None:
        """Import and open what the first request would. Sends nothing; raises like `send`."""
        await self._open()

    async def aclose(self) -> None:
        """Close the connections."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.aclose()

    @property
    def proxy(self) -> Proxy | None:
        """The proxy that requests go through."""
        return self._proxy

    @property
    def _host(self) -> str:
        return urlsplit(self._base_url).netloc

    async def _sent(self, ask: ApiRequest, access_token: str | None) -> ApiResponse:
        transport = await self._open()
        for _kept in range(MAX_KEPT if ask.method == "GET" else 0):
            with suppress(_StaleConnection):
                return await self._once(transport, ask, access_token)
        try:
            return await self._once(transport, ask, access_token)
        except _StaleConnection as stale:
            raise stale.cause from None

    async def _once(self, transport: Connections, ask: ApiRequest, access_token: str | None) -> ApiResponse:
        is_new = False

        async def trace(event: str, _info: Mapping[str, object]) -> None:
            nonlocal is_new
            is_new |= event == CONNECTING

        url = _url(self._base_url + ask.path, tuple(ask.params.items()))
        request = httpcore2.Request(
            ask.method,
            url,
            headers=_request_headers(url, ask, access_token),
            content=ask.body,
            extensions={"trace": trace, "timeout": self._limits},
        )
        asked_s = self._clock.steady_s()
        try:
            response = await transport.handle_async_request(request)
        except (httpcore2.RemoteProtocolError, httpcore2.ReadError, httpcore2.WriteError) as error:
            if is_new:
                raise
            raise _StaleConnection(error) from None
        try:
            headers = _headers_of(response)
            if is_new:
                self.tls = _tls_of(response)
            if (date := _date_of(headers)) is not None:
                self._clock.hear(date, asked_s)
            return await _read(response, headers, self._base_url + ask.path, self._max_bytes or _MAX_BYTES)
        finally:
            await response.aclose()

    async def _open(self) -> Connections:
        async with self._opening:
            if self._opened is None:
                self._opened = self._given or await self._open_one()
            return self._opened

    async def _open_one(self) -> Connections:
        trust, proxy = self._verify, self._proxy
        if proxy is not None and not proxy.is_usable:
            raise self._blaming_proxy(ProxyFault(ProxyProblem.UNUSABLE))
        is_tls = self._parts.scheme == "https" or (proxy is not None and proxy.scheme == "https")
        # Reading the system's certificates takes 30 to 40 ms, once; the pool's imports happen meanwhile.
        reading = None
        if is_tls and trust is None:
            reading = asyncio.get_running_loop().run_in_executor(None, httpcore2.default_ssl_context)
        from tui.gateway.http.connections import kept_connections, load

        await load()
        return kept_connections(await reading if reading is not None else trust, proxy, MAX_KEPT)

    def _blaming_proxy(self, fault: ProxyFault) -> GatewayError:
        address, origin = (self._proxy.shown, self._proxy.origin) if self._proxy else ("", "")
        detail = ProxyDetail(inert(address), origin, fault.problem, inert(fault.told)[:200], fault.code)
        if fault.problem is ProxyProblem.UNUSABLE:
            symbol = PROXY_UNUSABLE
        else:
            symbol = PROXY_DOWN if fault.is_down else PROXY_REFUSED
        return error_of(Failure(FailureKind.UNREACHABLE, symbol=symbol, detail=detail))

    def _unconnected(self, error: httpcore2.ConnectError) -> GatewayError:
        """Why there is no connection to the gateway."""
        root = _root(error)
        symbol, reason = NOT_SENT, str(error)
        if isinstance(root, ssl.SSLCertVerificationError):
            symbol = UNTRUSTED if root.verify_code in _UNKNOWN_AUTHORITY else WRONG_CERTIFICATE
            reason = root.verify_message
        elif isinstance(root, ssl.SSLError):
            symbol = SPEAKS_HTTP if root.reason in _NOT_TLS else NOT_SENT
            reason = root.reason or reason
        return error_of(Failure(FailureKind.UNREACHABLE, f"{self._host}: {inert(reason)[:200]}", symbol))


class _StaleConnection(Exception):
    """A kept connection was closed before any of the answer came."""

    def __init__(self, cause: Exception) -> None:
        super().__init__()
        self.cause = cause


def _root(error: BaseException) -> BaseException:
    """The root cause below httpcore's exceptions."""
    while (under := error.__cause__ or error.__context__) is not None:
        error = under
    return error


@lru_cache(maxsize=64)
def _url(address: str, params: tuple[tuple[str, str], ...]) -> httpcore2.URL:
    """Cached: polled addresses stay the same for a day."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    query = "&".join(part for part in (quote(parts.query, safe=_IN_QUERY), urlencode(params)) if part)
    return httpcore2.URL(
        scheme=parts.scheme,
        host=host.encode("ascii" if host.isascii() else "idna"),
        port=parts.port,
        target=quote(parts.path, safe=_IN_PATH) + (f"?{query}" if query else ""),
    )


def _request_headers(url: httpcore2.URL, ask: ApiRequest, access_token: str | None) -> list[tuple[str, str]]:
    host = f"[{url.host.decode()}]" if b":" in url.host else url.host.decode()
    headers = [("host", host if url.port is None else f"{host}:{url.port}"), *_HEADERS.items(), *ask.headers.items()]
    if ask.method != "GET":
        headers += [("content-type", "application/json"), ("content-length", str(len(ask.body or b"")))]
    return [*headers, ("authorization", f"Bearer {access_token}")] if access_token else headers


def _headers_of(response: httpcore2.Response) -> dict[str, str]:
    """The headers of an answer by lower-case name. Raises RemoteProtocolError if it has two lengths.

    With two lengths, nothing says where the answer ends (RFC 9112, section 6.3).
    """
    headers: dict[str, str] = {}
    for raw, value in response.headers:
        name, text = raw.decode("ascii", "replace").lower(), value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    if "transfer-encoding" in headers and "content-length" in headers:
        raise httpcore2.RemoteProtocolError("an answer with two lengths")
    if (stream := response.extensions.get("network_stream")) is not None:
        stream.has_head()
    return headers


def _tls_of(response: httpcore2.Response) -> Tls | None:
    stream = response.extensions.get("network_stream")
    encrypted = stream.get_extra_info("ssl_object") if stream is not None else None
    if encrypted is None:
        return None
    ends = (encrypted.getpeercert() or {}).get("notAfter")
    until = datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None
    return Tls(encrypted.version() or "", until)


async def _read(response: httpcore2.Response, headers: Mapping[str, str], asked: str, max_bytes: int) -> ApiResponse:
    assert isinstance(response.stream, AsyncIterable)
    try:
        body = await content_of(response.stream, [headers.get("content-encoding", "")], max_bytes)
    except Undecodable as error:
        told = f"the answer is {inert(str(error))}"
        raise error_of(Failure(FailureKind.BAD_ANSWER, told, error.symbol, response.status)) from None
    return ApiResponse(
        status=response.status,
        content_type=headers.get("content-type", ""),
        body=body,
        retry_after_s=_seconds(headers.get("retry-after", ""), _date_of(headers)),
        location=headers.get("location", ""),
        asked=asked,
        is_challenge=headers.get("cf-mitigated", "").lower() == "challenge"
        or _is_challenge(response.status, headers, body),
    )


def _date_of(headers: Mapping[str, str]) -> datetime | None:
    """When the server made an answer, by its own clock; None if it comes from a cache."""
    if "age" in headers:
        return None
    return _moment(headers.get("date", ""))


def _moment(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None and date.year in _YEARS else None


def _is_challenge(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether it is one of Cloudflare's older challenge pages, which have no header of their own."""
    is_its = headers.get("server", "").lower() == "cloudflare" and status in (403, 429, 503)
    return is_its and (b"/cdn-cgi/challenge-platform" in body or b"<title>Just a moment" in body)


def _seconds(text: str, now: datetime | None) -> float | None:
    """Retry-After in seconds, at most an hour; a date is relative to that of the answer."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return min(float(text), _LONGEST_WAIT_S)
    until = _moment(text) if now is not None else None
    return None if until is None or now is None else min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT_S)
