import re
import tomllib
from pathlib import Path

import pytest

from tui import locale
from tui.config.settings import OPTIONS
from tui.config.sources import in_one, read_config
from tui.config.template import template


def uncommented(text: str) -> str:
    """The file with every # taken away that stands before something to be set."""
    return re.sub(r"^#(?! )", "", text, flags=re.MULTILINE)


def test_nothing_is_in_force_in_it() -> None:
    assert tomllib.loads(template({})) == {}


@pytest.mark.parametrize("language", locale.LANGUAGES)
def test_every_setting_stands_in_it_and_can_be_taken_into_use(tmp_path: Path, language: str) -> None:
    locale.use(language)
    path = tmp_path / "config.toml"
    path.write_text(uncommented(template({})), encoding="utf-8")
    file = read_config(path)
    assert set(in_one(file.top)) == {option.name for option in OPTIONS}
    assert (file.default_profile, set(file.profiles)) == ("staging", {"staging"})


@pytest.mark.parametrize(
    "option", [option for option in OPTIONS if option.default not in (None, ())], ids=lambda option: option.name
)
def test_what_is_shown_of_a_setting_is_its_default(option, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    shown = in_one(tomllib.loads(uncommented(template({}))))[option.name]
    assert option.read(shown) == option.default


def test_what_is_given_is_set(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(template({"url": 'https://a.example/"quoted"', "read_only": True}))
    assert read_config(path).top == {"url": 'https://a.example/"quoted"', "read_only": True}
