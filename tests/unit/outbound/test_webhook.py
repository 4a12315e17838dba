"""Webhooks: what is posted, how it is signed, and what each answer means."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from msgspec import json
from msgspec.structs import replace

from tests.unit.outbound.samples import NOTICE, alert
from tests.unit.outbound.servers import OK, serving, status
from tui.outbound.channels.channel import Undelivered
from tui.outbound.channels.webhook import WebhookChannel
from tui.outbound.notice import Notice

SECRET = "hunter2"
NOW_S = 1_772_421_240.5


def channel(url: str, environ: dict[str, str] | None = None, **members: object) -> WebhookChannel:
    return WebhookChannel(alert("webhook", url=url, **members), environ or {}, now_s=lambda: NOW_S)


async def test_it_posts_the_notice_signed() -> None:
    async with serving() as server:
        hook = channel(f"{server.url}/in/x?team=%2Fa+b", {"SIGN": SECRET}, secret_variable="SIGN")
        await hook.send(NOTICE)
        await hook.aclose()
    (heard,) = server.heard
    assert heard.line == "POST /in/x?team=%2Fa+b HTTP/1.1"
    assert json.decode(heard.body, type=Notice) == NOTICE
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["x-aktop-id"] == NOTICE.id
    assert heard.headers["x-aktop-timestamp"] == "1772421240"
    signed = hmac.new(SECRET.encode(), b"1772421240." + heard.body, hashlib.sha256).hexdigest()
    assert heard.headers["x-aktop-signature"] == f"sha256={signed}"
    assert "authorization" not in heard.headers


async def test_without_a_secret_it_is_not_signed() -> None:
    async with serving() as server:
        await channel(server.url).send(replace(NOTICE, id="über 1\n"))
    (heard,) = server.heard
    assert heard.line == "POST / HTTP/1.1"
    assert "x-aktop-signature" not in heard.headers
    assert heard.headers["x-aktop-id"] == "%C3%BCber 1%0A"


@pytest.mark.parametrize(
    ("members", "url", "authorization"),
    [
        ({"token_variable": "T"}, "", f"Bearer {SECRET}"),
        ({"token_variable": "T", "user": "me"}, "", f"Basic {base64.b64encode(b'me:hunter2').decode()}"),
        ({}, "me:hunter%32@", f"Basic {base64.b64encode(b'me:hunter2').decode()}"),
    ],
)
async def test_it_says_who_it_is(tmp_path: Path, members: dict[str, object], url: str, authorization: str) -> None:
    async with serving() as server:
        environ = {"T": SECRET, "URL": server.url.replace("//", f"//{url}")}
        hook = WebhookChannel(alert("webhook", url_variable="URL", **members), environ)
        assert hook.shown == server.url
        await hook.send(NOTICE)
    assert server.heard[0].headers["authorization"] == authorization


LATER = format_datetime(datetime(2026, 3, 2, 3, 16, tzinfo=UTC), usegmt=True)
NOW = format_datetime(datetime(2026, 3, 2, 3, 14, tzinfo=UTC), usegmt=True)


@pytest.mark.parametrize(
    ("answer", "told", "is_final", "retry_after_s"),
    [
        (status(301, f"location: https://evil.example/{SECRET}"), "it redirects (HTTP 301)", True, None),
        (status(308, "location: /elsewhere"), "it redirects (HTTP 308)", True, None),
        (status(400, body=SECRET.encode()), "it refuses (HTTP 400)", True, None),
        (status(401), "it refuses (HTTP 401)", True, None),
        (status(404), "it refuses (HTTP 404)", True, None),
        (status(410), "it refuses (HTTP 410)", True, None),
        (status(408), "it refuses (HTTP 408)", False, None),
        (status(429, "retry-after: 30"), "it refuses (HTTP 429)", False, 30),
        (status(429, f"retry-after: {LATER}", f"date: {NOW}"), "it refuses (HTTP 429)", False, 120),
        (status(503, "retry-after: 99999999"), "it fails (HTTP 503)", False, 3600),
        (status(503, "retry-after: soon"), "it fails (HTTP 503)", False, None),
        (status(500), "it fails (HTTP 500)", False, None),
        (b"", "it cannot be reached (127.0.0.1:", False, None),
        (b"SSH-2.0-x\r\n\r\n", "it cannot be reached (127.0.0.1:", False, None),
    ],
)
async def test_what_an_answer_means(answer: bytes, told: str, is_final: bool, retry_after_s: float | None) -> None:
    async with serving(answer) as server:
        with pytest.raises(Undelivered) as caught:
            await channel(f"{server.url}/{SECRET}").send(NOTICE)
    assert caught.value.why.startswith(told)
    assert (caught.value.is_final, caught.value.retry_after_s) == (is_final, retry_after_s)
    assert SECRET not in caught.value.why
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    "answer",
    [
        OK,
        status(201),
        status(202, body=b"accepted"),
        status(204),
        status(200, body=b"x" * 200_000),
        status(200, "content-encoding: gzip", body=gzip.compress(b"x" * 10_000_000)),
        status(200, "content-encoding: gzip", body=b"no gzip"),
    ],
    ids=["json", "created", "text", "nothing", "too much", "a bomb", "badly compressed"],
)
async def test_it_has_arrived_whatever_comes_with_the_good_news(answer: bytes) -> None:
    async with serving(answer) as server:
        await channel(server.url).send(NOTICE)
    assert len(server.heard) == 1


async def test_each_notice_has_its_own_connection() -> None:
    """One that is kept fails where the other side closed it in the hour between two notices."""
    async with serving() as server:
        hook = channel(server.url)
        await hook.send(NOTICE)
        await hook.send(NOTICE)
    assert server.connections == 2
    assert server.heard[0].headers["connection"] == "close"


async def test_who_never_answers_delays_nobody_else() -> None:
    async with serving(None) as hung, serving() as well:
        slow, quick = channel(hung.url, timeout_s=2), channel(well.url, timeout_s=2)
        sending = asyncio.create_task(slow.send(NOTICE))
        await quick.send(NOTICE)
        assert not sending.done()
        with pytest.raises(Undelivered, match="no answer within 2 s") as caught:
            await sending
        assert not caught.value.is_final


@asynccontextmanager
async def answering(piece: bytes, every_s: float) -> AsyncIterator[tuple[str, list[int]]]:
    """A server whose answer has no end, and how much of it went out."""
    sent: list[int] = []

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                sent.append(len(piece))
                await asyncio.sleep(every_s)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", sent


async def test_an_answer_that_trickles_in_has_a_limit() -> None:
    async with answering(b"x", 0.05) as (url, _sent), asyncio.timeout(2.5):
        with pytest.raises(Undelivered, match="no answer within 1 s"):
            await channel(url, timeout_s=1).send(NOTICE)


async def test_an_answer_without_end_is_read_no_further_than_the_bound() -> None:
    async with answering(b"x" * 65536, 0) as (url, sent):
        await channel(url).send(NOTICE)
    assert sum(sent) < 16 * 1024 * 1024


async def test_nobody_there_is_told_without_the_address() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Undelivered) as caught:
        await channel(f"http://127.0.0.1:{port}/{SECRET}", timeout_s=5).send(NOTICE)
    assert caught.value.why == f"it cannot be reached (127.0.0.1:{port}: Connection refused)"


async def test_a_proxy_is_gone_through() -> None:
    async with serving() as proxy:
        hook = channel("http://hooks.example/x", allow_http=True, proxy=proxy.url)
        await hook.send(NOTICE)
    assert proxy.heard[0].line == "POST http://hooks.example/x HTTP/1.1"


async def test_what_speaks_in_clear_where_tls_is_meant() -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(status(400))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Undelivered, match="it does not speak https"):
            await channel(f"https://127.0.0.1:{port}", timeout_s=10).send(NOTICE)
