"""Kept connections: httpcore's pool as a transport of httpx, directly, behind an HTTP proxy or a SOCKS proxy."""

import ssl
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager

import httpcore2
import httpx2
from anyio.lowlevel import checkpoint

from tui.gateway.http.proxies import Proxy
from tui.gateway.http.streams import AsyncioNetwork, Stream

MAX_AT_ONCE = 8
MAX_KEPT = 4
KEPT_S = 60.0
_ERRORS: tuple[tuple[type[Exception], type[httpx2.TransportError]], ...] = (
    (httpcore2.ConnectTimeout, httpx2.ConnectTimeout),
    (httpcore2.TimeoutException, httpx2.ReadTimeout),
    (httpcore2.ConnectError, httpx2.ConnectError),
    (httpcore2.WriteError, httpx2.WriteError),
    (httpcore2.NetworkError, httpx2.ReadError),
    (httpcore2.ProxyError, httpx2.ProxyError),
    (httpcore2.LocalProtocolError, httpx2.LocalProtocolError),
    (httpcore2.ProtocolError, httpx2.RemoteProtocolError),
)
"""The errors of httpcore, and those of httpx that say the same."""


async def load() -> None:
    """Load what the locks of httpcore rest on, which the first request would do."""
    await checkpoint()


class KeptConnections(httpx2.AsyncBaseTransport):
    """Sends requests over connections that are kept. `trust` verifies the gateway, and a proxy that speaks TLS."""

    def __init__(self, trust: ssl.SSLContext | None, via: Proxy | None = None) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=trust,
            proxy=None if via is None or via.is_socks else _http_proxy(via, trust),
            max_connections=MAX_AT_ONCE,
            max_keepalive_connections=MAX_KEPT,
            keepalive_expiry=KEPT_S,
            network_backend=AsyncioNetwork(via),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The head of the answer, its body to be read. Raises the transport errors of httpx, and ProxyFault."""
        url = request.url
        with _as_httpx():
            answer = await self._pool.handle_async_request(
                httpcore2.Request(
                    method=request.method,
                    url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        if isinstance(stream := answer.extensions["network_stream"], Stream):
            stream.has_head()
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Closes all connections, those in use too."""
        await self._pool.aclose()


class _Body(httpx2.AsyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert isinstance(self._answer.stream, AsyncIterable)
        with _as_httpx():
            async for part in self._answer.stream:
                yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


def _http_proxy(via: Proxy, trust: ssl.SSLContext | None) -> httpcore2.Proxy:
    host, port = via.address
    url = httpcore2.URL(scheme=via.scheme, host=host.encode("idna"), port=port, target=b"/")
    return httpcore2.Proxy(url, auth=via.credentials, ssl_context=trust if via.scheme == "https" else None)


@contextmanager
def _as_httpx() -> Iterator[None]:
    try:
        yield
    except tuple(theirs for theirs, _ in _ERRORS) as error:
        said = next(ours for theirs, ours in _ERRORS if isinstance(error, theirs))
        raise said(str(error)) from error
