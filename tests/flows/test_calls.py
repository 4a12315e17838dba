"""The call list: filter, order, columns, depth, export."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.domain.scope import RangeName, Scope
from tui.screens.calls.filter import FilterPrompt
from tui.screens.calls.screen import CallsScreen
from tui.screens.columns import ColumnsDialog
from tui.screens.dialogs import PathPrompt
from tui.screens.yes_no import YesNoDialog
from widgets.dialogs import ChoiceDialog
from widgets.live_table import LiveTable


async def calls_of(run: Running) -> CallsScreen:
    """Open the call list and wait for rows."""
    await run.shows("● live")
    await run.press("c")
    await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the call list")
    screen = run.app.screen
    assert isinstance(screen, CallsScreen)
    await run.until(lambda: len(screen.found) > 100, "calls")
    return screen


def in_front(run: Running, kind: type) -> Callable[[], bool]:
    """Whether a dialog of a kind is in front."""
    return lambda: isinstance(run.app.screen, kind)


def records_in(path: Path) -> list[dict[str, str]]:
    """What an export wrote."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)) if path.suffix == ".csv" else [json.loads(line) for line in file]


async def filtered(run: Running, text: str) -> None:
    """Type a filter and take it."""
    await run.press("slash")
    await run.until(in_front(run, FilterPrompt), "the prompt")
    await run.press(*text)
    await run.press("enter")


async def test_the_filter_says_how_many_match_and_what_they_cost(aktop: Start) -> None:
    async with aktop() as run:
        screen = await calls_of(run)
        await filtered(run, "model~opus cost>0.01")
        await run.shows("/ model~opus cost>0.01", "match · $")
        calls = screen.found.calls()
        assert calls
        assert all("opus" in call.model and call.billed_usd > 0 for call in calls)
        assert screen.found.billed_usd == sum(call.billed_usd for call in calls)
        before = len(calls)
        await run.press("escape")
        await run.until(lambda: len(screen.found) > before, "all calls again")
        assert isinstance(run.app.screen, CallsScreen)


async def test_a_wrong_filter_is_pointed_at_and_not_taken(aktop: Start) -> None:
    async with aktop() as run:
        await calls_of(run)
        await filtered(run, "cost>five")
        await run.shows("▸five◂", "no amount for cost")
        assert isinstance(run.app.screen, FilterPrompt)


async def test_tab_completes_a_field_and_then_a_value(aktop: Start) -> None:
    async with aktop() as run:
        await calls_of(run)
        await run.press("slash", "m", "o", "d", "tab")
        prompt = run.app.screen
        assert isinstance(prompt, FilterPrompt)
        assert prompt.typed.value == "model:"
        await run.press(*"opus", "tab")
        assert prompt.typed.value.startswith("model:claude-opus")


async def test_the_cursor_stays_on_its_call_through_sorting_and_filtering(aktop: Start) -> None:
    async with aktop() as run:
        screen = await calls_of(run)
        await run.press("down", "down", "down")
        cursor = screen.table.cursor_id
        for key in ("s", "S", "s", "s", "S"):
            await run.press(key)
            await run.until(lambda: screen.table.sort == screen.sort, "sorted")
            assert screen.table.cursor_id == cursor
        call = screen.found.find(cursor)
        assert call is not None
        await filtered(run, f"id={call.id}")
        await run.until(lambda: len(screen.found) == 1, "one call")
        assert screen.table.cursor_id == cursor
        await run.press("escape")
        await run.until(lambda: len(screen.found) > 1, "all calls")
        assert screen.table.cursor_id == cursor


async def test_who_has_not_gone_to_a_call_sees_what_comes_first_in_another_order(aktop: Start) -> None:
    async with aktop() as run:
        screen = await calls_of(run)

        def on_top(column: str, descending: bool) -> Callable[[], bool]:
            return lambda: (screen.table.sort, screen.table.cursor_index) == ((column, descending), 0)

        screen.sort_by_header(LiveTable.HeaderSelected(screen.table, "billed"))
        await run.until(on_top("billed", True), "the dearest")
        assert screen.table.cursor_id == max(screen.found.calls(), key=lambda call: call.billed_usd).id
        screen.sort_by_header(LiveTable.HeaderSelected(screen.table, "model"))
        await run.until(on_top("model", False), "words begin with A")
        await run.press("S")
        await run.until(on_top("model", True), "the other way round")


async def test_the_oldest_call_of_a_range_is_shown_without_reading_all_of_it(aktop: Start) -> None:
    async with aktop(scope=Scope(RangeName.D30)) as run:
        screen = await calls_of(run)
        await run.shows("newest", "B reads on")
        newest = [call.id for call in screen.found.calls()]
        screen.sort_by_header(LiveTable.HeaderSelected(screen.table, "at"))
        await run.shows("in this order; B reads all")
        shown = screen.found.calls()
        assert shown == sorted(shown, key=lambda call: (call.at, call.id))
        assert not {call.id for call in shown}.intersection(newest)
        assert shown[0].at.date() < screen.found.calls()[-1].at.date()
        assert screen.table.cursor_index == 0
        screen.sort_by_header(LiveTable.HeaderSelected(screen.table, "at"))
        await run.shows("newest", "B reads on")
        assert screen.found.calls()[0].id >= newest[0]


