"""Disks that are full, cannot be written, or hold what nobody would have written there."""

import json
import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.survival.homes import Home, at_home, close, disable, leave, screen, wait_live
from tests.survival.trials import Tried
from tests.unit.account.test_kept_incidents import KEPT as KEPT_VIGIL
from tests.unit.samples import NOW
from tests.unit.store.test_history import ONE as KEPT_HISTORY
from tests.unit.terminal.pty_program import PtyProgram
from tui.account.kept_incidents import StoredIncidents
from tui.account.kept_sessions import StoredSessions
from tui.demo.app import DemoGateway
from tui.domain.intents import KeyState, Limits, Reminder
from tui.gateway.auth.sessions import Session
from tui.store.history import StoredHistory
from tui.store.journal import Entry, Journal
from tui.store.view import StoredView
from tui.terminal import exit_codes

NOBODY = 65534
GATEWAY = "http://gateway.test"
LONGEST_START_S = 15.0
MADE_ANEW = ("state/aktop/screens/", "state/aktop/line/")
"""Of now, and of nothing else."""
GARBAGE = random.Random(1).randbytes(4000)


def full(folder: Path, times: int) -> Tried:
    """Run where nothing can be written."""
    with at_home(folder) as (home, demo):
        return full_in(home, demo, times)


def full_in(home: Home, demo: DemoGateway, times: int) -> Tried:
    """Figures are shown, nothing is changed, and nothing on the disk is worse; then the next start is live."""
    tried, before = Tried(times), home.kept()
    for _ in range(times):
        states = {key.id: key.status for key in demo.world.living_keys()}
        with home.start("full") as program:
            wait_live(program)
            program.see("batch-nightly")
            disable(program)
            program.see("Nothing was sent")
            close(program)
            leave(program)
        if {key.id: key.status for key in demo.world.living_keys()} != states:
            tried.lost.append("a key was changed, and nothing written down of it")
        tried.lost += _differences(before, home)
    with home.start() as program:
        wait_live(program)
        leave(program)
    return tried


def read_only(folder: Path, times: int) -> Tried:
    """Run in a home in which nothing may be written."""

    def run(program: PtyProgram) -> None:
        wait_live(program)
        leave(program)

    return _without_rights(folder, times, _make_read_only, run)


def foreign(folder: Path, times: int) -> Tried:
    """Run where what is kept belongs to somebody else: which file that is, is said instead of a start."""
    if os.geteuid() != 0:
        tried = Tried()
        tried.told["not tried: only root can give files away"] = 1
        return tried

    def run(program: PtyProgram) -> None:
        code = program.end()
        assert code == exit_codes.WRONG_USE, f"ended with {code}"
        assert b"sessions.json: Permission denied" in program.output

    return _without_rights(folder, times, _give_away, run)


def _without_rights(folder: Path, times: int, take: Callable[[Path], None], run: Callable[[PtyProgram], None]) -> Tried:
    tried = Tried(times)
    with at_home(folder) as (home, _demo):
        before = home.kept()
        take(home.state)
        for _ in range(times):
            with home.start("bound") as program:
                run(program)
            tried.lost += _differences(before, home)
        _give_back(home.state)
        with home.start() as program:
            wait_live(program)
            leave(program)
    return tried


def _make_read_only(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o500 if path.is_dir() else 0o400)


def _give_away(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        os.chown(path, NOBODY, NOBODY)


def _give_back(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, 0, 0)
        path.chmod(0o700 if path.is_dir() else 0o600)


def _differences(before: dict[str, bytes], home: Home) -> list[str]:
    """What is not as it was, or new; but for what is made anew each time."""
    after = home.kept()
    differing = {name for name in before | after if before.get(name) != after.get(name)}
    names = {name for name in differing if not name.startswith(MADE_ANEW)}
    return [f"{name} is another" for name in sorted(names)]


# What stands where a file of aktop's should be


def _put(content: bytes) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        path.unlink()
        path.write_bytes(content)

    return put


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _give_file_away(path: Path) -> None:
    path.chmod(0)


def _each_value(change: Callable[[Any], Any]) -> Callable[[Path], None]:
    """The same JSON with other values: what another version, or a hand, might have left."""

    def put(path: Path) -> None:
        with suppress(ValueError):
            path.write_text(json.dumps(_changed(json.loads(path.read_bytes()), change)))

    return put


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _changed(inner, change) for name, inner in value.items()}
    if isinstance(value, list):
        return [_changed(inner, change) for inner in value]
    return change(value)


