"""What an API key learns by itself, in all three variants; what it is refused; and where its secret never goes."""

import json
import traceback
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.transports import answered_by
from tests.unit.gateway.gateways import URL
from tui.domain.api_key_mode import ApiKeyPrice, ApiKeyReport, OwnLimits, OwnPlan
from tui.domain.failure import FailureKind
from tui.domain.keys import WindowName
from tui.domain.usage import Sums
from tui.gateway.address import ConfigError
from tui.gateway.api_key.client import PER_MIN, ApiKeyClient
from tui.gateway.errors import BudgetSpent, EndpointMissing, GatewayError, RateLimited

SECRET = "sk-0123456789abcdef0123456789abcdef"
RECORDINGS = Path(__file__).parents[2] / "contract" / "recordings"


def recorded(name: str) -> httpx.Response:
    found = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]
    body = found["body"]
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return httpx.Response(found["status"], headers=found["headers"], content=raw)


def client_of(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> ApiKeyClient:
    def handler(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    return ApiKeyClient(URL + "/v1/", f" {SECRET}\n", transport=answered_by(handler))


DAYS = (date(2026, 10, 26), date(2026, 11, 24), date(2026, 11, 24))


async def report(name: str) -> ApiKeyReport:
    return await client_of(recorded(name)).report(*DAYS)


async def test_a_key_with_limits_of_its_own() -> None:
    found = await report("v0.1.179/v1-usage-quota-windows-expiry")
    terms = found.limits
    assert terms is not None
    assert (terms.quota_usd, terms.quota_used_usd) == (Decimal(5), Decimal(0))
    (window,) = terms.windows
    assert (window.name, window.limit_usd, window.used_usd) == (
        WindowName.FIVE_HOURS,
        Decimal(1),
        Decimal("0.00084"),
    )
    assert window.resets_at == datetime(2026, 11, 24, 3, 29, 27, 818307, tzinfo=UTC)
    assert terms.stored_status == "active"
    assert terms.expires_at is not None
    assert datetime(2026, 11, 24, tzinfo=UTC) < terms.expires_at < datetime(2026, 11, 28, tzinfo=UTC)
    assert found.total is not None
    assert (found.total.billed_usd, found.rpm, found.tpm) == (Decimal("0.00084"), 0, 30)
    assert (found.balance_usd, found.plan) == (None, None)
    assert [day.day for day in found.days or ()] == ["2026-11-24"]
    assert [model.name for model in found.models or ()] == ["claude-sonnet-4-5"]


async def test_a_key_of_a_plan() -> None:
    terms = (await report("v0.1.179/v1-usage-subscription")).plan
    assert terms is not None
    assert terms.is_running
    assert (terms.name, terms.left_usd) == ("claude-max", Decimal("39.957062"))
    assert [(use.name, use.used_usd, use.limit_usd) for use in terms.windows] == [
        ("1d", Decimal("0.042938"), Decimal(40)),
        ("7d", Decimal("14.200714"), Decimal(200)),
        ("30d", Decimal("63.536192"), Decimal(600)),
    ]
    week = terms.windows[1]
    assert week.resets_at == datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert week.used_at(datetime(2026, 11, 24, tzinfo=UTC)) == Decimal("14.200714")
    assert week.used_at(datetime(2026, 11, 26, tzinfo=UTC)) == 0


async def test_a_key_of_a_plan_that_is_over() -> None:
    assert (await report("v0.1.179/v1-usage-subscription-none")).plan == OwnPlan("claude-max")


async def test_a_key_of_the_wallet_without_any_call() -> None:
    found = await report("v0.1.179/v1-usage-wallet")
    assert (found.balance_usd, found.limits, found.plan) == (Decimal("23.40916"), None, None)
    assert (found.days, found.models, found.is_old) == ((), (), False)


def written(**members: Any) -> ApiKeyClient:
    return client_of(httpx.Response(200, json={"isValid": True, **members}))


async def test_every_figure_of_a_report_is_taken_and_what_is_missing_is_nothing() -> None:
    sums = {"requests": 1, "input_tokens": 2, "output_tokens": 3, "cost": 0.5, "actual_cost": 0.25}
    whole = {**sums, "cache_creation_tokens": 4, "cache_read_tokens": 5}
    usage = {"today": sums, "total": whole, "average_duration_ms": 0, "rpm": 6, "tpm": 7}
    found = await written(mode="unrestricted", balance=1, usage=usage, model_stats=[]).report(*DAYS)
    cost = (Decimal("0.5"), Decimal("0.25"))
    assert (found.today, found.total) == (Sums(1, 2, 3, 0, 0, *cost), Sums(1, 2, 3, 4, 5, *cost))
    assert (found.average_duration_ms, found.rpm, found.tpm, found.days, found.models) == (None, 6, 7, None, ())


async def test_limits_and_plans_as_a_gateway_may_leave_them_out() -> None:
    whole = await written(mode="quota_limited", status="active", quota={"limit": 9, "used": 2}).report(*DAYS)
    bare = await written(mode="quota_limited", status="active", balance=5).report(*DAYS)
    assert (whole.limits, bare.limits) == (OwnLimits("active", Decimal(9), Decimal(2)), OwnLimits("active"))
    assert (bare.balance_usd, bare.plan) == (None, None)
    plan = (await written(mode="unrestricted", planName="max", remaining=-1, subscription={}).report(*DAYS)).plan
    assert plan is not None
    assert (plan.is_running, plan.left_usd) == (True, None)
    assert {(use.limit_usd, use.used_usd, use.resets_at) for use in plan.windows} == {(Decimal(0), Decimal(0), None)}


async def test_days_outside_of_what_was_asked_are_left_out() -> None:
    answer = recorded("v0.1.179/v1-usage-subscription")
    before_today = await client_of(answer).report(date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24))
    assert [day.day for day in before_today.days or ()] == ["2026-11-23"]
    one_day = await client_of(answer).report(date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 24))
    assert [day.day for day in one_day.days or ()] == ["2026-11-23"]


