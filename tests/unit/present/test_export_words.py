"""What is said of a path while it is typed."""

import os
from pathlib import Path

import pytest

from tui.present.export_words import path_line


@pytest.mark.parametrize(
    ("typed", "said", "is_ready"),
    [
        ("calls.csv", "calls.csv", True),
        (".", "this is a folder", False),
        ("nowhere/calls.csv", "there is no folder nowhere", False),
        ("a" * 300, f"{'a' * 300} could not be written: File name too long", False),
        (f"{'a' * 300}/b", f"{'a' * 300}/b could not be written: File name too long", False),
        ("~nobody-here/calls.csv", "there is no folder ~nobody-here", False),
        ("~nobody-here", "~nobody-here", True),
    ],
)
def test_every_path_has_its_words(
    typed: str, said: str, is_ready: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line, ready = path_line(typed)
    assert (line[0].text, ready) == (said, is_ready)


def test_a_folder_of_another_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "stat", refuse)
    line, ready = path_line("/another/calls.csv")
    assert (line[0].text, ready) == ("/another/calls.csv could not be written: Permission denied", False)
