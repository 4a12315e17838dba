"""Wherever a key is named, two that look alike bear their ids, and a deleted one is called deleted."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from tests.unit.samples import NOW, call, failed, key
from tui.domain.names import told_apart
from tui.domain.scope import Scope
from tui.domain.usage import NOTHING
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallsRead
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.monitor.usage import slice_of
from tui.present import breakdown, calls, errors, key_actions, keys, scope_line
from tui.present.breakdown import By, Measure
from tui.present.display_context import DisplayContext
from tui.present.key_lines import key_lines
from tui.present.key_names import key_name

UTC = ZoneInfo("UTC")
LOOK = DisplayContext(NOW, UTC)
NOBODY = Snapshot("https://gateway.example", UTC)
KEYS = told_apart([key(3, "prod"), key(12, "pro\u200bd"), key(7, "laptop"), key(8, "\u3164")])
KNOWN = reduce(NOBODY, Answered(AskKeys(), KEYS, NOW))


def text(line: object) -> str:
    return "".join(cell.text for cell in line)  # type: ignore[attr-defined]


def test_in_the_table() -> None:
    shown = keys.columns(120)
    rows = keys.rows(key_lines(KNOWN, NOW), LOOK, shown, ("name", False))
    assert {row.cells[0].text for row in rows} == {"● #3 prod", "● #12 pro\u200bd", "● laptop", "● #8"}


def test_in_the_dialogs() -> None:
    assert text(key_actions.identity(KEYS[1], LOOK)).startswith("#12 pro\u200bd")


def test_in_banner_and_triage_in_the_chips_and_in_the_calls() -> None:
    assert [key_name(key_id, KNOWN, LOOK) for key_id in (3, 7, 8)] == ["#3 prod", "laptop", "#8"]
    assert "[#12 pro\u200bd]" in text(scope_line.chips(Scope().narrowed(key_id=12), KNOWN, LOOK))
    assert calls.key_name(call(1, key_id=3), KNOWN, LOOK) == "#3 prod"


def test_in_the_split_by_key() -> None:
    slices = tuple(slice_of(str(key_id), name, NOTHING) for key_id, name in ((3, "prod"), (45, "prod"), (46, "#46")))
    rows = breakdown.rows(slices, By.KEY, Measure.BILLED, LOOK, KEYS)
    assert {row.cells[0].text for row in rows} == {"#3 prod", "deleted #45 prod", "deleted #46"}


def test_a_deleted_key_is_called_so() -> None:
    assert key_name(45, KNOWN, LOOK) == "deleted #45"
    assert key_name(45, KNOWN, LOOK, "prod") == "deleted #45 prod"
    assert "[deleted #45]" in text(scope_line.chips(Scope().narrowed(key_id=45), KNOWN, LOOK))
    gone = failed(1, key_name="prod", key_deleted=True)
    assert errors.key_name(gone, LOOK) == "deleted prod"


def test_a_deleted_key_is_called_by_its_name_in_calls_that_were_read_before() -> None:
    rows = (call(1, key_id=45, key_name="prod"), call(2, key_id=46, key_name=""))
    snapshot = reduce(KNOWN, Answered(BASE_CALLS, CallsRead(rows, NOW - timedelta(hours=1), 2, NOW), NOW))
    assert [key_name(key_id, snapshot, LOOK) for key_id in (45, 46)] == ["deleted #45 prod", "deleted #46"]
    assert key_name(45, snapshot, DisplayContext(NOW, UTC, privacy=True)) == "deleted #45"


def test_nobody_is_called_deleted_before_the_keys_are_known() -> None:
    assert key_name(45, NOBODY, LOOK) == "#45"
    assert key_name(45, NOBODY, LOOK, "prod") == "prod"


def test_privacy_leaves_the_id() -> None:
    private = DisplayContext(NOW + timedelta(0), UTC, privacy=True)
    assert [key_name(key_id, KNOWN, private, "prod") for key_id in (3, 7, 45)] == ["#3", "#7", "deleted #45"]
