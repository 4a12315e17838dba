"""`aktop guard`: what is written there is what the guard would do, and disarming needs no gateway."""

import json
from typing import Any

import pytest

from tests.unit.cli.conftest import Machine
from tui.gateway.sub2api.client import GatewayClient

RULE = '[[guard]]\nwhen = "spike"\nseverity = "warning"\nkeys = ["{keys}"]\ndo = "{do}"\narmed = {armed}\n'


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []

    async def update(_self: GatewayClient, *arguments: Any) -> None:
        found.append(arguments)

    monkeypatch.setattr(GatewayClient, "update_key", update)
    return found


def write(machine: Machine, *rules: str) -> None:
    machine.config.mkdir(parents=True, exist_ok=True)
    (machine.config / "config.toml").write_text("\n".join(rules), encoding="utf-8")


def rule(keys: str = "batch-*", do: str = "disable", armed: str = "false") -> str:
    return RULE.format(keys=keys, do=do, armed=armed)


def test_without_rules_it_says_that_nothing_acts(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    result = signed_in.run("guard")
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("guard: there is no rule, and nothing acts by itself")
    monkeypatch.setattr("tui.cli.guard.gather_verdict", None)
    assert signed_in.run("guard", "--dry-run", "--json").json["decisions"] == [], "and waits for no verdict"


def test_a_dry_run_says_what_would_be_done_and_does_nothing(signed_in: Machine, sent: list[Any]) -> None:
    write(signed_in, rule(), rule(do="pause 60m", armed="true"), rule(keys="laptop", armed="true"))
    for _ in range(2):
        result = signed_in.run("guard", "--dry-run")
        assert result.code == 0
        assert result.out.splitlines()[0] == "guard 3 rules, 2 armed"
        lines = [line.strip() for line in result.out.splitlines() if line.strip().startswith("rule ")]
        assert len(lines) == 3
        assert lines[0].endswith("batch-nightly: would disable batch-nightly, and only say so")
        assert lines[1].endswith("batch-nightly: would disable batch-nightly for 60 min")
        assert lines[2].endswith("batch-nightly: nothing: the rule does not name the key")
    assert sent == []
    assert not list((signed_in.state / "guard").glob("*.json"))


def test_the_same_as_json(signed_in: Machine) -> None:
    write(signed_in, rule(armed="true"), rule(keys="laptop"))
    told = signed_in.run("guard", "--dry-run", "--json").json
    assert (told["schema"], told["disarmed"], told["acts"]) == ("aktop.guard/1", False, [])
    assert [(one["number"], one["keys"], one["do"], one["armed"]) for one in told["rules"]] == [
        (1, ["batch-*"], "disable", True),
        (2, ["laptop"], "disable", False),
    ]
    first, second = told["decisions"]
    assert (first["acts"], first["mode"], first["key_id"], first["why_not"]) == (True, "armed", 2, [])
    assert (second["acts"], second["why_not"]) == (False, ["not_named"])
    assert first["share"] > 0.8
    assert signed_in.run("guard", "--json").json["decisions"] is None


def test_read_only_is_in_the_way(signed_in: Machine) -> None:
    write(signed_in, rule(armed="true"))
    told = signed_in.run("guard", "--dry-run", "--json", "--read-only").json
    assert told["decisions"][0]["why_not"] == ["read_only"]


def test_a_record_that_cannot_be_read_is_told(signed_in: Machine) -> None:
    write(signed_in, rule(armed="true"))
    (signed_in.state / "guard").write_text("in the way")
    result = signed_in.run("guard")
    assert "what the guard did cannot be read" in result.err
    assert "until then it does nothing" in result.err
    assert signed_in.run("guard", "--json").json["acts"] == []


def test_disarming_asks_no_gateway_and_holds(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    write(signed_in, rule(armed="true"))

    def none(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a gateway was asked")

    with monkeypatch.context() as away:
        away.setattr(GatewayClient, "__init__", none)
        assert signed_in.run("guard", "disarm").code == 0
    result = signed_in.run("guard", "--dry-run")
    assert result.out.startswith("guard 1 rule, disarmed\n")
    assert "nothing: disarmed" in result.out
    assert signed_in.run("guard", "arm").code == 0
    assert signed_in.run("guard", "arm").code == 0
    assert signed_in.run("guard", "--dry-run").out.startswith("guard 1 rule, armed\n")


def test_disarming_that_cannot_be_written_down_is_told(signed_in: Machine) -> None:
    signed_in.state.mkdir(parents=True, exist_ok=True)
    (signed_in.state / "guard").write_text("in the way")
    result = signed_in.run("guard", "disarm")
    assert result.code == 2
    assert "guard disarm" in result.err
    assert result.out == ""


def test_a_gateway_must_be_named_to_disarm(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKTOP_URL")
    assert signed_in.run("guard", "disarm").code == 2
    assert signed_in.run("guard", "disarm", "--demo").code == 2


def test_a_backtest_says_what_it_would_have_done_and_saved(machine: Machine) -> None:
    write(machine, rule(armed="false"), rule(keys="laptop"))
    result = machine.run("--demo", "backtest", "--range", "6h", "--yes", "--guard", "--json")
    assert result.code == 0
    told = [json.loads(line) for line in result.out.splitlines()]
    (acted,) = [one for one in told if one["state"] == "acted"]
    assert (acted["key"], acted["do"], acted["mode"], acted["kind"]) == ("batch-nightly", "disable", "armed", "spike")
    assert acted["saved_usd"] > 1
    assert acted["at"] < acted["ended"]
    assert [one for one in told if one["state"] == "began"]
    total = next(line for line in result.err.splitlines() if line.startswith("The guard would have acted 1 time, and "))
    assert float(total.rpartition("$")[2].rstrip(":")) == pytest.approx(acted["saved_usd"], abs=0.01)


def test_a_backtest_of_no_rule_says_so(machine: Machine) -> None:
    result = machine.run("--demo", "backtest", "--range", "6h", "--yes", "--guard")
    assert result.code == 2
    assert "there is no rule" in result.err
