"""The incident report: names from outside stay text, what was done is told, privacy holds."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tests.unit.samples import NOW, key
from tests.unit.triage.test_incidents import finding
from tui.domain.intents import KeyState, Limits
from tui.domain.usage import HourlyCost
from tui.monitor.events import Answered
from tui.monitor.questions import AskAccountHistory, AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.incident_text import incident_text
from tui.store.journal import Entry, Stage
from tui.triage.baselines import Baseline, HistoryDepth
from tui.triage.report import Report
from tui.triage.spikes import FlaggedHour, Spike
from tui.triage.suspects import Suspect

HOUR = timedelta(hours=1)
LAST_HOUR = NOW.replace(minute=0, second=0, microsecond=0) - HOUR
NAME = "**evil** | <b>"
LIMITS = Limits(*(Decimal(0),) * 4)
ENTRY = Entry(NOW.isoformat(), "u", 7, "disable", KeyState("active", LIMITS), KeyState("inactive", LIMITS), Stage.DONE)
SPIKE = Spike(
    LAST_HOUR, (FlaggedHour(LAST_HOUR, 9.0, Baseline(1.0, 0.5, HistoryDepth.FULL), 2.0),), True, HistoryDepth.FULL
)
REPORT = Report(NOW, (finding(SPIKE, None, 7, NOW),), since=SPIKE.since, suspects=(Suspect(7, 9.0, 1.0, 1.0),))
LOOK = DisplayContext(NOW, ZoneInfo("UTC"))


def known() -> Snapshot:
    """An account with a key of an odd name."""
    history = HourlyCost(LAST_HOUR - 300 * HOUR, (1.0,) * 300 + (9.0, 0.0))
    snapshot = reduce(Snapshot("https://gateway.example", ZoneInfo("UTC")), Answered(AskKeys(), (key(7, NAME),), NOW))
    return reduce(snapshot, Answered(AskAccountHistory(), history, NOW))


def test_names_from_outside_are_text() -> None:
    text = incident_text(REPORT, (), (ENTRY,), known(), LOOK)
    assert "**evil**" not in text
    assert "<b>" not in text
    assert r"\*\*evil\*\* \| \<b\>" in text


def test_the_hours_and_what_was_done_are_told() -> None:
    text = incident_text(REPORT, (), (ENTRY,), known(), LOOK)
    assert "04:00       $9.00  ██████████████████████████████ ▲ usual ≤ $1.00" in text
    assert "active → inactive · done" in text


def test_privacy_hides_the_name_in_the_file_too() -> None:
    assert "evil" not in incident_text(REPORT, (), (ENTRY,), known(), replace(LOOK, privacy=True))
