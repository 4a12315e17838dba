"""All dialogs in one place to import from."""

from widgets.act_dialog import Act, ConfirmDialog
from widgets.choice_dialog import Choice, ChoiceDialog
from widgets.dialog import ActOutcome, DialogWords
from widgets.form_columns import FormField
from widgets.form_dialog import FormCheck, FormDialog
from widgets.prompt_dialog import PromptCheck, PromptDialog

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
