"""`aktop doctor` against the embedded gateway, and on machines with something wrong."""

from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from tests.unit.cli.conftest import Machine, Result
from tui.cli.doctor import terminal
from tui.cli.doctor.check import Health
from tui.terminal import probe
from tui.terminal.probe import Answers

Aktop = Callable[..., Result]
FINE = Answers(True, "Made(1)", {**dict.fromkeys(probe.DRAWN, 1), **dict.fromkeys(probe.WIDE, 2)}, {2004: True})


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that answers, and around it nothing that the machine of the tests has."""
    monkeypatch.setattr("tui.terminal.probe.ask", lambda _environ: FINE)
    for name in ("TMUX", "STY", "NO_COLOR", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LANG", "C.UTF-8")


def found(result: Result) -> dict[str, Any]:
    """The checks by name; those of the state folder are told apart by their text."""
    return {f"{check['area']}.{check['name']}": check for check in result.json["checks"]}


def wrong(result: Result) -> list[str]:
    return [f"{check['area']}.{check['name']}" for check in result.json["checks"] if check["state"] == "wrong"]


def test_all_is_well(signed_in: Machine) -> None:
    done = signed_in.run("doctor", "--json")
    assert (done.code, done.json["schema"], done.json["state"]) == (0, "aktop.doctor/1", "well")
    assert wrong(done) == []
    checks = found(done)
    assert checks["gateway.address"]["text"] == signed_in.url
    assert checks["gateway.endpoints"]["text"] == "profile keys groups plans usage calls errors"
    assert "renews itself" in checks["gateway.session"]["text"]
    assert checks["gateway.version"]["state"] == "fine"
    assert "Made(1)" in checks["terminal.terminal"]["text"]


def test_it_is_one_screen(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    done = signed_in.run("doctor")
    assert done.code == 0
    assert len(done.out.splitlines()) <= 36
    assert done.out.splitlines()[-1].startswith("Nothing is wrong")


@pytest.mark.parametrize("words", [["doctor"], ["doctor", "--json"], ["doctor", "--lang", "zh"]])
def test_there_is_no_secret_in_it(signed_in: Machine, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@proxy.example:3128")
    session = (signed_in.state / "sessions.json").read_text()
    done = signed_in.run(*words)
    for secret in ("eyJ", "rt_", "hunter2", signed_in.demo.email, signed_in.demo.password):
        assert secret not in done.out + done.err
    assert "rt_" in session
    assert "eyJ" in session


def test_a_proxy_is_named_without_its_password(signed_in: Machine) -> None:
    done = signed_in.run("doctor", "--json", "--proxy", "http://me:hunter2@127.0.0.1:1")
    assert done.code == 1
    assert found(done)["gateway.proxy"]["text"] == "http://127.0.0.1:1 from --proxy"
    assert "hunter2" not in done.out


def test_no_gateway_is_named(aktop: Aktop, monkeypatch: pytest.MonkeyPatch) -> None:
    done = aktop("doctor", "--json")
    assert (done.code, wrong(done)) == (1, ["gateway.address"])
    assert "aktop login --url" in found(done)["gateway.address"]["mend"]


def test_nobody_is_there(aktop: Aktop) -> None:
    done = aktop("doctor", "--json", "--url", "http://127.0.0.1:1")
    assert (done.code, wrong(done)) == (1, ["gateway.reachable"])
    assert "cannot be reached" in found(done)["gateway.reachable"]["text"]


def test_nobody_is_signed_in(machine: Machine) -> None:
    done = machine.run("doctor", "--json")
    assert (done.code, wrong(done)) == (1, ["gateway.session"])
    assert found(done)["gateway.session"]["mend"] == "aktop login"
    assert "gateway.endpoints" not in found(done)


def test_a_session_that_is_refused(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTOP_TOKEN", "eyJ.e30.x")
    done = machine.run("doctor", "--json")
    assert (done.code, wrong(done)) == (1, ["gateway.endpoints"])
    assert "--token-file" in found(done)["gateway.endpoints"]["mend"]


def test_files_that_others_can_read_and_what_mends_it(signed_in: Machine) -> None:
    path = signed_in.state / "sessions.json"
    path.chmod(0o644)
    signed_in.state.chmod(0o777)
    done = signed_in.run("doctor", "--json")
    assert done.code == 1
    mends = [check["mend"] for check in done.json["checks"] if check["state"] == "wrong"]
    assert len(mends) == 2
    for mend in mends:
        mode, where = mend.removeprefix("chmod ").split(" ")
        Path(where).expanduser().chmod(int(mode, 8))
    assert signed_in.run("doctor", "--json").code == 0


def test_a_session_that_cannot_be_read_keeps_nothing_else_from_being_looked_at(signed_in: Machine) -> None:
    path = signed_in.state / "sessions.json"
    path.unlink()
    path.mkdir(mode=0o700)
    done = signed_in.run("doctor", "--json")
    assert (done.code, wrong(done)) == (1, ["gateway.session"])
    assert "sessions.json cannot be read" in found(done)["gateway.session"]["text"]
    assert "sessions.json cannot be read" in signed_in.run("config").out


def test_what_stands_in_the_place_of_a_folder_is_told(signed_in: Machine) -> None:
    for folder in (signed_in.state, signed_in.config):
        rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.touch(0o600)
    done = signed_in.run("doctor", "--json")
    assert (done.code, wrong(done)) == (1, ["files.configuration", "files.state"])
    assert "is no folder" in found(done)["files.state"]["text"]


def test_what_was_moved_aside_is_told(signed_in: Machine) -> None:
    (signed_in.state / "journal.json").write_text("{")
    signed_in.run("config")
    (signed_in.state / "journal.json.unreadable-1").touch(0o600)
    (signed_in.state / "journal.json").unlink()
    done = signed_in.run("doctor", "--json")
    assert done.code == 0
    assert "1 could not be read once" in found(done)["files.state"]["text"]


def test_a_configuration_that_makes_no_sense(signed_in: Machine) -> None:
    path = signed_in.config / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("interval = 5\nlang = 'de'\n")
    path.chmod(0o600)
    done = signed_in.run("doctor", "--json")
    assert (done.code, wrong(done)) == (1, ["files.configuration", "files.configuration"])
    assert found(done)["gateway.address"]["state"] == "unknown"


def test_what_a_gateway_does_not_share_is_not_wrong(signed_in: Machine) -> None:
    signed_in.demo.options.error_view = False
    done = signed_in.run("doctor", "--json")
    assert done.code == 0
    assert "errors: error list not shared" in found(done)["gateway.endpoints"]["text"]


@pytest.mark.parametrize(
    ("environ", "name", "state"),
    [
        ({"TERM": "dumb"}, "terminal", Health.WRONG),
        ({"TERM": "xterm-256color"}, "terminal", Health.FINE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "colours", Health.NOTE),
        ({"TERM": "screen", "STY": "1.x"}, "multiplexer", Health.FINE),
    ],
)
def test_the_terminal(environ: dict[str, str], name: str, state: Health) -> None:
    assert {check.name: check.state for check in terminal.checks(environ)}[name] is state


ITERM = {"TERM_PROGRAM": "iTerm", "TERM_PROGRAM_VERSION": "3", "SSH_CONNECTION": "x"}


@pytest.mark.parametrize(
    ("environ", "size", "text", "state"),
    [
        ({}, (0, 0), "TERM is not set", Health.WRONG),
        ({"TERM": "xterm", **ITERM}, (80, 24), "xterm · iTerm 3 · 80x24 · over SSH", Health.FINE),
        ({"TERM": "xterm", "TERM_PROGRAM_VERSION": "3"}, (40, 12), "xterm · 40x12", Health.FINE),
        ({"TERM": "xterm"}, (39, 12), "xterm · 39x12", Health.WRONG),
        ({"TERM": "xterm"}, (40, 11), "xterm · 40x11", Health.WRONG),
    ],
)
def test_a_terminal_is_named_with_its_size(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], size: tuple[int, int], text: str, state: Health
) -> None:
    monkeypatch.setattr(terminal, "_size", lambda: size)
    monkeypatch.setattr(terminal.probe, "ask", lambda _environ: None)
    found = {check.name: check for check in terminal.checks(environ)}["terminal"]
    assert (found.text, found.state) == (text, state)


@pytest.mark.parametrize(
    ("depth", "state"),
    [("truecolor", Health.FINE), ("256", Health.FINE), ("16", Health.NOTE), ("none", Health.NOTE)],
)
def test_a_terminal_of_few_colours_is_told_how_to_have_more(
    monkeypatch: pytest.MonkeyPatch, depth: str, state: Health
) -> None:
    monkeypatch.setattr(terminal.colour, "depth", lambda: depth)
    found = {check.name: check for check in terminal.checks({"TERM": "xterm", "COLORTERM": "yes"})}["colours"]
    assert (found.text, found.state, "TERM=" in found.mend) == (f"{depth} · COLORTERM=yes", state, state is Health.NOTE)


@pytest.mark.parametrize(
    ("takes", "passes", "state"),
    [
        ("on", "0", Health.FINE),
        ("external", "on", Health.FINE),
        ("external", "off", Health.WRONG),
        ("off", "", Health.WRONG),
    ],
)
def test_tmux_that_keeps_what_is_copied(
    monkeypatch: pytest.MonkeyPatch, takes: str, passes: str, state: Health
) -> None:
    monkeypatch.setattr(terminal, "_tmux", lambda: ("3.4", takes, passes, "on"))
    found = {check.name: check for check in terminal.checks({"TERM": "tmux-256color", "TMUX": "/tmp/x"})}
    assert found["multiplexer"].state is state
    assert ("tmux set -s set-clipboard on" in found["multiplexer"].mend) is (state is Health.WRONG)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        (None, Health.UNKNOWN),
        (Answers(False), Health.UNKNOWN),
        (Answers(True, widths={"─": 2, "客": 2}), Health.WRONG),
        (Answers(True), Health.UNKNOWN),
        (FINE, Health.FINE),
    ],
)
def test_signs(monkeypatch: pytest.MonkeyPatch, answers: Answers | None, state: Health) -> None:
    monkeypatch.setattr("tui.terminal.probe.ask", lambda _environ: answers)
    found = {check.name: check for check in terminal.checks({"TERM": "xterm"})}
    assert (found.get("signs") or found["answers"]).state is state
