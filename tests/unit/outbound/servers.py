"""The other side of a channel: a small HTTP server on this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}"


class Heard(NamedTuple):
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes


class Server:
    """Gives its answers one after the other, the last one again and again; None is none at all, for ever."""

    def __init__(self, *answers: bytes | None) -> None:
        self.heard: list[Heard] = []
        self.news: asyncio.Queue[Heard] = asyncio.Queue()
        self.connections = 0
        self._answers = list(answers or (OK,))
        self._is_over = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            line, *rows = head.strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.heard.append(Heard(line, headers, body))
            self.news.put_nowait(self.heard[-1])
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            if answer is None:
                await self._is_over.wait()
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def end(self) -> None:
        self._is_over.set()


@asynccontextmanager
async def serving(*answers: bytes | None) -> AsyncIterator[Server]:
    """A server for the length of a test."""
    server = Server(*answers)
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.end()
        listening.close()


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    """An answer without much in it."""
    rows = (f"HTTP/1.1 {code} x", f"content-length: {len(body)}", *headers)
    return "\r\n".join((*rows, "", "")).encode() + body
