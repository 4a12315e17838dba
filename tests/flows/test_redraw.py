"""What somebody else wrote on the terminal goes away at a key."""

import sys
from pathlib import Path

import pytest

from tests.unit.terminal.pty_program import PtyProgram


@pytest.mark.parametrize("driver", ["diff", "stock"])
def test_foreign_output_is_painted_over(driver: str, tmp_path: Path) -> None:
    sealed = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    command = (sys.executable, "-m", "tui", "--demo", "--driver", driver)
    with PtyProgram(command, size=(100, 30), environ=sealed) as program:
        program.see("batch-nightly")
        program.see("live")
        program.see("╰")
        border = next(y for y, line in enumerate(program.screen.text()) if line.startswith("╰"))
        program.screen.feed(f"\x1b[{border + 1};10HBroadcast message")
        program.press("\x0c")
        program.lose("Broadcast message")
        program.press("q")
        assert program.end() == 0


def test_where_no_shell_waits_nothing_stops(tmp_path: Path) -> None:
    # The program leads its session here, as in a tmux window of its own: nobody would continue it.
    sealed = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with PtyProgram((sys.executable, "-m", "tui", "--demo"), size=(100, 30), environ=sealed) as program:
        program.see("live")
        program.press("\x1a")
        program.see("No shell started aktop")
        program.press("q")
        assert program.end() == 0
