"""Dialogs that change a key: which key is fixed, and why there is none."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import NOTHING_KNOWN, account
from tests.unit.samples import NOW, key
from tui.account.context import AccountContext
from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.intents import KeyAction, KeyIntent, state_of
from tui.domain.outcomes import Applied
from tui.monitor.questions import AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.toasts import Toast
from tui.screens import key_actions
from tui.screens.dialogs import Ask
from tui.screens.key_actions import ActionContext
from tui.screens.messages import Quit
from tui.screens.yes_no import YesNoDialog
from tui.store.journal import Entry
from widgets.dialogs import ConfirmDialog, FormDialog

KNOWN = account((AskKeys(), (key(7, "laptop"), key(8, "ci", stored_status="inactive"))))
READ_ONLY = replace(KNOWN, capabilities=Capabilities().without(Lack.READ_ONLY, Capability.ACTIONS))
ENTRY = Entry(NOW.isoformat(), "https://gateway.example", 7, "disable", state_of(key(7)), state_of(key(7)))


class Actions:
    """What would be changed, instead of a gateway."""

    def __init__(self, *, pauses: tuple[Entry, ...] = (), last: Any = None) -> None:
        self.applied: list[KeyIntent] = []
        self._pauses = pauses
        self._last = last

    async def apply(self, intent: KeyIntent, seen: Any, *, batch: str | None = None) -> Applied:
        self.applied.append(intent)
        return Applied(seen, NOW)

    def running_pauses(self) -> tuple[Entry, ...]:
        return self._pauses

    def undoable(self) -> tuple[int, Entry] | None:
        return cast("tuple[int, Entry] | None", self._last)


def shown(snapshot: Snapshot = KNOWN, actions: Actions | None = None) -> ActionContext:
    """An account as a person saw it."""
    services = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW))
    context = SimpleNamespace(services=services, actions=actions or Actions(), monitor=SimpleNamespace())
    return ActionContext(cast("AccountContext", context), snapshot, privacy=False)


@pytest.mark.parametrize("dialog", [key_actions.switch, key_actions.limit, key_actions.timed_pause])
@pytest.mark.parametrize(
    ("key_id", "told"),
    [(None, "Put the cursor on a key first."), (9, "This key is not there any more.")],
)
def test_without_a_key_there_is_no_dialog(dialog: key_actions.KeyDialog, key_id: int | None, told: str) -> None:
    found = key_actions.about_key(shown(), key_id, dialog)
    assert isinstance(found, Toast)
    assert found.text == told


@pytest.mark.parametrize(("key_id", "action"), [(7, KeyAction.DISABLE), (8, KeyAction.ENABLE)])
async def test_a_dialog_acts_on_the_key_that_it_was_opened_for(key_id: int, action: KeyAction) -> None:
    actions = Actions()
    asked = key_actions.about_key(shown(actions=actions), key_id, key_actions.switch)
    assert isinstance(asked, Ask)
    assert isinstance(asked.dialog, ConfirmDialog)
    assert asked.can_undo
    assert not actions.applied, "nothing happens before it is agreed to"
    assert (await asked.dialog.act()).ok
    assert actions.applied == [KeyIntent(key_id, action)]


async def test_only_a_key_that_works_can_be_paused() -> None:
    actions = Actions()
    paused = key_actions.about_key(shown(actions=actions), 7, key_actions.timed_pause)
    assert isinstance(paused, Ask)
    assert isinstance(paused.dialog, FormDialog)
    assert paused.can_undo
    assert (await paused.dialog.act()).ok
    assert actions.applied == [KeyIntent(7, KeyAction.DISABLE, until=NOW + timedelta(minutes=30))]
    refused = key_actions.about_key(shown(), 8, key_actions.timed_pause)
    assert isinstance(refused, Toast)
    assert "ci is not active" in refused.text


@pytest.mark.parametrize(
    ("actions", "snapshot", "asks"),
    [
        (Actions(), KNOWN, False),
        (Actions(pauses=(ENTRY,)), READ_ONLY, False),
        (Actions(pauses=(ENTRY,)), KNOWN, True),
    ],
)
def test_leaving_asks_first_while_a_pause_runs(actions: Actions, snapshot: Snapshot, asks: bool) -> None:
    entry = Entry(**{**{name: getattr(ENTRY, name) for name in ENTRY.__struct_fields__}, "until": NOW.isoformat()})
    actions._pauses = (entry,) * len(actions._pauses)
    left = key_actions.leave(shown(snapshot, actions))
    assert isinstance(left, Ask if asks else Quit)
    if isinstance(left, Ask):
        assert isinstance(left.dialog, YesNoDialog)
        assert isinstance(left.then(True), Quit)
        assert left.then(False) is None


def test_there_may_be_nothing_to_undo_and_nobody_to_remind() -> None:
    nothing = key_actions.undo(shown())
    unknown = key_actions.remind(shown(NOTHING_KNOWN))
    assert isinstance(nothing, Toast)
    assert isinstance(unknown, Toast)
    assert (nothing.text, unknown.text) == ("There is nothing to undo.", "The account is not known yet.")


def test_an_undo_is_about_the_key_of_the_change_or_the_reminder() -> None:
    undone = key_actions.undo(shown(actions=Actions(last=(1, ENTRY))))
    assert isinstance(undone, Ask)
    assert isinstance(undone.dialog, ConfirmDialog)
    assert "laptop" in undone.dialog.verb_button.label
    gone = key_actions.undo(shown(NOTHING_KNOWN, Actions(last=(1, ENTRY))))
    assert isinstance(gone, Toast)
