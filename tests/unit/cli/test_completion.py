"""What a shell completes: the candidates in tables, and the scripts in the shells themselves where there are any."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Result
from tui.cli.completion import FILES, SCRIPTS, candidates
from tui.cli.parser import parser
from tui.cli.verbs import VERBS
from tui.config.paths import state_dir
from tui.store import last_known
from tui.store.last_known import LastKnown

ROOT = Path(__file__).parents[3]
KEYS = ("batch-nightly", "ci & release", "客服机器人", "build")
MODELS = ("claude-opus-4-5", "gpt-5.2")


@pytest.fixture
def known(seal: Path) -> Path:
    """A machine on which aktop ran, with two profiles."""
    path = last_known.path_of(state_dir(), None, None, None, None)
    last_known.write(path, LastKnown(datetime.now(UTC), keys=KEYS, models=MODELS))
    staging = last_known.path_of(state_dir(), "https://b.example", "staging", None, None)
    last_known.write(staging, LastKnown(datetime.now(UTC), keys=("of-staging",)))
    config = seal / "config" / "aktop" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[profile.staging]\nurl = "https://b.example"\n[[alerts]]\nchannel = "terminal"\nname = "here"\n')
    return seal


def words(*line: str) -> list[str]:
    return [one.word for one in candidates(parser(), line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["tri"], ["triage"]),
        (["key", ""], ["disable", "enable", "limit"]),
        (["key", "disable", ""], [*KEYS]),
        (["key", "disable", "b"], ["batch-nightly", "build"]),
        (["key", "disable", "--profile", "staging", ""], ["of-staging"]),
        (["--profile", "staging", "key", "disable", ""], ["of-staging"]),
        (["--profile=staging", "key", "disable", ""], ["of-staging"]),
        (["--profile", ""], ["staging"]),
        (["calls", "--key", "b"], ["batch-nightly", "build"]),
        (["calls", "--key=b"], ["--key=batch-nightly", "--key=build"]),
        (["calls", "--key", "=", "b"], ["batch-nightly", "build"]),
        (["calls", "--key", "="], [*KEYS]),
        (["status", "--model", "c"], ["claude-opus-4-5"]),
        (["calls", "--range", "to"], ["today"]),
        (["calls", "--fo"], ["--format"]),
        (["calls", "--format", "j"], ["jsonl"]),
        (["calls", "--format", "csv", "--fo"], []),
        (["watch", ""], ["staging"]),
        (["watch", "staging", ""], ["staging"]),
        (["alerts", "--test", ""], ["here"]),
        (["alerts", "--test", "--json", "--js"], []),
        (["alerts", "--test", "here", "--js"], ["--json"]),
        (["backtest", "--from", ""], [FILES]),
        (["backtest", "--off", "sp"], ["spike"]),
        (["--token-file", "x"], [FILES]),
        (["--lang", ""], ["en", "zh"]),
        (["--tz", "Asia/Shang"], ["Asia/Shanghai"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["key", "disable", "build", "--y"], ["--yes"]),
        (["key", "limit", "build", "--5"], ["--5h"]),
        (["nonsense", "--ver"], ["--version"]),
        (["--color", "1"], ["16"]),
    ],
    ids=" ".join,
)
def test_what_could_stand_there(known: Path, line: Sequence[str], expected: list[str]) -> None:
    assert words(*line) == expected


def test_every_verb_can_be_completed(known: Path) -> None:
    assert set(words("")) == {verb.name for verb in VERBS}
    assert all(one.help for one in candidates(parser(), [""]))


def test_where_nothing_is_known_options_are(seal: Path) -> None:
    assert "--yes" in words("key", "disable", "")
    assert "--json" in words("alerts", "--test", "")


def test_a_wrong_configuration_completes_all_the_same(known: Path) -> None:
    (known / "config" / "aktop" / "config.toml").write_text("interval = 5\n")
    assert words("tri") == ["triage"]
    assert words("--profile", "") == []


def test_what_is_printed_for_shells(aktop: Callable[..., Result], known: Path) -> None:
    assert aktop("completion", "bash", "--words", "aktop", "calls", "--").out.splitlines()[0] == "--help"
    told = aktop("completion", "fish", "--words", "aktop", "tria").out
    assert told.startswith("triage\t")
    assert aktop("completion", "zsh", "--words", "aktop", "--lang", "zh", "lo").code == 0


@pytest.mark.parametrize("shell", SCRIPTS)
def test_the_script_of_a_shell_is_printed(aktop: Callable[..., Result], shell: str) -> None:
    done = aktop("completion", shell)
    assert (done.code, done.err, done.out) == (0, "", SCRIPTS[shell])


def test_completing_asks_nobody_and_loads_nothing_slow(known: Path) -> None:
    code = "import sys; from tui.__main__ import main; main(sys.argv[1:]); print('LOADED', *sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code, "completion", "bash", "--words", "aktop", "key", "disable", ""],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    loaded = set(run.stdout.rpartition("LOADED")[2].split())
    assert "batch-nightly" in run.stdout
    assert loaded.isdisjoint({"textual", "httpcore2", "tinydb", "ssl"})


@pytest.fixture
def path_with_aktop(known: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs with `aktop` in it."""
    folder = known / "bin"
    folder.mkdir()
    program = folder / "aktop"
    program.write_text(f'#!/bin/sh\nexport PYTHONPATH="{ROOT}"\nexec "{sys.executable}" -m tui "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("key disable ba", ["batch-nightly"]),
        (r"key disable ci\ ", [r"ci\ \&\ release"]),
        ("key disable 客", ["客服机器人"]),
        ("calls --format j", ["jsonl"]),
        ("tria", ["triage"]),
    ],
)
def test_bash(path_with_aktop: Path, line: str, expected: list[str]) -> None:
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("there is no bash")
    script = 'source <(aktop completion bash); COMP_WORDS=(aktop "$@"); COMP_CWORD=$#; _aktop; '
    script += 'printf "%s\\n" "${COMPREPLY[@]}"'
    parts = line.replace(r"\ ", "\0").split(" ")
    arguments = [part.replace("\0", r"\ ") for part in parts]
    done = subprocess.run([shell, "-c", script, "x", *arguments], capture_output=True, text=True, check=True)
    assert [line for line in done.stdout.splitlines() if line] == expected
    assert done.stderr == ""


