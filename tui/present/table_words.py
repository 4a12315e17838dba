"""Words for any table: choosing columns, finding text."""

from tui.locale import _
from tui.present.dialogs import PromptModel
from tui.present.toasts import Toast
from widgets.values import Cell, Emphasis, Line


def columns_not_kept(error: Exception) -> Toast:
    """The columns could not be saved: the next start shows others."""
    return Toast(_("The columns could not be remembered: {error}").format(error=error), "warning")


def columns_title() -> str:
    """The title of the column chooser."""
    return _("Columns")


def columns_lines() -> tuple[Line, ...]:
    """How to choose columns."""
    return ((Cell(_("space shows or hides, a shows all, enter takes it"), Emphasis.MUTED),),)


def nothing_to_choose() -> Toast:
    """There is nothing to choose."""
    return Toast(_("This pane has no columns to choose."), timeout_s=4)


def find_prompt(needle: str) -> PromptModel:
    """Ask for text to find in the rows."""
    return PromptModel(_("Find"), needle)


def not_found(needle: str) -> Toast:
    """No row contains it."""
    return Toast(_("Nothing here has “{text}” in it.").format(text=needle), timeout_s=4)


def nothing_to_find() -> Toast:
    """There are no rows to find anything in."""
    return Toast(_("This pane has no rows to find anything in."), timeout_s=4)
