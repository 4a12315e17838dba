"""`aktop triage`: the same findings as on the screen, for scripts."""

import pytest

from tests.unit.cli.conftest import Machine
from tui.demo.app import DemoGateway
from tui.demo.money import units
from tui.terminal import exit_codes
from tui.triage.causes import CausePart

KEYS = {
    "schema",
    "at",
    "state",
    "missing",
    "since",
    "history",
    "steps",
    "findings",
    "earlier",
    "takeovers",
    "likely_cause",
    "joint_keys",
    "why",
    "time_to_empty",
    "contain",
}


def test_the_runaway_is_found_with_its_cause_and_what_to_do(signed_in: Machine) -> None:
    found = signed_in.run("triage", "--json").json
    assert set(found) == KEYS
    assert found["schema"] == "aktop.triage/1"
    first = found["likely_cause"][0]
    assert (first["name"], first["share"] > 0.9) == ("batch-nightly", True)
    why = first["why"]
    parts = {f"{part}_usd" for part in CausePart}
    assert set(why) == {*parts, "rate_usd", "main", "sentence"}
    assert found["why"] == {"key_ids": [first["key_id"]], **why}
    assert why[f"{why['main']}_usd"] == max(why[part] for part in parts)
    assert sum(why[part] for part in parts if part not in ("volume_usd", "mix_usd")) == pytest.approx(why["rate_usd"])
    assert {one["kind"] for one in found["findings"]} >= {"spike"}
    assert [one["action"] for one in found["contain"]] == ["disable", "limit"]
    assert found["contain"][1]["limits"]["1d"] > 0
    assert found["time_to_empty"]["current_rate"] < found["time_to_empty"]["usual_pace"]


def test_the_text_has_the_five_steps(signed_in: Machine) -> None:
    text = signed_in.run("triage").out
    for step in ("1 Spike", "2 Key", "3 Model", "4 Retries", "5 Contain"):
        assert step in text
    assert "batch-nightly" in text


def test_a_report_that_cannot_be_written_is_told_before_anything_is_read(signed_in: Machine) -> None:
    done = signed_in.run("triage", "--report", "/nosuch/dir/f")
    assert (done.code, done.out) == (exit_codes.WRONG_USE, "")
    assert done.err == "aktop: --report /nosuch/dir/f: No such file or directory\n"


def test_many_keys_of_one_address_are_told_as_one_and_stopped_each(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stolen = DemoGateway(seed=2, scenario="stolen-login", options=signed_in.demo.options)
    monkeypatch.setattr(signed_in.demo, "asgi", stolen.asgi)
    assert signed_in.run("login", "--email", stolen.email).code == exit_codes.OK
    found = signed_in.run("triage", "--json").json
    ids = set(found["joint_keys"]["key_ids"])
    assert len(ids) == found["joint_keys"]["keys"] == 6
    assert {(one["key_id"], one["action"]) for one in found["contain"]} == {(key_id, "disable") for key_id in ids}
    assert set(found["why"]["key_ids"]) == ids
    assert all(one["why"] is None for one in found["likely_cause"])


def test_check_says_by_its_exit_code_that_somebody_is_needed(signed_in: Machine) -> None:
    result = signed_in.run("triage", "--check")
    assert result.code == exit_codes.NEEDS_A_PERSON
    assert "SPIKE since" in result.err


def test_an_error_list_that_is_not_shared_leaves_the_retries_untold(signed_in: Machine) -> None:
    signed_in.demo.options.error_view = False
    steps = {one["step"]: one["state"] for one in signed_in.run("triage", "--json").json["steps"]}
    assert steps["retries"] == "cannot_tell"
    assert steps["spike"] == "found"


@pytest.mark.parametrize("seed", [2, 3])
def test_a_quiet_account_has_no_incident(seed: int, signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = DemoGateway(seed=seed, scenario="quiet", options=signed_in.demo.options)
    quiet.world.user.balance = units(100_000)
    monkeypatch.setattr(signed_in.demo, "asgi", quiet.asgi)
    assert signed_in.run("login", "--email", quiet.email).code == exit_codes.OK
    found = signed_in.run("triage", "--json").json
    assert (found["since"], found["likely_cause"], found["contain"]) == (None, [], [])
    assert signed_in.run("triage", "--check").code == exit_codes.OK
