"""Notifications: they never cover a dialog that acts, and include output on standard error."""

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
"""Longer texts would cover their own subject."""


class PatientNotices(HookedApp):
    """An app that delays notifications until a dialog that acts is answered, without shortening them."""

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
        """Show a text literally, without markup, and as wide as it is measured."""
        super().notify(_shown(message), title=_shown(title), severity=severity, timeout=timeout, markup=False)

    def on_mount(self) -> None:
        """Show output on standard error as notifications: behind the picture nobody would read it."""
        self.begin_capture_print(self, stdout=False)

    def on_print(self, event: events.Print) -> None:
        """Take the output; the text and the line end come separately."""
        if text := event.text.strip():
            self.notify(text, severity="warning", markup=False, timeout=SAID_FOR_S)

    def take_notice(self, notice: Notification) -> None:
        """Hold back what cannot be shown now."""
        if self._is_asking:
            self._untold.append(notice)
        else:
            super().take_notice(notice)

    def show_notices(self, notices: Iterable[Notification] = ()) -> None:
        """Show what was held back, once no dialog asks any more."""
        if not self._is_asking:
            untold, self._untold = self._untold, []
            super().show_notices((*notices, *untold))


def _shown(text: str) -> str:
    lines = legible(text).split("\n")
    shown = [truncate(line, MAX_CELLS) for line in lines[:MAX_LINES]]
    return "\n".join([*shown, ELLIPSIS] if len(lines) > MAX_LINES else shown)
