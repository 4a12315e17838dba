"""What is sent, what comes back, and what is never sent."""

import json
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx2 as httpx
import pytest

from tests.unit.gateway.gateways import NOW, PROFILE, URL, Script, client_of, ok, refusal, signed_in, tokens_answer
from tui.domain.failure import Failure, FailureKind, RedirectDetail
from tui.domain.scope import NO_FILTERS, Filters
from tui.gateway.address import ConfigError
from tui.gateway.auth.sessions import MemorySession
from tui.gateway.budget import RequestBudget, Tier
from tui.gateway.errors import BudgetSpent, EndpointMissing, GatewayError, NotFound, RateLimited, SignInNeeded
from tui.gateway.http.transport import MAX_KEPT
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import KeyChange, LoggedIn, SecondFactor

DAYS = (date(2026, 11, 1), date(2026, 11, 18))
ZONE = ZoneInfo("Asia/Shanghai")
EMPTY_PAGE: dict[str, object] = {"items": [], "total": 0}
KEY: dict[str, object] = {
    "id": 7,
    "key": "sk-0123456789abcdef",
    "name": "ci &amp; release",
    "status": "active",
    "quota": 5,
    "quota_used": 1.25,
    "created_at": "2026-11-01T00:00:00Z",
    "rate_limit_5h": 0,
}
OLD_KEY = {name: value for name, value in KEY.items() if name != "rate_limit_5h"} | {"ip_whitelist": ["127.0.0.1"]}
TEXT_404 = httpx.Response(404, headers={"content-type": "text/plain"}, content=b"404 page not found")


def query(request: httpx.Request) -> dict[str, str]:
    return dict(request.url.params)


def test_the_address_is_normalised_and_clear_text_refused() -> None:
    assert GatewayClient("gw.example.com/api/v1/").base_url == URL
    with pytest.raises(ConfigError):
        GatewayClient("http://gw.example.com")
    assert GatewayClient("http://gw.example.com", allow_http=True).base_url == "http://gw.example.com"


async def test_every_request_carries_one_user_agent_and_the_token() -> None:
    script = Script(user__profile=PROFILE)
    client = client_of(script)
    await client.profile()
    session = client.sessions.current()
    assert session is not None
    headers = script.requests[0].headers
    assert headers["user-agent"] == "aktop"  # a version in it would end bound sessions at each update
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["authorization"] == f"Bearer {session.access_token}"


async def test_signing_in_keeps_the_session() -> None:
    script = Script(auth__login=tokens_answer("in") | {"user": PROFILE}, user__profile=PROFILE)
    client = client_of(script, sessions=MemorySession())
    outcome = await client.login(" lin@example.com ", " pass word ")
    assert isinstance(outcome, LoggedIn)
    assert outcome.profile.balance_usd == Decimal("23.41")
    assert script.bodies() == [{"email": "lin@example.com", "password": " pass word "}]
    await client.profile()
    assert "authorization" not in script.requests[0].headers
    assert script.requests[1].headers["authorization"] == f"Bearer {tokens_answer('in')['access_token']}"


async def test_a_second_factor() -> None:
    script = Script(
        auth__login={"requires_2fa": True, "temp_token": "secret-temp", "user_email_masked": "l***n@example.com"},
        auth__login__2fa=tokens_answer("in") | {"user": PROFILE},
    )
    client = client_of(script, sessions=MemorySession())
    outcome = await client.login("lin@example.com", "x")
    assert isinstance(outcome, SecondFactor)
    assert outcome.masked_email == "l***n@example.com"
    assert "secret-temp" not in repr(outcome)
    assert client.sessions.current() is None
    await client.login_2fa(outcome.temp_token, " 123456 ")
    assert script.bodies()[1] == {"temp_token": "secret-temp", "totp_code": "123456"}
    assert client.sessions.current() is not None


@pytest.mark.parametrize("answer", [{"message": "Logged out successfully"}, httpx.ConnectError("down"), TEXT_404])
async def test_signing_out_forgets_whatever_the_gateway_says(answer: object) -> None:
    script = Script(auth__logout=answer)
    client = client_of(script)
    await client.logout()
    assert client.sessions.current() is None
    assert script.bodies() == [{"refresh_token": "rt_old"}]


