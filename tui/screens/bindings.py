"""Textual bindings, and footer hints, made from the registry of commands and the keys that a person has."""

from textual.binding import Binding, BindingType

from tui.domain.capabilities import Capabilities
from tui.domain.commands import ScreenKind, commands_of
from tui.domain.key_map import NO_KEY, KeyMap
from tui.present.command_words import title_of

PANE_BINDINGS: tuple[tuple[str, str, str], ...] = tuple(
    (str(number), f"focus_pane({number})", "") for number in range(1, 5)
)
"""A digit for each pane."""


def bindings(place: ScreenKind) -> list[BindingType]:
    """The bindings of a screen; by their ids the app gives them other keys."""
    return [
        Binding(command.keys or f"none_{command.id}", f"command('{command.id}')", command.id, show=False, id=command.id)
        for command in commands_of(place)
        if command.id != "open"
    ]


def footer_hints(place: ScreenKind, capabilities: Capabilities, keys: KeyMap) -> tuple[tuple[str, str, bool], ...]:
    """Key, word and whether it can be done now, for the footer; stepping comes early, where it is possible at all."""
    return tuple(
        (keys.shown(command.id), title_of(command.id), command.is_possible(capabilities))
        for command in sorted(commands_of(place), key=lambda one: (place not in one.first_in, not one.in_recordings))
        if command.in_footer and keys.shown(command.id) != NO_KEY
        if command.is_offered(capabilities)
    )
