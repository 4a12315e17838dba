"""All dialogs in one place to import from."""

from widgets.act_dialog import Act, ConfirmDialog
from widgets.choice_dialog import Choice, ChoiceDialog
from widgets.dialog import DialogWords, Outcome
from widgets.form_columns import FormField
from widgets.form_dialog import FormCheck, FormDialog
from widgets.prompt_dialog import PromptCheck, PromptDialog

__all__ = [
    "Act",
    "Choice",
    "ChoiceDialog",
    "ConfirmDialog",
    "DialogWords",
    "FormCheck",
    "FormDialog",
    "FormField",
    "Outcome",
    "PromptCheck",
    "PromptDialog",
]
