"""Whatever part of the gateway is bad: a check that could not look says so, and never that all is well."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Machine
from tests.unit.cli.faulty import Faulty, Spoil, garbage, without
from tui.demo.app import DemoGateway
from tui.demo.money import units
from tui.terminal import exit_codes

Break = Callable[..., Faulty]
CALLS, DASHBOARD, USAGE = r"/usage$", r"/usage/dashboard", r"/usage"
FAULTS: list[tuple[str, int, Spoil, set[str]]] = [
    (USAGE, 500, garbage, {"calls", "history", "errors", "key_costs"}),
    (DASHBOARD, 500, garbage, {"history", "key_costs"}),
    (CALLS, 500, garbage, {"calls"}),
    (CALLS, 200, garbage, {"calls"}),
    (CALLS, 200, lambda _raw: b"", {"calls"}),
    (DASHBOARD, 200, garbage, {"history", "key_costs"}),
    (r".", 200, without("items"), {"keys", "calls", "errors"}),
    (r".", 200, without("total"), {"keys", "calls", "errors"}),
    (r".", 200, without("actual_cost"), {"calls", "history"}),
    (r".", 200, without("trend"), {"history"}),
    (r"/usage/errors", 500, garbage, {"errors"}),
    (r"/subscriptions", 500, garbage, {"plans"}),
    (r"/keys$", 500, garbage, {"keys"}),
]
NAMES = [f"{path} {status} {sorted(missing)}" for path, status, _spoil, missing in FAULTS]
LOOKS = [
    (verb, ("json", "text")[(number + turn) % 2], number)
    for turn, verb in enumerate(("triage", "status"))
    for number in range(len(FAULTS))
]
"""Each fault meets both verbs, and both forms in which they tell."""
CHECKED_BY_STATUS = {"calls", "history", "keys", "plans"}


@pytest.fixture
def quiet(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An account in which nothing needs a person."""
    demo = DemoGateway(seed=3, scenario="quiet", options=machine.demo.options)
    demo.world.user.balance = units(100_000)
    for key in demo.world.keys.values():
        key.quota, key.status = 0, "active"
        for window in key.windows.values():
            window.limit = 0
    monkeypatch.setattr(machine.demo, "asgi", demo.asgi)
    machine.login()
    return machine


@pytest.fixture
def break_(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Break:
    def break_(path: str, status: int, spoil: Spoil) -> Faulty:
        faulty = Faulty(machine.demo.asgi, path, status=status, spoil=spoil)
        monkeypatch.setattr(machine.demo, "asgi", faulty)
        return faulty

    return break_


@pytest.mark.parametrize("verb", ["triage", "status"])
def test_where_all_was_read_nothing_is_missing(quiet: Machine, verb: str) -> None:
    result = quiet.run(verb, "--check", "--json")
    assert (result.code, result.err) == (exit_codes.OK, "")
    assert (result.json["state"], result.json["missing"]) == ("clear", [])


@pytest.mark.parametrize(
    ("verb", "form", "number"), LOOKS, ids=[f"{verb}, {form}: {NAMES[n]}" for verb, form, n in LOOKS]
)
def test_what_could_not_be_looked_at_is_no_all_clear(
    quiet: Machine, break_: Break, verb: str, form: str, number: int
) -> None:
    path, status, spoil, missing = FAULTS[number]
    faulty = break_(path, status, spoil)
    result = quiet.run(verb, "--check", *(["--json"] if form == "json" else []))
    assert faulty.met
    assert result.code == exit_codes.CANNOT_TELL
    assert all(name in result.err for name in missing)
    if form == "text":
        assert "No incident now" not in result.out
        return
    assert result.json["state"] == "unknown"
    named = {one["input"] for one in result.json["missing"]}
    assert named >= (missing if verb == "triage" else missing & CHECKED_BY_STATUS)
    assert all(one["error"] for one in result.json["missing"])


@pytest.mark.parametrize(("verb", "number"), [("triage", 0), ("status", 4), ("triage", 8), ("status", 12)])
def test_without_a_check_what_could_not_be_looked_at_is_a_gateway_out_of_reach(
    quiet: Machine, break_: Break, verb: str, number: int
) -> None:
    break_(*FAULTS[number][:3])
    assert quiet.run(verb).code == exit_codes.UNREACHABLE


def test_an_incident_that_is_found_is_told_with_what_is_missing(signed_in: Machine, break_: Break) -> None:
    break_(CALLS, 200, garbage)
    result = signed_in.run("triage", "--check", "--json")
    assert (result.code, result.json["state"]) == (exit_codes.NEEDS_A_PERSON, "firing")
    assert "SPIKE since" in result.err
    assert "not known: calls (unreadable answer)" in result.err
    steps = {one["step"]: one for one in result.json["steps"]}
    assert (steps["spike"]["state"], steps["model"]["state"]) == ("found", "cannot_tell")
    assert all("calls: unreadable answer" in steps[name]["sentence"] for name in ("spike", "key", "model", "retries"))


@pytest.mark.parametrize("name", ["incident.md", "incident.json"])
def test_a_report_says_that_its_verdict_is_not_final(
    signed_in: Machine, break_: Break, tmp_path: Path, name: str
) -> None:
    break_(CALLS, 200, garbage)
    signed_in.run("triage", "--report", str(tmp_path / name))
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert ("Not a final verdict" if name.endswith("md") else '"missing":[{"input":"calls"') in text


def test_an_incident_of_an_earlier_run_is_not_over_because_nothing_can_be_seen(
    signed_in: Machine, break_: Break
) -> None:
    assert signed_in.run("triage", "--check").code == exit_codes.NEEDS_A_PERSON
    break_(USAGE, 500, garbage)
    result = signed_in.run("triage", "--check")
    assert result.code == exit_codes.NEEDS_A_PERSON
    assert "last seen" in result.err
    assert all(line for line in result.err.splitlines())


def test_an_error_list_that_is_not_shared_is_no_gap(quiet: Machine) -> None:
    quiet.demo.options.error_view = False
    result = quiet.run("triage", "--check", "--json")
    assert (result.code, result.json["state"]) == (exit_codes.OK, "clear")
    assert [(one["input"], one["error"]) for one in result.json["missing"]] == [("errors", "errors_hidden")]
