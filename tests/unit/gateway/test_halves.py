"""Half a letter in an answer costs that letter, and nothing else."""

import json

import msgspec
import pytest

from tui.gateway.errors import GatewayError
from tui.gateway.http.api_response import ApiResponse, complaint_in, decode
from tui.gateway.sub2api.wire.base import Envelope

TEXTS = msgspec.json.Decoder(Envelope[list[str]])


def answer(body: bytes, status: int = 200) -> ApiResponse:
    return ApiResponse(status, "application/json", body)


def test_halves_are_replaced_and_pairs_are_kept() -> None:
    texts = ["a\ud83db", "\udc00", "\ud83d", "\ud83d\ude00 客", r"\ud83d", "\ud83d\\", '"\ud83d"']
    body = json.dumps({"code": 0, "data": texts}).encode()
    assert decode(TEXTS, answer(body)) == ["a�b", "�", "�", "😀 客", r"\ud83d", "�\\", '"�"']


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert decode(TEXTS, answer(b'{"code":0,"data":["a\xffb"]}')) == ["a�b"]


def test_a_complaint_with_half_a_letter_is_read() -> None:
    body = json.dumps({"code": "NOPE", "message": "no \ud83d"}).encode()
    assert complaint_in(answer(body, 400)).message == "no �"


@pytest.mark.parametrize(
    "body", [b'{"code":0,"data":["\\ud83d', b'{"code":0,"data":\xff}', b'{"code":0,"data":["\\u"]}']
)
def test_what_is_no_json_stays_none(body: bytes) -> None:
    with pytest.raises(GatewayError, match="no JSON"):
        decode(TEXTS, answer(body))
