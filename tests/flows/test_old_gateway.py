"""A gateway of v0.1.83, played from its recorded answers: what it does not have is said, and made good if possible."""

import dataclasses
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import httpx2 as httpx

from tests.flows.conftest import Running
from tests.transports import answered_by
from tui.account.services import services
from tui.app.aktop import AktopApp
from tui.config.sources import load
from tui.demo.app import DemoGateway
from tui.domain.scope import DayRange, Scope
from tui.gateway.api_key.client import ApiKeyClient
from tui.gateway.auth.sessions import MemorySession, Session
from tui.gateway.sub2api.client import GatewayClient
from tui.monitor.questions import AskAccountHistory, AskCalls, AskKeyCosts, AskProfile

RECORDINGS = Path(__file__).parents[1] / "contract" / "recordings" / "v0.1.83"
URL = "http://127.0.0.1:1"
ANSWERS = {
    "GET /api/v1/settings/public": "settings-public",
    "GET /api/v1/auth/me": "auth-me",
    "GET /api/v1/user/profile": "user-profile",
    "GET /api/v1/keys": "keys-list",
    "GET /api/v1/groups/available": "groups-available",
    "GET /api/v1/usage": "usage-list",
    "GET /api/v1/usage/stats": "usage-stats",
    "GET /api/v1/usage/errors": "usage-errors",
    "GET /api/v1/usage/dashboard/trend": "usage-trend",
    "GET /api/v1/usage/dashboard/models": "usage-models",
    "POST /api/v1/usage/dashboard/api-keys-usage": "usage-keys-batch",
    "GET /v1/usage": "v1-usage-wallet",
}


def answer(request: httpx.Request) -> httpx.Response:
    name = ANSWERS.get(f"{request.method} {request.url.path}")
    if name is None:
        return httpx.Response(404, headers={"content-type": "text/plain"}, content=b"404 page not found")
    response = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]
    data = response["body"].get("data")
    if isinstance(data, dict) and "items" in data:
        data["total"] = len(data["items"])  # the other pages were not recorded
    return httpx.Response(response["status"], headers=response["headers"], content=json.dumps(response["body"]))


@asynccontextmanager
async def running_old(folder: Path, scope: Scope | None = None, *, keys: bool = False) -> AsyncIterator[Running]:
    transport = answered_by(answer)
    settings = load({"url": URL, "tz": "UTC"}, {}, folder / "config.toml", folder / "state")
    async with services(settings, {}) as opened:
        client = GatewayClient(URL, transport=transport, sessions=MemorySession(Session("token")))
        own = (ApiKeyClient(URL, "sk-0123456789abcdef", transport=transport),) if keys else ()
        app = AktopApp(dataclasses.replace(opened, client=client, api_keys=own), scope)
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            yield Running(app, pilot, DemoGateway())


def recorded_days() -> Scope:
    """The days of the recorded calls: they stay where they are while the clock goes on."""
    recorded = json.loads((RECORDINGS / "usage-list.json").read_text(encoding="utf-8"))
    items = recorded["response"]["body"]["data"]["items"]
    first = min(item["created_at"] for item in items)[:10]
    day = date.fromisoformat(first)
    return Scope(DayRange(day - timedelta(days=1), day + timedelta(days=1)))


async def test_the_error_list_that_it_does_not_have_is_no_trouble(tmp_path: Path) -> None:
    async with running_old(tmp_path) as run:
        await run.shows("This gateway (0.1.83.1) has no error list for users", "● live")
        assert "▲ this gateway does not have it" not in run.text()


async def test_its_times_tell_in_which_zone_its_days_begin(tmp_path: Path) -> None:
    async with running_old(tmp_path) as run:
        await run.until(lambda: run.app.snapshot.data(AskProfile()), "the account")
        assert run.app.snapshot.server_zone.key == "Etc/GMT-8"


async def test_the_cost_since_a_key_began_does_not_pass_for_thirty_days(tmp_path: Path) -> None:
    async with running_old(tmp_path) as run:
        await run.until(lambda: run.app.snapshot.data(AskKeyCosts()), "costs")
        costs = run.app.snapshot.data(AskKeyCosts())
        assert all(cost.last_30_days_usd is None for cost in costs.values())
        assert all(cost.usual_day_usd is None for cost in costs.values())


async def test_the_days_of_a_key_come_from_its_calls(tmp_path: Path) -> None:
    async with running_old(tmp_path, recorded_days()) as run:
        await run.until(lambda: run.app.snapshot.data(AskKeyCosts()), "costs")
        await run.press("3", "enter")
        await run.shows("of the calls here: this gateway (0.1.83.1) has no days", "last used –", "UTC+8")
        await run.until(lambda: any(isinstance(one, AskCalls) for one in run.app.snapshot.calls), "calls")
        await run.shows("7 000")
        await run.until(lambda: "does not offer" not in run.text(), "trend and models from the calls")
        await run.shows("claude-sonnet-4-5")


async def test_a_key_learns_its_balance_and_no_days(tmp_path: Path) -> None:
    async with running_old(tmp_path, keys=True) as run:
        await run.shows("balance $19.97", "this gateway (0.1.83.1) does not tell a key its days and models")
        await run.shows("tells a key its balance or plan and its use", "price       this gateway does not have it")


async def test_triage_judges_all_billed_cost_where_plans_cannot_be_left_out(tmp_path: Path) -> None:
    async with running_old(tmp_path) as run:
        await run.until(lambda: run.app.snapshot.data(AskAccountHistory()) is not None, "the account's hours")
        await run.press("T")
        await run.shows("1 Spike")
        await run.until(lambda: "history is being read" not in run.text(), "a judgement")


async def test_what_it_does_not_tell_is_not_said_to_be_none(tmp_path: Path) -> None:
    async with running_old(tmp_path) as run:
        await run.until(lambda: run.app.snapshot.data(AskKeyCosts()), "costs")
        await run.press("3", "D")
        await run.shows("those in flight end and are billed")
        await run.press("escape", "w")
        await run.shows("Wallet and plans", "balance")
        assert "topped up" not in run.text()
        await run.press("escape", "e")
        await run.shows("has no error list for users")
        assert "0 groups" not in run.text()
