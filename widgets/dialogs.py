"""All dialogs in one place to import from."""

from widgets.act_dialog import Act, ConfirmDialog
from widgets.choice_dialog import ChoiceDialog
from widgets.dialog_values import ActOutcome, Choice, DialogWords, FormCheck, FormField, PromptCheck
from widgets.form_dialog import FormDialog
from widgets.prompt_dialog import PromptDialog

__all__ = [
    "Act",
    "ActOutcome",
    "Choice",
    "ChoiceDialog",
    "ConfirmDialog",
    "DialogWords",
    "FormCheck",
    "FormDialog",
    "FormField",
    "PromptCheck",
    "PromptDialog",
]
