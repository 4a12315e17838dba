import asyncio
import importlib.machinery
import os
import stat
import sys
import types
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.gateway.gateways import PROFILE, Script, client_of, ok, refusal, token, tokens_answer
from tui.account import kept_sessions
from tui.account.kept_sessions import StoredSession, StoredSessions
from tui.gateway.auth.sessions import Session
from tui.store.keyring_box import KeyringBox, find_box

URL = "https://gw.example.com"
AT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def session(name: str = "lin", number: int = 1) -> Session:
    return Session(f"access-{name}-{number}", f"rt_{name}-{number}", AT, f"{name}@example.com")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sessions.json"


def full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_session_outlives_the_process(path: Path) -> None:
    StoredSessions(path).for_gateway(URL).replace(session())
    assert StoredSessions(path).for_gateway(URL).current() == session()
    assert StoredSessions(path).for_gateway("https://other.example.com").current() is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_one_document_per_gateway_and_account(path: Path) -> None:
    store = StoredSessions(path)
    store.for_gateway(URL).replace(session("lin", 1))
    store.for_gateway(URL).replace(session("lin", 2))
    store.for_gateway(URL).replace(session("ada"))
    assert store.accounts(URL) == ("ada@example.com", "lin@example.com")
    assert store.for_gateway(URL).current() == session("ada")
    assert store.for_gateway(URL, "lin@example.com").current() == session("lin", 2)


def test_forgetting_drops_one_account(path: Path) -> None:
    store = StoredSessions(path)
    store.for_gateway(URL).replace(session("lin"))
    keeper = store.for_gateway(URL)
    keeper.replace(session("ada"))
    keeper.forget()
    keeper.forget()
    assert keeper.current() is None
    assert b"access-ada" not in path.read_bytes()
    assert store.accounts(URL) == ("lin@example.com",)


def test_a_session_without_refresh_token_or_end(path: Path) -> None:
    bare = Session("access")
    StoredSessions(path).for_gateway(URL).replace(bare)
    assert StoredSessions(path).for_gateway(URL).current() == bare


def test_reloading_shows_what_another_process_wrote(path: Path) -> None:
    ours, theirs = (StoredSessions(path).for_gateway(URL) for _ in range(2))
    ours.replace(session("lin", 1))
    assert theirs.reload() == session("lin", 1)
    theirs.replace(session("lin", 2))
    assert ours.current() == session("lin", 1)
    assert ours.reload() == session("lin", 2)


def test_reloading_stays_with_the_account(path: Path) -> None:
    store = StoredSessions(path)
    ours = store.for_gateway(URL)
    ours.replace(session("lin"))
    store.for_gateway(URL).replace(session("ada"))
    assert ours.reload() == session("lin")


@pytest.mark.parametrize(
    "document",
    [
        '{"gateway": "https://gw.example.com"}',
        '{"gateway": "https://gw.example.com", "access_token": 5}',
        '{"gateway": "https://gw.example.com", "access_token": ""}',
        '{"gateway": 5, "access_token": "x"}',
    ],
)
def test_an_edited_document_is_no_session(path: Path, document: str) -> None:
    path.parent.mkdir()
    path.write_text('{"_default": {"1": ' + document + "}}")
    assert StoredSessions(path).for_gateway(URL).current() is None


def test_odd_members_of_a_document_are_let_be(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        '{"_default": {"1": {"gateway": "https://gw.example.com", "access_token": "x", "expires_at": 1e300,'
        ' "refresh_token": 1, "email": [], "kept_at": "x"}}}'
    )
    assert StoredSessions(path).for_gateway(URL).current() == Session("x")