async def test_an_older_gateway_tells_a_balance_and_no_days() -> None:
    found = await report("v0.1.83/v1-usage-wallet")
    assert found.balance_usd is not None
    assert found.is_old
    assert (found.days, found.models) == (None, None)
    assert found.today is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("v0.1.179/v1-unknown-key", FailureKind.KEY_INVALID),
        ("v0.1.179/v1-no-key", FailureKind.KEY_INVALID),
        ("v0.1.179/v1-usage-disabled", FailureKind.KEY_DISABLED),
        ("v0.1.179/v1-usage-no-group", FailureKind.FORBIDDEN),
        ("v0.1.179/v1-ip-refused", FailureKind.FORBIDDEN),
        ("v0.1.179/pg-down-v1-usage", FailureKind.SERVER_ERROR),
        ("v0.1.179/v1-invalid-auth-limited", FailureKind.RATE_LIMITED),
        ("v0.1.83/v1-usage-exhausted", FailureKind.KEY_SPENT),
        ("v0.1.83/v1-usage-expired", FailureKind.KEY_SPENT),
        ("v0.1.83/v1-usage-inactive", FailureKind.KEY_DISABLED),
        ("v0.1.179/wrong-base-html", FailureKind.NOT_A_GATEWAY),
    ],
)
async def test_what_a_refusal_means(name: str, kind: FailureKind) -> None:
    with pytest.raises(GatewayError) as caught:
        await report(name)
    assert caught.value.failure.kind is kind


async def test_the_price() -> None:
    assert await client_of(recorded("v0.1.179/v1-billing-peak")).price() == ApiKeyPrice(
        Decimal("1.5"), Decimal(1), None, Decimal("1.5"), "00:00–23:59", "Asia/Shanghai"
    )


async def test_an_older_gateway_has_no_prices() -> None:
    with pytest.raises(EndpointMissing):
        await client_of(recorded("v0.1.179/not-found-text")).price()


async def test_the_secret_goes_into_one_header_and_nowhere_else() -> None:
    seen: list[httpx.Request] = []
    client = client_of(httpx.Response(200, json={"mode": "unrestricted"}), seen)
    with pytest.raises(GatewayError) as caught:
        await client.report(*DAYS)
    (request,) = seen
    assert str(request.url) == f"{URL}/v1/usage?days=30&start_date=2026-10-26&end_date=2026-11-24"
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert caught.value.failure.field == "isValid"
    shown = repr(client) + client.masked + str(caught.value) + repr(caught.value.failure)
    shown += "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert SECRET not in shown
    assert client.masked == "sk-012…cdef"


async def test_a_redirect_takes_the_key_nowhere() -> None:
    seen: list[httpx.Request] = []
    client = client_of(httpx.Response(302, headers={"location": "https://evil.example/v1/usage"}), seen)
    with pytest.raises(GatewayError) as caught:
        await client.report(*DAYS)
    assert caught.value.failure.kind is FailureKind.NOT_A_GATEWAY
    assert [request.url.host for request in seen] == ["gw.example.com"]


async def test_a_key_is_not_asked_too_often() -> None:
    seen: list[httpx.Request] = []
    client = client_of(recorded("v0.1.179/v1-usage-wallet"), seen)
    for _ in range(PER_MIN):
        await client.report(*DAYS)
    with pytest.raises(BudgetSpent):
        await client.report(*DAYS)
    assert len(seen) == PER_MIN


async def test_a_lockout_of_the_address_is_waited_for() -> None:
    seen: list[httpx.Request] = []
    client = client_of(recorded("v0.1.179/v1-invalid-auth-limited"), seen)
    with pytest.raises(RateLimited):
        await client.report(*DAYS)
    with pytest.raises(BudgetSpent) as caught:
        await client.report(*DAYS)
    assert 50 < (caught.value.failure.retry_after_s or 0) <= 60
    assert len(seen) == 1


@pytest.mark.parametrize("secret", ["", "short", "two words-together", "käse-käse-käse", "sk-1234567\x00", "x" * 600])
def test_what_cannot_be_a_key_is_refused_without_being_quoted(secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        ApiKeyClient(URL, secret)
    assert not secret.strip() or secret not in str(caught.value)


def test_a_key_is_not_sent_in_clear_over_a_network() -> None:
    with pytest.raises(ConfigError):
        ApiKeyClient("http://gw.example.com", SECRET)


def hostile(**members: Any) -> httpx.Response:
    return httpx.Response(200, json={"isValid": True, "balance": 1, "mode": "unrestricted"} | members)


async def test_a_plan_name_is_harmless() -> None:
    answer = hostile(balance=None, planName="a\x1b[31m\u202eb", subscription={})
    terms = (await client_of(answer).report(*DAYS)).plan
    assert terms is not None
    assert terms.name == "a[31mb"
