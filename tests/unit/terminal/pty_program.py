"""A program on a pseudo-terminal, watched from outside; one waits for what is seen, never for a time."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.unit.terminal.emulator import Emulator

ROOT = Path(__file__).parents[3]
LONGEST_WAIT_S = 20.0
_OF_OUR_TERMINAL = ("NO_COLOR", "COLORTERM", "TMUX", "COLUMNS", "LINES")
_SYNC_QUERY, _SYNC_ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class PtyProgram:
    """Runs a command on a terminal of its own, and shows what a person would see."""

    def __init__(
        self,
        command: Sequence[str],
        size: tuple[int, int] = (60, 12),
        environ: Mapping[str, str] | None = None,
        ignored: signal.Signals | None = None,
    ) -> None:
        def prepare() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            for number in (signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)  # `nohup` and jobs in the background ignore them
            if ignored is not None:
                signal.signal(ignored, signal.SIG_IGN)

        self.screen = Emulator(*size)
        self.output = b""
        self._answered = 0
        self._fed = 0
        self._master, slave = pty.openpty()
        _set_size(self._master, size)
        self._notes, notes = os.pipe()
        inherited = {
            name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TMUX", "COLUMNS", "LINES")
        }
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**inherited, "TERM": "xterm-256color", "NOTES_FD": str(notes), **(environ or {})},
            pass_fds=(notes,),
            start_new_session=True,
            preexec_fn=prepare,
        )
        os.close(slave)
        os.close(notes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()
        os.close(self._notes)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def resize(self, width: int, height: int) -> None:
        """Become another size; what the program is told is SIGWINCH."""
        self.screen.resize(width, height)
        _set_size(self._master, (width, height))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def wait_stopped(self) -> None:
        """Wait until the program has been stopped, reading all that it wrote."""
        end_at = time.monotonic() + LONGEST_WAIT_S
        while True:
            assert time.monotonic() < end_at, f"never stopped: {self.screen.text()}"
            pid, _status = os.waitpid(self.process.pid, os.WUNTRACED | os.WNOHANG)
            if pid:
                break
            self.read(0.05)
        while self.read(0.05):
            pass  # what it wrote last may still be in the line

    def hang_up(self) -> None:
        """Take the terminal away."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def read(self, patience_s: float) -> bool:
        """Read and obey what has been written; False when nothing was."""
        if not select.select([self._master], [], [], patience_s)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.output += data
        if _SYNC_QUERY in self.output[self._answered :]:
            self._answered = len(self.output)
            os.write(self._master, _SYNC_ANSWER)
        self._feed()
        return bool(data)

    def see(self, wanted: str) -> None:
        """Wait until a text stands on the screen."""
        deadline = time.monotonic() + LONGEST_WAIT_S
        while wanted not in "\n".join(self.screen.text()):
            left_s = deadline - time.monotonic()
            is_heard = left_s > 0 and self.read(left_s)
            assert is_heard, f"never saw {wanted!r} but {self.screen.text()}"

    def lose(self, unwanted: str) -> None:
        """Wait until a text stands on the screen no more."""
        end_at = time.monotonic() + LONGEST_WAIT_S
        while unwanted in "\n".join(self.screen.text()):
            assert time.monotonic() < end_at, f"still sees {unwanted!r}: {self.screen.text()}"
            self.read(0.05)

    def see_only(self, wanted: str) -> None:
        """Wait until a text stands on the screen and nothing else does: a frame may come in several reads."""
        while "".join(self.screen.text()).strip() != wanted:
            assert self.read(LONGEST_WAIT_S), f"never saw {wanted!r} alone but {self.screen.text()}"

    def note(self) -> str:
        """Wait for a line that the program writes beside the terminal; the terminal is not read meanwhile."""
        line = b""
        while not line.endswith(b"\n"):
            assert select.select([self._notes], [], [], LONGEST_WAIT_S)[0], "never heard of the program"
            line += os.read(self._notes, 1)
        return line.decode().strip()

    def end(self) -> int:
        """Wait for the end, reading on, and return the exit code."""
        end_at = time.monotonic() + LONGEST_WAIT_S
        while self.process.poll() is None:
            assert time.monotonic() < end_at, f"never ended: {self.screen.text()}"
            self.read(0.05)
        while self.read(0):
            pass
        return self.process.returncode

    def _feed(self) -> None:
        """Feed what is complete: an escape sequence or a character may be cut by the read."""
        end = self.output.rfind(b"\x1b") if b"\x1b" in self.output[-64:] else len(self.output)
        tail = self.output[end:]
        if len(tail) > 1 and (tail[-1:].isalpha() or b"m" in tail or b"H" in tail):
            end = len(self.output)
        text = self.output[self._fed : end]
        try:
            shown = text.decode()
        except UnicodeDecodeError as error:
            shown, end = text[: error.start].decode(), self._fed + error.start
        self.screen.feed(shown)
        self._fed = end


def _set_size(fd: int, size: tuple[int, int]) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
