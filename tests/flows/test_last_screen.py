"""The next start shows what the last one saw, marked as old, until there is news."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.terminal.pty_program import ROOT, PtyProgram
from tui.demo.app import DemoGateway
from tui.demo.serve import running

SIZE = (100, 30)


class Machine:
    """A machine on which somebody is signed in to an embedded gateway."""

    def __init__(self, home: Path, url: str, demo: DemoGateway) -> None:
        self.pictures = home / "aktop" / "screens"
        self._url = url
        self._sealed = {"XDG_STATE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        self.run("login", "--email", demo.email, AKTOP_PASSWORD=demo.password)

    def run(self, *arguments: str, **environ: str) -> None:
        """A verb."""
        command = (sys.executable, "-m", "tui", *arguments, "--url", self._url)
        subprocess.run(
            command, cwd=ROOT, env={**os.environ, **self._sealed, **environ}, check=True, capture_output=True
        )

    def screen(self, *more: str) -> PtyProgram:
        """The monitor on a terminal."""
        return PtyProgram((sys.executable, "-m", "tui", "--url", self._url, *more), size=SIZE, environ=self._sealed)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    demo = DemoGateway(seed=1)
    with running(demo) as url:
        yield Machine(tmp_path, url, demo)


@contextmanager
def seen(machine: Machine, *more: str) -> Iterator[PtyProgram]:
    """The monitor once it has figures; it is quit afterwards."""
    with machine.screen(*more) as program:
        program.see("batch-nightly")
        program.see("live")
        yield program
        program.press("q")
        assert program.end() == 0


def test_the_next_start_begins_with_it_and_goes_on_with_news(machine: Machine) -> None:
    with seen(machine):
        assert not machine.pictures.exists()
    with machine.screen() as program:
        program.see("OLD · as it was on")
        program.see("batch-nightly")
        program.see("live")
        program.lose("OLD")
        program.see("batch-nightly")
        program.process.send_signal(signal.SIGTERM)
        program.end()
    with machine.screen("--lang", "zh") as program:
        program.see("余额")
        assert "旧画面".encode() not in program.output
        program.press("q")
        program.end()


def test_privacy_and_signing_out_hold_for_it(machine: Machine) -> None:
    with seen(machine) as program:
        program.press("P")
        program.lose("batch-nightly")
    (kept,) = machine.pictures.iterdir()
    assert "batch-nightly" not in kept.read_text()
    machine.run("logout")
    assert not list(machine.pictures.iterdir())
