"""Notices: nothing lies over what a person is asked to agree to, and what is said on standard error is one too."""

from collections.abc import Iterable
from typing import Any

from textual import events
from textual.notifications import Notification, SeverityLevel

from tui.domain.text import legible
from tui.terminal.textual_internals import HookedApp
from widgets.act_dialog import ActDialog
from widgets.layout import ELLIPSIS, truncate

SAID_FOR_S = 12
MAX_LINES, MAX_CELLS = 8, 400
"""Of what is longer the rest would hide what it is about."""


class PatientNotices(HookedApp):
    """An app that shows its notices once a question that acts has been answered, for as long as they were meant to."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._untold: list[Notification] = []

    @property
    def _is_asking(self) -> bool:
        return bool(self.screen_stack) and isinstance(self.screen, ActDialog)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say something; whatever stands in it is text, and is as wide as it is taken for."""
        super().notify(_shown(message), title=_shown(title), severity=severity, timeout=timeout, markup=False)

    def on_mount(self) -> None:
        """Show as a notice what is said on standard error: behind the picture nobody would read it."""
        self.begin_capture_print(self, stdout=False)

    def on_print(self, event: events.Print) -> None:
        """Take what was said: the text and the end of the line come one by one."""
        if text := event.text.strip():
            self.notify(text, severity="warning", markup=False, timeout=SAID_FOR_S)

    def take_notice(self, notice: Notification) -> None:
        """Keep what cannot be shown now."""
        if self._is_asking:
            self._untold.append(notice)
        else:
            super().take_notice(notice)

    def show_notices(self, notices: Iterable[Notification] = ()) -> None:
        """Show what was kept, once nothing is asked any more."""
        if not self._is_asking:
            untold, self._untold = self._untold, []
            super().show_notices((*notices, *untold))


def _shown(text: str) -> str:
    lines = legible(text).split("\n")
    shown = [truncate(line, MAX_CELLS) for line in lines[:MAX_LINES]]
    return "\n".join([*shown, ELLIPSIS] if len(lines) > MAX_LINES else shown)
