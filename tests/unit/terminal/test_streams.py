"""A screen without a terminal: a sentence and exit code 2, nothing painted; a terminal that vanishes: silence."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.terminal.pty_program import LONGEST_WAIT_S, ROOT, PtyProgram

AKTOP = f"{sys.executable} -m tui --demo"


def sealed(folder: Path) -> dict[str, str]:
    """Nothing of the machine's own is read or written."""
    return {"XDG_STATE_HOME": str(folder / "state"), "XDG_CONFIG_HOME": str(folder / "config")}


@pytest.mark.parametrize(
    ("redirected", "stream"),
    [
        ("| cat", "standard output"),
        ("> /dev/null", "standard output"),
        (">&-", "standard output"),
        ("< /dev/null", "standard input"),
        ("<&-", "standard input"),
        ("< /dev/null 2>&1 | cat", "standard input"),
        ("2>&-", "standard error"),
    ],
)
def test_without_a_terminal_it_says_so_and_paints_nothing(tmp_path: Path, redirected: str, stream: str) -> None:
    with PtyProgram(
        ("bash", "-c", f"{AKTOP} {redirected}; exit ${{PIPESTATUS[0]}}"), (200, 10), sealed(tmp_path)
    ) as run:
        assert run.end() == 2
        told = run.output.decode()
    assert stream in told
    assert "aktop status" in told
    assert "ssh -t" in told
    assert "\x1b" not in told
    assert len(told.splitlines()) == 1
    assert not list(tmp_path.rglob("crash.txt"))


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("verb", ["doctor", "login --url http://127.0.0.1:1 --email me@example.com", "config"])
def test_a_verb_does_without_streams_that_are_closed(tmp_path: Path, verb: str, closed: str) -> None:
    done = subprocess.run(
        ("bash", "-c", f"{sys.executable} -m tui {verb} {closed}"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **sealed(tmp_path)},
        timeout=LONGEST_WAIT_S,
        check=False,
    )
    assert done.returncode in (0, 1, 2, 3, 4), done.stderr
    assert not list(tmp_path.rglob("crash.txt"))


def test_notes_go_into_no_result_and_into_no_file(tmp_path: Path) -> None:
    program = "from tui.terminal import streams as s; s.open_closed(); import sys; print('note', file=sys.stderr)"
    program += f"; open({str(tmp_path / 'file')!r}, 'w'); import os; os.write(2, b'note'); print(sys.stdin.read() or 1)"
    words = ("bash", "-c", f'{sys.executable} -c "$0" <&- 2>&-', program)
    done = subprocess.run(words, capture_output=True, cwd=ROOT, timeout=LONGEST_WAIT_S, check=True)
    assert done.stdout == b"1\n"
    assert (tmp_path / "file").read_bytes() == b""


def test_errors_that_go_to_a_file_take_no_escapes_with_them(tmp_path: Path) -> None:
    with PtyProgram(("bash", "-c", f"{AKTOP} 2> {tmp_path / 'errors'}"), (80, 10), sealed(tmp_path)) as run:
        assert run.end() == 2
        assert run.output == b""
    told = (tmp_path / "errors").read_text(encoding="utf-8")
    assert told.startswith("aktop: the screen needs a terminal, and standard error is none")
    assert "\x1b" not in told


def test_a_job_without_any_terminal_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        AKTOP.split(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **sealed(tmp_path)},
        timeout=LONGEST_WAIT_S,
        start_new_session=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"\x1b" not in done.stderr


@pytest.mark.parametrize("ignored", [None, signal.SIGHUP])
@pytest.mark.parametrize("seen", ["aktop", "batch-nightly"])
def test_a_terminal_that_vanishes_ends_it_without_a_word(
    tmp_path: Path, seen: str, ignored: signal.Signals | None
) -> None:
    with PtyProgram(AKTOP.split(), (100, 30), sealed(tmp_path), ignored) as program:
        program.see(seen)
        program.hang_up()
        # Before anything listens to SIGHUP it ends the process by itself.
        assert program.process.wait(LONGEST_WAIT_S) in (129, -signal.SIGHUP)
    assert not list(tmp_path.rglob("crash.txt"))
