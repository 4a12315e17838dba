"""Asyncio byte streams for httpcore: to the gateway, or to a proxy in between."""

import asyncio
import os
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2

from tui.domain.failure import ProxyProblem
from tui.gateway.http.faults import ProxyFault, TlsAlert
from tui.gateway.http.proxies import Proxy

MAX_UNREAD = 256 * 1024
"""Received but unread bytes at which the other side has to wait."""
_LONGEST_HEAD = 100 * 1024
_HAPPY_EYEBALLS_S = 0.25  # RFC 8305
_TLS_ALERT = b"\x15\x03"


class AsyncioNetwork(httpcore2.AsyncNetworkBackend):
    """Opens streams to the gateway, or to a proxy in between.

    httpcore's own backends miss bytes that follow an answer unasked; `Stream.read` says how they are noticed here.
    """

    def __init__(self, via: Proxy | None) -> None:
        self._via = via

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A stream to the gateway or to an HTTP proxy. Raises ConnectError, ConnectTimeout and ProxyFault."""
        if self._via is not None and self._via.is_socks:
            # python-socks is imported only if there is such a proxy.
            from tui.gateway.http.socks import connected_through

            return await _over(await connected_through(self._via, host, port, timeout))
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                return (await loop.create_connection(Stream, host, port, happy_eyeballs_delay=_HAPPY_EYEBALLS_S))[1]
        except TimeoutError:
            if self._via is not None:
                raise ProxyFault(ProxyProblem.NO_ANSWER, is_down=True) from None
            raise httpcore2.ConnectTimeout("no connection in time") from None
        except (OSError, UnicodeError) as error:
            if self._via is not None:
                is_name = isinstance(error, (socket.gaierror, UnicodeError))
                problem = ProxyProblem.UNKNOWN_NAME if is_name else ProxyProblem.NO_CONNECTION
                raise ProxyFault(problem, _reason(error), is_down=True) from None
            raise httpcore2.ConnectError(_reason(error)) from error


class Stream(asyncio.Protocol, httpcore2.AsyncNetworkStream):
    """One connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._received = bytearray()
        self._news: asyncio.Future[None] | None = None
        self._has_ended = False
        self._is_first = True
        self._is_paused = False
        self._head_bytes: int | None = None

    # Called by asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Bytes arrived."""
        self._received += data
        if len(self._received) > MAX_UNREAD and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        """No more bytes will come."""
        self._has_ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        self._has_ended = True
        self._wake()

    # Called by httpcore

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, at most `max_bytes`; none at the end. Raises ReadTimeout, RemoteProtocolError and TlsAlert.

        The last received byte is always returned by itself. If an answer is complete without it, something followed
        that nobody requested; the byte is then still here, and httpcore does not reuse the connection.
        """
        if not self._received and not self._has_ended:
            await self._more(timeout)
        if self._head_bytes is not None and self._head_bytes > _LONGEST_HEAD:
            # h11 bounds one head, but any number of interim answers can come before it.
            raise httpcore2.RemoteProtocolError("the head of the answer has no end")
        if self._is_first and self._received:
            self._is_first = False
            if self._received.startswith(_TLS_ALERT) and self.get_extra_info("ssl_object") is None:
                raise TlsAlert
        size = min(max_bytes, max(1, len(self._received) - 1))
        data = bytes(memoryview(self._received)[:size])
        del self._received[:size]
        if self._head_bytes is not None:
            self._head_bytes += size
        if self._is_paused and len(self._received) <= MAX_UNREAD:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes; requests are so small that there is no need to wait."""
        if self._transport.is_closing():
            raise httpcore2.WriteError("the connection was lost")
        self._head_bytes = 0
        self._transport.write(buffer)

    def has_head(self) -> None:
        """Note that the answer's head is complete: from now on the reader counts."""
        self._head_bytes = None

    async def aclose(self) -> None:
        """Close at once: nothing is being sent."""
        self._transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        """The same stream, encrypted from now on. Raises ConnectError and ConnectTimeout."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                transport = await loop.start_tls(self._transport, self, ssl_context, server_hostname=server_hostname)
        except BaseException as error:
            self._transport.abort()
            if isinstance(error, TimeoutError):
                raise httpcore2.ConnectTimeout("no connection in time") from None
            if isinstance(error, OSError):
                raise httpcore2.ConnectError(_reason(error)) from error
            raise
        assert transport is not None
        self._transport = transport
        return self

    def get_extra_info(self, info: str) -> Any:
        """Stream details for httpcore: whether there are unrequested bytes or the end, and the TLS in use."""
        if info == "is_readable":
            return bool(self._received) or self._has_ended
        return self._transport.get_extra_info(info)

    # Internals

    async def _more(self, timeout: float | None) -> None:
        self._news = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await self._news
        except TimeoutError:
            raise httpcore2.ReadTimeout("no answer in time") from None
        finally:
            self._news = None

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)


async def _over(connection: socket.socket) -> Stream:
    """A stream over a connected socket."""
    try:
        return (await asyncio.get_running_loop().create_connection(Stream, sock=connection))[1]
    except BaseException:
        connection.close()
        raise


def _reason(error: Exception) -> str:
    """Why there is no connection, without asyncio's addresses."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, socket.gaierror):
        return error.strerror or "this name is not known"
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.errno:
        return os.strerror(error.errno)
    return str(error)
