"""The programs of ours that are measured: `python -m tests.perf.apps KIND DRIVER [ROWS|URL EMAIL PASSWORD]`.

With AKTOP_PERF_PROFILE=FILE the monitor writes a profile of 20 seconds of its steady state there.
"""

import asyncio
import os
import sys
from collections.abc import Hashable
from cProfile import Profile
from pathlib import Path
from tempfile import mkdtemp

from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.widgets import Static

from tui.terminal.driver import DiffDriver
from tui.terminal.gc_tuning import imports_frozen
from widgets.live_table import LiveTable
from widgets.values import Align, Cell, Column, Emphasis, Row

DRIVERS: dict[str, type[Driver] | None] = {"diff": DiffDriver, "stock": None}
COLUMNS = (
    *(Column(name, name.upper(), 12) for name in ("time", "key", "model")),
    *(Column(f"n{n}", f"N{n}", 9, Align.RIGHT) for n in range(6)),
)


class Numbers:
    """Rows made of their number alone, so that only showing them is measured."""

    def __init__(self, count: int) -> None:
        self._cells = [f"{number * 7919 % 100_000}" for number in range(count)]

    def __len__(self) -> int:
        return len(self._cells)

    def row(self, index: int) -> Row | None:
        """A row of nine cells."""
        own = self._cells[index]
        state = Emphasis.GOOD if index % 3 else Emphasis.WARNING
        cells = (Cell(f"12:{index % 60:02}:{index % 53:02}"), Cell(f"key {index}"), Cell("claude-opus", state))
        return Row(index, (*cells, *(Cell(f"{own}.{place}") for place in range(6))))

    def index_of(self, row_id: Hashable) -> int | None:
        """Rows do not move."""
        return row_id if isinstance(row_id, int) else None


class TableApp(App[None]):
    """A table over the whole screen."""

    BINDINGS = [("q", "quit")]

    def __init__(self, rows: int, driver: str) -> None:
        super().__init__(driver_class=DRIVERS[driver])
        self.animation_level = "none"
        self._count = rows

    def compose(self) -> ComposeResult:
        """The table."""
        yield LiveTable(COLUMNS)

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(LiveTable)
        table.rows = Numbers(self._count)
        table.focus()


class EmptyApp(App[None]):
    """What Textual costs by itself."""

    BINDINGS = [("q", "quit")]

    def compose(self) -> ComposeResult:
        """One word."""
        yield Static("ready")


def main() -> None:
    """Run what is asked for."""
    kind, driver, *rest = sys.argv[1:]
    if kind != "empty":
        with imports_frozen():
            pass  # everything is imported
    if kind == "empty":
        EmptyApp(driver_class=DRIVERS[driver]).run()
    elif kind == "table":
        TableApp(int(rest[0]), driver).run()
    else:
        asyncio.run(_aktop(driver, *rest))


async def _aktop(driver: str, url: str, email: str, password: str) -> None:
    """The monitor at a 2 s refresh, on a gateway of another process."""
    from tui.account.profiles import Profiles
    from tui.account.screen_start import ScreenStart
    from tui.account.services import services
    from tui.app.launch import launch
    from tui.config.sources import load

    state = Path(mkdtemp())
    settings = load({"interval_s": 2.0, "url": url, "email": email}, os.environ, state / "config.toml", state)
    profile_file = os.environ.get("AKTOP_PERF_PROFILE")
    profiling = asyncio.create_task(_profile(Path(profile_file))) if profile_file else None
    async with services(settings, {}) as opened:
        await opened.client.login(email, password)
    await launch(ScreenStart(Profiles(settings, {}, dict(os.environ)), driver=driver))
    if profiling is not None:
        profiling.cancel()


async def _profile(path: Path) -> None:
    """Write down where the time goes once the start is over, for `python -m pstats`."""
    await asyncio.sleep(12)
    profile = Profile()
    profile.enable()
    await asyncio.sleep(20)
    profile.disable()
    profile.dump_stats(path)


if __name__ == "__main__":
    main()
