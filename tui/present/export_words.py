"""What the export dialogs of the call list say."""

from pathlib import Path

from tui.config.paths import as_written
from tui.domain.export_format import ExportFormat
from tui.locale import _, plural
from tui.present import format as fmt
from tui.present.read_back import ReadPlan, cost_words
from widgets.values import Cell, Emphasis, Line

FORMS = {ExportFormat.CSV: "c", ExportFormat.CSV_BOM: "b", ExportFormat.JSONL: "j"}


def form_word(form: ExportFormat) -> str:
    """What a form is called."""
    return {
        ExportFormat.CSV: "CSV",
        ExportFormat.CSV_BOM: _("CSV with a byte order mark, for spreadsheets"),
        ExportFormat.JSONL: "JSON Lines",
    }[form]


def shown_words(count: int) -> str:
    """What is exported when it is what is shown."""
    return plural("the {n} call that is shown", "the {n} calls that are shown", count).format(n=fmt.count(count))


def range_words(plan: ReadPlan) -> str:
    """What is exported when it is the whole range, and what that costs."""
    if plan.total is None:
        return _("the whole range, read anew")
    cost = cost_words(ReadPlan(0, plan.total))
    text = plural("the {n} call of the range: {cost}", "all {n} calls of the range: {cost}", plan.total)
    return text.format(n=fmt.count(plan.total), cost=cost)


def path_line(text: str) -> tuple[Line, bool]:
    """What a path means, and whether a file can be written there."""
    if not text.strip():
        return (Cell(_("a file name is missing"), Emphasis.WARNING),), False
    path = as_written(text)
    try:
        return _found_there(path)
    except OSError as error:  # too long a name, a folder that is another's
        why = error.strerror or type(error).__name__
        text = _("{path} could not be written: {why}").format(path=path, why=why)
        return (Cell(text, Emphasis.WARNING),), False


def _found_there(path: Path) -> tuple[Line, bool]:
    if path.is_dir():
        return (Cell(_("this is a folder"), Emphasis.WARNING),), False
    if not path.parent.is_dir():
        return (Cell(_("there is no folder {path}").format(path=path.parent), Emphasis.WARNING),), False
    if path.exists():
        return (Cell(_("there is such a file; it is replaced only after another question"), Emphasis.WARNING),), True
    return (Cell(str(path), Emphasis.MUTED),), True
