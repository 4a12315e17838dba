"""The gateway's clock: what its answers say of it, and what a wrong clock of this machine changes (nothing)."""

from datetime import UTC, datetime, timedelta

import pytest

from tui.domain.clock import GatewayClock, SystemClock

TRUE = datetime(2026, 11, 24, 5, 31, 2, 400_000, tzinfo=UTC)
S = timedelta(seconds=1)


class World:
    """The true time, and a machine whose clock is off by something."""

    def __init__(self) -> None:
        self.true, self.off = TRUE, timedelta(0)

    def pass_s(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)

    def answer(self, clock: GatewayClock, took_s: float = 0.1, gateway_off: timedelta = timedelta(0)) -> None:
        """A request, and an answer that was made just before it came."""
        asked_s = clock.steady_s()
        self.pass_s(took_s)
        clock.hear((self.true + gateway_off).replace(microsecond=0), asked_s)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(SystemClock, "now", lambda _self: world.true + world.off)
    monkeypatch.setattr(SystemClock, "steady_s", lambda _self: (world.true - TRUE).total_seconds() + 5000.0)
    return world


def test_before_an_answer_the_machine_is_believed(world: World) -> None:
    world.off = timedelta(minutes=-30)
    clock = GatewayClock()
    assert clock.now() == TRUE - timedelta(minutes=30)
    assert clock.machine_ahead == timedelta(0)


@pytest.mark.parametrize("off_s", [0.0, 0.3, -0.3])
def test_a_machine_that_agrees_is_believed_to_the_microsecond(world: World, off_s: float) -> None:
    world.off, clock = timedelta(seconds=off_s), GatewayClock()
    for took_s in (0.02, 3.0, 0.4):
        world.answer(clock, took_s)
    assert clock.now() == world.true + world.off
    assert clock.machine_ahead == timedelta(0)


@pytest.mark.parametrize("off_s", [-1800, 9 * 3600, -4000 * 86_400, 7])
@pytest.mark.parametrize("took_s", [0.02, 0.8, 9.0])
def test_a_machine_that_is_wrong_is_corrected_and_told(world: World, off_s: float, took_s: float) -> None:
    off = timedelta(seconds=off_s)
    world.off, clock = off, GatewayClock()
    world.answer(clock, took_s)
    for _ in range(5):
        world.pass_s(1.37)
        world.answer(clock, 0.05)
    assert abs(clock.now() - world.true) < 2 * S
    assert abs(clock.machine_ahead - off) < 2 * S


def test_a_clock_that_is_set_while_running_moves_nothing(world: World) -> None:
    clock = GatewayClock()
    world.answer(clock)
    for off in (timedelta(hours=-2), timedelta(days=1), timedelta(0)):
        world.off = off
        world.pass_s(3)
        assert abs(clock.now() - world.true) < 2 * S
        world.answer(clock)
        assert abs(clock.now() - world.true) < 2 * S


def test_a_gateway_whose_clock_is_set_is_followed(world: World) -> None:
    clock = GatewayClock()
    world.answer(clock)
    for _ in range(3):
        world.pass_s(5)
        world.answer(clock, gateway_off=timedelta(minutes=40))
    assert abs(clock.now() - world.true - timedelta(minutes=40)) < 2 * S


@pytest.mark.parametrize("every_s", [0.3, 1.0, 5.0, 60.0])
def test_a_date_that_stands_still_stops_no_time(world: World, every_s: float) -> None:
    clock = GatewayClock()
    for _ in range(40):
        clock.hear(TRUE.replace(microsecond=0), clock.steady_s() - 0.05)
        world.pass_s(every_s)
        assert abs(clock.now() - world.true) < 3 * S


def test_one_answer_of_another_time_changes_nothing(world: World) -> None:
    clock = GatewayClock()
    for number in range(20):
        world.pass_s(5)
        world.answer(clock, gateway_off=timedelta(days=number % 2))
        assert abs(clock.now() - world.true) < 2 * S


def test_clocks_that_drift_apart_slowly_are_no_jump_and_cost_no_accuracy(world: World) -> None:
    clock = GatewayClock()
    for minute in range(600):
        world.pass_s(59.9)
        world.off = timedelta(seconds=minute * 0.002)
        world.answer(clock)
    assert abs(clock.now() - world.true) < 2 * S


def test_time_never_goes_back_while_answers_only_make_it_more_exact(world: World) -> None:
    world.off, clock = timedelta(minutes=5), GatewayClock()
    world.answer(clock, 0.05)
    before = clock.now()
    for _ in range(200):
        world.pass_s(0.63)
        world.answer(clock, 0.05)
        assert clock.now() > before - S
        before = clock.now()
