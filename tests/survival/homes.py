"""Homes in which aktop has been used, and aktop in them on a terminal."""

import asyncio
import json
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.unit.terminal.pty_program import PtyProgram
from tui.account.kept_sessions import StoredSessions
from tui.demo.app import DemoGateway
from tui.demo.serve import running
from tui.gateway.sub2api.client import GatewayClient
from tui.gateway.sub2api.values import LoggedIn
from tui.store.view import StoredView

AKTOP = (sys.executable, "-m", "tui")
SIZE = (120, 36)
QUIET_S = 0.12
PASSING = (".lock", ".tmp", ".teller", ".seen")
"""Endings of files that hold nothing."""


class Home:
    """A home folder of its own, with the address of a gateway in its configuration."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.state = folder / "state" / "aktop"
        self.config = folder / "config" / "aktop" / "config.toml"
        self.environ = {
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }

    async def sign_in(self, demo: DemoGateway) -> None:
        """Keep a session as `aktop login` does."""
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(f"url = {json.dumps(self.url)}\n")
        client = GatewayClient(self.url, sessions=self.sessions.for_gateway(GatewayClient(self.url).base_url))
        assert isinstance(await client.login(demo.email, demo.password), LoggedIn)
        await client.aclose()

    @property
    def sessions(self) -> StoredSessions:
        """The sign-ins that are kept here."""
        return StoredSessions(self.state / "sessions.json")

    def start(self, how: str | None = None, size: tuple[int, int] = SIZE) -> PtyProgram:
        """The program on a terminal of its own, confined or not."""
        confined = () if how is None else (sys.executable, "-m", "tests.survival.confined", how)
        return PtyProgram((*confined, *AKTOP), size, self.environ)

    def copied(self, folder: Path) -> "Home":
        """The same home once more."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Home(folder, self.url)

    def kept(self) -> dict[str, bytes]:
        """All that is kept on the disk, by path; the requests of the last minute are not meant to last."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.endswith(PASSING) and "requests" not in path.parts
        }

    def crash(self) -> str:
        """What aktop wrote down of a failure of its own."""
        path = self.state / "crash.txt"
        return path.read_text() if path.is_file() else ""


@contextmanager
def at_home(folder: Path) -> Iterator[tuple[Home, DemoGateway]]:
    """A used home and its gateway."""
    with served() as (demo, url):
        yield used_home(folder / "home", demo, url), demo


@contextmanager
def served() -> Iterator[tuple[DemoGateway, str]]:
    """An embedded gateway."""
    demo = DemoGateway(seed=1)
    with running(demo) as url:
        yield demo, url


def used_home(folder: Path, demo: DemoGateway, url: str) -> Home:
    """A home in which aktop has changed a key, learnt of the account, and was left: every kind of file is there."""
    home = Home(folder, url)
    asyncio.run(home.sign_in(demo))
    StoredView(home.state / "view.json").hide_columns("calls", frozenset({"ip"}))
    with home.start() as program:
        wait_live(program)
        program.see("batch-nightly")
        disable(program)
        program.see("✓ inactive")
        close(program)
        leave(program)
    return home


def wait_live(program: PtyProgram) -> None:
    """Wait until live figures stand on the screen."""
    program.see("● live")


def disable(program: PtyProgram) -> None:
    """Have the key under the cursor disabled, or enabled, as far as the confirmation goes."""
    program.press("3gD")
    program.see("[ Cancel ]")
    _press_away(program, "\t", "[ Cancel ]")
    program.press("\r")


def close(program: PtyProgram) -> None:
    """Close a dialog that has told how something ended."""
    program.see("[ Close ]")
    _press_away(program, "\r", "[ Close ]")


def _press_away(program: PtyProgram, key: str, shown: str) -> None:
    """Press a key as a person does who has seen what it is about; what comes too early is dropped."""
    while shown in screen(program):
        _read(program)
        program.press(key)
        _read(program)


def _read(program: PtyProgram) -> None:
    while program.read(QUIET_S):
        pass


def leave(program: PtyProgram) -> None:
    """Quit, and see that it ends well."""
    program.press("q")
    code = program.end()
    assert code == 0, f"ended with {code}: {screen(program)}"


def screen(program: PtyProgram) -> str:
    """What stands on the terminal, in few characters."""
    return re.sub(r"\s+", " ", " ".join(program.screen.text()))
