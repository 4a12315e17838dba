"""`aktop incidents`: what is remembered, told without a request; and the second time, recognised by `aktop triage`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.unit.cli.conftest import Machine
from tui.account.cache import stored_records
from tui.domain.intents import KeyState, Limits
from tui.store.journal import Entry, Journal, Stage
from tui.terminal import exit_codes
from tui.triage.findings import FindingKind
from tui.triage.incident_history import IncidentRecord, Remembered
from tui.triage.incidents import Phase
from tui.triage.severity import Severity

BATCH, CI = 2, 4
DAY = timedelta(days=1)


@pytest.fixture
def now(standing: datetime) -> datetime:
    return standing.astimezone(UTC)


def past(number: int, since: datetime, **changes: object) -> IncidentRecord:
    """An incident of a key that is over."""
    until = since + timedelta(hours=1)
    one = IncidentRecord(
        f"past-{number}",
        FindingKind.SPIKE,
        BATCH,
        since,
        until,
        key_name="batch-nightly",
        until=until,
        severity=Severity.WARNING,
        excess_usd=41.0,
    )
    return replace(one, **changes)


def keep(machine: Machine, records: Remembered, now: datetime) -> None:
    """What an earlier run has kept."""
    user = machine.demo.world.user
    stored_records(machine.state / "history", machine.url, user.id, print).add(records, now)


def acted(machine: Machine, at: datetime, action: str = "disable") -> None:
    """What an earlier run has done to the key."""
    before, after = KeyState("active", Limits()), KeyState("inactive", Limits())
    entry = Entry(at.isoformat(), machine.url, BATCH, action, before, after, Stage.DONE)
    Journal(machine.state / "journal.json").begin(entry)


def test_what_triage_told_is_remembered_and_read_without_a_request(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in.run("triage")
    monkeypatch.setattr("tui.cli.incidents.Gatherer", lambda *_: pytest.fail("the gateway is asked"))
    told = signed_in.run("incidents", "--json")
    assert (told.code, told.err) == (exit_codes.OK, "")
    assert told.json["schema"] == "aktop.incidents/1"
    one = next(one for one in told.json["incidents"] if one["kind"] == "spike")
    assert (one["key"], one["state"], one["until"], one["done"]) == ("batch-nightly", "firing", None, [])
    assert one["excess_usd"] > 1
    assert one["figures"]["bound"] < one["figures"]["actual"]
    assert "told from $" in one["sentence"]


def test_what_goes_on_is_listed_where_the_clock_of_this_machine_is_behind(signed_in: Machine, now: datetime) -> None:
    ahead = now + timedelta(hours=3)
    keep(signed_in, (past(1, ahead - timedelta(minutes=30), until=None, as_of=ahead, phase=Phase.FIRING),), ahead)
    (one,) = signed_in.run("incidents", "--json").json["incidents"]
    assert (one["id"], one["lasted_s"]) == ("past-1", 1800)


def test_the_session_that_does_not_tell_whose_it_is_costs_a_request(
    signed_in: Machine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(signed_in, (past(1, now - DAY),), now)
    monkeypatch.setattr("tui.cli.incidents.account_of", lambda session: session.email)
    assert [one["id"] for one in signed_in.run("incidents", "--json").json["incidents"]] == ["past-1"]


def test_a_table_newest_first_with_what_was_done(signed_in: Machine, now: datetime) -> None:
    dealt_with, ignored = past(1, now - DAY), past(2, now - 2 * DAY, excess_usd=None)
    planned = past(3, now - 3 * DAY, planned_at=now - 3 * DAY, planned_until=now + DAY)
    afterwards = past(4, now - 4 * DAY, severity=None, is_looked_back=True, key_name=None, key_id=None)
    keep(signed_in, (dealt_with, ignored, planned, afterwards), now)
    acted(signed_in, dealt_with.since + timedelta(minutes=25))
    told = signed_in.run("incidents")
    assert (told.code, told.err) == (exit_codes.OK, "")
    head, *lines = told.out.splitlines()
    assert head.split() == ["BEGAN", "STATE", "LASTED", "WHAT", "KEY", "COST", "DONE"]
    expected = [
        ("over", "1 h", "spike", "batch-nightly", "$41.00", "disabled after 25 min"),
        ("over", "–"),
        ("planned", "$41.00"),
        ("unwatched", "the account", "$41.00"),
    ]
    assert all(all(word in line for word in words) for line, words in zip(lines, expected, strict=True)), told.out


def test_range_and_key_narrow(signed_in: Machine, now: datetime) -> None:
    old, other = past(2, now - 20 * DAY), past(3, now - DAY, key_id=CI, key_name="ci")
    keep(signed_in, (past(1, now - DAY), old, other, past(4, now - 80 * DAY)), now)

    def ids(*arguments: str) -> list[str]:
        return [one["id"] for one in signed_in.run("incidents", "--json", *arguments).json["incidents"]]

    assert ids() == ["past-3", "past-1", "past-2"]
    assert ids("--range", "7d") == ["past-3", "past-1"]
    assert ids("--key", "batch-nightly") == ids("--key", f"#{BATCH}") == ["past-1", "past-2"]
    assert ids("--key", "ci", "--range", "7d") == ["past-3"]
    assert ids("--key", "ci", "--range", "15m") == []
    far = f"{(now - 90 * DAY).date()}..{now.date()}"
    assert ids("--range", far) == ["past-3", "past-1", "past-2", "past-4"]


def test_a_key_that_no_incident_is_of_is_a_sentence(signed_in: Machine, now: datetime) -> None:
    keep(signed_in, (past(1, now - DAY), past(2, now - DAY, key_id=CI)), now)
    wrong = signed_in.run("incidents", "--key", "laptop")
    assert (wrong.code, wrong.out) == (exit_codes.WRONG_USE, "")
    assert "no incident is remembered of a key 'laptop'" in wrong.err
    assert f"{BATCH}  batch-nightly" in wrong.err
    both = signed_in.run("incidents", "--key", "batch-nightly")
    assert both.code == exit_codes.WRONG_USE
    assert "several keys" in both.err


def test_nothing_remembered_is_said(signed_in: Machine, now: datetime) -> None:
    none = signed_in.run("incidents")
    assert (none.code, none.out) == (exit_codes.OK, "")
    assert "nothing is remembered yet" in none.err
    keep(signed_in, (past(1, now - 50 * DAY),), now)
    assert "no incidents in this range" in signed_in.run("incidents").err


def test_what_went_on_when_it_was_last_looked_at_says_so(signed_in: Machine, now: datetime) -> None:
    keep(signed_in, (past(1, now - DAY, until=None, phase=Phase.FIRING, as_of=now - timedelta(minutes=5)),), now)
    told = signed_in.run("incidents")
    assert "▲ firing" in told.out
    assert "what goes on is told as of" in told.err


def test_a_damaged_file_is_told_and_begins_anew(signed_in: Machine, now: datetime) -> None:
    keep(signed_in, (past(1, now - DAY),), now)
    (path,) = (signed_in.state / "history").glob("*-incidents.json")
    path.write_text("{")
    told = signed_in.run("incidents")
    assert (told.code, told.out) == (exit_codes.OK, "")
    assert "unreadable" in told.err


def test_a_file_that_cannot_be_read_is_a_sentence(signed_in: Machine, now: datetime) -> None:
    keep(signed_in, (past(1, now - DAY),), now)
    (path,) = (signed_in.state / "history").glob("*-incidents.json")
    path.unlink()
    path.mkdir()
    told = signed_in.run("incidents")
    assert told.code == exit_codes.WRONG_USE
    assert "the incidents that were kept cannot be read" in told.err


def test_nobody_signed_in(machine: Machine) -> None:
    assert machine.run("incidents").code == exit_codes.NOT_SIGNED_IN


def test_the_made_up_account_is_judged(signed_in: Machine) -> None:
    told = signed_in.run("--demo", "incidents").out
    assert "batch-nightly" in told


class TestAgain:
    """What fires now, and fired before."""

    @pytest.fixture(autouse=True)
    def before(self, signed_in: Machine, now: datetime) -> None:
        last = now - 3 * DAY
        keep(signed_in, (past(1, last), past(2, now - 10 * DAY), past(3, now - 60 * DAY)), now)
        acted(signed_in, last + timedelta(minutes=25))

    def test_triage_says_how_often_and_what_came_of_it(self, signed_in: Machine) -> None:
        told = signed_in.run("triage").out
        assert "batch-nightly: the third time in four weeks; last " in told
        assert ", $41.00 above usual, disabled by you after 25 min" in told

    def test_json_names_the_earlier_ones(self, signed_in: Machine) -> None:
        found = signed_in.run("triage", "--json").json["findings"]
        spike = next(one for one in found if one["kind"] == "spike")
        assert [one["id"] for one in spike["earlier_like"]] == ["past-1", "past-2", "past-3"]
        (done,) = spike["earlier_like"][0]["done"]
        assert (done["action"], done["after_s"], done["stage"]) == ("disable", 25 * 60, "done")
        others = [one for one in found if one["kind"] not in ("spike", "paid_repeats")]
        assert all("earlier_like" in one for one in others)

    def test_the_report_has_it(self, signed_in: Machine, tmp_path: Path) -> None:
        path = tmp_path / "incident.md"
        signed_in.run("triage", "--report", str(path))
        assert "## Before" in path.read_text()
        assert "the third time in four weeks" in path.read_text()
