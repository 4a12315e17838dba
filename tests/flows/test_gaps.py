"""What the screen says while part of the gateway cannot be read, and that it says what the verbs say."""

import pytest

from tests.flows.types import Start
from tests.unit.cli.faulty import Faulty
from tui.cli.gather import Gatherer, gather_first, gather_verdict
from tui.demo.app import DemoGateway
from tui.monitor.triage_inputs import report_of
from tui.present.cause_words import why_sentence
from tui.screens.triage.screen import TriageScreen
from tui.triage.report import Report, State


class TestLaterOn:
    """An account of which usage cannot be read any more."""

    @pytest.fixture
    def faulty(self) -> Faulty:
        faulty = Faulty(DemoGateway(seed=1).asgi, r"/usage", status=500)
        faulty.is_on = False
        return faulty

    @pytest.fixture
    def demo(self, faulty: Faulty) -> DemoGateway:
        demo = DemoGateway(seed=1)
        faulty.app, demo.asgi = demo.asgi, faulty  # type: ignore[method-assign]
        return demo

    async def test_the_steps_say_what_they_lack_and_of_when_they_are(self, aktop: Start, faulty: Faulty) -> None:
        async with aktop() as run:
            await run.shows("SPIKE since")
            await run.press("T")
            await run.until(lambda: (report := run.app.account.tracker.report) and report.is_whole, "all read")
            await run.shows("○ clear", "● live")
            faulty.is_on = True
            await run.press("r")
            await run.shows("? cannot tell", "calls as of", "as of 14:2", "error in the gateway")
            assert isinstance(run.app.screen, TriageScreen)
            assert "● live" not in run.text()
            assert "■ found" in run.text()

    async def test_the_header_is_not_live_while_the_totals_under_it_are_not(self, aktop: Start, faulty: Faulty) -> None:
        async with aktop() as run:
            await run.on_key("batch-nightly")
            await run.shows("● live")
            faulty.is_on = True
            await run.press("r")
            await run.until(lambda: "● live" not in run.text().splitlines()[0], "not live")
            assert "error in the gateway" in run.text().splitlines()[0]
            faulty.is_on = False
            await run.press("r")
            await run.shows("● live")


class TestNothingRead:
    """A quiet account of which only money and keys can be read."""

    @pytest.fixture
    def demo(self) -> DemoGateway:
        demo = DemoGateway(seed=3, scenario="quiet")
        demo.asgi = Faulty(demo.asgi, r"/usage", status=500)  # type: ignore[method-assign]
        return demo

    async def test_nothing_is_clear(self, aktop: Start) -> None:
        async with aktop() as run:
            await run.shows("Keys")
            await run.press("T")
            await run.shows("? cannot tell", "calls, history", "error in the gateway", "history not known")
            for word in ("○ clear", "No incident now", "Nothing to contain"):
                assert word not in run.text()


@pytest.mark.parametrize("scenario", ["runaway", "retry-storm"])
async def test_screen_and_verb_name_the_same_cause(scenario: str, aktop: Start, demo: DemoGateway) -> None:
    other = DemoGateway(seed=1, scenario=scenario)
    demo.world, demo.asgi = other.world, other.asgi
    async with aktop() as run:
        await run.until(lambda: (report := run.app.account.tracker.report) and report.is_whole, "all read")
        shown = report_of(run.app.monitor.snapshot, run.app.account.services.clock.now())
        gatherer = Gatherer(run.app.account.services)
        await gather_first(gatherer)
        await gather_verdict(gatherer)
        told = report_of(gatherer.snapshot, gatherer.now)
    assert told.is_whole
    assert cause(told) == cause(shown)


def cause(report: Report) -> tuple[object, ...]:
    """What a report names, as it is read."""
    likely = report.likely
    assert likely is not None
    named = likely.key_id, round(likely.share, 2), likely.is_first_look, why_sentence(report.why, True)
    states = report.spike_state, report.why_state, report.retry_state
    assert State.CANNOT_TELL not in states
    return (*named, *states)
