"""An app that changes all the time, run on a pseudo-terminal: `python -m tests.unit.terminal.busy_app`."""

import asyncio
import os
import sys
from unittest.mock import patch

from textual.app import App, ComposeResult
from textual.widgets import Static

from tui.terminal.driver import DiffDriver
from tui.terminal.signals import leaving_on_signals
from tui.terminal.watch import watching

GLYPHS = "abcdefghijklmnopqrstuvwxyz客服机器人"


class BusyApp(App[None]):
    """Repaints everything at each step.

    `s` and `l` start a run, `x` is counted, `w` is another size for a moment, `q` leaves, `ctrl+z` stops.
    """

    CSS = "Static { height: 1fr; }"
    BINDINGS = [
        ("s", "run(200)"),
        ("l", "run(20)"),
        ("x", "count"),
        ("w", "other_size"),
        ("q", "quit"),
        ("ctrl+z", "suspend_process"),
    ]

    pressed = 0

    def compose(self) -> ComposeResult:
        """One text over the whole screen."""
        yield Static("ready", markup=False)

    def on_mount(self) -> None:
        """Have the terminal at hand."""
        self.animation_level = "none"

    async def action_run(self, steps: int) -> None:
        """Change everything, many times, and say so beside the terminal."""
        self.run_worker(self._run(steps))

    async def _run(self, steps: int) -> None:
        for step in range(steps):
            glyph = GLYPHS[step % len(GLYPHS)]
            self.query_one(Static).update("\n".join([f"step {step} " + glyph * 20] * self.size.height))
            await asyncio.sleep(0.002)
        self.query_one(Static).update(f"done {self.pressed}")
        await asyncio.sleep(0.05)
        note(f"ran {steps} pressed {self.pressed} waiting {self._waiting()}")

    def action_other_size(self) -> None:
        """What the driver sees of a window that is another size for less time than Textual gathers sizes for."""
        driver = self._driver
        assert isinstance(driver, DiffDriver)
        with patch.object(driver, "_get_terminal_size", return_value=(80, 20)):
            driver._look_at_size()
        driver._look_at_size()

    def _waiting(self) -> int:
        driver = self._driver
        assert isinstance(driver, DiffDriver)
        assert driver._line is not None
        return driver._line._size

    def action_count(self) -> None:
        """Count a key."""
        self.pressed += 1
        note(f"key {self.pressed}")


def note(text: str) -> None:
    """Say something beside the terminal."""
    os.write(int(os.environ["NOTES_FD"]), f"{text}\n".encode())


async def main() -> int:
    """Run until left."""
    app = BusyApp(driver_class=DiffDriver)

    def leave(code: int) -> None:
        app.exit(return_code=code)

    with leaving_on_signals(leave), watching(0, leave):
        await app.run_async()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
