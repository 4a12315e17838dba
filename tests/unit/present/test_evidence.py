"""What stands behind the steps of triage, in a narrow pane."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.present.shown import account
from tests.unit.samples import NOW, call, key
from tests.unit.triage.test_incidents import report, spike
from tui.domain.clock import floor_hour
from tui.domain.usage import HourlyCost, KeyHistory
from tui.monitor.burn import BASE_CALLS
from tui.monitor.calls.log import CallsRead
from tui.monitor.questions import AskKeyHistory, AskKeys
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.evidence import evidence
from tui.present.finding_words import spike_text
from tui.triage.report import Report
from tui.triage.suspects import Suspect
from widgets.table_layout import lay_out
from widgets.values import Emphasis

ZONE, HOUR = ZoneInfo("UTC"), timedelta(hours=1)


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


def test_hours_of_keys_are_from_calls_where_those_are_read_and_from_histories_before() -> None:
    """A history was read in the middle of the last hour; another key's is not here at all."""
    this_hour = floor_hour(NOW)
    history = KeyHistory(HourlyCost(this_hour - 3 * HOUR, (4.0, 2.0, 0.5, 0.0)), ())
    read = (
        call(1, ago_s=3600, billed="1.5", key_id=7),
        call(2, ago_s=60, billed="3", key_id=7),
        call(3, ago_s=60, billed="0.25", key_id=8),
        call(4, ago_s=60, billed="9", key_id=9, billing_type=1),
    )
    known = account(
        (AskKeys(), (key(7, "batch"), key(8, "ci"), key(9, "team"))),
        (AskKeyHistory(7), history),
        (BASE_CALLS, CallsRead(read, this_hour - HOUR, 4, NOW)),
    )
    report = Report(NOW, since=this_hour - 2 * HOUR, suspects=(Suspect(7, 9.0, 0.5, 0.9),))
    _title, columns, rows = evidence("key", report, known, DisplayContext(NOW, ZONE), 43)
    told = [[cell.text for cell in row.cells] for row in rows]
    assert [column.id for column in columns][-2] == this_hour.isoformat()
    assert told == [
        ["batch", " ·", "██", "▅▅", "▄▄", "▆▆", "$10.50"],
        ["ci", " ·", " ·", " ·", " ·", "▁▁", "$0.25"],
    ]
    heights = {row.id: [cell.emphasis for cell in row.cells[1:-1]] for row in rows}
    assert set(heights[8]) == {Emphasis.MUTED, Emphasis.DATA}


def test_what_the_last_sixty_minutes_cost_is_no_hour_of_the_clock() -> None:
    found = spike(12.5, back=0)
    rolling = replace(found, hours=tuple(replace(hour, is_rolling=True) for hour in found.hours))
    look = DisplayContext(NOW, ZONE)
    assert spike_text(rolling, look) == "$12.50 in the last 60 min, usual ≤ $1.00"
    for shown, label in ((rolling, "last 60 min"), (found, f"{floor_hour(NOW):%m-%d %H:%M}…")):
        rows = evidence("spike", report(NOW, shown), Snapshot("https://gateway.example", ZONE), look, 80)[2]
        assert [row.cells[0].text for row in rows] == [label]
