import argparse
import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui import VERSION
from tui.__main__ import main
from tui.cli.main import _unwritable
from tui.cli.parser import parser
from tui.config.file import BadSettings
from tui.terminal.first_frame import VERBS

ROOT = Path(__file__).parents[3]
HEAVY = ("textual", "httpcore2", "rich", "starlette", "uvicorn", "msgspec", "tinydb")
LOADED = "import sys, json; from tui.__main__ import main\ntry: main({arguments!r})\nexcept SystemExit: pass\n"
LOADED += "print('LOADED', *sorted(name for name in sys.modules if '.' not in name))"


def loaded_by(*arguments: str, **env: str) -> set[str]:
    """The packages that a run of aktop imports."""
    code = LOADED.format(arguments=list(arguments))
    environment = {**os.environ, **env}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env=environment, check=True
    )
    return set(run.stdout.rpartition("LOADED")[2].split())


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["status", "--help"]])
def test_help_and_version_wait_for_nothing(arguments: list[str]) -> None:
    assert loaded_by(*arguments).isdisjoint(HEAVY)


def test_no_verb_loads_the_screen() -> None:
    # Nobody listens on port 1; all that a status needs has been imported by the time that is found out.
    loaded = loaded_by("status", "--json", AKTOP_URL="http://127.0.0.1:1", AKTOP_TOKEN="eyJ.e30.x")
    assert "httpcore2" in loaded
    assert "httpx2" not in loaded
    assert "textual" not in loaded


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--version"])
    assert raised.value.code == 0
    assert capsys.readouterr().out == f"aktop {VERSION}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["key"], ["key", "disable"], ["--scenario", "none"]])
def test_wrong_use_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("aktop")
    assert "--help" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["stats"], "aktop: argument VERB: 'stats' is unknown; did you mean status?"),
        (["--colour", "7", "status"], "aktop: unrecognized arguments: --colour; did you mean --color or --url?"),
        (["--secret=sk-1", "status"], "aktop: unrecognized arguments: --secret; did you mean --seed?"),
        (["--col", "7", "status"], "aktop: argument --color: '7' is unknown; expected auto, truecolor, 256, 16, none"),
        (["status", "--jsno"], "aktop status: unrecognized arguments: --jsno; did you mean --json or --scenario?"),
        (["key", "stop"], "aktop key: argument ACTION: 'stop' is unknown; expected disable, enable, limit"),
        (["calls", "--limit", "x"], "aktop calls: argument --limit: invalid int value: 'x'"),
    ],
)
def test_wrong_use_is_one_sentence_and_where_to_read_on(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    sentence, hint = capsys.readouterr().err.splitlines()
    assert (sentence, hint) == (told, f"What it takes: {told.partition(':')[0]} --help")


def test_options_stand_before_or_after_the_verb() -> None:
    before = parser().parse_args(["--url", "https://a.example", "--read-only", "status"])
    after = parser().parse_args(["status", "--url", "https://a.example", "--read-only"])
    assert (before.url, before.read_only) == (after.url, after.read_only) == ("https://a.example", True)


def test_limits_of_a_key() -> None:
    options = parser().parse_args(["key", "limit", "laptop", "--quota", "+5", "--5h", "0", "--1d", "2.5"])
    assert (options.quota, options.limit_5h, options.limit_1d, options.limit_7d) == ("+5", "0", "2.5", None)


CONTROL, TEXT = "expected a text without control characters", "expected a text in UTF-8"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["status", "--key", "laptop"], None),
        (["--key", "👩\u200d💻"], None),
        (["--report", "a\u202eb\udcff.md"], None),
        (["--report", "a\x1b"], f"--report: {CONTROL}, got 'a\\x1b'"),
        (["--report=a\x1b"], f"--report: {CONTROL}, got '--report=a\\x1b'"),
        (["--report", "a.md", "a\u202eb"], f"argument: {CONTROL}, got 'a\\u202eb'"),
        (["--url", "https://me:secret@gw\x1b"], f"--url: {CONTROL}, got 'gw\\x1b'"),
        (["--key", "a\udcff"], f"--key: {TEXT}, got 'a\\udcff'"),
        (["a\u2028b"], f"argument: {CONTROL}, got 'a\\u2028b'"),
    ],
)
def test_what_could_steer_a_terminal_is_refused_but_in_names_of_files(
    arguments: list[str], complaint: str | None
) -> None:
    assert _unwritable(arguments) == complaint


