"""What answers instead of a gateway: a function, or an application in this process."""

from collections.abc import AsyncIterable, Callable, Coroutine

import httpcore2
import httpx2 as httpx

Handler = Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


class Over:
    """Requests of httpcore, answered by a transport of httpx."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpcore2.Request) -> httpcore2.Response:
        assert isinstance(request.stream, AsyncIterable)
        content = b"".join([part async for part in request.stream])
        url = bytes(request.url).decode("ascii")
        asked = httpx.Request(request.method.decode("ascii"), url, headers=request.headers, content=content)
        try:
            answer = await self._transport.handle_async_request(asked)
        except httpx.TransportError as error:
            raise getattr(httpcore2, type(error).__name__)(str(error)) from error
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        return httpcore2.Response(answer.status_code, headers=answer.headers.raw, content=answer.stream)

    async def aclose(self) -> None:
        await self._transport.aclose()


def answered_by(handler: Handler) -> Over:
    """Connections on which a function answers."""
    return Over(httpx.MockTransport(handler))
