"""Nothing secret in any repr, text or traceback, even one that shows the values of variables."""

import io
import traceback
from collections.abc import Awaitable

import httpx2 as httpx
import msgspec
import pytest
from rich.console import Console
from rich.traceback import Traceback

from tests.unit.gateway.gateways import Script, client_of, signed_in, token
from tui.domain.text import masked
from tui.gateway.errors import GatewayError
from tui.gateway.http.api_response import ApiResponse, decode
from tui.gateway.sub2api.wire.failed import FailedRow, failed_call_detail_of
from tui.gateway.sub2api.wire.keys import KEY, key_of

SECRET = "sk-5eC2e7-very-secret-indeed"
JSON = {"content-type": "application/json"}
BAD_KEY = f'{{"code":0,"data":{{"id":7,"key":"{SECRET}","name":5}}}}'.encode()


async def shown(call: Awaitable[object]) -> str:
    with pytest.raises(GatewayError) as caught:
        await call
    error = caught.value
    # pytest's own frames hold this test's constants.
    own = error.__traceback__.tb_next if error.__traceback__ else None
    console = Console(file=io.StringIO(), width=500)
    console.print(
        Traceback.from_exception(
            type(error), error, own, show_locals=True, locals_max_length=200, locals_max_string=10_000
        )
    )
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join([repr(error), str(error), repr(error.failure), "".join(traceback.format_exception(error)), text])


async def test_an_answer_with_secrets_that_cannot_be_read() -> None:
    text = await shown(client_of(Script(keys__7=httpx.Response(200, headers=JSON, content=BAD_KEY))).key(7))
    assert SECRET not in text
    assert "data.name" in text


@pytest.mark.parametrize(
    "answer", [httpx.ConnectError("down"), httpx.Response(401, json={"code": "INVALID_TOKEN", "message": "x"})]
)
async def test_tokens(answer: object) -> None:
    access = token(name="hunter2hunter2")
    text = await shown(client_of(Script(user__profile=answer), sessions=signed_in(access, "rt_hunter2")).profile())
    assert access not in text
    assert "rt_hunter2" not in text


async def test_a_password_and_a_code() -> None:
    client = client_of(Script(auth__login=httpx.ConnectError("down"), auth__login__2fa=httpx.ConnectError("down")))
    assert "hunter2" not in (await shown(client.login("lin@example.com", "hunter2"))).replace('"hunter2"', "")
    text = await shown(client.login_2fa("temp-hunter2", "123456"))
    assert "temp-hunter2" not in text.replace('"temp-hunter2"', "")


def test_wire_structs_and_answers_show_nothing() -> None:
    body = (
        f'{{"code":0,"data":{{"id":7,"key":"{SECRET}","name":"n","status":"active","quota":0,"quota_used":0,'
        f'"created_at":"2026-11-01T00:00:00Z"}}}}'
    ).encode()
    answer = ApiResponse(200, "application/json", body)
    row = decode(KEY, answer)
    key = key_of(row)
    console = Console(file=io.StringIO())
    console.print(answer, row, key)
    assert SECRET not in f"{answer!r} {row!r} {key!r} {console.file.getvalue()}"  # type: ignore[attr-defined]
    assert key.masked_secret == masked(SECRET)


@pytest.mark.parametrize(
    ("told", "shown_as"),
    [
        (f"invalid key {SECRET}", "invalid key sk-5eC…deed"),
        ("Authorization: Bearer abcdef1234567890", "Authorization: Bearer …"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl expired", "eyJhbG…dXJl expired"),
        ("dial postgres://gateway:hunter2@10.0.0.7:5432", "dial postgres://…@10.0.0.7:5432"),
        ("sk-learn is no key, nor is sk-proj-****4f9c", "sk-learn is no key, nor is sk-proj-****4f9c"),
    ],
)
async def test_secrets_that_the_gateway_repeats_in_its_errors(told: str, shown_as: str) -> None:
    refusal = httpx.Response(500, json={"code": 500, "message": told})
    with pytest.raises(GatewayError) as caught:
        await client_of(Script(user__profile=refusal)).profile()
    assert caught.value.failure.message == shown_as
    row = f'{{"id":1,"created_at":"2026-11-24T05:31:02Z","message":"{told}","error_body":"{told}"}}'
    failed = failed_call_detail_of(msgspec.json.decode(row, type=FailedRow))
    assert (failed.call.message, failed.body) == (shown_as, shown_as)
