"""Records from JSON Lines, whoever wrote them: what is taken, what is made, what is left out and why."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, call, failed, key
from tui.domain.call import Media
from tui.domain.usage import Call
from tui.monitor.feed import Feed
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.records.json_values import json_line
from tui.records.jsonl_calls import read_calls, read_errors
from tui.records.jsonl_lines import GIVEN_UP_AFTER, ReadLines, UnreadLine
from tui.records.rows import call_members, error_members

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def line(**members: Any) -> bytes:
    return json.dumps({"at": "2026-11-02T03:00:00Z", "key": "a", "billed_usd": 0.5} | members).encode()


def read(*lines: bytes | dict[str, Any]) -> ReadLines[Call]:
    return read_calls([line(**one) if isinstance(one, dict) else one for one in lines], SHANGHAI, NOW)


def test_what_aktop_writes_is_read_back_whole() -> None:
    media = Media(2, "1024x1024", "image", 5, 6, 0.25, 0.5)
    calls = (
        call(3, media=media, ip="192.0.2.1", user_agent="curl/8", session_id="s", group_id=4, group_name="g"),
        call(2, ago_s=5.5, billing_type=1, first_token_ms=12, cache_creation_1h_tokens=7, endpoint="/v1/messages"),
        call(1, ago_s=9, billed="0", request_id="req_1", service_tier="flex", reasoning_effort="high", input_cost=0.1),
    )
    snapshot = Snapshot("https://gateway.example", SHANGHAI, {AskKeys(): Feed((key(7, "key-7"),), NOW)})
    lines = [(json_line(call_members(one, snapshot, SHANGHAI)) + "\n").encode() for one in calls]
    assert read_calls(lines, ZoneInfo("UTC"), NOW) == ReadLines(calls, 3)
    errors = (failed(2, ip="192.0.2.1", request_type="sync"), failed(1, ago_s=8, key_deleted=True, is_stream=True))
    written = [json_line(error_members(one, SHANGHAI)).encode() for one in errors]
    assert read_errors(written, ZoneInfo("UTC"), NOW) == ReadLines(errors, 2)


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({}, {"at": AT, "key_id": 1, "key_name": "a", "billed_usd": Decimal("0.5"), "standard_usd": Decimal("0.5")}),
        ({"at": "2026-11-02T11:00:00"}, {"at": AT}),
        ({"at": "2026-11-02 11:00"}, {"at": AT}),
        ({"at": "2026-11-01T22:00:00.000-05:00"}, {"at": AT}),
        ({"at": "2026-11-02T03:00:00.123456789Z"}, {"at": AT.replace(microsecond=123456)}),
        ({"at": None, "created_at": "2026-11-02T03:00:00+00:00"}, {"at": AT}),
        ({"at": AT.timestamp()}, {"at": AT}),
        ({"at": str(int(AT.timestamp() * 1000))}, {"at": AT}),
        ({"billed_usd": "0.25"}, {"billed_usd": Decimal("0.25")}),
        ({"billed_usd": None, "actual_cost": 0.25}, {"billed_usd": Decimal("0.25")}),
        ({"billed_usd": None, "cost_usd": 1}, {"billed_usd": Decimal(1)}),
        ({"standard_usd": 2}, {"standard_usd": Decimal(2), "rate_multiplier": 0.25}),
        ({"total_cost": "2"}, {"standard_usd": Decimal(2), "rate_multiplier": 0.25}),
        ({"rate_multiplier": 0.25}, {"standard_usd": Decimal(2), "rate_multiplier": 0.25}),
        ({"billed_usd": 0}, {"standard_usd": Decimal(0), "rate_multiplier": 1.0}),
        ({"rate_multiplier": 0}, {"standard_usd": Decimal("0.5"), "rate_multiplier": 0.0}),
        ({"key": None, "key_name": "b"}, {"key_name": "b", "key_id": 1}),
        ({"key": None, "api_key": {"id": 4, "name": "b", "key": "sk-secret"}}, {"key_name": "b", "key_id": 4}),
        ({"key": None, "key_id": "12"}, {"key_name": None, "key_id": 12}),
        ({"key": None, "api_key_id": 12}, {"key_name": None, "key_id": 12}),
        ({"key": 12}, {"key_name": "12", "key_id": 1}),
        ({"key_id": "key_abc"}, {"key_name": "a", "key_id": 1}),
        ({"key": "a\x1b[31m\u202eb"}, {"key_name": "a[31mb"}),
        ({"group": "g"}, {"group_name": "g"}),
        ({"group": {"id": 1, "name": "g"}}, {"group_name": "g"}),
        ({"group_name": "g"}, {"group_name": "g"}),
        ({"billing_type": "subscription"}, {"is_wallet": False}),
        ({"billing_type": "wallet"}, {"is_wallet": True}),
        ({"billing_type": "1"}, {"is_wallet": False}),
        ({"duration_ms": 1234.6, "first_token_ms": "88"}, {"duration_ms": 1235, "first_token_ms": 88}),
        ({"input_tokens": "12", "output_tokens": 3.0}, {"input_tokens": 12, "output_tokens": 3}),
        ({"stream": True}, {"request_type": "stream"}),
        ({"ip_address": "192.0.2.1", "inbound_endpoint": "/v1"}, {"ip": "192.0.2.1", "endpoint": "/v1"}),
        ({"colour": "red", "nested": {"a": [1]}}, {"billed_usd": Decimal("0.5")}),
    ],
)
def test_what_a_line_says_in_whatever_spelling(members: dict[str, Any], wanted: dict[str, Any]) -> None:
    found = read(members)
    assert (found.unread, found.ignored) == ((), {})
    assert {name: getattr(found.rows[0], name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"at,key,billed_usd", "it is no JSON"),
        (b'{"at": "2026', "it is no JSON"),
        (b"\xff\xfe{\x00}\x00", "it is UTF-16: convert it to UTF-8 first"),
        (b"\x1f\x8b\x08\x00", "it is compressed: unpack it first, for instance with zcat"),
        (b"\xfa\x00", "it is no JSON"),
        ({"at": (NOW + timedelta(days=2)).isoformat()}, "it is in the future: 2026-11-26T13:31:02+08:00"),
        (b"[" * 100_000, "it is no JSON"),
        (b"[1]", "it is no JSON object"),
        ({"at": None}, "no moment is told: at is missing"),
        ({"at": "yesterday"}, "at: expected a moment from 2000 to 2199, got 'yesterday'"),
        ({"at": "0001-01-01T00:00:00Z"}, "at: expected a moment from 2000 to 2199, got '0001-01-01T00:00:00Z'"),
        (
            {"at": "9999-12-31T23:59:59-12:00"},
            "at: expected a moment from 2000 to 2199, got '9999-12-31T23:59:59-12:00'",
        ),
        ({"at": 1e300}, "at: expected a moment from 2000 to 2199, got '1e+300'"),
        ({"at": {}}, "at: expected a moment from 2000 to 2199, got '{}'"),
        ({"billed_usd": None}, "no cost is told: billed_usd is missing"),
        ({"billed_usd": -1}, "billed_usd: expected an amount in USD, 0 or more, got '-1'"),
        ({"billed_usd": float("nan")}, "billed_usd: expected an amount in USD, 0 or more, got 'nan'"),
        ({"billed_usd": "free\x1b[2J"}, "billed_usd: expected an amount in USD, 0 or more, got 'free[2J'"),
        ({"key": None}, "no key is told: key and key_id are missing"),
        ({"key": "", "key_id": ""}, "no key is told: key and key_id are missing"),
    ],
)
def test_a_line_that_cannot_be_read_is_left_out_with_its_number_and_the_reason(raw: Any, why: str) -> None:
    found = read({}, b"", raw, {})
    assert (len(found.rows), found.count) == (2, 3)
    assert found.unread == (UnreadLine(3, why),)


def test_a_member_that_need_not_be_there_takes_no_line_with_it() -> None:
    found = read({"ip": ["a"], "duration_ms": "fast"}, {"duration_ms": float("nan"), "input_tokens": -3}, {})
    assert (len(found.rows), found.unread) == (3, ())
    assert found.ignored == {"ip": 1, "duration_ms": 2, "input_tokens": 1}
    assert (found.rows[0].ip, found.rows[1].duration_ms, found.rows[1].input_tokens) == (None, None, 0)


def test_lines_with_an_id_that_came_before_count_once() -> None:
    found = read({"id": 5}, {"id": "5", "billed_usd": 9}, {"id": "req_5"}, {"id": "req_5"}, {}, {})
    assert (len(found.rows), found.repeated) == (4, 2)
    ids = [one.id for one in found.rows]
    assert ids[0] == 5
    assert ids == sorted(ids)
    assert len(set(ids)) == 4


def test_lines_without_an_id_that_are_alike_count_and_are_told() -> None:
    found = read({}, {}, {"billed_usd": 9}, {"id": 5})
    assert (len(found.rows), found.alike, found.repeated) == (4, 1, 0)


def test_moments_without_an_offset_are_told() -> None:
    assert read({}, {"at": "2026-11-02T11:00:00"}, {"at": 1762052400}).local == 1


def test_keys_are_told_apart_by_what_lines_say_of_them() -> None:
    named = read({"key": "b"}, {"key": "a"}, {"key": "b"})
    assert [one.key_id for one in named.rows] == [1, 2, 1]
    mixed = read({"key": "a"}, {"key": "a", "key_id": 1}, {"key": "b"}, {"key": "c", "key_id": 2}, {"key": "b"})
    assert [one.key_id for one in mixed.rows] == [1, 1, 3, 2, 3]
    twins = read({"key": "a", "key_id": 1}, {"key": "a", "key_id": 2}, {"key": "a"})
    assert [one.key_id for one in twins.rows] == [1, 2, 3]
    texts = read({"key_id": "x"}, {"key_id": "y"}, {"key_id": "x"}, {"key_id": 1})
    assert [one.key_id for one in texts.rows] == [2, 3, 2, 1]


def test_an_error_needs_a_moment_only_and_is_of_the_key_that_calls_name_so() -> None:
    calls = read({"key_id": 4}, {"key": None, "key_id": 5}).rows
    lines = [
        b'{"at": "2026-11-02T03:00:00Z"}',
        b'{"created_at": "2026-11-02T11:00:00", "key_id": 4, "status": "429", "client_ip": "192.0.2.1"}',
        b'{"at": "2026-11-02T03:00:00Z", "api_key_id": "5"}',
        b'{"at": "never"}',
    ]
    found = read_errors(lines, SHANGHAI, NOW, calls)
    assert [one.key_name for one in found.rows] == ["", "a", "#5"]
    assert (found.rows[1].at, found.rows[1].status_code, found.rows[1].ip) == (AT, 429, "192.0.2.1")
    assert found.rows[0].category == "other"
    assert [one.number for one in found.unread] == [4]


def test_a_file_of_something_else_is_not_read_to_its_end() -> None:
    def lines() -> Any:
        yield from [b"no"] * GIVEN_UP_AFTER
        raise AssertionError("read on")

    assert read_calls(lines(), SHANGHAI, NOW).count == GIVEN_UP_AFTER
