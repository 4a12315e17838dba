"""One HTTP client per gateway: kept alive, with a time limit and a size limit on everything."""

import asyncio
import ssl
from collections.abc import AsyncIterable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from tui.domain.failure import Failure, FailureKind
from tui.domain.text import inert
from tui.gateway.address import is_loopback
from tui.gateway.answers import Answer
from tui.gateway.asks import Ask
from tui.gateway.connections import CONNECTING, KEPT_S, MOST_AT_ONCE, MOST_KEPT, KeptConnections
from tui.gateway.decoding import ACCEPTED, Undecodable, content_of
from tui.gateway.errors import error_of

USER_AGENT = "aktop"
"""Sites may bind a session to it (contract 2.3): without a version, so that another one of aktop does not end it."""
NOT_SENT = "NOT_SENT"
"""The symbol of a failure to connect: nothing left this machine."""
_CONNECT_S = 5.0
_WHOLE_ANSWER = 3  # times the read time-out, for an answer that trickles in
_MOST_BYTES = 32 * 1024 * 1024
"""A thousand call records, the most that are asked for at once, are 3.5 MB (contract 5.2)."""
_HEADERS = {
    "user-agent": USER_AGENT,
    "accept": "application/json",
    "accept-encoding": ACCEPTED,
}


class Transport:
    """Sends requests to one base URL. Raises Unreachable, or BAD_ANSWER for an answer that cannot be taken in."""

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.AsyncBaseTransport | None,
        timeout_s: float,
        verify: ssl.SSLContext | None,
        proxy: str | None = None,
    ) -> None:
        self._base_url = base_url
        self._given = transport
        self._timeout_s = timeout_s
        self._limits = httpx.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)).as_dict()
        self._verify = verify
        self._proxy = proxy
        self._opened: httpx.AsyncBaseTransport | None = None
        self._opening = asyncio.Lock()

    async def send(self, ask: Ask, access_token: str | None) -> Answer:
        """The answer, whatever its status. A GET goes twice if a kept connection turned out to be closed."""
        try:
            async with asyncio.timeout(self._timeout_s * _WHOLE_ANSWER):
                return await self._sent(ask, access_token)
        except (TimeoutError, httpx.TimeoutException):
            raise error_of(Failure(FailureKind.TIMED_OUT, f"no answer from {self._host}")) from None
        except httpx.ConnectError as error:
            message = f"{self._host}: {inert(str(error))[:200]}"
            raise error_of(Failure(FailureKind.UNREACHABLE, message, NOT_SENT)) from None
        except Undecodable as error:
            raise error_of(
                Failure(FailureKind.BAD_ANSWER, f"the answer is {inert(str(error))}", error.symbol)
            ) from None
        except (httpx.HTTPError, httpx.StreamError, OSError):
            # Their texts can quote headers, and so the token: they are not passed on.
            raise error_of(Failure(FailureKind.UNREACHABLE, f"{self._host} broke the connection")) from None

    async def aclose(self) -> None:
        """Closes the connections."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.aclose()

    @property
    def _host(self) -> str:
        return urlsplit(self._base_url).netloc

    async def _sent(self, ask: Ask, access_token: str | None) -> Answer:
        transport = await self._open()
        if ask.method == "GET":
            try:
                return await self._once(transport, ask, access_token)
            except _StaleConnection:
                pass
        try:
            return await self._once(transport, ask, access_token)
        except _StaleConnection as stale:
            raise stale.cause from None

    async def _once(self, transport: httpx.AsyncBaseTransport, ask: Ask, access_token: str | None) -> Answer:
        is_new = False

        async def trace(event: str, _: Mapping[str, object]) -> None:
            nonlocal is_new
            is_new |= event == CONNECTING

        request = httpx.Request(
            ask.method,
            _url(self._base_url + ask.path, tuple(ask.params.items())),
            content=ask.body,
            headers=_request_headers(ask, access_token),
            extensions={"trace": trace, "timeout": self._limits},
        )
        try:
            response = await transport.handle_async_request(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            if is_new:
                raise
            raise _StaleConnection(error) from None
        try:
            return await _read(response)
        finally:
            await response.aclose()

    async def _open(self) -> httpx.AsyncBaseTransport:
        async with self._opening:
            if self._opened is None:
                self._opened = self._given or await self._open_one()
            return self._opened

    async def _open_one(self) -> httpx.AsyncBaseTransport:
        parts = urlsplit(self._base_url)
        context = self._verify
        if parts.scheme == "https" and context is None:
            # Reading the system's certificates takes 30 to 40 ms, once.
            context = await asyncio.to_thread(httpx.create_ssl_context)
        proxy = self._proxy or _proxy_of(parts.scheme, parts.hostname or "")
        if proxy is None:
            return KeptConnections(context)
        try:
            limits = httpx.Limits(
                max_connections=MOST_AT_ONCE, max_keepalive_connections=MOST_KEPT, keepalive_expiry=KEPT_S
            )
            return httpx.AsyncHTTPTransport(verify=context or False, proxy=proxy, limits=limits)
        except (ImportError, ValueError):
            message = "the proxy cannot be used"
            raise error_of(Failure(FailureKind.UNREACHABLE, message)) from None


class _StaleConnection(Exception):
    """A kept connection was closed before any of the answer came."""

    def __init__(self, cause: httpx.HTTPError) -> None:
        super().__init__()
        self.cause = cause


def _proxy_of(scheme: str, host: str) -> str | None:
    """The environment's proxy for a host; this machine is reached through none."""
    if is_loopback(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


@lru_cache(maxsize=64)
def _url(address: str, params: tuple[tuple[str, str], ...]) -> httpx.URL:
    """What is asked every other second has the same address for a day; to take one apart costs a tenth of a request."""
    return httpx.URL(address, params=params) if params else httpx.URL(address)


def _request_headers(ask: Ask, access_token: str | None) -> dict[str, str]:
    headers = _HEADERS if ask.body is None else _HEADERS | {"content-type": "application/json"}
    return headers | ({"authorization": f"Bearer {access_token}"} if access_token else {})


async def _read(response: httpx.Response) -> Answer:
    # Not through httpx, which decompresses a piece of the wire as a whole, however much comes out of it.
    assert isinstance(response.stream, AsyncIterable)
    body = await content_of(response.stream, response.headers.get_list("content-encoding"), _MOST_BYTES)
    return Answer(
        status=response.status_code,
        content_type=response.headers.get("content-type", ""),
        body=body,
        retry_after_s=_seconds(response.headers.get("retry-after", "")),
        location=response.headers.get("location", ""),
    )


def _seconds(text: str) -> float | None:
    """Retry-After in seconds, at most an hour; the gateway never sends a date there."""
    text = text.strip()
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() and len(text) < 9 else None
