"""What a source says that it can tell and do, before it has answered."""

from tests.unit.gateway.gateways import client_of, ok
from tui.domain.capabilities import Capability, Lack
from tui.gateway.api_key.client import ApiKeyClient
from tui.gateway.protocol import Gateway, Source


def test_an_account_can_all_that_nothing_speaks_against() -> None:
    source: Gateway = client_of(lambda _: ok({}))
    assert all(source.capabilities.can(capability) for capability in Capability)


def test_a_key_alone_tells_of_itself() -> None:
    source: Source = ApiKeyClient("https://gw.example.com", "sk-0123456789abcdef")
    can = {capability for capability in Capability if source.capabilities.can(capability)}
    assert can == {
        Capability.BALANCE,
        Capability.PLANS,
        Capability.LIMITS,
        Capability.KEY_DAYS,
        Capability.LIVE,
    }
    assert source.capabilities.why_not(Capability.CALLS) is Lack.API_KEY_MODE
