"""What goes wrong, as a sentence and an exit code."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.unit.cli.conftest import Machine, Result

Aktop = Callable[..., Result]


class WebPage(BaseHTTPRequestHandler):
    """A site that is no gateway."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<html><body>hello</body></html>")

    do_POST = do_GET

    def log_message(self, *_: object) -> None: ...


@contextmanager
def web_page() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), WebPage)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_web_page_is_no_gateway(aktop: Aktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTOP_PASSWORD", "x")
    monkeypatch.setenv("AKTOP_TOKEN", "eyJ.e30.x")
    with web_page() as url:
        for verb in ("status", "calls", "errors"):
            result = aktop(verb, "--url", url)
            assert (result.code, result.out) == (4, "")
            assert "not a Sub2API gateway" in result.err
        monkeypatch.delenv("AKTOP_TOKEN")
        assert aktop("login", "--url", url, "--email", "a@example.com").code == 4


def test_nobody_answers(aktop: Aktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTOP_TOKEN", "eyJ.e30.x")
    result = aktop("status", "--json", "--url", "http://127.0.0.1:1")
    assert (result.code, result.out) == (4, "")
    assert "cannot be reached" in result.err
    assert "eyJ" not in result.err


def test_no_gateway_named(aktop: Aktop) -> None:
    result = aktop("status")
    assert result.code == 2
    assert "which gateway?" in result.err


def test_plain_http_elsewhere_is_refused(aktop: Aktop) -> None:
    assert aktop("status", "--url", "http://gateway.example").code == 2


def test_not_signed_in(machine: Machine) -> None:
    for arguments in (["status"], ["calls"], ["errors"], ["key", "disable", "1", "--yes"]):
        result = machine.run(*arguments)
        assert (result.code, result.out) == (3, "")
        assert result.err.endswith("Run: aktop login\n")


def test_the_command_to_sign_in_leads_to_the_same_gateway(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKTOP_URL")
    machine.config.mkdir(parents=True)
    (machine.config / "config.toml").write_text(f'[profile."my test"]\nurl = "{machine.url}"\n')
    for flags in (["--url", machine.url], ["--profile", "my test"]):
        result = machine.run("status", *flags)
        assert result.code == 3
        command = shlex.split(result.err.rpartition("Run: aktop ")[2])
        assert command == ["login", *flags]
        assert machine.run(*command, "--email", machine.demo.email).code == 0
        assert machine.run("status", *flags).code == 0
        assert machine.run("logout", *flags).code == 0


def test_a_password_in_an_address_is_not_repeated(aktop: Aktop, machine: Machine) -> None:
    result = aktop("status", "--url", machine.url, "--proxy", "http://me:secret@127.0.0.1:1")
    assert result.err.endswith(f"Run: aktop login --url {machine.url} --proxy URL\n")


def test_a_token_given_by_hand_is_left_out_of_the_command(aktop: Aktop, machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("eyJ.e30.x")
    result = aktop("status", "--url", machine.url, "--token-file", str(tmp_path / "token"))
    assert result.code == 3
    assert result.err.endswith(f"leave them out and run: aktop login --url {machine.url}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["status", "--range", "1w"],
        ["status", "--range", "2026-11-20..2026-11-01"],
        ["status", "--model", " "],
        ["calls", "--limit", "-1"],
        ["calls", "--format", "xml"],
        ["key", "limit", "1"],
        ["key", "limit", "1", "--1d", "much", "--yes"],
        ["key", "limit", "1", "--quota", "", "--yes"],
        ["status", "--tz", "Mars/Base"],
        ["status", "--lang", "xx"],
        ["status", "--profile", "nowhere"],
        ["demo", "--listen", "0.0.0.0:8080"],
        ["demo", "--listen", "gateway.example:8080"],
        ["demo", "--listen", "127.0.0.1"],
        ["demo", "--listen", "127.0.0.1:70000"],
    ],
)
def test_wrong_use(signed_in: Machine, arguments: list[str]) -> None:
    result = signed_in.run(*arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err


@pytest.mark.parametrize("verb", [["status", "--key"], ["calls", "--key"], ["key", "enable"]])
def test_an_unknown_or_ambiguous_key_lists_candidates(signed_in: Machine, verb: list[str]) -> None:
    result = signed_in.run(*verb, "nope")
    assert result.code == 2
    assert "laptop" in result.err
    signed_in.demo.world.keys[8].name = "laptop"
    result = signed_in.run(*verb, "laptop")
    assert result.code == 2
    assert "several" in result.err
    assert "     8  laptop" in result.err
    assert "batch-nightly" not in result.err


def test_errors_that_are_not_shared(signed_in: Machine) -> None:
    signed_in.demo.options.error_view = False
    result = signed_in.run("errors")
    assert (result.code, result.out) == (3, "")
    assert "does not share" in result.err


def test_one_part_missing_does_not_lose_the_others(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.domain.failure import Failure, FailureKind
    from tui.gateway.errors import error_of
    from tui.gateway.sub2api.client import GatewayClient

    async def gone(_self: GatewayClient, _ids: object) -> None:
        raise error_of(Failure(FailureKind.UNREACHABLE, "gone"))

    monkeypatch.setattr(GatewayClient, "key_costs", gone)
    result = signed_in.run("status", "--json", "--range", "yesterday")
    assert result.code == 4
    assert "key_costs" in result.err
    told = result.json
    assert told["feeds"]["key_costs"] == {"fetched_at": None, "error": "unreachable", "detail": "gone"}
    assert {key["today_usd"] for key in told["keys"]} == {None}
    assert told["totals"]["requests"] > 0


def test_a_state_folder_that_cannot_be_written(signed_in: Machine) -> None:
    journal = signed_in.state / "journal.json"
    journal.mkdir()
    result = signed_in.run("key", "disable", "laptop", "--yes")
    assert result.code == 5
    assert str(journal) in result.err
    assert "Nothing was sent" in result.err
    assert "Traceback" not in result.err
    assert signed_in.demo.world.keys[1].status == "active"


def test_a_fault_of_aktop_itself_is_a_sentence(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        password = "hunter2"
        raise ZeroDivisionError(len(password))

    monkeypatch.setattr("tui.cli.status.status_json", broken)
    result = signed_in.run("status", "--json", "--range", "yesterday")
    assert result.code == 70
    path = signed_in.state / "crash.txt"
    assert "Traceback" not in result.err
    assert str(path) in result.err
    assert "ZeroDivisionError" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_broken_configuration_file(aktop: Aktop, seal: Path) -> None:
    folder = seal / "config" / "aktop"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('url = "https://gw.example"\n\n[profile.prod]\ninterval = 5\n')
    result = aktop("config")
    assert result.code == 2
    assert "config.toml:4: interval" in result.err
