"""Textual bindings, footer hints and help pages, made from the registry of commands."""

from textual.binding import Binding, BindingType

from tui.locale import _
from tui.screens.commands import MOTION, ScreenKind, commands_of, help_of, title_of
from widgets.help_view import HelpRow, HelpSection


def bindings(place: ScreenKind) -> list[BindingType]:
    """The bindings of a screen; ids let users remap them."""
    return [
        Binding(command.keys, f"command('{command.id}')", command.title, show=False, id=command.id)
        for command in commands_of(place)
        if command.id != "open"
    ]


def footer_hints(place: ScreenKind, *, is_read_only: bool) -> tuple[tuple[str, str, bool], ...]:
    """Key, word and whether it can be done now, for the footer."""
    return tuple(
        (command.shown, title_of(command), not (command.is_mutating and is_read_only))
        for command in sorted(commands_of(place), key=lambda command: place not in command.first_in)
        if command.in_footer
    )


def help_sections(place: ScreenKind, *, is_read_only: bool) -> tuple[HelpSection, ...]:
    """Every key of a screen, with why it may be off."""
    refused = _("off: read-only")
    rows = tuple(
        HelpRow(command.shown, help_of(command), refused if command.is_mutating and is_read_only else "")
        for command in commands_of(place)
    )
    motion = tuple(HelpRow(keys, _(text)) for keys, text in MOTION)
    return (HelpSection(_("Commands"), rows), HelpSection(_("Moving"), motion))
