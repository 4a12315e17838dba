"""Files that are not what they should be: nothing hangs, nothing is followed, and what others can read is told."""

import os
import stat
import subprocess
import sys
import threading
from codecs import BOM_UTF8
from pathlib import Path

import pytest

from tui.cli import crash
from tui.config import paths
from tui.config.file import BadSettings
from tui.config.sources import read_config
from tui.store import files
from tui.store.files import (
    MAX_BYTES,
    NotRegular,
    given_lines,
    is_open_to_others,
    is_writable_by_others,
    read_given,
    read_regular,
    text_of,
)
from tui.store.tiny_storage import AtomicStorage

ROOT = Path(__file__).parents[3]


def unusual(folder: Path) -> list[Path]:
    """A pipe, a folder and a device under names of their own."""
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "device").symlink_to("/dev/zero")
    return [folder / "pipe", folder / "folder", folder / "device"]


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    for path in unusual(tmp_path):
        with pytest.raises(OSError):
            read_regular(path)
        with pytest.raises(OSError):
            AtomicStorage(path).read()
    (tmp_path / "file").write_bytes(b"x" * 100)
    assert read_regular(tmp_path / "file", 100) == b"x" * 100
    with pytest.raises(OSError, match="too large"):
        read_regular(tmp_path / "file", 99)


def test_a_pipe_is_read_when_a_person_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, _folder, device = unusual(tmp_path)

    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # keeps what was written when the writer is gone
    pipe.write_bytes(b"t" * 50_000)
    assert len(read_given(pipe)) == 50_000
    os.close(reader)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"t" * 500_000))
    writer.start()
    assert len(read_given(pipe)) == 500_000
    writer.join()
    monkeypatch.setattr(files, "_PATIENCE_S", 0.01)
    with pytest.raises(TimeoutError):
        read_given(pipe)
    with pytest.raises(OSError):
        read_given(device)
    (tmp_path / "large").write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(OSError, match="too large"):
        read_given(tmp_path / "large")


def test_the_mark_of_some_editors_is_no_text() -> None:
    assert text_of(b"\xef\xbb\xbfabc") == "abc"
    with pytest.raises(UnicodeDecodeError):
        text_of(b"\xff\xfea\0")


def test_a_configuration_with_a_mark_in_front(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'\xef\xbb\xbfurl = "https://gw.example"\n')
    assert read_config(path).top == {"url": "https://gw.example"}
    for odd in unusual(tmp_path):
        with pytest.raises(BadSettings, match="cannot be read"):
            read_config(odd)


def test_a_crash_report_replaces_a_link_and_is_its_owners_alone(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path = paths.state_dir() / "crash.txt"
    path.parent.mkdir(parents=True)
    for prepare in (
        lambda: path.symlink_to(victim),
        lambda: os.mkfifo(path),
        lambda: path.write_text("old") and path.chmod(0o666),
    ):
        path.unlink(missing_ok=True)
        prepare()
        crash.report(ValueError("x"))
        assert stat.S_ISREG(path.lstat().st_mode)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "ValueError" in path.read_text()
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_session_file_of_another_kind_is_a_sentence(tmp_path: Path, kind: int) -> None:
    state = paths.state_dir()
    state.mkdir(parents=True, mode=0o700)
    unusual(tmp_path)[kind].rename(state / "sessions.json")
    command = [sys.executable, "-m", "tui", "status", "--url", "http://127.0.0.1:9"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2
    assert done.stderr.startswith("aktop: a file cannot be used:")
    assert ("sessions.json" if kind < 2 else "/dev/zero") in done.stderr
    assert "Errno" not in done.stderr


def told(*arguments: str) -> str:
    command = [sys.executable, "-m", "tui", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20).stderr


def test_what_others_can_read_or_replace_is_told(tmp_path: Path) -> None:
    state = paths.state_dir()
    state.mkdir(parents=True, mode=0o700)
    sessions, secret = state / "sessions.json", tmp_path / "secret"
    sessions.write_text("")
    secret.write_bytes(b"\xef\xbb\xbfsk-0123456789abcdef0123456789\n")
    for path in (sessions, secret, state):
        path.chmod(path.stat().st_mode & 0o700)
    url = ("--url", "http://127.0.0.1:9")
    asked = {
        sessions: ("status", *url),
        state: ("status", *url),
        secret: ("status", *url, "--token-file", str(secret)),
    }
    assert "chmod" not in told(*asked[state]) + told(*asked[secret])
    for path, arguments in asked.items():
        path.chmod(path.stat().st_mode | 0o066)
        said = told(*arguments)
        assert f"{path}" in said
        assert "run: chmod" in said
        path.chmod(path.stat().st_mode & 0o700)
    secret.chmod(0o640)
    assert "run: chmod 600" in told("status", *url, "--api-key-file", str(secret))


@pytest.mark.parametrize(
    "option", ["--url", "--token-file", "--api-key-file", "--proxy", "--ca-bundle", "--tz", "--model", "--profile"]
)
def test_control_characters_on_the_command_line(option: str) -> None:
    command = [sys.executable, "-m", "tui", "status", "--url", "http://127.0.0.1:9", option, "http://a\x01\x1b[31m"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert f"{option}: expected" in done.stderr


@pytest.mark.parametrize(
    ("mode", "is_open", "is_writable"),
    [(0o600, False, False), (0o700, False, False), (0o640, True, False), (0o604, True, False), (0o622, True, True)],
)
def test_what_others_may_do_with_a_file_or_a_folder(
    tmp_path: Path, mode: int, is_open: bool, is_writable: bool
) -> None:
    path = tmp_path / "one"
    assert not is_open_to_others(path)
    assert not is_writable_by_others(path)
    path.touch()
    path.chmod(mode)
    assert (is_open_to_others(path), is_writable_by_others(path)) == (is_open, is_writable)
    assert not is_open_to_others(tmp_path)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    assert not is_writable_by_others(tmp_path / "shared"), "others cannot replace what is not theirs"


def test_lines_are_of_files_and_pipes_and_an_overlong_one_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 8)
    (tmp_path / "lines").write_bytes(BOM_UTF8 + b"a\n" + b"x" * 8 + b"y" * 20 + b"\nb\n" + BOM_UTF8 + b"c")
    assert list(given_lines(tmp_path / "lines")) == [b"a\n", b"x" * 8, b"b\n", BOM_UTF8 + b"c"]
    with pytest.raises(NotRegular):
        list(given_lines(Path("/dev/null")))
    with pytest.raises(NotRegular):
        read_given(Path("/dev/null"))
