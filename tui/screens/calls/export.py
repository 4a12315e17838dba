"""Exports from the call list: what, how and where to, then the progress."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from tui.domain.export_format import ExportFormat
from tui.domain.scope import TimeRange
from tui.domain.usage import Call, DamagedRow
from tui.gateway.errors import GatewayError
from tui.monitor.flaws import left_out
from tui.present import export_words, toasts
from tui.present.read_back import ReadPlan
from tui.present.toasts import Toast
from tui.records.export import Writing, suggested_path, write_calls
from tui.screens.dialogs import Ask, Next, choice_dialog, save_as
from tui.screens.messages import Export
from widgets.values import Line

TOLD_EVERY = 2000


def offer(time_range: TimeRange, shown: int, plan: ReadPlan | None) -> Ask:
    """Ask what to export and where to; `plan` is the whole range, where more of it is than what is shown."""

    def take(choice: str | None) -> Next:
        if choice is None:
            return None
        what, _blank, name = choice.partition(" ")
        form = ExportFormat(name)
        is_whole = what == export_words.RANGE
        return save_as(suggested_path(time_range, form), lambda path, yes: Export(is_whole, form, path, yes))

    return Ask(choice_dialog(export_words.export_choices(shown, plan)), take)


class ExportRun:
    """A file being written and its progress. `changed` is called when the progress is worth showing."""

    def __init__(self, total: int | None, changed: Callable[[], None]) -> None:
        self.damaged: set[DamagedRow] = set()
        """Rows of the gateway that could not be read, and are left out."""
        self._count = 0
        self._total = total
        self._waiting = ""
        self._changed = changed

    def progress(self) -> Line:
        """How far it got."""
        return export_words.progress(self._count, self._total, self._waiting)

    def wait(self, text: str) -> None:
        """What it waits for."""
        self._waiting = text
        self._changed()

    async def write(
        self, found: AsyncIterator[Call], path: Path, writing: Writing, *, may_replace: bool
    ) -> tuple[Toast, ...]:
        """Write the file, and say how it ended."""
        try:
            count = await write_calls(found, path, writing, self._count_to, may_replace=may_replace)
        except GatewayError as error:
            return (export_words.failed(error.failure),)
        except OSError as error:
            return (toasts.not_written(path, error),)
        lacks = (export_words.incomplete(left_out(self.damaged)),) if self.damaged else ()
        return (export_words.written(path, count), *lacks)

    def _count_to(self, count: int) -> None:
        self._count = count
        if count % TOLD_EVERY == 0:
            self.wait("")
