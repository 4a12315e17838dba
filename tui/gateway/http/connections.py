"""HTTP/1.1 straight on asyncio, for httpx: connections that are kept, one request at a time on each.

A request every other second finds nothing in the processor's caches, and then one over httpx's own transport, which is
Python to the ground, takes 1.5 ms of CPU and one over this, which leaves the protocol to httptools, 0.6.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable

import httpx

from tui.gateway.http.incoming import IncomingAnswer
from tui.gateway.http.proxies import Proxy
from tui.gateway.http.socks import connected_through

CONNECTING = "connection.connect_tcp.started"
"""What a request's `trace` extension is told of before a new connection, in httpcore's words."""
MAX_AT_ONCE = 8
MAX_KEPT = 4
KEPT_S = 60.0
_MAX_UNREAD = 256 * 1024
_HAPPY_EYEBALLS_S = 0.25  # RFC 8305


class KeptConnections(httpx.AsyncBaseTransport):
    """Connects to the host of a URL itself or via a SOCKS proxy, verified by `verify` where the URL is https."""

    def __init__(self, verify: ssl.SSLContext | None, via: Proxy | None = None) -> None:
        self._verify = verify
        self._via = via
        if verify is not None:
            verify.set_alpn_protocols(["http/1.1"])
        self._free = asyncio.Semaphore(MAX_AT_ONCE)
        self._kept: list[_Connection] = []
        self._in_use: set[_Connection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer, its body to be read. Raises the transport errors of httpx."""
        await self._free.acquire()
        try:
            connection = self._still_open() or await self._connected(request)
        except BaseException:
            self._free.release()
            raise
        self._in_use.add(connection)
        try:
            answer = await connection.ask(request)
        except BaseException:
            self._give_back(connection)
            raise
        body = _Body(connection, answer, lambda: self._give_back(connection))
        return httpx.Response(answer.status, headers=answer.headers, stream=body)

    async def aclose(self) -> None:
        """Closes all connections, those in use too."""
        for connection in (*self._kept, *self._in_use):
            connection.close()
        self._kept.clear()
        await asyncio.sleep(0)  # the loop closes the sockets

    def _still_open(self) -> "_Connection | None":
        now = asyncio.get_running_loop().time()
        while self._kept:
            connection = self._kept.pop()
            if connection.is_ready and now - connection.free_since < KEPT_S:
                return connection
            connection.close()
        return None

    def _give_back(self, connection: "_Connection") -> None:
        self._in_use.remove(connection)
        self._free.release()
        if connection.is_ready and len(self._kept) < MAX_KEPT:
            connection.free_since = asyncio.get_running_loop().time()
            self._kept.append(connection)
        else:
            connection.close()

    async def _connected(self, request: httpx.Request) -> "_Connection":
        loop = asyncio.get_running_loop()
        host = request.url.raw_host.decode("ascii")
        is_tls = request.url.scheme == "https"
        port = request.url.port or (443 if is_tls else 80)
        if trace := request.extensions.get("trace"):
            await trace(CONNECTING, {})
        verify = self._verify if is_tls else None
        limit_s = request.extensions["timeout"]["connect"]
        try:
            # The handshake, and a proxy, are two more round trips each.
            async with asyncio.timeout(limit_s * (1 + is_tls + (self._via is not None))):
                if self._via is None:
                    _, connection = await loop.create_connection(
                        _Connection, host, port, ssl=verify, happy_eyeballs_delay=_HAPPY_EYEBALLS_S
                    )
                else:
                    led = await connected_through(self._via, host, port, limit_s)
                    connection = await self._connected_over(led, host, verify)
        except TimeoutError:
            raise httpx.ConnectTimeout("no connection in time") from None
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(_reason(error)) from error
        return connection

    async def _connected_over(self, led: socket.socket, host: str, verify: ssl.SSLContext | None) -> "_Connection":
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, sock=led, ssl=verify, server_hostname=host if verify is not None else None
            )
        except BaseException:
            led.close()
            raise
        return connection


class _Connection(asyncio.Protocol):
    """One connection and the answer that is awaited on it, if one is."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._answer: IncomingAnswer | None = None
        self._news: asyncio.Future[None] | None = None
        self._read_s = 0.0
        self._unread = 0
        self._has_ended = False
        self.free_since = 0.0

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Some of an answer, or something that nobody asked for, after which no answer could be told from another."""
        if self._answer is None:
            self.close()
            return
        self._answer.take(data)
        self._unread += len(data)
        if self._unread > _MAX_UNREAD:
            self._transport.pause_reading()
        self._tell()

    def eof_received(self) -> None:
        """The other side is done: that can be the end of an answer, or the middle."""
        if self._answer is not None:
            self._answer.end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        self._has_ended = True
        self._tell()

    # What is asked of it

    @property
    def is_ready(self) -> bool:
        """Whether a request can go: the answer before it was read to its end, and allows another."""
        return self._answer is None and not self._transport.is_closing()

    async def ask(self, request: httpx.Request) -> IncomingAnswer:
        """Sends a request; its answer, once the head is there. Raises ReadTimeout, ReadError, RemoteProtocolError."""
        sent = _head_of(request) + await request.aread()
        self._read_s = request.extensions["timeout"]["read"]
        answer = self._answer = IncomingAnswer()
        self._transport.write(sent)
        while not answer.has_head:
            await self._more(answer)
        return answer

    async def body_of(self, answer: IncomingAnswer) -> AsyncIterator[bytes]:
        """The body as it comes. Raises as `ask` does."""
        while True:
            yield answer.taken()
            if answer.is_whole:
                break
            await self._more(answer)
        if answer.may_be_followed:
            answer.let_go()
            self._answer = None

    def close(self) -> None:
        """Closes at once: nothing is on its way out."""
        self._transport.abort()

    async def _more(self, answer: IncomingAnswer) -> None:
        """Waits for more of the answer than was taken in."""
        if answer.fault is not None:
            raise httpx.RemoteProtocolError(answer.fault)
        if self._has_ended:
            raise httpx.ReadError("the connection was lost")
        if self._unread > _MAX_UNREAD:
            self._transport.resume_reading()
        self._unread = 0
        loop = asyncio.get_running_loop()
        self._news = loop.create_future()
        limit = loop.call_later(self._read_s, self._give_up)
        try:
            await self._news
        finally:
            limit.cancel()
            self._news = None

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def _give_up(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_exception(httpx.ReadTimeout("no answer in time"))


class _Body(httpx.AsyncByteStream):
    def __init__(self, connection: _Connection, answer: IncomingAnswer, done: Callable[[], None]) -> None:
        self._connection = connection
        self._answer = answer
        self._done = done

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection.body_of(self._answer)

    async def aclose(self) -> None:
        self._done()


def _head_of(request: httpx.Request) -> bytes:
    """A request's first lines. Raises LocalProtocolError where a value would end its line."""
    lines = [b"%s: %s" % header for header in request.headers.raw]
    head = b"\r\n".join((b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path), *lines, b"", b""))
    if head.count(b"\n") != len(lines) + 2 or head.count(b"\r") != len(lines) + 2 or b"\0" in head:
        raise httpx.LocalProtocolError("a header with a line's end in it")
    return head


def _reason(error: Exception) -> str:
    """Why there is no connection, without asyncio's addresses."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, socket.gaierror):
        return error.strerror or "this name is not known"
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.errno:
        return os.strerror(error.errno)
    return str(error)
