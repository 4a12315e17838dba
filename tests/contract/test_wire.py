"""The wire against recorded answers of real gateways (v0.1.179 and v0.1.83), as they are and spoilt in every way."""

import contextlib
import copy
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2 as httpx
import msgspec
import pytest

from tests.unit.gateway.gateways import NOW, client_of, signed_in
from tui.domain.failure import FailureKind
from tui.domain.scope import NO_FILTERS
from tui.gateway.api_key import wire
from tui.gateway.errors import GatewayError
from tui.gateway.http.api_request import ApiArea
from tui.gateway.http.api_response import ApiResponse, decode, decode_bare, require_success
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import KeyChange
from tui.gateway.sub2api.wire import account, calls, failed, keys, site, sums
from tui.gateway.sub2api.wire.base import Misfit, each, utc

FOLDER = Path(__file__).parent / "recordings"
DAYS = (date(2026, 11, 24), date(2026, 11, 24))
ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime.fromtimestamp(NOW, UTC)

Call = Callable[[GatewayClient], Awaitable[object]]
Read = Callable[[ApiResponse], object]


def breakdown(client: GatewayClient) -> Awaitable[object]:
    return client.breakdown(DAYS, NO_FILTERS, zone=None, hourly=True, server_zone=ZONE)


CALLS: list[tuple[str, Call]] = [
    (r"GET /settings/public", lambda client: client.site()),
    (r"POST /auth/login", lambda client: client.login("lin@example.com", "x")),
    (r"POST /auth/login/2fa", lambda client: client.login_2fa("t", "123456")),
    (r"POST /auth/logout", lambda client: client.logout()),
    (r"GET /auth/me", lambda client: client.me()),
    (r"GET /user/profile", lambda client: client.profile()),
    (r"PUT /user", lambda client: client.set_low_balance_threshold(Decimal("7.5"))),
    (r"GET /keys", lambda client: client.keys()),
    (r"GET /keys/[^/]+", lambda client: client.key(1)),
    (r"GET /groups/available", lambda client: client.groups()),
    (r"GET /subscriptions/progress", lambda client: client.plans()),
    (r"POST /redeem", lambda client: client.redeem("X")),
    (r"GET /redeem/history", lambda client: client.redeemed("X")),
    (r"GET /usage", lambda client: client.calls(DAYS, NO_FILTERS, zone=None)),
    (r"GET /usage/stats", lambda client: client.totals(DAYS, NO_FILTERS, zone=None)),
    (r"GET /usage/dashboard/snapshot-v2", breakdown),
    (r"POST /usage/dashboard/api-keys-usage", lambda client: client.key_costs([1])),
    (r"GET /user/api-keys/[^/]+/usage/daily", lambda client: client.key_days(1, 7)),
    (r"GET /usage/errors", lambda client: client.errors(DAYS, zone=None, filters=NO_FILTERS)),
    (r"GET /usage/errors/[^/]+", lambda client: client.error(94)),
]

# Answers to requests of another kind, which these recordings show as part of the contract's general behaviour.
NOT_ASKED = ("DELETE /", "GET /nope", "GET /keys/$", "GET /dashboard$", "GET /groups/rates", "POST /keys")

