import io
import json
import os
import pty
import stat
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.cli.conftest import BEGAN, Machine, Result
from tui.account.kept_sessions import StoredSessions
from tui.cli import prompts
from tui.gateway.auth.handover import console_line


def last_picture(machine: Machine) -> Path:
    """What the screen has shown at last, of whoever was signed in."""
    path = machine.state / "screens" / "1.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("$23.41")
    return path


def test_a_sign_in_is_kept_and_forgotten(machine: Machine) -> None:
    picture = last_picture(machine)
    result = machine.run("login", "--email", machine.demo.email.upper())
    assert result.code == 0
    assert not picture.exists()
    path = machine.state / "sessions.json"
    assert str(path) in result.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert machine.demo.password not in result.out + result.err + path.read_text()
    assert machine.run("status", "--json", "--range", "1h").code == 0
    picture = last_picture(machine)
    result = machine.run("logout")
    assert (result.code, result.err) == (0, "")
    assert not picture.exists()
    assert machine.demo.email in result.out
    assert machine.run("status").code == 3
    assert "Not signed in" in machine.run("logout").out


@pytest.fixture
def by_flag(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which only a command line can name the gateway."""
    monkeypatch.delenv("AKTOP_URL")
    return machine


def test_a_gateway_that_only_the_command_line_names_is_kept_if_wanted(
    by_flag: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: True)
    monkeypatch.setattr("tui.cli.prompts.agrees", lambda question: bool(asked.append(question)) or len(asked) > 1)
    for _turn in range(3):
        result = by_flag.run("login", "--url", by_flag.url, "--email", by_flag.demo.email)
        assert result.code == 0
    path = by_flag.config / "config.toml"
    assert asked == [f"Start with {by_flag.url} from now on? It is written into {path}. [y/N] "] * 2
    assert by_flag.run("status", "--range", "1h").code == 0


@pytest.mark.parametrize("text", [None, "# nothing is set\n"])
def test_without_a_person_or_with_a_file_the_line_to_write_is_told(by_flag: Machine, text: str | None) -> None:
    path = by_flag.config / "config.toml"
    if text is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    result = by_flag.run("login", "--url", by_flag.url, "--email", by_flag.demo.email)
    assert (result.code, result.err) == (0, f'To use it without --url, write into {path}: url = "{by_flag.url}"\n')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'url = "{by_flag.url}"\n')
    assert by_flag.run("login", "--url", by_flag.url, "--email", by_flag.demo.email).err == ""
    assert by_flag.run("status", "--range", "1h").code == 0


def test_signing_out_works_without_the_gateway(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    store = StoredSessions(signed_in.state / "sessions.json")
    session = store.read(signed_in.url, None)
    assert session is not None
    store.write("http://127.0.0.1:1", session)
    result = signed_in.run("logout", "--url", "http://127.0.0.1:1")
    assert result.code == 0
    assert "not told" in result.err
    assert store.read("http://127.0.0.1:1", None) is None
    assert store.read(signed_in.url, None) is not None


def test_a_wrong_password(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTOP_PASSWORD", "hunter2-hunter2")
    result = machine.run("login", "--email", machine.demo.email)
    assert (result.code, result.out) == (3, "")
    assert "hunter2" not in result.err


@pytest.mark.parametrize(
    ("trouble", "code", "words"),
    [
        ("database", 4, ("database is down", "Try again later.")),
        ("redis", 3, ("No sign-in or renewal for a minute", "Try again later.")),
        ("email", 3, ("E-mail or password is wrong.",)),
    ],
)
def test_a_refused_sign_in_says_what_to_do(machine: Machine, trouble: str, code: int, words: tuple[str, ...]) -> None:
    machine.demo.options.trouble.database = trouble == "database"
    machine.demo.options.trouble.redis, machine.demo.options.trouble.redis_delay_s = trouble == "redis", 0.0
    result = machine.run("login", "--email", "example.com" if trouble == "email" else machine.demo.email)
    assert result.code == code
    assert all(word in result.err for word in words)
    for text in ("Field validation", "asked again", "goes on by itself"):
        assert text not in result.err


def test_a_captcha_is_said_before_a_password_is_asked(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.demo.options.captcha = "turnstile"
    monkeypatch.setattr(prompts, "has_person", lambda: True)
    monkeypatch.setattr(prompts, "ask_secret", lambda _: pytest.fail("asked in vain"))
    monkeypatch.delenv("AKTOP_PASSWORD")
    result = machine.run("login", "--email", machine.demo.email)
    assert (result.code, result.out) == (3, "")
    for word in ("captcha", "aktop login --from-browser", "--token-file"):
        assert word in result.err


def test_what_is_missing_is_asked_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKTOP_PASSWORD")
    for arguments, word in (([], "--email"), (["--email", machine.demo.email], "AKTOP_PASSWORD")):
        result = machine.run("login", *arguments)
        assert result.code == 2
        assert word in result.err
    monkeypatch.setattr(prompts, "has_person", lambda: True)
    monkeypatch.setattr(prompts, "ask", lambda _: machine.demo.email)
    monkeypatch.setattr(prompts, "ask_secret", lambda _: machine.demo.password)
    assert machine.run("login").code == 0


def test_a_second_factor(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.demo.options.totp = True
    assert machine.run("login", "--email", machine.demo.email).code == 2
    typed = iter(["000000", machine.demo.options.totp_code])
    monkeypatch.setattr(prompts, "has_person", lambda: True)
    monkeypatch.setattr(prompts, "ask", lambda _: next(typed))
    result = machine.run("login", "--email", machine.demo.email)
    assert result.code == 0
    assert "wrong" in result.err
    wrong = iter(["000000"] * 3)
    monkeypatch.setattr(prompts, "ask", lambda _: next(wrong))
    assert machine.run("login", "--email", machine.demo.email).code == 3


def test_a_token_given_by_hand_is_used_and_not_kept(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    session = StoredSessions(signed_in.state / "sessions.json").read(signed_in.url, None)
    assert session is not None
    signed_in.run("logout")
    token = signed_in.state / "token"
    token.write_text(f"Bearer {session.access_token}\n")
    assert signed_in.run("status", "--json", "--range", "1h", "--token-file", str(token)).code == 0
    for verb in ("login", "logout"):
        assert signed_in.run(verb, "--token-file", str(token)).code == 2
    assert signed_in.run("status", "--token-file", str(token) + "x").code == 2
    monkeypatch.setenv("AKTOP_TOKEN", session.access_token)
    assert signed_in.run("status", "--json", "--range", "1h").code == 0
    assert session.access_token not in signed_in.run("config").out
    signed_in.demo.world.user.token_version += 1
    refused = signed_in.run("status")
    assert refused.code == 3
    assert "Give a new one with --token-file or AKTOP_TOKEN" in refused.err


def test_the_profiles_account_picks_the_session(signed_in: Machine) -> None:
    signed_in.config.mkdir(parents=True)
    text = '[profile.one]\nemail = "DEMO@example.com"\n[profile.other]\nemail = "other@example.com"\n'
    (signed_in.config / "config.toml").write_text(text)
    assert signed_in.run("status", "--json", "--range", "1h", "--profile", "one").code == 0
    assert signed_in.run("status", "--json", "--range", "1h", "--profile", "other").code == 3


def test_a_disk_that_takes_no_session_is_said(machine: Machine) -> None:
    machine.state.parent.mkdir(parents=True)
    machine.state.write_text("no folder")
    result = machine.run("login", "--email", machine.demo.email)
    assert result.code == 2
    assert "Traceback" not in result.err


def test_config_shows_everything_and_no_secret(signed_in: Machine) -> None:
    result = signed_in.run("config", "--tz", "Europe/Berlin", "--read-only")
    assert result.code == 0
    lines = {line.split()[0]: line for line in result.out.splitlines() if line.split()}
    assert lines["url"].split()[1:] == [signed_in.url, "AKTOP_URL"]
    assert lines["tz"].split()[1:] == ["Europe/Berlin", "--tz"]
    assert lines["read_only"].split()[1:] == ["true", "--read-only"]
    assert "hidden" in lines["AKTOP_PASSWORD"]
    assert signed_in.demo.password not in result.out
    for name in ("config.toml", "sessions.json", "journal.json"):
        assert name in result.out
    assert f"{signed_in.demo.email} · {signed_in.url}" in result.out


def test_config_says_which_profile_and_where_secrets_are(signed_in: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in.config.mkdir(parents=True)
    (signed_in.config / "config.toml").write_text('default_profile = "a"\nkeyring = true\n[profile.a]\n[profile.b]\n')
    monkeypatch.setattr("tui.cli.config.find_box", lambda: None)
    monkeypatch.setenv("AKTOP_API_KEYS", "sk-0123456789abcdef")
    told = signed_in.run("config").out
    assert "default_profile" in next(line for line in told.splitlines() if line.startswith("profile"))
    assert "tokens stay in the session file" in next(line for line in told.splitlines() if line.startswith("keyring"))
    assert "hidden" in next(line for line in told.splitlines() if line.startswith("AKTOP_API_KEYS"))
    assert "sk-0123456789abcdef" not in told
    monkeypatch.setenv("AKTOP_PROFILE", "b")
    for arguments, origin in (((), "AKTOP_PROFILE"), (("--profile", "a"), "--profile")):
        lines = signed_in.run("config", *arguments).out.splitlines()
        assert origin in next(line for line in lines if line.startswith("profile"))


def test_config_needs_no_gateway(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKTOP_URL")
    assert machine.run("config").code == 0
    monkeypatch.setenv("AKTOP_URL", "https://me:hunter2@gw.example")
    result = machine.run("config")
    assert (result.code, "hunter2" in result.out) == (0, False)


def copied(machine: Machine, site: str | None = None) -> str:
    """What the line in a browser's console copies, where somebody has just signed in with the browser."""
    captcha, machine.demo.options.captcha = machine.demo.options.captcha, ""
    assert machine.run("login", "--email", machine.demo.email).code == 0
    machine.demo.options.captcha = captcha
    store = StoredSessions(machine.state / "sessions.json")
    session = store.read(machine.url, None)
    assert session is not None
    store.remove(machine.url, session.email)
    members = {"auth_token": session.access_token, "refresh_token": session.refresh_token}
    return f"aktop-session {json.dumps({'site': site or machine.url, **members})}"


def hand_over(machine: Machine, monkeypatch: pytest.MonkeyPatch, text: str) -> Result:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return machine.run("login", "--from-browser")


def test_a_session_of_a_browser_is_taken_over(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.demo.options.captcha = "turnstile"
    text, picture = copied(machine), last_picture(machine)
    done = hand_over(machine, monkeypatch, text)
    assert (done.code, done.err) == (0, "")
    assert not picture.exists()
    assert "without signing out" in done.out
    assert "rt_" not in done.out
    session = StoredSessions(machine.state / "sessions.json").read(machine.url, None)
    assert session is not None
    assert session.refresh_token is not None
    assert session.refresh_token in text
    assert not session.is_refresh_sent
    assert session.email == machine.demo.email
    assert machine.run("status", "--json", "--range", "1h").code == 0


def test_it_is_renewed_when_it_is_due_and_not_before(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.demo.options.captcha = "turnstile"
    hand_over(machine, monkeypatch, copied(machine))
    store = StoredSessions(machine.state / "sessions.json")
    session = store.read(machine.url, None)
    assert session is not None
    store.write(machine.url, replace(session, expires_at=BEGAN + timedelta(seconds=60)))
    assert machine.run("status", "--json", "--range", "1h").code == 0
    renewed = store.read(machine.url, None)
    assert renewed is not None
    assert renewed.refresh_token not in (None, session.refresh_token)


@pytest.mark.parametrize("text", ["", "eyJ.e30.x", "rt_0123", '{"site": "x"}'])
def test_what_is_no_session_is_not_sent(machine: Machine, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    done = hand_over(machine, monkeypatch, text)
    assert done.code == 2
    assert "It was not sent." in done.err
    assert not (machine.state / "sessions.json").exists()


def test_the_session_of_another_site_is_not_sent(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    done = hand_over(machine, monkeypatch, copied(machine, "https://other.example"))
    assert done.code == 2
    assert "This is a session of https://other.example" in done.err
    assert machine.run("status").code == 3


def test_a_refused_access_token_leaves_the_other_alone(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    text = copied(machine)
    machine.demo.world.user.token_version += 1
    done = hand_over(machine, monkeypatch, text)
    assert done.code == 3
    assert StoredSessions(machine.state / "sessions.json").read(machine.url, None) is None


def test_a_person_is_told_how(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    text = copied(machine)
    monkeypatch.setattr(prompts, "has_person", lambda: True)
    monkeypatch.setattr(prompts, "ask_long_secret", lambda _question: text)
    done = machine.run("login", "--from-browser")
    assert done.code == 0
    assert "\n\n" + console_line(machine.url) + "\n\n" in done.err
    assert "a window left open is signed out" in done.err


def test_a_token_by_hand_stays_what_it_is(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTOP_TOKEN", "eyJ.e30.x")
    done = hand_over(machine, monkeypatch, "")
    assert done.code == 2
    assert "AKTOP_TOKEN" in done.err


@pytest.mark.parametrize("length", [10, 5000, 20_000])
def test_a_long_secret_comes_whole_and_does_not_show(length: int) -> None:
    """A terminal in its usual mode takes 4096 bytes of a line, some 1024, and drops the rest."""
    child, terminal = pty.fork()
    if child == 0:
        code = "from tui.cli.prompts import ask_long_secret as ask; said = ask('Paste: ')"
        code += "; print(f'<{len(said)}:{said[-3:]}>', flush=True)"
        os.execv(sys.executable, [sys.executable, "-c", code])
    heard = b""
    while b"Paste: " not in heard:
        heard += os.read(terminal, 1024)
    rest = b"x" * (length - 3) + b"end\r"
    while rest:
        rest = rest[os.write(terminal, rest[:1000]) :]
    while b">" not in heard:
        heard += os.read(terminal, 65536)
    os.waitpid(child, 0)
    os.close(terminal)
    assert f"<{length}:end>".encode() in heard
    assert b"xxx" not in heard
