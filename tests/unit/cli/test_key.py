import json
import re
import shlex
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.cli.conftest import Machine
from tui.cli import prompts
from tui.domain.failure import MAY_BE_DONE, Failure, FailureKind
from tui.gateway.errors import error_of
from tui.gateway.sub2api.client import GatewayClient


def journal(machine: Machine) -> list[dict[str, Any]]:
    path = machine.state / "journal.json"
    return list(json.loads(path.read_text())["_default"].values()) if path.exists() else []


def test_a_key_is_disabled_and_enabled(signed_in: Machine) -> None:
    key = signed_in.demo.world.keys[3]
    result = signed_in.run("key", "disable", "ci & release", "--yes")
    assert (result.code, key.status) == (0, "inactive")
    assert "ci & release: ✓ inactive" in result.out
    assert "Stops new calls at once" in result.err
    assert "aktop key enable 3" in result.err
    assert key.secret not in result.out + result.err
    result = signed_in.run("key", "enable", "3", "--yes", "--json")
    assert (result.code, key.status) == (0, "active")
    told = result.json
    assert (told["schema"], told["outcome"], told["answer"]) == ("aktop.key/1", "applied", "active")
    assert (told["before"]["status"], told["after"]["status"]) == ("inactive", "active")
    assert told["key"] == {"id": 3, "name": "ci & release"}
    assert [entry["stage"] for entry in journal(signed_in)] == ["done", "done"]
    assert key.name == "ci &amp; release"


