from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.unit.cli.conftest import BEGAN, Machine
from tui.demo.app import DemoGateway
from tui.demo.money import UNITS_PER_USD
from tui.demo.strands import Trait
from tui.demo.world import World
from tui.domain.failure import Failure, FailureKind
from tui.domain.usage import HourlyCost, KeyHistory
from tui.gateway.errors import BudgetSpent
from tui.monitor.burn import Burn
from tui.monitor.question import Asking
from tui.monitor.questions import AskAccountHistory, AskKeyHistory
from tui.terminal import exit_codes
from widgets.layout import cell_width


def usd(units: int) -> float:
    return float(Decimal(units) / UNITS_PER_USD)


@pytest.mark.parametrize("span", ["1h", "6h", "24h", "today", "yesterday", "7d", "30d"])
def test_every_figure_is_the_gateways_own(signed_in: Machine, span: str) -> None:
    result = signed_in.run("status", "--json", "--range", span)
    assert (result.code, result.err) == (0, "")
    told = result.json
    scope = told["scope"]
    assert scope["known_from"] is None
    rows = signed_in.ledger(scope["from"], scope["to"])
    wallet = signed_in.ledger(scope["from"], scope["to"], lambda trait: trait.billing_type == 0)
    assert told["totals"]["requests"] == rows.calls
    assert told["totals"]["tokens"] == rows.total_tokens
    assert told["totals"]["billed_usd"] == pytest.approx(usd(rows.actual_cost), abs=1e-8)
    assert told["totals"]["standard_usd"] == pytest.approx(usd(rows.cost), abs=1e-8)
    assert told["totals"]["wallet_usd"] == pytest.approx(usd(wallet.actual_cost), abs=1e-8)
    for part in ("trend", "models"):
        assert sum(row["requests"] for row in told[part]) == rows.calls
        assert sum(row["billed_usd"] for row in told[part]) == pytest.approx(usd(rows.actual_cost), abs=1e-6)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kathmandu"])
def test_each_bucket_is_right_in_any_zone(signed_in: Machine, zone: str) -> None:
    told = signed_in.run("status", "--json", "--range", "yesterday", "--tz", zone).json
    for bucket in told["trend"]:
        assert bucket["requests"] == signed_in.ledger(bucket["from"], bucket["to"]).calls, bucket["from"]
    assert told["trend"][0]["from"] == told["scope"]["from"]
    assert told["trend"][-1]["to"] == told["scope"]["to"]


@pytest.mark.parametrize("span", ["24h", "7d"])
def test_filters_leave_out_what_they_say(signed_in: Machine, span: str) -> None:
    model = "claude-sonnet-4-5"
    told = signed_in.run("status", "--json", "--range", span, "--key", "laptop", "--model", model).json

    def wanted(trait: Trait) -> bool:
        return trait.key_id == 1 and trait.model.name == model

    rows = signed_in.ledger(told["scope"]["from"], told["scope"]["to"], wanted)
    assert rows.calls > 0
    assert told["totals"]["requests"] == rows.calls
    assert told["totals"]["billed_usd"] == pytest.approx(usd(rows.actual_cost), abs=1e-8)
    assert [row["model"] for row in told["models"]] == [model]
    assert told["scope"]["key_id"] == 1


def test_the_object_has_every_member_of_its_schema(signed_in: Machine) -> None:
    told = signed_in.run("status", "--json", "--range", "yesterday").json
    assert told["schema"] == "aktop.status/1"
    members = "schema at state missing gateway account scope totals trend models keys plans errors feeds"
    assert list(told) == members.split()
    assert told["gateway"] == {
        "url": signed_in.url,
        "site": "Sub2API",
        "version": "0.1.179",
        "is_newer_than_tested": False,
        "time_zone": "Asia/Shanghai",
    }
    account = told["account"]
    assert account["email"] == signed_in.demo.email
    assert account["balance_usd"] == pytest.approx(usd(signed_in.demo.world.user.balance))
    assert (account["low_balance_usd"], type(account["low_balance"])) == (5, bool)
    assert account["burn_usd_per_h"] > 0
    keys = {key["name"]: key for key in told["keys"]}
    assert "ci & release" in keys
    assert keys["contractor (ended)"]["status"] == "expired"
    assert keys["trial"]["status"] == "exhausted"
    assert keys["never-used"]["last_used_at"] is None
    assert set(keys["laptop"]["limits"]) == {"5h", "1d", "7d"}
    assert keys["no-group"]["group"] is None
    uncounted = next(key for key in told["keys"] if all(not limit["limit_usd"] for limit in key["limits"].values()))
    assert all(limit["used_usd"] is None and limit["resets_at"] is None for limit in uncounted["limits"].values())
    assert told["errors"]["shared"] is True
    for feed in ("profile", "settings", "keys", "key_costs", "totals", "trend", "models", "calls", "errors", "history"):
        assert told["feeds"][feed]["error"] is None
        assert told["feeds"][feed]["fetched_at"].endswith("+08:00")


