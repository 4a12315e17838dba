"""What a source can, and for which reason it cannot."""

from tui.domain.capabilities import Capabilities, Capability, Lack


def test_the_first_reason_stays() -> None:
    source = Capabilities().without(Lack.API_KEY_MODE, Capability.ACTIONS)
    assert source.without(Lack.READ_ONLY, Capability.ACTIONS) is source
    assert source.why_not(Capability.ACTIONS) is Lack.API_KEY_MODE


def test_a_reason_that_holds_no_more_takes_no_other_with_it() -> None:
    old = Capabilities().without(Lack.OLD_GATEWAY, Capability.PLANS, Capability.ERRORS)
    source = old.without(Lack.READ_ONLY, Capability.ACTIONS)
    assert source.regained(Lack.OLD_GATEWAY) == Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS)
    assert source.regained(Lack.OLD_GATEWAY, Capability.PLANS).why_not(Capability.ERRORS) is Lack.OLD_GATEWAY
    assert source.regained(Lack.SIMPLE_MODE) is source
