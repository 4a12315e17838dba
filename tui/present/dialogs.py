"""Dialogs as values: title, text, choices, fields, verb; and the fixed words of every dialog."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from tui.domain.failure import Failure
from tui.locale import _
from tui.present import failures
from widgets.dialog_values import ActOutcome, Choice, DialogWords, FormField, PromptCheck
from widgets.values import Cell, Emphasis, Line


def _accepted(_typed: str) -> PromptCheck:
    return PromptCheck()


class ChoiceModel(Struct, frozen=True):
    """One of several choices, with the current one marked."""

    title: str
    choices: tuple[Choice, ...]
    current: str | None = None
    lines: tuple[Line, ...] = ()


class PromptModel(Struct, frozen=True):
    """One text to type, checked at each change."""

    title: str
    value: str = ""
    check: Callable[[str], PromptCheck] = _accepted
    verb: str | None = None


class ConfirmModel(Struct, frozen=True):
    """A confirmation: what it means, and its button."""

    title: str
    lines: tuple[Line, ...]
    verb: str
    letter: str | None = None


class FormModel(Struct, frozen=True):
    """Fields to fill in, and the button that sends them."""

    title: str
    lines: tuple[Line, ...]
    fields: tuple[FormField, ...]
    verb: str


def dialog_words() -> DialogWords:
    """The words of every dialog."""
    return DialogWords(
        cancel=_("Cancel"),
        close=_("Close"),
        sending=_("sending …"),
        dropped=_("typed too early: dropped"),
        too_small=_("The window is too small for this question. Make it larger; esc leaves."),
        accept=_("OK"),
        now=_("now"),
        new=_("new"),
        used=_("used"),
    )


def replace_file(path: Path) -> ConfirmModel:
    """Confirm replacing a file."""
    lines: tuple[Line, ...] = ((Cell(str(path), Emphasis.STRONG),), (Cell(_("What is in it now is lost.")),))
    return ConfirmModel(_("Replace the file"), lines, _("Replace"))


def read_only_outcome() -> ActOutcome:
    """Nothing was sent, because changes are not allowed."""
    return ActOutcome(False, (Cell(_("Read-only: nothing is changed on the gateway."), Emphasis.WARNING),))


def failed_outcome(failure: Failure) -> ActOutcome:
    """The gateway did not do it, and why."""
    return ActOutcome(False, critical_line(failures.sentence(failure)))


def critical_line(text: str) -> Line:
    """The error, with its sign."""
    return (Cell(f"■ {text}", Emphasis.CRITICAL),)
