"""Small files of a person and a machine: the latest choices, the last figures, the last pictures."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.samples import NOW
from tui.store import choices, last_known, last_screen
from tui.store.choices import RecentChoices
from tui.store.last_known import LastKnown
from tui.store.view import StoredTheme
from tui.terminal import last_screen as pictures


def test_choices_are_kept_latest_first_each_once_and_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "MOST_KEPT", 3)
    recent = RecentChoices(tmp_path / "one.json")
    assert recent.newest_first() == ()
    for choice in "abcadb":
        recent.add(choice)
    assert recent.newest_first() == ("b", "d", "a")


def test_a_theme_is_that_chosen_last(tmp_path: Path) -> None:
    theme = StoredTheme(tmp_path / "one.json")
    assert theme.name() is None
    theme.keep("dark")
    theme.keep("light")
    assert StoredTheme(tmp_path / "one.json").name() == "light"


def test_the_last_figures_are_those_of_the_same_settings(tmp_path: Path) -> None:
    path = last_known.path_of(tmp_path, "https://gateway.example", None)
    assert path == last_known.path_of(tmp_path, "https://gateway.example", "")
    assert path != last_known.path_of(tmp_path, "https://gateway.example", "staging")
    assert last_known.read(path) is None
    known = LastKnown(NOW, "warning", 3.5, 0.5, NOW + timedelta(hours=7), key="batch", key_id=2, keys=("batch",))
    last_known.write(path, known)
    assert last_known.read(path) == known
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    for spoilt in (b"{", b"\xff", b'{"at":"2026-11-24T05:31:02"}'):
        path.write_bytes(spoilt)
        assert last_known.read(path) is None


def test_pictures_are_kept_for_each_start_and_size_up_to_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_screen, "MAX_KEPT", 2)
    environ = {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    paths = []
    for number, width in enumerate((80, 90, 100)):
        last_screen.keep(["line"] * 24, (width, 24), [], environ)
        key = pictures.key_of([], environ, width, 24)
        assert key is not None
        paths.append(Path(pictures.path_of(key, environ)))
        os.utime(paths[-1], (1000 + number, 1000 + number))
    assert [path.exists() for path in paths] == [False, True, True]
    assert paths[-1].stat().st_mode & 0o777 == 0o600
    last_screen.forget(environ)
    assert not any(path.exists() for path in paths)
    last_screen.forget({"XDG_STATE_HOME": str(tmp_path / "nowhere"), "HOME": str(tmp_path)})
