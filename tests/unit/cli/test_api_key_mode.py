"""`aktop status` with API keys alone: the gateway's own figures, null where keys are not told, no key unasked."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Machine
from tui.demo.money import UNITS_PER_USD
from widgets.layout import cell_width

WALLET, PLAN, LIMITED, DISABLED = "never-used", "team-max", "laptop", "old-prototype"


def secret_of(machine: Machine, name: str) -> str:
    return next(key.secret for key in machine.demo.world.keys.values() if key.name == name)


@pytest.fixture
def with_keys(machine: Machine, seal: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def name(*names: str) -> None:
        file = seal / "keys"
        file.write_text("\n".join(f"{secret_of(machine, name)} {name}" for name in names))
        file.chmod(0o600)
        config = machine.config / "config.toml"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(f'url = "{machine.url}"\napi_key_file = "{file}"\n')
        monkeypatch.delenv("AKTOP_URL")

    return name


@pytest.mark.parametrize("span", ["today", "yesterday", "7d", "30d", "last-month"])
def test_every_figure_is_the_gateways_own(machine: Machine, with_keys: Callable[..., None], span: str) -> None:
    with_keys(PLAN, LIMITED)
    result = machine.run("status", "--json", "--range", span)
    assert (result.code, result.err) == (0, "")
    told = result.json
    ids = {key.id for key in machine.demo.world.keys.values() if key.name in (PLAN, LIMITED)}
    rows = machine.ledger(told["scope"]["from"], told["scope"]["to"], lambda trait: trait.key_id in ids)
    assert told["totals"]["requests"] == rows.calls
    assert told["totals"]["billed_usd"] == pytest.approx(float(Decimal(rows.actual_cost) / UNITS_PER_USD), abs=1e-8)
    for part in ("trend", "models"):
        assert sum(row["requests"] for row in told[part]) == rows.calls


def test_the_object_has_the_same_members_with_null_for_what_is_not_told(
    machine: Machine, with_keys: Callable[..., None]
) -> None:
    machine.login()
    whole = machine.run("status", "--json", "--range", "30d").json
    with_keys(WALLET, PLAN, LIMITED)
    told = machine.run("status", "--json").json
    assert list(told) == list(whole)
    for part in ("gateway", "account", "scope", "totals", "errors"):
        assert list(told[part]) == list(whole[part])
    assert all(list(key) == [*whole["keys"][0], "told"] for key in told["keys"])
    assert (told["scope"]["range"], told["gateway"]) == ("30d", whole["gateway"])
    assert told["account"]["email"] is None
    assert told["account"]["balance_usd"] == whole["account"]["balance_usd"]
    assert told["errors"] == {"shared": None, "total": None, "latest": None}
    wallet, plan, limited = told["keys"]
    mine = next(key for key in whole["keys"] if key["name"] == LIMITED)
    for member in ("status", "today_usd", "quota_usd", "quota_used_usd", "limits", "expires_at"):
        assert limited[member] == mine[member], member
    assert (wallet["status"], wallet["told"]["kind"]) == (None, "wallet")
    assert (plan["told"]["kind"], plan["told"]["plan"]["name"]) == ("plan", "claude-max")
    assert limited["told"]["price_factor"] == 0.8
    assert sum(key["told"]["range_usd"] for key in told["keys"]) == pytest.approx(told["totals"]["billed_usd"])
    assert secret_of(machine, LIMITED) not in str(told)


def test_one_key_by_its_name(machine: Machine, with_keys: Callable[..., None]) -> None:
    with_keys(PLAN, LIMITED)
    by_name, by_number = (machine.run("status", "--json", "--key", key).json for key in (LIMITED, "2"))
    assert by_name["totals"] == by_number["totals"]
    assert by_name["scope"]["key_id"] == 2
    wrong = machine.run("status", "--key", "nobody")
    assert wrong.code == 2
    assert f"2  {LIMITED}" in wrong.err


def test_one_line(machine: Machine, with_keys: Callable[..., None]) -> None:
    with_keys(WALLET, PLAN)
    result = machine.run("status", "--line")
    assert (result.code, result.out.count("\n")) == (0, 1)
    assert result.out.startswith("$")


def test_in_words(machine: Machine, with_keys: Callable[..., None]) -> None:
    with_keys(WALLET, PLAN, LIMITED, DISABLED)
    result = machine.run("status")
    assert result.code == 3
    assert "#4 old-prototype (API key disabled)" in result.err
    for word in ("API keys only", "3 of 4 keys", "claude-max", "own limits", "not told", "aktop login"):
        assert word in result.out
    seen = result.out.partition("not told   ")[0]
    assert all(cell_width(line) <= 100 for line in seen.splitlines())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "--range", "1h"), "whole days"),
        (("status", "--range", "2020-01-01..2020-01-02"), "the last 90 days"),
        (("status", "--model", "gpt-5.2"), "needs a sign-in"),
        (("calls",), "needs a sign-in"),
        (("errors",), "needs a sign-in"),
        (("triage",), "needs a sign-in"),
        (("key", "disable", "laptop", "--yes"), "needs a sign-in"),
    ],
)
def test_what_keys_cannot_tell_is_said(
    machine: Machine, with_keys: Callable[..., None], arguments: tuple[str, ...], said: str
) -> None:
    with_keys(LIMITED)
    result = machine.run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


def test_a_low_balance_needs_a_person(machine: Machine, with_keys: Callable[..., None]) -> None:
    with_keys(WALLET)
    assert machine.run("status", "--check").code == 0
    machine.demo.options.balance_low_threshold_usd = 1_000_000
    result = machine.run("status", "--check")
    assert result.code == 1
    assert "LOW BALANCE" in result.err


def test_signing_in_works_while_keys_are_named(machine: Machine, with_keys: Callable[..., None]) -> None:
    with_keys(WALLET)
    machine.login()


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 3)])
def test_a_found_key_is_used_only_after_a_yes(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, answer: bool, code: int
) -> None:
    asked: list[str] = []
    secret = secret_of(machine, WALLET)
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", secret)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", machine.url)
    assert machine.run("status").code == 3  # nobody is there to be asked
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: True)
    monkeypatch.setattr("tui.cli.prompts.agrees", lambda question: asked.append(question) or answer)
    result = machine.run("status")
    assert result.code == code
    assert ("API keys only" in result.out) is answer
    assert "ANTHROPIC_AUTH_TOKEN" in asked[0]
    assert machine.url in asked[0]
    assert secret not in asked[0] + result.out + result.err


def test_a_found_key_is_not_offered_for_another_gateway(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", secret_of(machine, WALLET))
    monkeypatch.setenv("OPENAI_BASE_URL", "https://elsewhere.example/v1")
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: True)
    monkeypatch.setattr("tui.cli.prompts.agrees", lambda question: pytest.fail(question))
    assert machine.run("status").code == 3


def test_with_a_session_nobody_is_asked(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", secret_of(signed_in, WALLET))
    monkeypatch.setenv("OPENAI_BASE_URL", signed_in.url)
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: True)
    monkeypatch.setattr("tui.cli.prompts.agrees", lambda question: pytest.fail(question))
    assert signed_in.demo.email.partition("@")[0] in signed_in.run("status").out
