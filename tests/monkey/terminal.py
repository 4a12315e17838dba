"""A monkey at a real terminal: aktop in a process of its own, its picture read from what it wrote."""

import itertools
import random
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.monkey.judge import shown_key
from tests.monkey.keys import ENTER, ESCAPE, packets
from tests.monkey.meddling import Meddler
from tests.monkey.run import MEDDLING, Fallen, Tally
from tests.monkey.watch import Watch
from tests.unit.terminal.pty_program import PtyProgram
from tui.demo.app import DemoGateway
from tui.demo.serve import running

COMMAND = (sys.executable, "-m", "tui")
CATCHES_UP_S, ANSWERS_S = 240.0, 3.0
HELP = "━Help"
"""In the frame of the dialog, and nowhere else."""
SEEN_S = 4.0
"""A change is of a dialog that was on the screen so long before it was heard, or is still there."""


class _Terminal:
    """aktop on a terminal, and what could be seen on it lately."""

    def __init__(self, program: PtyProgram) -> None:
        self.program = program
        self.seen: list[tuple[float, str]] = []

    def look(self, patience_s: float) -> None:
        """Read until nothing comes for so long."""
        while self.program.read(patience_s):
            pass
        self._note()

    def _note(self) -> None:
        now, text = time.monotonic(), "\n".join(self.program.screen.text())
        if not self.seen or self.seen[-1][1] != text:
            self.seen.append((now, text))
        while len(self.seen) > 1 and self.seen[1][0] < now - SEEN_S:
            self.seen.pop(0)


def play_on_terminal(folder: Path, seed: int, size: tuple[int, int], keys: int) -> Tally:
    """Type so many keys. Raises Fallen when an invariant does not hold."""
    rng, tally, watch, typed = random.Random(seed), Tally(), Watch(), list[str]()
    demo, source = DemoGateway(seed=seed), None
    with ExitStack() as stack:
        ear = watch.listen(demo)
        ear.url = stack.enter_context(running(demo))
        meddler, source = Meddler(demo, rng), packets(rng)
        environ = _environ(folder, ear.url)
        _sign_in(demo, environ, folder)
        try:
            while tally.keys < keys:
                tally.starts += 1
                with PtyProgram(COMMAND, size, environ) as program:
                    terminal = _Terminal(program)
                    program.see("?")
                    while tally.keys < keys and program.process.poll() is None:
                        if rng.random() < MEDDLING:
                            tally.meddled += 1
                            meddler.meddle()
                        packet = next(source)
                        typed.append(packet.text)
                        tally.packets += 1
                        tally.keys += len(packet.keys)
                        program.press(packet.text)
                        terminal.look(max(0.02, packet.rest_s / 2))
                        _compare(terminal, watch, tally)
                    demo.way.clear()
                    if program.process.poll() is None:
                        _be_heard(terminal)
                        _compare(terminal, watch, tally)
                    if program.process.poll() is not None:
                        code = program.end()
                        assert code == 0, f"ended with {code}: {program.screen.text()}"
        except AssertionError as error:
            raise Fallen(f"on a terminal: {error}", seed, size, typed) from error
    tally.faults = sum(fault.met for fault in meddler.faults)
    return tally


def _environ(folder: Path, url: str) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "AKTOP_URL": url,
        "AKTOP_LANG": "en",
        "TZ": "UTC",
        "LANG": "C.UTF-8",
    }


def _sign_in(demo: DemoGateway, environ: dict[str, str], folder: Path) -> None:
    """Sign in as a person does, with the program itself."""
    with PtyProgram((sys.executable, "-m", "tui", "login"), (100, 24), environ) as program:
        program.see("mail")
        program.press(demo.email + "\n")
        program.see("assword")
        program.press(demo.password + "\n")
        code = program.end()
        assert code == 0, program.screen.text()


def _compare(terminal: _Terminal, watch: Watch, tally: Tally) -> None:
    """Every change is of a key whose name and id were on the screen, beside the verb of a dialog."""
    while watch.heard:
        change = watch.heard.pop(0)
        terminal.look(0.05)
        tally.changes[f"{change.method} {'/keys' if change.key_id is not None else change.path}"] += 1
        if change.key_id is None or (change.url, change.key_id) in watch.paused:
            continue
        screens = [text for at_s, text in terminal.seen if at_s > change.at_s - SEEN_S]
        if any("Disable for a time" in text for text in screens):
            watch.paused.add((change.url, change.key_id))
        wrong = [shown_key(change, text.splitlines()) for text in screens]
        assert None in wrong, f"{wrong[-1]}: {change}; seen was\n" + "\n".join(screens[-3:])


def _be_heard(terminal: _Terminal) -> None:
    """Go back as far as that goes and ask for help: what still hears, shows it once it has dealt with all before.

    Among what it has not dealt with yet may be the key that leaves.
    """
    end_at = time.monotonic() + CATCHES_UP_S
    for step in itertools.count():
        terminal.program.press(ESCAPE if step % 4 else ENTER)
        terminal.look(0.35)
        terminal.program.press("?")
        answer_at = time.monotonic() + ANSWERS_S
        while time.monotonic() < answer_at:
            terminal.look(0.1)
            if HELP in terminal.seen[-1][1] or terminal.program.process.poll() is not None:
                return
        assert time.monotonic() < end_at, f"hears nothing any more: {terminal.seen[-1][1]}"
