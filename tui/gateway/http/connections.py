"""Connection pools of httpcore: direct, through an HTTP proxy or through a SOCKS proxy."""

import ssl

import httpcore2
from anyio.lowlevel import checkpoint

from tui.gateway.http.proxies import Proxy
from tui.gateway.http.streams import AsyncioNetwork

MAX_AT_ONCE = 8
KEPT_S = 60.0


async def load() -> None:
    """Import what httpcore's locks need, which the first request would do otherwise."""
    await checkpoint()


def kept_connections(trust: ssl.SSLContext | None, via: Proxy | None, most: int) -> httpcore2.AsyncConnectionPool:
    """A connection pool that keeps at most `most` idle connections open.

    `trust` verifies the gateway, and a proxy that speaks TLS.
    """
    return httpcore2.AsyncConnectionPool(
        ssl_context=trust,
        proxy=None if via is None or via.is_socks else _http_proxy(via, trust),
        max_connections=MAX_AT_ONCE,
        max_keepalive_connections=most,
        keepalive_expiry=KEPT_S,
        network_backend=AsyncioNetwork(via),
    )


def _http_proxy(via: Proxy, trust: ssl.SSLContext | None) -> httpcore2.Proxy:
    host, port = via.address
    url = httpcore2.URL(scheme=via.scheme, host=host.encode("idna"), port=port, target=b"/")
    return httpcore2.Proxy(url, auth=via.credentials, ssl_context=trust if via.scheme == "https" else None)