async def test_all_pages_of_keys_in_a_stable_order_and_once_each() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page, size = int(query(request)["page"]), int(query(request)["page_size"])
        # The first key of the second page was on the first one already.
        ids = range(1, size + 1) if page == 1 else range(size, size + 31)
        return ok({"items": [KEY | {"id": key_id} for key_id in reversed(ids)], "total": 230})

    keys = await client_of(answer).keys()
    assert [key.id for key in keys] == list(range(1, 231))
    assert keys[0].name == "ci & release"
    assert keys[0].masked_secret == "sk-012…cdef"


async def test_a_change_of_a_key_sends_only_what_is_set() -> None:
    script = Script(keys=EMPTY_PAGE | {"items": [KEY], "total": 1}, keys__7=KEY | {"current_concurrency": 0})
    client = client_of(script)
    await client.keys()
    changed = await client.update_key(7, KeyChange(quota_usd=Decimal("12.50"), limit_1d_usd=Decimal(0)))
    assert [request.method for request in script.requests] == ["GET", "PUT"]
    assert script.requests[1].content == b'{"quota":12.50,"rate_limit_1d":0}'
    assert changed.in_flight is None
    await client.update_key(7, KeyChange(status="inactive", reset_quota=True, reset_usage=True))
    assert script.bodies()[1] == {"status": "inactive", "reset_quota": True, "reset_rate_limit_usage": True}


async def test_an_old_gateway_gets_its_ip_lists_back() -> None:
    script = Script(keys__7=OLD_KEY)
    client = client_of(script)
    await client.update_key(7, KeyChange(status="inactive"))
    assert [request.method for request in script.requests] == ["GET", "PUT"]
    assert script.bodies() == [{"status": "inactive", "ip_whitelist": ["127.0.0.1"], "ip_blacklist": []}]
    with pytest.raises(EndpointMissing):
        await client.update_key(7, KeyChange(limit_5h_usd=Decimal(3)))
    assert [request.method for request in script.requests] == ["GET", "PUT", "GET"]
    with pytest.raises(GatewayError):
        await client.calls(DAYS, Filters(group_id=3), zone=None)


async def test_a_change_is_never_sent_twice_by_itself() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        if request.method == "GET":
            return ok(KEY)
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)

    sent: list[str] = []
    with pytest.raises(GatewayError) as caught:
        await client_of(answer).update_key(7, KeyChange(status="inactive"))
    assert caught.value.failure.kind is FailureKind.UNREACHABLE
    assert sent == ["GET", "PUT"]


async def test_a_get_goes_again_on_each_kept_connection_that_was_closed() -> None:
    """A gateway that was restarted has closed all of them."""
    closed = httpx.RemoteProtocolError("Server disconnected without sending a response.")
    script = Script(user__profile=[*(closed for _ in range(MAX_KEPT)), ok(PROFILE)])
    await client_of(script).profile()
    assert len(script.requests) == MAX_KEPT + 1
    script = Script(user__profile=closed)
    with pytest.raises(GatewayError):
        await client_of(script).profile()
    assert len(script.requests) == MAX_KEPT + 1


async def test_a_scope_as_query() -> None:
    script = Script(usage=EMPTY_PAGE)
    filters = Filters(key_id=7, model="m/1 x", group_id=2, request_type="stream", billing_type=0, billing_mode="token")
    await client_of(script).calls(
        DAYS, filters, zone="Europe/Berlin", page=3, page_size=50, sort_by="id", ascending=True
    )
    assert query(script.requests[0]) == {
        "start_date": "2026-11-01",
        "end_date": "2026-11-18",
        "timezone": "Europe/Berlin",
        "api_key_id": "7",
        "model": "m/1 x",
        "group_id": "2",
        "request_type": "stream",
        "billing_type": "0",
        "billing_mode": "token",
        "page": "3",
        "page_size": "50",
        "sort_by": "id",
        "sort_order": "asc",
    }


async def test_filters_that_the_gateway_would_ignore_are_refused() -> None:
    client = client_of(Script())
    for filters in (Filters(group_id=0), Filters(model=" ")):
        with pytest.raises(GatewayError):
            await client.calls(None, filters, zone=None)
    with pytest.raises(GatewayError) as caught:
        await client.errors(None, zone=None, filters=NO_FILTERS, category="other")
    assert caught.value.failure.field == "category"


