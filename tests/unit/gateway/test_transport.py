"""Answers that never come, break off, are too large, or are not what they say."""

import gzip
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx2 as httpx
import pytest

from tests.transports import answered_by
from tests.unit.gateway.gateways import PROFILE, Script, client_of, ok
from tui.domain.clock import GatewayClock
from tui.domain.failure import FailureKind
from tui.gateway.errors import GatewayError, Unreachable
from tui.gateway.http import transport
from tui.gateway.sub2api.client import GatewayClient

JSON = {"content-type": "application/json; charset=utf-8"}


async def kind_from(answer: object) -> FailureKind:
    with pytest.raises(GatewayError) as caught:
        await client_of(Script(user__profile=answer)).profile()
    return caught.value.failure.kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ConnectError("Connection refused"), FailureKind.UNREACHABLE),
        (httpx.ConnectTimeout("slow"), FailureKind.TIMED_OUT),
        (httpx.ReadTimeout("slow"), FailureKind.TIMED_OUT),
        (httpx.PoolTimeout("slow"), FailureKind.TIMED_OUT),
        (httpx.ReadError("reset"), FailureKind.UNREACHABLE),
        (httpx.RemoteProtocolError("cut"), FailureKind.UNREACHABLE),
        (httpx.ProxyError("407"), FailureKind.UNREACHABLE),
        (httpx.Response(200, headers=JSON, content=b""), FailureKind.EMPTY_ANSWER),
        (httpx.Response(200, headers=JSON, content=b" \n"), FailureKind.EMPTY_ANSWER),
        (httpx.Response(200, headers=JSON, content=b"\x00\xff{"), FailureKind.BAD_ANSWER),
        (httpx.Response(200, headers=JSON, content=b'{"code":0,"data":{"id":2,'), FailureKind.BAD_ANSWER),
        (httpx.Response(200, headers=JSON, content=b'{"code":0,"x":' + b"[" * 200_000), FailureKind.BAD_ANSWER),
        (httpx.Response(200, headers=JSON, content=b"null"), FailureKind.BAD_ANSWER),
        (
            httpx.Response(200, headers=JSON, content=b'{"code":1,"data":{"id":2,"email":"","balance":1}}'),
            FailureKind.BAD_ANSWER,
        ),
        (httpx.Response(200, headers={"content-type": "text/html"}, content=b"<html>"), FailureKind.NOT_A_GATEWAY),
        (httpx.Response(403, headers={"content-type": "text/html"}, content=b"<html>"), FailureKind.NOT_A_GATEWAY),
        (httpx.Response(502, headers={"content-type": "text/html"}, content=b"<html>"), FailureKind.SERVER_ERROR),
        (httpx.Response(503), FailureKind.SERVER_ERROR),
        (httpx.Response(429, headers={"content-type": "text/html"}), FailureKind.RATE_LIMITED),
        (
            httpx.Response(404, headers={"content-type": "text/plain"}, content=b"404 page not found"),
            FailureKind.ENDPOINT_MISSING,
        ),
        (httpx.Response(500, headers=JSON, content=b"{broken"), FailureKind.SERVER_ERROR),
        (httpx.Response(500, headers=JSON, content=b"[1]"), FailureKind.SERVER_ERROR),
    ],
)
async def test_what_a_bad_way_means(answer: object, kind: FailureKind) -> None:
    assert await kind_from(answer) is kind


async def test_compressed_answers_are_read_and_broken_ones_are_no_crash() -> None:
    body = gzip.compress(ok(PROFILE).content)
    headers = JSON | {"content-encoding": "gzip"}

    class Raw(httpx.AsyncByteStream):
        def __init__(self, content: bytes) -> None:
            self.content = content

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield self.content

    for content, is_good in ((body, True), (b"no gzip", False)):
        client = client_of(lambda _, content=content: httpx.Response(200, headers=headers, stream=Raw(content)))
        if is_good:
            assert (await client.profile()).id == 2
        else:
            with pytest.raises(GatewayError) as caught:
                await client.profile()
            assert caught.value.failure.kind is FailureKind.BAD_ANSWER


async def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_MAX_BYTES", 1000)
    assert await kind_from(httpx.Response(200, headers=JSON, content=b" " * 2000)) is FailureKind.BAD_ANSWER


async def test_nobody_there() -> None:
    client = GatewayClient("http://127.0.0.1:9", timeout_s=2)
    with pytest.raises(Unreachable) as caught:
        await client.site()
    assert "127.0.0.1:9" in caught.value.failure.message
    await client.aclose()


@pytest.mark.parametrize(
    ("text", "seconds"), [("7", 7), (" 60 ", 60), ("99999", 3600), ("", None), ("-1", None), ("soon", None)]
)
async def test_retry_after(text: str, seconds: float | None) -> None:
    answer = httpx.Response(429, json={"code": "RATE_LIMITED", "message": "x"}, headers={"retry-after": text})
    with pytest.raises(GatewayError) as caught:
        await client_of(Script(user__profile=answer)).profile()
    assert caught.value.failure.retry_after_s == seconds


@pytest.mark.parametrize(
    ("headers", "is_believed"),
    [
        ({"date": "Tue, 24 Nov 2026 05:31:02 GMT"}, True),
        ({"date": "Tue, 24 Nov 2026 05:31:02 GMT", "age": "30"}, False),
        ({"date": "Tue, 24 Nov 1970 05:31:02 GMT"}, False),
        ({"date": "Tue, 24 Nov 9999 05:31:02 GMT"}, False),
        ({"date": "yesterday"}, False),
        ({"date": ""}, False),
        ({}, False),
    ],
)
async def test_the_clock_is_set_by_the_date_of_fresh_answers(headers: dict[str, str], is_believed: bool) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={**JSON, **headers}, json={"code": 0, "data": PROFILE})

    clock = GatewayClock()
    client = GatewayClient("https://gw", transport=answered_by(answer), clock=clock)
    with suppress(GatewayError):
        await client.site()
    told = datetime(2026, 11, 24, 5, 31, 2, tzinfo=UTC)
    assert (abs(clock.now() - told) < timedelta(seconds=10)) is is_believed
