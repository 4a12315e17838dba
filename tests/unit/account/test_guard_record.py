"""The guard's record: it never seems to have done less than it did, and it stays small."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.samples import NOW, key
from tests.unit.triage.guard.moments import claim
from tui.account.guard import record as records
from tui.account.guard.record import GuardRecord, RecordUnreadable
from tui.triage.guard.act import Claim, DeedOutcome, Mode

URL = "https://gateway.example"


def ids(record: GuardRecord) -> list[str]:
    """The ids of all claims in order."""
    return [one.act.id for one in record.claims()]


def told(act_id: str) -> Claim:
    """A claim of a rule that is not armed."""
    return claim(id=act_id, mode=Mode.UNARMED, outcome=DeedOutcome.TOLD)


def test_the_latest_claims_of_each_kind_are_kept_and_every_open_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MAX_CLAIMS", 3)
    record = GuardRecord(tmp_path, URL, 1)
    record.add(claim(id="open", outcome=DeedOutcome.ACTING))
    for number in range(6):
        record.add(claim(id=f"act{number}"))
        assert ids(record) == ["open", *(f"act{kept}" for kept in range(max(0, number - 2), number + 1))]
    for number in range(4):
        record.add(told(f"told{number}"))
    assert ids(record) == ["open", "act4", "act5", "told1", "told2", "told3"]


def test_a_demo_starts_anew_at_every_start(tmp_path: Path) -> None:
    """Its gateway has another address each time, and the file is the same."""
    before = GuardRecord(tmp_path, "http://127.0.0.1:1", 1, is_demo=True)
    before.look_at((key(7, "laptop"), key(8, "ci")), NOW)
    for act_id in ("a", "b"):
        before.add(claim(id=act_id))
    now = GuardRecord(tmp_path, "http://127.0.0.1:2", 1, is_demo=True)
    assert ids(now) == []
    now.look_at((key(7, "other"),), NOW)
    now.look_at((key(7, "other"), key(8, "ci")), NOW + timedelta(hours=1))
    assert now.renamed_at() == {}
    now.add(claim(id="c"))
    assert (ids(before), ids(now)) == ([], ["c"])


@pytest.mark.parametrize("member", ["at", "since", "until"])
def test_a_moment_without_a_zone_makes_the_record_unreadable(tmp_path: Path, member: str) -> None:
    record = GuardRecord(tmp_path, URL, 1)
    one = claim(until=NOW + timedelta(hours=1))
    record.add(one)
    (path,) = tmp_path.glob("*.json")
    written = json.loads(path.read_bytes())
    (document,) = written["_default"].values()
    document["claim"]["act"][member] = "2026-11-24T05:31:02"
    path.write_text(json.dumps(written))
    with pytest.raises(RecordUnreadable):
        record.claims()
    with pytest.raises(RecordUnreadable):
        record.add(one)


def test_its_lock_is_taken_by_one_and_nobody_waits_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "guard"
    one, other = GuardRecord(folder, URL, 1), GuardRecord(folder, URL, 1)
    with one.lock():
        with pytest.raises(TimeoutError), other.lock():
            pass
        with GuardRecord(folder, URL, 2).lock():
            pass
    with other.lock():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
