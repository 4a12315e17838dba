"""Compressed answers: taken apart piece by piece, bounded by what comes out, one layer and no more."""

import asyncio
import gzip
import sys
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Iterable

import pytest

from tests.unit.gateway.test_connections import GET, serving, transport_to
from tui.domain.failure import STACKED_ENCODING, TOO_LARGE, FailureKind
from tui.gateway.errors import GatewayError
from tui.gateway.http import transport
from tui.gateway.http.decoding import Undecodable, content_of
from tui.present.failures import sentence

MB = 1024 * 1024
BODY = b'{"code":0,"data":{"n":[' + b"1,2,3," * 50_000 + b"4]}}"
BARE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
BARE_BODY = BARE.compress(BODY) + BARE.flush()


async def stream(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def bomb(size: int) -> bytes:
    squeeze = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = b"\0" * MB
    return b"".join([*(squeeze.compress(zeros) for _ in range(size // MB)), squeeze.flush()])


@pytest.mark.parametrize(
    ("encodings", "sent"),
    [
        ([], BODY),
        (["identity"], BODY),
        (["gzip"], gzip.compress(BODY, mtime=0)),
        (["X-GZIP"], gzip.compress(BODY, mtime=0)),
        (["identity, gzip"], gzip.compress(BODY, mtime=0)),
        (["deflate"], zlib.compress(BODY)),
        (["deflate"], BARE_BODY),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 4096, 10**9])
async def test_one_layer_comes_out_as_it_went_in(encodings: list[str], sent: bytes, step: int) -> None:
    parts = (sent[at : at + step] for at in range(0, len(sent), step))
    assert await content_of(stream(parts), encodings, len(BODY)) == BODY


async def test_the_end_comes_out_wherever_the_pieces_fall() -> None:
    for size in (*range(65_500, 65_600, 3), 131_072, 131_073):
        squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        sent = squeeze.compress(b"\0" * size) + squeeze.flush()
        assert len(await content_of(stream([sent]), ["deflate"], size)) == size


@pytest.mark.parametrize("encodings", [["gzip"], ["deflate"], []])
async def test_nothing_is_nothing(encodings: list[str]) -> None:
    assert await content_of(stream([]), encodings, 10) == b""


@pytest.mark.parametrize(
    ("encodings", "sent", "symbol"),
    [
        (["gzip, gzip"], gzip.compress(gzip.compress(BODY, mtime=0), mtime=0), STACKED_ENCODING),
        (["gzip", "gzip"], gzip.compress(gzip.compress(BODY, mtime=0), mtime=0), STACKED_ENCODING),
        (["deflate,identity , gzip"], gzip.compress(zlib.compress(BODY), mtime=0), STACKED_ENCODING),
        (["br"], BODY, ""),
        (["zstd"], BODY, ""),
        (["gzip"], BODY, ""),
        (["deflate"], b"\xff" * 9, ""),
        (["gzip"], gzip.compress(BODY, mtime=0)[:-9], ""),
        (["gzip"], gzip.compress(BODY, mtime=0)[: len(gzip.compress(BODY, mtime=0)) // 2], ""),
        (["gzip"], gzip.compress(BODY + b" ", mtime=0), TOO_LARGE),
        ([], BODY + b" ", TOO_LARGE),
    ],
)
async def test_what_is_not_taken_in(encodings: list[str], sent: bytes, symbol: str) -> None:
    with pytest.raises(Undecodable) as caught:
        await content_of(stream([sent]), encodings, len(BODY))
    assert caught.value.symbol == symbol


async def test_what_comes_after_the_end_of_the_compression_is_counted_and_not_read() -> None:
    sent = gzip.compress(BODY, mtime=0)
    assert await content_of(stream([sent + b"rest", b"more"]), ["gzip"], len(BODY)) == BODY
    with pytest.raises(Undecodable):
        await content_of(stream([sent, *(b"x" * MB for _ in range(3))]), ["gzip"], MB)


@pytest.mark.parametrize(
    ("encoding", "symbol", "told"),
    [
        (b"gzip", TOO_LARGE, "larger than 2 MB"),
        (b"gzip, gzip", STACKED_ENCODING, "compressed 2 times over"),
    ],
)
async def test_a_bomb_on_the_wire_takes_no_more_than_the_bound(
    encoding: bytes, symbol: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_MAX_BYTES", 2 * MB)
    content = bomb(256 * MB)
    if encoding != b"gzip":
        content = gzip.compress(content, mtime=0)
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: %s\r\ncontent-length: %d\r\n\r\n"
    async with serving([head % (encoding, len(content)) + content]) as (_, server), transport_to(server) as sending:
        tracemalloc.start()
        try:
            with pytest.raises(GatewayError) as caught:
                await asyncio.wait_for(sending.send(GET, None), 30)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    failure = caught.value.failure
    assert (failure.kind, failure.symbol) == (FailureKind.BAD_ANSWER, symbol)
    assert told in sentence(failure)
    assert peak < 12 * MB, f"{peak / MB:.0f} MB"


def test_the_bound_is_far_above_a_full_page_and_far_below_what_a_small_machine_has() -> None:
    assert 1000 * 3500 * 4 < transport._MAX_BYTES < sys.maxsize
    assert transport._MAX_BYTES <= 32 * MB
