"""The journal: every change with what came of it, and the one under the cursor in full."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import LOOK, account, lines, rows
from tests.unit.samples import key
from tui.domain.intents import KeyState, Limits, Reminder
from tui.monitor.questions import AskKeys
from tui.present import journal_panes
from tui.store.journal import Entry, Stage

AT, GATEWAY = "2026-11-24T05:29:02+00:00", "https://gateway.example"
NONE = Limits(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
DISABLED = Entry(
    AT, GATEWAY, 7, "disable", KeyState("active", NONE), KeyState("inactive", NONE), Stage.DONE, "inactive"
)
REMINDER = Entry(AT, GATEWAY, 0, "reminder", Reminder(Decimal(1)), Reminder(Decimal(20)), Stage.DONE, "fine")
KNOWN = account((AskKeys(), (key(7, "batch"),)))


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        (DISABLED, "✓ done"),
        (replace(DISABLED, undone=True), "✓ taken back"),
        (replace(DISABLED, stage=Stage.FAILED), "✕ not applied"),
        (replace(DISABLED, stage=Stage.SENT), "▲ not known"),
        (replace(DISABLED, stage=Stage.UNKNOWN), "▲ not known"),
    ],
)
def test_what_came_of_it_is_told_in_a_word(entry: Entry, word: str) -> None:
    assert journal_panes.outcome(entry).text == word
    (row,) = rows(journal_panes.list_pane([(1, entry)], KNOWN, LOOK))
    assert "batch" in row
    assert word in row


def test_the_change_under_the_cursor_is_told_in_full() -> None:
    told = lines(journal_panes.detail_pane((1, DISABLED), KNOWN, LOOK).lines)
    assert all(part in told for part in ("batch", "active", "inactive", "by you"))
    told = lines(journal_panes.detail_pane((2, REMINDER), KNOWN, LOOK).lines)
    assert all(part in told for part in ("reminder", "1", "20"))
    assert journal_panes.detail_pane(None, KNOWN, LOOK).lines == ()
