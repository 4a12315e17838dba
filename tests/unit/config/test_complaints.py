"""Every reason why a setting cannot be used has words, and none quotes what was given."""

import os
from pathlib import Path

import pytest

from tui import locale
from tui.config.complaints import complaint, file_complaint
from tui.config.file import BadSettings
from tui.gateway.address import ConfigError, ConfigProblem
from tui.store.files import read_regular


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("problem", ConfigProblem)
def test_each_problem_has_words(problem: ConfigProblem, language: str) -> None:
    locale.use(language)
    try:
        words = complaint(ConfigError(problem, scheme="ftp", shortest=8, longest=512))
    finally:
        locale.use("en")
    assert words
    assert "{" not in words
    assert words.isascii() is (language == "en")


def test_other_errors_word_themselves() -> None:
    assert complaint(BadSettings("line 3: no")) == "line 3: no"


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="regular") as caught:
        read_regular(tmp_path / "pipe")
    assert file_complaint(caught.value) == "it is no regular file"
    assert file_complaint(FileNotFoundError(2, "No such file or directory")) == "No such file or directory"
