"""`aktop config --init`, `--edit` and `--check`."""

import shlex
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Result
from tui.config.sources import read_config

Aktop = Callable[..., Result]


@pytest.fixture
def path(seal: Path) -> Path:
    return seal / "config" / "aktop" / "config.toml"


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def editing(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Have the editor be a program that gets the file's path."""
    code = "import sys, pathlib; path = pathlib.Path(sys.argv[-1]); " + "; ".join(lines)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, "-c", code]))


def test_init_writes_a_file_for_its_owner_alone(aktop: Aktop, path: Path) -> None:
    done = aktop("config", "--init", "--tz", "Asia/Tokyo", "--read-only")
    assert (done.code, done.err) == (0, "")
    assert str(path) in done.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_config(path).top == {"tz": "Asia/Tokyo", "read_only": True}
    assert aktop("config", "--check").code == 0


def test_init_leaves_what_is_there(aktop: Aktop, path: Path) -> None:
    write(path, 'lang = "en"\n')
    done = aktop("config", "--init", "--tz", "Asia/Tokyo")
    assert (done.code, path.read_text()) == (2, 'lang = "en"\n')
    assert "stays as it is" in done.err


def test_init_leaves_a_link_to_nothing(aktop: Aktop, path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(path.with_name("elsewhere"))
    assert aktop("config", "--init").code == 2
    assert path.is_symlink()


def test_one_thing_at_a_time(aktop: Aktop, path: Path) -> None:
    assert aktop("config", "--init", "--check").code == 2
    assert not path.exists()


def test_edit_writes_the_file_first_and_checks_it_afterwards(
    aktop: Aktop, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editing(monkeypatch, "assert '#url' in path.read_text()", "path.write_text('lang = \"zh\"')")
    done = aktop("config", "--edit")
    assert (done.code, path.read_text()) == (0, 'lang = "zh"')
    assert "nothing is wrong" in done.out


def test_edit_again_until_it_makes_sense(aktop: Aktop, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, "")
    good = "'interval_s = 9' if 'interval = 9' in path.read_text() else 'interval = 9'"
    editing(monkeypatch, f"path.write_text({good})")
    monkeypatch.setattr("tui.cli.prompts.has_person", lambda: True)
    asked = []
    monkeypatch.setattr("tui.cli.prompts.agrees", lambda question: not asked.append(question))
    done = aktop("config", "--edit")
    assert (done.code, len(asked)) == (0, 1)
    assert f"{path}:1: interval: unknown setting" in done.out


def test_giving_up_keeps_what_was_written_and_says_what_is_wrong(
    aktop: Aktop, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, "")
    editing(monkeypatch, "path.write_text('interval = 9')")
    assert aktop("config", "--edit").code == 2
    assert path.read_text() == "interval = 9"


@pytest.mark.parametrize(
    ("editor", "told"), [("/nowhere/vi", "/nowhere/vi"), ("vi 'unclosed", "cannot be read as a command")]
)
def test_an_editor_that_cannot_be(
    aktop: Aktop, path: Path, monkeypatch: pytest.MonkeyPatch, editor: str, told: str
) -> None:
    monkeypatch.setenv("VISUAL", editor)
    done = aktop("config", "--edit")
    assert done.code == 2
    assert told in done.err


def test_an_editor_that_fails(aktop: Aktop, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editing(monkeypatch, "sys.exit(3)")
    done = aktop("config", "--edit")
    assert done.code == 2
    assert "ended with 3; nothing was checked" in done.err


def test_check_without_a_file(aktop: Aktop, path: Path) -> None:
    done = aktop("config", "--check")
    assert (done.code, done.err) == (0, "")
    assert "--init" in done.out


MANY = """\
default_profile = "nobody"
interval = 5
tz = "Mars/Base"
[profile.a]
lang = "de"
url = "ftp://a.example"
[[alerts]]
channel = "pigeon"
[[alerts]]
channel = "terminal"
bell = "loud"
least = "little"
[[alerts]]
channel = "webhook"
"""


def test_check_says_all_that_is_wrong(aktop: Aktop, path: Path) -> None:
    write(path, MANY)
    done = aktop("config", "--check")
    assert (done.code, done.err) == (2, "")
    told = [line.removeprefix(f"{path}:").split(": ")[:3] for line in done.out.splitlines()]
    assert [[place, *names] for place, *names in told if "unknown" not in names[-1]] == [
        ["1", "default_profile", told[0][2]],
        ["3", "tz", told[2][2]],
        ["7", "alerts", "table 1"],
        ["9", "alerts", "table 2"],
        ["9", "alerts", "table 2"],
        ["13", "alerts", "table 3"],
        ["5", "lang", told[-2][2]],
        ["6", "url", told[-1][2]],
    ]
    assert done.out.splitlines()[1].startswith(f"{path}:2: interval: unknown setting")


def test_check_reads_the_files_that_are_named_and_their_modes(aktop: Aktop, path: Path, tmp_path: Path) -> None:
    token = write(tmp_path / "token", "no token at all\n")
    keys = write(tmp_path / "keys", "sk-0123456789abcdef\n", 0o644)
    hook = write(tmp_path / "hook", "https://hooks.example/secret\n", 0o640)
    write(
        path,
        f"""\
url = "https://a.example"
token_file = "{token}"
[profile.b]
url = "https://b.example"
api_key_file = "{keys}"
ca_bundle = "{tmp_path}/none.pem"
[[profile.b.alerts]]
channel = "webhook"
url_file = "{hook}"
[[profile.b.alerts]]
channel = "command"
run = ["{tmp_path}/nothing"]
[profile.c]
url = "http://c.example"
token_file = "{tmp_path}/none"
""",
    )
    done = aktop("config", "--check")
    assert (done.code, done.err) == (2, "")
    told = done.out.splitlines()
    for begin, middle in (
        (f"{path}:2: token_file: ", "contains characters that no token has"),
        (f"{path}:5: api_key_file: ", f"run: chmod 600 {keys}"),
        (f"{path}:6: ca_bundle: ", "no certificates can be read"),
        (f"{path}:7: alerts: ", f"run: chmod 600 {hook}"),
        (f"{path}:10: alerts: ", "there is no such program"),
        (f"{path}:14: url: ", "in clear"),
        (f"{path}:15: token_file: ", f"{tmp_path}/none cannot be read"),
    ):
        assert any(line.startswith(begin) and middle in line for line in told), (begin, told)
    assert "sk-0123" not in done.out
    assert "secret" not in done.out
    assert "alerts: alerts:" not in done.out


def test_check_says_what_a_profile_has_in_a_wrong_place(aktop: Aktop, path: Path, tmp_path: Path) -> None:
    token = write(tmp_path / "token", "eyJ.e30.x\n")
    write(path, f'url = "https://a.example"\ntoken_file = "{token}"\n[profile.b]\nurl = "https://b.example"\n')
    done = aktop("config", "--check")
    assert done.code == 2
    assert "does not belong to the gateway https://b.example" in done.out


def test_what_stands_in_another_environment_is_a_note(
    aktop: Aktop, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, '[[alerts]]\nchannel = "webhook"\nurl_variable = "HOOK_URL"\n')
    monkeypatch.delenv("HOOK_URL", raising=False)
    done = aktop("config", "--check")
    assert done.code == 0
    assert "$HOOK_URL is not set here" in done.err


def test_check_says_who_could_put_another_file_there(aktop: Aktop, path: Path) -> None:
    write(path, "")
    path.parent.chmod(0o777)
    done = aktop("config", "--check")
    assert done.code == 2
    assert f"chmod 700 {path.parent}" in done.out


def test_config_alone_still_ends_at_a_wrong_file(aktop: Aktop, path: Path) -> None:
    write(path, "interval = 5\n")
    done = aktop("config")
    assert done.code == 2
    assert f"aktop: {path}:1: interval: unknown setting" in done.err