KINDS = {
    "auth-apikey-on-panel": FailureKind.NOT_SIGNED_IN,
    "auth-bad-scheme": FailureKind.NOT_SIGNED_IN,
    "auth-junk-token": FailureKind.NOT_SIGNED_IN,
    "auth-no-header": FailureKind.NOT_SIGNED_IN,
    "auth-rate-limited": FailureKind.SIGN_IN_LIMITED,
    "auth-session-binding-mismatch": FailureKind.SESSION_BOUND_ELSEWHERE,
    "auth-token-expired": FailureKind.SESSION_EXPIRED,
    "auth-token-revoked": FailureKind.SESSION_REVOKED,
    "auth-user-inactive": FailureKind.ACCOUNT_DISABLED,
    "auth-user-not-found": FailureKind.ACCOUNT_GONE,
    "backend-mode-login": FailureKind.BACKEND_MODE,
    "backend-mode-panel": FailureKind.BACKEND_MODE,
    "error-detail-bad-id": FailureKind.INVALID,
    "error-detail-foreign": FailureKind.NOT_FOUND,
    "error-detail-missing": FailureKind.NOT_FOUND,
    "errors-bad-status-code": FailureKind.INVALID,
    "errors-gate-off": FailureKind.ERRORS_HIDDEN,
    "key-daily-bad-days": FailureKind.INVALID,
    "key-daily-foreign": FailureKind.FORBIDDEN,
    "key-daily-missing": FailureKind.NOT_FOUND,
    "key-get-bad-id": FailureKind.INVALID,
    "key-get-deleted": FailureKind.NOT_FOUND,
    "key-get-foreign": FailureKind.NOT_FOUND,
    "key-get-missing": FailureKind.NOT_FOUND,
    "key-update-bad-expiry": FailureKind.INVALID,
    "key-update-bad-ip": FailureKind.INVALID,
    "key-update-bad-status": FailureKind.INVALID,
    "key-update-foreign": FailureKind.FORBIDDEN,
    "key-update-group-missing": FailureKind.NOT_FOUND,
    "key-update-long-name": FailureKind.SERVER_ERROR,
    "keys-list-empty-body": FailureKind.EMPTY_ANSWER,
    "login-2fa-bad-session": FailureKind.SESSION_EXPIRED,
    "login-2fa-short-code": FailureKind.WRONG_CODE,
    "login-2fa-too-many": FailureKind.SIGN_IN_LIMITED,
    "login-2fa-wrong-code": FailureKind.WRONG_CODE,
    "login-aliyun-missing": FailureKind.CAPTCHA,
    "login-aliyun-not-configured": FailureKind.CAPTCHA,
    "login-bad-email": FailureKind.WRONG_PASSWORD,
    "login-both-missing": FailureKind.WRONG_PASSWORD,
    "login-captcha-conflict": FailureKind.CAPTCHA,
    "login-disabled-account": FailureKind.ACCOUNT_DISABLED,
    "login-missing-email": FailureKind.WRONG_PASSWORD,
    "login-not-json": FailureKind.INVALID,
    "login-tencent-missing": FailureKind.CAPTCHA,
    "login-tencent-not-configured": FailureKind.CAPTCHA,
    "login-turnstile-missing": FailureKind.CAPTCHA,
    "login-turnstile-not-configured": FailureKind.CAPTCHA,
    "login-turnstile-wrong": FailureKind.SERVER_ERROR,
    "login-unknown-user": FailureKind.WRONG_PASSWORD,
    "login-wrong-password": FailureKind.WRONG_PASSWORD,
    "login-wrong-type": FailureKind.INVALID,
    "panel-rate-limited-heavy": FailureKind.RATE_LIMITED,
    "pg-down-login": FailureKind.DATABASE_DOWN,
    "pg-down-me": FailureKind.DATABASE_DOWN,
    "pg-down-settings": FailureKind.DATABASE_DOWN,
    "redeem-unknown": FailureKind.NOT_FOUND,
    "redeem-used": FailureKind.INVALID,
    "redis-down-login": FailureKind.SIGN_IN_LIMITED,
    "snapshot-missing": FailureKind.ENDPOINT_MISSING,
    "usage-bad-api-key-id": FailureKind.INVALID,
    "usage-bad-billing-mode": FailureKind.INVALID,
    "usage-bad-billing-type": FailureKind.INVALID,
    "usage-bad-request-type": FailureKind.INVALID,
    "usage-bad-start-date": FailureKind.INVALID,
    "usage-bad-stream": FailureKind.INVALID,
    "usage-error-detail": FailureKind.ENDPOINT_MISSING,
    "usage-errors": FailureKind.ENDPOINT_MISSING,
    "usage-filter-deleted-key": FailureKind.NOT_FOUND,
    "usage-filter-foreign-key": FailureKind.FORBIDDEN,
    "usage-get-bad-id": FailureKind.INVALID,
    "usage-get-foreign": FailureKind.FORBIDDEN,
    "usage-get-missing": FailureKind.NOT_FOUND,
    "usage-keys-batch-missing": FailureKind.INVALID,
    "usage-keys-batch-too-many": FailureKind.INVALID,
    "usage-snapshot-bad-bool": FailureKind.INVALID,
    "usage-snapshot-none": FailureKind.BAD_ANSWER,
    "usage-stats-bad-date": FailureKind.INVALID,
}
# Here another request, or none, has the last word.
SAID_OTHERWISE = ("auth-token-expired", "pg-down-me", "usage-snapshot-none")
REFRESHES = {
    "backend-mode-refresh": FailureKind.BACKEND_MODE,
    "pg-down-refresh": FailureKind.DATABASE_DOWN,
    "redis-down-refresh": FailureKind.SIGN_IN_LIMITED,
    "refresh-after-revoke-all": FailureKind.SESSION_EXPIRED,
    "refresh-disabled-account": FailureKind.ACCOUNT_DISABLED,
    "refresh-expired": FailureKind.SESSION_EXPIRED,
    "refresh-malformed": FailureKind.SESSION_EXPIRED,
    "refresh-missing-field": FailureKind.INVALID,
    "refresh-rate-limited": FailureKind.SIGN_IN_LIMITED,
    "refresh-reused": FailureKind.SESSION_EXPIRED,
    "refresh-session-binding-mismatch": FailureKind.SESSION_BOUND_ELSEWHERE,
    "refresh-token-revoked": FailureKind.SESSION_REVOKED,
}


