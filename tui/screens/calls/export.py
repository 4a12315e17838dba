"""Exporting from the call list: what, how and where to, then how far it got."""

import os
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import Worker

from tui.config.paths import as_written
from tui.domain.export_format import ExportFormat
from tui.domain.usage import Call, DamagedRow
from tui.gateway.errors import GatewayError
from tui.locale import _, plural
from tui.monitor.flaws import left_out
from tui.monitor.snapshot import Snapshot
from tui.present import failures
from tui.present import format as fmt
from tui.present.display_context import DisplayContext
from tui.present.export_words import FORMS, form_word, range_words, shown_words
from tui.records.export import Writing, each, suggested_path, whole_range, write_calls
from tui.screens.calls.dialogs import PathPrompt
from tui.screens.dialog_words import dialog_words
from tui.screens.yes_no import YesNoDialog
from widgets.dialogs import Choice, ChoiceDialog
from widgets.values import Cell, Emphasis, Line

if TYPE_CHECKING:
    from tui.screens.calls.screen import CallsScreen

SHOWN, RANGE = "shown", "range"
TOLD_EVERY = 2000


class Export:
    """Writes what a screen shows, or its whole range, into a file."""

    def __init__(self, screen: "CallsScreen") -> None:
        self._screen = screen
        self._worker: Worker[None] | None = None
        self._count = 0
        self._total: int | None = None
        self._waiting = ""

    @property
    def is_on(self) -> bool:
        """Whether a file is being written."""
        return self._worker is not None and not self._worker.is_finished

    def progress(self) -> Line:
        """How far it got. How to stop it comes first: the end is what a narrow terminal cuts."""
        if self._total is None:
            text = plural(
                "exporting, esc stops: {n} call so far", "exporting, esc stops: {n} calls so far", self._count
            )
            text = text.format(n=fmt.count(self._count))
        else:
            text = plural(
                "exporting, esc stops: {n} of {total} call", "exporting, esc stops: {n} of {total} calls", self._total
            )
            text = text.format(n=fmt.count(self._count), total=fmt.count(self._total))
        return (Cell(f"{text} {self._waiting}".rstrip(), Emphasis.ACCENT),)

    def stop(self) -> None:
        """Give it up; nothing is left of it."""
        if self._worker is not None:
            self._worker.cancel()
        self._screen.tell(_("The export was stopped; there is no file."))

    def offer(self) -> None:
        """Ask what to export."""
        screen = self._screen
        if screen.snapshot is not None and screen.now is not None and not self.is_on:
            screen.run_worker(self._choose(screen.snapshot, screen.now), group="offer", exclusive=True)

    async def _choose(self, snapshot: Snapshot, now: datetime) -> None:
        screen = self._screen
        lines: list[Line] = [(Cell(shown_words(len(screen.found))),)]
        note = _("shown")
        choices = [Choice(f"{SHOWN} {form}", form_word(form), key, note) for form, key in FORMS.items()]
        if not screen.reading.is_complete(snapshot, now):
            lines.append((Cell(range_words(await screen.reading.counted(snapshot, now))),))
            note = _("whole range")
            choices += [Choice(f"{RANGE} {form}", form_word(form), key.upper(), note) for form, key in FORMS.items()]
        dialog = ChoiceDialog(_("Export"), tuple(choices), lines=tuple(lines), words=dialog_words())
        screen.app.push_screen(dialog, self._take_choice)

    def _take_choice(self, choice: str | None) -> None:
        if choice is None:
            return
        what, _blank, name = choice.partition(" ")
        form = ExportFormat(name)
        prompt = PathPrompt(suggested_path(self._screen.scope.range, form))
        self._screen.app.push_screen(prompt, lambda text: self._take_path(what, form, text))

    def _take_path(self, what: str, form: ExportFormat, text: str | None) -> None:
        if text is None:
            return
        path = as_written(text)
        if not os.path.exists(path):
            self._begin(what, form, path, may_replace=False)
            return
        lines: tuple[Line, ...] = ((Cell(str(path), Emphasis.STRONG),), (Cell(_("What is in it now is lost.")),))
        dialog = YesNoDialog(_("Replace the file"), lines, _("Replace"), words=dialog_words())
        self._screen.app.push_screen(
            dialog, lambda yes: self._begin(what, form, path, may_replace=True) if yes else None
        )

    def _begin(self, what: str, form: ExportFormat, path: Path, *, may_replace: bool) -> None:
        screen = self._screen
        if screen.snapshot is None:
            return
        services, now = screen.account.services, screen.account.services.clock.now()
        damaged: set[DamagedRow] = set()
        writing = Writing(form, screen.snapshot, DisplayContext(now, services.zone, screen.view.privacy))
        if what == SHOWN:
            shown = screen.found.calls()
            found, self._total = each(shown), len(shown)
        else:
            found, self._total = whole_range(screen.scope, services, now, self._tell_wait, damaged), None
        self._count, self._waiting = 0, ""
        work = self._write(found, path, writing, damaged, may_replace=may_replace)
        self._worker = screen.run_worker(work, group="export", exclusive=True)
        screen.repaint_soon()

    async def _write(
        self, found: AsyncIterator[Call], path: Path, writing: Writing, damaged: set[DamagedRow], *, may_replace: bool
    ) -> None:
        tell = self._screen.tell
        try:
            count = await write_calls(found, path, writing, self._tell_count, may_replace=may_replace)
        except GatewayError as error:
            why = failures.sentence(error.failure)
            tell(_("The export ended without a file: {why}").format(why=why), severity="error")
        except OSError as error:
            why = error.strerror or type(error).__name__
            tell(_("{path} could not be written: {why}").format(path=path, why=why), severity="error")
        else:
            text = plural("{n} call written to {path}", "{n} calls written to {path}", count)
            tell(text.format(n=fmt.count(count), path=path))
            if damaged:
                tell(failures.sentence(left_out(damaged)), severity="warning")
        finally:
            self._screen.repaint_soon()

    def _tell_count(self, count: int) -> None:
        self._count = count
        if count % TOLD_EVERY == 0:
            self._waiting = ""
            self._screen.repaint_soon()

    def _tell_wait(self, text: str) -> None:
        self._waiting = f"· {text}"
        self._screen.repaint_soon()
