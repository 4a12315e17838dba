"""Changing keys on the screen: who is meant, what is asked, what the gateway did."""

import json
from collections.abc import Callable

import pytest

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.account.actions import ReadOnly
from tui.demo.keys import Key
from tui.domain.intents import KeyAction, KeyIntent, state_of
from widgets.dialogs import ConfirmDialog, FormDialog
from widgets.live_table import LiveTable


def key_named(run: Running, name: str) -> Key:
    """The gateway's own record of a key."""
    return next(key for key in run.demo.world.living_keys() if key.name == name)


def status_of(run: Running, name: str) -> str:
    """The status that the gateway stores."""
    return key_named(run, name).status


def state_changed(run: Running, key_id: int) -> Callable[[], bool]:
    """Tells whether aktop knows of another state of a key than now."""
    known = run.app.monitor.snapshot.key(key_id)
    assert known is not None

    def is_other() -> bool:
        key = run.app.monitor.snapshot.key(key_id)
        return key is not None and state_of(key) != state_of(known)

    return is_other


async def test_disable_asks_acts_tells_and_is_taken_back(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.shows("Disable API key", "active", "→", "inactive", "[ Cancel ]", "Stops new calls at once")
        assert status_of(run, "batch-nightly") == "active"
        await run.press("tab", "enter")
        await run.shows("✓ inactive, as of")
        assert status_of(run, "batch-nightly") == "inactive"
        await run.press("enter")
        await run.shows("○ batch-nightly")
        await run.press("u")
        await run.shows("Undo", "inactive", "→", "active")
        await run.press("tab", "enter")
        await run.shows("✓ active, as of")
        assert status_of(run, "batch-nightly") == "active"


@pytest.mark.parametrize(
    ("change", "seen", "undone"),
    [
        (("D", "tab", "enter"), "inactive", ("inactive", "→", "active")),
        (("Z", "enter", "enter"), "inactive", ("inactive", "→", "active")),
        (("L", "7", "7", "enter", "enter"), "quota", ("$77.00", "→", "none")),
    ],
)
async def test_the_key_for_undo_acts_while_the_outcome_is_shown(
    aktop: Start, change: tuple[str, ...], seen: str, undone: tuple[str, ...]
) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        before = state_of(run.app.monitor.snapshot.key(key_named(run, "batch-nightly").id))  # type: ignore[arg-type]
        changed = state_changed(run, key_named(run, "batch-nightly").id)
        await run.press(change[0])
        await run.shows("batch-nightly   sk-")
        await run.press(*change[1:])
        await run.shows(f"✓ {seen}", "[ Close ]")
        await run.until(changed, "the change")
        await run.press("u")
        await run.shows("Undo", *undone, "[ Cancel ]")
        await run.press("tab", "enter")
        await run.shows("✓ ", "[ Close ]")
        after = run.app.monitor.snapshot.key(key_named(run, "batch-nightly").id)
        assert after is not None
        assert state_of(after) == before


async def test_nothing_is_undone_where_nothing_was_done(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.shows("Disable API key")
        key_named(run, "batch-nightly").name = "production"
        await run.press("tab", "enter")
        await run.shows("changed meanwhile")
        await run.press("u")
        await run.shows("changed meanwhile", "[ Close ]")


@pytest.mark.parametrize("to_errors", ["4", "e"])
async def test_an_error_of_one_of_several_keys_of_a_name_says_why_nothing_can_be_done(
    aktop: Start, to_errors: str
) -> None:
    async with aktop() as run:
        key_named(run, "laptop").name = "nightly-eval"
        await run.press("r")
        await run.until(lambda: "#" in run.text(), "two keys of one name")
        await run.press(to_errors)
        await run.shows("own limit")
        await run.press("D")
        await run.shows("Several keys have this name")


async def test_enter_and_escape_on_an_opened_dialog_change_nothing(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        for key in ("enter", "escape"):
            await run.press("D")
            await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the dialog")
            await run.press(key)
            await run.until(lambda: not isinstance(run.app.screen, ConfirmDialog), "the dialog gone")
        assert status_of(run, "batch-nightly") == "active"


async def test_the_key_of_the_dialog_is_hit_whatever_the_table_does(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the dialog")
        overview = run.app.screen_stack[1]
        overview.sort = ("name", False)
        overview.query_one("#keys", LiveTable).cursor_id = None
        await run.press("tab", "enter")
        await run.shows("✓ inactive")
        inactive = [key.name for key in run.demo.world.living_keys() if key.status == "inactive"]
        assert set(inactive) == {"batch-nightly", "old-prototype"}


async def test_limits_say_what_they_would_do_and_send_only_what_changed(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        seven_days = key_named(run, "batch-nightly").windows["7d"].limit
        assert seven_days > 0
        await run.press("L")
        await run.until(lambda: isinstance(run.app.screen, FormDialog), "the form")
        await run.press("tab", "tab", *"1")
        await run.shows("refuses at once")
        await run.press("enter", "enter")
        await run.shows("✓ 1 d limit $1.00, limited")
        after = key_named(run, "batch-nightly")
        assert (after.windows["5h"].limit, after.windows["1d"].limit) == (0, 1)
        assert after.windows["7d"].limit == seven_days
        await run.press("enter")
        await run.shows("◌ batch-nightly", "limited")


async def test_read_only_refuses_below_the_keys(aktop: Start) -> None:
    async with aktop(read_only=True) as run:
        await run.on_key("batch-nightly")
        await run.shows("read-only")
        await run.press("D")
        await run.shows("Read-only: nothing")
        assert not isinstance(run.app.screen, ConfirmDialog)
        key = key_named(run, "batch-nightly")
        seen = run.app.monitor.snapshot.key(key.id)
        assert seen is not None
        with pytest.raises(ReadOnly):
            await run.app.account.actions.apply(KeyIntent(key.id, KeyAction.DISABLE), seen)
        assert key.status == "active"


async def test_a_key_that_vanished_while_its_dialog_was_open(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the dialog")
        key_named(run, "batch-nightly").deleted = True
        await run.press("tab", "enter")
        await run.shows("It is not there any more")


async def test_a_key_that_somebody_else_changed_is_left_alone(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("L")
        await run.until(lambda: isinstance(run.app.screen, FormDialog), "the form")
        key_named(run, "batch-nightly").status = "inactive"
        await run.press("tab", "tab", *"9", "enter", "enter")
        await run.shows("changed meanwhile")


async def test_a_key_that_has_another_name_by_now_is_left_alone(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the dialog")
        key = key_named(run, "batch-nightly")
        key.name = "production"
        await run.press("tab", "enter")
        await run.shows("changed meanwhile", "called production")
        assert key.status == "active"


async def test_an_undo_puts_back_only_what_it_has_shown(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.shows("Disable API key")
        await run.press("tab", "enter")
        await run.shows("✓ inactive")
        await run.press("enter")
        await run.shows("○ batch-nightly")
        key = key_named(run, "batch-nightly")
        changed = state_changed(run, key.id)
        key.windows["1d"].limit = 250
        await run.press("r")
        await run.until(changed, "the change of somebody else")
        await run.press("u")
        await run.shows("was changed since", "$250.00")
        key.windows["5h"].limit = 40
        await run.press("tab", "enter")
        await run.shows("changed meanwhile", "5 h limit $40.00")
        assert (key.status, key.windows["1d"].limit, key.windows["5h"].limit) == ("inactive", 250, 40)


async def test_the_journal_holds_no_secret_and_no_name(aktop: Start) -> None:
    async with aktop() as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.until(lambda: isinstance(run.app.screen, ConfirmDialog), "the dialog")
        await run.press("tab", "enter")
        await run.shows("✓ inactive")
        text = (run.app.account.services.settings.state_dir / "demo-journal.json").read_text()
        entries = json.loads(text)["_default"]
        assert [entry["stage"] for entry in entries.values()] == ["done"]
        assert "sk-" not in text
        assert "batch-nightly" not in text


async def test_no_notice_lies_over_a_question_and_none_is_lost(aktop: Start) -> None:
    async with aktop(size=(80, 24)) as run:
        await run.on_key("batch-nightly")
        await run.press("D")
        await run.shows("Disable API key")
        run.app.notify("said meanwhile", timeout=0.01, markup=False)
        await run.until(lambda: run.app._untold, "the notice")
        await run.pilot.pause()
        assert "said meanwhile" not in run.text()
        run.app._untold[0].timeout = 20  # what is waited for here must not go again before it was looked for
        await run.press("escape")
        await run.shows("said meanwhile")