SPOILT: dict[str, Callable[[Path], None]] = {
    "truncated": _truncate,
    "empty": _put(b""),
    "blanks": _put(b" \n" * 100),
    "garbage": _put(GARBAGE),
    "no object": _put(b"[1, 2]"),
    "another shape": _put(b'{"_default": {"1": {"zz": [[[]]]}, "2": {}}}'),
    "deep": _put(b"[" * 100_000),
    "a folder": _folder,
    "a pipe": _fifo,
    "an endless device": _device,
    "a link to itself": _loop,
    "not readable": _give_file_away,
    "numbers huge": _each_value(lambda value: 10**15 if isinstance(value, int | float) else value),
    "numbers negative": _each_value(lambda value: -1 if isinstance(value, int | float) else value),
    "texts hostile": _each_value(lambda value: "\x1b[2J[red]\ud83d" if isinstance(value, str) else value),
    "all null": _each_value(lambda _value: None),
    "all lists": _each_value(lambda value: [value]),
}


def spoilt(folder: Path, times: int) -> Tried:
    """Start where one file is what it should not be."""
    with at_home(folder) as (home, _demo):
        return spoilt_in(home, folder, times)


def spoilt_in(home: Home, folder: Path, times: int) -> Tried:
    """So many pairs of file and fault, drawn by lot if not all; each in a copy of the home."""
    tried = Tried()
    pairs = [(name, fault) for name in home.kept() for fault in SPOILT]
    for name, fault in random.Random(2).sample(pairs, min(times, len(pairs))):
        tried.times += 1
        one = home.copied(folder / f"{tried.times}")
        SPOILT[fault](one.folder / name)
        with one.start("bound") as program:
            try:
                tried.told[_come_up(name, program)] += 1
            except AssertionError as error:
                tried.lost.append(f"{name} is {fault}: {error} {screen(program)[-300:]}")
        if one.crash():
            tried.lost.append(f"{name} is {fault}: {one.crash().splitlines()[-1]}")
        if fault == "garbage" and "/screens/" not in name and not _is_kept_aside(one, name):
            tried.lost.append(f"{name} was garbage, and is gone")
    return tried


def _is_kept_aside(home: Home, name: str) -> bool:
    """Whether what could not be read is still there: where it was, or beside it."""
    path = home.folder / name
    return any(one.read_bytes() == GARBAGE for one in path.parent.glob(f"{path.name}*") if one.is_file())


def _come_up(name: str, program: PtyProgram) -> str:
    """Live, or a sentence instead: of a bad configuration, or of a session that cannot be read or is none."""
    is_needed = name.endswith(("config.toml", "sessions.json"))
    deadline = time.monotonic() + LONGEST_START_S
    while time.monotonic() < deadline:
        program.read(0.1)
        shown = screen(program)
        if "● live" in shown:
            leave(program)
            return "live"
        if is_needed and program.process.poll() is not None:
            code = program.end()
            said = program.output[program.output.rfind(b"aktop: ") :]
            assert code in (exit_codes.WRONG_USE, exit_codes.NOT_SIGNED_IN, exit_codes.UNREACHABLE), (
                f"ended with {code}"
            )
            assert said.startswith(b"aktop: "), "ended without a sentence"
            return "a sentence"
        if is_needed and ("Sign in" in shown or "Welcome" in shown):
            program.press("\x1b")
            program.lose("Sign in")
            leave(program)
            return "asked to sign in"
    raise AssertionError("comes up with nothing")


def write_all(folder: Path) -> None:
    """Every file that aktop keeps, without running it."""
    StoredHistory(folder / "history.json").write([KEPT_HISTORY])
    StoredIncidents(folder / "vigil.json").write(KEPT_VIGIL)
    StoredView(folder / "view.json").hide_columns("calls", frozenset({"ip"}))
    session = Session("access", "refresh", NOW + timedelta(days=1), "somebody@example.com")
    StoredSessions(folder / "sessions.json").write(GATEWAY, session)
    journal, state = Journal(folder / "journal.json"), KeyState("active", Limits(*[Decimal(3)] * 4))
    until = (NOW + timedelta(hours=1)).isoformat()
    journal.begin(Entry(NOW.isoformat(), GATEWAY, 7, "disable", state, state, until=until))
    journal.begin(Entry(NOW.isoformat(), GATEWAY, 0, "reminder", Reminder(Decimal(1)), Reminder(Decimal(2))))


def read_all(folder: Path) -> list[str]:
    """Read every file as aktop does; what raises anything but OSError is told."""

    def read_journal() -> None:
        for _number, entry in Journal(folder / "journal.json").entries(GATEWAY, ""):
            for text in filter(None, (entry.at, entry.until)):
                assert datetime.fromisoformat(text) < NOW + timedelta(days=10_000)

    reads: dict[str, Callable[[], object]] = {
        "history": StoredHistory(folder / "history.json").read,
        "vigil": StoredIncidents(folder / "vigil.json").read,
        "view": lambda: StoredView(folder / "view.json").hidden_columns("calls"),
        "sessions": lambda: StoredSessions(folder / "sessions.json").for_gateway(GATEWAY),
        "journal": read_journal,
    }
    wrong = []
    for name, read in reads.items():
        try:
            read()
        except OSError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, aktop would have died of it
            wrong.append(f"{name}: {type(error).__name__}: {error}")
    return wrong