def test_an_interruption_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.cli.run.run", interrupted)
    assert main(["status"]) == 130


def test_a_reader_that_went_away_is_no_failure(tmp_path: Path) -> None:
    code = "import sys; from tui.__main__ import main; import tui.cli.run\n"
    code += "def run(*_): print('x' * 100_000); return 0\n"
    code += "tui.cli.run.run = run\nsys.exit(main(['status']))"
    pipe = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert pipe.stdout is not None
    assert pipe.stderr is not None
    pipe.stdout.close()
    assert (pipe.stderr.read(), pipe.wait(10)) == ("", 0)
    pipe.stderr.close()


@pytest.mark.parametrize("verb", ["status", "triage"])
def test_a_check_finds_the_same_though_nobody_reads_it(verb: str, tmp_path: Path) -> None:
    """Each line is written at once, as with PYTHONUNBUFFERED: the second one finds the reader gone."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "XDG_STATE_HOME": str(tmp_path)}
    pipe = subprocess.Popen(
        [sys.executable, "-m", "tui", verb, "--demo", "--check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
        text=True,
    )
    assert pipe.stdout is not None
    pipe.stdout.close()
    _nothing, told = pipe.communicate(timeout=60)
    assert (pipe.returncode, bool(told)) == (1, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
@pytest.mark.parametrize("is_unbuffered", [False, True])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("status --demo", 2),
        ("status --demo --check", 1),
        ("calls --demo --limit 3", 2),
        ("key disable batch-nightly --demo --yes", 0),
        ("guard disarm --url http://127.0.0.1:1", 0),
        ("config", 2),
    ],
)
def test_a_result_that_a_full_disk_refuses_is_no_crash(
    words: str, code: int, is_unbuffered: bool, tmp_path: Path
) -> None:
    """What was found by a check, or done, is what the exit code tells; otherwise the result is lost."""
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    environment["PYTHONUNBUFFERED"] = "1" if is_unbuffered else ""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", *words.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == code
    assert "aktop: standard output cannot be written: No space left on device" in done.stderr
    assert done.stderr.count("No space") == 1
    assert not list(tmp_path.rglob("crash.txt"))


@pytest.mark.parametrize(
    ("failure", "code", "told"),
    [
        (BadSettings("unusable"), 2, "unusable"),
        (PermissionError(13, "Permission denied", "notices"), 2, "notices"),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_a_failure_of_one_of_several_tasks_is_told_like_any_other(
    failure: Exception, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def fail(*_: object) -> int:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(60))
            group.create_task(failing())
        return 0

    async def failing() -> None:
        raise failure

    monkeypatch.setattr("tui.cli.run._function", lambda _options: fail)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    assert main(["status", "--url", "https://a.example"]) == code
    assert told in capfd.readouterr().err


def test_no_verb_begins_with_the_frame_of_a_screen() -> None:
    verbs = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert set(verbs.choices) == VERBS


def test_a_terminal_without_a_screen_is_told_of_what_needs_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert main(["--demo"]) == 2
    assert "aktop status" in capsys.readouterr().err


def test_nothing_in_the_environment_steers_the_framework(monkeypatch: pytest.MonkeyPatch) -> None:
    async def launch(*_: object) -> int:
        return 0

    monkeypatch.setattr("tui.app.launch.launch", launch)
    for name in ("TEXTUAL_LOG", "TEXTUAL_PRESS", "TEXTUAL", "TEXTUAL_DRIVER", "TEXTUAL_FPS"):
        monkeypatch.setenv(name, "1")
    main(["--demo"])
    left = {name: value for name, value in os.environ.items() if name.startswith("TEXTUAL")}
    assert left in ({}, {"TEXTUAL_FPS": "120"})
