"""The registry of commands, and all that is made from it."""

from pathlib import Path

import pytest

from tui.domain.capabilities import Capabilities, Capability, Lack
from tui.domain.commands import COMMANDS, ScreenKind, commands_of
from tui.domain.key_map import KeyMap
from tui.present import help as help_words
from tui.present.key_table import key_table, preset_table
from tui.screens.account_screen import AccountScreen
from tui.screens.bindings import footer_hints
from tui.screens.calls.screen import CallsScreen
from tui.screens.errors.screen import ErrorsScreen
from tui.screens.incidents.screen import IncidentsScreen
from tui.screens.journal.screen import JournalScreen
from tui.screens.key.screen import KeyScreen
from tui.screens.model.screen import ModelScreen
from tui.screens.notices.screen import NoticesScreen
from tui.screens.overview.screen import OverviewScreen
from tui.screens.triage.screen import TriageScreen

SCREENS: dict[ScreenKind, type[AccountScreen]] = {
    ScreenKind.OVERVIEW: OverviewScreen,
    ScreenKind.KEY: KeyScreen,
    ScreenKind.MODEL: ModelScreen,
    ScreenKind.CALLS: CallsScreen,
    ScreenKind.ERRORS: ErrorsScreen,
    ScreenKind.TRIAGE: TriageScreen,
    ScreenKind.INCIDENTS: IncidentsScreen,
    ScreenKind.NOTICES: NoticesScreen,
    ScreenKind.JOURNAL: JournalScreen,
}
LOST_OVER_SSH = {"ctrl+a", "ctrl+b", "ctrl+i", "ctrl+m", "ctrl+h", "ctrl+j", "f10", "f11"}


def test_the_call_list_names_first_what_one_comes_to_it_for() -> None:
    keys = [key for key, _word, _is_on in footer_hints(ScreenKind.CALLS, Capabilities(), KeyMap())]
    assert keys[:8] == ["enter", "D", "/", "s", "F", "B", "C", "E"]
    assert "c" not in keys, "it leads here"
    assert "c" in [key for key, _word, _is_on in footer_hints(ScreenKind.OVERVIEW, Capabilities(), KeyMap())]


def test_a_recording_is_stepped_through_and_nothing_else_is() -> None:
    source = Capabilities().without(Lack.RECORDING, Capability.ACTIONS, Capability.LIVE)
    keys = [key for key, _word, is_on in footer_hints(ScreenKind.OVERVIEW, source, KeyMap()) if is_on]
    assert keys[:5] == ["enter", "[", "]", "{", "}"]
    assert "[" not in [key for key, _word, _is_on in footer_hints(ScreenKind.OVERVIEW, Capabilities(), KeyMap())]


@pytest.mark.parametrize(("lack", "off"), [(Lack.READ_ONLY, {"D": False, "L": False}), (Lack.API_KEY_MODE, {})])
def test_what_a_source_cannot_do_is_off_or_not_offered(lack: Lack, off: dict[str, bool]) -> None:
    source = Capabilities().without(lack, Capability.ACTIONS)
    hints = {key: is_on for key, _word, is_on in footer_hints(ScreenKind.OVERVIEW, source, KeyMap())}
    assert {key: is_on for key, is_on in hints.items() if key in "DL"} == off
    assert all(is_on for key, is_on in hints.items() if key not in "DL")
    sections = help_words.sections(ScreenKind.OVERVIEW, "keys", source, KeyMap())
    noted = {row.key for section in sections for row in section.rows if row.note}
    assert noted == ({"D", "L", "Z", "W", "u"} if off else set())


def test_the_documents_have_the_key_table_of_the_registry() -> None:
    document = (Path(__file__).parents[3] / "docs" / "keys.md").read_text(encoding="utf-8")
    assert key_table() in document
    assert preset_table() in document


@pytest.mark.parametrize("place", list(SCREENS))
def test_every_command_of_a_place_can_be_done_there(place: ScreenKind) -> None:
    missing = [c.id for c in commands_of(place) if c.id != "open" and not hasattr(SCREENS[place], f"do_{c.id}")]
    assert not missing


@pytest.mark.parametrize("place", list(ScreenKind))
def test_no_key_means_two_things_in_one_place(place: ScreenKind) -> None:
    keys = [key for command in commands_of(place) for key in command.keys.split(",") if key]
    assert len(keys) == len(set(keys))


def test_no_key_gets_lost_over_ssh_and_tmux() -> None:
    keys = {key for command in COMMANDS for key in command.keys.split(",")}
    assert not keys & LOST_OVER_SSH
    assert not [key for key in keys if key.startswith("ctrl+shift")]


def test_what_changes_the_gateway_is_an_upper_case_key_or_undo() -> None:
    assert {command.keys for command in COMMANDS if command.is_mutating} == {"D", "L", "Z", "W", "u"}
