"""Typed records in a file: what fits is read, what does not is left out or moved aside, nothing is lost between two."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import Struct

from tui.store import kept_file
from tui.store.json_file import JsonFile
from tui.store.kept_file import MovedAside, Trouble
from tui.store.locks import lock_beside

ROOT = Path(__file__).parents[3]


class Fruit(Struct, frozen=True):
    name: str
    count: int = 1


def test_what_is_written_is_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "x.json"
    file = JsonFile(path, Fruit)
    assert file.read() == {}
    assert not path.parent.exists()
    file.write({7: Fruit("梨", 3)})
    assert JsonFile(path, Fruit).read() == {7: Fruit("梨", 3)}
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, Path(f"{path}.lock"))}
    assert modes == {"x.json": 0o600, "state": 0o700, "x.json.lock": 0o600}


def test_the_shape_is_that_of_every_version(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    JsonFile(path, Fruit).write({7: Fruit("pear", 3)})
    assert json.loads(path.read_text()) == {"_default": {"7": {"name": "pear", "count": 3}}}


@pytest.mark.parametrize(
    ("records", "read"),
    [
        ('{"1": {"name": "pear", "colour": "green"}}', {1: Fruit("pear")}),
        ('{"1": {"name": 5}, "2": {"name": "fig"}}', {2: Fruit("fig")}),
        ('{"1": {}, "2": null, "3": [], "4": {"name": "fig"}}', {4: Fruit("fig")}),
        ('{"1": ' + "[" * 50_000 + "]" * 50_000 + ', "2": {"name": "fig"}}', None),
        ("{}", {}),
    ],
)
def test_a_record_that_does_not_fit_is_left_out(tmp_path: Path, records: str, read: dict[int, Fruit] | None) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"_default": ' + records + "}")
    assert JsonFile(path, Fruit).read() == (read or {})
    assert path.exists() is (read is not None)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"a": 1} x',
        b"\xff\xfe",
        b"[]",
        b"3",
        b"null",
        b'{"_default": {"x": {}}}',
        b'{"_default": {"1": {"name": "\\ud83d"}}}',
        b"[" * 100_000,
    ],
)
def test_another_shape_is_moved_aside_and_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    told: list[Trouble] = []
    file = JsonFile(path, Fruit, told.append)
    assert file.read() == {}
    (aside,) = tmp_path.iterdir()
    assert aside.read_bytes() == content
    assert told == [MovedAside(path, aside)]
    file.write({1: Fruit("fig")})
    assert file.read() == {1: Fruit("fig")}


def test_more_than_can_be_meant_is_moved_aside_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("wb") as sparse:
        sparse.truncate(kept_file.MAX_BYTES + 1)
    assert JsonFile(path, Fruit).read() == {}
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_file_is_a_new_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    assert JsonFile(tmp_path / "x.json", Fruit).read() == {}
    assert os.listdir(tmp_path) == ["x.json"]


def test_what_cannot_be_read_is_no_reason_to_begin_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    os.mkfifo(path)
    file = JsonFile(path, Fruit)
    with pytest.raises(OSError):
        file.read()
    with pytest.raises(OSError), file.changing():
        pass
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    file = JsonFile(tmp_path / "x.json", Fruit)
    file.write({1: Fruit("fig")})
    with pytest.raises(ZeroDivisionError), file.changing() as records:
        records[1 // 0] = Fruit("pear")
    assert file.read() == {1: Fruit("fig")}


def test_a_link_stays_one(tmp_path: Path) -> None:
    real, link = tmp_path / "elsewhere.json", tmp_path / "x.json"
    real.write_text("{}")
    link.symlink_to(real)
    JsonFile(link, Fruit).write({1: Fruit("fig")})
    assert link.is_symlink()
    assert JsonFile(real, Fruit).read() == {1: Fruit("fig")}


def test_who_holds_the_lock_is_waited_for_and_not_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with lock_beside(path), pytest.raises(TimeoutError):
        JsonFile(path, Fruit, wait_s=0.05).write({})


ADDER = """
import sys
from pathlib import Path
from tests.unit.store.test_json_file import Fruit
from tui.store.json_file import JsonFile
for _ in range(20):
    with JsonFile(Path(sys.argv[1]), Fruit, wait_s=60).changing() as records:
        records[len(records) + 1] = Fruit("fig")
"""


def test_nothing_is_lost_where_several_change_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    adders = [subprocess.Popen([sys.executable, "-c", ADDER, str(path)], cwd=ROOT) for _ in range(3)]
    assert [adder.wait() for adder in adders] == [0, 0, 0]
    assert len(JsonFile(path, Fruit).read()) == 60
