"""Keys in one packet: no screen is lost to them, and nothing is changed that nobody saw."""

import sys
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tests.flows.test_actions import status_of
from tests.flows.types import Start
from tests.flows.typing import type_at_once
from tests.unit.terminal.pty_program import PtyProgram
from widgets.act_dialog import ActDialog
from widgets.dialogs import ChoiceDialog, ConfirmDialog
from widgets.help_view import HelpDialog

RIGHT = "\x1b[C"
ON_OVERVIEW = ["t", "v", "m", "/", "?", "w", "wR", "W", "D", "L", "Z", "u", "i", "A"]
ON_CALLS_AND_TRIAGE = ["c", "cC", "cE", "cB", "c/", "e/", "T", "Ti", "TE", "Tn"]
OPENERS = ON_OVERVIEW + ON_CALLS_AND_TRIAGE
"""Whatever opens a dialog, and the way there."""
WITH_BUTTONS = ["?", "w", "wR", "W", "D", "L", "Z", "u", "i", "A", "cC", "cE", "cB", "Ti", "TE", "Tn"]
"""Those of them in which a key to the right leads on."""


async def dealt_with(run: Running) -> None:
    """Wait until nothing that was typed waits, and what it opened can be seen."""
    await run.pilot.pause()
    await run.until(lambda: not run.app._typed and run.app._given_at is None, "all that was typed taken")
    front = run.app.screen
    if isinstance(front, ActDialog):
        await run.until(lambda: front.is_seen, "the question seen")


@pytest.mark.parametrize(
    ("burst", "openers"), [("\r\r\r", OPENERS), (RIGHT + "\r\r", WITH_BUTTONS)], ids=["enters", "right and enters"]
)
async def test_a_burst_into_any_dialog_loses_no_screen_and_changes_nothing(
    aktop: Start, burst: str, openers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with aktop() as run:
        await run.on_key("batch-nightly")
        before = [(key.name, key.status) for key in run.demo.world.living_keys()]
        overview = run.app.screen
        for opener in openers:
            type_at_once(run.app, opener + burst)
            await dealt_with(run)
            for _ in range(9):
                if run.app.screen_stack[1:] == [overview]:
                    break
                type_at_once(run.app, "\x1b")
                await dealt_with(run)
            assert run.app.screen_stack[1:] == [overview], opener
        type_at_once(run.app, "?")
        await run.until(lambda: isinstance(run.app.screen, HelpDialog), "help after all of them")
        assert [(key.name, key.status) for key in run.demo.world.living_keys()] == before


async def test_two_enters_after_a_choice_was_seen_choose_and_open_nothing(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("t")
        await run.until(lambda: isinstance(run.app.screen, ChoiceDialog), "the choice")
        overview = run.app.screen_stack[1]
        type_at_once(run.app, "\r\r?")
        await run.until(lambda: isinstance(run.app.screen, HelpDialog), "help")
        assert run.app.screen_stack[1:-1] == [overview]


async def test_what_was_typed_before_the_question_was_there_is_dropped_together_and_said(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        type_at_once(run.app, "D" + RIGHT + "\r")
        await run.shows("Disable API key", "[ Cancel ]", "typed too early: dropped")
        assert status_of(run, "batch-nightly") == "active"


async def test_what_is_typed_at_once_after_the_question_was_seen_is_done_once_and_its_outcome_stays(
    aktop: Start,
) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        dialog = run.app.screen
        assert isinstance(dialog, ConfirmDialog)
        await run.until(lambda: dialog.is_seen, "the question seen")
        type_at_once(run.app, RIGHT + "\r\r\r")
        await run.shows("✓ inactive")
        await run.until(lambda: dialog.is_seen, "the outcome seen")
        assert run.app.screen is dialog
        assert status_of(run, "batch-nightly") == "inactive"


async def test_a_question_that_a_stalled_line_has_not_shown_hears_nothing(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        waiting = []
        run.app.when_shown = waiting.append
        await run.press("D")
        await run.until(lambda: waiting, "the question painted")
        type_at_once(run.app, RIGHT + "\r")
        await run.shows("typed too early: dropped")
        assert isinstance(run.app.screen, ActDialog)
        assert status_of(run, "batch-nightly") == "active"


async def test_a_filter_typed_ahead_is_taken_whole(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        type_at_once(run.app, "/laptop\rD")
        await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the dialog")
        await run.shows("laptop", "Disable laptop")


def test_a_burst_from_a_real_terminal(tmp_path: Path) -> None:
    sealed = {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    with PtyProgram((sys.executable, "-m", "tui", "--demo"), size=(120, 36), environ=sealed) as program:
        program.see("batch-nightly")
        program.press("t\r\r?")
        program.see("In this pane")
        program.press("\x1b")
        program.lose("In this pane")
        program.press("D" + RIGHT + "\r")
        program.see("typed too early: dropped")
        program.press("\x1b")
        program.lose("Disable API key")
        program.press("q")
        assert program.end() == 0
