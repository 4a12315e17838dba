"""The journal: what earlier versions wrote is read, and what cannot be read is told once."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from tui.domain.intents import KeyState, Limits, Reminder
from tui.store.journal import Entry, Journal, Stage
from tui.store.kept_file import JournalUnreadable, Trouble

GATEWAY = "http://gateway.test"
AT, UNTIL = "2026-11-24T05:31:02+00:00", "2026-11-24T06:31:02+00:00"
STATE = KeyState("active", Limits(Decimal("3.50"), None, Decimal(0), Decimal("1E-7")))
DISABLED = Entry(AT, GATEWAY, 7, "disable", STATE, KeyState("inactive", STATE.limits), until=UNTIL)
REMINDER = Entry(AT, GATEWAY, 0, "reminder", Reminder(Decimal(1)), Reminder(Decimal(2)), Stage.DONE, "fine", True)
OLD_FILE = """{"_default":{"1":{"at":"2026-11-24T05:31:02+00:00","gateway_url":"http://gateway.test","key_id":7,
"action":"disable","before":{"status":"active","limits":{"quota_usd":"3.50","limit_5h_usd":null,"limit_1d_usd":"0",
"limit_7d_usd":"1E-7"}},"wanted":{"status":"inactive","limits":{"quota_usd":"3.50","limit_5h_usd":null,
"limit_1d_usd":"0","limit_7d_usd":"1E-7"}},"stage":"sent","answer":"","undone":false,
"until":"2026-11-24T06:31:02+00:00"},
"2":{"at":"2026-11-24T05:31:02+00:00","gateway_url":"http://gateway.test","key_id":0,"action":"reminder",
"before":{"threshold":"1"},"wanted":{"threshold":"2"},"stage":"done","answer":"fine","undone":true}}}"""


def test_what_an_earlier_version_wrote_is_read_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    path.write_text(OLD_FILE)
    journal = Journal(path)
    assert journal.entries(GATEWAY, "") == [(2, REMINDER), (1, DISABLED)]
    assert journal.unfinished(GATEWAY, "") == [(1, DISABLED)]
    assert journal.begin(REMINDER) == 3
    journal.finish(1, Stage.DONE, "inactive", STATE)
    numbers = dict(journal.entries(GATEWAY, ""))
    assert (numbers[1].stage, numbers[1].wanted) == (Stage.DONE, STATE)
    assert (numbers[2], numbers[3]) == (REMINDER, REMINDER)


def test_each_account_of_a_gateway_has_its_own_entries(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.json")
    mine, other, old = (replace(DISABLED, account=account) for account in ("mine", "other", ""))
    for entry in (mine, other, old):
        journal.begin(entry)
    assert journal.entries(GATEWAY, "mine") == journal.unfinished(GATEWAY, "mine") == [(3, old), (1, mine)]
    assert journal.entries(GATEWAY, "") == [(3, old)], "while nobody is signed in, nothing is anybody's"


def test_an_entry_that_somebody_spoilt_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    for part, spoilt in {
        '"threshold":"1"': '"threshold":[]',
        '"status":"active"': '"status":null',
        '"quota_usd":"3.50"': '"quota_usd":"much"',
        '"stage":"done"': '"stage":"odd"',
        "06:31:02+00:00": "06:31:02",
    }.items():
        assert part in OLD_FILE
        path.write_text(OLD_FILE.replace(part, spoilt))
        assert len(Journal(path).entries(GATEWAY, "")) == 1


def test_the_oldest_entries_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.store.journal.MAX_ENTRIES", 3)
    journal = Journal(tmp_path / "journal.json")
    numbers = [journal.begin(DISABLED) for _ in range(5)]
    assert [number for number, _entry in journal.entries(GATEWAY, "")] == numbers[:1:-1]


def test_entries_are_those_of_one_gateway_whatever_another_aktop_writes(tmp_path: Path) -> None:
    journal, other = Journal(tmp_path / "journal.json"), Journal(tmp_path / "journal.json")
    assert journal.entries(GATEWAY, "") == []
    number = other.begin(DISABLED)
    other.begin(replace(DISABLED, gateway_url="http://other.test"))
    assert journal.entries(GATEWAY, "") == [(number, DISABLED)]
    other.forget_until(number)
    other.mark_undone(number)
    assert journal.entries(GATEWAY, "") == [(number, replace(DISABLED, until=None, undone=True))]


def test_a_journal_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.json"
    os.mkfifo(path)
    told: list[Trouble] = []
    journal = Journal(path, told.append)
    assert journal.entries(GATEWAY, "") == journal.entries(GATEWAY, "") == []
    (trouble,) = told
    assert isinstance(trouble, JournalUnreadable)
    assert trouble.path == path


def test_a_journal_that_cannot_be_read_is_empty_where_nobody_is_to_be_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "journal.json")
    assert Journal(tmp_path / "journal.json").entries(GATEWAY, "") == []
