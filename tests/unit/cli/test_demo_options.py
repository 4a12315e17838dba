"""`--demo` with a verb: a made-up account on a gateway in this process, and nothing of the person's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Result
from tui.cli.demo_options import DEMO_VERBS as VERBS

Aktop = Callable[..., Result]


def files_below(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_triage_finds_what_the_scenario_says(aktop: Aktop, seal: Path) -> None:
    found = aktop("--demo", "triage", "--json").json
    assert found["likely_cause"][0]["name"] == "batch-nightly"
    found = aktop("--demo", "--scenario", "leak", "--seed", "2", "triage", "--json").json
    assert found["likely_cause"][0]["name"] == "laptop"
    assert not files_below(seal)


@pytest.mark.usefixtures("standing")
def test_flags_stand_before_or_after_the_verb(aktop: Aktop) -> None:
    told = [
        # Of 30 days: soon after midnight every made-up account has spent the same of its day, which is nothing.
        {key["name"]: key["last_30_days_usd"] for key in aktop(*arguments, "--json").json["keys"]}
        for arguments in (
            ("--demo", "--seed", "4", "status"),
            ("status", "--demo", "--seed", "4"),
            ("--demo", "status"),
        )
    ]
    assert told[0] == told[1] != told[2]


def test_nothing_of_the_person_s_own_is_used(aktop: Aktop, seal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTOP_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AKTOP_TOKEN", "eyJ.e30.x")
    monkeypatch.setenv("AKTOP_API_KEYS", "sk-1234567890abcdef")
    monkeypatch.setattr("tui.cli.status.agreed_key", lambda *_: pytest.fail("no key is asked for"))
    assert aktop("--demo", "status", "--json").json["account"]["email"] == "demo@example.com"
    assert not files_below(seal)


@pytest.mark.parametrize("verb", ["calls", "errors"])
def test_records_of_the_made_up_account(aktop: Aktop, verb: str) -> None:
    result = aktop("--demo", verb, "--limit", "2", "--format", "jsonl")
    assert (result.code, len(result.out.splitlines())) == (0, 2)


def test_a_key_is_disabled_on_the_made_up_account_only(aktop: Aktop, seal: Path) -> None:
    result = aktop("--demo", "key", "disable", "laptop", "--yes")
    assert (result.code, result.out.startswith("laptop: ✓ inactive")) == (0, True)
    assert "ends with this command" in result.err
    assert "aktop key enable" not in result.err
    assert files_below(seal) == {"demo-journal.json", "demo-journal.json.lock"}


@pytest.mark.parametrize("verb", ["login", "logout", "config", "demo"])
def test_verbs_without_an_account_say_so(aktop: Aktop, verb: str) -> None:
    result = aktop("--demo", verb)
    assert (result.code, result.out) == (2, "")
    assert all(word in result.err for word in ("--demo goes with", verb, *VERBS))


@pytest.mark.parametrize(("flag", "value"), [("--scenario", "leak"), ("--seed", "2")])
def test_an_account_that_is_named_without_demo_is_not_ignored(aktop: Aktop, flag: str, value: str) -> None:
    for verb in ((), ("status",)):
        result = aktop(flag, value, *verb)
        assert (result.code, result.out) == (2, "")
        assert f"{flag} says which made-up account: give --demo as well" in result.err
