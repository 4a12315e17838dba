"""The words of the export dialogs of the call list."""

from pathlib import Path

from tui.config.paths import as_written
from tui.domain.export_format import ExportFormat
from tui.domain.failure import Failure
from tui.locale import _, plural
from tui.present import failures
from tui.present import format as fmt
from tui.present.dialogs import ChoiceModel, PromptModel
from tui.present.read_back import ReadPlan, cost_words
from tui.present.shown_keys import with_keys
from tui.present.toasts import Toast
from widgets.dialog_values import Choice, PromptCheck
from widgets.values import Cell, Emphasis, Line

FORMS = {ExportFormat.CSV: "c", ExportFormat.CSV_BOM: "b", ExportFormat.JSONL: "j"}


SHOWN, RANGE = "shown", "range"
"""What can be exported: the calls shown, or the whole range."""


def export_choices(shown: int, plan: ReadPlan | None) -> ChoiceModel:
    """What to export and how; `plan` is the whole range, if it has more calls than are shown."""
    lines: list[Line] = [(Cell(shown_words(shown)),)]
    choices = [Choice(f"{SHOWN} {form}", form_word(form), key, _("shown")) for form, key in FORMS.items()]
    if plan is not None:
        lines.append((Cell(range_words(plan)),))
        note = _("whole range")
        choices += [Choice(f"{RANGE} {form}", form_word(form), key.upper(), note) for form, key in FORMS.items()]
    return ChoiceModel(_("Export"), tuple(choices), lines=tuple(lines))


def progress(count: int, total: int | None, waiting: str) -> Line:
    """Progress. How to stop comes first: a narrow terminal cuts the end."""
    if total is None:
        text = plural("exporting, esc stops: {n} call so far", "exporting, esc stops: {n} calls so far", count)
        text = with_keys(text, "back").format(n=fmt.count(count))
    else:
        text = plural("exporting, esc stops: {n} of {total} call", "exporting, esc stops: {n} of {total} calls", total)
        text = with_keys(text, "back").format(n=fmt.count(count), total=fmt.count(total))
    return (Cell(f"{text} · {waiting}" if waiting else text, Emphasis.ACCENT),)


def stopped() -> Toast:
    """The export was cancelled."""
    return Toast(_("The export was stopped; there is no file."))


def written(path: Path, count: int) -> Toast:
    """The file is written."""
    text = plural("{n} call written to {path}", "{n} calls written to {path}", count)
    return Toast(text.format(n=fmt.count(count), path=path))


def failed(failure: Failure) -> Toast:
    """The gateway did not send all of it."""
    return Toast(_("The export ended without a file: {why}").format(why=failures.sentence(failure)), "error")


def incomplete(failure: Failure) -> Toast:
    """What the file lacks."""
    return Toast(failures.sentence(failure), "warning")


def form_word(form: ExportFormat) -> str:
    """The name of a format."""
    return {
        ExportFormat.CSV: "CSV",
        ExportFormat.CSV_BOM: _("CSV with a byte order mark, for spreadsheets"),
        ExportFormat.JSONL: "JSON Lines",
    }[form]


def shown_words(count: int) -> str:
    """The choice to export the calls shown."""
    return plural("the {n} call that is shown", "the {n} calls that are shown", count).format(n=fmt.count(count))


def range_words(plan: ReadPlan) -> str:
    """The choice to export the whole range, and its cost."""
    if plan.total is None:
        return _("the whole range, read anew")
    cost = cost_words(ReadPlan(0, plan.total))
    text = plural("the {n} call of the range: {cost}", "all {n} calls of the range: {cost}", plan.total)
    return text.format(n=fmt.count(plan.total), cost=cost)


def path_prompt(suggested: str) -> PromptModel:
    """Ask for the file to write."""
    return PromptModel(_("Export to"), suggested, lambda text: PromptCheck(*path_line(text)), _("Export"))


def path_line(text: str) -> tuple[Line, bool]:
    """The meaning of a path, and whether a file can be written there."""
    if not text.strip():
        return (Cell(_("a file name is missing"), Emphasis.WARNING),), False
    path = as_written(text)
    try:
        return _found_there(path)
    except OSError as error:  # the name is too long, or the folder belongs to another user
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