def is_about(one: str, other: datetime) -> bool:
    """Whether two moments are the same for a person: rates are told in cents."""
    return abs(datetime.fromisoformat(one) - other) < timedelta(minutes=2)


def test_the_forecast_is_that_of_triage_and_the_screen(signed_in: Machine) -> None:
    told = signed_in.run("status", "--json").json["account"]
    times = signed_in.run("triage", "--json").json["time_to_empty"]
    assert is_about(told["empty_at"], datetime.fromisoformat(times["current_rate"]))
    assert datetime.fromisoformat(told["empty_at"]) < datetime.fromisoformat(told["usual_empty_at"])
    assert told["usual_empty_at"] == times["usual_pace"]
    assert "at the usual pace ≈" in signed_in.run("status").out


def test_an_account_that_rests_now_has_a_forecast_all_the_same(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is usual tells it: that nothing is spent this minute is no reason to say that the wallet lasts."""
    monkeypatch.setattr("tui.present.header.burn_of", lambda *_: Burn(Decimal(0), timedelta(minutes=15), None))
    assert "no spend now" not in signed_in.run("status").out


def test_a_history_that_was_kept_is_not_asked_for_again(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ask = AskKeyHistory.ask

    async def counted(question: AskKeyHistory, asking: Asking) -> KeyHistory:
        asked.append(question.key_id)
        return await ask(question, asking)

    monkeypatch.setattr(AskKeyHistory, "ask", counted)
    first = signed_in.run("status", "--json").json["account"]
    assert asked
    asked.clear()
    again = signed_in.run("status", "--json").json["account"]
    assert again["empty_at"] == first["empty_at"]
    assert not asked


def test_secrets_appear_nowhere(signed_in: Machine) -> None:
    for arguments in (
        ["status", "--json", "--range", "1h"],
        ["status", "--range", "1h"],
        ["calls", "--format", "jsonl"],
        ["config"],
    ):
        result = signed_in.run(*arguments)
        for secret in (*(key.secret for key in signed_in.demo.world.keys.values()), signed_in.demo.password):
            assert secret not in result.out + result.err


def test_hidden_errors_are_not_a_failure(signed_in: Machine) -> None:
    signed_in.demo.options.error_view = False
    result = signed_in.run("status", "--json", "--range", "yesterday")
    assert result.code == 0
    assert result.json["errors"] == {"shared": False, "total": None, "latest": None}
    assert result.json["feeds"]["errors"]["error"] == "errors_hidden"


def test_words_fit_eighty_columns(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    result = signed_in.run("status")
    assert result.code == 0
    assert all(cell_width(line) <= 80 for line in result.out.splitlines())
    for word in ("balance", "batch-nightly", "claude-opus-4-5", "客服机器人-生产环境"):
        assert word in result.out


def test_check_names_what_needs_a_person(signed_in: Machine) -> None:
    result = signed_in.run("status", "--check", "--range", "1h")
    assert result.code == 1
    assert "Key trial is exhausted." in result.err
    assert result.err.count("LOW BALANCE") == 1


def test_status_goes_by_a_person_s_own_thresholds_as_triage_does(signed_in: Machine) -> None:
    assert "at this rate" in signed_in.run("status", "--check").err
    signed_in.config.mkdir(parents=True, exist_ok=True)
    (signed_in.config / "config.toml").write_text("[triage]\nfloor_usd = 1000\n")
    assert "at this rate" not in signed_in.run("status", "--check").err
    assert "SPIKE since" not in signed_in.run("triage").out


def test_check_goes_by_what_triage_finds(signed_in: Machine) -> None:
    fill_wallet(signed_in.demo.world)
    result = signed_in.run("status", "--check", "--json", "--range", "1h")
    assert (result.code, result.json["state"]) == (exit_codes.NEEDS_A_PERSON, "firing")
    assert "SPIKE since" in result.err
    found = signed_in.run("triage", "--check", "--json")
    assert (found.code, found.json["state"]) == (result.code, result.json["state"])


def fill_wallet(world: World) -> None:
    """Fill the wallet, and take all limits away."""
    world.user.balance = 10_000 * UNITS_PER_USD
    for key in world.keys.values():
        key.quota, key.status = 0, "active"
        for window in key.windows.values():
            window.limit = 0


@pytest.fixture
def all_well(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An account that is as usual, with a full wallet and without limits."""
    quiet = DemoGateway(now=lambda: BEGAN, scenario="quiet", options=machine.demo.options)
    fill_wallet(quiet.world)
    monkeypatch.setattr(machine.demo, "asgi", quiet.asgi)
    machine.login()
    return machine


def test_a_line_of_a_moment_ago_is_no_check(signed_in: Machine) -> None:
    assert signed_in.run("status", "--line").code == 0
    result = signed_in.run("status", "--line", "--check")
    assert result.code == 1
    assert "Key trial is exhausted." in result.err
    assert len(result.out.splitlines()) == 1


def test_one_form_at_a_time(signed_in: Machine) -> None:
    result = signed_in.run("status", "--line", "--json")
    assert (result.code, result.out) == (2, "")
    assert "--json and --line" in result.err


def test_check_is_quiet_when_all_is_well(all_well: Machine) -> None:
    result = all_well.run("status", "--check", "--json", "--range", "1h")
    assert (result.code, result.err) == (0, "")
    assert result.json["account"]["low_balance"] is False


def test_check_without_the_histories_of_keys_cannot_tell(all_well: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every figure that is shown is here, and none of them is wrong."""

    async def spent(_question: AskKeyHistory, _asking: Asking) -> KeyHistory:
        raise BudgetSpent(Failure(FailureKind.BUDGET_SPENT, retry_after_s=50))

    monkeypatch.setattr(AskKeyHistory, "ask", spent)
    result = all_well.run("status", "--check", "--no-wait", "--json", "--range", "1h")
    assert (result.code, result.json["state"]) == (exit_codes.CANNOT_TELL, "unknown")


def test_a_low_balance_is_told(signed_in: Machine) -> None:
    signed_in.demo.world.user.balance = 4 * UNITS_PER_USD
    result = signed_in.run("status", "--check", "--json", "--range", "1h")
    assert result.code == 1
    assert result.json["account"]["low_balance"] is True
    assert "LOW BALANCE $4.00" in result.err


def test_a_site_without_billing_has_no_low_balance(signed_in: Machine) -> None:
    signed_in.demo.options.run_mode = "simple"
    signed_in.demo.world.user.balance = 0
    result = signed_in.run("status", "--check", "--json", "--range", "1h")
    assert result.json["account"]["low_balance"] is False
    assert "LOW BALANCE" not in result.err


def fill_the_plan(machine: Machine) -> float:
    """Use the day of the plan up before its window has begun; says what is used of it."""
    window = machine.demo.world.subscription.windows["daily"]
    assert window.limit_usd is not None
    window.start, window.used = None, int(1.06 * window.limit_usd * UNITS_PER_USD)
    return usd(window.used)


def test_a_plan_that_is_used_up_needs_a_person_as_in_triage(signed_in: Machine) -> None:
    used = fill_the_plan(signed_in)
    result = signed_in.run("status", "--check", "--json", "--range", "1h")
    (plan,) = result.json["plans"]
    day = plan["windows"]["daily"]
    assert (day["used_usd"], day["used_usd"] > day["limit_usd"]) == (pytest.approx(used), True)
    assert (result.code, result.json["state"]) == (exit_codes.NEEDS_A_PERSON, "firing")
    assert f"Plan {plan['group']}: " in result.err
    assert "PLAN RUNS OUT" in signed_in.run("triage", "--check").err
    assert "day 106 %" in signed_in.run("status", "--range", "1h").out


def test_an_account_that_lives_on_plans_alone_has_no_low_balance(signed_in: Machine) -> None:
    world = signed_in.demo.world
    world.user.balance = 0
    for key in world.keys.values():
        group = world.group_of.get(key.group_id) if key.group_id is not None else None
        if group is None or not group.subscription:
            key.status = "inactive"
    result = signed_in.run("status", "--check", "--json", "--range", "1h")
    account = result.json["account"]
    assert (account["low_balance"], account["empty_at"]) == (False, None)
    assert "LOW BALANCE" not in result.err
    text = signed_in.run("status", "--range", "1h").out
    assert "no key draws on it" in text
    assert "empty now" not in text
    assert "LOW BALANCE" not in signed_in.run("triage", "--check").err


def test_no_wait_answers_with_what_is_there_and_names_the_rest(
    signed_in: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def spent(_question: AskAccountHistory, _asking: Asking) -> HourlyCost:
        raise BudgetSpent(Failure(FailureKind.BUDGET_SPENT, retry_after_s=50))

    monkeypatch.setattr(AskAccountHistory, "ask", spent)
    result = signed_in.run("triage", "--no-wait", "--check", "--json")
    assert (result.code, result.json["state"]) == (exit_codes.CANNOT_TELL, "unknown")
    assert "history" in {one["input"] for one in result.json["missing"]}
    assert "not known: history (request budget spent)" in result.err
    assert signed_in.run("status", "--no-wait", "--range", "1h").code == exit_codes.CANNOT_TELL


def test_a_gateway_newer_than_what_was_tested_is_said_and_is_no_alarm(signed_in: Machine) -> None:
    signed_in.demo.options.version = "0.2.0"
    done = signed_in.run("status", "--json", "--range", "1h", "--check")
    assert done.json["gateway"]["is_newer_than_tested"] is True
    before = done.code
    signed_in.demo.options.version = "0.1.179"
    assert signed_in.run("status", "--json", "--range", "1h", "--check").code == before
    signed_in.demo.options.version = "0.2.0"
    assert "newer than what aktop was tested with, 0.1.179" in signed_in.run("status", "--range", "1h").out
    doctor = signed_in.run("doctor", "--json").json
    version = next(check for check in doctor["checks"] if check["name"] == "version")
    assert version["state"] == "note"
    assert "newer than what aktop was tested with" in version["text"]
    signed_in.demo.options.version = "dev"
    assert signed_in.run("status", "--json", "--range", "1h").json["gateway"]["is_newer_than_tested"] is False
