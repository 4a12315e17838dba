"""Dialogs that change several keys: the keys are those of when it opened, each is sent by itself, as it was shown."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.unit.present.shown import account
from tests.unit.samples import NOW, key
from tests.unit.screens.test_key_actions import Actions, shown
from tui.domain.intents import KeyAction, KeyIntent, state_of
from tui.domain.keys import ApiKey
from tui.domain.outcomes import Applied
from tui.monitor.questions import AskKeys
from tui.present.toasts import Toast
from tui.screens import batch_actions
from tui.screens.dialogs import Ask, Next
from tui.screens.yes_no import ValuesDialog
from tui.store.journal import Entry
from widgets.batch_dialog import BatchDialog, Step
from widgets.dialogs import ConfirmDialog

CI, LAPTOP, BATCH = key(8, "ci", stored_status="inactive"), key(7, "Laptop"), key(9, "batch")
KNOWN = account((AskKeys(), (CI, LAPTOP, BATCH)))
ALL = {7, 8, 9, 99}


class Sent(Actions):
    """What was sent: intents and undone entries, each with the key that the person saw."""

    def __init__(self, *together: tuple[int, Entry], **named: Any) -> None:
        super().__init__(**named)
        self.together = list(together)
        self.sent: list[tuple[Any, int, str | None]] = []

    async def apply(self, intent: KeyIntent, seen: Any, *, batch: str | None = None) -> Applied:
        self.sent.append((intent, seen.id, batch))
        return Applied(seen, NOW)

    async def undo(self, number: int, _entry: Entry, seen: ApiKey) -> Applied:
        self.sent.append((number, seen.id, None))
        return Applied(seen, NOW)

    def done_together(self, batch: str) -> list[tuple[int, Entry]]:
        return [one for one in self.together if one[1].batch == batch]


def steps(asked: Next) -> list[Step]:
    """What a dialog about several keys would do, key by key."""
    assert isinstance(asked, Ask)
    assert isinstance(asked.dialog, BatchDialog)
    return list(asked.dialog._steps)


async def carried_out(asked: Next) -> None:
    """Do all of it."""
    for step in steps(asked):
        if step.act is not None:
            assert (await step.act()).ok


def names(asked: Next) -> list[str]:
    """The first cell of each step."""
    return [step.rows[0][0].text for step in steps(asked)]


async def test_the_working_keys_are_disabled_in_the_order_of_their_names_and_undone_together() -> None:
    actions = Sent()
    asked = batch_actions.about_keys(shown(KNOWN, actions), ALL, batch_actions.switch)
    assert names(asked) == ["batch", "ci", "Laptop"]
    assert isinstance(asked, Ask)
    assert (asked.can_undo, actions.sent) == (True, [])
    await carried_out(asked)
    batch = NOW.isoformat()
    disable = [(KeyIntent(key_id, KeyAction.DISABLE), key_id, batch) for key_id in (9, 7)]
    assert actions.sent == disable, "and the disabled one stays as it is"


async def test_a_pause_is_asked_in_two_dialogs_and_leaves_out_what_does_not_work() -> None:
    actions = Sent()
    asked = batch_actions.about_keys(shown(KNOWN, actions), ALL, batch_actions.timed_pause)
    assert isinstance(asked, Ask)
    assert isinstance(asked.dialog, ValuesDialog)
    assert asked.then(False) is None
    await carried_out(asked.then(True))
    until = NOW + timedelta(minutes=30)
    assert [intent for intent, _seen, _batch in actions.sent] == [
        KeyIntent(9, KeyAction.DISABLE, until=until),
        KeyIntent(7, KeyAction.DISABLE, until=until),
    ]
    assert isinstance(batch_actions.about_keys(shown(KNOWN, actions), {8}, batch_actions.timed_pause), Toast)


def entry(of: ApiKey, batch: str | None = "both") -> Entry:
    """A disable of a key, which works now as before unless it is stopped."""
    stopped = replace(of, stored_status="inactive")
    return Entry(
        NOW.isoformat(),
        "https://gateway.example",
        of.id,
        "disable",
        state_of(replace(of, stored_status="active")),
        state_of(stopped),
        batch=batch,
    )


async def test_what_was_done_at_once_is_undone_at_once_where_there_is_something_to_undo() -> None:
    gone = key(5, "gone")
    together = tuple(enumerate((entry(LAPTOP), entry(CI), entry(gone)), 1))
    actions = Sent(*together, last=together[-1])
    asked = batch_actions.undo(shown(KNOWN, actions))
    assert names(asked) == ["Laptop", "ci", "#5"]
    await carried_out(asked)
    assert actions.sent == [(2, 8, None)], "the laptop works already, and what is gone stays gone"
    assert isinstance(asked, Ask)
    assert isinstance(asked.dialog, BatchDialog)
    assert (asked.can_undo, asked.dialog.verb_button.label) == (False, "Undo for 1 key")


async def test_what_was_done_by_itself_is_undone_by_itself() -> None:
    for last in ((1, entry(CI, None)), (1, entry(CI))):
        actions = Sent(last, last=last)
        asked = batch_actions.undo(shown(KNOWN, actions))
        assert isinstance(asked, Ask)
        assert isinstance(asked.dialog, ConfirmDialog)
        assert (await asked.dialog.act()).ok
        assert actions.sent == [(1, 8, None)]
    assert isinstance(batch_actions.undo(shown(KNOWN, Sent())), Toast)


async def test_a_key_that_was_changed_since_is_marked_and_undone_as_it_is_shown_now() -> None:
    changed = replace(CI, quota_usd=CI.quota_usd + 7)
    together = ((1, entry(CI)), (2, entry(LAPTOP)))
    actions = Sent(*together, last=together[-1])
    asked = batch_actions.undo(shown(account((AskKeys(), (changed, LAPTOP))), actions))
    marks = [cell.text for cell in steps(asked)[0].rows[0]]
    assert "▲ changed since" in marks
    await carried_out(asked)
    assert actions.sent == [(1, 8, None)]