async def test_a_filter_in_force_is_seen_at_every_size(aktop: Start) -> None:
    async with aktop(scope=Scope(RangeName.D30)) as run:
        screen = await calls_of(run)
        await filtered(run, "model~opus cost>0.01 dur>1s")
        for size in ((120, 36), (80, 24), (60, 18)):
            await run.pilot.resize_terminal(*size)
            await run.until(lambda size=size: run.text().count("\n") == size[1] - 1, "another size")
            await run.shows("/ model~opus cost>0.01 dur>1s", "match · $", "newest")
        await run.press("escape")
        await run.until(lambda: not screen.filter_text and "model~opus" not in run.text(), "the line leaves")


async def test_only_the_newest_first_order_follows(aktop: Start) -> None:
    async with aktop() as run:
        screen = await calls_of(run)
        await run.shows("following ●")
        screen.sort_by_header(LiveTable.HeaderSelected(screen.table, "billed"))
        await run.until(lambda: not screen.table.follow_top, "not following")
        costs = [call.billed_usd for call in screen.found.calls()]
        assert costs == sorted(costs, reverse=True)
        await run.press("F")
        await run.shows("following ●")


async def test_hidden_columns_stay_hidden_in_the_next_run(aktop: Start) -> None:
    async with aktop() as run:
        await calls_of(run)
        await run.shows("MODEL")
        await run.press("C")
        await run.until(in_front(run, ColumnsDialog), "the chooser")
        await run.press("down", "space", "enter")
        await run.until(lambda: "MODEL" not in run.text(), "the column is gone")
    async with aktop() as run:
        await calls_of(run)
        await run.shows("BILLED $")
        assert "MODEL" not in run.text()


async def test_reading_back_says_first_what_it_costs_and_then_reads_all(aktop: Start) -> None:
    async with aktop(scope=Scope(RangeName.D7)) as run:
        screen = await calls_of(run)
        await run.shows("B reads on")
        before = len(screen.found)
        await run.press("B")
        await run.until(in_front(run, YesNoDialog), "the question")
        await run.shows("requests", "MB")
        await run.press("escape")
        assert not screen.reading.is_on
        await run.press("B")
        await run.until(in_front(run, YesNoDialog), "the question")
        await run.press("r")
        await run.until(lambda: len(screen.found) > before and not screen.reading.is_on, "all of it read")
        await run.until(lambda: "B reads on" not in run.text(), "nothing more to read")


@pytest.mark.budget
async def test_escape_stops_reading_back_and_keeps_what_was_read(aktop: Start) -> None:
    async with aktop(scope=Scope(RangeName.D30), budget_share=0.2) as run:
        screen = await calls_of(run)
        await run.press("B")
        await run.until(in_front(run, YesNoDialog), "the question")
        await run.press("r")
        await run.shows("reading back", "esc stops")
        await run.press("escape")
        assert run.app.screen is screen
        assert not screen.reading.is_on
        assert len(screen.found) >= 1000


@pytest.mark.parametrize(("letter", "suffix"), [("c", "csv"), ("j", "jsonl")])
async def test_what_is_shown_is_written_to_a_file(
    aktop: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letter: str, suffix: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with aktop() as run:
        screen = await calls_of(run)
        await filtered(run, "model~opus")
        await run.shows("match · $")
        ids = [call.id for call in screen.found.calls()]
        await run.press("E")
        await run.until(in_front(run, ChoiceDialog), "the forms")
        await run.press(letter)
        await run.until(in_front(run, PathPrompt), "the path")
        await run.press("enter")
        path = tmp_path / f"aktop-calls-24h.{suffix}"
        await run.until(path.exists, "the file")
        rows = records_in(path)
        written = [int(row["id"]) for row in rows]
        # Newer and older ones may have come in meanwhile, before and behind these.
        first = written.index(ids[0])
        assert written[first : first + len(ids)] == ids
        assert all("opus" in row["model"] for row in rows)
        assert not [name for name in os.listdir(tmp_path) if name.endswith(".tmp")]


async def test_a_file_is_replaced_only_after_a_question(
    aktop: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "aktop-calls-24h.csv"
    path.write_text("mine", encoding="utf-8")
    async with aktop() as run:
        await calls_of(run)
        await run.press("E", "c")
        await run.until(in_front(run, PathPrompt), "the path")
        await run.press("enter")
        await run.until(in_front(run, YesNoDialog), "the question")
        await run.press("enter")
        assert path.read_text() == "mine"
        await run.press("E", "c")
        await run.until(in_front(run, PathPrompt), "the path")
        await run.press("enter")
        await run.until(in_front(run, YesNoDialog), "the question")
        await run.press("r")
        await run.until(lambda: path.read_text() != "mine", "replaced")


async def test_the_whole_range_is_exported_without_being_kept(
    aktop: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with aktop(scope=Scope(RangeName.D7)) as run:
        screen = await calls_of(run)
        await run.press("E")
        await run.until(in_front(run, ChoiceDialog), "the forms")
        await run.shows("all")
        await run.press("J")
        await run.until(in_front(run, PathPrompt), "the path")
        await run.press("enter")
        path = tmp_path / "aktop-calls-7d.jsonl"
        await run.until(path.exists, "the file")
        assert len(records_in(path)) > len(screen.found)