class Recording:
    """One recorded exchange."""

    def __init__(self, path: Path) -> None:
        exchange = json.loads(path.read_text(encoding="utf-8"))
        self.name = path.stem
        self.id = f"{path.parent.name}/{path.stem}"
        self.request = f"{exchange['request']['method']} {exchange['request']['path'].removeprefix('/api/v1')}"
        self.status: int = exchange["response"]["status"]
        self.headers: dict[str, str] = exchange["response"]["headers"]
        self.body: Any = exchange["response"]["body"]

    @property
    def raw(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()

    def response(self) -> httpx.Response:
        return httpx.Response(self.status, headers=self.headers, content=self.raw)

    def answer(self) -> ApiResponse:
        return ApiResponse(self.status, self.headers.get("content-type", ""), self.raw)


ALL = [Recording(path) for path in sorted(FOLDER.glob("v*/*.json"))]
BY_ID = {recording.id: recording for recording in ALL}


def call_for(recording: Recording) -> Call | None:
    if recording.request.startswith("PUT /keys/"):
        return lambda client: client.update_key(1, KeyChange(status="active"))
    return next((call for pattern, call in CALLS if re.fullmatch(pattern, recording.request)), None)


def is_other(recording: Recording) -> bool:
    return any(re.match(pattern, recording.request) for pattern in NOT_ASKED)


ASKED = [
    each for each in ALL if call_for(each) is not None and not is_other(each) and "/auth/refresh" not in each.request
]


def _whole(answer: httpx.Response) -> httpx.Response:
    """A page of a list as though it were all of it: the others were not recorded."""
    if answer.status_code != 200 or not answer.content:
        return answer
    content = answer.json()
    content["data"] |= {"total": len(content["data"]["items"]), "page_size": 200, "page": 1}
    return httpx.Response(200, json=content)


def client_playing(recording: Recording) -> GatewayClient:
    """A client whose every request meets the recorded answer; on the way to it, what is needed."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and recording.request.startswith("PUT /keys/"):
            return BY_ID["v0.1.179/key-get"].response()
        if recording.name == "pg-down-me" and request.url.path.endswith("/settings/public"):
            return BY_ID["v0.1.179/pg-down-settings"].response()
        if request.url.path.endswith("/settings/public") and "/settings/public" not in recording.request:
            return BY_ID["v0.1.179/settings-public"].response()
        if request.url.path.endswith("/dashboard/trend") or request.url.path.endswith("/dashboard/models"):
            return httpx.Response(404, headers={"content-type": "text/plain"})
        is_key_list = request.method == "GET" and request.url.path.endswith("/keys")
        return _whole(recording.response()) if is_key_list else recording.response()

    return client_of(answer, sessions=signed_in(refresh=None))


@pytest.mark.parametrize("recording", ASKED, ids=lambda recording: recording.id)
async def test_a_recorded_answer_becomes_a_value_or_the_failure_it_means(recording: Recording) -> None:
    call = call_for(recording)
    assert call is not None
    client = client_playing(recording)
    expected = KINDS.get(recording.name)
    if recording.id == "v0.1.83/key-get-foreign":
        expected = FailureKind.FORBIDDEN
    if expected is None:
        assert recording.status == 200
        await call(client)
        return
    with pytest.raises(GatewayError) as caught:
        await call(client)
    assert caught.value.failure.kind is expected
    if recording.name in SAID_OTHERWISE:
        return
    message = recording.body.get("message", "") if isinstance(recording.body, dict) else ""
    if "Error:Field validation for" in message:
        assert caught.value.failure.message == ""  # written for programmers
    else:
        assert caught.value.failure.message.startswith(message.replace("\n", " ")[:100])


@pytest.mark.parametrize("name", REFRESHES)
def test_a_refused_refresh(name: str) -> None:
    recording = BY_ID.get(f"v0.1.179/{name}") or BY_ID[f"v0.1.83/{name}"]
    with pytest.raises(GatewayError) as caught:
        require_success(recording.answer(), ApiArea.SIGN_IN)
    assert caught.value.failure.kind is REFRESHES[name]


def test_no_recorded_failure_is_left_out() -> None:
    refused = {each.name for each in ASKED if each.status != 200}
    assert refused <= KINDS.keys()
    assert {each.name for each in ALL if each.status != 200 and "/auth/refresh" in each.request} == REFRESHES.keys()


def plain(decoder: "msgspec.json.Decoder[Any]", convert: Callable[[Any], object]) -> Read:
    return lambda answer: convert(decode(decoder, answer))


def own(answer: ApiResponse) -> object:
    return wire.report_of(decode_bare(wire.USAGE, answer))


def price(answer: ApiResponse) -> object:
    return wire.price_of(decode_bare(wire.BILLING, answer))


READS: list[tuple[str, Read]] = [
    *((f"v0.1.179/v1-usage-{name}", own) for name in ("quota-windows-expiry", "subscription", "wallet")),
    ("v0.1.83/v1-usage-wallet", own),
    ("v0.1.179/v1-billing-peak", price),
    ("v0.1.179/settings-public", plain(site.SETTINGS, site.site_of)),
    ("v0.1.179/login-ok", plain(account.SIGN_IN, lambda row: account.profile_of(row.user) if row.user else None)),
    ("v0.1.179/refresh-ok", plain(account.TOKENS, lambda row: row)),
    ("v0.1.179/auth-me", plain(account.PROFILE, account.profile_of)),
    ("v0.1.179/redeem-ok", plain(account.REDEEMED, account.redeemed_of)),
    ("v0.1.179/redeem-history", plain(account.REDEEMED_CODES, lambda rows: [*map(account.redeemed_of, rows or ())])),
    (
        "v0.1.179/subscriptions-progress",
        plain(account.PLANS, lambda rows: [account.plan_of(row, AT) for row in rows or ()]),
    ),
    ("v0.1.179/keys-list-page-2", plain(keys.KEYS, lambda page: tuple(map(keys.key_of, page.items)))),
    ("v0.1.179/key-get-windows", plain(keys.KEY, keys.key_of)),
    ("v0.1.83/key-get", plain(keys.KEY, keys.key_of)),
    ("v0.1.83/groups-available", plain(keys.GROUPS, lambda rows: tuple(map(keys.group_of, rows or ())))),
    ("v0.1.179/usage-keys-batch", plain(keys.KEY_COSTS, keys.costs_of)),
    ("v0.1.179/key-daily", plain(keys.KEY_DAYS, lambda days: each("data.items", days.items, keys.day_of))),
    ("v0.1.179/usage-list", plain(calls.CALLS, calls.calls_of)),
    ("v0.1.83/usage-list", plain(calls.CALLS, calls.calls_of)),
    ("v0.1.179/usage-stats", plain(sums.STATS, sums.totals_of)),
    ("v0.1.83/usage-stats", plain(sums.STATS, sums.totals_of)),
    ("v0.1.179/usage-snapshot", plain(sums.SNAPSHOT, lambda row: sums.breakdown_of(row, ZONE))),
    ("v0.1.179/errors-list-refusals", plain(failed.FAILED_CALLS, failed.failed_calls_of)),
    ("v0.1.179/error-detail", plain(failed.FAILED_CALL, failed.failed_call_detail_of)),
]
SPOILERS: tuple[object, ...] = (
    *("text", "9999-12-31", "\x1b]0;x\x07", True, None, [], {}, [[1]], {"a": {"b": 1}}),
    *(-(2**70), 2**70, 1e300, -1.5, 0),
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in an answer, of lists only the first element."""
    if path:
        yield path
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*path, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def spoilt(body: Any, path: tuple[str | int, ...], value: object) -> bytes:
    body = copy.deepcopy(body)
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return msgspec.json.encode(body)


def no_worse_than_a_failure(read: Read, raw: bytes) -> None:
    with contextlib.suppress(Misfit):
        try:
            read(ApiResponse(200, "application/json", raw))
        except GatewayError as error:
            if error.failure.kind is not FailureKind.BAD_ANSWER:
                raise


@pytest.mark.parametrize(("name", "read"), READS, ids=[name for name, _ in READS])
def test_no_spoilt_answer_is_worse_than_a_failure(name: str, read: Read) -> None:
    body = BY_ID[name].body
    read(BY_ID[name].answer())
    for path in places(body):
        for value in (*SPOILERS, ...):
            no_worse_than_a_failure(read, spoilt(body, path, value))


@pytest.mark.parametrize(("name", "read"), READS, ids=[name for name, _ in READS])
def test_no_piece_of_an_answer_is_worse_than_a_failure(name: str, read: Read) -> None:
    raw = BY_ID[name].raw
    for end in range(0, len(raw), max(1, len(raw) // 150)):
        no_worse_than_a_failure(read, raw[:end])
        no_worse_than_a_failure(read, raw[:end] + b"\xff" + raw[end + 1 :])
        no_worse_than_a_failure(read, raw[:end] + b'"' + raw[end:])


@pytest.mark.parametrize(("name", "read"), READS, ids=[name for name, _ in READS])
def test_unknown_members_change_nothing(name: str, read: Read) -> None:
    def grown(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: grown(inner) for key, inner in value.items()} | {"zz_new": {"deep": [1, None]}}
        return [grown(inner) for inner in value] if isinstance(value, list) else value

    body = BY_ID[name].body
    before, after = (
        read(BY_ID[name].answer()),
        read(ApiResponse(200, "application/json", json.dumps(grown(body)).encode())),
    )
    assert before == after


@pytest.mark.parametrize(
    ("name", "path", "value", "field"),
    [
        ("v0.1.179/auth-me", ("data", "balance"), "23.41", "data.balance"),
        ("v0.1.179/auth-me", ("data", "balance"), None, "data.balance"),
        ("v0.1.179/auth-me", ("data", "id"), ..., "data.id"),
        ("v0.1.179/auth-me", ("data", "total_recharged"), "x", "data.total_recharged"),
        ("v0.1.179/usage-list", ("data", "items", 1, "created_at"), "yesterday", "data.items[1].created_at"),
        ("v0.1.179/usage-list", ("data", "items", 1, "created_at"), "2026-11-24T05:48:34", "data.items[1].created_at"),
        ("v0.1.179/usage-list", ("data", "items", 1, "duration_ms"), "23", "data.items[1].duration_ms"),
        ("v0.1.179/usage-list", ("data", "items", 0, "total_cost"), ..., "data.items[0].total_cost"),
        ("v0.1.179/keys-list", ("data", "items", 2, "ip_whitelist"), [1], "data.items[2].ip_whitelist[0]"),
        ("v0.1.179/usage-stats", ("data",), ..., "data"),
        ("v0.1.179/usage-stats", ("code",), "0", "code"),
    ],
)
def test_the_member_that_does_not_fit_is_named(
    name: str, path: tuple[str | int, ...], value: object, field: str
) -> None:
    read = dict(READS) | {"v0.1.179/keys-list": plain(keys.KEYS, lambda page: page)}
    with pytest.raises(GatewayError) as caught:
        read[name](ApiResponse(200, "application/json", spoilt(BY_ID[name].body, path, value)))
    assert caught.value.failure.field == field


def test_a_value_that_makes_no_sense_is_named() -> None:
    name = "v0.1.179/usage-snapshot"
    raw = spoilt(BY_ID[name].body, ("data", "trend", 1, "date"), "?")
    with pytest.raises(Misfit) as caught:
        dict(READS)[name](ApiResponse(200, "application/json", raw))
    assert caught.value.field == "data.trend[1].date"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-08-20T10:01:02+08:00", datetime(2026, 8, 20, 2, 1, 2, tzinfo=UTC)),
        ("2026-08-20T10:01:02Z", datetime(2026, 8, 20, 10, 1, 2, tzinfo=UTC)),
        ("2026-08-20T10:01:02.5+08:00", datetime(2026, 8, 20, 2, 1, 2, 500000, tzinfo=UTC)),
        ("2026-08-20T10:01:02.12345-05:30", datetime(2026, 8, 20, 15, 31, 2, 123450, tzinfo=UTC)),
        ("2026-08-20T10:01:02.123456+08:00", datetime(2026, 8, 20, 2, 1, 2, 123456, tzinfo=UTC)),
        ("2026-08-20T10:01:02.123456789+08:00", datetime(2026, 8, 20, 2, 1, 2, 123457, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 3, tzinfo=UTC)),
        ("0001-01-01T00:00:00+08:00", datetime(1, 1, 3, tzinfo=UTC)),
        ("9999-12-31T23:59:59-08:00", datetime(9999, 12, 29, tzinfo=UTC)),
    ],
)
def test_moments(sent: str, expected: datetime) -> None:
    body = copy.deepcopy(BY_ID["v0.1.179/auth-me"].body)
    body["data"]["updated_at"] = sent
    row = decode(account.PROFILE, ApiResponse(200, "application/json", json.dumps(body).encode()))
    moment = account.profile_of(row).updated_at
    assert moment == expected
    assert moment is not None
    assert moment.utcoffset() == UTC.utcoffset(None)
    for zone in ("Asia/Shanghai", "America/Los_Angeles"):
        moment.astimezone(ZoneInfo(zone))
    assert utc(moment) == moment


def test_text_from_outside_is_harmless() -> None:
    body = copy.deepcopy(BY_ID["v0.1.179/error-detail"].body)
    body["data"] |= {
        "key_name": "a &amp;lt; \x1b[31mb\u202e",
        "message": "two\nlines",
        "error_body": "x\r\n\x1b]52;c;?\x07y",
    }
    row = decode(failed.FAILED_CALL, ApiResponse(200, "application/json", json.dumps(body).encode()))
    detail = failed.failed_call_detail_of(row)
    assert detail.call.key_name == "a &lt; [31mb"
    assert detail.call.message == "two lines"
    assert detail.body == "x\n]52;c;?y"


def test_a_recorded_list_of_calls() -> None:
    page = calls.calls_of(decode(calls.CALLS, BY_ID["v0.1.179/usage-list"].answer()))
    call = page.items[0]
    assert (call.id, call.key_id, call.model) == (17787, 33, "claude-sonnet-4-5")
    assert (call.standard_usd, call.billed_usd) == (Decimal("0.00105"), Decimal("0.00084"))
    assert call.at == datetime(2026, 11, 23, 21, 48, 34, 435070, tzinfo=UTC)
    assert call.group_name == "claude-pro"
    assert call.tokens == 150
    again = calls.calls_of(decode(calls.CALLS, BY_ID["v0.1.179/usage-list"].answer()))
    assert call.user_agent is again.items[0].user_agent


def test_a_recorded_breakdown_is_in_the_servers_zone() -> None:
    row = decode(sums.SNAPSHOT, BY_ID["v0.1.179/usage-snapshot"].answer())
    result = sums.breakdown_of(row, ZONE)
    assert all(bucket.start.tzinfo is ZONE and bucket.end > bucket.start for bucket in result.trend)
    assert sum(bucket.sums.requests for bucket in result.trend) == sum(part.requests for part in result.models) == 172
    assert sum((bucket.sums.billed_usd for bucket in result.trend), Decimal(0)) == Decimal("13.521713355")


@pytest.mark.parametrize(
    ("label", "zone", "hours"),
    [
        ("2026-11-01", "America/New_York", 25),
        ("2026-03-08", "America/New_York", 23),
        ("2026-11-01 01:00", "America/New_York", 2),
        ("2026-03-08 01:00", "America/New_York", 1),
        ("2026-11-24 05:00", "Asia/Shanghai", 1),
    ],
)
def test_buckets_across_a_change_of_clocks(label: str, zone: str, hours: int) -> None:
    trend = sums.TrendRow(label, 1, 0, 0, 0.0, 0.0)
    (bucket,) = sums.breakdown_of(sums.SnapshotRow([trend]), ZoneInfo(zone)).trend
    length = bucket.end.astimezone(UTC) - bucket.start.astimezone(UTC)
    assert length.total_seconds() == hours * 3600
