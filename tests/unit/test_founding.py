"""The copied account is the founded one, and nobody else's."""

import pytest

from tests.founding import LIGHTER, found_light, found_or_copy
from tui.demo.clock import Clock
from tui.demo.founding import found_world
from tui.demo.measures import unpack
from tui.demo.options import DemoOptions
from tui.demo.scenarios import SCENARIOS
from tui.demo.world import World

AT = 1_781_677_200_000_000
ASKED = ("Asia/Shanghai", "demo@example.com", "demo-demo")


def clock(at: int = AT) -> Clock:
    made = Clock(None, ASKED[0])
    made.now = lambda: at
    return made


def copied(scenario: str, at: int = AT) -> World:
    return found_or_copy(1, scenario, clock(at), DemoOptions(), *ASKED[1:])


def told(world: World) -> object:
    """What an account says of itself."""
    ledger = world.ledger
    calls = [call for hour in range(0, len(ledger.hours), 60) for call in ledger.hour_calls(hour)[:2]]
    return world.user, world.keys, world.subscription, world.errors.__dict__, calls, world.rng.getstate()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_copy_is_what_would_be_founded(scenario: str) -> None:
    founded = found_world(1, scenario, clock(), DemoOptions(), *ASKED[1:])
    assert told(copied(scenario)) == told(founded)


def test_what_happens_in_one_happens_in_no_other() -> None:
    one, other, options = copied("runaway"), copied("runaway"), DemoOptions()
    before = told(other)
    one.user.balance = 0
    one.keys[1].status = "inactive"
    one.keys[2].windows["5h"].used = 1
    one.unused_codes.clear()
    one.group_of.clear()
    strand = one.ledger.strands[0]
    one.ledger.insert(one.ledger.hour_calls(0)[0], strand)
    one.rng.random()
    assert told(other) == before
    assert (other.group_of, other.ledger.live, other.ledger.strands[0].live) == (copied("runaway").group_of, [], [])
    assert other.unused_codes
    assert found_or_copy(1, "runaway", clock(), options, *ASKED[1:]).options is options


def test_a_later_second_has_an_account_of_its_own() -> None:
    assert copied("runaway", AT + 999_999).ledger.hours.end == AT
    assert copied("runaway", AT + 1_000_000).ledger.hours.end == AT + 1_000_000


def test_a_light_account_costs_as_much_with_fewer_calls() -> None:
    full, light = copied("runaway"), found_light(1, "runaway", clock(), DemoOptions(), *ASKED[1:])
    totals = [[unpack(one.sums[-1]) for one in world.ledger.strands] for world in (full, light)]
    calls = [sum(one.calls for one in total) for total in totals]
    usd = [sum(one.actual_cost for one in total) for total in totals]
    assert calls[0] / calls[1] == pytest.approx(LIGHTER, rel=0.1)
    assert usd[0] / usd[1] == pytest.approx(1.0, rel=0.15)
