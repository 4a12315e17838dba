"""Files are put in their place whole or not at all, and nothing else is left."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.store.atomic import PendingFile, create_file, replace_file


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fails(code: int) -> Callable[..., None]:
    def failing(*_arguments: object) -> None:
        raise OSError(code, os.strerror(code))

    return failing


@pytest.mark.parametrize("write", [replace_file, create_file])
def test_a_file_of_its_owner_in_a_folder_of_its_owner(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    path = tmp_path / "state" / "aktop" / "x"
    write(path, b"whole")
    assert path.read_bytes() == b"whole"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert os.listdir(path.parent) == ["x"]


def test_the_file_is_on_the_disk_before_its_name_and_both_before_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, os.replace

    def noted_sync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def noted_replace(old: str, new: Path) -> None:
        steps.append("name")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(os, "replace", noted_replace)
    replace_file(tmp_path / "x", b"whole")
    assert steps == ["file", "name", "folder"]
    steps.clear()
    replace_file(tmp_path / "x", b"hurried", is_synced=False)
    assert steps == ["name"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, step, fails(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x"]


def test_a_file_that_is_not_put_is_gone_be_the_disk_full_or_not(tmp_path: Path) -> None:
    with PendingFile(tmp_path / "x") as pending:
        pending.file.write(b"half")
    with PendingFile(tmp_path / "x") as pending, open("/dev/full", "wb") as full:
        pending.file.write(b"half")
        os.dup2(full.fileno(), pending.file.fileno())  # closing fails as well
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_folder_that_cannot_be_synced_is_let_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    sync = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (fails(code) if stat.S_ISDIR(os.fstat(handle).st_mode) else sync)(handle)
    )
    replace_file(tmp_path / "x", b"whole")
    monkeypatch.setattr(
        os, "fsync", lambda handle: (fails(errno.EIO) if stat.S_ISDIR(os.fstat(handle).st_mode) else sync)(handle)
    )
    with pytest.raises(OSError, match="Input/output"):
        replace_file(tmp_path / "x", b"whole")


@pytest.mark.parametrize("has_links", [True, False])
def test_a_new_file_takes_nobodys_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool) -> None:
    if not has_links:
        monkeypatch.setattr(os, "link", fails(errno.EPERM))
    mine, nowhere = tmp_path / "mine", tmp_path / "nowhere"
    mine.write_bytes(b"mine")
    nowhere.symlink_to(tmp_path / "none")
    for path in (mine, nowhere):
        with pytest.raises(FileExistsError) as raised:
            create_file(path, b"theirs")
        assert raised.value.filename == str(path)
    create_file(tmp_path / "new", b"whole")
    assert (mine.read_bytes(), (tmp_path / "new").read_bytes()) == (b"mine", b"whole")
    assert sorted(os.listdir(tmp_path)) == ["mine", "new", "nowhere"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "x"
    victim.write_bytes(b"precious")
    path.symlink_to(victim)
    replace_file(path, b"whole")
    assert not path.is_symlink()
    assert (path.read_bytes(), victim.read_bytes()) == (b"whole", b"precious")


def test_what_a_killed_process_left_is_swept_but_not_what_another_writes_now(tmp_path: Path) -> None:
    old, fresh, foreign = tmp_path / "[x].abc.tmp", tmp_path / "[x].def.tmp", tmp_path / "x.abc.tmp"
    for file in (old, fresh, foreign):
        file.write_text("{")
    for file in (old, foreign):
        os.utime(file, (1, 1))
    replace_file(tmp_path / "[x]", b"whole")
    assert sorted(os.listdir(tmp_path)) == ["[x]", "[x].def.tmp", "x.abc.tmp"]
