"""What is said of a plan's window that runs out."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, key
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present.display_context import DisplayContext
from tui.present.finding_words import plan_sentence
from tui.triage.plans import ShortPlan

SNAPSHOT = reduce(Snapshot("https://gateway.example", ZoneInfo("UTC")), Answered(AskKeys(), (key(),), NOW))
LOOK = DisplayContext(NOW, ZoneInfo("UTC"))
SOON = NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("full_at", "resets_at", "key_id", "told"),
    [
        (SOON, SOON, 7, "pro: $9.00 of $10.00 a day, full ≈ 07:31; laptop has 80 % of the last hour"),
        (SOON, None, None, "pro: $9.00 of $10.00 a day, full ≈ 07:31"),
        (None, SOON, None, "pro: $9.00 of $10.00 a day, its keys are refused until 07:31"),
        (None, None, None, "pro: $9.00 of $10.00 a day, its keys are refused"),
    ],
    ids=["soon, by a key", "soon", "full", "full for good"],
)
def test_a_window_says_when_it_is_full_and_by_which_key(
    full_at: datetime | None, resets_at: datetime | None, key_id: int | None, told: str
) -> None:
    plan = ShortPlan("pro", "daily", 9.0, 10.0, full_at, resets_at, 1.0, key_id, 0.8)
    assert plan_sentence(plan, SNAPSHOT, LOOK) == told
