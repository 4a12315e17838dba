"""Keys of one's own: what is read, what is refused and where, and that no preset stands in its own way."""

from pathlib import Path

import pytest

from tui.config.file import BadSettings
from tui.config.keys import PRESETS, key_map
from tui.config.sources import load
from tui.config.tables import BadTable
from tui.domain.commands import MOTIONS
from tui.domain.key_map import DEFAULTS, KeyMap, conflicts, differing, read_key, written
from widgets.field_view import FieldView
from widgets.live_table import LiveTable
from widgets.trend_chart import TrendChart


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("X", "X"),
        ("?", "question_mark"),
        ("/", "slash"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("ctrl+K", "ctrl+k"),
        ("comma", "comma"),
        ("Esc", "escape"),
        ("alt+<", "alt+less_than_sign"),
        ("F5", "f5"),
        ("é", "é"),
        ("", None),
        ("ctr+x", None),
        ("XY", None),
        ("ctrl+", None),
    ],
)
def test_a_key_is_read_as_a_person_writes_it(text: str, name: str | None) -> None:
    assert read_key(text) == name


@pytest.mark.parametrize("name", sorted({key for keys in DEFAULTS.values() for key in keys}))
def test_every_key_that_there_is_can_be_written(name: str) -> None:
    shown = written(name)
    for arrow, word in {"↑": "up", "↓": "down", "←": "left", "→": "right"}.items():
        shown = shown.replace(arrow, word)
    assert read_key(shown) == name


def test_no_key_does_two_things_at_first() -> None:
    assert conflicts(KeyMap()) == []


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_stands_in_nobodys_way_and_changes_something(preset: str) -> None:
    found = key_map({"preset": preset})
    assert found.preset == preset
    assert {name for name, _keys in differing(found)} == set(PRESETS[preset])


def test_what_is_chosen_goes_before_the_preset() -> None:
    found = key_map({"preset": "k9s", "disable": "Q", "refresh": ""})
    assert found.keys_of("disable") == ("Q",)
    assert found.keys_of("refresh") == ()
    assert found.keys_of("columns") == ("C", "ctrl+w")
    assert found.bound()["refresh"] == "none_refresh"
    assert found.shown("refresh") == "–"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[keys]\ndisable = "u"\n', "config.toml:2: keys.disable: u is the key of undo already"),
        ('[keys]\nrefresh = "j"\n', "config.toml:2: keys.refresh: j is the key of down already"),
        ('[keys]\nrefresh = "R"\npause = "R"\n', "config.toml:3: keys.pause: R is the key of refresh already"),
        ('[keys]\n\ndisble = "X"\n', "config.toml:3: keys.disble: unknown command; expected one of preset, open,"),
        ('[keys]\ndisable = "XY"\n', "config.toml:2: keys.disable: 'XY' is no key"),
        ("[keys]\ndisable = 3\n", "config.toml:2: keys.disable: expected keys such as"),
        ('[keys]\ndisable = "ctrl+i"\n', "config.toml:2: keys.disable: a terminal sends ctrl+i as tab"),
        ('[keys]\ndisable = "1"\n', "config.toml:2: keys.disable: 1 always does the same"),
        ('[keys]\npreset = "nano"\n', "config.toml:2: keys.preset: expected one of vim, emacs, k9s"),
        ('[profile.p.keys]\ndisable = "u"\n', "config.toml:2: keys.disable: u is the key of undo already"),
        ('keys = { disable = "u" }\n', "config.toml:1: keys: u is the key of undo already"),
        ("keys = 3\n", "config.toml:1: keys: expected a table such as [keys]"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadSettings) as error:
        load({}, {}, path, tmp_path)
    assert told in str(error.value)


def test_commands_that_never_meet_may_share_a_key() -> None:
    assert key_map({"report": "Q", "export": "Q"}).keys_of("report") == ("Q",)
    with pytest.raises(BadTable):
        key_map({"report": "Q", "explain": "Q"})


def test_motions_are_those_of_the_widgets() -> None:
    bound = {binding.id: binding.key for widget in (LiveTable, FieldView, TrendChart) for binding in widget.BINDINGS}
    told = {binding: motion.keys for motion in MOTIONS for binding in motion.bindings}
    assert told == {name: keys for name, keys in bound.items() if name and not name.endswith("select")}