def test_an_unreadable_file_is_reported_and_replaced(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{")
    said: list[str] = []
    keeper = StoredSessions(path, report=said.append).for_gateway(URL)
    assert keeper.current() is None
    keeper.replace(session())
    assert len(said) == 1
    assert "sessions.json" in said[0]


def test_when_the_disk_fails_the_session_lives_on_in_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    keeper = StoredSessions(path, report=said.append).for_gateway(URL)
    keeper.replace(session("lin", 1))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        keeper.replace(session("lin", 1))
        keeper.replace(session("lin", 2))
    assert "No space left" in str(keeper.trouble)
    assert len(said) == 1, "told once"
    assert "this sign-in ends with this aktop" in said[0]
    assert keeper.current() == keeper.reload() == session("lin", 2)
    keeper.replace(session("lin", 3))
    assert str(keeper.trouble) == "None"
    assert StoredSessions(path).for_gateway(URL).current() == session("lin", 3)


def test_what_a_full_disk_refused_is_stored_once_there_is_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refresh token on disk is used up: other aktops, and the next run, would be signed out."""
    said: list[str] = []
    keeper = StoredSessions(path, report=said.append).for_gateway(URL)
    keeper.replace(session("lin", 1))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        patched.setattr(kept_sessions, "_RETRY_S", 0.0)
        keeper.replace(session("lin", 2))
        assert keeper.current() == session("lin", 2)
    assert keeper.current() == session("lin", 2)
    assert (keeper.trouble, len(said)) == (None, 1)
    assert StoredSessions(path).for_gateway(URL).current() == session("lin", 2)


def test_writing_is_not_tried_again_with_every_request(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = StoredSessions(path).for_gateway(URL)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        keeper.replace(session())
    assert keeper.current() == session()
    assert not path.exists()


@pytest.mark.parametrize("is_out", [False, True])
def test_who_signed_in_or_out_while_the_disk_was_full_has_the_last_word(
    path: Path, monkeypatch: pytest.MonkeyPatch, is_out: bool
) -> None:
    monkeypatch.setattr(kept_sessions, "_RETRY_S", 0.0)
    keeper, other = (StoredSessions(path).for_gateway(URL) for _ in range(2))
    keeper.replace(session("lin", 1))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        keeper.replace(session("lin", 2))
    other.reload()
    other.forget() if is_out else other.replace(session("lin", 3))
    assert keeper.current() == (None if is_out else session("lin", 3))
    assert StoredSessions(path).for_gateway(URL).current() == keeper.current()


def test_a_file_that_could_not_be_read_is_read_again(path: Path) -> None:
    path.mkdir(parents=True)
    said: list[str] = []
    keeper = StoredSessions(path, report=said.append).for_gateway(URL)
    assert keeper.trouble is not None
    keeper.replace(session("lin", 1))
    assert len(said) == 1, "that it will be lost is told, although the trouble was known"
    path.rmdir()
    waiting = StoredSessions(path).for_gateway(URL)
    StoredSessions(path).for_gateway(URL).replace(session("lin", 2))
    assert waiting.reload() == session("lin", 2)


async def test_the_refresh_lock_is_held_by_one_at_a_time(path: Path) -> None:
    first, second = (StoredSessions(path).for_gateway(URL) for _ in range(2))
    order: list[str] = []

    async def hold(keeper: StoredSession, name: str) -> None:
        async with keeper.exclusive():
            order.append(f"{name} in")
            await asyncio.sleep(0.06)
            order.append(f"{name} out")

    await asyncio.gather(hold(first, "a"), hold(second, "b"))
    assert order in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])


async def test_two_processes_share_one_refresh(path: Path) -> None:
    fresh = tokens_answer("new")
    expired = refusal(401, "TOKEN_EXPIRED")

    def profile_for(script: Script) -> None:
        script.answers["user/profile"] = [expired, ok(PROFILE)]

    StoredSessions(path).for_gateway(URL).replace(Session(token(), "rt_old", None, "lin@example.com"))
    scripts = [Script(auth__refresh=fresh), Script(auth__refresh=fresh)]
    for script in scripts:
        profile_for(script)
    clients = [client_of(script, sessions=StoredSessions(path).for_gateway(URL)) for script in scripts]
    await asyncio.gather(*(client.profile() for client in clients))
    assert sum(script.paths.count("auth/refresh") for script in scripts) == 1
    kept = StoredSessions(path).for_gateway(URL).current()
    assert kept is not None
    assert kept.refresh_token == "rt_new"


class Backend:
    """A keyring backend in memory, which can be made to fail."""

    priority = 5

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, name: str) -> str | None:
        self._require_open()
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        self._require_open()
        self.kept[service, name] = password

    def delete_password(self, service: str, name: str) -> None:
        self._require_open()
        del self.kept[service, name]

    def _require_open(self) -> None:
        if self.is_locked:
            raise RuntimeError("locked")


def test_with_a_keyring_the_file_holds_no_token(path: Path) -> None:
    backend = Backend()
    store = StoredSessions(path, box=KeyringBox(backend, KeyError))
    store.for_gateway(URL).replace(session())
    assert b"access-lin" not in path.read_bytes()
    assert b"rt_lin" not in path.read_bytes()
    assert store.for_gateway(URL).current() == session()
    assert StoredSessions(path).for_gateway(URL).current() is None
    other = "https://other.example.com"
    for url, name in ((URL, "wei"), (other, "lin")):
        store.for_gateway(url, f"{name}@example.com").replace(session(name, 3))
    assert store.for_gateway(URL, "lin@example.com").current() == session()
    assert len(backend.kept) == 3
    for url, name in ((URL, "lin"), (URL, "wei"), (other, "lin")):
        store.for_gateway(url, f"{name}@example.com").forget()
    assert not backend.kept


def test_what_the_keyring_has_lost_is_no_session(path: Path) -> None:
    backend = Backend()
    store = StoredSessions(path, box=KeyringBox(backend, KeyError))
    store.for_gateway(URL).replace(session())
    backend.kept.clear()
    assert store.for_gateway(URL).current() is None


def test_tokens_in_the_file_are_newer_than_those_that_the_keyring_still_has(path: Path) -> None:
    backend = Backend()
    store = StoredSessions(path, box=KeyringBox(backend, KeyError))
    store.for_gateway(URL).replace(session(number=1))
    backend.is_locked = True
    store.for_gateway(URL, "lin@example.com").replace(session(number=2))
    backend.is_locked = False
    assert store.for_gateway(URL).current() == session(number=2)


def test_a_keyring_that_fails_is_done_without(path: Path) -> None:
    backend = Backend()
    store = StoredSessions(path, box=KeyringBox(backend, KeyError))
    backend.is_locked = True
    store.for_gateway(URL).replace(session())
    assert StoredSessions(path).for_gateway(URL).current() == session()
    backend.is_locked = False
    store.for_gateway(URL).replace(session(number=2))
    backend.is_locked = True
    assert store.for_gateway(URL).current() is None
    assert store.accounts(URL) == ("lin@example.com",)


@pytest.mark.parametrize(("module", "is_found"), [("keyring.backends.fail", False), ("keyring.backends.kwallet", True)])
def test_a_keyring_is_looked_for_quietly(monkeypatch: pytest.MonkeyPatch, module: str, is_found: bool) -> None:
    backend = type("Keyring", (Backend,), {"__module__": module})()
    package = types.ModuleType("keyring")
    package.get_keyring = lambda: backend  # type: ignore[attr-defined]
    package.__spec__ = importlib.machinery.ModuleSpec("keyring", None)
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = KeyError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", package)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert (find_box() is not None) is is_found


def test_without_the_package_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert find_box() is None
