"""Triage on the screen: from the banner to the key, and the proof after the action."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.flows.conftest import Running
from tests.flows.types import Start
from tui.demo.app import DemoGateway
from tui.domain.clock import SystemClock
from tui.domain.intents import KeyAction, KeyIntent
from tui.monitor.questions import AskKeys
from tui.monitor.triage_inputs import report_of
from tui.screens.dialogs import PathPrompt
from tui.screens.key.screen import KeyScreen
from tui.screens.triage.screen import TriageScreen
from widgets.dialogs import ChoiceDialog
from widgets.live_table import LiveTable


async def test_the_banner_names_the_runaway_and_t_leads_to_the_steps(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since", "batch-nightly $", "above usual", "T triage")
        await run.press("T")
        await run.until(lambda: isinstance(run.app.screen, TriageScreen), "the triage screen")
        await run.shows(
            "■ found", "Likely cause", "Why batch-nightly costs more", "empty at this rate", "Wallet cost by the hour"
        )


async def test_the_evidence_follows_the_step(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Wallet cost by the hour")
        await run.press("down")
        await run.shows("Key × hour")
        await run.press("down")
        await run.shows("part of its calls", "claude-opus-4-5")
        await run.press("down")
        await run.shows("Storms and possible repeats")


async def test_contain_the_likely_cause_and_see_the_proof(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Likely cause", "Disable")
        await run.press("D")
        await run.shows("Disable API key", "batch-nightly")
        await run.press("tab", "enter")
        await run.shows("✓ inactive")
        await run.press("enter")
        await run.shows("5 Contain  ✓ contained", "✓ batch-nightly: contained at", "0 in flight", "D  Enable")
        await run.press("escape")
        await run.shows("✓ contained 1", "batch-nightly $")
        assert "SPIKE since" not in run.text()
        assert "■" not in run.text().splitlines()[0], "the forecast follows"


async def test_what_was_done_to_another_key_is_no_proof(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        keys = run.app.monitor.snapshot.data(AskKeys()) or ()
        other = next(key for key in keys if key.name == "never-used")
        await run.app.account.actions.apply(KeyIntent(other.id, KeyAction.DISABLE), other)
        await run.press("T")
        await run.shows("Likely cause", "5 Contain  → do")


async def test_the_limit_of_the_day_is_prefilled_at_twice_a_usual_day(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Limit the day")
        await run.press("L")
        await run.shows("[x2", "= $")
        await run.press("escape")


async def test_enter_on_the_key_step_opens_the_key(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Likely cause")
        await run.press("down", "enter")
        await run.until(lambda: isinstance(run.app.screen, KeyScreen), "the key page")


async def test_the_star_marks_the_likely_cause(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("*active")


async def test_a_seen_notice_makes_way_for_the_next(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("a")
        await run.until(lambda: "SPIKE since" not in run.text(), "the notice gone")


class TestManyKeys:
    """Somebody has made six keys, and calls with all of them from one address."""

    @pytest.fixture
    def demo(self) -> DemoGateway:
        return DemoGateway(seed=2, scenario="stolen-login")

    async def go_to_triage(self, run: Running) -> None:
        """From the banner to the last step, which names them."""
        await run.shows("SPIKE since", "the account $", "6 newly used keys from 45.155.205.99")
        await run.press("T")
        await run.shows("6 keys · 45.155.205.99", "Why these 6 keys cost more", "D  Disable 6 keys: svc-")

    async def test_they_are_stopped_at_once_and_the_proof_is_of_all(self, aktop: Start) -> None:
        async with aktop() as run:
            await self.go_to_triage(run)
            await run.press("D")
            await run.shows("svc-1", "svc-6", "Disable 6 keys")
            await run.press("tab", "enter")
            await run.shows("✓ 6 of 6 done")
            await run.press("enter")
            await run.shows("5 Contain  ✓ contained", "✓ 6 keys: contained at", "0 in flight")
            keys = run.demo.world.keys.values()
            assert {key.status for key in keys if key.name.startswith("svc-")} == {"inactive"}
            assert "active" in {key.status for key in keys if not key.name.startswith("svc-")}
            await run.press("u")
            await run.shows("Undo for 6 keys")

    async def test_limits_are_asked_for_all_of_them(self, aktop: Start) -> None:
        async with aktop() as run:
            await self.go_to_triage(run)
            await run.press("L")
            await run.shows("Limits", "6 keys", "Look at 6 keys")

    async def test_a_key_of_the_evidence_is_meant_alone(self, aktop: Start) -> None:
        async with aktop() as run:
            await self.go_to_triage(run)
            await run.press("down", "enter")
            await run.shows("Key × hour")
            await run.until(lambda: run.app.focused is run.widget("#evidence"), "the keys focused")
            await run.press("D")
            await run.shows("Disable API key")
            assert "Disable API keys" not in run.text()


class TestQuiet:
    """An account without an incident."""

    @pytest.fixture
    def demo(self) -> DemoGateway:
        return DemoGateway(seed=3, scenario="quiet")

    async def test_nothing_is_passed_off_as_an_incident(self, aktop: Start) -> None:
        async with aktop() as run:
            await run.on_key("")
            await run.press("T")
            await run.shows("○ clear", "No incident now")
            assert "SPIKE" not in run.text()


async def test_before_anything_is_known_no_step_is_clear(aktop: Start) -> None:
    async with aktop() as run:
        known = run.app.monitor.snapshot
        empty = type(known)(known.gateway_url, ZoneInfo("UTC"))
        report = report_of(empty, SystemClock().now())
        assert {report.spike_state, report.retry_state} == {"cannot_tell"}


async def test_the_cursor_of_the_evidence_says_which_key_is_meant(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Likely cause")
        await run.press("down")
        await run.shows("Key × hour")
        await run.press("tab", "tab", "tab")
        table = run.widget("#evidence")
        assert isinstance(table, LiveTable)
        await run.until(lambda: table.has_focus, "the evidence focused")
        await run.press("down", "D")
        second = run.app.snapshot.key(table.cursor_id).name  # type: ignore[union-attr]
        await run.shows("API key", second)
        await run.press("escape")


async def test_the_trend_of_the_key_stands_beside_the_steps(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("batch-nightly · $ billed · last 24 h")
        # What the evidence of a step does not need is the trend's.
        await run.until(lambda: run.widget("#trend").size.height < run.widget("#evidence").size.height, "many hours")
        await run.press("down", "down")
        await run.shows("Models of batch-nightly")
        await run.until(lambda: run.widget("#trend").size.height > run.widget("#evidence").size.height, "few models")


async def test_a_large_screen_shows_calls_and_a_second_evidence(aktop: Start) -> None:
    async with aktop(size=(200, 60)) as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Latest calls · batch-nightly", "Key × hour", "Wallet cost by the hour")
        await run.press("p")
        table = run.widget("#more")
        assert isinstance(table, LiveTable)
        table.focus()
        await run.until(lambda: table.has_focus, "the second evidence focused")
        await run.press("down", "D")
        second = run.app.snapshot.key(table.cursor_id).name  # type: ignore[union-attr]
        assert second != "batch-nightly"
        await run.shows("API key", second)
        await run.press("escape")


async def test_what_is_planned_stays_quiet_and_is_watched_again(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Likely cause")
        await run.press("n")
        await run.shows("It is planned", "spike · batch-nightly", "for four weeks at these hours")
        await run.press("tab", "enter")
        await run.shows("planned: spike of batch-nightly")
        await run.until(lambda: "SPIKE since" not in run.text(), "the banner gone")
        await run.press("n")
        await run.shows("SPIKE since")


async def test_why_shows_the_rules_with_their_numbers(aktop: Start) -> None:
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Likely cause")
        await run.press("i")
        await run.shows("An hour at or above its bound", "Q, 90th percentile")
        await run.press("escape")


async def test_the_incident_is_written_to_a_file(aktop: Start, tmp_path: Path) -> None:
    path = tmp_path / "incident.md"
    async with aktop() as run:
        await run.shows("SPIKE since")
        await run.press("T")
        await run.shows("Likely cause")
        await run.press("E")
        await run.until(lambda: isinstance(run.app.screen, ChoiceDialog), "the question what to keep")
        await run.press("m")
        await run.until(lambda: isinstance(run.app.screen, PathPrompt), "the question for a path")
        prompt = run.app.screen
        assert isinstance(prompt, PathPrompt)
        prompt.typed.value = str(path)
        await run.press("enter")
        await run.until(path.exists, "the file")
    text = path.read_text(encoding="utf-8")
    assert "batch-nightly" in text
    assert "## Wallet cost by the hour" in text
    assert "▲" in text


@pytest.mark.parametrize(
    ("scenario", "told"),
    [("model-switch", "UNIT COST UP"), ("cache-broken", "UNIT COST UP"), ("leak", "from a new address, 45.155.205.99")],
)
async def test_what_is_no_spike_is_told_too(scenario: str, told: str, aktop: Start, demo: DemoGateway) -> None:
    other = DemoGateway(seed=1, scenario=scenario)
    demo.world, demo.asgi = other.world, other.asgi
    async with aktop() as run:
        await run.on_key("")
        await run.press("T")
        await run.shows(told)