def test_the_command_that_takes_it_back_leads_to_the_same_gateway(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AKTOP_URL")
    result = signed_in.run("key", "disable", "3", "--yes", "--url", signed_in.url)
    command = re.search(r"To take it back: aktop (.*)", result.err)
    assert command is not None
    assert signed_in.run(*shlex.split(command[1]), "--yes").code == 0
    assert signed_in.demo.world.keys[3].status == "active"


@pytest.mark.parametrize("amount", ["x2", "×2", "X0.5"])
def test_a_multiple_of_a_usual_day_is_not_a_matter_of_waiting(signed_in: Machine, amount: str) -> None:
    result = signed_in.run("key", "limit", "laptop", "--1d", amount, "--yes")
    assert (result.code, "multiples of a usual day are for the screen" in result.err) == (2, True)


def test_limits_are_set_from_what_is_used(signed_in: Machine) -> None:
    key = signed_in.demo.world.keys[1]
    used = Decimal(key.quota_used) / 10**10
    assert used > 0
    result = signed_in.run("key", "limit", "laptop", "--quota", "+5", "--1d", "2.50", "--yes", "--json")
    assert result.code == 0
    after = result.json["after"]
    assert after["limit_1d_usd"] == 2.5
    assert after["quota_usd"] == pytest.approx(float(used + 5), abs=1e-7)
    assert signed_in.run("key", "limit", "laptop", "--1d", "0", "--quota", "0", "--yes").code == 0
    assert (key.quota, key.windows["1d"].limit) == (0, 0)


def test_nothing_to_change_sends_nothing(signed_in: Machine) -> None:
    result = signed_in.run("key", "enable", "laptop", "--json")
    assert (result.code, result.json["outcome"]) == (0, "unchanged")
    assert journal(signed_in) == []


def test_a_preview_lists_only_what_would_change(signed_in: Machine) -> None:
    assert signed_in.run("key", "limit", "laptop", "--quota", "900", "--yes").code == 0
    same = signed_in.run("key", "limit", "laptop", "--quota", "900")
    assert same.err.splitlines()[-1] == "Nothing would change."
    assert same.out == "laptop: nothing to change\n"
    partly = signed_in.run("key", "limit", "laptop", "--quota", "900", "--1d", "800", "--yes")
    assert "1 d limit" in partly.err
    assert "quota" not in partly.err


def test_a_preview_has_one_line_for_each_limit_with_what_it_means(signed_in: Machine) -> None:
    result = signed_in.run("key", "limit", "laptop", "--quota", "+5", "--1d", "0.01", "--yes")
    quota, day = [line for line in result.err.splitlines() if "→" in line]
    assert quota.startswith("quota")
    assert quota.endswith("  $5.00 left")
    assert day.split("→")[1].split()[0] == "$0.01"


def test_read_only_changes_nothing(signed_in: Machine) -> None:
    for arguments in (["--read-only", "key", "disable", "1", "--yes"], ["key", "disable", "1", "--yes", "--read-only"]):
        result = signed_in.run(*arguments)
        assert (result.code, result.out) == (5, "")
        assert "read-only" in result.err
    assert signed_in.demo.world.keys[1].status == "active"
    assert journal(signed_in) == []


def test_without_a_terminal_yes_is_needed(signed_in: Machine) -> None:
    result = signed_in.run("key", "disable", "1")
    assert (result.code, result.out) == (2, "")
    assert "--yes" in result.err
    assert signed_in.demo.world.keys[1].status == "active"


@pytest.mark.parametrize(("answer", "code", "status"), [("y", 0, "inactive"), ("", 5, "active"), ("n", 5, "active")])
def test_a_person_is_asked(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, status: str
) -> None:
    monkeypatch.setattr(prompts, "has_person", lambda: True)
    monkeypatch.setattr(prompts, "ask", lambda _question: answer)
    assert signed_in.run("key", "disable", "1").code == code
    assert signed_in.demo.world.keys[1].status == status


def test_a_key_that_vanished_meanwhile(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "has_person", lambda: True)

    def ask(_question: str) -> str:
        signed_in.demo.world.keys[1].deleted = True
        return "y"

    monkeypatch.setattr(prompts, "ask", ask)
    result = signed_in.run("key", "disable", "1", "--json")
    assert (result.code, result.json["outcome"], result.json["error"]["kind"]) == (5, "refused", "not_found")
    assert journal(signed_in) == []


def test_a_key_that_was_changed_meanwhile(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "has_person", lambda: True)

    def ask(_question: str) -> str:
        signed_in.demo.world.keys[1].set_quota(77)
        return "y"

    monkeypatch.setattr(prompts, "ask", ask)
    result = signed_in.run("key", "disable", "1")
    assert result.code == 5
    assert "changed meanwhile" in result.err
    assert signed_in.demo.world.keys[1].status == "active"


def after_sending(
    monkeypatch: pytest.MonkeyPatch,
    failure: FailureKind | Failure,
    *,
    is_sent: bool = True,
    read: FailureKind | None = None,
) -> None:
    """Let the answer to a change fail, sent or not; and reading the key afterwards too, if so told."""
    sent = GatewayClient.update_key

    async def unreadable(_self: GatewayClient, _key_id: int, **_: Any) -> None:
        assert read is not None
        raise error_of(Failure(read))

    async def lost(self: GatewayClient, *arguments: Any, **named: Any) -> None:
        if is_sent:
            await sent(self, *arguments, **named)
        if read is not None:
            monkeypatch.setattr(GatewayClient, "key", unreadable)
        raise error_of(failure if isinstance(failure, Failure) else Failure(failure))

    monkeypatch.setattr(GatewayClient, "update_key", lost)


@pytest.mark.parametrize("kind", sorted(MAY_BE_DONE))
def test_an_answer_that_does_not_tell_whether_it_was_done_is_looked_up(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch, kind: FailureKind
) -> None:
    after_sending(monkeypatch, kind)
    assert signed_in.run("key", "disable", "1", "--yes").code == 0
    assert signed_in.demo.world.keys[1].status == "inactive"
    assert [entry["stage"] for entry in journal(signed_in)] == ["done"]


@pytest.mark.parametrize(
    "kind", sorted({*MAY_BE_DONE, FailureKind.FORBIDDEN, FailureKind.RATE_LIMITED} - {FailureKind.TIMED_OUT})
)
def test_what_was_not_done_is_told_with_its_reason(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch, kind: FailureKind
) -> None:
    after_sending(monkeypatch, kind, is_sent=False)
    result = signed_in.run("key", "disable", "1", "--yes", "--json")
    assert (result.json["outcome"], result.json["error"]["kind"]) == ("refused", kind)
    assert "Not done. " in result.err
    assert [entry["stage"] for entry in journal(signed_in)] == ["failed"]


@pytest.mark.parametrize(
    "failure", [Failure(FailureKind.TIMED_OUT), Failure(FailureKind.NOT_A_GATEWAY, status=504)], ids=["client", "proxy"]
)
def test_what_nobody_waited_for_may_still_be_done(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch, failure: Failure
) -> None:
    after_sending(monkeypatch, failure, is_sent=False)
    result = signed_in.run("key", "disable", "1", "--yes", "--json")
    assert (result.code, result.json["outcome"]) == (4, "unknown")
    assert "Not done so far. " in result.err
    assert [entry["stage"] for entry in journal(signed_in)] == ["unknown"]


@pytest.mark.parametrize("read", [FailureKind.SERVER_ERROR, FailureKind.RATE_LIMITED, FailureKind.UNREACHABLE])
@pytest.mark.parametrize("kind", [FailureKind.UNREACHABLE, FailureKind.BAD_ANSWER])
def test_nobody_knows_what_cannot_be_looked_up(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch, kind: FailureKind, read: FailureKind
) -> None:
    after_sending(monkeypatch, kind, read=read)
    result = signed_in.run("key", "disable", "1", "--yes", "--json")
    assert (result.code, result.json["outcome"]) == (4, "unknown")
    assert "do not repeat" in result.err
    assert [entry["stage"] for entry in journal(signed_in)] == ["unknown"]


def test_a_gateway_that_goes_away_is_not_a_refusal(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(_self: GatewayClient, _key_id: int, **_: Any) -> None:
        raise error_of(Failure(FailureKind.UNREACHABLE, "gone"))

    monkeypatch.setattr(GatewayClient, "key", gone)
    result = signed_in.run("key", "disable", "1", "--yes", "--json")
    assert (result.code, result.json["error"]) == (4, {"kind": "unreachable", "message": "gone"})
