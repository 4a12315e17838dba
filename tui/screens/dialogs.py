"""Dialogs made of their models, and what follows from what a person answers."""

import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen

from tui.config.paths import as_written
from tui.present import export_words
from tui.present.dialogs import ChoiceModel, ConfirmModel, FormModel, PromptModel, dialog_words, replace_file
from tui.present.shown_keys import in_use
from tui.present.toasts import Toast
from tui.screens.messages import Undo
from tui.screens.yes_no import YesNoDialog
from widgets.act_dialog import ActDialog
from widgets.dialogs import Act, ActOutcome, ChoiceDialog, ConfirmDialog, FormCheck, FormDialog, PromptDialog


def _nothing(_answer: Any) -> None:
    return None


class Ask(Struct, frozen=True, eq=False):
    """A dialog to open, and what follows from its answer."""

    dialog: ModalScreen[Any]
    then: "Callable[[Any], Next]" = _nothing
    can_undo: bool = False
    """Whether the key for undo, pressed when it is done, takes it back."""


Next = Ask | Toast | Message | None
"""What follows an action of a person: a question, a toast, a message, or nothing."""


def follow(pump: MessagePump, following: Next) -> None:
    """Ask, tell or send what follows, on behalf of a screen or the app."""
    match following:
        case Ask(ActDialog() as dialog, then, True):
            dialog.further_keys = frozenset(in_use().keys_of("undo"))
            pump.app.push_screen(dialog, lambda answer: follow(pump, Undo() if dialog.goes_further else then(answer)))
        case Ask(dialog, then):
            pump.app.push_screen(dialog, lambda answer: follow(pump, then(answer)))
        case Toast():
            show_toast(pump.app, following)
        case Message():
            pump.post_message(following)


def show_toast(app: App[Any], toast: Toast) -> None:
    """Show a notice."""
    app.notify(toast.text, severity=toast.severity, markup=False, timeout=toast.timeout_s)


def choice_dialog(model: ChoiceModel) -> ChoiceDialog:
    """A dialog to choose one of several."""
    return ChoiceDialog(model.title, model.choices, model.current, lines=model.lines, words=dialog_words())


def prompt_dialog(model: PromptModel) -> PromptDialog:
    """A dialog to type one text."""
    return PromptDialog(model.title, value=model.value, check=model.check, verb=model.verb, words=dialog_words())


def confirm_dialog(model: ConfirmModel, act: Act) -> ConfirmDialog:
    """A dialog that acts once a person agrees."""
    return ConfirmDialog(model.title, model.lines, model.verb, act, letter=model.letter, words=dialog_words())


def yes_no_dialog(model: ConfirmModel) -> YesNoDialog:
    """A dialog that closes with what a person says to it."""
    return YesNoDialog(model.title, model.lines, model.verb, letter=model.letter, words=dialog_words())


def form_dialog(
    model: FormModel,
    check: Callable[[Mapping[str, str]], FormCheck],
    act: Callable[[Mapping[str, str]], Awaitable[ActOutcome]],
) -> FormDialog:
    """A dialog with fields."""
    return FormDialog(model.title, model.lines, model.fields, model.verb, check, act, words=dialog_words())


class PathPrompt(PromptDialog):
    """Asks for the file to write."""

    def __init__(self, suggested: str) -> None:
        model = export_words.path_prompt(suggested)
        super().__init__(model.title, value=model.value, check=model.check, verb=model.verb, words=dialog_words())


def save_as(suggested: str, save: Callable[[Path, bool], Next]) -> Ask:
    """Ask for a file, and to confirm if it exists; `save` gets the path and whether to replace."""

    def take(typed: str | None) -> Next:
        if typed is None:
            return None
        path = as_written(typed)
        if not os.path.exists(path):
            return save(path, False)
        return Ask(yes_no_dialog(replace_file(path)), lambda yes: save(path, True) if yes else None)

    return Ask(PathPrompt(suggested), take)
