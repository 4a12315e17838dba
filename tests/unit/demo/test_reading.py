"""Reading what clients send: JSON in Go's words, times, dates, ranges, flags."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.demo.site import NOW
from tui.demo import json_body, params
from tui.demo.binding import Body, Field, bind
from tui.demo.calendar import FAR, moment, stamp
from tui.demo.gotime import TimeFault, parse_rfc3339
from tui.demo.wire import RefusedError, encode

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOGIN = Body(
    "LoginRequest",
    (
        Field("email", "Email", "string", ("required", "email")),
        Field("password", "Password", "string", ("required",)),
    ),
)


@pytest.mark.parametrize("raw", [b"", b"  ", b"{", b'{"a":}', b"nul", b"[" * 100_000])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    with pytest.raises(json_body.SyntaxFault):
        json_body.parse(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a":[1,-2.5e3,true,null]} rest', {"a": ["1", "-2.5e3", True, None]}),
        (b'"\\u5ba2\\ud83d\\ude00\\n"', "客😀\n"),
        (b"{}", {}),
        (b"[]", []),
    ],
)
def test_good_json(raw: bytes, value: Any) -> None:
    assert json_body.parse(raw) == value


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"[]", "json: cannot unmarshal array into Go value of type handler.LoginRequest"),
        (b'{"email":5}', "json: cannot unmarshal number into Go struct field LoginRequest.email of type string"),
        (b'{"email":{}}', "json: cannot unmarshal object into Go struct field LoginRequest.email of type string"),
        (b'{"EMAIL":"zz","password":"x"}', "failed on the 'email' tag"),
        (b"null", "'Password' failed on the 'required' tag"),
    ],
)
def test_bodies_that_do_not_bind(raw: bytes, message: str) -> None:
    with pytest.raises(RefusedError) as caught:
        bind(raw, LOGIN)
    assert message.encode() in caught.value.answer.body.replace(b"\\u003e", b">")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2031-01-01T00:00:00Z", datetime(2031, 1, 1, tzinfo=UTC)),
        ("2031-01-01T00:00:00+05:00", datetime(2030, 12, 31, 19, tzinfo=UTC)),
        ("2020-01-01T00:00:00.123456789Z", datetime(2020, 1, 1, microsecond=123456, tzinfo=UTC)),
        ("2020-01-01T00:00:00,5-00:30", datetime(2020, 1, 1, 0, 30, 0, 500000, tzinfo=UTC)),
    ],
)
def test_times(text: str, when: datetime) -> None:
    assert parse_rfc3339(text) == moment(when)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", 'cannot parse "x" as "2006"'),
        ("2026-01-01", 'cannot parse "" as "T"'),
        ("2026-01-01T00:00:00", 'cannot parse "" as "Z07:00"'),
        ("2026-01-01T00:00Z", 'cannot parse "Z" as ":"'),
        ("2026-13-01", "month out of range"),
        ("2026-02-30T00:00:00Z", "day out of range"),
        ("2026-01-01T25:00:00Z", "hour out of range"),
        ("2026-01-01T00:00:00+25:00", "time zone offset hour out of range"),
        ("2026-01-01T00:00:00Zx", 'extra text: "x"'),
    ],
)
def test_texts_that_are_no_times(text: str, message: str) -> None:
    with pytest.raises(TimeFault, match="parsing time") as caught:
        parse_rfc3339(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2026-11-24", True), (" 2026-11-24 ", True), ("0000-01-01", True), ("9999-12-31", True),
        ("2026-1-1", False), ("2026-02-30", False), ("2026-11-24T00:00:00", False),
        ("zz", False), ("２０２６-11-24", False),
    ],
)  # fmt: skip
def test_dates(text: str, valid: bool) -> None:
    if valid:
        assert params.day({"start_date": text}, "start_date") is not None
    else:
        with pytest.raises(RefusedError) as caught:
            params.day({"start_date": text}, "start_date")
        assert b"Invalid start_date format, use YYYY-MM-DD" in caught.value.answer.body


def at(*parts: int, zone: str = "Asia/Shanghai") -> int:
    """A local time as a moment."""
    return moment(datetime(*parts, tzinfo=ZoneInfo(zone)))  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("query", "begin", "end", "dates"),
    [
        ({}, at(2026, 11, 17), at(2026, 11, 25), ("2026-11-17", "2026-11-24")),
        ({"period": "today"}, at(2026, 11, 24), moment(NOW), ("2026-11-24", "2026-11-23")),
        ({"period": "week"}, at(2026, 11, 17, 14, 30), moment(NOW), ("2026-11-17", "2026-11-23")),
        ({"period": "month"}, at(2026, 10, 24, 14, 30), moment(NOW), ("2026-10-24", "2026-11-23")),
        ({"period": "nonsense"}, at(2026, 11, 17), moment(NOW), ("2026-11-17", "2026-11-23")),
        ({"start_date": "2026-11-20"}, at(2026, 11, 20), at(2026, 11, 25), ("2026-11-20", "2026-11-24")),
        ({"start_date": "2026-11-20", "period": "today"}, at(2026, 11, 20), moment(NOW), ("2026-11-20", "2026-11-23")),
        ({"end_date": "2026-11-20"}, at(2026, 11, 17), at(2026, 11, 21), ("2026-11-17", "2026-11-20")),
        ({"end_date": "9999-12-31"}, at(2026, 11, 17), FAR, ("2026-11-17", "9999-12-31")),
        ({"start_date": "0000-01-01"}, 0, at(2026, 11, 25), ("0000-01-01", "2026-11-24")),
        ({"timezone": "No/Where"}, at(2026, 11, 17), at(2026, 11, 25), ("2026-11-17", "2026-11-24")),
        (
            {"timezone": "America/New_York"},
            at(2026, 11, 17, zone="America/New_York"),
            at(2026, 11, 25, zone="America/New_York"),
            ("2026-11-17", "2026-11-24"),
        ),
        (
            {"timezone": "Pacific/Kiritimati"},
            at(2026, 11, 17, zone="Pacific/Kiritimati"),
            at(2026, 11, 25, zone="Pacific/Kiritimati"),
            ("2026-11-17", "2026-11-24"),
        ),
    ],
)
def test_ranges(query: dict[str, str], begin: int, end: int, dates: tuple[str, str]) -> None:
    named = params.closed_range(query, SHANGHAI, moment(NOW))
    assert (named.span.begin, named.span.end, (named.start_date, named.end_date)) == (begin, end, dates)


def test_a_month_back_runs_over_like_gos_calendar() -> None:
    named = params.closed_range({"period": "month"}, ZoneInfo("UTC"), moment(datetime(2026, 3, 31, 8, tzinfo=UTC)))
    assert named.start_date == "2026-03-03"


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("T", True), ("TRUE", True), ("f", False), ("0", False), (" true ", True), ("", None)],
)
def test_flags(text: str, value: bool | None) -> None:
    assert params.flag({"stream": text}, "stream") is value


@pytest.mark.parametrize("text", ["yes", "tRue", "2"])
def test_texts_that_are_no_flags(text: str) -> None:
    with pytest.raises(RefusedError):
        params.flag({"stream": text}, "stream")


@pytest.mark.parametrize(
    ("microseconds", "shown"),
    [
        (0, "2026-11-24T14:30:00+08:00"),
        (500_000, "2026-11-24T14:30:00.5+08:00"),
        (1, "2026-11-24T14:30:00.000001+08:00"),
    ],
)
def test_fractions_lose_trailing_zeros(microseconds: int, shown: str) -> None:
    assert stamp(moment(NOW) + microseconds, SHANGHAI) == shown


def test_json_is_escaped_as_go_does() -> None:
    assert encode({"a": "<&>\u2028客"}) == b'{"a":"\\u003c\\u0026\\u003e\\u2028' + "客".encode() + b'"}'
