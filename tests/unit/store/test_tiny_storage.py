import json
import os
import stat
from pathlib import Path

import pytest
from tinydb import TinyDB

from tui.store.kept_file import MovedAside, Trouble
from tui.store.tiny_storage import AtomicStorage


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_written_is_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "aktop" / "x.json"
    storage = AtomicStorage(path)
    assert storage.read() is None
    assert not path.parent.exists()
    storage.write({"_default": {"1": {"name": "客服", "odd": "\ud800"}}})
    assert AtomicStorage(path).read() == {"_default": {"1": {"name": "客服", "odd": "\ud800"}}}
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert os.listdir(path.parent) == ["x.json"]


def test_tinydb_works_on_it(tmp_path: Path) -> None:
    for _ in range(2):
        with TinyDB(tmp_path / "x.json", storage=AtomicStorage) as database:
            database.insert({"n": 1})
    with TinyDB(tmp_path / "x.json", storage=AtomicStorage) as database:
        assert [row["n"] for row in database] == [1, 1]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"a": 1} x',
        b"\xff\xfe",
        b"[]",
        b"3",
        b'{"_default": []}',
        b'{"_default": {"x": {}}}',
        b'{"_default": {"1": 5}}',
        b"null",
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_moved_aside_and_reported(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    said: list[Trouble] = []
    storage = AtomicStorage(path, report=said.append)
    assert storage.read() is None
    (aside,) = tmp_path.iterdir()
    assert aside.read_bytes() == content
    assert aside.name.startswith("x.json.unreadable-")
    assert said == [MovedAside(path, aside)]
    storage.write({"_default": {}})
    assert storage.read() == {"_default": {}}


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_file_is_a_new_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    assert AtomicStorage(tmp_path / "x.json").read() is None


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.json"
    storage = AtomicStorage(path)
    storage.write({"_default": {"1": {"n": 1}}})

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        storage.write({"_default": {"1": {"n": 2}}})
    assert json.loads(path.read_text())["_default"]["1"]["n"] == 1
    assert os.listdir(tmp_path) == ["x.json"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "x.json"
    real.parent.mkdir()
    real.write_text("{}")
    link = tmp_path / "x.json"
    link.symlink_to(real)
    AtomicStorage(link).write({"_default": {"1": {}}})
    assert link.is_symlink()
    assert json.loads(real.read_text()) == {"_default": {"1": {}}}
