"""Incidents on the screen: what goes on, what is over, and what was said and done about it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.flows.conftest import STARTED, Running
from tests.flows.types import Start
from tui.domain.scope import HourRange
from tui.screens.calls.screen import CallsScreen
from tui.screens.errors.screen import ErrorsScreen
from tui.screens.incidents.screen import IncidentsScreen
from tui.screens.triage.screen import TriageScreen
from tui.triage.findings import FindingKind
from tui.triage.incident_history import IncidentRecord
from tui.triage.rule import Term, Unit
from tui.triage.severity import Severity
from widgets.live_table import LiveTable

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
BATCH = 2
LAST = IncidentRecord(
    "last",
    FindingKind.SPIKE,
    BATCH,
    STARTED - 3 * DAY,
    STARTED - 2 * DAY,
    key_name="batch-nightly",
    until=STARTED - 3 * DAY + timedelta(hours=1),
    severity=Severity.WARNING,
    excess_usd=41.0,
    terms=(
        Term("hour", STARTED - 3 * DAY, Unit.TIME),
        Term("actual", 23.08, Unit.USD_PER_H),
        Term("bound", 12.26, Unit.USD_PER_H),
    ),
)
STORM = replace(
    LAST, id="storm", kind=FindingKind.STORM, terms=(), since=LAST.since - 2 * DAY, until=LAST.since - 2 * DAY
)


async def incidents(run: Running, *records: IncidentRecord) -> LiveTable:
    """Open the screen of an account of which these are remembered."""
    await run.shows("SPIKE since")
    run.app.account.tracker.remember(records)
    await run.press("T")
    await run.shows("■ found")
    await run.press("I")
    await run.until(lambda: isinstance(run.app.screen, IncidentsScreen), "the incidents")
    await run.shows("■ firing")
    table = run.widget("#incidents")
    assert isinstance(table, LiveTable)
    return table


async def test_the_incidents_open_from_wherever_the_notices_and_the_journal_do(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        for way in ("I", "N", "I", "J", "I"):
            await run.press(way)
            wanted = {"I": "incidents", "N": "notices", "J": "journal"}[way]
            await run.until(lambda wanted=wanted: bool(run.app.screen.query(f"#{wanted}")), wanted)


async def on_row(run: Running, table: LiveTable, row_id: str) -> None:
    """Put the cursor on a row."""
    table.cursor_id = row_id
    await run.until(lambda: table.cursor_row is not None and table.cursor_row.id == row_id, f"the row {row_id}")
    await run.pilot.pause()


async def test_what_goes_on_stands_over_what_is_over(aktop: Start) -> None:
    async with aktop() as run:
        table = await incidents(run, LAST)
        await run.shows("1 over in 90 d", "$41.00", "batch-nightly", "the second time in four weeks; last ")
        assert table.cursor_id == next(
            one.id for one in run.app.account.tracker.incidents.firing if one.kind == "spike"
        )
        await on_row(run, table, "last")
        await run.shows("$23.08 in the hour from ", "told from $12.26 on; $41.00 above usual")
        await run.press("escape")
        await run.until(lambda: isinstance(run.app.screen, TriageScreen), "triage again")


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 18)])
async def test_triage_says_that_it_is_not_the_first_time(aktop: Start, size: tuple[int, int]) -> None:
    async with aktop(size=size) as run:
        await run.shows("SPIKE since")
        run.app.account.tracker.remember((LAST,))
        await run.press("T")
        await run.shows("batch-nightly: the second time in four weeks")


async def test_enter_leads_to_the_calls_of_its_span_and_key(aktop: Start) -> None:
    async with aktop() as run:
        table = await incidents(run, LAST, STORM)
        await on_row(run, table, "last")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, CallsScreen), "the calls")
        scope = run.app.screen.scope  # type: ignore[attr-defined]
        assert scope.filters.key_id == BATCH
        assert scope.range == HourRange(LAST.since, LAST.until + MINUTE)  # type: ignore[operator]
        await run.press("escape")
        await on_row(run, table, "storm")
        await run.press("enter")
        await run.until(lambda: isinstance(run.app.screen, ErrorsScreen), "the errors of a storm")
        assert run.app.screen.scope.range == HourRange(STORM.since, STORM.since + MINUTE)  # type: ignore[attr-defined]


async def test_why_tells_the_figures_of_then(aktop: Start) -> None:
    async with aktop() as run:
        table = await incidents(run, LAST, STORM)
        await on_row(run, table, "last")
        await run.press("i")
        await run.shows("An hour at or above its bound", "$23.08/h", "$12.26/h")
        await run.press("escape")
        await on_row(run, table, "storm")
        await run.press("i")
        await run.shows("within the span", "Its figures were not kept.")


async def test_a_key_is_stopped_from_here_and_that_is_told(aktop: Start) -> None:
    async with aktop() as run:
        await incidents(run)
        await run.press("D")
        await run.shows("Disable API key", "batch-nightly")
        await run.press("tab", "enter")
        await run.shows("✓ inactive")
        await run.press("enter")
        await run.shows("disabled after ", "batch-nightly disabled by you")


async def test_what_fires_is_planned_here_and_watched_again(aktop: Start) -> None:
    async with aktop() as run:
        await incidents(run)
        await run.press("n")
        await run.shows("It is planned", "for four weeks at these hours")
        await run.press("tab", "enter")
        await run.shows("planned by you ", "n watch again")
        assert "■ firing" not in run.text() or "SPIKE since" not in run.text()
        await run.press("n")
        await run.until(lambda: "planned by you" not in run.text(), "watched again")
        await run.shows("SPIKE since")


async def test_what_is_over_is_watched_again(aktop: Start) -> None:
    said = replace(LAST, planned_at=STARTED - DAY, planned_until=STARTED + DAY)
    async with aktop() as run:
        table = await incidents(run, said, STORM)
        await on_row(run, table, "last")
        await run.shows("planned by you ", "holds until")
        await run.press("n")
        await run.until(lambda: "planned by you" not in run.text(), "taken back")
        assert all(one.planned_until is None for one in run.app.account.tracker.records)
        await on_row(run, table, "storm")
        await run.press("n")
        await run.until(lambda: len(run.app._notifications) > 0, "a word")


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 14)])
async def test_when_and_whose_stand_at_any_size(aktop: Start, size: tuple[int, int]) -> None:
    async with aktop(size=size) as run:
        await incidents(run, LAST)
        await run.shows("BEGAN", "STATE", "KEY", "COST", "batch-nightly", "$41.00")
