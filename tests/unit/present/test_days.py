"""Whose day a figure is of, where it is not the user's."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.samples import NOW, key
from tui.domain.usage import NOTHING, DayUsage
from tui.monitor.events import Answered
from tui.monitor.questions import AskKeys
from tui.monitor.reduce import reduce
from tui.monitor.snapshot import Snapshot
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.finding_words import slow_spend_sentence
from tui.present.key_page import day_rows
from tui.triage.slow_spend import SlowSpend

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("zone", "begins"),
    [("Asia/Shanghai", ""), ("UTC", "16:00"), ("Asia/Kolkata", "21:30"), ("Asia/Kathmandu", "21:45")],
)
def test_when_the_server_s_day_begins_by_the_user_s_clock(zone: str, begins: str) -> None:
    assert fmt.midnight_elsewhere(SHANGHAI, ZoneInfo(zone), NOW) == begins


@pytest.mark.parametrize(("zone", "told"), [("Asia/Shanghai", "since 00:00"), ("UTC", "since 11-23 16:00")])
def test_since_when_a_key_spends_is_told_by_the_user_s_clock(zone: str, told: str) -> None:
    keys = reduce(Snapshot("https://gateway.example", SHANGHAI), Answered(AskKeys(), (key(7, "laptop"),), NOW))
    midnight = NOW.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    slow = SlowSpend(7, midnight, midnight + timedelta(hours=9), 3.0, 1.0, 1.2, 30.0, 5.0, 14)
    sentence = slow_spend_sentence(slow, keys, DisplayContext(NOW, ZoneInfo(zone)))
    assert sentence == f"laptop: $3.00/h or more in nearly every hour {told}, usual $1.00/h: $30.00 above usual"


def test_the_day_that_is_not_over_is_marked() -> None:
    days = [DayUsage("2026-11-23", NOTHING), DayUsage("2026-11-24", NOTHING)]
    assert [row.cells[0].text for row in day_rows(days, date(2026, 11, 24))] == ["2026-11-24 Tue…", "2026-11-23 Mon"]
