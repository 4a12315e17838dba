"""Saved views in words."""

from collections.abc import Iterable

from tui.locale import _
from tui.present.dialogs import ChoiceModel, PromptModel
from tui.present.toasts import Toast
from widgets.dialog_values import Choice, PromptCheck
from widgets.values import Cell, Emphasis

MAX_NAME = 40


def name_prompt() -> PromptModel:
    """Ask for a view's name."""
    return PromptModel(_("Save this view as"), check=check_name)


def check_name(text: str) -> PromptCheck:
    """Check a view's name."""
    if not 1 <= len(text.strip()) <= MAX_NAME:
        told = _("a name of 1 to {most} letters").format(most=MAX_NAME)
        return PromptCheck((Cell(told, Emphasis.MUTED),), ready=False)
    return PromptCheck((Cell(_("range, filters, order, columns and split are kept"), Emphasis.MUTED),))


def open_choices(names: Iterable[str]) -> ChoiceModel:
    """Which view is to be opened."""
    return ChoiceModel(_("Open a view"), _numbered(names))


def forget_choices(names: Iterable[str]) -> ChoiceModel:
    """Ask which view to forget."""
    return ChoiceModel(_("Forget a view"), _numbered(names))


def _numbered(names: Iterable[str]) -> tuple[Choice, ...]:
    """Choices in the order of names; the first nine have a digit each."""
    return tuple(Choice(name, name, str(number) if number < 10 else "") for number, name in enumerate(names, 1))


def kept(name: str) -> Toast:
    """The view is saved."""
    return Toast(_("Kept: the palette opens {name}, and so does --view.").format(name=name))


def forgotten(name: str) -> Toast:
    """The view is forgotten."""
    return Toast(_("The view {name} is forgotten.").format(name=name), timeout_s=4)


def none_yet() -> Toast:
    """No view was saved."""
    return Toast(_("No view is saved yet."), timeout_s=4)


def unknown(name: str, known: Iterable[str]) -> Toast:
    """There is no view of that name."""
    text = _("There is no view {name}; saved are: {known}")
    return Toast(text.format(name=name, known=", ".join(known) or _("none")), "warning", 12)


def not_kept(error: OSError) -> Toast:
    """The file cannot be read or written."""
    return Toast(_("The views cannot be kept: {error}").format(error=error.strerror or error), "warning", 8)
