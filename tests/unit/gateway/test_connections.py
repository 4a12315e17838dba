"""The connections themselves, against a server that writes what it is told to, byte by byte, on real sockets."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tui.domain.failure import NOTHING_SENT, FailureKind
from tui.gateway.budget import Tier
from tui.gateway.errors import GatewayError
from tui.gateway.http import connections, streams
from tui.gateway.http.api_request import ApiArea, ApiRequest
from tui.gateway.http.api_response import ApiResponse
from tui.gateway.http.faults import TlsAlert
from tui.gateway.http.transport import Transport

GET = ApiRequest("GET", "/x", Tier.PUBLIC, ApiArea.SITE)
POST = ApiRequest("POST", "/x", Tier.PUBLIC, ApiArea.SITE, body=b'{"a":1}')
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
FOLLOWED = b"5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nnot asked"
CLOSE, RESET, STALL = "closes", "resets", "stalls"
Reply = Sequence[bytes | str]


def plain(body: bytes = b"hello", *headers: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", b"content-length: %d" % len(body), *headers, b"", body))


@asynccontextmanager
async def serving(
    *replies: Reply, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[SimpleNamespace, asyncio.Server]]:
    """A server that answers request after request, the last reply for ever; what it saw."""
    left = list(replies)
    seen = SimpleNamespace(connections=0, requests=[], busy=0, most=0, asked=asyncio.Event(), answered=asyncio.Event())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                seen.requests.append(head + await reader.readexactly(length))
                seen.asked.set()
                seen.busy += 1
                seen.most = max(seen.most, seen.busy)
                try:
                    await answer(writer, left.pop(0) if len(left) > 1 else left[0])
                finally:
                    seen.busy -= 1
                    seen.answered.set()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    async def answer(writer: asyncio.StreamWriter, reply: Reply) -> None:
        for part in reply:
            await asyncio.sleep(0.005)
            if isinstance(part, bytes):
                writer.write(part)
                await writer.drain()
            elif part == STALL:
                await asyncio.sleep(3600)
            else:
                writer.transport.abort() if part == RESET else writer.close()
                raise ConnectionAbortedError

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield seen, server
    finally:
        server.close()


@asynccontextmanager
async def transport_to(
    server: asyncio.Server, *, timeout_s: float = 5.0, verify: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Transport]:
    port = server.sockets[0].getsockname()[1]
    scheme = "http" if verify is None else "https"
    transport = Transport(f"{scheme}://{host}:{port}", transport=None, timeout_s=timeout_s, verify=verify)
    try:
        yield transport
    finally:
        await transport.aclose()


async def all_of_it_has_arrived(seen: SimpleNamespace) -> None:
    await seen.answered.wait()
    for _ in range(10):  # once over the loopback, each time that the event loop looks
        await asyncio.sleep(0)


async def failure_of(transport: Transport, ask: ApiRequest = GET) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await transport.send(ask, None)
    return caught.value


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        ([plain()], b"hello"),
        ([plain(b"")], b""),
        ([b"HTTP/1.1 200 OK\r\ncontent-le", b"ngth: 5\r\n\r\nhe", b"llo"], b"hello"),
        ([b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n", b"3\r\nllo\r\n0\r\n\r\n"], b"hello"),
        ([b"HTTP/1.1 200 OK\r\n\r\nhel", b"lo", CLOSE], b"hello"),
        ([b"HTTP/1.0 200 OK\r\n\r\nhello", CLOSE], b"hello"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", plain()], b"hello"),
        ([b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + plain()], b"hello"),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], b""),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nx-t: 1\r\n\r\n"], b"hello"),
        ([b"HTTP/1.1 200 OK\r\nupgrade: h2c\r\nconnection: upgrade\r\ncontent-length: 5\r\n\r\nhello"], b"hello"),
        ([bytes([byte]) for byte in plain()], b"hello"),
        ([plain(b"x" * 3_000_000)], b"x" * 3_000_000),
    ],
)
async def test_answers_of_all_shapes_are_read_whole(reply: Reply, body: bytes) -> None:
    async with serving(reply) as (_, server), transport_to(server) as transport:
        assert (await transport.send(GET, None)).body == body
        assert (await transport.send(GET, None)).body == body


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ([CLOSE], FailureKind.UNREACHABLE),
        ([RESET], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 200 OK\r\ncontent-", CLOSE], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", CLOSE], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", RESET], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n", CLOSE], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello"], FailureKind.UNREACHABLE),
        ([b"\x00\xffSSH-2.0-OpenSSH_9.7\r\n\r\n"], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 101 Switching Protocols\r\n\r\n", STALL], FailureKind.UNREACHABLE),
        (
            [b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n", STALL],
            FailureKind.UNREACHABLE,
        ),
        ([plain(b"hello", b"transfer-encoding: chunked"), STALL], FailureKind.UNREACHABLE),
        ([CHUNKED + b"5\r\nhello\r\n5 ;" + b"y" * 600_000, STALL], FailureKind.UNREACHABLE),
        ([CHUNKED + b"5\r\nhello\r\n0\r\nx: " + b"y" * 600_000, STALL], FailureKind.UNREACHABLE),
        ([CHUNKED + b"five\r\nhello\r\n0\r\n\r\n", STALL], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000, STALL], FailureKind.UNREACHABLE),
        ([b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello"], FailureKind.BAD_ANSWER),
    ],
)
async def test_what_a_broken_answer_means_and_that_the_next_one_is_read(reply: Reply, kind: FailureKind) -> None:
    async with serving(reply, [plain()]) as (seen, server), transport_to(server) as transport:
        assert (await failure_of(transport)).failure.kind is kind
        assert (await transport.send(GET, None)).body == b"hello"
        assert seen.connections == 2


@pytest.mark.parametrize(
    "reply",
    [
        [STALL],
        [b"HTTP/1.1 200 OK\r\n", STALL],
        [b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", STALL],
    ],
)
async def test_an_answer_that_stays_away_is_not_waited_for_and_the_next_one_is_read(reply: Reply) -> None:
    async with serving(reply, [plain()]) as (_, server), transport_to(server, timeout_s=0.1) as transport:
        assert (await failure_of(transport)).failure.kind is FailureKind.TIMED_OUT
        for _ in range(100):  # on a busy machine even an answer that comes at once may be too late
            try:
                assert (await transport.send(GET, None)).body == b"hello"
                break
            except GatewayError:
                continue
        else:
            pytest.fail("the connection that stalled is still in use")


async def test_a_connection_is_kept() -> None:
    async with serving([plain()]) as (seen, server), transport_to(server) as transport:
        for ask in (GET, POST, GET):
            assert (await transport.send(ask, "s3cret")).status == 200
        assert seen.connections == 1
        assert seen.requests[1].endswith(b'\r\n\r\n{"a":1}')
        assert all(request.count(b"Bearer s3cret") == 1 for request in seen.requests)


@pytest.mark.parametrize(
    "reply",
    [
        [plain(b"hello", b"connection: close")],
        [b"HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello"],
        [plain() + plain(b"not asked for")],
        [plain() + b"garbage"],
        [CHUNKED + FOLLOWED],
        [plain(), CLOSE],
        [plain(), plain(b"not asked for")],
    ],
)
async def test_a_connection_that_cannot_be_trusted_is_not_used_again(reply: Reply) -> None:
    async with serving(reply, [plain(b"good")]) as (seen, server), transport_to(server) as transport:
        assert (await transport.send(GET, None)).body == b"hello"
        await all_of_it_has_arrived(seen)
        assert (await transport.send(POST, None)).body == b"good"
        assert seen.connections == 2


async def test_what_follows_an_answer_unasked_is_no_answer_over_tls_either(tmp_path: Path) -> None:
    trusted = certificate(tmp_path)
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(trusted)
    for reply in ([plain() + plain(b"not asked for")], [plain(), plain(b"not asked for")], [CHUNKED + FOLLOWED]):
        async with (
            serving(reply, [plain(b"good")], tls=server_tls) as (seen, server),
            transport_to(server, verify=ssl.create_default_context(cafile=trusted), host="localhost") as transport,
        ):
            assert (await transport.send(GET, None)).body == b"hello"
            await all_of_it_has_arrived(seen)
            assert (await transport.send(POST, None)).body == b"good"
            assert seen.connections == 2


@pytest.mark.parametrize("ending", [CLOSE, RESET])
async def test_a_kept_connection_that_closes_under_a_request_costs_a_read_nothing_and_repeats_no_change(
    ending: str,
) -> None:
    async with serving([plain()], [ending], [plain(b"again")]) as (seen, server), transport_to(server) as transport:
        await transport.send(GET, None)
        assert (await transport.send(GET, None)).body == b"again"
        assert len(seen.requests) == 3
    async with serving([plain()], [ending], [plain(b"again")]) as (seen, server), transport_to(server) as transport:
        await transport.send(GET, None)
        assert (await failure_of(transport, POST)).failure.kind is FailureKind.UNREACHABLE
        assert len(seen.requests) == 2


async def test_an_old_connection_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "KEPT_S", 0.0)
    async with serving([plain()]) as (seen, server), transport_to(server) as transport:
        await transport.send(GET, None)
        await transport.send(GET, None)
        assert seen.connections == 2


async def test_so_many_requests_go_at_once_and_no_more() -> None:
    async with serving([plain()]) as (seen, server), transport_to(server) as transport:
        answers: list[ApiResponse] = await asyncio.gather(*(transport.send(GET, None) for _ in range(40)))
        assert [answer.body for answer in answers] == [b"hello"] * 40
        assert 1 < seen.most <= 8


async def test_requests_given_up_leave_room_for_others() -> None:
    async with serving([STALL]) as (_, server), transport_to(server) as transport:
        for _ in range(20):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(transport.send(GET, None), 0.01)
    async with serving([plain()]) as (_, server), transport_to(server) as transport:
        for _ in range(20):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(transport.send(GET, None), 0)
        assert (await transport.send(GET, None)).body == b"hello"


async def test_closing_ends_what_is_under_way() -> None:
    async with serving([STALL]) as (seen, server), transport_to(server) as transport:
        waiting = asyncio.create_task(transport.send(POST, None))
        await seen.asked.wait()
        await transport.aclose()
        with pytest.raises(GatewayError):
            await waiting


async def test_a_server_that_sends_faster_than_it_is_read_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_UNREAD", 1000)
    replies = [plain(b"x" * 400_000)], [plain(b"x" * 2000)]
    async with serving(*replies) as (seen, server), transport_to(server) as transport:
        for size in (400_000, 2000, 2000):
            assert len((await transport.send(GET, None)).body) == size
        assert seen.connections == 1


class Pausable(asyncio.Transport):
    """A transport that notes when nothing more is to be received."""

    def __init__(self, **extra: object) -> None:
        super().__init__(extra)
        self.asked: list[str] = []

    def pause_reading(self) -> None:
        self.asked.append("pause")

    def resume_reading(self) -> None:
        self.asked.append("resume")


async def test_unread_bytes_stop_the_other_side_until_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_UNREAD", 1000)
    stream, transport = streams.Stream(), Pausable()
    stream.connection_made(transport)
    stream.data_received(b"x" * 1000)
    assert transport.asked == []
    for _ in range(2):
        stream.data_received(b"x" * 100)
    assert transport.asked == ["pause"]
    for unread, asked in ((1100, ["pause"]), (1000, ["pause", "resume"]), (900, ["pause", "resume"])):
        assert await stream.read(100) == b"x" * 100
        assert (len(stream._received), transport.asked) == (unread, asked)


ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


async def test_an_alert_of_tls_is_one_only_as_the_first_bytes_in_clear_text() -> None:
    for is_encrypted, before in ((True, b""), (False, b"HTTP/1.1 200 OK")):
        stream = streams.Stream()
        stream.connection_made(Pausable(ssl_object=is_encrypted or None))
        if before:
            stream.data_received(before)
            assert await stream.read(99) + await stream.read(99) == before
        stream.data_received(ALERT)
        assert await stream.read(99) + await stream.read(99) == ALERT
    stream = streams.Stream()
    stream.connection_made(Pausable())
    stream.data_received(ALERT)
    with pytest.raises(TlsAlert):
        await stream.read(99)


async def test_a_header_cannot_be_smuggled_in_by_a_token() -> None:
    async with serving([plain()]) as (seen, server), transport_to(server) as transport:
        with pytest.raises(GatewayError) as caught:
            await transport.send(GET, "a\r\nx-evil: 1")
        assert "evil" not in str(caught.value)
        assert not seen.requests


async def test_nothing_is_sent_to_a_certificate_that_is_not_trusted(tmp_path: Path) -> None:
    trusted, untrusting = certificate(tmp_path), ssl.create_default_context()
    server_tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_tls.load_cert_chain(trusted)
    verify = ssl.create_default_context(cafile=trusted)
    async with serving([plain()], tls=server_tls) as (seen, server):
        async with transport_to(server, verify=verify, host="localhost") as transport:
            assert (await transport.send(POST, "s3cret")).body == b"hello"
            assert (await transport.send(GET, "s3cret")).body == b"hello"
            assert seen.connections == 1
        for context, host, why in ((untrusting, "localhost", "self-signed"), (verify, "127.0.0.1", "mismatch")):
            async with transport_to(server, verify=context, host=host) as transport:
                error = await failure_of(transport)
                assert error.failure.symbol in NOTHING_SENT
                assert why in error.failure.message
        assert len(seen.requests) == 2


def certificate(folder: Path) -> Path:
    """A certificate of "localhost" and its key, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    both = folder / "localhost.pem"
    wanted = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*wanted.split(), "-keyout", str(both), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )
    both.write_text(both.read_text() + (folder / "cert.pem").read_text())
    return both
