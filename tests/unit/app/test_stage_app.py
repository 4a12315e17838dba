"""The app as a stage: what it notes while screens come and go, and keys are typed."""

import pytest
from textual.screen import Screen

from tests.unit.present.shown import account
from tests.unit.samples import NOW
from tui.app.stage_app import StageApp
from tui.screens.picture import Picture


class Collector:
    """Notes what an `IdleCollector` is told."""

    def __init__(self) -> None:
        self.closed = 0
        self.idle_s: list[float] = []

    def screen_closed(self) -> None:
        self.closed += 1

    def tick(self, idle_s: float) -> None:
        self.idle_s.append(idle_s)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Collector:
    collector = Collector()
    monkeypatch.setattr("tui.app.stage_app.IdleCollector", lambda: collector)
    return collector


async def test_closed_screens_are_counted_as_garbage(noted: Collector) -> None:
    app = StageApp()
    async with app.run_test():
        for _ in range(3):
            await app.push_screen(Screen())
        await app.pop_screen()
        await app.clear_screens()
    assert noted.closed == 3


async def test_garbage_is_looked_for_at_each_picture_by_how_long_nobody_has_typed(
    noted: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [100.0]
    monkeypatch.setattr("tui.terminal.keys_in_turn.monotonic", lambda: at[0])
    app = StageApp()
    async with app.run_test() as pilot:
        at[0] += 7
        app.show_picture(Picture(account(), NOW))
        await pilot.press("x")
        at[0] += 2
        app.show_picture(Picture(account(), NOW))
    assert noted.idle_s == [7, 2]
