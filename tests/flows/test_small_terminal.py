"""A terminal with room for one pane: keys are heard from the start."""

import sys
from pathlib import Path

import pytest

from tests.unit.terminal.pty_program import PtyProgram


@pytest.mark.parametrize("size", [(40, 12), (60, 18), (60, 20)])
def test_the_keys_have_the_focus_from_the_start(size: tuple[int, int], tmp_path: Path) -> None:
    sealed = {"XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    with PtyProgram((sys.executable, "-m", "tui", "--demo"), size=size, environ=sealed) as program:
        program.see("SPIKE since")
        program.see("┃▌● batch-nig")
        program.press("p")
        program.press("j")
        program.see("┃ ● batch-nig")
        program.press("q")
        assert program.end() == 0
