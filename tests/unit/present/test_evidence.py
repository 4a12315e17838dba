"""What stands behind the steps of triage, in a narrow pane."""

from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.evidence import evidence
from tui.triage.report import Report
from widgets.table_layout import lay_out

ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize("room", [43, 46, 53, 78])
def test_hours_are_never_cut(room: int) -> None:
    """Of two days' hours the day and the hour are said: the bar goes first."""
    columns = evidence(
        "spike", Report(NOW), Snapshot("https://gateway.example", ZONE), DisplayContext(NOW, ZONE), room
    )[1]
    placed = {one.column.id: one.width for one in lay_out(columns, room).placed}
    assert placed["hour"] >= len("11-26 22:00…")
    assert {"actual", "usual", "above"} <= set(placed)
    assert ("bar" in placed) == (room >= 53)


@pytest.mark.parametrize("room", [43, 78])
def test_names_of_models_have_the_room(room: int) -> None:
    columns = evidence(
        "model", Report(NOW), Snapshot("https://gateway.example", ZONE), DisplayContext(NOW, ZONE), room
    )[1]
    placed = {one.column.id: one.width for one in lay_out(columns, room).placed}
    assert placed["model"] >= len("claude-sonnet-4-5")
