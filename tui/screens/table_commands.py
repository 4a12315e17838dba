"""Finding text in a table and choosing its columns: dialogs, and what follows from their answers."""

from collections.abc import Callable

from tui.present import table_words
from tui.screens.columns import ColumnsDialog, has_columns
from tui.screens.dialogs import Ask, Next, prompt_dialog
from widgets.live_table import LiveTable


def find(table: LiveTable | None) -> Next:
    """Ask for a text, and go to the next row that has it."""
    if table is None:
        return table_words.nothing_to_find()

    def take(text: str | None) -> Next:
        if text is not None:
            table.needles = (text,) if text else ()
            if text and not table.seek(1):
                return table_words.not_found(text)
        return None

    return Ask(prompt_dialog(table_words.find_prompt(" ".join(table.needles))), take)


def seek(table: LiveTable | None, step: int) -> Next:
    """Go to another row with the text that was found last; without one, ask."""
    if table is None or not table.needles:
        return find(table)
    return None if table.seek(step) else table_words.not_found(" ".join(table.needles))


def choose_columns(table: LiveTable | None, keep: Callable[[LiveTable], None]) -> Next:
    """Offer the columns of a table; `keep` writes the choice down for the next run, and raises OSError."""
    if table is None or not has_columns(table):
        return table_words.nothing_to_choose()

    def take(hidden: frozenset[str] | None) -> Next:
        if hidden is None:
            return None
        table.hidden = hidden
        try:
            keep(table)
        except OSError as error:
            return table_words.columns_not_kept(error)
        return None

    return Ask(ColumnsDialog(table.columns, table.hidden), take)
