"""The small questions of the call list."""

from tui.locale import _
from tui.present.export_words import path_line
from tui.screens.dialog_words import dialog_words
from widgets.dialogs import PromptCheck, PromptDialog


class PathPrompt(PromptDialog):
    """Asks for the file of an export."""

    def __init__(self, value: str) -> None:
        super().__init__(_("Export to"), value=value, check=_checked, verb=_("Export"), words=dialog_words())


def _checked(text: str) -> PromptCheck:
    line, ready = path_line(text)
    return PromptCheck(line, ready)
