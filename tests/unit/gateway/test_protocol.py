"""What a source says that it can tell and do."""

import httpx2 as httpx
import pytest

from tests.unit.gateway.gateways import PROFILE, Script, client_of, ok, refusal
from tui.domain.scope import NO_FILTERS
from tui.gateway.api_key.client import ApiKeyClient
from tui.gateway.errors import GatewayError
from tui.gateway.protocol import Capabilities, Capability, Gateway, Lack, Source

KEY = {"id": 7, "key": "sk-0123456789abcdef", "name": "n", "status": "active", "quota": 0, "quota_used": 0}
OLD_KEY = KEY | {"created_at": "2026-11-01T00:00:00Z"}
TEXT_404 = httpx.Response(404, headers={"content-type": "text/plain"}, content=b"404 page not found")


def test_an_account_can_all_that_nothing_speaks_against() -> None:
    source: Gateway = client_of(lambda _: ok({}))
    assert all(source.capabilities.can(capability) for capability in Capability)


def test_a_key_alone_tells_of_itself() -> None:
    source: Source = ApiKeyClient("https://gw.example.com", "sk-0123456789abcdef")
    can = {capability for capability in Capability if source.capabilities.can(capability)}
    assert can == {Capability.BALANCE, Capability.PLANS, Capability.LIMITS}
    assert source.capabilities.why_not(Capability.CALLS) is Lack.API_KEY_ONLY


@pytest.mark.parametrize(
    ("answer", "lack"),
    [
        (refusal(403, "FORBIDDEN"), Lack.ERRORS_HIDDEN),
        (TEXT_404, Lack.OLD_GATEWAY),
        (refusal(400, "BAD_REQUEST", "Invalid usage ID"), Lack.OLD_GATEWAY),
        (httpx.Response(502), None),
        (httpx.ReadTimeout("slow"), None),
    ],
)
async def test_errors_are_lacking_when_the_gateway_says_so(answer: object, lack: Lack | None) -> None:
    client = client_of(Script(usage__errors=answer))
    with pytest.raises(GatewayError):
        await client.errors(None, zone=None, filters=NO_FILTERS)
    assert client.capabilities.why_not(Capability.ERRORS) is lack


@pytest.mark.parametrize(("shares", "lack"), [(True, None), (False, Lack.ERRORS_HIDDEN)])
async def test_a_site_says_beforehand_whether_it_shares_errors(shares: bool, lack: Lack | None) -> None:
    client = client_of(Script(settings__public={"allow_user_view_error_requests": shares}))
    await client.site()
    assert client.capabilities.why_not(Capability.ERRORS) is lack


@pytest.mark.parametrize(("mode", "lack"), [("standard", None), ("simple", Lack.SIMPLE_MODE)])
async def test_a_site_that_bills_nobody_tells_no_balance(mode: str, lack: Lack | None) -> None:
    client = client_of(Script(auth__me=PROFILE | {"run_mode": mode}))
    await client.me()
    assert client.capabilities.why_not(Capability.BALANCE) is lack
    assert client.capabilities.why_not(Capability.PLANS) is lack


async def test_an_old_gateway_shows_itself_by_its_keys() -> None:
    client = client_of(Script(keys__7=OLD_KEY))
    await client.key(7)
    assert client.capabilities.why_not(Capability.FILTERS) is Lack.OLD_GATEWAY
    assert client.capabilities.why_not(Capability.LIMITS) is Lack.OLD_GATEWAY
    assert client.capabilities.can(Capability.CALLS)


def test_the_first_reason_stays() -> None:
    source = Capabilities().without(Lack.API_KEY_ONLY, Capability.ACTIONS)
    assert source.without(Lack.READ_ONLY, Capability.ACTIONS) is source
    assert source.why_not(Capability.ACTIONS) is Lack.API_KEY_ONLY
