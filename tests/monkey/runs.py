"""What the long monkey plays, each run in a process and a home of its own."""

import asyncio
import faulthandler
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from tests.monkey.run import SIZES, Fallen, Tally, play
from tests.monkey.terminal import play_on_terminal

READ_ONLY_EVERY, TERMINAL_EVERY = 5, 8
HANGS_AFTER_S = 900
BLIND = ("hears nothing", "cannot be left")


class Run(Struct, frozen=True):
    """What is to be typed, and where."""

    seed: int
    keys: int
    packets_at_most: int | None = None

    @property
    def size(self) -> tuple[int, int]:
        """The sizes take turns."""
        return SIZES[self.seed % len(SIZES)]

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may change."""
        return self.seed % READ_ONLY_EVERY == 0

    @property
    def is_on_terminal(self) -> bool:
        """Whether it is typed at a real terminal."""
        return self.seed % TERMINAL_EVERY == 7 and not self.is_read_only

    @property
    def title(self) -> str:
        """Which of the rows of the table it belongs to."""
        kind = "read-only" if self.is_read_only else "terminal" if self.is_on_terminal else "screen"
        return f"{self.size[0]}x{self.size[1]} {kind}"


def played(run: Run) -> Tally | str:
    """Play it in a process of its own, in a home of its own; a failure comes back as its text, shortened."""
    faulthandler.dump_traceback_later(HANGS_AFTER_S, exit=True)
    try:
        return _play(run)
    except Fallen as error:
        return _shortest(run, error)


def _play(run: Run) -> Tally:
    with TemporaryDirectory() as name:
        folder = Path(name)
        # What is exported goes to the home; and nothing of the machine's own settings may be read.
        os.environ |= {
            "HOME": name,
            "XDG_STATE_HOME": f"{name}/state",
            "XDG_CONFIG_HOME": f"{name}/config",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }
        os.chdir(name)
        if run.is_on_terminal:
            return play_on_terminal(folder, run.seed, run.size, run.keys)
        playing = play(
            folder, run.seed, run.size, run.keys, read_only=run.is_read_only, packets_at_most=run.packets_at_most
        )
        return asyncio.run(playing)


def _shortest(run: Run, error: Fallen) -> str:
    """Where a screen was found blind at the end only, look for the fewest packets after which it is."""
    if run.is_on_terminal or not any(word in str(error) for word in BLIND):
        return str(error)
    least, most, text = 0, error.packets, str(error)
    while most - least > 1:
        middle = (least + most) // 2
        try:
            _play(Run(run.seed, run.keys, middle))
        except Fallen as again:
            most, text = middle, str(again)
        else:
            least = middle
    return text
