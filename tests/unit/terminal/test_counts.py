"""Counts that must not regress: bytes for what changed against the floor, none for nothing, lines painted."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.perf.floor import changed_cells, floor
from tests.unit.terminal.counting import CountingDriver
from tests.unit.widgets.hosts import Host, PaintCounter
from widgets.live_table import LiveTable
from widgets.values import Align, Cell, Column, Emphasis, Row

SIZE = (120, 40)
COLUMNS = (
    Column("key", "KEY", 14, flex=1),
    Column("state", "STATUS", 10),
    *(Column(f"cost{n}", f"COST {n}", 9, Align.RIGHT) for n in range(6)),
)


def rows(costs: Callable[[int, int], str]) -> list[Row]:
    """Thirty rows of eight cells."""
    return [
        Row(
            n,
            (
                Cell(f"key {n} 客服"),
                Cell("active", Emphasis.GOOD),
                *(Cell(costs(n, place), Emphasis.WARNING if place == 2 else Emphasis.NORMAL) for place in range(6)),
            ),
        )
        for n in range(30)
    ]


def still(n: int, place: int) -> str:
    """The costs as they are."""
    return f"${n}.{place:02}"


CHANGES: dict[str, Callable[[int, int], str]] = {
    "one digit": lambda n, place: "$3.91" if (n, place) == (3, 1) else still(n, place),
    "one digit elsewhere": lambda n, place: "$8.82" if (n, place) == (8, 2) else still(n, place),
    "one row": lambda n, place: f"$9{n}.{place + 31}" if n == 5 else still(n, place),
    "one column": lambda n, place: f"${n}.{place + 31}" if place == 4 else still(n, place),
    "all costs": lambda n, place: f"${n}.{(place + n * 7) % 60 + 31}",
}


def counting(table: LiveTable) -> Host:
    """An app that holds a table, on a driver that counts."""
    host = Host(table)
    host.driver_class = CountingDriver
    return host


async def counted(pilot: Pilot[None], change: Callable[[], object]) -> tuple[int, int, int]:
    """Return the bytes sent for a change, the floor, and how many cells changed."""
    driver = pilot.app._driver
    assert isinstance(driver, CountingDriver)
    await pilot.pause()
    before, pen = driver.emulator.picture(), driver.emulator.style
    driver.reset()
    change()
    await pilot.pause()
    after = driver.emulator.picture()
    return len(driver.sent.encode()), floor(before, after, pen)[0], changed_cells(before, after)


@pytest.mark.parametrize("name", CHANGES)
async def test_bytes_for_what_changed(name: str) -> None:
    table = LiveTable(COLUMNS)
    table.show(rows(still))
    async with counting(table).run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause()
        painted = PaintCounter(table)
        sent, least, cells = await counted(pilot, lambda: table.show(rows(CHANGES[name])))
        assert cells > 0
        assert sent <= 1.5 * least, f"{sent} bytes, floor {least}"
        assert len(painted.painted) <= (1 if name.startswith("one digit") or name == "one row" else 30)


async def test_nothing_is_sent_for_nothing() -> None:
    table = LiveTable(COLUMNS)
    table.show(rows(still))
    async with counting(table).run_test(headless=False, size=SIZE) as pilot:
        assert await counted(pilot, lambda: table.show(rows(still))) == (0, 0, 0)
        # Even when everything is painted again.
        assert await counted(pilot, table.refresh) == (0, 0, 0)
        assert await counted(pilot, lambda: pilot.app.refresh(layout=True)) == (0, 0, 0)


async def test_moving_the_cursor_costs_two_lines() -> None:
    table = LiveTable(COLUMNS)
    table.show(rows(still))
    async with counting(table).run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause()
        painted = PaintCounter(table)
        sent, least, _ = await counted(pilot, table.action_bottom)
        assert sent <= 1.5 * least
        assert len(painted.painted) == 2
