"""The words that dialogs say by themselves, in the user's language."""

from tui.locale import _
from widgets.dialogs import DialogWords


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