async def test_the_error_list_caps_its_pages() -> None:
    script = Script(usage__errors=EMPTY_PAGE)
    await client_of(script).errors(
        None, zone=None, filters=Filters(key_id=7, group_id=3), category="upstream", status_code=529, page_size=500
    )
    assert query(script.requests[0]) == {
        "api_key_id": "7",
        "category": "upstream",
        "status_code": "529",
        "page": "1",
        "page_size": "100",
    }


async def test_key_costs_go_in_chunks_of_100() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        ids = json.loads(request.content)["api_key_ids"]
        sizes.append(len(ids))
        stats = {str(key_id): {"api_key_id": key_id, "today_actual_cost": 1, "total_actual_cost": 2} for key_id in ids}
        return ok({"stats": stats})

    sizes: list[int] = []
    costs = await client_of(answer).key_costs(range(1, 251))
    assert sizes == [100, 100, 50]
    assert len(costs) == 250
    assert await client_of(Script()).key_costs([]) == {}


async def test_an_old_gateway_breaks_down_in_two_requests() -> None:
    script = Script(
        usage__dashboard__snapshot_v2=TEXT_404,
        usage__dashboard__trend={
            "trend": [
                {
                    "date": "2026-11-18 09:00",
                    "requests": 1,
                    "input_tokens": 3,
                    "output_tokens": 4,
                    "cache_tokens": 5,
                    "cost": 1,
                    "actual_cost": 2,
                }
            ]
        },
        usage__dashboard__models={"models": []},
    )
    client = client_of(script)
    result = await client.breakdown(DAYS, NO_FILTERS, zone=None, hourly=True, server_zone=ZONE)
    assert result.trend[0].start.isoformat() == "2026-11-18T09:00:00+08:00"
    assert result.trend[0].sums.tokens == 12
    with pytest.raises(EndpointMissing):
        await client.breakdown(DAYS, Filters(key_id=1), zone=None, hourly=True, server_zone=ZONE)


async def test_a_spent_budget_sends_nothing_except_what_is_urgent() -> None:
    budget = RequestBudget(lambda: 0.0, share=1.0, global_per_min=1)
    budget.spend(Tier.GLOBAL)
    script = Script(keys__7=KEY, user__profile=PROFILE, keys=EMPTY_PAGE)
    client = client_of(script, budget=budget)
    with pytest.raises(BudgetSpent) as caught:
        await client.keys()
    assert caught.value.failure.retry_after_s == 60
    assert script.requests == []
    await client.profile()
    await client.update_key(7, KeyChange(status="inactive"))
    assert budget.used().global_used == 4
    with pytest.raises(BudgetSpent):
        await client.profile(urgent=False)
    budget.refused(Tier.GLOBAL, 9)
    with pytest.raises(BudgetSpent):
        await client.update_key(7, KeyChange(status="inactive"))


async def test_a_429_of_the_panel_is_waited_for() -> None:
    script = Script(usage=refusal(429, "RATE_LIMITED", **{"retry-after": "17"}), user__profile=PROFILE)
    budget = RequestBudget(lambda: 0.0)
    client = client_of(script, budget=budget)
    with pytest.raises(RateLimited) as caught:
        await client.calls(None, NO_FILTERS, zone=None)
    assert caught.value.failure.retry_after_s == 17
    with pytest.raises(BudgetSpent):
        await client.calls(None, NO_FILTERS, zone=None)
    assert len(script.requests) == 1
    await client.profile()


async def test_other_429s_do_not_block_the_panel() -> None:
    redeem = httpx.Response(429, json={"code": 429, "message": "too many", "reason": "REDEEM_RATE_LIMITED"})
    login = httpx.Response(429, json={"error": "rate limit exceeded", "message": "x"}, headers={"retry-after": "60"})
    script = Script(redeem=redeem, auth__login=login)
    client = client_of(script)
    with pytest.raises(RateLimited):
        await client.redeem("X")
    with pytest.raises(RateLimited) as caught:
        await client.login("a@b.c", "x")
    assert caught.value.failure.retry_after_s == 60
    assert caught.value.failure.kind is FailureKind.SIGN_IN_LIMITED
    assert client.budget.used().blocked_for_s == 0
    assert client.budget.wait_s(Tier.PUBLIC) == 0


