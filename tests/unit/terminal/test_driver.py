"""The driver on a pseudo-terminal: a stalled line, sizes, signals, stopping and going on, a vanished terminal."""

import signal
import sys

import pytest

from tests.unit.terminal.pty_program import LONGEST_WAIT_S, PtyProgram

BUSY = (sys.executable, "-m", "tests.unit.terminal.busy_app")


def test_a_stalled_line_stops_nobody() -> None:
    with PtyProgram(BUSY, size=(120, 40)) as program:
        program.see("ready")
        # From here on nobody reads: 200 full screens are far more than the kernel and a queue take.
        program.press("s")
        program.press("x")
        assert program.note() == "key 1"
        steps, pressed, waiting = program.note().split()[1::2]
        assert (steps, pressed) == ("200", "1")
        assert int(waiting) < 64_000
        before = len(program.output)
        program.see_only("done 1")
        assert len(program.output) - before < 64_000
        program.press("q")
        assert program.end() == 0


def test_sizes_are_followed() -> None:
    with PtyProgram(BUSY) as program:
        program.see("ready")
        program.press("l")
        program.see("done 0")
        program.resize(30, 5)
        program.see("done 0")
        # There and back before anybody looks: the size is equal, the screen is not.
        program.resize(80, 20)
        program.resize(30, 5)
        program.see("done 0")
        # There, looked at, and back before anything is painted.
        program.press("x")
        program.press("l")
        program.see_only("done 1")
        program.screen.resize(30, 5)
        program.press("w")
        program.see("done 1")
        program.press("q")
        assert program.end() == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_leaves_the_terminal_as_it_was(number: signal.Signals, code: int) -> None:
    with PtyProgram(BUSY) as program:
        program.see("ready")
        program.signal(number)
        assert program.end() == code
        for mode in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b[?7h"):
            assert mode in program.output


def test_stopped_and_continued_the_screen_comes_back() -> None:
    with PtyProgram(BUSY) as program:
        program.see("ready")
        for _ in range(2):
            program.signal(signal.SIGTSTP)
            program.wait_stopped()
            assert b"\x1b[?1049l" in program.output[-200:]
            program.screen.resize(60, 12)
            program.signal(signal.SIGCONT)
            program.see("ready")
        program.press("x")
        assert program.note() == "key 1"
        program.press("q")
        assert program.end() == 0


class Shell(PtyProgram):
    """A shell with job control; what it and its jobs write is heard, not obeyed."""

    heard = 0

    def _feed(self) -> None:
        """Have no screen: a shell scrolls."""

    def hear(self, wanted: bytes) -> None:
        """Wait for bytes that were not heard before."""
        while (found := self.output.find(wanted, self.heard)) < 0:
            assert self.read(LONGEST_WAIT_S), f"never heard {wanted!r} but {self.output[self.heard :]!r}"
        self.heard = found + len(wanted)


@pytest.mark.parametrize("started", ["{}", "sh -c '{}; true'"])
def test_a_job_stops_and_goes_on_with_all_that_the_shell_started(started: str) -> None:
    with Shell(["/bin/sh", "-i"], environ={"PS1": "shell$ ", "ENV": ""}) as shell:
        shell.hear(b"shell$")
        shell.press(started.format(" ".join(BUSY)) + "\n")
        for _ in range(2):
            shell.hear(b"ready")
            shell.press("\x1a")
            shell.hear(b"\x1b[?1049l")
            shell.hear(b"shell$")
            shell.press("fg\n")
            shell.hear(b"\x1b[?1049h")
        shell.hear(b"ready")
        shell.press("x")
        assert shell.note() == "key 1"
        shell.press("q")
        shell.hear(b"shell$")
        shell.press("exit\n")
        assert shell.end() == 0


def test_a_bare_sigcont_repaints_and_quitting_works() -> None:
    with PtyProgram(BUSY) as program:
        program.see("ready")
        for _ in range(3):
            program.signal(signal.SIGSTOP)
            program.wait_stopped()
            program.screen.resize(60, 12)
            program.signal(signal.SIGCONT)
            program.see("ready")
        program.press("q")
        assert program.end() == 0


def test_a_vanished_terminal_ends_the_program_even_when_sighup_is_ignored() -> None:
    with PtyProgram(BUSY, ignored=signal.SIGHUP) as program:
        program.see("ready")
        program.hang_up()
        assert program.process.wait(10) == 129
