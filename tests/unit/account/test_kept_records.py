"""The incidents that are remembered, on disk: of this version, of others, and damaged."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.samples import NOW
from tests.unit.triage.test_incident_history import kept
from tui.account.kept_records import StoredRecords
from tui.store.kept_file import MovedAside, Trouble
from tui.triage.findings import FindingKind
from tui.triage.incident_history import KEPT_FOR, IncidentRecord
from tui.triage.incidents import Phase
from tui.triage.rule import Term, Unit
from tui.triage.severity import Severity

FULL = IncidentRecord(
    "spike-7-20261124T0300",
    FindingKind.SPIKE,
    7,
    NOW - timedelta(hours=2),
    NOW,
    cause=7,
    key_name="laptop",
    phase=Phase.FIRING,
    severity=Severity.CRITICAL,
    excess_usd=41.25,
    terms=(
        Term("hour", NOW - timedelta(hours=1), Unit.TIME),
        Term("actual", 23.08, Unit.USD_PER_H),
        Term("step", "full", Unit.WORD),
    ),
    contained_at=NOW,
    planned_at=NOW,
    planned_until=NOW + timedelta(days=28),
)
OVER = kept()


def written(path: Path) -> dict[str, Any]:
    """The records as they stand in the file."""
    found: dict[str, Any] = json.loads(path.read_text())["_default"]
    return found


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    store = StoredRecords(tmp_path / "kept" / "one.json")
    assert store.read() == ()
    assert store.add((FULL, OVER), NOW) == (FULL, OVER)
    assert store.read() == (FULL, OVER)
    assert (tmp_path / "kept" / "one.json").stat().st_mode & 0o777 == 0o600


def test_two_aktops_keep_what_both_know(tmp_path: Path) -> None:
    one, other = (StoredRecords(tmp_path / "one.json") for _ in range(2))
    one.add((OVER,), NOW)
    later = replace(OVER, excess_usd=7.0, as_of=OVER.as_of + timedelta(minutes=1))
    assert other.add((FULL, later), NOW) == (FULL, later)
    assert one.add((OVER,), NOW) == (FULL, later)
    assert len(written(tmp_path / "one.json")) == 2


def test_what_is_too_old_leaves_the_file(tmp_path: Path) -> None:
    store = StoredRecords(tmp_path / "one.json")
    store.add((OVER,), NOW)
    assert store.add((FULL,), NOW + KEPT_FOR - timedelta(hours=1)) == (FULL,)
    assert [one["id"] for one in written(tmp_path / "one.json").values()] == [FULL.id]


def test_what_a_newer_version_wrote_stays(tmp_path: Path) -> None:
    """Members of a record, and records of kinds, that this version does not know."""
    path = tmp_path / "one.json"
    store = StoredRecords(path)
    store.add((FULL,), NOW)
    document = json.loads(path.read_text())
    document["_default"]["1"]["mood"] = {"colour": "red"}
    document["_default"]["4"] = {**document["_default"]["1"], "id": "x", "kind": "telepathy"}
    path.write_text(json.dumps(document))
    assert store.read() == (FULL,)
    ended = replace(FULL, phase=None, until=NOW, as_of=NOW + timedelta(hours=1))
    assert store.add((ended, OVER), NOW) == (ended, OVER)
    records = written(path)
    assert [(number, one["id"]) for number, one in records.items()] == [
        ("1", FULL.id),
        ("4", "x"),
        ("5", OVER.id),
    ]
    assert (records["1"]["mood"], records["4"]["kind"]) == ({"colour": "red"}, "telepathy")
    assert "phase" not in records["1"], "what is not so any more is not kept for unknown"


@pytest.mark.parametrize(
    "figure",
    [["odd", 1.0, "furlong"], ["odd", "text", "usd"], ["odd", "yesterday", "time"], ["odd", "2026-11-24", "time"]],
)
def test_a_figure_of_another_version_is_left_out(tmp_path: Path, figure: list[Any]) -> None:
    path = tmp_path / "one.json"
    store = StoredRecords(path)
    store.add((FULL,), NOW)
    document = json.loads(path.read_text())
    document["_default"]["1"]["terms"].append(figure)
    path.write_text(json.dumps(document))
    assert store.read() == (FULL,)


@pytest.mark.parametrize(
    ("member", "spoilt"),
    [("since", "2026-11-24T03:00:00"), ("excess_usd", "41"), ("key_id", "7"), ("phase", "odd"), ("id", None)],
)
def test_a_record_that_a_hand_spoilt_is_no_incident(tmp_path: Path, member: str, spoilt: object) -> None:
    path = tmp_path / "one.json"
    store = StoredRecords(path)
    store.add((FULL, OVER), NOW)
    document = json.loads(path.read_text())
    document["_default"]["2"][member] = spoilt
    path.write_text(json.dumps(document))
    assert store.read() == (OVER,)


@pytest.mark.parametrize("raw", ["{", "[]", '{"_default": 3}', "\x00\x01"])
def test_a_damaged_file_is_moved_aside_and_told(tmp_path: Path, raw: str) -> None:
    path = tmp_path / "one.json"
    path.write_text(raw)
    troubles: list[Trouble] = []
    store = StoredRecords(path, troubles.append)
    assert store.read() == ()
    assert [type(one) for one in troubles] == [MovedAside]
    assert store.add((FULL,), NOW) == (FULL,) == store.read()
