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


@pytest.mark.parametrize(("room", "hours"), [(0, 8), (30, 2), (36, 3), (43, 5), (53, 7), (54, 8), (78, 9), (200, 24)])
def test_no_sum_of_a_key_is_left_out_for_an_hour(room: int, hours: int) -> None:
    columns = evidence("key", Report(NOW), Snapshot("https://gateway.example", ZONE), DisplayContext(NOW, ZONE), room)[
        1
    ]
    assert len(columns) == 2 + hours
    if room:
        placed = {one.column.id: one.width for one in lay_out(columns, room).placed}
        assert set(placed) == {column.id for column in columns}


@pytest.mark.parametrize("room", [43, 78])
def test_names_of_models_have_the_room(room: int) -> None:
    columns = evidence(
        "model", Report(NOW), Snapshot("https://gateway.example", ZONE), DisplayContext(NOW, ZONE), room
    )[1]
    placed = {one.column.id: one.width for one in lay_out(columns, room).placed}
    assert placed["model"] >= len("claude-sonnet-4-5")
