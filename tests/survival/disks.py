"""Disks that are full, cannot be written, or hold what nobody would have written there."""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import Timeout

from tests.survival.homes import Home, close, disable, leave, screen, served, used_home, wait_live
from tests.survival.trials import Tried
from tui.store.history import StoredHistory
from tui.store.journal import Entry, Journal
from tui.store.requests import StoredRequests
from tui.store.sessions import StoredSessions
from tui.store.view import StoredView
from tui.store.vigil import StoredVigil

NOBODY = 65534


async def full(folder: Path, times: int) -> Tried:
    """Run where nothing can be written: figures are shown, nothing is changed, and nothing on the disk is worse."""
    tried = Tried(times)
    with served() as (demo, url):
        home = await used_home(folder / "home", demo, url)
        before = home.kept()
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


async def read_only(folder: Path, times: int) -> Tried:
    """Run in a home in which nothing may be written."""
    return await _without_rights(folder, times, _make_read_only, "● live")


async def foreign(folder: Path, times: int) -> Tried:
    """Run where what is kept belongs to somebody else: it cannot be read, and so a sign-in is asked for."""
    if os.geteuid() != 0:
        tried = Tried()
        tried.told["not tried: only root can give files away"] = 1
        return tried
    return await _without_rights(folder, times, _give_away, "Sign in")


async def _without_rights(folder: Path, times: int, take: Callable[[Path], None], wanted: str) -> Tried:
    tried = Tried(times)
    with served() as (demo, url):
        home = await used_home(folder / "home", demo, url)
        before = home.kept()
        take(home.state)
        for _ in range(times):
            with home.start("bound") as program:
                program.see(wanted)
                program.press("\x1b")
                leave(program)
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
    """What is not as it was, or new; a picture that is kept anew is not."""
    after = home.kept()
    names = {name for name in before | after if before.get(name) != after.get(name) and "screens" not in name}
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
    "garbage": _put(bytes(random.Random(1).randbytes(4000))),
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


async def spoilt(folder: Path, times: int) -> Tried:
    """Start where one file is what it should not be; `times` pairs of file and fault, drawn by lot if not all."""
    tried = Tried()
    with served() as (demo, url):
        home = await used_home(folder / "home", demo, url)
        pairs = [(name, fault) for name in home.kept() if "screens" not in name for fault in SPOILT]
        for name, fault in random.Random(2).sample(pairs, min(times, len(pairs))):
            tried.times += 1
            one = home.copied(folder / f"{tried.times}")
            SPOILT[fault](one.folder / name)
            with one.start("bound") as program:
                try:
                    _come_up(one, name, program)
                except AssertionError as error:
                    tried.lost.append(f"{name} is {fault}: {error}")
            if one.crash():
                tried.lost.append(f"{name} is {fault}: {one.crash().splitlines()[-1]}")
            if fault == "garbage" and name.endswith(".json"):
                content = (home.folder / name).read_bytes()  # nothing of it, so look for what replaced it
                spoilt_bytes = bytes(random.Random(1).randbytes(4000))
                assert content != spoilt_bytes
                kept = [path.read_bytes() for path in one.folder.rglob("*.unreadable-*")]
                if spoilt_bytes not in kept:
                    tried.lost.append(f"{name} was garbage, and is not kept aside")
    return tried


def _come_up(home: Home, name: str, program: Any) -> None:
    """Live, or a sentence instead: of a bad configuration, or of a session that has to be begun anew."""
    if name.endswith("config.toml"):
        code = program.end()
        assert code in (0, 1, 2, 3, 4), f"ended with {code}: {screen(program)}"
        assert "Traceback" not in screen(program)
        return
    if name.endswith("sessions.json"):
        program.see("quit" if False else "aktop")
        program.press("\x1b")
    else:
        wait_live(program)
    leave(program)


@contextmanager
def _one_store(folder: Path, name: str) -> Iterator[Path]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    yield path


def read_all(home: Home) -> list[str]:
    """Read every file as aktop does, and write again what it writes; what raises anything but OSError is told."""
    wrong = []
    now = datetime.now(UTC)
    for path in sorted((home.state / "history").glob("*.json")):
        store = StoredVigil(path) if path.name.endswith("-triage.json") else StoredHistory(path)
        _try(wrong, path, store.read)
    journal = Journal(home.state / "journal.json")
    _try(wrong, home.state / "journal.json", lambda: journal.entries(home.url))
    sessions = StoredSessions(home.state / "sessions.json")
    _try(wrong, home.state / "sessions.json", lambda: sessions.for_gateway(home.url).current())
    view = StoredView(home.state / "view.json")
    _try(wrong, home.state / "view.json", lambda: view.hidden_columns("calls"))
    requests = StoredRequests(home.state / "requests", lambda: "somebody")
    _try(wrong, home.state / "requests", lambda: requests)
    for entry in _entries(journal, home.url):
        _try(wrong, home.state / "journal.json", lambda entry=entry: (datetime.fromisoformat(entry.at) <= now))
        if entry.until is not None:
            _try(wrong, home.state / "journal.json", lambda entry=entry: datetime.fromisoformat(entry.until) <= now)
    return wrong


def _entries(journal: Journal, url: str) -> list[Entry]:
    try:
        return [entry for _, entry in journal.entries(url)]
    except OSError:
        return []


def _try(wrong: list[str], path: Path, read: Callable[[], object]) -> None:
    try:
        read()
    except (OSError, Timeout):
        pass
    except Exception as error:  # noqa: BLE001 - whatever it is, aktop would have died of it
        wrong.append(f"{path.name}: {type(error).__name__}: {error}")
