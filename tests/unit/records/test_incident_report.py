"""The incident report as a file, for people and for programs."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.unit.present.test_incident_text import ENTRY, HOUR, LAST_HOUR, REPORT, known
from tests.unit.samples import NOW
from tui.domain.intents import Limits, Reminder
from tui.present.display_context import DisplayContext
from tui.records.incident_report import ReportFormat, entries_since, suggested_path, write_report
from tui.store.journal import Entry
from tui.triage.incidents import Incidents, advance
from tui.triage.report import Report

LOOK = DisplayContext(NOW, ZoneInfo("Asia/Shanghai"))


def written(path: Path, of: Report = REPORT, entries: tuple[Entry, ...] = (), **flags: bool) -> str:
    write_report(path, of, advance(Incidents(), of, NOW, True), (), entries, known(), LOOK, **flags)
    return path.read_text(encoding="utf-8")


def test_the_name_decides_whom_it_is_for_and_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    told: dict[str, Any] = json.loads(written(tmp_path / "a.JSON"))
    assert told["findings"][0]["kind"] == "spike"
    assert written(tmp_path / "a.md").startswith("# ")
    with pytest.raises(FileExistsError):
        written(tmp_path / "a.md")
    assert written(tmp_path / "a.md", may_replace=True)


@pytest.mark.parametrize(
    ("since", "hours"),
    [
        (LAST_HOUR - HOUR, [("2026-11-24T11:00:00+08:00", 1.0), ("2026-11-24T12:00:00+08:00", 9.0)]),
        (LAST_HOUR, [("2026-11-24T12:00:00+08:00", 9.0)]),
        (LAST_HOUR + HOUR, []),
        (NOW, []),
        (None, []),
    ],
)
def test_the_wallet_s_hours_are_the_full_ones_since_it_began(since: Any, hours: list[Any], tmp_path: Path) -> None:
    told: dict[str, Any] = json.loads(written(tmp_path / "a.json", replace(REPORT, since=since)))
    assert [(one["from"], one["wallet_usd"]) for one in told["hours"]] == hours


def test_what_was_done_is_told_with_the_key_s_states_the_reminder_without(tmp_path: Path) -> None:
    limited = replace(ENTRY.wanted, limits=Limits(*map(Decimal, ("1", "2", "0.5", "0"))))
    reminder = replace(ENTRY, key_id=0, action="reminder", before=Reminder(Decimal(5)), wanted=Reminder(Decimal(9)))
    key, account = json.loads(written(tmp_path / "a.json", entries=(replace(ENTRY, wanted=limited), reminder)))[
        "actions"
    ]
    assert (key["at"], key["key_id"], key["action"]) == ("2026-11-24T13:31:02+08:00", 7, "disable")
    assert (key["stage"], key["undone"], key["before"]["status"]) == ("done", False, "active")
    assert key["after"] == {
        "status": "inactive",
        "quota_usd": 1,
        "limit_5h_usd": 2,
        "limit_1d_usd": 0.5,
        "limit_7d_usd": 0,
    }
    assert (account["key_id"], account["before"], account["after"]) == (None, None, None)


def test_what_was_done_before_it_began_is_no_part_of_it() -> None:
    newest_first = [(3 - n, replace(ENTRY, at=(NOW - n * HOUR).isoformat())) for n in range(4)]
    assert [one.at for one in entries_since(newest_first, NOW - HOUR)] == [
        (NOW - HOUR).isoformat(),
        NOW.isoformat(),
    ]
    assert entries_since(newest_first, None) == ()


def test_it_is_named_after_when_it_began() -> None:
    assert suggested_path(REPORT, LOOK) == "~/aktop-incident-2026-11-24-1200.md"
    assert (
        suggested_path(replace(REPORT, since=None), LOOK, ReportFormat.JSON) == "~/aktop-incident-2026-11-24-1331.json"
    )