@pytest.mark.parametrize(("line", "expected"), [("key disable ba", "batch-nightly"), ("tria", "triage")])
def test_fish(path_with_aktop: Path, line: str, expected: str) -> None:
    shell = shutil.which("fish")
    if shell is None:
        pytest.skip("there is no fish")
    script = f"aktop completion fish | source; complete -C 'aktop {line}'"
    done = subprocess.run([shell, "--no-config", "-c", script], capture_output=True, text=True, check=True)
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [expected]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("aktop key disable ba\t", "batch-nightly"),
        ("aktop tria\t", "triage"),
        ("aktop key disable ci\t", r"ci\ \&\ release"),
    ],
)
def test_zsh(path_with_aktop: Path, typed: str, expected: str) -> None:
    shell = shutil.which("zsh")
    if shell is None:
        pytest.skip("there is no zsh")
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "dumb"
        os.execv(shell, [shell, "-f", "-i"])
    try:
        told = "autoload -Uz compinit && compinit -u -D; source <(aktop completion zsh); echo rea''dy\n"
        os.write(terminal, told.encode())
        assert "ready" in until(terminal, "ready")
        os.write(terminal, typed.encode())
        assert expected in until(terminal, expected)
    finally:
        os.close(terminal)
        os.waitpid(child, 0)


def until(terminal: int, expected: str, patience_s: float = 20.0) -> str:
    """What comes from a terminal until something expected is in it."""
    heard, end = "", time.monotonic() + patience_s
    while expected not in heard and select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
        heard += os.read(terminal, 65536).decode("utf-8", "replace")
    return heard