async def test_a_database_that_is_down_is_not_an_account_that_is_gone() -> None:
    gone = refusal(401, "USER_NOT_FOUND", "User not found")
    script = Script(
        user__profile=gone, settings__public=httpx.Response(500, json={"code": 500, "message": "internal error"})
    )
    keeper = signed_in()
    with pytest.raises(GatewayError) as caught:
        await client_of(script, sessions=keeper).profile()
    assert caught.value.failure.kind is FailureKind.DATABASE_DOWN
    assert keeper.current() is not None

    script = Script(user__profile=gone, settings__public={})
    with pytest.raises(SignInNeeded) as gone_for_good:
        await client_of(script).profile()
    assert gone_for_good.value.failure.kind is FailureKind.ACCOUNT_GONE

    script = Script(user__profile=[gone, ok(PROFILE)], settings__public={})
    assert (await client_of(script).profile()).id == 2


async def test_a_threshold_that_an_old_gateway_does_not_keep() -> None:
    script = Script(user=[ok(PROFILE), ok(PROFILE | {"balance_notify_enabled": True, "balance_notify_threshold": 7.5})])
    client = client_of(script)
    with pytest.raises(EndpointMissing):
        await client.set_low_balance_threshold(Decimal("7.5"))
    assert (await client.set_low_balance_threshold(Decimal("7.5"))).threshold == Decimal("7.5")
    assert script.requests[0].content == b'{"balance_notify_threshold":7.5}'


async def test_what_a_code_brings() -> None:
    script = Script(redeem=[ok({"id": 1, "type": "balance", "value": 30}), refusal_404("REDEEM_CODE_NOT_FOUND")])
    client = client_of(script)
    assert (await client.redeem(" TOPUP-30 ")).value_usd == 30
    assert script.bodies() == [{"code": "TOPUP-30"}]
    with pytest.raises(NotFound):
        await client.redeem("X")


async def test_a_plan_whose_window_lapsed_has_used_nothing() -> None:
    def window(used: float, resets_at: str, seconds: int) -> dict[str, object]:
        return {"limit_usd": 10, "used_usd": used, "resets_at": resets_at, "resets_in_seconds": seconds}

    plan = {
        "subscription": {
            "id": 1,
            "group": {"id": 3, "name": "max", "monthly_limit_usd": 600, "weekly_limit_usd": None},
        },
        "progress": {
            "group_name": "max",
            "daily": window(12, "2026-11-18T00:00:00+08:00", 0),
            "weekly": window(4, "2026-11-26T00:00:00+08:00", 99),
        },
    }
    (result,) = await client_of(Script(subscriptions__progress=[ok([plan])]), now=NOW).plans()
    assert [
        (each.name, int(each.limit_usd), int(each.used_usd), each.resets_at is None) for each in result.windows
    ] == [
        ("daily", 10, 0, True),
        ("weekly", 10, 4, False),
        ("monthly", 600, 0, True),
    ]
    assert await client_of(Script(subscriptions__progress=[ok(None)])).plans() == ()


async def test_json_of_something_else_is_not_a_gateway() -> None:
    for answer in (httpx.Response(200, json={"hello": 1}), httpx.Response(404, json={"detail": "Not Found"}), TEXT_404):
        with pytest.raises(GatewayError) as caught:
            await client_of(Script(settings__public=answer)).site()
        assert caught.value.failure.kind is FailureKind.NOT_A_GATEWAY


async def test_where_a_redirect_leads_is_said_without_its_query() -> None:
    answer = httpx.Response(301, headers={"location": "https://sso.example.com/login?token=hunter2"})
    with pytest.raises(GatewayError) as caught:
        await client_of(Script(settings__public=answer)).site()
    assert caught.value.failure == Failure(
        FailureKind.NOT_A_GATEWAY,
        symbol="REDIRECTED",
        status=301,
        detail=RedirectDetail("https://sso.example.com/login"),
    )


async def test_a_redirect_is_told_as_one_whatever_its_body_says() -> None:
    answer = httpx.Response(302, headers={"location": "/login"}, json={"code": 302, "message": "internal error"})
    with pytest.raises(GatewayError) as caught:
        await client_of(Script(settings__public=answer)).site()
    failure = caught.value.failure
    assert (failure.kind, failure.symbol, failure.message) == (FailureKind.NOT_A_GATEWAY, "REDIRECTED", "")


def refusal_404(reason: str) -> httpx.Response:
    return httpx.Response(404, json={"code": 404, "message": "no", "reason": reason})
